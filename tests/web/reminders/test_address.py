"""Letters go where their reader reads them: the link, its button, and what does not fit."""

import re
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from tests.factories import cast as cast_of
from tusoi.audit.models import AuditEvent
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.reminders import operations
from tusoi.reminders.errors import ConfirmationNotFit, NotForSystem
from tusoi.reminders.models import ConfirmedAddress
from tusoi.reminders.operations import receivers


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHOICES = reverse("reminders:choices")


@pytest.fixture
def an(settings):
    settings.TUSOI_EMAIL_URL = "smtp://mail.example"
    settings.TUSOI_SITE_URL = "https://tusoi.example"
    settings.TUSOI_CLOCK = "2022-12-05"
    cache.clear()
    return cast_of.make().an


def test_an_address_is_confirmed_by_the_link_sent_to_it(client, an, settings):
    client.force_login(an)
    client.post(CHOICES, {"email": "an@example.org"})
    assert "chưa xác nhận" in client.get(CHOICES).content.decode()
    assert not receivers().exists()
    (letter,) = mail.outbox
    assert letter.to == ["an@example.org"]
    (link,) = re.findall(r"https://tusoi.example(/reminders/address/\S+)", letter.body)
    # A program that looks at letters opens links too; the button confirms.
    assert client.get(link).status_code == 200
    assert not ConfirmedAddress.objects.exists()

    shown = client.post(link, follow=True).content.decode()

    assert "đã xác nhận" in shown.lower()
    assert list(receivers()) == [Account.objects.get(pk=an.pk)]
    event = AuditEvent.objects.get(action="reminders.confirm_address")
    assert "example" not in f"{event.note}{event.from_state}{event.to_state}"
    assert "example" not in link
    # Another address waits for its own letter.
    client.post(CHOICES, {"email": "other@example.org"})
    assert not receivers().exists()
    refused = client.post(link, follow=True).content.decode()
    assert "hết hạn hoặc không đúng" in refused


def test_a_link_fits_one_account_one_address_and_one_week(an, settings):
    from tests.factories.cycles import moment

    Account.objects.filter(pk=an.pk).update(email="an@example.org")
    an.refresh_from_db()
    day = moment(2022, 12, 5)
    token = operations.confirmation_for(an, at=day)
    other = Account.objects.exclude(pk=an.pk).filter(is_system=False).first()
    Account.objects.filter(pk=other.pk).update(email="an@example.org")
    for actor, wrong, at in (
        (other, token, day),
        (an, token + "x", day),
        (an, "", day),
        (an, token, moment(2022, 12, 13)),
    ):
        with pytest.raises(ConfirmationNotFit):
            operations.confirm_address(token=wrong, actor=actor, at=at)
    with pytest.raises(NotForSystem):
        operations.confirm_address(token=token, actor=system_account(), at=day)

    assert operations.confirm_address(token=token, actor=an, at=moment(2022, 12, 12))

    Account.objects.filter(pk=an.pk).update(email="")
    with pytest.raises(ConfirmationNotFit):
        operations.confirm_address(token=token, actor=an, at=day)


def test_the_letter_is_sent_again_on_request_and_not_too_often(client, an):
    Account.objects.filter(pk=an.pk).update(email="an@example.org")
    client.force_login(an)
    again = reverse("reminders:send-confirmation")
    assert client.get(again).url == CHOICES
    assert mail.outbox == []

    for _turn in range(7):
        shown = client.post(again, follow=True).content.decode()

    assert len(mail.outbox) == 5
    assert "thử lại sau một giờ" in shown


def test_a_mail_server_that_fails_is_told(client, an, monkeypatch):
    def fail(self, messages):
        raise SMTPException("an@example.org")

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    client.force_login(an)

    shown = client.post(CHOICES, {"email": "an@example.org"}, follow=True).content.decode()

    assert "Chưa gửi được thư xác nhận" in shown


def test_where_no_mail_is_sent_the_address_is_shown_as_not_confirmed(client, an, settings):
    settings.TUSOI_EMAIL_URL = ""
    Account.objects.filter(pk=an.pk).update(email="an@example.org")
    client.force_login(an)

    page = client.get(CHOICES).content.decode()

    assert "chưa xác nhận" in page
    assert "Gửi thư xác nhận" not in page
