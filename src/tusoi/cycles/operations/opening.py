"""Opening a cycle: the tree is frozen and everybody's dossier becomes expected, set by set."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleCannotOpen, CycleNotDraft
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.operations.expecting import Selection, expect
from tusoi.cycles.operations.rebuilding import count_opening
from tusoi.cycles.queries.opening import preview_opening
from tusoi.cycles.queries.sql import execute
from tusoi.cycles.queries.subjects import GATHERED, all_subjects
from tusoi.people.models import Account


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
    _gather_subjects(cycle, day)
    preview = preview_opening(cycle, on=day, has_gathered=True)
    if preview.problems:
        raise CycleCannotOpen(preview.problems)
    _freeze_tree(cycle, day)
    for one in preview.kinds:
        expect(cycle, one.kind, Selection(cycle.root_id, branches=one.branches), day=day)
    execute(f"DROP TABLE {GATHERED}")
    count_opening(cycle.pk, day)
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


def _gather_subjects(cycle: ReviewCycle, day: dt.date) -> None:
    """Read tree, members and posts once; a refusal takes the table away with the transaction."""
    found = all_subjects(root_id=cycle.root_id, on=day)
    execute(f"CREATE TEMPORARY TABLE {GATHERED} AS {found.sql}", found.parameters)


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
