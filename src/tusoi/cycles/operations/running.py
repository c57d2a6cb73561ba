"""What happens to an open cycle as a whole: acknowledged, excepted from the lock, closed."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import (
    CycleNotOpen,
    ExceptionEndsTooSoon,
    ReasonMissing,
    SubjectOutside,
)
from tusoi.cycles.models import CycleUnit, LockException, ReviewCycle
from tusoi.people.models import Account


@transaction.atomic
def acknowledge_directive(*, cycle_id: int, unit_id: int, actor: Account, at: dt.datetime) -> bool:
    """Note that a unit knows the directive; False when it was noted before.

    Raises:
        NotPermitted: the actor does not answer for the unit.
        CycleNotOpen, SubjectOutside: there is nothing to acknowledge.
    """
    cycle = _open_cycle(cycle_id)
    require(actor, Permission.DIRECTIVE_ACKNOWLEDGE, unit_id=unit_id, on=local_day(at))
    unit = CycleUnit.objects.select_for_update().filter(cycle=cycle, unit=unit_id).first()
    if unit is None:
        raise SubjectOutside
    if unit.acknowledged_at is not None:
        return False
    unit.acknowledged_at, unit.acknowledged_by = at, actor
    unit.save(update_fields=["acknowledged_at", "acknowledged_by"])
    audit.record(actor=actor, at=at, action="cycles.acknowledge", obj=unit, unit_id=unit_id)
    return True


@transaction.atomic
def grant_lock_exception(
    *,
    cycle_id: int,
    unit_id: int,
    until: dt.datetime,
    reason: str,
    actor: Account,
    at: dt.datetime,
) -> LockException:
    """Let a unit and those below it hand in after the lock; it ends by itself.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        ExceptionEndsTooSoon, ReasonMissing, SubjectOutside: the exception makes no sense.
    """
    cycle = _open_cycle(cycle_id)
    require(actor, Permission.CYCLE_ADJUST, unit_id=unit_id, on=local_day(at))
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit_id).exists():
        raise SubjectOutside
    if until <= at:
        raise ExceptionEndsTooSoon
    if not reason.strip():
        raise ReasonMissing
    made = LockException(
        cycle=cycle,
        unit_id=unit_id,
        until=until,
        reason=reason.strip(),
        granted_at=at,
        granted_by=actor,
    )
    if (twin := added_already(made, when="granted_at", at=at)) is not None:
        return twin
    made.save()
    audit.record(
        actor=actor,
        at=at,
        action="cycles.except",
        obj=made,
        unit_id=unit_id,
        to_state=until.isoformat(),
        note=reason.strip(),
    )
    return made


@transaction.atomic
def close_cycle(*, cycle_id: int, actor: Account, at: dt.datetime) -> ReviewCycle:
    """End a cycle: nothing more is recorded in it.

    Raises:
        NotPermitted: the actor may not open and close cycles at the root.
        CycleNotOpen: it has not been opened or is closed already.
    """
    cycle = _open_cycle(cycle_id)
    require(actor, Permission.CYCLE_OPEN, unit_id=cycle.root_id, on=local_day(at))
    cycle.state, cycle.closed_at, cycle.closed_by = CycleState.CLOSED, at, actor
    cycle.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record(
        actor=actor,
        at=at,
        action="cycles.close",
        obj=cycle,
        unit_id=cycle.root_id,
        from_state=CycleState.OPEN,
        to_state=CycleState.CLOSED,
    )
    return cycle


def _open_cycle(cycle_id: int) -> ReviewCycle:
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    return cycle
