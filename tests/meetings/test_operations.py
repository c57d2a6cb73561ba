"""The life of a meeting: each step, each refusal, the log, and what progress shows after."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cycles, meetings, people, units
from tests.factories.meetings import MEETS, NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import Obligation, ProgressRollup
from tusoi.cycles.operations import record_step
from tusoi.meetings import errors, operations
from tusoi.meetings.enums import (
    ITEM_TRANSITIONS,
    MEETING_TRANSITIONS,
    AttendeeKind,
    ItemState,
    MeetingState,
    Presence,
)
from tusoi.meetings.models import AgendaItem, Attendance, Remark
from tusoi.meetings.operations import PresenceEntry
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.units.enums import MembershipKind, Position, UnitKind


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHO_PLANS = pytest.mark.parametrize(
    ("who", "may"),
    [
        ("an", False),
        ("binh", True),
        ("cuc", True),
        ("dung", False),
        ("board", False),
        ("authority", False),
        ("inspector", False),
        ("administrator", False),
        ("outsider", False),
    ],
)


def events(action):
    return AuditEvent.objects.filter(action=f"meetings.{action}")


def mark(scene, meeting, presence, *whom, reason=""):
    rows = meeting.attendances.filter(person__in=[one.pk for one in whom])
    return operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(one.pk, presence, reason) for one in rows],
        actor=scene.binh,
        at=NOW,
    )


# Planning


def test_planning_suggests_the_agenda_in_the_order_of_the_guideline():
    scene = meetings.scene(more_members=1)
    collective = units.collective(scene.people.cell, "Chi ủy")
    units.post(scene.people.binh.person, scene.people.cell, Position.HEAD, collective=collective)
    cycle = cycles.cycle(scene.people.district, name="Đợt khác", year=2023, at=NOW)
    scene.cycle = cycle

    meeting = meetings.plan(scene, meets_at=cycles.moment(2023, 11, 25), at=NOW)

    found = [
        (one.obligation.subject_kind, one.obligation.name)
        for one in meeting.items.order_by("position")
    ]
    assert found[:4] == [
        ("cell", "Chi bộ Khu vực 1"),
        ("collective", "Chi ủy"),
        ("leader", "Trần Văn Bình"),
        # The secretary before members whose names come earlier.
        ("member", "Trần Văn Bình"),
    ]
    assert {one[1] for one in found[4:]} == {"Lê Thị An", "Đảng viên 01"}


def test_planning_summons_the_members_of_that_day_with_and_without_a_vote():
    scene = meetings.scene()
    cell = scene.people.cell
    by_kind = {}

    def join(name, kind=MembershipKind.OFFICIAL, **fields):
        person = people.make_person(name)
        member = people.member(person, **fields)
        units.membership(member, cell, kind=kind)
        by_kind[name] = person
        return member

    join("Dự Bị", official_on=None)
    join("Dự Bị Sắp Hết", official_on=dt.date(2022, 11, 26))
    join("Tạm Thời", kind=MembershipKind.TEMPORARY)
    suspended = join("Đình Chỉ")
    exempt = join("Miễn")
    gone = join("Đã Ra")
    gone.left_on, gone.left_reason = dt.date(2022, 11, 25), "resigned"
    gone.save()
    later = people.member(people.make_person("Đến Sau"))
    units.membership(later, cell, valid_from=dt.date(2022, 11, 26))
    before = people.member(people.make_person("Đã Chuyển"))
    units.membership(before, cell, valid_to=dt.date(2022, 11, 25))
    for member, kind in ((suspended, StandingKind.SUSPENDED), (exempt, StandingKind.EXEMPT)):
        MemberStanding.objects.create(member=member, kind=kind, valid_from=dt.date(2022, 1, 1))

    meeting = meetings.plan(scene)

    found = {one.name: (one.kind, one.has_vote) for one in meeting.attendances.all()}
    assert found == {
        "Lê Thị An": (AttendeeKind.FULL, True),
        "Trần Văn Bình": (AttendeeKind.FULL, True),
        "Dự Bị": (AttendeeKind.PROBATIONARY, False),
        "Dự Bị Sắp Hết": (AttendeeKind.PROBATIONARY, False),
        "Tạm Thời": (AttendeeKind.TEMPORARY, False),
        "Đình Chỉ": (AttendeeKind.SUSPENDED, False),
        "Miễn": (AttendeeKind.EXEMPT, False),
    }


def test_a_committee_summons_its_seats():
    scene = meetings.scene()
    ward = scene.people.ward
    deputy = people.make_person("Phó Bí Thư")
    barred = people.make_person("Bị Đình Chỉ Cấp Ủy")
    past = people.make_person("Nhiệm Kỳ Trước")
    units.post(deputy, ward, Position.DEPUTY_SECRETARY)
    units.post(deputy, ward, Position.COMMITTEE_MEMBER)
    units.post(barred, ward, Position.COMMITTEE_MEMBER)
    units.post(past, ward, Position.SECRETARY, valid_to=dt.date(2022, 11, 25))
    MemberStanding.objects.create(
        member=people.member(barred),
        kind=StandingKind.COMMITTEE_SUSPENDED,
        valid_from=dt.date(2022, 1, 1),
    )

    meeting = meetings.plan(scene, unit=ward, actor=scene.people.cuc)

    found = {one.name: (one.kind, one.has_vote) for one in meeting.attendances.all()}
    assert found == {
        "Phó Bí Thư": (AttendeeKind.SEAT, True),
        "Bị Đình Chỉ Cấp Ủy": (AttendeeKind.SUSPENDED, False),
    }


@WHO_PLANS
def test_who_may_plan(who, may):
    scene = meetings.scene()
    actor = getattr(scene.people, who)

    if may:
        made = meetings.plan(scene, actor=actor)
        event = events("plan").get()
        assert (event.object_id, event.unit_id) == (str(made.pk), scene.people.cell.pk)
        assert (event.to_state, event.actor_id) == (MeetingState.PLANNED, actor.pk)
    else:
        with pytest.raises(NotPermitted):
            meetings.plan(scene, actor=actor)
        assert not events("plan").exists()


def test_planning_keeps_a_chosen_order():
    scene = meetings.scene()
    owed = Obligation.objects.filter(unit=scene.people.cell).order_by("-pk")
    chosen = [one.pk for one in owed]

    with pytest.raises(errors.OrderNeedsReason) as refusal:
        meetings.plan(scene, obligation_ids=chosen)
    assert "Kiểm điểm tập thể trước, cá nhân sau" in str(refusal.value)
    meeting = meetings.plan(
        scene, obligation_ids=[*chosen, chosen[0]], order_note=" Báo cáo chi bộ nộp sau "
    )

    assert meeting.order_note == "Báo cáo chi bộ nộp sau"

    assert list(meeting.items.order_by("position").values_list("obligation_id", flat=True)) == (
        chosen
    )


def test_planning_refuses_what_does_not_belong():
    scene = meetings.scene()
    other = Obligation.objects.get(person=scene.people.dung.person)

    with pytest.raises(errors.ReviewNotForThisAgenda):
        meetings.plan(scene, obligation_ids=[other.pk])
    with pytest.raises(errors.AgendaIsEmpty):
        meetings.plan(scene, obligation_ids=[])


def test_a_review_is_on_one_agenda_only():
    scene = meetings.scene()
    first = meetings.plan(scene)

    with pytest.raises(errors.AgendaIsEmpty):
        meetings.plan(scene)
    with pytest.raises(errors.ReviewNotForThisAgenda):
        meetings.plan(scene, obligation_ids=[first.items.first().obligation_id])


def test_planning_refuses_a_cycle_that_is_not_open_and_a_unit_outside():
    scene = meetings.scene()
    outside = units.unit("Chi bộ Mới", UnitKind.CELL, scene.people.ward)
    draft = cycles.cycle(scene.people.district, opened=False, name="Nháp")

    with pytest.raises(errors.UnitOutsideCycle):
        meetings.plan(scene, unit=outside, actor=scene.people.cuc)
    scene.cycle = draft
    with pytest.raises(errors.CycleNotOpen):
        meetings.plan(scene)


def test_editing_moves_the_day_and_with_it_the_summons():
    scene = meetings.scene(more_members=1)
    meeting = meetings.plan(scene)
    newcomer = people.make_person("Mới Đến")
    units.membership(people.member(newcomer), scene.people.cell, valid_from=dt.date(2022, 11, 27))
    leaving = meeting.attendances.get(person__full_name="Đảng viên 01").person
    leaving.party_member.memberships.update(valid_to=dt.date(2022, 11, 27))
    scene.people.an_person.party_member.memberships.update(valid_to=dt.date(2022, 11, 27))
    mark(scene, meeting, Presence.EXCUSED, scene.people.an_person, reason="Ốm")
    promoted = meeting.attendances.get(person=scene.people.binh.person)
    Attendance.objects.filter(pk=promoted.pk).update(
        has_vote=False, kind=AttendeeKind.PROBATIONARY
    )
    operations.add_guest(meeting_id=meeting.pk, person_id=newcomer.pk, actor=scene.binh, at=NOW)
    kept = list(meeting.items.order_by("-position").values_list("obligation_id", flat=True))

    operations.edit_meeting(
        meeting_id=meeting.pk,
        name="Hội nghị dời ngày",
        meets_at=MEETS + dt.timedelta(days=3),
        place="Nhà văn hóa",
        obligation_ids=kept,
        order_note="Đại biểu cấp trên chỉ dự được buổi chiều",
        actor=scene.binh,
        at=NOW,
    )

    meeting.refresh_from_db()
    assert (meeting.name, meeting.place) == ("Hội nghị dời ngày", "Nhà văn hóa")
    assert [one.obligation_id for one in meeting.items.order_by("position")] == kept
    found = {one.name: (one.kind, one.presence) for one in meeting.attendances.all()}
    assert found == {
        "Trần Văn Bình": (AttendeeKind.FULL, Presence.SUMMONED),
        "Mới Đến": (AttendeeKind.FULL, Presence.SUMMONED),
        # Asked to be excused; what was written down is not lost.
        "Lê Thị An": (AttendeeKind.FULL, Presence.EXCUSED),
    }
    assert events("edit").count() == 1


def test_editing_refuses_once_it_has_begun():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)

    with pytest.raises(errors.MeetingNotPlanned):
        operations.edit_meeting(
            meeting_id=meeting.pk,
            name="x",
            meets_at=MEETS,
            place="",
            obligation_ids=[],
            actor=scene.binh,
            at=NOW,
        )


# Opening, calling off, closing, opening again


def test_opening_takes_the_moment_and_refuses_a_second_time():
    scene = meetings.scene()

    meeting = meetings.under_way(scene)

    assert (meeting.state, meeting.opened_at, meeting.opened_by) == (
        MeetingState.UNDER_WAY,
        NOW,
        scene.binh,
    )
    event = events("open").get()
    assert (event.from_state, event.to_state) == (MeetingState.PLANNED, MeetingState.UNDER_WAY)
    with pytest.raises(errors.MeetingNotPlanned):
        operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


def test_opening_before_its_day_asks_for_the_true_time():
    scene = meetings.scene()
    meeting = meetings.plan(scene, meets_at=cycles.moment(2022, 11, 28, 8))

    with pytest.raises(errors.OpensBeforeItsDay, match="28/11/2022"):
        operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.OpensBeforeItsDay, match="26/11/2022"):
        operations.open_meeting(
            meeting_id=meeting.pk,
            meets_at=cycles.moment(2022, 11, 26, 8),
            actor=scene.binh,
            at=NOW,
        )
    assert not events("open").exists()

    operations.open_meeting(
        meeting_id=meeting.pk, meets_at=meetings.MEETS, actor=scene.binh, at=NOW
    )
    meeting.refresh_from_db()
    assert (meeting.state, meeting.meets_at) == (MeetingState.UNDER_WAY, meetings.MEETS)


def test_opening_refuses_when_the_cycle_is_over():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    scene.cycle.state, scene.cycle.closed_at, scene.cycle.closed_by = "closed", NOW, scene.binh
    scene.cycle.save()

    with pytest.raises(errors.CycleNotOpen):
        operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


def test_calling_off_frees_the_reviews():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    operations.cancel_meeting(meeting_id=meeting.pk, reason=" Mưa lũ ", actor=scene.binh, at=NOW)

    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancel_reason) == (MeetingState.CANCELLED, "Mưa lũ")
    assert events("cancel").get().note == "Mưa lũ"
    assert meetings.plan(scene).items.count() == meeting.items.count()
    with pytest.raises(errors.MeetingNotPlanned):
        operations.cancel_meeting(meeting_id=meeting.pk, reason="x", actor=scene.binh, at=NOW)


def test_calling_off_needs_a_reason():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    with pytest.raises(errors.ReasonMissing):
        operations.cancel_meeting(meeting_id=meeting.pk, reason=" ", actor=scene.binh, at=NOW)


def finish(scene, meeting, **fields):
    return operations.close_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW, **fields)


def name_officers(scene, meeting):
    binh = scene.people.binh.person
    return operations.set_officers(
        meeting_id=meeting.pk, chair_id=binh.pk, secretary_id=binh.pk, actor=scene.binh, at=NOW
    )


def test_closing_asks_for_officers_attendance_and_every_item():
    scene = meetings.scene()
    meeting = meetings.under_way(scene, present=False)
    with pytest.raises(errors.OfficersMissing):
        finish(scene, meeting)
    mark(scene, meeting, Presence.PRESENT, scene.people.binh.person)
    name_officers(scene, meeting)
    with pytest.raises(errors.AttendanceIncomplete):
        finish(scene, meeting)
    mark(scene, meeting, Presence.ABSENT, scene.people.an_person)
    with pytest.raises(errors.ItemsStillOpen) as refusal:
        finish(scene, meeting)
    assert refusal.value.names == ("Chi bộ Khu vực 1", "Trần Văn Bình", "Lê Thị An")
    assert "Lê Thị An" in str(refusal.value)
    for item in meeting.items.all():
        operations.postpone_item(item_id=item.pk, reason="Thiếu", actor=scene.binh, at=NOW)

    closed = finish(scene, meeting, conclusion=" Sẽ họp lại. ")

    assert (closed.state, closed.conclusion) == (MeetingState.CLOSED, "Sẽ họp lại.")
    assert events("close").get().to_state == MeetingState.CLOSED
    with pytest.raises(errors.MeetingNotUnderWay):
        finish(scene, meeting)


def test_a_closed_meeting_is_opened_again_with_a_reason():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    with pytest.raises(errors.MeetingNotClosed):
        operations.reopen_meeting(meeting_id=meeting.pk, reason="x", actor=scene.binh, at=NOW)
    meeting.items.all().delete()
    name_officers(scene, meeting)
    finish(scene, meeting)
    with pytest.raises(errors.ReasonMissing):
        operations.reopen_meeting(meeting_id=meeting.pk, reason="", actor=scene.binh, at=NOW)

    operations.reopen_meeting(
        meeting_id=meeting.pk, reason="Ghi sai kết luận", actor=scene.binh, at=NOW
    )

    meeting.refresh_from_db()
    assert (meeting.state, meeting.closed_at) == (MeetingState.UNDER_WAY, None)
    assert events("reopen").get().note == "Ghi sai kết luận"


def test_a_meeting_of_a_closed_cycle_stays_closed():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    meeting.items.all().delete()
    name_officers(scene, meeting)
    finish(scene, meeting)
    scene.cycle.state, scene.cycle.closed_at, scene.cycle.closed_by = "closed", NOW, scene.binh
    scene.cycle.save()

    with pytest.raises(errors.CycleNotOpen):
        operations.reopen_meeting(meeting_id=meeting.pk, reason="x", actor=scene.binh, at=NOW)


# Attendance, officers, guests


def test_attendance_is_written_down_in_one_go():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    first = mark(scene, meeting, Presence.EXCUSED, scene.people.an_person, reason=" Đi công tác ")
    again = mark(scene, meeting, Presence.EXCUSED, scene.people.an_person, reason="Đi công tác")

    row = meeting.attendances.get(person=scene.people.an_person)
    assert (row.presence, row.reason) == (Presence.EXCUSED, "Đi công tác")
    assert (first, again) == (1, 0)
    assert events("attendance").get().note == "1"
    mark(scene, meeting, Presence.PRESENT, scene.people.an_person, reason="thừa")
    row.refresh_from_db()
    assert (row.presence, row.reason) == (Presence.PRESENT, "")


def test_attendance_counts_wholly_or_not_at_all():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    other = meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)
    stranger = operations.add_guest(
        meeting_id=other.pk, guest_name="Khách", actor=scene.people.cuc, at=NOW
    )
    rows = list(meeting.attendances.all())
    fine = PresenceEntry(rows[0].pk, Presence.PRESENT)

    for entry, refusal in (
        (PresenceEntry(stranger.pk, Presence.PRESENT), errors.NotSummoned),
        (PresenceEntry(rows[1].pk, Presence.EXCUSED), errors.ExcuseMissing),
    ):
        with pytest.raises(refusal):
            operations.record_attendance(
                meeting_id=meeting.pk, entries=[fine, entry], actor=scene.binh, at=NOW
            )
    assert not meeting.attendances.filter(presence=Presence.PRESENT).exists()


def test_attendance_is_fixed_when_the_meeting_is_over():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    operations.cancel_meeting(meeting_id=meeting.pk, reason="Mưa", actor=scene.binh, at=NOW)

    with pytest.raises(errors.MeetingIsOver):
        mark(scene, meeting, Presence.PRESENT, scene.people.an_person)


def test_officers_are_people_in_the_room():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    an, binh = scene.people.an_person, scene.people.binh.person
    mark(scene, meeting, Presence.ABSENT, an)

    with pytest.raises(errors.OfficerMustBePresent):
        operations.set_officers(
            meeting_id=meeting.pk, chair_id=binh.pk, secretary_id=an.pk, actor=scene.binh, at=NOW
        )
    mark(scene, meeting, Presence.PRESENT, an)
    operations.set_officers(
        meeting_id=meeting.pk, chair_id=binh.pk, secretary_id=an.pk, actor=scene.binh, at=NOW
    )

    meeting.refresh_from_db()
    assert (meeting.chair, meeting.secretary) == (binh, an)
    assert events("officers").count() == 1
    with pytest.raises(errors.OfficerMustBePresent):
        mark(scene, meeting, Presence.ABSENT, an)


def test_guests_are_known_or_written_in_and_never_vote():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    person = scene.people.cuc.person

    known = operations.add_guest(
        meeting_id=meeting.pk, person_id=person.pk, guest_name="bỏ", actor=scene.binh, at=NOW
    )
    written = operations.add_guest(
        meeting_id=meeting.pk, guest_name=" Bà Lan, Mặt trận ", actor=scene.binh, at=NOW
    )

    assert (known.name, known.has_vote) == ("Phạm Thị Cúc", False)
    assert (written.name, written.kind) == ("Bà Lan, Mặt trận", AttendeeKind.GUEST)
    assert str(written) == "Bà Lan, Mặt trận: chưa điểm danh"
    assert events("invite").count() == 2
    with pytest.raises(errors.AlreadySummoned):
        operations.add_guest(meeting_id=meeting.pk, person_id=person.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.AlreadySummoned):
        operations.add_guest(
            meeting_id=meeting.pk, guest_name="Bà Lan, Mặt trận", actor=scene.binh, at=NOW
        )
    with pytest.raises(errors.GuestNameMissing):
        operations.add_guest(meeting_id=meeting.pk, guest_name=" ", actor=scene.binh, at=NOW)


def test_only_guests_without_office_are_taken_off_the_list():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    person = scene.people.cuc.person
    written = operations.add_guest(
        meeting_id=meeting.pk, guest_name="Bà Lan", actor=scene.binh, at=NOW
    )
    known = operations.add_guest(
        meeting_id=meeting.pk, person_id=person.pk, actor=scene.binh, at=NOW
    )
    meetings.everybody_present(meeting, scene.binh)
    operations.set_officers(
        meeting_id=meeting.pk,
        chair_id=person.pk,
        secretary_id=person.pk,
        actor=scene.binh,
        at=NOW,
    )

    operations.remove_guest(attendance_id=written.pk, actor=scene.binh, at=NOW)

    assert not Attendance.objects.filter(pk=written.pk).exists()
    assert events("uninvite").count() == 1
    with pytest.raises(errors.OfficerMustBePresent):
        operations.remove_guest(attendance_id=known.pk, actor=scene.binh, at=NOW)
    member = meeting.attendances.get(person=scene.people.an_person)
    with pytest.raises(errors.OnlyGuestsAreRemoved):
        operations.remove_guest(attendance_id=member.pk, actor=scene.binh, at=NOW)


# Remarks


def say(scene, item, text="Cần làm rõ.", **fields):
    return operations.add_remark(item_id=item.pk, text=text, actor=scene.binh, at=NOW, **fields)


def test_remarks_with_a_name_without_and_of_a_guest():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    guest = operations.add_guest(
        meeting_id=meeting.pk, guest_name="Bà Lan", actor=scene.binh, at=NOW
    )
    operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(guest.pk, Presence.PRESENT)],
        actor=scene.binh,
        at=NOW,
    )
    row = meeting.attendances.get(person=scene.people.binh.person)

    named = say(scene, item, "  Cần làm rõ.  ", attendance_id=row.pk)
    nameless = say(scene, item)
    of_guest = say(scene, item, attendance_id=guest.pk)

    assert (named.text, named.speaker) == ("Cần làm rõ.", "Trần Văn Bình")
    assert nameless.speaker == ""
    assert of_guest.speaker == "Bà Lan"
    assert events("remark").count() == 3
    # The log tells that something was said, never what or by whom.
    assert not events("remark").exclude(note="").exists()


def test_a_remark_is_corrected_and_taken_out():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    row = meeting.attendances.get(person=scene.people.binh.person)
    remark = say(scene, item, attendance_id=row.pk)

    operations.edit_remark(remark_id=remark.pk, text="Đã rõ.", actor=scene.binh, at=NOW)

    remark.refresh_from_db()
    assert (remark.text, remark.speaker) == ("Đã rõ.", "")
    operations.delete_remark(remark_id=remark.pk, actor=scene.binh, at=NOW)
    assert not Remark.objects.exists()
    assert events("remark_edit").count() == events("remark_delete").count() == 1


def test_remarks_are_refused_outside_the_discussion():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    row = meeting.attendances.get(person=scene.people.an_person)
    with pytest.raises(errors.MeetingNotUnderWay):
        say(scene, item)
    operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.RemarkIsEmpty):
        say(scene, item, " ")
    with pytest.raises(errors.SpeakerMustBePresent):
        say(scene, item, attendance_id=row.pk)
    with pytest.raises(NotPermitted):
        operations.add_remark(item_id=item.pk, text="x", actor=scene.people.an, at=NOW)
    remark = say(scene, item)
    meetings.submit(meeting)
    meetings.everybody_present(meeting, scene.binh)
    meetings.conclude(scene, item)

    with pytest.raises(errors.ItemNotOpen):
        say(scene, item)
    with pytest.raises(errors.ItemNotOpen):
        operations.edit_remark(remark_id=remark.pk, text="x", actor=scene.binh, at=NOW)
    with pytest.raises(errors.ItemNotOpen):
        operations.delete_remark(remark_id=remark.pk, actor=scene.binh, at=NOW)


# Conclusions


def reviewed(unit, kind="member"):
    return ProgressRollup.objects.get(unit=unit, subject_kind=kind).reviewed


def test_a_conclusion_counts_the_review_at_every_level():
    scene = meetings.scene()

    item = meetings.concluded(scene)

    item.refresh_from_db()
    assert (item.state, item.concluded_at, item.concluded_by) == (
        ItemState.CONCLUDED,
        NOW,
        scene.binh,
    )
    assert item.obligation.reviewed_at == NOW
    for unit in (scene.people.cell, scene.people.ward, scene.people.district):
        assert reviewed(unit) == 1
    event = events("conclude").get(object_id=str(item.pk))
    assert (event.from_state, event.to_state) == (ItemState.OPEN, ItemState.CONCLUDED)
    with pytest.raises(errors.ItemNotOpen):
        meetings.conclude(scene, item)


def test_a_conclusion_needs_a_review_a_text_and_a_meeting():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    meetings.everybody_present(meeting, scene.binh)
    item = meetings.item_of(meeting, scene.people.an_person)
    with pytest.raises(errors.MeetingNotUnderWay):
        meetings.conclude(scene, item)
    operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.ConclusionMissing):
        meetings.conclude(scene, item, conclusion=" ")
    with pytest.raises(errors.ReviewNotSubmitted) as refusal:
        operations.conclude_item(
            item_id=item.pk,
            conclusion="x",
            quorum_note="không giúp được",
            actor=scene.binh,
            at=NOW,
        )
    assert "Lê Thị An" in str(refusal.value)
    meetings.submit(meeting)
    with pytest.raises(NotPermitted):
        meetings.conclude(scene, item, actor=scene.people.an)
    with pytest.raises(NotPermitted):
        meetings.conclude(scene, item, actor=scene.people.dung)
    assert not events("conclude").exists()
    assert reviewed(scene.people.cell) == 0


def test_a_subject_taken_out_of_the_cycle_is_not_concluded():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    item = meetings.item_of(meeting, scene.people.an_person)
    Obligation.objects.filter(pk=item.obligation_id).update(cancelled_on=dt.date(2022, 11, 24))

    with pytest.raises(errors.ReviewNoLongerExpected):
        meetings.conclude(scene, item)


def test_nothing_is_concluded_in_a_closed_cycle():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    scene.cycle.state, scene.cycle.closed_at, scene.cycle.closed_by = "closed", NOW, scene.binh
    scene.cycle.save()

    with pytest.raises(errors.CycleNotOpen):
        meetings.conclude(scene, meetings.item_of(meeting, scene.people.an_person))


def test_without_a_quorum_a_conclusion_needs_a_reason():
    scene = meetings.scene(more_members=1)
    meeting = meetings.under_way(scene, present=False)
    meetings.submit(meeting)
    mark(scene, meeting, Presence.PRESENT, scene.people.binh.person)
    item = meetings.item_of(meeting, scene.people.an_person)

    with pytest.raises(errors.QuorumNotReached) as refusal:
        meetings.conclude(scene, item)
    assert "1" in str(refusal.value)
    assert "2" in str(refusal.value)
    done = meetings.conclude(scene, item, quorum_note=" Cấp trên đồng ý ")

    assert done.quorum_note == "Cấp trên đồng ý"
    assert events("conclude").get(object_id=str(item.pk)).note == "Cấp trên đồng ý"


def test_a_reason_is_not_kept_when_the_quorum_was_there():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)

    done = meetings.conclude(
        scene, meetings.item_of(meeting, scene.people.an_person), quorum_note="thừa"
    )

    assert done.quorum_note == ""


# Taking back and putting off


def reopen(scene, item, reason="Còn ý kiến"):
    return operations.reopen_item(item_id=item.pk, reason=reason, actor=scene.binh, at=NOW)


def test_a_conclusion_is_taken_back_with_a_reason():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    with pytest.raises(errors.ReasonMissing):
        reopen(scene, item, " ")

    reopen(scene, item)

    item.refresh_from_db()
    assert (item.state, item.concluded_at) == (ItemState.OPEN, None)
    # The text stays, to be worked on.
    assert item.conclusion
    assert item.obligation.reviewed_at is None
    assert reviewed(scene.people.district) == 0
    event = events("reopen_item").get()
    assert (event.from_state, event.note) == (ItemState.CONCLUDED, "Còn ý kiến")
    with pytest.raises(errors.ItemStillOpen):
        reopen(scene, item)
    assert meetings.conclude(scene, item).state == ItemState.CONCLUDED
    assert reviewed(scene.people.district) == 1


@pytest.mark.parametrize("step", [ProgressStep.RATED, ProgressStep.DECIDED])
def test_a_conclusion_on_which_a_level_rests_stays(step):
    scene = meetings.scene()
    item = meetings.concluded(scene)
    record_step(obligation_id=item.obligation_id, step=step, actor=scene.binh, at=NOW)

    with pytest.raises(errors.AlreadyRated):
        reopen(scene, item)


def postpone(scene, item, *, reason="Vắng người được kiểm điểm", to=None):
    return operations.postpone_item(
        item_id=item.pk,
        reason=reason,
        to_meeting_id=to.pk if to else None,
        actor=scene.binh,
        at=NOW,
    )


def test_a_review_is_put_off_to_a_meeting_still_to_be_called():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    with pytest.raises(errors.ReasonMissing):
        postpone(scene, item, reason="")

    postpone(scene, item)

    item.refresh_from_db()
    assert (item.state, item.postponed_to) == (ItemState.POSTPONED, None)
    assert events("postpone").get().note == "Vắng người được kiểm điểm"
    later = meetings.plan(scene)
    assert [one.obligation_id for one in later.items.all()] == [item.obligation_id]


def test_a_review_is_put_off_to_a_planned_meeting_and_fetched_back():
    scene = meetings.scene()
    first = Obligation.objects.get(person=scene.people.an_person)
    meeting = meetings.under_way(scene, obligation_ids=[first.pk])
    later = meetings.plan(scene)
    item = meeting.items.get()

    postpone(scene, item, to=later)

    moved = later.items.get(obligation=first)
    assert moved.position == later.items.count()
    item.refresh_from_db()
    assert item.postponed_to == later
    reopen(scene, item)
    item.refresh_from_db()
    assert (item.state, item.postponed_to, item.postpone_reason) == (ItemState.OPEN, None, "")
    assert not AgendaItem.objects.filter(pk=moved.pk).exists()


def test_what_a_meeting_has_not_come_to_is_put_off_at_once():
    scene = meetings.scene(more_members=2)
    done = meetings.concluded(scene)
    meeting = done.meeting
    told = {"meeting_id": meeting.pk, "actor": scene.binh, "at": NOW}
    with pytest.raises(errors.ReasonMissing):
        operations.postpone_rest(reason=" ", **told)
    assert not meeting.items.filter(state=ItemState.POSTPONED).exists()

    ids = list(meeting.items.filter(state=ItemState.OPEN).values_list("pk", flat=True))
    assert operations.postpone_rest(reason="Hết giờ", **told) == len(ids) > 1
    rest = meeting.items.filter(pk__in=ids)
    assert set(rest.values_list("state", "postpone_reason")) == {("postponed", "Hết giờ")}
    done.refresh_from_db()
    assert done.state == ItemState.CONCLUDED


def test_a_review_that_moved_on_is_not_fetched_back():
    scene = meetings.scene()
    first = Obligation.objects.get(person=scene.people.an_person)
    meeting = meetings.under_way(scene, obligation_ids=[first.pk])
    later = meetings.plan(scene)
    item = meeting.items.get()
    postpone(scene, item, to=later)
    operations.open_meeting(meeting_id=later.pk, actor=scene.binh, at=NOW)

    with pytest.raises(errors.ItemMovedOn):
        reopen(scene, item)


def test_a_review_is_not_put_off_to_a_meeting_elsewhere():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    elsewhere = meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)
    item = meetings.item_of(meeting, scene.people.an_person)

    for target in (meeting, elsewhere):
        with pytest.raises(errors.PostponedToSameMeeting):
            postpone(scene, item, to=target)


# What holds whatever the operations do


def test_every_move_in_the_log_is_an_allowed_one():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    reopen(scene, item)
    postpone(scene, item)
    reopen(scene, item)
    meetings.conclude(scene, item)
    for other in item.meeting.items.filter(state=ItemState.OPEN):
        postpone(scene, other)
    name_officers(scene, item.meeting)
    finish(scene, item.meeting)
    operations.reopen_meeting(meeting_id=item.meeting_id, reason="x", actor=scene.binh, at=NOW)

    moves = AuditEvent.objects.filter(action__startswith="meetings.").exclude(from_state="")
    assert moves.count() == 10
    for kind, table in (("reviewmeeting", MEETING_TRANSITIONS), ("agendaitem", ITEM_TRANSITIONS)):
        for move in moves.filter(object_kind=f"meetings.{kind}"):
            assert move.to_state in table[move.from_state]


@pytest.mark.parametrize(
    "change",
    [
        {"state": ItemState.CONCLUDED},
        {"state": ItemState.POSTPONED},
        {"concluded_at": NOW},
        {"postponed_at": NOW},
    ],
)
def test_the_database_keeps_state_and_moment_together(change):
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.items.update(**change)


def test_a_guest_with_a_vote_cannot_be_stored():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            meeting=meeting, guest_name="Khách", kind=AttendeeKind.GUEST, has_vote=True
        )


def test_names_for_people():
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    item = meetings.item_of(meeting, scene.people.an_person)

    assert str(meeting) == "Hội nghị kiểm điểm năm 2022"
    assert str(item) == str(item.obligation)
    assert str(say(scene, item, "Một ý kiến")) == "Một ý kiến"


def test_a_remark_sent_twice_is_one_and_said_again_later_is_two():
    scene = meetings.scene()
    item = meetings.item_of(meetings.under_way(scene), scene.people.an_person)

    first = say(scene, item, "Nhất trí.")
    assert say(scene, item, " Nhất trí. ") == first
    assert events("remark").count() == 1

    say(scene, item, "Cần nêu rõ hơn.")
    later = NOW + dt.timedelta(minutes=1)
    operations.add_remark(item_id=item.pk, text="Nhất trí.", actor=scene.binh, at=later)
    assert item.remarks.count() == 3
