"""Facts about dossiers: recorded, undone, and counted at every level in one transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled, StepOutOfOrder
from tusoi.cycles.models import Obligation, ObligationFact
from tusoi.cycles.operations.counting import count_change
from tusoi.cycles.queries.sql import batches
from tusoi.people.models import Account


COLUMNS: Final[Mapping[ProgressStep, str]] = {
    ProgressStep.STARTED: "started_at",
    ProgressStep.COMPLETED: "completed_at",
    ProgressStep.SUBMITTED: "submitted_at",
    ProgressStep.RETURNED: "returned_at",
    ProgressStep.ACCEPTED: "accepted_at",
    ProgressStep.REVIEWED: "reviewed_at",
    ProgressStep.RATED: "rated_at",
    ProgressStep.DECIDED: "decided_at",
}
# A dossier lies with its author or with the level above, never with both.
_REPLACES: Final[Mapping[ProgressStep, ProgressStep]] = {
    ProgressStep.SUBMITTED: ProgressStep.RETURNED,
    ProgressStep.RETURNED: ProgressStep.SUBMITTED,
}


@dataclass
class _Change:
    """What becomes of some dossiers: the same for each of them."""

    deltas: dict[ProgressStep, int] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    obligation_ids: list[int] = field(default_factory=list)


def record_step(
    *, obligation_id: int, step: ProgressStep, actor: Account, at: dt.datetime, note: str = ""
) -> bool:
    """Set a fact on a dossier and count it at every level above; False when already set.

    Submitting ends a return and the other way round; the first submission also settles for good
    whether it was late. Does not ask who may: the operation that calls it did.

    Raises:
        CycleNotOpen, ObligationCancelled, StepOutOfOrder: the fact has no place here.
    """
    return bool(
        record_steps(obligation_ids=[obligation_id], step=step, actor=actor, at=at, note=note)
    )


def undo_step(
    *, obligation_id: int, step: ProgressStep, actor: Account, at: dt.datetime, note: str = ""
) -> bool:
    """Clear a fact; False when it was not set. That a first submission was late stays."""
    return bool(
        undo_steps(obligation_ids=[obligation_id], step=step, actor=actor, at=at, note=note)
    )


@transaction.atomic
def record_steps(
    *,
    obligation_ids: Sequence[int],
    step: ProgressStep,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> int:
    """Set the same fact on many dossiers at once; return how many had not got it."""
    changed = 0
    for batch in batches(sorted(obligation_ids)):
        changes = _sorted_out(_locked(batch), step, at)
        changed += _apply(changes, step=step, actor=actor, at=at, note=note)
    return changed


@transaction.atomic
def undo_steps(
    *,
    obligation_ids: Sequence[int],
    step: ProgressStep,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> int:
    """Clear the same fact on many dossiers at once; return how many had it."""
    column = COLUMNS[step]
    changed = 0
    for batch in batches(sorted(obligation_ids)):
        ids = [one.pk for one in _locked(batch) if getattr(one, column) is not None]
        change = _Change({step: -1}, {column: None}, ids)
        changed += _apply([change], step=step, actor=actor, at=at, note=note)
    return changed


def _locked(ids: Sequence[int]) -> list[Obligation]:
    found = list(
        Obligation.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    if any(one.cycle.state != CycleState.OPEN for one in found):
        raise CycleNotOpen
    if any(one.cancelled_on is not None for one in found):
        raise ObligationCancelled
    return found


def _sorted_out(
    obligations: Sequence[Obligation], step: ProgressStep, at: dt.datetime
) -> list[_Change]:
    """Group the dossiers that change in the same way."""
    groups: dict[tuple[object, ...], _Change] = {}
    for one in obligations:
        if getattr(one, COLUMNS[step]) is not None:
            continue
        deltas, columns = _change_of(one, step, at)
        key = (*deltas.items(), *columns.items())
        groups.setdefault(key, _Change(deltas, columns)).obligation_ids.append(one.pk)
    return list(groups.values())


def _change_of(
    one: Obligation, step: ProgressStep, at: dt.datetime
) -> tuple[dict[ProgressStep, int], dict[str, Any]]:
    deltas: dict[ProgressStep, int] = {step: 1}
    columns: dict[str, Any] = {COLUMNS[step]: at}
    replaced = _REPLACES.get(step)
    if replaced and getattr(one, COLUMNS[replaced]) is not None:
        deltas[replaced], columns[COLUMNS[replaced]] = -1, None
    if step is ProgressStep.SUBMITTED and one.first_submitted_at is None:
        late = is_late(due_on=one.due_on, at=at)
        columns |= {"first_submitted_at": at, "was_late": late}
        deltas |= {ProgressStep.LATE: 1} if late else {}
    return deltas, columns


def is_late(*, due_on: dt.date, at: dt.datetime) -> bool:
    """The day of the deadline itself is still in time, by the installation's clock."""
    return local_day(at) > due_on


def _apply(
    changes: Sequence[_Change], *, step: ProgressStep, actor: Account, at: dt.datetime, note: str
) -> int:
    day = local_day(at)
    for change in changes:
        if not change.obligation_ids:
            continue
        _refuse_going_back(change, day)
        Obligation.objects.filter(pk__in=change.obligation_ids).update(**change.columns)
        ObligationFact.objects.bulk_create(
            ObligationFact(
                obligation_id=pk,
                step=one,
                delta=delta,
                day=day,
                at=at,
                actor=actor,
                note=note if one is step else "",
            )
            for pk in change.obligation_ids
            for one, delta in change.deltas.items()
        )
        count_change(
            obligation_ids=change.obligation_ids,
            change={one.value: delta for one, delta in change.deltas.items()},
            day=day,
        )
    return sum(len(change.obligation_ids) for change in changes)


def _refuse_going_back(change: _Change, day: dt.date) -> None:
    """A fact dated before the one it follows would make a past day's figures impossible."""
    last = ObligationFact.objects.filter(
        obligation__in=change.obligation_ids, step__in=change.deltas
    ).aggregate(day=Max("day"))["day"]
    added = Obligation.objects.filter(pk__in=change.obligation_ids).aggregate(day=Max("added_on"))[
        "day"
    ]
    if day < added or (last is not None and day < last):
        raise StepOutOfOrder
