"""The booth as a test reaches it: in this process under its own settings."""

from contextlib import contextmanager
from urllib.parse import urlencode

from django.test import Client, override_settings

from tusoi.config import booth, settings


# Not taken over: what the test runner itself has set, and what is read once at the start.
_LEFT = {"ALLOWED_HOSTS", "DATABASES", "INSTALLED_APPS", "LOGGING"}
OWN = {
    name: getattr(booth, name)
    for name in dir(booth)
    if name.isupper()
    and name not in _LEFT
    and getattr(booth, name) != getattr(settings, name, None)
}


@contextmanager
def open_booth(**options):
    with override_settings(**OWN):
        yield Client(**options)


def slip(made, code=None):
    return {"poll": made.poll.public_id, "code": code or made.codes[0]}


def marks(poll, *choices):
    """Return the fields of a ballot: for each question the places marked."""
    fields = {}
    for question, places in zip(poll.questions.order_by("position"), choices, strict=True):
        count = len(question.options)
        fields[f"q{question.pk}"] = "".join("1" if one in places else "0" for one in range(count))
    return fields


def post(client, address, fields):
    """Send a form as a browser does; Django's client would send parts."""
    return client.post(
        address, urlencode(fields), content_type="application/x-www-form-urlencoded"
    )
