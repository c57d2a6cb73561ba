"""Who may see which reviews; every list of this room starts here."""

import datetime as dt

from django.db.models import Q, QuerySet

from tusoi.access.enums import Permission
from tusoi.access.queries import grants_of, units_for
from tusoi.access.roles import roles_with
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import Obligation
from tusoi.people.models import Account
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import ReviewPrompt, SelfReview


_SUBJECT = ("obligation__cycle", "obligation__unit", "obligation__person")


def reviews_for(actor: Account, *, on: dt.date) -> QuerySet[SelfReview]:
    """Return the reviews that the actor may read.

    A text that is still being written is its author's alone; others read it once it is handed
    in, within their scope.
    """
    every = SelfReview.objects.select_related(*_SUBJECT)
    if actor.is_system:
        return every
    readable = units_for(actor, Permission.REVIEW_READ, on=on).values("pk")
    return every.filter(
        _written_by(actor, on=on, prefix="obligation__")
        | Q(state__in=HANDED_IN_STATES, obligation__unit__in=readable)
    )


def reviews_written_by(actor: Account, *, on: dt.date) -> QuerySet[SelfReview]:
    """Return the reviews that the actor writes: their own, and those of bodies they write for."""
    every = SelfReview.objects.select_related(*_SUBJECT)
    if actor.is_system:
        return every
    return every.filter(_written_by(actor, on=on, prefix="obligation__"))


def obligations_to_write(actor: Account, *, on: dt.date) -> QuerySet[Obligation]:
    """Return the dossiers that the actor writes, in every cycle that was opened."""
    return (
        Obligation.objects.filter(
            _written_by(actor, on=on),
            cycle__state__in=[CycleState.OPEN, CycleState.CLOSED],
            cancelled_on__isnull=True,
        )
        .select_related("cycle", "unit", "review")
        .order_by("-cycle__year", "-cycle_id", "due_on", "sort_key", "pk")
    )


def obligations_in_scope(
    actor: Account, permission: Permission, *, on: dt.date
) -> QuerySet[Obligation]:
    """Return the dossiers of all units over which the actor holds the permission."""
    every = Obligation.objects.filter(
        cycle__state__in=[CycleState.OPEN, CycleState.CLOSED], cancelled_on__isnull=True
    )
    if actor.is_system:
        return every
    return every.filter(unit__in=units_for(actor, permission, on=on).values("pk"))


def dossiers_in_charge(actor: Account, *, on: dt.date) -> QuerySet[Obligation]:
    """Return the dossiers of open cycles that the actor returns or accepts, begun or not."""
    return obligations_in_scope(actor, Permission.REVIEW_RETURN, on=on).filter(
        cycle__state=CycleState.OPEN
    )


def overdue_dossiers(actor: Account, *, on: dt.date) -> QuerySet[Obligation]:
    """Return those whose day has passed and that do not lie with the level above."""
    return dossiers_in_charge(actor, on=on).filter(overdue_on(on))


def overdue_on(on: dt.date) -> Q:
    """Return the condition "not handed in, or returned, and the day has passed"."""
    return Q(due_on__lt=on, submitted_at__isnull=True)


def prompts_for(actor: Account, *, on: dt.date) -> QuerySet[ReviewPrompt]:
    """Return the prompts in the scope of those who issue them, and those the actor answers."""
    every = ReviewPrompt.objects.select_related(
        "obligation__cycle", "obligation__unit", "issuer", "response", "obligation__review"
    )
    if actor.is_system:
        return every
    scope = units_for(actor, Permission.PROMPT_ISSUE, on=on).values("pk")
    return every.filter(
        Q(obligation__unit__in=scope) | _written_by(actor, on=on, prefix="obligation__")
    )


def _written_by(actor: Account, *, on: dt.date, prefix: str = "") -> Q:
    """A person writes their own; a body's is written by a role on exactly its unit."""
    at_units = (
        grants_of(actor, on=on).filter(role__in=roles_with(Permission.REVIEW_WRITE)).values("unit")
    )
    written = Q(**{f"{prefix}person__isnull": True, f"{prefix}unit__in": at_units})
    if actor.person_id is not None:
        written |= Q(**{f"{prefix}person": actor.person_id})
    return written
