"""The one way in which a shortcoming changes its state, and how it follows its actions."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Account
from tusoi.remediation.enums import (
    BACKWARD,
    MOMENTS,
    TRANSITIONS,
    ActionState,
    ShortcomingState,
)
from tusoi.remediation.errors import ShortcomingStepNotAllowed
from tusoi.remediation.models import (
    FollowedShortcoming,
    ShortcomingTransition,
)
from tusoi.remediation.operations.counting import count_days


_S: Final = ShortcomingState


def begin(one: FollowedShortcoming, *, actor: Account, at: dt.datetime, note: str = "") -> None:
    """Log that a shortcoming was recorded; it is saved already."""
    _log(one, "", one.state, actor=actor, at=at, note=note)


def move(
    one: FollowedShortcoming,
    to: ShortcomingState,
    *,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> None:
    """Take one step, if it may be taken from here, and log it.

    Moments of steps that are taken back, or of a round that is over, are cleared; the log keeps
    them.

    Raises:
        ShortcomingStepNotAllowed: there is no such step from the state in which it is.
    """
    before = ShortcomingState(one.state)
    if to not in TRANSITIONS[before]:
        raise ShortcomingStepNotAllowed(str(before.label))
    one.state = to
    if to not in MOMENTS["checked"]:
        one.verdict = ""
    for name, states in MOMENTS.items():
        if to not in states:
            setattr(one, f"{name}_at", None)
            setattr(one, f"{name}_by", None)
        elif getattr(one, f"{name}_at") is None:
            setattr(one, f"{name}_at", at)
            setattr(one, f"{name}_by", actor)
    one.save()
    _log(one, before, to, actor=actor, at=at, note=note)


def _log(
    one: FollowedShortcoming,
    before: str,
    after: str,
    *,
    actor: Account,
    at: dt.datetime,
    note: str,
) -> None:
    made = ShortcomingTransition.objects.create(
        shortcoming=one,
        from_state=before,
        to_state=after,
        attempt=one.attempt,
        note=note,
        day=local_day(at),
        at=at,
        actor=actor,
    )
    count_days([made.pk])
    audit.record(
        actor=actor,
        at=at,
        action=f"remediation.{ShortcomingState(after).value}",
        obj=one,
        unit_id=one.unit_id,
        from_state=before,
        to_state=after,
        note=note,
    )


def settle(ids: Iterable[int], *, actor: Account, at: dt.datetime, reason: str = "") -> None:
    """Let shortcomings follow what became of their actions, step by step."""
    rows = FollowedShortcoming.objects.filter(pk__in=sorted(ids)).select_related("cycle")
    for one in rows.order_by("pk"):
        states = [
            ActionState(link.action.state)
            for link in one.links.filter(attempt=one.attempt).select_related("action")
            if link.action.state != ActionState.DROPPED
        ]
        while (after := _next(ShortcomingState(one.state), states)) is not None:
            if after is _S.DONE and one.check_on is None:
                one.check_on = next_review(one.cycle, on=local_day(at))
            # Ahead a step explains itself; back it says why.
            is_back = (ShortcomingState(one.state), after) in BACKWARD
            move(one, after, actor=actor, at=at, note=reason if is_back else "")


def _next(state: ShortcomingState, actions: list[ActionState]) -> ShortcomingState | None:
    """Return the step that the actions of this round lead to, if any."""
    is_done = bool(actions) and all(one is ActionState.DONE for one in actions)
    is_begun = any(one is not ActionState.PLANNED for one in actions)
    found: dict[ShortcomingState, ShortcomingState | None] = {
        _S.CAUSE_ANALYZED: _S.ACTION_PLANNED if actions else None,
        _S.ACTION_PLANNED: (_S.IN_HAND if is_begun else None) if actions else _S.CAUSE_ANALYZED,
        _S.IN_HAND: (_S.DONE if is_done else None) if actions else _S.CAUSE_ANALYZED,
        _S.DONE: None if is_done else _S.IN_HAND,
    }
    return found.get(state)


def next_review(cycle: ReviewCycle, *, on: dt.date) -> dt.date:
    """Return the day on which the effect is checked unless somebody names another.

    That is a month before the next period ends, when its review is written.
    """
    ends = cycle.period_to
    day = dt.date(ends.year + 1, ends.month, min(ends.day, 28)) - dt.timedelta(days=30)
    return max(day, on + dt.timedelta(days=30))
