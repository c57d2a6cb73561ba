"""What every adjustment passes through: an open cycle, a reason, and its line in the log."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tusoi.audit import operations as audit
from tusoi.cycles.enums import AdjustmentEffect, AdjustmentKind, CycleState
from tusoi.cycles.errors import CycleNotOpen, ReasonMissing
from tusoi.cycles.models import Adjustment, Obligation, ReviewCycle
from tusoi.cycles.operations.counting import count_change
from tusoi.cycles.operations.steps import COLUMNS
from tusoi.people.models import Account


@dataclass(frozen=True)
class Reason:
    """Why the expected set changes, and since when that holds in fact."""

    kind: AdjustmentKind
    text: str
    since: dt.date


@dataclass(frozen=True)
class Entry:
    """One adjustment to be written: by whom, when, for what reason, and what it does."""

    reason: Reason
    effect: AdjustmentEffect
    actor: Account
    at: dt.datetime
    undoes: Adjustment | None = None


_ACTIONS = {
    AdjustmentEffect.ADDED: "cycles.add",
    AdjustmentEffect.CANCELLED: "cycles.cancel",
    AdjustmentEffect.MOVED: "cycles.hand_over",
    AdjustmentEffect.RESTORED: "cycles.restore",
}


def open_cycle_for(cycle_id: int, reason: Reason) -> ReviewCycle:
    """Lock the cycle, so that adjustments come one after the other.

    Raises:
        CycleNotOpen, ReasonMissing: nothing is adjusted there, or not without a reason.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if not reason.text.strip():
        raise ReasonMissing
    return cycle


def explain(
    entry: Entry, obligations: Sequence[Obligation], *, came_from: dict[int, int] | None = None
) -> list[Adjustment]:
    """Keep why each dossier was adjusted; of one handed over, from which unit it came."""
    came_from = came_from or {}
    made = Adjustment.objects.bulk_create(
        Adjustment(
            cycle_id=one.cycle_id,
            obligation=one,
            kind=entry.reason.kind,
            effect=entry.effect,
            from_unit_id=came_from.get(one.pk),
            to_unit_id=one.unit_id if one.pk in came_from else None,
            undoes=entry.undoes,
            day=entry.reason.since,
            reason=entry.reason.text.strip(),
            adjusted_at=entry.at,
            adjusted_by=entry.actor,
        )
        for one in obligations
    )
    for adjustment, one in zip(made, obligations, strict=True):
        audit.record(
            actor=entry.actor,
            at=entry.at,
            action=_ACTIONS[entry.effect],
            obj=adjustment,
            unit_id=one.unit_id,
            from_state=str(came_from.get(one.pk, "")),
            to_state=entry.reason.kind,
            note=entry.reason.text.strip(),
        )
    return made


def count_all(obligations: Sequence[Obligation], *, sign: int, day: dt.date) -> None:
    """Add dossiers to the counts of the units above them, or take them out, with their facts."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for one in obligations:
        groups.setdefault(_in_force(one), []).append(one.pk)
    for names, ids in groups.items():
        count_change(obligation_ids=ids, change=dict.fromkeys(names, sign), day=day)


def _in_force(one: Obligation) -> tuple[str, ...]:
    """Return what a dossier counts under."""
    held = [step.value for step, column in COLUMNS.items() if getattr(one, column) is not None]
    return ("expected", *held, *(["late"] if one.was_late else []))


def is_dealt_with(one: Obligation) -> bool:
    """Say whether a meeting has reviewed it or a level was given: it then stays where it is."""
    return any((one.reviewed_at, one.rated_at, one.decided_at))
