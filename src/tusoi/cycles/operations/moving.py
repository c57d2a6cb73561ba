"""Dossiers that go on counting elsewhere, and units that stop: what was reported stays."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.core.clock import local_day
from tusoi.cycles.enums import AdjustmentEffect, SubjectKind
from tusoi.cycles.errors import (
    AlreadyDealtWith,
    NoReceiver,
    ObligationCancelled,
    SubjectOutside,
)
from tusoi.cycles.models import CycleClosure, CycleUnit, EarlierPlace, Obligation
from tusoi.cycles.operations.adjusting import cancel_all
from tusoi.cycles.operations.explaining import (
    Entry,
    Reason,
    count_all,
    explain,
    is_dealt_with,
    open_cycle_for,
)
from tusoi.cycles.queries.changes import cells_today
from tusoi.people.models import Account
from tusoi.units.models import Unit


@dataclass(frozen=True)
class UnitOutcome:
    """What became of the dossiers of a unit that stops counting."""

    moved: int
    cancelled: int
    # Reviewed or rated already: they stay in the figures.
    kept: int


@transaction.atomic
def hand_over(
    *,
    cycle_id: int,
    obligation_ids: Sequence[int],
    reason: Reason,
    actor: Account,
    at: dt.datetime,
) -> list[Obligation]:
    """Let members' dossiers count in the cells where they belong today, with what is written.

    Raises:
        NotPermitted: the actor may not adjust both units.
        NoReceiver: a member belongs to no other cell of the cycle; the sentence names them.
        AlreadyDealtWith: it was reviewed or rated, and stays where that was done.
    """
    cycle = open_cycle_for(cycle_id, reason)
    found = list(
        Obligation.objects.select_for_update(of=("self",))
        .filter(cycle=cycle, pk__in=obligation_ids, subject_kind=SubjectKind.MEMBER)
        .order_by("pk")
    )
    if len(found) != len(set(obligation_ids)):
        raise SubjectOutside
    cells = cells_today(cycle, [one.pk for one in found], on=local_day(at))
    for one in found:
        _check_moves(one, cells)
    entry = Entry(reason, AdjustmentEffect.MOVED, actor, at)
    move_to(entry, found, {one.pk: cells[one.pk] for one in found})
    return found


@transaction.atomic
def cancel_unit(
    *, cycle_id: int, unit_id: int, reason: Reason, actor: Account, at: dt.datetime
) -> UnitOutcome:
    """Stop expecting anything of a unit and those below it.

    Members who belong to another cell of the cycle today are handed over with what they wrote;
    what a meeting has reviewed or somebody has rated stays in the figures.

    Raises:
        NotPermitted: the actor may not adjust the unit, or not those that take members over.
        SubjectOutside: the unit is no part of the cycle.
    """
    cycle = open_cycle_for(cycle_id, reason)
    require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    below = set(
        CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id).values_list(
            "descendant", flat=True
        )
    )
    if not below:
        raise SubjectOutside
    live = Obligation.objects.select_for_update(of=("self",)).filter(
        cycle=cycle, cancelled_on__isnull=True, unit__in=below
    )
    found = list(live.order_by("pk"))
    waiting = [one for one in found if not is_dealt_with(one)]
    members = [one.pk for one in waiting if one.subject_kind == SubjectKind.MEMBER]
    cells = cells_today(cycle, members, on=local_day(at))
    moving = [one for one in waiting if cells.get(one.pk, unit_id) not in below]
    ending = [one for one in waiting if cells.get(one.pk, unit_id) in below]
    move_to(
        Entry(reason, AdjustmentEffect.MOVED, actor, at),
        moving,
        {one.pk: cells[one.pk] for one in moving},
    )
    cancel_all(Entry(reason, AdjustmentEffect.CANCELLED, actor, at), ending)
    return UnitOutcome(len(moving), len(ending), len(found) - len(waiting))


def _check_moves(one: Obligation, cells: Mapping[int, int]) -> None:
    if one.cancelled_on is not None:
        raise ObligationCancelled
    if is_dealt_with(one):
        raise AlreadyDealtWith(one.name)
    if cells.get(one.pk, one.unit_id) == one.unit_id:
        raise NoReceiver(one.name)


def move_to(entry: Entry, found: Sequence[Obligation], to: Mapping[int, int]) -> None:
    """Take dossiers out of one unit's count and into another's on the same day."""
    if not found:
        return
    day = local_day(entry.at)
    _require_both(entry, found, to)
    came_from = {one.pk: one.unit_id for one in found}
    count_all(found, sign=-1, day=day)
    keep_place(found, day)
    for unit_id in sorted(set(to.values())):
        ids = [one.pk for one in found if to[one.pk] == unit_id]
        Obligation.objects.filter(pk__in=ids).update(unit=unit_id, added_on=day)
    for one in found:
        one.unit_id, one.added_on = to[one.pk], day
    count_all(found, sign=1, day=day)
    explain(entry, found, came_from=came_from)


def _require_both(entry: Entry, found: Sequence[Obligation], to: Mapping[int, int]) -> None:
    cycle_id = found[0].cycle_id
    receivers = set(to.values())
    known = CycleUnit.objects.filter(cycle=cycle_id, unit__in=receivers)
    for unit in Unit.objects.filter(pk__in=receivers).exclude(pk__in=known.values("unit")):
        raise SubjectOutside(unit.name)
    for unit_id in sorted({one.unit_id for one in found} | receivers):
        require(entry.actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(entry.at))


def keep_place(found: Sequence[Obligation], day: dt.date) -> None:
    """Write down where dossiers counted until a day; of one that began that day, nothing."""
    EarlierPlace.objects.bulk_create(
        EarlierPlace(
            obligation=one,
            unit_id=one.unit_id,
            counted_from=one.added_on,
            counted_to=one.cancelled_on or day,
        )
        for one in found
        if one.added_on < (one.cancelled_on or day)
    )
