"""Every standing check finds the fault planted for it, tells it to those concerned, and ends."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import access, cast, cycles, meetings, people, remediation, units
from tusoi.access.enums import RoleKey
from tusoi.cycles.enums import StageKey, SubjectKind
from tusoi.cycles.models import CycleStage
from tusoi.meetings.models import AgendaItem, ReviewMeeting
from tusoi.people.enums import LeavingReason
from tusoi.people.models import PartyMember
from tusoi.people.queries import system_account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating
from tusoi.remediation import operations as remedies
from tusoi.remediation.enums import ActionState, PlanState, ShortcomingState, Verdict
from tusoi.remediation.models import Acceptance, FollowedShortcoming, RemediationPlan
from tusoi.remediation.models.shortcomings import NEVER
from tusoi.reports.integrity import BOUND, BY_KEY, CHECKS, Scope, examine
from tusoi.units.enums import MembershipKind, Position, UnitKind
from tusoi.units.models import Membership, Unit, UnitClosure


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ON = dt.date(2022, 12, 20)


def _keys(actor=None, on=ON):
    findings = examine(CHECKS, Scope(actor or system_account(), on))
    return {one.check.key for one in findings if not one.is_clean}


def _only(key, actor=None, on=ON):
    """Return what the check found, having made sure that it alone found something."""
    assert _keys(actor, on) == {key}
    (finding,) = examine([BY_KEY[key]], Scope(actor or system_account(), on))
    return finding


@pytest.fixture
def seats():
    return cast.make()


@pytest.fixture
def cycle(seats):
    return cycles.cycle(seats.district)


@pytest.fixture
def planned(seats, cycle):
    """An issued plan of the cell with one action, all of it in order."""
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    remediation.analyzed(told)
    plan = remediation.plan(cycle, seats.cell)
    made = remediation.action(plan, told, owner_person_id=seats.an_person.pk)
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.APPROVED,
        approved_at=remediation.PLANNED,
        approved_by=system_account(),
        has_changes=False,
    )
    return made


def _change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def _left(person, on=dt.date(2022, 12, 1)):
    PartyMember.objects.filter(person=person).update(
        left_on=on, left_reason=LeavingReason.RESIGNED
    )


def test_nothing_is_found_where_all_is_in_order(planned):
    assert _keys() == set()


def test_every_check_says_what_is_wrong_and_what_to_do():
    assert len(BY_KEY) == len(CHECKS) > 15
    for check in CHECKS:
        assert str(check.title)
        assert str(check.explanation).endswith(".")
        assert str(check.remedy).endswith(".")


# -- remedies ------------------------------------------------------------------------------------


def test_a_shortcoming_that_the_plan_left_out(seats, cycle, planned):
    remediation.told(cycle, seats.cell, "Sinh hoạt chi bộ còn hình thức")

    finding = _only("shortcoming-without-action")

    assert [one.text for one in finding.faults] == ["Sinh hoạt chi bộ còn hình thức"]
    assert finding.is_serious


def test_what_a_plan_was_issued_without_is_no_oversight_until_its_day(seats, cycle):
    (told,) = remediation.told(cycle, seats.cell, "Sinh hoạt chi bộ còn hình thức")
    plan = remediation.plan(cycle, seats.cell)
    remediation.action(plan, told, owner_person_id=None, due_on=None)
    remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    remedies.approve_plan(
        plan_id=plan.pk,
        justification="Chờ hướng dẫn của cấp trên.",
        gaps_until=ON,
        actor=system_account(),
        at=remediation.PLANNED,
    )

    assert _keys() == set()
    assert _keys(on=ON + dt.timedelta(days=1)) == {
        "shortcoming-without-action",
        "work-without-cause",
        "action-without-owner",
        "action-without-deadline",
    }
    # What came up afterwards was explained by nothing.
    remediation.told(cycle, seats.cell, "Hạ tầng chậm")
    assert _only("shortcoming-without-action").count == 1


def test_work_for_which_nobody_wrote_down_the_cause(planned):
    one = FollowedShortcoming.objects.get()
    blank = {"analyzed_at": None, "analyzed_by": None, "planned_at": None, "planned_by": None}
    _change(one, state=ShortcomingState.RECORDED, cause="", **blank)

    assert _only("work-without-cause").is_serious


def test_a_shortcoming_without_any_plan_counts_from_the_day_after_it_was_due(seats, cycle):
    remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    stage = CycleStage.objects.get(cycle=cycle, subject_kind=SubjectKind.CELL, key=StageKey.REMEDY)

    assert "shortcoming-without-action" not in _keys(on=stage.due_on)
    assert "shortcoming-without-action" in _keys(on=stage.due_on + dt.timedelta(days=1))


def test_an_action_without_an_owner(planned):
    _change(planned, owner_person=None)

    assert _only("action-without-owner").count == 1


def test_an_action_without_a_day(planned):
    _change(planned, due_on=None, late_after=NEVER)

    assert _only("action-without-deadline").count == 1


def test_an_owner_who_moved_to_another_cell(seats, planned):
    Membership.objects.filter(member__person=seats.an_person).update(unit=seats.other_cell)

    assert _only("action-owner-elsewhere").count == 1


def test_an_owner_who_left_the_party(seats, planned):
    _left(seats.an_person)

    assert "action-owner-elsewhere" in _keys()


@pytest.mark.parametrize("is_closed", [True, False])
def test_an_owning_body_that_closed_or_stands_elsewhere(seats, planned, is_closed):
    body = units.unit("Tổ đảng 1", UnitKind.CELL_GROUP, seats.cell)
    _change(planned, owner_person=None, owner_unit=body)
    assert _keys() == set()
    if is_closed:
        _change(body, closed_on=ON)
    else:
        _change(planned, owner_unit=seats.other_cell)

    assert _only("action-owner-elsewhere").count == 1


def test_what_is_said_to_be_done_without_a_word_of_what_came_of_it(planned):
    _change(
        planned,
        state=ActionState.DONE,
        late_after=NEVER,
        done_at=cycles.moment(2022, 12, 10),
        done_by=system_account(),
    )

    finding = _only("done-without-evidence")

    assert not finding.is_serious


@pytest.fixture
def finished(seats, cycle):
    """A shortcoming whose action is done and whose effect nobody has judged yet."""
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    remediation.done(seats, plan, told)
    FollowedShortcoming.objects.filter(pk=told.pk).update(check_on=ON)
    return told


def test_an_effect_that_nobody_judged_on_its_day(finished):
    assert "effect-overdue" not in _keys()
    assert "effect-overdue" in _keys(on=ON + dt.timedelta(days=1))


def test_what_did_not_help_needs_another_action_at_once(seats, finished):
    remediation.checked(finished, Verdict.NOT_EFFECTIVE, actor=seats.cuc)

    assert "shortcoming-without-action" in _keys()


def test_what_a_superior_accepted_for_a_time_is_left_alone_until_then(seats, cycle, planned):
    (late,) = remediation.told(cycle, seats.cell, "Sinh hoạt chi bộ còn hình thức")
    Acceptance.objects.create(
        shortcoming=late,
        until=ON,
        reason="Chờ trụ sở mới",
        asked_at=remediation.PLANNED,
        asked_by=seats.binh,
        granted_at=remediation.PLANNED,
        granted_by=seats.cuc,
    )

    assert _keys() == set()
    assert "shortcoming-without-action" in _keys(on=ON + dt.timedelta(days=1))


def test_a_plan_that_grew_after_it_was_issued(planned):
    _change(planned.plan, has_changes=True)

    assert _only("plan-changed").count == 1


# -- cycles --------------------------------------------------------------------------------------


def test_a_dossier_still_awaited_from_somebody_who_left(seats, cycle):
    _left(seats.an_person)
    _change(seats.an, is_active=False)

    finding = _only("dossier-without-subject")

    assert finding.count == 1
    assert "Lê Thị An" in finding.faults[0].text


def test_a_dossier_still_awaited_from_a_unit_that_closed(seats, cycle):
    lone = units.unit("Chi bộ Khu vực 7", UnitKind.CELL, seats.ward)
    _change(cycles.obligation(cycle, seats.other_cell), unit=lone)
    _change(lone, closed_on=ON)

    assert "dossier-without-subject" in _keys()


def test_dossiers_whose_kind_has_no_day_in_the_calendar(seats, cycle):
    CycleStage.objects.filter(subject_kind=SubjectKind.CELL, key=StageKey.SELF_REVIEW).delete()

    assert _only("dossier-without-deadline").count == 2


def test_a_dossier_due_before_the_period_began(seats, cycle):
    _change(cycles.obligation(cycle, seats.cell), due_on=dt.date(2021, 11, 1))

    assert _only("dossier-without-deadline").count == 1


@pytest.mark.parametrize("missing", ["chair", "secretary", "conclusion"])
def test_a_meeting_that_ended_with_gaps_in_its_minutes(seats, cycle, missing):
    scene = meetings.Scene(people=seats, cycle=cycle, teller=seats.binh)
    meeting = meetings.under_way(scene)
    item = AgendaItem.objects.filter(meeting=meeting).first()
    AgendaItem.objects.filter(meeting=meeting).exclude(pk=item.pk).delete()
    ReviewMeeting.objects.filter(pk=meeting.pk).update(
        state="closed",
        closed_at=meetings.NOW,
        closed_by=seats.binh,
        chair=None if missing == "chair" else seats.binh.person,
        secretary=None if missing == "secretary" else seats.an_person,
    )
    if missing != "conclusion":
        _change(
            item,
            state="concluded",
            conclusion="Nhất trí.",
            concluded_at=meetings.NOW,
            concluded_by=seats.binh,
        )

    assert _only("meeting-without-minutes").count == 1


def test_a_rating_proposed_and_not_decided_when_the_day_is_over(seats, cycle):
    stage = CycleStage.objects.get(cycle=cycle, subject_kind=SubjectKind.CELL, key=StageKey.DECIDE)
    Rating.objects.create(
        obligation=cycles.obligation(cycle, seats.cell),
        step=RatingStep.PROPOSED,
        level_id="good",
        deciding_unit=seats.ward,
        quota_group="cell:1",
    )

    assert "rating-undecided" not in _keys(on=stage.due_on)
    assert "rating-undecided" in _keys(on=stage.due_on + dt.timedelta(days=1))


@pytest.mark.parametrize("damage", ["copy", "cycle", "content", "nonsense"])
def test_a_rulebook_that_is_no_longer_what_was_pinned(seats, cycle, damage):
    copy = cycle.rulebook_copy
    if damage == "copy":
        _change(copy, fingerprint="0" * 64)
    elif damage == "cycle":
        _change(cycle, rulebook_fingerprint="0" * 64)
    elif damage == "content":
        copy.snapshot["levels"][0]["title"]["vi"] = "Đã bị sửa"
        copy.save()
    else:
        _change(copy, snapshot={})

    assert _only("rulebook-copy-changed").is_serious


# -- units, people, accounts ---------------------------------------------------------------------


@pytest.mark.parametrize("depth", [0, 1])
def test_a_unit_that_lost_its_place_in_the_tree(seats, depth):
    lone = units.unit("Chi bộ lạc", UnitKind.CELL, seats.ward)
    UnitClosure.objects.filter(descendant=lone, depth=depth).delete()

    finding = _only("unit-outside-tree")

    assert [one.text for one in finding.faults] == ["Chi bộ lạc"]
    # In nobody's subtree any more, and yet told to whoever looks after its superior.
    (told,) = examine([BY_KEY["unit-outside-tree"]], Scope(seats.cuc, ON))
    assert told.count == 1
    (kept,) = examine([BY_KEY["unit-outside-tree"]], Scope(seats.dung, ON))
    assert kept.is_clean


def test_a_unit_below_one_that_closed(seats):
    lone = units.unit("Chi bộ bơ vơ", UnitKind.CELL, seats.ward)
    Unit.objects.filter(pk=lone.pk).update(parent=seats.other_ward)
    UnitClosure.objects.create(ancestor=seats.other_ward, descendant=lone, depth=1)
    Unit.objects.filter(pk=seats.other_ward.pk).update(closed_on=ON)

    assert {one.text for one in _found("unit-under-closed")} == {
        "Chi bộ bơ vơ",
        "Chi bộ Khu vực 9",
    }


def _found(key):
    (finding,) = examine([BY_KEY[key]], Scope(system_account(), ON))
    return finding.faults


def test_a_member_without_a_cell(seats):
    people.member(people.make_person("Đỗ Không Nơi"))

    finding = _only("member-without-cell")

    assert [one.text for one in finding.faults] == ["Đỗ Không Nơi"]
    # Nobody but whoever looks after every unit learns of somebody who belongs to none.
    for who, count in (("board", 1), ("binh", 0), ("cuc", 0)):
        (told,) = examine([BY_KEY["member-without-cell"]], Scope(getattr(seats, who), ON))
        assert told.count == count, who


def test_a_member_whose_membership_ran_out_is_told_to_the_last_cell(seats):
    Membership.objects.filter(member__person=seats.an_person).update(valid_to=dt.date(2022, 12, 1))

    assert _only("member-without-cell").count == 1
    for who, count in (("cuc", 1), ("dung", 0)):
        (told,) = examine([BY_KEY["member-without-cell"]], Scope(getattr(seats, who), ON))
        assert told.count == count, who


def test_a_member_who_is_official_in_two_cells(seats):
    units.membership(
        seats.an_person.party_member, seats.other_cell, valid_to=ON + dt.timedelta(days=30)
    )

    assert _only("member-in-two-cells").count == 1


def test_a_second_cell_for_a_time_is_in_order(seats):
    units.membership(seats.an_person.party_member, seats.other_cell, kind=MembershipKind.TEMPORARY)

    assert _keys() == set()


def test_a_member_of_a_cell_that_closed(seats):
    closed = units.unit("Chi bộ đã giải thể", UnitKind.CELL, seats.ward, closed_on=ON)
    units.membership(people.member(people.make_person("Lê Ở Lại")), closed)

    assert _only("member-of-closed-cell").count == 1


@pytest.mark.parametrize("why", ["left", "closed"])
def test_a_post_that_nobody_can_hold(seats, why):
    if why == "left":
        person = people.make_person("Vũ Đã Đi")
        people.member(person, left_on=ON, left_reason=LeavingReason.DIED)
        units.post(person, seats.cell, Position.COMMITTEE_MEMBER)
    else:
        closed = units.unit("Chi bộ đã giải thể", UnitKind.CELL, seats.ward, closed_on=ON)
        units.post(seats.an_person, closed, Position.SECRETARY)

    assert _only("post-cannot-be-held").count == 1


def test_a_role_on_a_closed_unit(seats):
    closed = units.unit("Chi bộ đã giải thể", UnitKind.CELL, seats.ward, closed_on=ON)
    access.grant(seats.an, RoleKey.MEMBER, closed)

    assert _only("role-on-closed-unit").count == 1


def test_a_role_of_somebody_who_left(seats):
    _left(seats.an_person)

    assert _only("role-of-departed").is_serious
    # A shut account opens nothing.
    _change(seats.an, is_active=False)
    assert _keys() == set()


def test_a_role_of_nobody(seats):
    # An office has an account of its own, as the cast's have.
    access.grant(people.account(), RoleKey.INSPECTOR, seats.ward)
    assert _keys() == set()

    access.grant(people.account(), RoleKey.CELL_COMMITTEE, seats.cell)
    assert _only("role-without-person").count == 1


# -- readers and cost ----------------------------------------------------------------------------


def test_nobody_is_told_of_what_is_not_theirs(seats, planned):
    _change(planned, owner_person=None)

    for who in ("binh", "cuc", "board", "inspector"):
        assert _keys(getattr(seats, who)) == {"action-without-owner"}, who
    for who in ("an", "dung", "administrator", "outsider"):
        assert _keys(getattr(seats, who)) == set(), who


def test_one_check_is_one_statement_and_reads_no_further_than_its_bound(seats):
    with CaptureQueriesContext(connection) as before:
        examine(CHECKS, Scope(system_account(), ON))
    PartyMember.objects.bulk_create(
        PartyMember(person=people.make_person(), admitted_on=dt.date(2010, 1, 1))
        for _ in range(BOUND + 5)
    )

    with CaptureQueriesContext(connection) as after:
        findings = examine(CHECKS, Scope(system_account(), ON))

    assert len(after) == len(before) <= len(CHECKS) + 2
    (found,) = [one for one in findings if not one.is_clean]
    assert (found.count, len(found.faults), found.is_beyond_bound) == (BOUND + 1, BOUND, True)
    assert len(found.first) == 5
