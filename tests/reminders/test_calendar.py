"""The calendar that a person's own programs read: right events, nobody else's names, one key."""

import datetime as dt

import pytest
from django.conf import settings as django_settings
from icalendar import Calendar

from tests.factories import cast, cycles, meetings, remediation
from tusoi.audit.models import AuditEvent
from tusoi.people.queries import system_account
from tusoi.remediation.enums import PlanState
from tusoi.remediation.models import RemediationPlan
from tusoi.reminders import operations
from tusoi.reminders.errors import NotForSystem
from tusoi.reminders.models import CalendarFeed
from tusoi.reminders.queries import calendar_of, feed_of, feed_under


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ON = dt.date(2022, 10, 5)
AT = cycles.moment(2022, 10, 5)


@pytest.fixture
def seats():
    return cast.make()


@pytest.fixture
def busy(seats):
    """An has a review to write, an action of her own, and a meeting to go to."""
    cycle = cycles.cycle(seats.district)
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    action = remediation.action(plan, told, owner_person_id=seats.an_person.pk)
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.APPROVED, approved_at=AT, approved_by=system_account()
    )
    scene = meetings.Scene(people=seats, cycle=cycle, teller=seats.binh)
    meetings.plan(scene, place="Phòng họp; tầng 2")
    return action


def _written(account, on=ON):
    operations.issue_feed(actor=account, at=AT)
    return calendar_of(
        feed_of(account),
        on=on,
        address_of=lambda duty: f"https://tusoi.example/{duty.place.value}",
        host="tusoi.example",
    )


def _events(account):
    return list(Calendar.from_ical(_written(account)).walk("VEVENT"))


def test_deadlines_are_days_and_take_up_no_time(seats, busy):
    found = {str(one["summary"]): one for one in _events(seats.an)}

    event = found[f"Hạn: Việc khắc phục – {busy.text}"]
    assert event.start == busy.due_on
    assert event.end == busy.due_on + dt.timedelta(days=1)
    assert event["transp"] == "TRANSPARENT"
    assert event["uid"] == f"action-{busy.public_id}@tusoi.example"
    assert busy.text in event["description"]
    assert "Hạn: Nộp bản kiểm điểm của tôi – Kiểm điểm năm 2022" in found


def test_a_meeting_has_its_hour_zone_and_room(seats, busy):
    (event,) = [one for one in _events(seats.an) if one["summary"] == "Dự hội nghị kiểm điểm"]

    assert event.start == meetings.MEETS
    assert event["dtstart"].params["TZID"] == django_settings.TIME_ZONE
    assert event["location"] == "Phòng họp; tầng 2"
    calendar = Calendar.from_ical(_written(seats.an))
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]


def test_the_same_deadlines_make_the_same_bytes_and_keep_their_ids(seats, busy):
    operations.issue_feed(actor=seats.an, at=AT)
    feed = feed_of(seats.an)
    how = {"on": ON, "address_of": lambda _: "", "host": "tusoi.example"}
    before = calendar_of(feed, **how)
    assert calendar_of(feed, **how) == before

    type(busy).objects.filter(pk=busy.pk).update(
        text="Đổi cách làm", due_on=dt.date(2023, 4, 30), late_after=dt.date(2023, 4, 30)
    )
    after = calendar_of(feed, **how)

    assert after != before
    assert _uids(after) == _uids(before)


def _uids(body):
    return {str(one["uid"]) for one in Calendar.from_ical(body).walk("VEVENT")}


def test_every_line_is_folded_and_ends_as_the_standard_asks(seats, busy):
    body = _written(seats.an)

    lines = body.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert b"METHOD:PUBLISH" in lines


def test_names_of_others_are_in_no_calendar(seats, busy):
    for account in (seats.an, seats.binh):
        body = _written(account).replace(b"\r\n ", b"").decode()
        for other in ("Lê Thị An", "Trần Văn Bình", "Phạm Thị Cúc"):
            assert other not in body


def test_a_link_is_kept_as_a_fingerprint_and_leads_to_its_owner(seats):
    token = operations.issue_feed(actor=seats.an, at=AT)

    feed = CalendarFeed.objects.get()
    assert len(token) >= 43
    assert token not in str(vars(feed))
    assert feed_under(token).account == seats.an
    assert feed_under(token + "x") is None
    assert feed_under(feed.token_hash) is None
    assert token not in str(list(AuditEvent.objects.values()))


def test_a_renewed_link_ends_the_earlier_one(seats):
    first = operations.issue_feed(actor=seats.an, at=AT)
    second = operations.issue_feed(actor=seats.an, at=AT)

    assert feed_under(first) is None
    assert feed_under(second).account == seats.an
    assert [one.action for one in AuditEvent.objects.order_by("pk")] == [
        "reminders.issue_feed",
        "reminders.renew_feed",
    ]


def test_a_link_is_taken_back(seats):
    token = operations.issue_feed(actor=seats.an, at=AT)
    operations.issue_feed(actor=seats.binh, at=AT)

    assert operations.revoke_feed(actor=seats.an, at=AT)
    assert not operations.revoke_feed(actor=seats.an, at=AT)

    assert feed_under(token) is None
    assert feed_of(seats.binh) is not None
    assert AuditEvent.objects.filter(action="reminders.revoke_feed").count() == 1


def test_a_shut_account_has_no_calendar(seats):
    token = operations.issue_feed(actor=seats.an, at=AT)
    type(seats.an).objects.filter(pk=seats.an.pk).update(is_active=False)

    assert feed_under(token) is None


def test_the_system_has_no_calendar():
    with pytest.raises(NotForSystem):
        operations.issue_feed(actor=system_account(), at=AT)
