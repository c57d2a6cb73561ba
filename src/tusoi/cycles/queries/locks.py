import datetime as dt

from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleClosure, LockException, Obligation


def may_submit(obligation: Obligation, at: dt.datetime) -> bool:
    """Say whether a dossier may be handed in at this moment, late or not.

    The one place that knows when a cycle locks: after the day of the deadline, if the cycle says
    so, unless an exception for the unit or for one above it is still running.
    """
    cycle = obligation.cycle
    if cycle.state != CycleState.OPEN or obligation.cancelled_on is not None:
        return False
    if not cycle.locks_after_due or local_day(at) <= obligation.due_on:
        return True
    above = CycleClosure.objects.filter(cycle=cycle, descendant=obligation.unit_id)
    return LockException.objects.filter(
        cycle=cycle, unit__in=above.values("ancestor"), granted_at__lte=at, until__gte=at
    ).exists()
