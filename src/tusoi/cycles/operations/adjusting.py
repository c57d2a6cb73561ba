"""Changes of the expected set after opening: explicit, with a reason, and never a deletion.

They count from the day on which they are entered, so that a figure once reported for a past day
stays that figure. The day since which they hold in fact is kept beside the reason.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import AdjustmentKind, CycleState, SubjectKind
from tusoi.cycles.errors import (
    CycleNotOpen,
    ObligationCancelled,
    ReasonMissing,
    SubjectAlreadyExpected,
    SubjectOutside,
)
from tusoi.cycles.models import Adjustment, CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.cycles.operations.counting import count_change
from tusoi.cycles.operations.expecting import Selection, expect
from tusoi.cycles.operations.steps import COLUMNS
from tusoi.cycles.queries.sql import execute
from tusoi.people.models import Account
from tusoi.units.models import Unit


@dataclass(frozen=True)
class Reason:
    """Why the expected set changes, and since when that holds in fact."""

    kind: AdjustmentKind
    text: str
    since: dt.date


@transaction.atomic
def add_obligation(
    *,
    cycle_id: int,
    kind: SubjectKind,
    subject_id: int,
    reason: Reason,
    actor: Account,
    at: dt.datetime,
) -> Obligation:
    """Expect a dossier of a person or a collective that joined after opening.

    `subject_id` is that of the person or of the collective; a new organisation comes with
    everybody in it (`add_unit`).

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        SubjectAlreadyExpected, SubjectOutside: there is nothing to add.
    """
    cycle = _open_cycle(cycle_id, reason)
    last = _last_obligation(cycle)
    collective = kind is SubjectKind.COLLECTIVE
    subject = Q(collective_id=subject_id) if collective else Q(person_id=subject_id)
    live = Obligation.objects.filter(cycle=cycle, subject_kind=kind, cancelled_on__isnull=True)
    if live.filter(subject).exists():
        raise SubjectAlreadyExpected
    selection = Selection(
        cycle.root_id,
        person_id=None if collective else subject_id,
        collective_id=subject_id if collective else None,
        adds=True,
    )
    if not expect(cycle, kind, selection, day=local_day(at)):
        raise SubjectOutside
    (added,) = _settle(cycle, last, reason, actor=actor, at=at)
    return added


@transaction.atomic
def add_unit(
    *, cycle_id: int, unit_id: int, reason: Reason, actor: Account, at: dt.datetime
) -> list[Obligation]:
    """Take a unit founded after opening into the frozen tree, with its members and those below.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        SubjectOutside: the unit's superior is no part of the cycle.
    """
    cycle = _open_cycle(cycle_id, reason)
    unit = Unit.objects.get(pk=unit_id)
    require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit.parent_id).exists():
        raise SubjectOutside
    last = _last_obligation(cycle)
    _hang_in(cycle, unit, local_day(at))
    for kind in SubjectKind:
        expect(cycle, kind, Selection(unit_id, adds=True), day=local_day(at))
    return _settle(cycle, last, reason, actor=actor, at=at)


@transaction.atomic
def cancel_obligation(
    *, obligation_id: int, reason: Reason, actor: Account, at: dt.datetime
) -> Obligation:
    """Stop expecting a dossier; what was written and recorded stays.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        ObligationCancelled: it is no longer expected.
    """
    found = Obligation.objects.select_for_update().get(pk=obligation_id)
    _open_cycle(found.cycle_id, reason)
    require(actor, Permission.CYCLE_ADJUST, unit_id=found.unit_id, on=local_day(at))
    if found.cancelled_on is not None:
        raise ObligationCancelled
    _cancel([found], reason, actor=actor, at=at)
    found.refresh_from_db()
    return found


@transaction.atomic
def cancel_unit(
    *, cycle_id: int, unit_id: int, reason: Reason, actor: Account, at: dt.datetime
) -> int:
    """Stop expecting anything of a unit and those below it; return how many dossiers.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        SubjectOutside: the unit is no part of the cycle.
    """
    cycle = _open_cycle(cycle_id, reason)
    require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
    if not below.exists():
        raise SubjectOutside
    live = Obligation.objects.select_for_update().filter(
        cycle=cycle, cancelled_on__isnull=True, unit__in=below.values("descendant")
    )
    found = list(live.order_by("pk"))
    _cancel(found, reason, actor=actor, at=at)
    return len(found)


def _open_cycle(cycle_id: int, reason: Reason) -> ReviewCycle:
    """Lock the cycle, so that adjustments come one after the other."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if not reason.text.strip():
        raise ReasonMissing
    return cycle


def _last_obligation(cycle: ReviewCycle) -> int:
    return Obligation.objects.filter(cycle=cycle).aggregate(last=Max("pk"))["last"] or 0


def _settle(
    cycle: ReviewCycle, last: int, reason: Reason, *, actor: Account, at: dt.datetime
) -> list[Obligation]:
    """Guard, count and explain what was added after the last dossier that was there before."""
    added = list(Obligation.objects.filter(cycle=cycle, pk__gt=last).order_by("pk"))
    places = {one.unit_id for one in added}
    for unit_id in {one.unit_id for one in added[:1]}:
        require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    if CycleUnit.objects.filter(cycle=cycle, unit__in=places).count() != len(places):
        raise SubjectOutside
    count_change(
        obligation_ids=[one.pk for one in added], change={"expected": 1}, day=local_day(at)
    )
    _explain(added, reason, action="cycles.add", actor=actor, at=at)
    return added


def _cancel(
    found: Sequence[Obligation], reason: Reason, *, actor: Account, at: dt.datetime
) -> None:
    day = local_day(at)
    groups: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for one in found:
        groups.setdefault(_in_force(one), []).append(one.pk)
    for change, ids in groups.items():
        count_change(obligation_ids=ids, change=dict(change), day=day)
        Obligation.objects.filter(pk__in=ids).update(cancelled_on=day)
    _explain(found, reason, action="cycles.cancel", actor=actor, at=at)


def _in_force(one: Obligation) -> tuple[tuple[str, int], ...]:
    """Return what leaves the counts together with a dossier."""
    held = [step.value for step, column in COLUMNS.items() if getattr(one, column) is not None]
    late = ["late"] if one.was_late else []
    return tuple((name, -1) for name in ("expected", *held, *late))


def _explain(
    obligations: Sequence[Obligation],
    reason: Reason,
    *,
    action: str,
    actor: Account,
    at: dt.datetime,
) -> None:
    made = Adjustment.objects.bulk_create(
        Adjustment(
            cycle_id=one.cycle_id,
            obligation=one,
            kind=reason.kind,
            day=reason.since,
            reason=reason.text.strip(),
            adjusted_at=at,
            adjusted_by=actor,
        )
        for one in obligations
    )
    for adjustment, one in zip(made, obligations, strict=True):
        audit.record(
            actor=actor,
            at=at,
            action=action,
            obj=adjustment,
            unit_id=one.unit_id,
            to_state=reason.kind,
            note=reason.text.strip(),
        )


def _hang_in(cycle: ReviewCycle, unit: Unit, day: dt.date) -> None:
    """Add a unit and those below it to the frozen tree, under the superior it has today."""
    execute(
        """
        INSERT INTO cycles_cycleunit (cycle_id, unit_id, parent_id, name, sort_key, kind, depth)
        SELECT %s, u.id, u.parent_id, u.name, u.sort_key, u.kind, p.depth + 1 + c.depth
        FROM units_unitclosure c
        JOIN units_unit u ON u.id = c.descendant_id
        JOIN cycles_cycleunit p ON p.cycle_id = %s AND p.unit_id = %s
        WHERE c.ancestor_id = %s AND u.established_on <= %s
          AND (u.closed_on IS NULL OR u.closed_on > %s)
          AND NOT EXISTS (
              SELECT 1 FROM cycles_cycleunit x WHERE x.cycle_id = %s AND x.unit_id = u.id)
        """,
        [cycle.pk, cycle.pk, unit.parent_id, unit.pk, day, day, cycle.pk],
    )
    execute(
        """
        INSERT INTO cycles_cycleclosure (cycle_id, ancestor_id, descendant_id, depth)
        SELECT %s, pair.ancestor_id, pair.descendant_id, pair.depth
        FROM (
            SELECT up.ancestor_id, down.descendant_id, up.depth + 1 + down.depth AS depth
            FROM cycles_cycleclosure up
            JOIN units_unitclosure down ON down.ancestor_id = %s
            WHERE up.cycle_id = %s AND up.descendant_id = %s
            UNION ALL
            SELECT inside.ancestor_id, inside.descendant_id, inside.depth
            FROM units_unitclosure inside
            JOIN units_unitclosure top ON top.descendant_id = inside.ancestor_id
            WHERE top.ancestor_id = %s
        ) pair
        JOIN cycles_cycleunit d ON d.unit_id = pair.descendant_id AND d.cycle_id = %s
        JOIN cycles_cycleunit a ON a.unit_id = pair.ancestor_id AND a.cycle_id = %s
        WHERE NOT EXISTS (
            SELECT 1 FROM cycles_cycleclosure x
            WHERE x.cycle_id = %s AND x.descendant_id = pair.descendant_id)
        """,
        [cycle.pk, unit.pk, cycle.pk, unit.parent_id, unit.pk, *[cycle.pk] * 3],
    )
