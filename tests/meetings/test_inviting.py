"""Between the summons and the day: replies, documents, and how early these have to go out."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cycles, meetings, people
from tests.factories.meetings import MEETS, NOW, PLANNED
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.meetings import errors, operations, queries
from tusoi.meetings.enums import Presence, Reply


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def row(meeting, person):
    return meeting.attendances.get(person=person)


def reply(attendance, actor, answer=Reply.COMING, **fields):
    return operations.reply_to_summons(
        attendance_id=attendance.pk,
        reply=answer,
        actor=actor,
        at=fields.pop("at", PLANNED),
        **fields,
    )


def send(meeting, actor, **fields):
    return operations.record_documents_sent(
        meeting_id=meeting.pk,
        note=fields.pop("note", "Báo cáo của chi ủy, gửi qua Zalo"),
        actor=actor,
        at=fields.pop("at", PLANNED),
        **fields,
    )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("an", True),
        ("binh", True),
        ("cuc", True),
        ("dung", False),
        ("board", False),
        ("authority", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_a_person_answers_for_themself_and_the_secretary_for_anybody(who, may):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    mine = row(meeting, scene.people.an_person)
    actor = getattr(scene.people, who)

    if not may:
        with pytest.raises(errors.ReplyNotYours):
            reply(mine, actor)
        mine.refresh_from_db()
        assert mine.reply == Reply.NONE
        return
    reply(mine, actor)

    mine.refresh_from_db()
    assert (mine.reply, mine.replied_at, mine.replied_by) == (Reply.COMING, PLANNED, actor)
    event = AuditEvent.objects.get(action="meetings.reply")
    assert (event.from_state, event.to_state) == (Reply.NONE, Reply.COMING)
    # Nobody is present because they said that they would come.
    assert mine.presence == Presence.SUMMONED


def test_who_asks_to_be_excused_says_why_and_may_think_again():
    scene = meetings.scene()
    mine = row(meetings.plan(scene), scene.people.an_person)
    with pytest.raises(errors.ReplyReasonMissing):
        reply(mine, scene.people.an, Reply.AWAY, reason=" ")

    reply(mine, scene.people.an, Reply.AWAY, reason=" Đi công tác ")
    mine.refresh_from_db()
    assert (mine.reply, mine.reply_reason) == (Reply.AWAY, "Đi công tác")

    reply(mine, scene.people.an, Reply.COMING, reason="thừa")
    mine.refresh_from_db()
    assert (mine.reply, mine.reply_reason) == (Reply.COMING, "")
    reply(mine, scene.people.an, Reply.NONE)
    mine.refresh_from_db()
    assert (mine.reply, mine.replied_at, mine.replied_by) == (Reply.NONE, None, None)


def test_nobody_replies_to_a_meeting_that_has_begun():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)

    with pytest.raises(errors.MeetingNotPlanned):
        reply(row(meeting, scene.people.an_person), scene.people.an)


def test_another_hour_asks_everybody_anew_and_another_place_does_not():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    mine = row(meeting, scene.people.an_person)
    reply(mine, scene.people.an, Reply.AWAY, reason="Ốm")
    agenda = list(meeting.items.order_by("position").values_list("obligation_id", flat=True))

    def edit(**fields):
        operations.edit_meeting(
            meeting_id=meeting.pk,
            name=meeting.name,
            obligation_ids=agenda,
            actor=scene.binh,
            at=PLANNED,
            **fields,
        )
        mine.refresh_from_db()

    edit(meets_at=MEETS, place="Hội trường")
    assert mine.reply == Reply.AWAY
    edit(meets_at=MEETS + dt.timedelta(hours=6), place="Hội trường")
    assert (mine.reply, mine.reply_reason, mine.replied_at) == (Reply.NONE, "", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"reply": Reply.AWAY, "replied_at": NOW, "replied_by": True},
        {"reply": Reply.COMING},
        {"replied_at": NOW, "replied_by": True},
        {"reply": Reply.COMING, "replied_at": NOW},
        {"arrived_at": NOW},
        {"presence": Presence.LEFT},
        {"left_at": NOW, "presence": Presence.PRESENT},
        {
            "presence": Presence.LEFT,
            "arrived_at": NOW,
            "left_at": NOW - dt.timedelta(minutes=1),
        },
    ],
)
def test_the_database_keeps_replies_and_times_together(fields):
    scene = meetings.scene()
    mine = row(meetings.plan(scene), scene.people.an_person)
    if fields.get("replied_by"):
        fields = {**fields, "replied_by": scene.binh}

    with pytest.raises(IntegrityError), transaction.atomic():
        type(mine).objects.filter(pk=mine.pk).update(**fields)


# Documents


@pytest.mark.parametrize(
    ("meets_on", "days", "latest"),
    [
        # A Friday, a Monday and a Sunday of November 2022.
        (dt.date(2022, 11, 25), 3, dt.date(2022, 11, 22)),
        (dt.date(2022, 11, 28), 3, dt.date(2022, 11, 23)),
        (dt.date(2022, 11, 27), 1, dt.date(2022, 11, 25)),
        (dt.date(2022, 11, 25), 0, dt.date(2022, 11, 25)),
    ],
)
def test_working_days_leave_out_the_weekend(meets_on, days, latest):
    assert queries.working_day_before(meets_on, days) == latest


def test_an_edition_without_a_time_is_advised_and_not_stopped():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    notice = queries.notice_of(meeting)
    assert (notice.latest_on, notice.needs_checking) == (dt.date(2022, 11, 22), True)
    assert not notice.is_late(dt.date(2022, 11, 22))
    assert notice.is_late(dt.date(2022, 11, 23))

    send(meeting, scene.binh, at=cycles.moment(2022, 11, 24), late_reason="Chờ số liệu")

    meeting.refresh_from_db()
    assert meeting.documents_sent_by == scene.binh
    assert meeting.documents_late_reason == "Chờ số liệu"
    send(meeting, scene.binh, at=cycles.moment(2022, 11, 24))


def test_an_edition_that_sets_a_time_wants_a_reason_for_late_documents():
    scene = meetings.scene(rulebook_identity="366-2025", year=2025, at=cycles.moment(2025, 11, 3))
    meets_at, late = cycles.moment(2025, 11, 28, 8), cycles.moment(2025, 11, 26)
    meeting = meetings.plan(scene, meets_at=meets_at, at=cycles.moment(2025, 11, 20))
    notice = queries.notice_of(meeting)
    assert (notice.working_days, notice.needs_checking) == (3, False)
    assert "366-QĐ/TW" in str(notice.citations[0])

    with pytest.raises(errors.DocumentsLate, match="25/11/2025"):
        send(meeting, scene.binh, at=late)
    with pytest.raises(errors.DocumentsLate):
        send(meeting, scene.binh, at=late, late_reason=" ")
    send(meeting, scene.binh, at=late, late_reason="Bổ sung theo gợi ý của cấp trên")
    meeting.refresh_from_db()
    assert meeting.documents_sent_at == late

    in_time = cycles.moment(2025, 11, 25, 7)
    send(meeting, scene.binh, at=late, sent_at=in_time, late_reason="không cần")
    meeting.refresh_from_db()
    assert (meeting.documents_sent_at, meeting.documents_late_reason) == (in_time, "")


def test_documents_are_named_and_sent_before_the_meeting_by_who_holds_it():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    with pytest.raises(errors.DocumentsNotNamed):
        send(meeting, scene.binh, note=" ")
    with pytest.raises(errors.DocumentsSentLater):
        send(meeting, scene.binh, sent_at=PLANNED + dt.timedelta(minutes=1))
    with pytest.raises(NotPermitted):
        send(meeting, scene.people.an)
    operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.MeetingNotPlanned):
        send(meeting, scene.binh, at=NOW)
    assert not AuditEvent.objects.filter(action="meetings.documents").exists()


def test_own_calls_are_those_still_to_come():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    an = scene.people.an_person

    assert [one.meeting_id for one in queries.own_calls(an.pk)] == [meeting.pk]
    assert not queries.own_calls(people.make_person("Ai Đó").pk)
    operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    assert not queries.own_calls(an.pk)
