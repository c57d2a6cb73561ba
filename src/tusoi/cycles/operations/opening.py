"""Opening a cycle: the tree is frozen and everybody's dossier becomes expected, set by set."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import SUBJECT_CLASS, CycleState, StageKey, SubjectKind
from tusoi.cycles.errors import CycleCannotOpen, CycleNotDraft
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.operations.rebuilding import rebuild_tables
from tusoi.cycles.queries.cycles import rulebook_of
from tusoi.cycles.queries.opening import branches_for, preview_opening
from tusoi.cycles.queries.sql import execute
from tusoi.cycles.queries.subjects import Branch, case_of, subjects_of
from tusoi.people.models import Account


_NOBODY: Final = -1


@transaction.atomic
def open_cycle(*, cycle_id: int, actor: Account, at: dt.datetime) -> ReviewCycle:
    """Freeze the tree, create every expected dossier, and count them at every level.

    Raises:
        NotPermitted: the actor may not open cycles at the root.
        CycleNotDraft: it is open already.
        CycleCannotOpen: the preview finds a problem.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    day = local_day(at)
    require(actor, Permission.CYCLE_OPEN, unit_id=cycle.root_id, on=day)
    if cycle.state != CycleState.DRAFT:
        raise CycleNotDraft
    preview = preview_opening(cycle, on=day)
    if preview.problems:
        raise CycleCannotOpen(preview.problems)
    _freeze_tree(cycle, day)
    for kind in SubjectKind:
        _expect(cycle, kind, day)
    rebuild_tables(cycle.pk)
    cycle.state, cycle.opened_at, cycle.opened_by = CycleState.OPEN, at, actor
    cycle.save(update_fields=["state", "opened_at", "opened_by"])
    audit.record(
        actor=actor,
        at=at,
        action="cycles.open",
        obj=cycle,
        unit_id=cycle.root_id,
        from_state=CycleState.DRAFT,
        to_state=CycleState.OPEN,
        note=f"{preview.expected}",
    )
    return cycle


def _freeze_tree(cycle: ReviewCycle, day: dt.date) -> None:
    execute(
        """
        INSERT INTO cycles_cycleunit (cycle_id, unit_id, parent_id, name, sort_key, kind, depth)
        SELECT %s, u.id, CASE WHEN c.depth = 0 THEN NULL ELSE u.parent_id END, u.name,
               u.sort_key, u.kind, c.depth
        FROM units_unitclosure c JOIN units_unit u ON u.id = c.descendant_id
        WHERE c.ancestor_id = %s AND u.established_on <= %s
          AND (u.closed_on IS NULL OR u.closed_on > %s)
        """,
        [cycle.pk, cycle.root_id, day, day],
    )
    execute(
        """
        INSERT INTO cycles_cycleclosure (cycle_id, ancestor_id, descendant_id, depth)
        SELECT a.cycle_id, c.ancestor_id, c.descendant_id, c.depth
        FROM units_unitclosure c
        JOIN cycles_cycleunit a ON a.unit_id = c.ancestor_id AND a.cycle_id = %s
        JOIN cycles_cycleunit d ON d.unit_id = c.descendant_id AND d.cycle_id = %s
        """,
        [cycle.pk, cycle.pk],
    )


def _expect(cycle: ReviewCycle, kind: SubjectKind, day: dt.date) -> None:
    """Create the dossiers of one kind, and write down who is excused."""
    branches = branches_for(cycle, kind, on=day)
    if not branches:
        return
    subjects = subjects_of(kind, root_id=cycle.root_id, on=day)
    case = case_of(branches, otherwise=_NOBODY)
    source = f"(SELECT t.*, {case.sql} AS branch FROM ({subjects.sql}) t) s"  # noqa: S608 -- ours
    parameters = (*case.parameters, *subjects.parameters)
    codes, code_parameters = _codes(branches)
    excused = _indexes(branches, review=False)
    execute(
        f"""
        INSERT INTO cycles_obligation (
            cycle_id, subject_kind, unit_id, person_id, collective_id, name, sort_key,
            form_id, is_rateable, not_rated_code, due_on, added_on)
        SELECT %s, %s, s.unit_id, s.person_id, s.collective_id, s.name, s.sort_key,
               %s, s.branch NOT IN ({_indexes(branches, rate=False)}), {codes}, %s, %s
        FROM {source}
        WHERE s.branch NOT IN ({excused})
        """,  # noqa: S608 -- only placeholders and numbers are put in
        [
            *(cycle.pk, kind.value, _form_id(cycle, kind)),
            *code_parameters,
            *(_due_on(cycle, kind), day),
            *parameters,
        ],
    )
    if any(not one.participation.review for one in branches):
        reasons, reason_parameters = _codes(branches, rate=None)
        execute(
            f"""
            INSERT INTO cycles_excusedsubject (
                cycle_id, subject_kind, unit_id, person_id, name, sort_key, code)
            SELECT %s, %s, s.unit_id, s.person_id, s.name, s.sort_key, {reasons}
            FROM {source}
            WHERE s.branch IN ({excused})
            """,  # noqa: S608 -- only placeholders and numbers are put in
            [cycle.pk, kind.value, *reason_parameters, *parameters],
        )


def _indexes(
    branches: Sequence[Branch], *, review: bool | None = None, rate: bool | None = None
) -> str:
    found = [
        index
        for index, one in enumerate(branches)
        if one.participation.review is review or one.participation.rate is rate
    ]
    return ", ".join(str(index) for index in [_NOBODY, *found])


def _codes(
    branches: Sequence[Branch], *, rate: bool | None = False
) -> tuple[str, tuple[object, ...]]:
    """Return an expression for the rule that applies: to the unrated, or to everybody."""
    named = [
        (index, one.participation.code)
        for index, one in enumerate(branches)
        if one.participation.code and (rate is None or one.participation.rate is rate)
    ]
    if not named:
        return "''", ()
    whens = " ".join(f"WHEN {index} THEN %s" for index, _code in named)
    return f"CASE s.branch {whens} ELSE '' END", tuple(code for _index, code in named)


def _form_id(cycle: ReviewCycle, kind: SubjectKind) -> str:
    return rulebook_of(cycle).form_for(SUBJECT_CLASS[kind]).id


def _due_on(cycle: ReviewCycle, kind: SubjectKind) -> dt.date:
    return cycle.stages.get(key=StageKey.SELF_REVIEW, subject_kind=kind).due_on
