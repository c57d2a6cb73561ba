"""Who may read which meeting, when a quorum is reached, and what comes next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import cycles, meetings, people, units
from tests.factories.meetings import NOW
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import MeetingTask, Presence, QuorumRule
from tusoi.meetings.models import ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
from tusoi.meetings.permissions import can_hold, can_read
from tusoi.meetings.queries import quorum
from tusoi.people.queries import system_account
from tusoi.units.enums import Position


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = NOW.date()


@pytest.mark.parametrize(
    ("who", "reads", "holds"),
    [
        ("an", True, False),
        ("binh", True, True),
        ("cuc", True, True),
        ("dung", False, False),
        ("board", True, False),
        ("authority", True, False),
        ("ward_authority", True, False),
        ("inspector", True, False),
        ("administrator", False, False),
        ("outsider", False, False),
    ],
)
def test_who_reads_and_who_holds(who, reads, holds):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    actor = getattr(scene.people, who)

    assert can_read(actor, meeting, on=DAY) is reads
    assert queries.meetings_for(actor, on=DAY).exists() is reads
    assert can_hold(actor, meeting, on=DAY) is holds
    assert queries.meetings_held_by(actor, on=DAY).exists() is holds


def test_a_member_reads_only_the_meetings_to_which_they_were_summoned():
    scene = meetings.scene()
    own = meetings.plan(scene)
    meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)

    assert list(queries.meetings_for(scene.people.an, on=DAY)) == [own]
    assert queries.meetings_for(system_account(), on=DAY).count() == 2


def test_a_blocked_account_reads_nothing():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    scene.people.an.is_active = False

    assert not can_read(scene.people.an, meeting, on=DAY)
    assert not queries.meetings_for(scene.people.an, on=DAY).exists()


@pytest.mark.parametrize(
    ("choice", "voters", "needed"),
    [
        ("two-thirds", 3, 2),
        ("two-thirds", 4, 3),
        ("two-thirds", 5, 4),
        ("two-thirds", 6, 4),
        ("two-thirds", 0, 0),
        ("more-than-half", 3, 2),
        ("more-than-half", 4, 3),
        ("more-than-half", 5, 3),
        ("none", 5, 0),
    ],
)
def test_the_quorum_is_counted_in_whole_people(choice, voters, needed):
    assert quorum._needed(QuorumRule(choice), voters) == needed


def test_the_quorum_counts_voters_and_says_that_the_rule_is_unchecked():
    scene = meetings.scene(more_members=1)
    probationary = people.make_person("Dự Bị")
    units.membership(people.member(probationary, official_on=None), scene.people.cell)
    meeting = meetings.plan(scene)

    before = queries.quorum_of(meeting)
    meetings.everybody_present(meeting, scene.binh)
    after = queries.quorum_of(meeting)

    assert (before.summoned_count, before.present_count, before.needed_count) == (3, 0, 2)
    assert (before.unmarked_count, before.is_reached) == (4, False)
    assert (after.present_count, after.unmarked_count, after.is_reached) == (3, 0, True)
    assert after.needs_checking
    assert str(after.rule) == QuorumRule.TWO_THIRDS.label


def test_the_authority_chooses_another_quorum():
    scene = meetings.scene(more_members=2)
    scene.cycle.rulebook_settings = {"meeting-quorum": "more-than-half"}
    scene.cycle.save()

    assert queries.quorum_rule(scene.cycle)[0] is QuorumRule.MORE_THAN_HALF


def test_a_rulebook_that_says_nothing_leaves_two_thirds_to_be_checked(monkeypatch):
    scene = meetings.scene()

    class Silent:
        settings = ()

    monkeypatch.setattr(quorum, "rulebook_of", lambda _cycle: Silent())

    assert queries.quorum_rule(scene.cycle) == (QuorumRule.TWO_THIRDS, True)


def task(meeting):
    return queries.next_task(
        meeting, quorum=queries.quorum_of(meeting), items=list(meeting.items.all())
    )


def test_one_step_at_a_time():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    assert task(meeting) is MeetingTask.OPEN
    meeting = operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    assert task(meeting) is MeetingTask.ATTENDANCE
    meetings.everybody_present(meeting, scene.binh)
    assert task(meeting) is MeetingTask.OFFICERS
    person = scene.people.binh.person
    meeting = operations.set_officers(
        meeting_id=meeting.pk,
        chair_id=person.pk,
        secretary_id=person.pk,
        actor=scene.binh,
        at=NOW,
    )
    assert task(meeting) is MeetingTask.DISCUSS
    for item in meeting.items.all():
        operations.postpone_item(item_id=item.pk, reason="x", actor=scene.binh, at=NOW)
    assert task(meeting) is MeetingTask.CLOSE
    meeting = operations.close_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    assert task(meeting) is MeetingTask.MINUTES


def test_guests_are_offered_from_above_and_not_from_elsewhere():
    scene = meetings.scene()
    above = people.make_person("Bí Thư Đảng Ủy")
    units.post(above, scene.people.ward, Position.SECRETARY)
    meeting = meetings.plan(scene)

    offered = queries.possible_guests(meeting, on=DAY)

    # Bình holds a post in the cell itself and is summoned; Dũng's post is in another branch.
    assert [one.full_name for one in offered] == ["Bí Thư Đảng Ủy"]
    operations.add_guest(meeting_id=meeting.pk, person_id=above.pk, actor=scene.binh, at=NOW)
    assert not queries.possible_guests(meeting, on=DAY).exists()


def test_the_list_of_those_summoned_begins_with_the_head_and_ends_with_guests():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    operations.add_guest(meeting_id=meeting.pk, guest_name="Bà A", actor=scene.binh, at=NOW)

    names = [one.name for one in queries.attendances_of(meeting)]

    assert names == ["Trần Văn Bình", "Lê Thị An", "Bà A"]


def test_units_that_wait_for_a_meeting():
    scene = meetings.scene()
    meetings.submit_obligation(cycles.obligation(scene.cycle, scene.people.an_person))

    rows = list(queries.units_to_meet(scene.people.cuc, on=DAY))

    assert rows == [
        {"cycle_id": scene.cycle.pk, "unit_id": unit.pk, "waiting": waiting, "submitted": done}
        for unit, waiting, done in ((scene.people.cell, 3, 1), (scene.people.ward, 1, 0))
    ]
    found = queries.units_to_meet(scene.people.cuc, on=DAY, search="phuong")
    assert [one["unit_id"] for one in found] == [scene.people.ward.pk]
    assert not queries.units_to_meet(scene.people.an, on=DAY)


def test_counts_come_with_the_list():
    scene = meetings.scene()
    meetings.concluded(scene)

    found = queries.with_counts(ReviewMeeting.objects.all()).get()

    assert (found.item_count, found.concluded_count) == (3, 2)


@pytest.mark.parametrize("more", [1, 3])
def test_the_agenda_costs_the_same_for_many(more):
    scene = meetings.scene(more_members=more)
    meeting = meetings.under_way(scene)
    for item in meeting.items.all():
        operations.add_remark(item_id=item.pk, text="Ý kiến", actor=scene.binh, at=NOW)

    with CaptureQueriesContext(
        connection,
    ) as statements:
        for item in queries.items_of(meeting):
            assert [one.speaker for one in item.remarks.all()] == [""]
            assert item.obligation.name
        for one in queries.attendances_of(meeting):
            assert one.name

    assert len(statements) == 6


def test_presence_of_nobody_changes_nothing():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    changed = operations.record_attendance(
        meeting_id=meeting.pk, entries=[], actor=scene.binh, at=NOW
    )
    unmarked = operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(meeting.attendances.first().pk, Presence.SUMMONED)],
        actor=scene.binh,
        at=NOW,
    )

    assert changed == unmarked == 0
