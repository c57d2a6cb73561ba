"""`tusoi remind`: one letter a person and day, whatever happens in between."""

import json
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from tests.factories import cast, cycles
from tusoi.people.models import Account
from tusoi.reminders.models import ConfirmedAddress, ReminderDigest


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def seats(settings):
    settings.TUSOI_EMAIL_URL = "smtp://mail.example"
    settings.TUSOI_SITE_URL = "https://tusoi.example"
    made = cast.make()
    cycle = cycles.cycle(made.district)
    due_on = cycles.obligation(cycle, made.an_person).due_on
    settings.TUSOI_CLOCK = due_on.isoformat()
    for name in ("an", "binh", "outsider"):
        Account.objects.filter(username=name).update(email=f"{name}@example.org")
        ConfirmedAddress.objects.create(
            account=Account.objects.get(username=name),
            email=f"{name}@example.org",
            confirmed_at=cycles.moment(2022, 1, 1),
        )
    return made


def _run(capsys, *words):
    call_command("remind", "--json", *words)
    return json.loads(capsys.readouterr().out)


def test_everybody_gets_one_letter_and_no_second(seats, capsys):
    told = _run(capsys)
    assert (told["sent"], told["nothing"], told["failed"]) == (2, 1, 0)
    assert [letter.to for letter in mail.outbox] == [["an@example.org"], ["binh@example.org"]]

    again = _run(capsys)

    assert (again["sent"], again["already"]) == (0, 2)
    assert len(mail.outbox) == 2


def test_an_address_that_nobody_confirmed_gets_no_letter(seats, capsys):
    Account.objects.filter(username="an").update(email="other@example.org")
    ConfirmedAddress.objects.filter(account__username="binh").delete()

    told = _run(capsys)

    assert told["sent"] == 0
    assert mail.outbox == []


def test_a_letter_says_what_and_where_and_how_to_stop_it(seats, capsys):
    _run(capsys)

    letter = mail.outbox[0]
    assert letter.subject.startswith("Tự Soi: 1 việc")
    assert "Nộp bản kiểm điểm của tôi" in letter.body
    assert "hôm nay" in letter.body
    assert "https://tusoi.example/reviews/mine/" in letter.body
    assert "https://tusoi.example/reminders/choices/" in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert 'href="https://tusoi.example/reviews/mine/"' in html
    headers = letter.message()
    assert headers["List-Unsubscribe"] == "<https://tusoi.example/reminders/choices/>"
    assert headers["Auto-Submitted"] == "auto-generated"
    # Nobody else is named in it.
    assert "Bình" not in letter.body + html


def test_what_was_typed_runs_nowhere(seats, capsys):
    seats.binh.refresh_from_db()
    unit = seats.cell
    type(unit).objects.filter(pk=unit.pk).update(name="<script>x</script>")
    from tusoi.cycles.models import Obligation

    Obligation.objects.filter(unit=unit, person=None).update(name="<script>x</script>")
    _run(capsys)

    html = mail.outbox[1].alternatives[0][0]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_dry_run_counts_and_leaves_nothing(seats, capsys):
    told = _run(capsys, "--dry-run")

    assert (told["sent"], told["dry_run"]) == (2, True)
    assert mail.outbox == []
    assert not ReminderDigest.objects.exists()
    _run(capsys)
    assert _run(capsys, "--dry-run")["already"] == 2


def test_a_letter_that_failed_is_sent_by_a_later_run_with_the_same_mark(
    seats, capsys, monkeypatch, caplog
):
    real = EmailBackend.send_messages
    asked = []

    def refuse(self, messages):
        asked.append(messages[0].message()["Message-ID"])
        raise SMTPException("an@example.org: mailbox full")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(CommandError, match="2 letters could not be sent"):
        call_command("remind")
    assert "an@example.org" not in capsys.readouterr().out + caplog.text
    monkeypatch.setattr(EmailBackend, "send_messages", real)

    # At once, another run may still be sending; later it is taken for dead.
    assert _run(capsys)["already"] == 2
    from tusoi.reminders import operations

    ReminderDigest.objects.update(claimed_at=cycles.moment(2020, 1, 1))
    assert operations.PATIENCE.total_seconds() == 15 * 60
    assert _run(capsys)["sent"] == 2
    assert [one.message()["Message-ID"] for one in mail.outbox] == asked


def test_days_off_are_silent(seats, capsys, settings):
    settings.TUSOI_CLOCK = "2022-12-04"

    assert _run(capsys)["sent"] == 0
    call_command("remind")
    assert "a day off" in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["TUSOI_EMAIL_URL", "TUSOI_SITE_URL"])
def test_nothing_is_sent_before_it_is_set_up(seats, settings, missing):
    setattr(settings, missing, "")

    with pytest.raises(CommandError, match=missing):
        call_command("remind")
    assert mail.outbox == []


def test_a_server_that_does_not_answer_is_one_sentence(seats, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)

    with pytest.raises(CommandError, match="does not answer"):
        call_command("remind")
    assert not ReminderDigest.objects.exists()
