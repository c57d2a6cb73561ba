"""Every address says who may open it, and holds to it: anonymous, each role, no role."""

import re

import pytest
from django.urls import URLResolver, get_resolver

from tests.factories import cast
from tusoi.access.enums import Permission
from tusoi.access.guard import permissions_anywhere
from tusoi.core import clock
from tusoi.web.http import SIGNED_IN


# Open to everybody, each with its reason.
OPEN = {
    "accounts/login/": "signing in",
    "access/sample-sign-in/": "the sample's accounts, in the demonstration alone",
    "language/": "choosing the language",
}
# The pages of django-allauth guard themselves; signing up is closed.
ELSEWHERE = ("allauth.",)
METHODS = {"POST", "PUT", "PATCH", "DELETE"}
PLACES = ("an", "binh", "cuc", "dung", "board", "authority", "inspector", "administrator")


def _walk(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, address)
        else:
            yield address, pattern.callback


PAGES = [
    (address, view)
    for address, view in _walk(get_resolver())
    if not view.__module__.startswith(ELSEWHERE)
]
# Opened by a secret link, without signing in.
BY_LINK = {address: view for address, view in PAGES if hasattr(view, "by_link")}
DECLARED = [(address, view.page) for address, view in PAGES if hasattr(view, "page")]
PROTECTED = [(address, page) for address, page in DECLARED if page.permission != SIGNED_IN]


def _example(address):
    """Put something in each place of the address; nothing has the number 0."""
    filled = re.sub(r"<int:\w+>", "0", address)
    return "/" + re.sub(r"<(\w+:)?\w+>", "x", filled)


def test_there_are_pages_to_look_at():
    assert len(PROTECTED) > 5


@pytest.mark.parametrize(("address", "view"), PAGES, ids=[address for address, _ in PAGES])
def test_every_page_declares_who_may_open_it(address, view):
    page = getattr(view, "page", None)
    if page is None:
        assert address in OPEN or address in BY_LINK
        return
    assert page.permission == SIGNED_IN or isinstance(page.permission, Permission)
    assert page.writes <= METHODS


def test_few_pages_open_by_a_link_and_each_says_why():
    assert set(BY_LINK) == {"reminders/calendar/<str:token>.ics"}
    for view in BY_LINK.values():
        assert len(view.by_link.reason) > 10
        assert view.by_link.limits
        assert not hasattr(view, "page")


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("address", list(BY_LINK))
def test_a_wrong_link_leads_nowhere_whoever_follows_it(client, address):
    for account in (None, cast.make().board):
        if account:
            client.force_login(account)
        answer = client.get(_example(address))

        assert (answer.status_code, answer.content) == (404, b"")
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        for method in METHODS:
            assert getattr(client, method.lower())(_example(address)).status_code == 405


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("address", [address for address, _ in DECLARED])
def test_anonymous_gets_the_sign_in_page(client, address):
    for method in (client.get, client.post):
        answer = method(_example(address))

        assert answer.status_code == 302, answer
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.slow
def test_a_page_is_refused_without_its_permission(client):
    """Nobody opens a page whose permission they hold nowhere, whatever its address names."""
    everybody = cast.make()
    refused, let_in = set(), set()
    for name in (*PLACES, "outsider"):
        account = getattr(everybody, name)
        held = permissions_anywhere(account, on=clock.today())
        client.force_login(account)
        for address, page in PROTECTED:
            for method in {"GET", *page.writes}:
                if page.permission in held and (method != "GET" or address in let_in):
                    continue
                code = getattr(client, method.lower())(_example(address)).status_code
                if page.permission in held:
                    assert code != 403 or address in refused, (name, address)
                    let_in.add(address)
                else:
                    assert code == 403, (name, method, address, code)
                    refused.add(address)

    everything = {address for address, _ in PROTECTED}
    assert refused == everything
    assert let_in == everything


@pytest.mark.django_db
@pytest.mark.once
def test_a_page_refuses_methods_that_it_does_not_declare(client):
    client.force_login(cast.make().board)
    for address, page in DECLARED:
        for method in METHODS - page.writes:
            answer = getattr(client, method.lower())(_example(address))
            assert answer.status_code == 405, (method, address)
