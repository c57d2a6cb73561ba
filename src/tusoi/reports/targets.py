"""Targets of all organisations, the weakest first: read by whoever must help them catch up."""

import datetime as dt

from django.db.models import Case, DecimalField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from tusoi.access.enums import Permission
from tusoi.core.text import search_key
from tusoi.cycles.enums import ORGANIZATION_KINDS
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Account
from tusoi.reports.scopes import HANDED_IN, obligations_below
from tusoi.reviews.enums import Topic
from tusoi.reviews.models import Target


# Room for the largest figure against the smallest plan.
_PERCENT = DecimalField(max_digits=30, decimal_places=2)
# The stated percentage where a source gives no more; else worked out; empty without a plan.
REACHED = Coalesce(
    F("stated_percent"),
    Case(
        When(
            planned__gt=0,
            then=Cast(F("actual") * Value(100) / F("planned"), output_field=_PERCENT),
        ),
        default=None,
    ),
    output_field=_PERCENT,
)


def targets_below(
    cycle: ReviewCycle, unit_id: int, *, actor: Account, on: dt.date
) -> QuerySet[Target]:
    """Return the targets in handed-in reviews of organisations, with `reached` in per cent."""
    obligations = obligations_below(
        cycle, unit_id, actor=actor, permission=Permission.REVIEW_READ, on=on
    ).filter(subject_kind__in=ORGANIZATION_KINDS)
    return (
        Target.objects.filter(review__obligation__in=obligations, review__state__in=HANDED_IN)
        .annotate(reached=REACHED)
        .select_related("review__obligation__unit__parent")
    )


def missed(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Leave those that fell short; figures without a plan stand for themselves."""
    return targets.filter(reached__lt=100)  # type: ignore[misc]  # annotated by targets_below


def weakest_first(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Order by the percentage reached; those without one come last."""
    return targets.order_by(F("reached").asc(nulls_last=True), "pk")


def narrowed(
    targets: QuerySet[Target], *, topic: Topic | None, query: str, missed_only: bool
) -> QuerySet[Target]:
    if topic:
        targets = targets.filter(topic=topic)
    if missed_only:
        targets = missed(targets)
    if query:
        targets = targets.filter(review__obligation__unit__search_key__contains=search_key(query))
    return targets
