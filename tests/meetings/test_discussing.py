"""Names of speakers, answers, corrections, times of coming and going, and the clock of an item."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.factories import meetings
from tests.factories.meetings import NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.meetings import errors, operations, queries
from tusoi.meetings.enums import CorrectionState, Presence, SpeakerNaming, Stance
from tusoi.meetings.models import RemarkAnswer, RequestedCorrection
from tusoi.meetings.operations import PresenceEntry


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = NOW + dt.timedelta(minutes=10)


@pytest.fixture
def live():
    scene = meetings.scene(more_members=2)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    return scene, meeting, meetings.item_of(meeting, scene.people.an_person)


def says(scene, item, text="Cần làm rõ.", **fields):
    return operations.add_remark(item_id=item.pk, text=text, actor=scene.binh, at=NOW, **fields)


# Names


def test_a_meeting_may_want_every_name_or_none(live):
    scene, meeting, item = live
    speaker = meeting.attendances.get(person=scene.binh.person).pk

    type(meeting).objects.update(speaker_naming=SpeakerNaming.REQUIRED)
    with pytest.raises(errors.SpeakerMustBeNamed):
        says(scene, item)
    named = says(scene, item, attendance_id=speaker)
    assert named.speaker == "Trần Văn Bình"

    type(meeting).objects.update(speaker_naming=SpeakerNaming.NONE)
    with pytest.raises(errors.SpeakersAreNotNamed):
        says(scene, item, attendance_id=speaker)
    assert says(scene, item).speaker == ""


def test_the_summons_says_whether_names_are_kept():
    scene = meetings.scene()
    meeting = meetings.plan(scene, speaker_naming=SpeakerNaming.NONE)
    assert meeting.speaker_naming == SpeakerNaming.NONE

    edited = operations.edit_meeting(
        meeting_id=meeting.pk,
        name="x",
        meets_at=meeting.meets_at,
        place="",
        obligation_ids=list(
            meeting.items.order_by("position").values_list("obligation_id", flat=True)
        ),
        speaker_naming=SpeakerNaming.REQUIRED,
        actor=scene.binh,
        at=meetings.PLANNED,
    )

    assert edited.speaker_naming == SpeakerNaming.REQUIRED


# Answers


def answers(scene, item, stance=Stance.EXPLAINED, **fields):
    return operations.add_answer(
        item_id=item.pk,
        stance=stance,
        actor=fields.pop("actor", scene.binh),
        at=fields.pop("at", NOW),
        **fields,
    )


def test_a_remark_is_taken_up_without_words_and_explained_with_some(live):
    scene, _meeting, item = live
    remark = says(scene, item)

    answers(scene, item, Stance.ACCEPTED, remark_id=remark.pk)
    answers(scene, item, Stance.ACCEPTED, remark_id=remark.pk)
    for fields in (
        {"stance": Stance.EXPLAINED, "remark_id": remark.pk, "text": " "},
        {"stance": Stance.ACCEPTED},
    ):
        with pytest.raises(errors.AnswerIsEmpty):
            answers(scene, item, **fields)
    answers(scene, item, text=" Do thiếu kinh phí. ")

    shown = queries.items_of(item.meeting).get(pk=item.pk)
    assert [one.stance for one in shown.remarks.all()[0].answers.all()] == [Stance.ACCEPTED]
    assert [one.text for one in shown.general_answers] == ["Do thiếu kinh phí."]
    with pytest.raises(IntegrityError), transaction.atomic():
        RemarkAnswer.objects.update(text="", remark=None)


def test_an_answer_goes_while_the_item_is_open(live):
    scene, _meeting, item = live
    answer = answers(scene, item, text="Xin tiếp thu.")
    with pytest.raises(NotPermitted):
        operations.delete_answer(answer_id=answer.pk, actor=scene.people.an, at=NOW)

    operations.delete_answer(answer_id=answer.pk, actor=scene.binh, at=NOW)
    assert not RemarkAnswer.objects.exists()

    kept = answers(scene, item, text="Xin tiếp thu.", at=LATER)
    meetings.conclude(scene, item)
    with pytest.raises(errors.ItemNotOpen):
        operations.delete_answer(answer_id=kept.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.ItemNotOpen):
        answers(scene, item, text="Muộn")


# Corrections


def asks(scene, item, text="Bổ sung nguyên nhân.", **fields):
    return operations.ask_correction(
        item_id=item.pk, text=text, actor=fields.pop("actor", scene.binh), at=NOW
    )


def settle(correction, actor, state=CorrectionState.DONE, note=""):
    return operations.settle_correction(
        correction_id=correction.pk, state=state, note=note, actor=actor, at=LATER
    )


def test_the_meeting_asks_and_the_author_answers_also_after_the_conclusion(live):
    scene, _meeting, item = live
    with pytest.raises(errors.CorrectionIsEmpty):
        asks(scene, item, " ")
    with pytest.raises(NotPermitted):
        asks(scene, item, actor=scene.people.an)
    first = asks(scene, item)
    assert asks(scene, item).pk == first.pk
    second = asks(scene, item, "Ghi thời hạn.")
    meetings.conclude(scene, item)

    settle(first, scene.people.an)
    with pytest.raises(errors.ReasonMissing):
        settle(second, scene.people.an, CorrectionState.DECLINED, " ")
    settle(second, scene.people.an, CorrectionState.DECLINED, "Đã ghi ở mục III")

    found = list(queries.corrections_for(item.obligation))
    assert [(one.state, one.settled_by, one.is_open) for one in found] == [
        (CorrectionState.DONE, scene.people.an, False),
        (CorrectionState.DECLINED, scene.people.an, False),
    ]
    event = AuditEvent.objects.filter(action="meetings.correction_settle").latest("pk")
    assert (event.to_state, event.note) == (CorrectionState.DECLINED, "Đã ghi ở mục III")


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
def test_who_says_what_became_of_a_correction(live, who, may):
    scene, _meeting, item = live
    correction = asks(scene, item)
    actor = getattr(scene.people, who)

    if may:
        assert settle(correction, actor).state == CorrectionState.DONE
    else:
        with pytest.raises(errors.CorrectionNotYours):
            settle(correction, actor)


def test_a_correction_is_settled_once_and_asked_again_with_a_reason(live):
    scene, _meeting, item = live
    correction = asks(scene, item)
    settle(correction, scene.people.an)
    for state in (CorrectionState.DONE, CorrectionState.DECLINED):
        with pytest.raises(errors.CorrectionStateUnchanged):
            settle(correction, scene.binh, state, "x")
    with pytest.raises(errors.ReasonMissing):
        settle(correction, scene.binh, CorrectionState.ASKED)

    again = settle(correction, scene.binh, CorrectionState.ASKED, "Chưa thấy sửa")

    assert (again.state, again.settled_at, again.settled_by) == (
        CorrectionState.ASKED,
        None,
        None,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestedCorrection.objects.update(state=CorrectionState.DECLINED)


# Coming and going


def mark(scene, meeting, presence, person, at=NOW, reason=""):
    one = meeting.attendances.get(person=person)
    operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(one.pk, presence, reason)],
        actor=scene.binh,
        at=at,
    )
    one.refresh_from_db()
    return one


def test_who_comes_late_and_who_leaves_get_the_moment(live):
    scene, meeting, _item = live
    an = scene.people.an_person
    assert mark(scene, meeting, Presence.PRESENT, an).arrived_at is None
    before = queries.quorum_of(meeting)

    mark(scene, meeting, Presence.ABSENT, an)
    late = mark(scene, meeting, Presence.PRESENT, an, at=LATER)
    assert (late.arrived_at, late.left_at) == (LATER, None)
    gone = mark(scene, meeting, Presence.LEFT, an, at=LATER)
    assert (gone.arrived_at, gone.left_at, gone.has_come) == (LATER, LATER, True)
    after = queries.quorum_of(meeting)
    assert (after.present_count, after.left_count) == (before.present_count - 1, 1)
    back = mark(scene, meeting, Presence.PRESENT, an, at=LATER)
    assert (back.arrived_at, back.left_at) == (LATER, None)
    away = mark(scene, meeting, Presence.EXCUSED, an, reason="Ốm")
    assert (away.arrived_at, away.left_at, away.has_come) == (None, None, False)


def test_nobody_leaves_before_they_came_or_the_meeting_began(live):
    scene, meeting, _item = live
    mark(scene, meeting, Presence.ABSENT, scene.people.an_person)
    with pytest.raises(errors.NotHereYet, match="Lê Thị An"):
        mark(scene, meeting, Presence.LEFT, scene.people.an_person)

    other = meetings.scene(mark="z")
    planned = meetings.plan(other)
    meetings.everybody_present(planned, other.binh)
    with pytest.raises(errors.NotHereYet):
        mark(other, planned, Presence.LEFT, other.people.an_person)


def test_the_chair_does_not_leave(live):
    scene, meeting, _item = live
    meetings.name_officers(scene, meeting)

    with pytest.raises(errors.OfficerMustBePresent):
        mark(scene, meeting, Presence.LEFT, scene.people.an_person)
    one = meeting.attendances.get(person=scene.people.an_person)
    with pytest.raises(errors.OfficerMustBePresent):
        operations.record_times(attendance_id=one.pk, left_at=NOW, actor=scene.binh, at=NOW)


def test_times_are_corrected_by_hand(live):
    scene, meeting, _item = live
    one = meeting.attendances.get(person=scene.people.an_person)
    early, late = NOW - dt.timedelta(minutes=20), NOW - dt.timedelta(minutes=5)

    def record(**fields):
        return operations.record_times(
            attendance_id=one.pk, actor=fields.pop("actor", scene.binh), at=NOW, **fields
        )

    assert record(arrived_at=early, left_at=late).presence == Presence.LEFT
    for fields in ({"arrived_at": late, "left_at": early}, {"arrived_at": LATER}):
        with pytest.raises(errors.TimesOutOfOrder):
            record(**fields)
    back = record(arrived_at=early)
    assert (back.presence, back.left_at) == (Presence.PRESENT, None)
    with pytest.raises(NotPermitted):
        record(actor=scene.people.an)
    mark(scene, meeting, Presence.ABSENT, scene.people.an_person)
    with pytest.raises(errors.NotHereYet):
        record()
    other = meetings.scene(mark="z")
    planned = meetings.plan(other)
    with pytest.raises(errors.MeetingNotUnderWay):
        operations.record_times(
            attendance_id=planned.attendances.first().pk, actor=other.binh, at=NOW
        )


def test_who_left_may_have_spoken(live):
    scene, meeting, item = live
    gone = mark(scene, meeting, Presence.LEFT, scene.people.an_person)

    assert says(scene, item, attendance_id=gone.pk).speaker == "Lê Thị An"


# The clock


def clock(item):
    item.refresh_from_db()
    return item.spent_seconds, item.running_since


def take_up(scene, item, at):
    return operations.take_up_item(item_id=item.pk, actor=scene.binh, at=at)


def test_one_clock_runs_at_a_time_and_breaks_are_not_counted(live):
    scene, meeting, an = live
    binh = meetings.item_of(meeting, scene.binh.person)
    minute = dt.timedelta(minutes=1)

    take_up(scene, an, NOW)
    take_up(scene, an, NOW + minute)
    assert clock(an) == (0, NOW)
    take_up(scene, binh, NOW + 2 * minute)
    assert clock(an) == (120, None)
    operations.pause(meeting_id=meeting.pk, actor=scene.binh, at=NOW + 3 * minute)
    operations.pause(meeting_id=meeting.pk, actor=scene.binh, at=NOW + 4 * minute)
    assert clock(binh) == (60, None)
    assert AuditEvent.objects.filter(action="meetings.pause").count() == 1
    take_up(scene, an, NOW + 10 * minute)
    meetings.conclude(scene, an, at=NOW + 11 * minute)
    assert clock(an) == (180, None)
    with pytest.raises(errors.ItemNotOpen):
        take_up(scene, an, NOW)
    take_up(scene, binh, NOW + 11 * minute)
    operations.postpone_item(
        item_id=binh.pk, reason="Hết giờ", actor=scene.binh, at=NOW + 12 * minute
    )
    assert clock(binh) == (120, None)
    with pytest.raises(NotPermitted):
        operations.pause(meeting_id=meeting.pk, actor=scene.people.an, at=NOW)


def test_the_database_runs_one_clock_and_none_on_what_is_settled(live):
    scene, meeting, an = live
    take_up(scene, an, NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.items.update(running_since=NOW)
    meetings.conclude(scene, an)
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.items.filter(pk=an.pk).update(running_since=NOW)
