"""Acknowledging the directive, locks and their exceptions, closing, drafts."""

import datetime as dt

import pytest

from tests.factories import cast, cycles
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import CycleState, StageKey, SubjectKind
from tusoi.cycles.errors import (
    CalendarIncomplete,
    CycleNotDraft,
    CycleNotOpen,
    ExceptionEndsTooSoon,
    PeriodReversed,
    ReasonMissing,
    SettingUnknown,
    SubjectOutside,
)
from tusoi.cycles.models import CycleUnit, LockException


pytestmark = pytest.mark.django_db
AT = cycles.moment(2022, 11, 20)


@pytest.fixture
def cast_():
    return cast.make()


@pytest.fixture
def cycle(cast_):
    return cycles.cycle(cast_.district, locks_after_due=True)


def acknowledge(cycle, unit, actor):
    return operations.acknowledge_directive(cycle_id=cycle.pk, unit_id=unit.pk, actor=actor, at=AT)


def grant(cycle, unit, actor, until=None, reason="Lũ lụt"):
    return operations.grant_lock_exception(
        cycle_id=cycle.pk,
        unit_id=unit.pk,
        until=until or cycles.moment(2022, 11, 25),
        reason=reason,
        actor=actor,
        at=AT,
    )


def test_a_unit_acknowledges_the_directive_once(cast_, cycle):
    assert acknowledge(cycle, cast_.cell, cast_.binh)
    assert not acknowledge(cycle, cast_.cell, cast_.cuc)

    unit = CycleUnit.objects.get(cycle=cycle, unit=cast_.cell)
    assert (unit.acknowledged_at, unit.acknowledged_by) == (AT, cast_.binh)
    assert AuditEvent.objects.filter(action="cycles.acknowledge").count() == 1
    waiting = {one.unit.code for one in queries.unacknowledged(cycle)}
    assert waiting == {"P1", "P2", "P2-9"}


@pytest.mark.parametrize("username", ["an", "dung", "board", "inspector", "administrator"])
def test_others_do_not_acknowledge_for_a_cell(cast_, cycle, username):
    with pytest.raises(NotPermitted):
        acknowledge(cycle, cast_.cell, getattr(cast_, username))


def test_a_unit_outside_has_nothing_to_acknowledge(cast_):
    ward_cycle = cycles.cycle(cast_.ward)

    with pytest.raises(SubjectOutside):
        acknowledge(ward_cycle, cast_.other_cell, cast_.dung)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (cycles.moment(2022, 11, 15, 23), True),
        (cycles.moment(2022, 11, 16, 0), False),
        (cycles.moment(2022, 11, 25, 9), False),
    ],
)
def test_a_cycle_locks_after_the_day_of_the_deadline(cast_, cycle, at, allowed):
    assert queries.may_submit(cycles.obligation(cycle, cast_.an_person), at) is allowed


def test_a_cycle_without_lock_takes_late_dossiers(cast_):
    cycle = cycles.cycle(cast_.district)

    assert queries.may_submit(cycles.obligation(cycle, cast_.an_person), AT)


@pytest.mark.parametrize("place", ["cell", "ward", "district"])
@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (cycles.moment(2022, 11, 20, 8), False),
        (cycles.moment(2022, 11, 20, 9), True),
        (cycles.moment(2022, 11, 25, 9), True),
        (cycles.moment(2022, 11, 25, 10), False),
    ],
)
def test_an_exception_runs_from_its_grant_to_its_end(cast_, cycle, place, at, allowed):
    grant(cycle, getattr(cast_, place), cast_.board)

    assert queries.may_submit(cycles.obligation(cycle, cast_.an_person), at) is allowed


def test_an_exception_for_another_unit_opens_nothing_here(cast_, cycle):
    grant(cycle, cast_.other_ward, cast_.board)

    assert not queries.may_submit(cycles.obligation(cycle, cast_.an_person), AT)


def test_exceptions_are_granted_only_in_ones_own_scope(cast_, cycle):
    grant(cycle, cast_.cell, cast_.cuc)

    for actor, unit in ((cast_.cuc, cast_.other_ward), (cast_.binh, cast_.cell)):
        with pytest.raises(NotPermitted):
            grant(cycle, unit, actor)
    assert LockException.objects.count() == 1
    assert AuditEvent.objects.get(action="cycles.except").note == "Lũ lụt"


def test_an_exception_needs_a_reason_and_an_end_ahead(cast_, cycle):
    with pytest.raises(ReasonMissing):
        grant(cycle, cast_.cell, cast_.cuc, reason=" ")
    with pytest.raises(ExceptionEndsTooSoon):
        grant(cycle, cast_.cell, cast_.cuc, until=AT)


def test_closing_ends_a_cycle(cast_, cycle):
    operations.close_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)

    cycle.refresh_from_db()
    assert (cycle.state, cycle.closed_by) == (CycleState.CLOSED, cast_.board)
    with pytest.raises(CycleNotOpen):
        operations.close_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)
    with pytest.raises(CycleNotOpen):
        acknowledge(cycle, cast_.cell, cast_.binh)
    assert not queries.may_submit(
        cycles.obligation(cycle, cast_.an_person), cycles.moment(2022, 11, 1)
    )


def test_only_the_board_closes(cast_, cycle):
    with pytest.raises(NotPermitted):
        operations.close_cycle(cycle_id=cycle.pk, actor=cast_.cuc, at=AT)


# Drafts


def test_a_draft_pins_the_rulebook_with_every_choice_written_out(cast_):
    cycle = cycles.cycle(
        cast_.district, opened=False, rulebook_settings={"quota-rounding": "ceil"}
    )

    assert cycle.rulebook_identity.startswith("132-2018@")
    assert cycle.rulebook_settings["quota-rounding"] == "ceil"
    assert cycle.rulebook_settings["quota-base"] == "good_only"
    rulebook = queries.rulebook_of(cycle)
    assert rulebook.identity == cycle.rulebook_identity
    assert rulebook.fingerprint == cycle.rulebook_fingerprint


def test_the_calendar_starts_from_the_rulebook_and_can_be_changed(cast_):
    cycle = cycles.cycle(cast_.district, opened=False)
    due = dict(cycle.stages.filter(subject_kind=SubjectKind.CELL).values_list("key", "due_on"))
    assert due["self_review"] == dt.date(2022, 11, 15)
    assert due["remedy"] == dt.date(2023, 1, 31)
    rulebook = queries.rulebook_of(cycle)
    calendar = operations.default_calendar(rulebook, 2022)
    calendar[SubjectKind.MEMBER, StageKey.SELF_REVIEW] = dt.date(2022, 11, 5)

    operations.edit_cycle(
        cycle_id=cycle.pk, draft=cycles.draft(calendar=calendar), actor=cast_.board, at=AT
    )
    opened = operations.open_cycle(cycle_id=cycle.pk, actor=cast_.board, at=AT)

    assert cycles.obligation(opened, cast_.an_person).due_on == dt.date(2022, 11, 5)
    assert cycles.obligation(opened, cast_.cell).due_on == dt.date(2022, 11, 15)
    with pytest.raises(CycleNotDraft):
        operations.edit_cycle(cycle_id=cycle.pk, draft=cycles.draft(), actor=cast_.board, at=AT)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"period_to": dt.date(2021, 12, 31)}, PeriodReversed),
        ({"rulebook_settings": {"quota-rounding": "upwards"}}, SettingUnknown),
        ({"rulebook_settings": {"no-such": "x"}}, SettingUnknown),
        (
            {"calendar": {(SubjectKind.CELL, StageKey.MEETING): dt.date(2022, 1, 1)}},
            CalendarIncomplete,
        ),
    ],
)
def test_a_draft_that_contradicts_itself_is_refused(cast_, fields, refusal):
    with pytest.raises(refusal):
        cycles.cycle(cast_.district, opened=False, **fields)


@pytest.mark.parametrize("username", ["an", "binh", "cuc", "authority", "administrator"])
def test_only_the_board_drafts(cast_, username):
    with pytest.raises(NotPermitted):
        cycles.cycle(cast_.district, opened=False, actor=getattr(cast_, username))


def test_who_sees_which_cycles(cast_):
    draft = cycles.cycle(cast_.district, opened=False, name="Nháp")

    assert list(queries.cycles_for(cast_.board, AT.date())) == [draft]
    assert not queries.cycles_for(cast_.cuc, AT.date()).exists()

    ward_cycle = cycles.cycle(cast_.ward, name="Phường")
    for username, seen in (
        ("an", True),
        ("binh", True),
        ("cuc", True),
        ("board", True),
        ("dung", False),
        ("administrator", False),
        ("outsider", False),
    ):
        found = queries.current_cycles_for(getattr(cast_, username), AT.date())
        assert (ward_cycle in found) is seen, username


def test_who_sees_which_dossiers(cast_):
    cycles.cycle(cast_.district)

    seen = {
        username: queries.obligations_for(getattr(cast_, username), AT.date()).count()
        for username in ("an", "binh", "cuc", "dung", "board", "administrator", "outsider")
    }

    # An sees her own; Bình the cell and its two members; Cúc the ward, the cell, its two
    # members and her own; Dũng his cell with two members.
    assert seen == {
        "an": 1,
        "binh": 3,
        "cuc": 5,
        "dung": 3,
        "board": 9,
        "administrator": 0,
        "outsider": 0,
    }


def test_an_exception_for_a_unit_outside_makes_no_sense(cast_):
    ward_cycle = cycles.cycle(cast_.ward)

    with pytest.raises(SubjectOutside):
        grant(ward_cycle, cast_.other_ward, cast_.board)


def test_an_exception_sent_twice_is_one(cast_, cycle):
    first = grant(cycle, cast_.cell, cast_.cuc)

    assert grant(cycle, cast_.cell, cast_.cuc) == first
    assert grant(cycle, cast_.cell, cast_.cuc, reason="Mất điện") != first
    assert AuditEvent.objects.filter(action="cycles.except").count() == 2
