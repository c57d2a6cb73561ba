"""The pages of reminders, and the calendar that a program fetches without signing in."""

import datetime as dt
import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tests.factories import cast, cycles, remediation
from tusoi.config.logs import HidePrivateLinks
from tusoi.people.queries import system_account
from tusoi.remediation.enums import PlanState
from tusoi.remediation.models import RemediationPlan
from tusoi.reminders.enums import Place, ReminderKind
from tusoi.reminders.models import CalendarFeed, MutedReminder
from tusoi.reminders.operations import issue_feed


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AT = cycles.moment(2022, 10, 5)


@pytest.fixture
def seats(settings):
    settings.TUSOI_CLOCK = "2023-04-05"
    cache.clear()
    return cast.make()


@pytest.fixture
def action(seats):
    cycle = cycles.cycle(seats.district)
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    made = remediation.action(plan, told, owner_person_id=seats.an_person.pk)
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.APPROVED, approved_at=AT, approved_by=system_account()
    )
    return made


def _get(client, account, name="reminders:list"):
    client.force_login(account)
    return client.get(reverse(name))


# -- the list ------------------------------------------------------------------------------------


def test_an_owner_finds_what_is_late_with_the_way_to_it(client, seats, action):
    answer = _get(client, seats.an)

    page = answer.content.decode()
    assert action.text in page
    link = reverse("remediation:action", args=[action.public_id])
    assert link in page
    assert client.get(link).status_code == 200
    title, lines, is_late = answer.context["groups"][0]
    assert (title, is_late) == ("Quá hạn", True)
    assert len(lines) == 2


def test_an_officer_finds_the_summary_and_each_line_opens(client, seats, action):
    answer = _get(client, seats.cuc)

    summary = answer.context["summary"]
    assert [shown.line.title for shown in summary] == [
        "Hồ sơ quá hạn chưa nộp",
        "Việc khắc phục quá hạn",
    ]
    for shown in summary:
        assert client.get(shown.url).status_code == 200


def test_whoever_has_nothing_to_do_is_told_so(client, seats):
    assert "Không có việc nào sắp đến hạn" in _get(client, seats.outsider).content.decode()


def test_what_was_turned_off_is_left_out_and_said(client, seats, action):
    MutedReminder.objects.create(account=seats.an, kind=ReminderKind.ACTION)

    page = _get(client, seats.an).content.decode()

    assert action.text not in page
    assert "việc khắc phục do mình chủ trì" in page


def test_every_place_has_an_address():
    keys = {Place.ACTION: ["x"], Place.MEETING: ["x"], Place.SHORTCOMING: ["x"], Place.PLAN: ["x"]}
    for place in Place:
        assert reverse(place.value, args=keys.get(place))


def test_the_list_costs_few_statements(client, seats, action, django_assert_max_num_queries):
    client.force_login(seats.cuc)

    with django_assert_max_num_queries(25):
        client.get(reverse("reminders:list"))


# -- choosing ------------------------------------------------------------------------------------


def test_choosing_keeps_what_is_ticked_and_never_asks_for_what_is_demanded(client, seats, action):
    page = _get(client, seats.an, "reminders:choices").content.decode()
    assert 'value="action"' in page
    assert 'value="self_review"' not in page
    assert "Luôn được nhắc" in page
    # No mail server, no address to ask for.
    assert 'name="email"' not in page

    answer = client.post(reverse("reminders:choices"), {"kinds": ["approval"]})

    assert answer.status_code == 302
    muted = MutedReminder.objects.filter(account=seats.an).values_list("kind", flat=True)
    assert set(muted) == {"action", "effect_check", "summary"}


def test_an_unknown_kind_is_refused_in_place(client, seats):
    client.force_login(seats.an)

    answer = client.post(reverse("reminders:choices"), {"kinds": ["self_review"]})

    assert answer.status_code == 422
    assert not MutedReminder.objects.exists()


def test_an_address_is_kept_where_letters_are_sent(client, seats, settings):
    settings.TUSOI_EMAIL_URL = "smtp://mail.example"
    client.force_login(seats.an)

    refused = client.post(reverse("reminders:choices"), {"email": "không phải địa chỉ"})
    kept = client.post(reverse("reminders:choices"), {"email": "an@example.org"})

    assert (refused.status_code, kept.status_code) == (422, 302)
    seats.an.refresh_from_db()
    assert seats.an.email == "an@example.org"
    client.post(reverse("reminders:choices"), {"email": ""})
    seats.an.refresh_from_db()
    assert seats.an.email == ""


# -- the calendar --------------------------------------------------------------------------------


def test_a_link_is_shown_once_and_works_without_signing_in(client, seats, action):
    client.force_login(seats.an)
    link = client.post(reverse("reminders:calendar")).context["link"]

    answer = Client().get(link)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Content-Type-Options"] == "nosniff"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert f"action-{action.public_id}@testserver" in {str(one["uid"]) for one in events}
    token = link.rsplit("/", 1)[-1].removesuffix(".ics")
    assert token not in client.get(reverse("reminders:calendar")).content.decode()


def test_an_unchanged_calendar_is_not_sent_again(seats, action):
    link = reverse("reminders:feed", args=[issue_feed(actor=seats.an, at=AT)])
    etag = Client().get(link)["ETag"]

    for known in (etag, f'W/{etag}, "other"'):
        same = Client().get(link, headers={"If-None-Match": known})
        assert (same.status_code, same.content) == (304, b"")
    type(action).objects.filter(pk=action.pk).update(
        due_on=dt.date(2023, 5, 1), late_after=dt.date(2023, 5, 1)
    )
    changed = Client().get(link, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_renewing_and_revoking_end_the_link(client, seats):
    client.force_login(seats.an)
    first = client.post(reverse("reminders:calendar")).context["link"]
    second = client.post(reverse("reminders:calendar")).context["link"]
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]

    page = client.post(reverse("reminders:revoke"), follow=True).content.decode()

    assert "Đã hủy liên kết lịch" in page
    assert Client().get(second).status_code == 404
    assert client.get(reverse("reminders:revoke")).status_code == 302


def test_a_link_is_logged_by_nobody(seats, caplog):
    good = issue_feed(actor=seats.an, at=AT)
    with caplog.at_level(logging.DEBUG):
        for token in (good, "wrong-but-once-right"):
            Client().get(reverse("reminders:feed", args=[token]))
            Client().post(reverse("reminders:feed", args=[token]))

    assert good not in caplog.text
    assert "wrong-but-once-right" not in caplog.text


def test_what_others_log_of_an_address_is_blotted_out():
    address = reverse("reminders:feed", args=["s3cret_Token-1"])
    record = logging.LogRecord("x", 40, "x", 1, f"at {address}: %s %d", (address, 3), None)
    plain = logging.LogRecord("x", 40, "x", 1, ValueError("x"), None, None)

    assert HidePrivateLinks().filter(record)
    assert HidePrivateLinks().filter(plain)

    assert "s3cret_Token-1" not in record.getMessage()
    assert record.getMessage().endswith(".ics 3")


def test_a_link_is_answered_only_so_often(seats, monkeypatch):
    from tusoi.web.reminders import feed

    monkeypatch.setattr(feed, "_LIMITS", {"link": 2, "wrong": 3})
    good = reverse("reminders:feed", args=[issue_feed(actor=seats.an, at=AT)])
    other = reverse("reminders:feed", args=[issue_feed(actor=seats.binh, at=AT)])
    wrong = reverse("reminders:feed", args=["x" * 43])

    assert [Client().get(good).status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get(other).status_code == 200
    assert [Client().get(wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    # Somebody who guesses shuts nobody else out.
    assert Client().get(other).status_code == 200


def test_the_calendar_is_written_in_the_language_of_its_owner(seats, action):
    type(seats.an).objects.filter(pk=seats.an.pk).update(language="en")
    link = reverse("reminders:feed", args=[issue_feed(actor=seats.an, at=AT)])

    body = Client().get(link).content.decode()

    assert "Hạn:" not in body
    assert CalendarFeed.objects.count() == 1
