"""Dossiers that count elsewhere, units that stop, and adjustments taken back; the past stays."""

import datetime as dt

import pytest

from tests.factories import cast, cycles, people, units
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import AdjustmentEffect, AdjustmentKind, ProgressStep, SubjectKind
from tusoi.cycles.errors import (
    AlreadyDealtWith,
    ChangedSince,
    CycleNotOpen,
    NoReceiver,
    ObligationCancelled,
    ReasonMissing,
    RootOfOpenCycle,
    SubjectAlreadyExpected,
    SubjectExcused,
    SubjectOutside,
)
from tusoi.cycles.models import Adjustment, CycleUnit, EarlierPlace, Obligation
from tusoi.cycles.queries import changes
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.units.enums import Position, UnitKind
from tusoi.units.operations import Basis, close_unit, merge_units, move_member


pytestmark = pytest.mark.django_db
AT = cycles.moment(2022, 11, 10)
DAY = AT.date()
EARLIER = cycles.moment(2022, 11, 1)
LATER = cycles.moment(2022, 11, 20)
MEMBER = SubjectKind.MEMBER


@pytest.fixture
def cast_():
    return cast.make()


@pytest.fixture
def cycle(cast_):
    return cycles.cycle(cast_.district)


def reason(kind=AdjustmentKind.HANDED_OVER, text="Chuyển sinh hoạt", since=DAY):
    return operations.Reason(kind, text, since)


def transferred(person, cell, actor, on=dt.date(2022, 11, 5)):
    move_member(member_id=person.party_member.pk, to_unit_id=cell.pk, on=on, actor=actor, at=AT)


def hand_over(cycle, found, actor, at=AT, why=None):
    return operations.hand_over(
        cycle_id=cycle.pk,
        obligation_ids=[one.pk for one in found],
        reason=why or reason(),
        actor=actor,
        at=at,
    )


def told(cycle, unit, day=None):
    counts = queries.progress_of(cycle, unit.pk, day).node.of(MEMBER)
    return counts.expected, counts.done("started"), counts.done("submitted")


def sound(cycle):
    return operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


@pytest.fixture
def begun(cast_, cycle):
    """An began and handed in before she went to the cell of the other ward."""
    owed = cycles.obligation(cycle, cast_.an_person)
    for step in (ProgressStep.STARTED, ProgressStep.SUBMITTED):
        operations.record_step(obligation_id=owed.pk, step=step, actor=cast_.an, at=EARLIER)
    transferred(cast_.an_person, cast_.other_cell, cast_.board)
    return owed


def test_a_dossier_handed_over_takes_its_facts_along_and_the_past_stays(cast_, cycle, begun):
    hand_over(cycle, [begun], cast_.board)

    begun.refresh_from_db()
    assert (begun.unit, begun.added_on, begun.cancelled_on) == (cast_.other_cell, DAY, None)
    before = DAY - dt.timedelta(days=1)
    assert told(cycle, cast_.ward, before) == (2, 1, 1)
    assert told(cycle, cast_.other_ward, before) == (2, 0, 0)
    assert told(cycle, cast_.ward) == (1, 0, 0)
    assert told(cycle, cast_.other_ward) == (3, 1, 1)
    assert told(cycle, cast_.district) == told(cycle, cast_.district, before) == (4, 1, 1)
    assert sound(cycle)


def test_a_dossier_goes_on_where_it_was_handed_over(cast_, cycle, begun):
    hand_over(cycle, [begun], cast_.board)
    operations.record_step(
        obligation_id=begun.pk, step=ProgressStep.RETURNED, actor=cast_.board, at=LATER, note="x"
    )

    assert told(cycle, cast_.other_ward) == (3, 1, 0)
    assert told(cycle, cast_.other_ward, DAY) == (3, 1, 1)
    assert sound(cycle)
    operations.rebuild_progress(cycle_id=cycle.pk)
    assert told(cycle, cast_.ward, EARLIER.date()) == (2, 1, 1)


def test_handing_over_is_explained_and_logged(cast_, cycle, begun):
    hand_over(cycle, [begun], cast_.board)

    made = Adjustment.objects.get()
    assert (made.effect, made.from_unit, made.to_unit) == ("moved", cast_.cell, cast_.other_cell)
    assert (made.kind, made.reason, made.adjusted_by) == (
        "handed_over",
        "Chuyển sinh hoạt",
        cast_.board,
    )
    event = AuditEvent.objects.get(action="cycles.hand_over")
    assert (event.unit_id, event.note) == (cast_.other_cell.pk, "Chuyển sinh hoạt")
    place = EarlierPlace.objects.get()
    assert (place.unit, place.counted_from, place.counted_to) == (
        cast_.cell,
        cycles.OPENED,
        DAY,
    )


@pytest.mark.parametrize("username", ["cuc", "binh", "an", "dung", "inspector", "administrator"])
def test_only_who_adjusts_both_units_hands_over(cast_, cycle, begun, username):
    with pytest.raises(NotPermitted):
        hand_over(cycle, [begun], getattr(cast_, username))

    assert not Adjustment.objects.exists()
    assert sound(cycle)


def test_what_a_meeting_dealt_with_stays(cast_, cycle, begun):
    operations.record_step(
        obligation_id=begun.pk, step=ProgressStep.REVIEWED, actor=cast_.binh, at=EARLIER
    )

    with pytest.raises(AlreadyDealtWith, match="Lê Thị An"):
        hand_over(cycle, [begun], cast_.board)
    every = CycleUnit.objects.filter(cycle=cycle)
    assert not changes.moved_members(cycle, every, on=DAY).exists()


def test_who_went_nowhere_is_not_handed_over(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)

    with pytest.raises(NoReceiver, match="Lê Thị An"):
        hand_over(cycle, [owed], cast_.board)


def test_a_cell_outside_the_cycle_is_named(cast_, cycle, begun):
    cell = units.unit("Chi bộ mới", UnitKind.CELL, cast_.ward)
    transferred(cast_.an_person, cell, cast_.board, on=dt.date(2022, 11, 6))

    with pytest.raises(SubjectOutside, match="Chi bộ mới chưa có trong đợt"):
        hand_over(cycle, [begun], cast_.board)
    (found,) = changes.moved_members(cycle, CycleUnit.objects.filter(cycle=cycle), on=DAY)
    assert (found.cell, found.receives) == ("Chi bộ mới", False)


def test_a_cancelled_or_strange_dossier_is_not_handed_over(cast_, cycle, begun):
    with pytest.raises(SubjectOutside):
        hand_over(cycle, [cycles.obligation(cycle, cast_.cell)], cast_.board)
    operations.cancel_obligation(obligation_id=begun.pk, reason=reason(), actor=cast_.board, at=AT)
    with pytest.raises(ObligationCancelled):
        hand_over(cycle, [begun], cast_.board)


def test_handing_over_needs_a_reason_and_an_open_cycle(cast_, cycle, begun):
    with pytest.raises(ReasonMissing):
        hand_over(cycle, [begun], cast_.board, why=reason(text=" "))
    operations.close_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)
    with pytest.raises(CycleNotOpen):
        hand_over(cycle, [begun], cast_.board)


# Units that stop


def merged(cast_):
    """The other ward's cell joins the first one: Dũng and his comrade go along."""
    merge_units(
        source_ids=[cast_.other_cell.pk],
        into=cast_.cell.pk,
        basis=Basis(effective_on=dt.date(2022, 11, 5), document="QĐ 7", note=""),
        actor=cast_.board,
        at=AT,
    )


def close(cycle, unit, actor):
    return operations.cancel_unit(
        cycle_id=cycle.pk,
        unit_id=unit.pk,
        reason=reason(AdjustmentKind.CLOSED_UNIT, "Sáp nhập"),
        actor=actor,
        at=AT,
    )


def test_a_merged_cell_hands_its_members_over_and_stops(cast_, cycle):
    merged(cast_)
    (found,) = changes.closed_units(cycle, CycleUnit.objects.filter(cycle=cycle), on=DAY)
    assert (found.unit, found.expected, found.waiting) == (cast_.other_cell, 3, 3)

    outcome = close(cycle, cast_.other_cell, cast_.board)

    assert outcome == operations.UnitOutcome(moved=2, cancelled=1, kept=0)
    assert told(cycle, cast_.cell)[0] == 4
    assert told(cycle, cast_.other_ward)[0] == 0
    assert told(cycle, cast_.district)[0] == 4
    assert not Obligation.objects.filter(unit=cast_.other_cell, cancelled_on=None).exists()
    assert not changes.closed_units(cycle, CycleUnit.objects.all(), on=DAY).exists()
    assert sound(cycle)


def test_what_was_reviewed_in_a_closed_cell_still_counts(cast_, cycle):
    done = cycles.obligation(cycle, cast_.dung.person)
    operations.record_step(
        obligation_id=done.pk, step=ProgressStep.REVIEWED, actor=cast_.board, at=EARLIER
    )
    merged(cast_)

    outcome = close(cycle, cast_.other_cell, cast_.board)

    assert (outcome.moved, outcome.cancelled, outcome.kept) == (1, 1, 1)
    done.refresh_from_db()
    assert (done.unit, done.cancelled_on) == (cast_.other_cell, None)
    assert sound(cycle)


def test_a_unit_without_anything_open_keeps_what_it_did(cast_, cycle):
    found = Obligation.objects.filter(cycle=cycle, unit=cast_.other_cell)
    operations.record_steps(
        obligation_ids=[one.pk for one in found],
        step=ProgressStep.REVIEWED,
        actor=cast_.board,
        at=EARLIER,
    )

    outcome = close(cycle, cast_.other_cell, cast_.board)

    assert outcome == operations.UnitOutcome(moved=0, cancelled=0, kept=3)
    assert not Adjustment.objects.exists()


def test_a_collective_of_another_tree_cannot_be_added(cast_):
    cycle = cycles.cycle(cast_.ward)
    body = units.collective(cast_.other_ward, "Ban Thường vụ Đảng ủy phường Hai")

    with pytest.raises(SubjectOutside):
        operations.add_obligations(
            cycle_id=cycle.pk,
            subjects=[(SubjectKind.COLLECTIVE, body.pk)],
            reason=reason(AdjustmentKind.LATE_JOINER),
            actor=cast_.board,
            at=AT,
        )


def test_a_closed_cell_waits_until_the_new_one_takes_part(cast_, cycle):
    new = units.unit("Chi bộ mới", UnitKind.CELL, cast_.other_ward)
    for person in (cast_.dung.person,):
        transferred(person, new, cast_.board)

    with pytest.raises(SubjectOutside, match="Chi bộ mới"):
        close(cycle, cast_.other_cell, cast_.board)

    assert not Adjustment.objects.exists()
    assert sound(cycle)


# Taking back


def undo(adjustment, actor, at=LATER, text="Ghi nhầm"):
    return operations.undo_adjustment(adjustment_id=adjustment.pk, reason=text, actor=actor, at=at)


@pytest.mark.parametrize("at", [AT, LATER])
def test_a_cancelled_dossier_counts_again(cast_, cycle, begun, at):
    operations.cancel_obligation(obligation_id=begun.pk, reason=reason(), actor=cast_.cuc, at=AT)

    made = undo(Adjustment.objects.get(), cast_.cuc, at)

    begun.refresh_from_db()
    assert begun.cancelled_on is None
    assert (made.effect, made.reason) == (AdjustmentEffect.RESTORED, "Ghi nhầm")
    assert told(cycle, cast_.ward) == (2, 1, 1)
    between = (1, 0, 0) if at == LATER else (2, 1, 1)
    assert told(cycle, cast_.ward, dt.date(2022, 11, 15)) == between
    assert told(cycle, cast_.ward, EARLIER.date()) == (2, 1, 1)
    assert sound(cycle)
    assert AuditEvent.objects.filter(action="cycles.restore", note="Ghi nhầm").exists()


@pytest.mark.parametrize("at", [AT, LATER])
def test_a_dossier_handed_over_is_handed_back(cast_, cycle, begun, at):
    hand_over(cycle, [begun], cast_.board)

    made = undo(Adjustment.objects.get(), cast_.board, at)

    begun.refresh_from_db()
    assert begun.unit == cast_.cell
    assert (made.from_unit, made.to_unit) == (cast_.other_cell, cast_.cell)
    assert told(cycle, cast_.ward) == (2, 1, 1)
    assert told(cycle, cast_.other_ward) == (2, 0, 0)
    assert sound(cycle)


def test_an_addition_is_taken_back_by_cancelling(cast_, cycle):
    young = people.make_person("Mai Thị Mới")
    units.membership(people.member(young), cast_.cell)
    added = cycles.added_late(cycle, young, cast_.cuc, AT)

    undo(added, cast_.cuc)

    assert added.obligation.adjustments.count() == 2
    assert told(cycle, cast_.ward)[0] == 2
    assert sound(cycle)


def test_only_the_last_adjustment_is_taken_back_and_once(cast_, cycle, begun):
    hand_over(cycle, [begun], cast_.board)
    first = Adjustment.objects.get()
    operations.cancel_obligation(
        obligation_id=begun.pk, reason=reason(), actor=cast_.board, at=LATER
    )

    with pytest.raises(ChangedSince):
        undo(first, cast_.board)
    restored = undo(Adjustment.objects.latest("pk"), cast_.board)
    with pytest.raises(ChangedSince):
        undo(restored, cast_.board)


def test_a_unit_closed_by_mistake_comes_back_as_a_whole(cast_, cycle):
    merged(cast_)
    close(cycle, cast_.other_cell, cast_.board)

    count = operations.undo_together(
        adjustment_id=Adjustment.objects.first().pk,
        reason="Ghi nhầm",
        actor=cast_.board,
        at=LATER,
    )

    assert count == 3
    assert told(cycle, cast_.other_cell)[0] == 2
    assert told(cycle, cast_.cell)[0] == 2
    assert cycles.obligation(cycle, cast_.other_cell).added_on == LATER.date()
    assert sound(cycle)


def test_nothing_is_taken_back_together_when_one_was_changed_since(cast_, cycle):
    merged(cast_)
    close(cycle, cast_.other_cell, cast_.board)
    last = Adjustment.objects.latest("pk")
    undo(last, cast_.board)

    with pytest.raises(ChangedSince):
        operations.undo_together(
            adjustment_id=last.pk, reason="Ghi nhầm", actor=cast_.board, at=LATER
        )
    assert Adjustment.objects.count() == 4


def test_nobody_counts_twice_after_taking_back(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)
    operations.cancel_obligation(obligation_id=owed.pk, reason=reason(), actor=cast_.cuc, at=AT)
    cancelled = Adjustment.objects.get()
    cycles.added_late(cycle, cast_.an_person, cast_.cuc, AT)

    with pytest.raises(SubjectAlreadyExpected):
        undo(cancelled, cast_.cuc)


@pytest.mark.parametrize("subject", ["cell", "body"])
def test_no_unit_and_no_collective_counts_twice_either(cast_, subject):
    body = units.collective(cast_.ward, "Ban Thường vụ Đảng ủy phường")
    cycle = cycles.cycle(cast_.district)
    owed = cycles.obligation(cycle, cast_.cell if subject == "cell" else body)
    operations.cancel_obligation(obligation_id=owed.pk, reason=reason(), actor=cast_.board, at=AT)
    Obligation.objects.create(
        **{
            field: getattr(owed, field)
            for field in [
                "cycle",
                "subject_kind",
                "unit",
                "collective",
                "name",
                "sort_key",
                "form_id",
                "due_on",
            ]
        },
        added_on=DAY,
    )

    with pytest.raises(SubjectAlreadyExpected):
        undo(Adjustment.objects.get(), cast_.board)


@pytest.mark.parametrize("effect", ["added", "moved"])
def test_what_was_reviewed_since_is_not_taken_back(cast_, cycle, begun, effect):
    if effect == "moved":
        hand_over(cycle, [begun], cast_.board)
        made = Adjustment.objects.get()
    else:
        young = people.make_person("Mai Thị Mới")
        units.membership(people.member(young), cast_.cell)
        made = cycles.added_late(cycle, young, cast_.cuc, AT)
    operations.record_step(
        obligation_id=made.obligation_id, step=ProgressStep.REVIEWED, actor=cast_.board, at=LATER
    )

    with pytest.raises(AlreadyDealtWith):
        undo(made, cast_.board)


def test_taking_back_asks_for_right_and_reason(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)
    operations.cancel_obligation(obligation_id=owed.pk, reason=reason(), actor=cast_.cuc, at=AT)
    made = Adjustment.objects.get()

    with pytest.raises(ReasonMissing):
        undo(made, cast_.cuc, text=" ")
    with pytest.raises(NotPermitted):
        undo(made, cast_.binh)


# Who else is found


def test_seats_bodies_and_standings_are_found(cast_):
    body = units.collective(cast_.ward, "Ban Thường vụ Đảng ủy phường")
    seat = units.post(cast_.binh.person, cast_.ward, Position.HEAD, collective=body)
    cycle = cycles.cycle(cast_.district)
    every = CycleUnit.objects.filter(cycle=cycle)
    assert not changes.left_subjects(cycle, every, on=DAY).exists()

    seat.valid_to = DAY
    seat.save()
    late = units.collective(cast_.ward, "Ủy ban nhân dân phường", established_on=DAY)
    units.post(cast_.an_person, cast_.ward, Position.LEADER, collective=late, valid_from=DAY)
    MemberStanding.objects.create(
        member=cast_.dung.person.party_member, kind=StandingKind.EXEMPT, valid_from=DAY
    )

    (left,) = changes.left_subjects(cycle, every, on=DAY)
    assert (left.subject_kind, left.person) == ("leader", cast_.binh.person)
    assert [one.key for one in changes.joined(cycle, cast_.district.pk, on=DAY)] == [
        f"collective:{late.pk}",
        f"leader:{cast_.an_person.pk}",
    ]
    (excused,) = changes.excused_since(cycle, every, on=DAY)
    assert (excused.person, excused.standing) == (cast_.dung.person, StandingKind.EXEMPT)

    added = operations.add_obligations(
        cycle_id=cycle.pk,
        subjects=[(SubjectKind.COLLECTIVE, late.pk), (SubjectKind.LEADER, cast_.an_person.pk)],
        reason=reason(AdjustmentKind.LATE_JOINER),
        actor=cast_.cuc,
        at=AT,
    )
    assert [(one.subject_kind, one.unit) for one in added] == [
        ("collective", cast_.ward),
        ("leader", cast_.ward),
    ]
    assert sound(cycle)


def test_who_was_cancelled_here_is_no_newcomer_and_elsewhere_is(cast_, cycle, begun):
    operations.cancel_obligation(
        obligation_id=cycles.obligation(cycle, cast_.binh.person).pk,
        reason=reason(AdjustmentKind.OTHER),
        actor=cast_.cuc,
        at=AT,
    )
    operations.cancel_obligation(obligation_id=begun.pk, reason=reason(), actor=cast_.cuc, at=AT)

    found = changes.joined(cycle, cast_.district.pk, on=DAY)

    assert [one.key for one in found] == [f"member:{cast_.an_person.pk}"]


def test_the_rule_that_excuses_is_told(cast_, cycle):
    young = people.make_person("Mai Thị Mới")
    member = people.member(young)
    units.membership(member, cast_.cell)
    MemberStanding.objects.create(member=member, kind=StandingKind.EXEMPT, valid_from=DAY)

    with pytest.raises(SubjectExcused, match="Được miễn công tác và sinh hoạt đảng"):
        cycles.added_late(cycle, young, cast_.cuc, AT)
    with pytest.raises(NotPermitted):
        cycles.added_late(cycle, young, cast_.binh, AT)


def test_several_are_cancelled_all_or_none(cast_, cycle):
    mine = cycles.obligation(cycle, cast_.an_person)
    foreign = cycles.obligation(cycle, cast_.dung.person)

    with pytest.raises(NotPermitted):
        operations.cancel_obligations(
            obligation_ids=[mine.pk, foreign.pk], reason=reason(), actor=cast_.cuc, at=AT
        )
    assert not Adjustment.objects.exists()


# Reorganising while a cycle is open


def test_who_holds_an_open_cycle_is_not_closed(cast_):
    ward = units.unit("Đảng bộ phường Ba", UnitKind.GRASSROOTS_ORGANIZATION, cast_.district)
    cell = units.unit("Chi bộ 1", UnitKind.CELL, ward)
    units.membership(people.member(people.make_person()), cell)
    cycle = cycles.cycle(ward, name="Đợt của phường Ba")
    arguments = {
        "closing_ids": [ward.pk],
        "unit_id": ward.pk,
        "basis": Basis(effective_on=DAY, document="", note=""),
        "actor": cast_.board,
        "at": AT,
    }

    with pytest.raises(RootOfOpenCycle, match="Đợt của phường Ba"):
        operations.reorganize_units(close_unit, **arguments)

    operations.close_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)
    with pytest.raises(Exception, match="còn 1 tổ chức đảng trực thuộc"):
        operations.reorganize_units(close_unit, **arguments)


def test_the_open_cycles_of_units_are_told(cast_, cycle, begun):
    (found,) = changes.touched_cycles([cast_.ward.pk])

    assert (found.cycle, found.dossiers, found.submitted, found.kept) == (cycle, 4, 1, 0)
    assert changes.touched_cycles([]) == []
