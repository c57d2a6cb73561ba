"""After opening, the expected set changes only by explicit adjustments with a reason."""

import datetime as dt

import pytest

from tests.factories import cast, cycles, people, units
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import AdjustmentKind, ProgressStep, SubjectKind
from tusoi.cycles.errors import (
    CycleNotOpen,
    ObligationCancelled,
    ReasonMissing,
    SubjectAlreadyExpected,
    SubjectOutside,
)
from tusoi.cycles.models import Adjustment, CycleClosure, CycleUnit, Obligation
from tusoi.cycles.queries import changes
from tusoi.units.enums import UnitKind


pytestmark = pytest.mark.django_db
AT = cycles.moment(2022, 11, 10)
DAY = AT.date()
MEMBER = SubjectKind.MEMBER


@pytest.fixture
def cast_():
    return cast.make()


@pytest.fixture
def cycle(cast_):
    return cycles.cycle(cast_.district)


def reason(kind=AdjustmentKind.LATE_JOINER, text="Chuyển sinh hoạt đến", since=DAY):
    return operations.Reason(kind, text, since)


def newcomer(cell, joined=dt.date(2022, 11, 1)):
    person = people.make_person("Mai Thị Mới")
    units.membership(people.member(person), cell, valid_from=joined)
    return person


def add(cycle, person, actor, why=None):
    return operations.add_obligation(
        cycle_id=cycle.pk,
        kind=MEMBER,
        subject_id=person.pk,
        reason=why or reason(),
        actor=actor,
        at=AT,
    )


def cancel(owed, actor, why=None):
    return operations.cancel_obligation(
        obligation_id=owed.pk,
        reason=why or reason(AdjustmentKind.LEFT, "Chuyển đi nơi khác"),
        actor=actor,
        at=AT,
    )


def expected(cycle, unit, day=None, kind=MEMBER):
    return queries.progress_of(cycle, unit.pk, day).node.of(kind).expected


def test_a_late_joiner_is_expected_from_that_day(cast_, cycle):
    young = newcomer(cast_.cell)

    owed = add(cycle, young, cast_.cuc)

    assert (owed.unit, owed.added_on, owed.person) == (cast_.cell, DAY, young)
    assert expected(cycle, cast_.district) == 5
    assert expected(cycle, cast_.district, DAY - dt.timedelta(days=1)) == 4
    adjustment = Adjustment.objects.get()
    assert (adjustment.obligation, adjustment.kind) == (owed, "late_joiner")
    assert AuditEvent.objects.filter(action="cycles.add", note="Chuyển sinh hoạt đến").exists()
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


def test_somebody_is_expected_once(cast_, cycle):
    with pytest.raises(SubjectAlreadyExpected):
        add(cycle, cast_.an_person, cast_.board)


def test_who_belongs_nowhere_here_cannot_be_added(cast_, cycle):
    with pytest.raises(SubjectOutside):
        add(cycle, people.make_person("Người Ngoài"), cast_.board)
    assert not Adjustment.objects.exists()


def test_a_cell_founded_later_has_to_be_added_before_its_members(cast_, cycle):
    cell = units.unit("Chi bộ mới", UnitKind.CELL, cast_.ward)
    young = newcomer(cell)

    with pytest.raises(SubjectOutside):
        add(cycle, young, cast_.board)

    added = operations.add_unit(
        cycle_id=cycle.pk, unit_id=cell.pk, reason=reason(), actor=cast_.cuc, at=AT
    )

    assert [(one.subject_kind, one.name) for one in added] == [
        ("cell", "Chi bộ mới"),
        ("member", "Mai Thị Mới"),
    ]
    assert CycleUnit.objects.get(cycle=cycle, unit=cell).depth == 2
    above = CycleClosure.objects.filter(cycle=cycle, descendant=cell)
    assert set(above.values_list("ancestor__code", "depth")) == {
        ("Q", 2),
        ("P1", 1),
        (cell.code, 0),
    }
    assert expected(cycle, cast_.district) == 5
    assert expected(cycle, cast_.ward, kind=SubjectKind.CELL) == 2
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


def test_a_unit_below_a_stranger_cannot_be_added(cast_):
    cycle = cycles.cycle(cast_.ward)

    with pytest.raises(SubjectOutside):
        operations.add_unit(
            cycle_id=cycle.pk,
            unit_id=cast_.other_cell.pk,
            reason=reason(),
            actor=cast_.board,
            at=AT,
        )


def test_cancelling_takes_the_dossier_and_its_facts_out_of_the_count(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)
    for step in (ProgressStep.STARTED, ProgressStep.SUBMITTED):
        operations.record_step(
            obligation_id=owed.pk, step=step, actor=cast_.an, at=cycles.moment(2022, 11, 1)
        )

    cancelled = cancel(owed, cast_.cuc)

    assert cancelled.cancelled_on == DAY
    assert cancelled.submitted_at is not None
    now = queries.progress_of(cycle, cast_.ward.pk).node.of(MEMBER)
    before = queries.progress_of(cycle, cast_.ward.pk, DAY - dt.timedelta(days=1)).node.of(MEMBER)
    assert (now.expected, now.done("submitted"), now.done("started")) == (1, 0, 0)
    assert (before.expected, before.done("submitted"), before.done("started")) == (2, 1, 1)
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []
    assert AuditEvent.objects.filter(action="cycles.cancel", unit_id=cast_.cell.pk).exists()


def test_a_dossier_is_cancelled_once_and_may_be_expected_anew(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)
    cancel(owed, cast_.cuc)

    with pytest.raises(ObligationCancelled):
        cancel(owed, cast_.cuc)

    again = add(cycle, cast_.an_person, cast_.cuc)
    assert again.pk != owed.pk
    assert expected(cycle, cast_.cell) == 2


def test_a_closed_unit_takes_everything_below_with_it(cast_, cycle):
    outcome = operations.cancel_unit(
        cycle_id=cycle.pk,
        unit_id=cast_.ward.pk,
        reason=reason(AdjustmentKind.CLOSED_UNIT, "Giải thể"),
        actor=cast_.board,
        at=AT,
    )

    assert outcome == operations.UnitOutcome(moved=0, cancelled=4, kept=0)
    assert expected(cycle, cast_.district) == 2
    assert Obligation.objects.filter(cycle=cycle).count() == 9
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


def test_a_unit_closed_a_second_time_has_nothing_left_to_give(cast_, cycle):
    outcomes = [
        operations.cancel_unit(
            cycle_id=cycle.pk,
            unit_id=cast_.ward.pk,
            reason=reason(AdjustmentKind.CLOSED_UNIT, "Giải thể"),
            actor=cast_.board,
            at=AT,
        )
        for _time in range(2)
    ]

    assert outcomes[1] == operations.UnitOutcome(moved=0, cancelled=0, kept=0)
    assert expected(cycle, cast_.district) == 2
    assert Adjustment.objects.count() == outcomes[0].cancelled


@pytest.mark.parametrize("text", ["", "  \n"])
def test_every_adjustment_needs_a_reason(cast_, cycle, text):
    with pytest.raises(ReasonMissing):
        cancel(cycles.obligation(cycle, cast_.an_person), cast_.cuc, reason(text=text))
    with pytest.raises(ReasonMissing):
        add(cycle, newcomer(cast_.cell), cast_.cuc, reason(text=text))


def test_a_closed_cycle_is_not_adjusted(cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)
    operations.close_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)

    with pytest.raises(CycleNotOpen):
        cancel(owed, cast_.cuc)


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("cuc", True),
        ("board", True),
        ("an", False),
        ("binh", False),
        ("dung", False),
        ("inspector", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_who_may_adjust(cast_, cycle, username, allowed):
    actor = getattr(cast_, username)
    owed = cycles.obligation(cycle, cast_.an_person)
    young = newcomer(cast_.cell)

    if allowed:
        cancel(owed, actor)
        add(cycle, young, actor)
        assert Adjustment.objects.count() == 2
    else:
        with pytest.raises(NotPermitted):
            cancel(owed, actor)
        with pytest.raises(NotPermitted):
            add(cycle, young, actor)
        assert not Adjustment.objects.exists()


def test_changes_since_opening_are_found(cast_, cycle):
    young = newcomer(cast_.cell)
    founded = units.unit("Chi bộ mới", UnitKind.CELL, cast_.ward)
    membership = cast_.dung.person.party_member.memberships.get()
    membership.valid_to = DAY
    membership.save()
    cast_.cell.parent = cast_.other_ward
    cast_.cell.save()
    every = CycleUnit.objects.filter(cycle=cycle)
    assert {one.person for one in changes.left_subjects(cycle, every, on=DAY)} == {
        cast_.dung.person
    }
    cast_.other_cell.closed_on = DAY
    cast_.other_cell.save()

    joined = changes.joined(cycle, cast_.district.pk, on=DAY)

    assert [(one.key, one.unit_name) for one in joined] == [
        (f"member:{young.pk}", "Chi bộ Khu vực 1")
    ]
    assert not changes.left_subjects(cycle, every, on=DAY).exists(), "settled with the cell"
    joining = changes.founded_units(cycle, cast_.district.pk, on=DAY)
    assert [(one, one.members) for one in joining] == [(founded, 0)]
    closed = changes.closed_units(cycle, every, on=DAY)
    assert [(one.unit, one.expected, one.waiting) for one in closed] == [(cast_.other_cell, 3, 3)]
    (moved,) = changes.moved_units(cycle, every)
    assert (moved.unit, moved.is_gone) == (cast_.cell, False)


def test_a_unit_outside_the_cycle_is_not_cancelled(cast_):
    ward_cycle = cycles.cycle(cast_.ward)

    with pytest.raises(SubjectOutside):
        operations.cancel_unit(
            cycle_id=ward_cycle.pk,
            unit_id=cast_.other_ward.pk,
            reason=reason(AdjustmentKind.CLOSED_UNIT, "Giải thể"),
            actor=cast_.board,
            at=AT,
        )


def test_a_collective_formed_later_is_expected(cast_, cycle):
    body = units.collective(cast_.ward, "Ban Thường vụ Đảng ủy phường")

    owed = operations.add_obligation(
        cycle_id=cycle.pk,
        kind=SubjectKind.COLLECTIVE,
        subject_id=body.pk,
        reason=reason(),
        actor=cast_.cuc,
        at=AT,
    )

    assert (owed.collective, owed.unit, owed.person) == (body, cast_.ward, None)
    assert expected(cycle, cast_.district, kind=SubjectKind.COLLECTIVE) == 1


def test_a_collective_from_elsewhere_cannot_be_added(cast_, cycle):
    stranger = units.unit("Đảng bộ quận Khác", UnitKind.DISTRICT)
    later = units.unit("Chi bộ mới", UnitKind.CELL, cast_.ward)

    for place in (stranger, later):
        with pytest.raises(SubjectOutside):
            operations.add_obligation(
                cycle_id=cycle.pk,
                kind=SubjectKind.COLLECTIVE,
                subject_id=units.collective(place, "Tập thể lãnh đạo").pk,
                reason=reason(),
                actor=cast_.board,
                at=AT,
            )

    assert not Adjustment.objects.exists()
