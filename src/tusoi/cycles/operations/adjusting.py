"""Changes of the expected set after opening: explicit, with a reason, and never a deletion.

They count from the day on which they are entered, so that a figure once reported for a past day
stays that figure. The day since which they hold in fact is kept beside the reason.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, Q

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.core.clock import local_day
from tusoi.cycles.enums import AdjustmentEffect, SubjectKind
from tusoi.cycles.errors import (
    CycleError,
    ObligationCancelled,
    SubjectAlreadyExpected,
    SubjectExcused,
    SubjectOutside,
)
from tusoi.cycles.models import CycleUnit, ExcusedSubject, Obligation, ReviewCycle
from tusoi.cycles.operations.counting import count_change
from tusoi.cycles.operations.expecting import Selection, expect
from tusoi.cycles.operations.explaining import Entry, Reason, count_all, explain, open_cycle_for
from tusoi.cycles.queries.opening import reason_of
from tusoi.cycles.queries.sql import execute
from tusoi.people.models import Account
from tusoi.units.models import Unit


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
        SubjectAlreadyExpected, SubjectOutside, SubjectExcused: there is nothing to add.
    """
    cycle = open_cycle_for(cycle_id, reason)
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
        raise _why_nobody(cycle, kind, subject, actor=actor, on=local_day(at))
    (added,) = _settle(cycle, last, reason, actor=actor, at=at)
    return added


@transaction.atomic
def add_obligations(
    *,
    cycle_id: int,
    subjects: Sequence[tuple[SubjectKind, int]],
    reason: Reason,
    actor: Account,
    at: dt.datetime,
) -> list[Obligation]:
    """Expect dossiers of several, all or none; see `add_obligation`."""
    return [
        add_obligation(
            cycle_id=cycle_id, kind=kind, subject_id=subject_id, reason=reason, actor=actor, at=at
        )
        for kind, subject_id in subjects
    ]


@transaction.atomic
def add_unit(
    *, cycle_id: int, unit_id: int, reason: Reason, actor: Account, at: dt.datetime
) -> list[Obligation]:
    """Take a unit founded after opening into the frozen tree, with its members and those below.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        SubjectOutside: the unit's superior is no part of the cycle.
    """
    cycle = open_cycle_for(cycle_id, reason)
    unit = Unit.objects.get(pk=unit_id)
    require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit.parent_id).exists():
        raise SubjectOutside(unit.parent.name if unit.parent else "")
    last = _last_obligation(cycle)
    _hang_in(cycle, unit, local_day(at))
    for kind in SubjectKind:
        expect(cycle, kind, Selection(unit_id, adds=True), day=local_day(at))
    return _settle(cycle, last, reason, actor=actor, at=at)


@transaction.atomic
def cancel_obligations(
    *, obligation_ids: Sequence[int], reason: Reason, actor: Account, at: dt.datetime
) -> list[Obligation]:
    """Stop expecting several dossiers, all or none; see `cancel_obligation`."""
    return [
        cancel_obligation(obligation_id=pk, reason=reason, actor=actor, at=at)
        for pk in sorted(obligation_ids)
    ]


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
    open_cycle_for(found.cycle_id, reason)
    require(actor, Permission.CYCLE_ADJUST, unit_id=found.unit_id, on=local_day(at))
    if found.cancelled_on is not None:
        raise ObligationCancelled
    cancel_all(Entry(reason, AdjustmentEffect.CANCELLED, actor, at), [found])
    found.refresh_from_db()
    return found


def _why_nobody(
    cycle: ReviewCycle, kind: SubjectKind, subject: Q, *, actor: Account, on: dt.date
) -> CycleError:
    """Tell a subject whom the rules excuse, just written down, from one that is not here."""
    if kind is SubjectKind.COLLECTIVE:
        return SubjectOutside()
    excused = ExcusedSubject.objects.filter(subject, cycle=cycle, subject_kind=kind)
    last = excused.order_by("-pk").first()
    if last is None:
        return SubjectOutside()
    require(actor, Permission.CYCLE_ADJUST, unit_id=last.unit_id, on=on)
    return SubjectExcused(reason_of(cycle, last.code).title)


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
    known = CycleUnit.objects.filter(cycle=cycle, unit__in=places).values("unit")
    for unit in Unit.objects.filter(pk__in=places).exclude(pk__in=known):
        raise SubjectOutside(unit.name)
    count_change(
        obligation_ids=[one.pk for one in added], change={"expected": 1}, day=local_day(at)
    )
    explain(Entry(reason, AdjustmentEffect.ADDED, actor, at), added)
    return added


def cancel_all(entry: Entry, found: Sequence[Obligation]) -> None:
    """Take dossiers out of the counts from today on; the caller has asked who may."""
    if not found:
        return
    day = local_day(entry.at)
    count_all(found, sign=-1, day=day)
    Obligation.objects.filter(pk__in=[one.pk for one in found]).update(cancelled_on=day)
    explain(entry, found)


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
