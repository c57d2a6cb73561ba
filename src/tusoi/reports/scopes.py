"""Which rows a report may read: below a unit of the frozen tree, and within the actor's rights."""

import datetime as dt

from django.db.models import QuerySet

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import CycleClosure, Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.reviews.enums import ReviewState


HANDED_IN = (ReviewState.SUBMITTED, ReviewState.ACCEPTED)


def obligations_below(
    cycle: ReviewCycle, unit_id: int, *, actor: Account, permission: Permission, on: dt.date
) -> QuerySet[Obligation]:
    """Return the dossiers at and below a unit over which the actor holds the permission."""
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
    return Obligation.objects.filter(
        cycle=cycle,
        unit__in=below.values("descendant"),
        cancelled_on__isnull=True,
    ).filter(unit__in=units_for(actor, permission, on=on))
