"""Lists of subjects with the levels they have so far, within what the actor may see."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from tusoi.access.enums import Permission
from tusoi.access.queries import grants_of, units_for
from tusoi.access.roles import roles_with
from tusoi.core.text import nfc, search_key
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleClosure, Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.units.models import Unit


UNRATED: Final = "unrated"
READY: Final = "ready"
_STEPS: Final = {
    UNRATED: Q(rating__isnull=True) | Q(rating__step=RatingStep.SELF),
    READY: (Q(rating__isnull=True) | Q(rating__step=RatingStep.SELF))
    & Q(reviewed_at__isnull=False, is_rateable=True),
    RatingStep.PROPOSED.value: Q(rating__step=RatingStep.PROPOSED),
    RatingStep.APPRAISED.value: Q(rating__step=RatingStep.APPRAISED),
    RatingStep.DECIDED.value: Q(rating__step=RatingStep.DECIDED),
}


@dataclass(frozen=True)
class BoardFilter:
    """What a person narrowed the list to; empty means everything."""

    step: str = ""
    kind: str = ""
    level: str = ""
    unit_id: int | None = None
    deciding_unit_id: int | None = None
    group: str = ""
    query: str = ""


def obligations_rated_under(actor: Account, *, on: dt.date) -> QuerySet[Obligation]:
    """Return the dossiers whose ratings the actor may see: those of the units in their scope."""
    every = Obligation.objects.filter(
        cycle__state__in=[CycleState.OPEN, CycleState.CLOSED], cancelled_on__isnull=True
    )
    if actor.is_system:
        return every
    return every.filter(unit__in=units_for(actor, Permission.RATING_VIEW, on=on))


def board(
    actor: Account, cycle: ReviewCycle, narrowed: BoardFilter, *, on: dt.date
) -> QuerySet[Obligation]:
    """Return the subjects of a cycle with their rating, unit by unit, by name."""
    found = obligations_rated_under(actor, on=on).filter(cycle=cycle)
    if narrowed.step in _STEPS:
        found = found.filter(_STEPS[narrowed.step])
    exact = {
        "subject_kind": narrowed.kind,
        "rating__level_id": narrowed.level,
        "rating__deciding_unit": narrowed.deciding_unit_id,
        "rating__quota_group": narrowed.group,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if narrowed.unit_id:
        below = CycleClosure.objects.filter(cycle=cycle, ancestor=narrowed.unit_id)
        found = found.filter(unit__in=below.values("descendant"))
    return (
        found.filter(_matches(narrowed.query))
        .select_related("unit__parent", "rating__deciding_unit", "review", "collective")
        .order_by("unit__sort_key", "unit_id", "subject_kind", "sort_key", "pk")
    )


def waiting_for_decision(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, group: str = ""
) -> QuerySet[Obligation]:
    """Return the subjects that the actor may decide now, the appraised ones first."""
    found = Obligation.objects.filter(
        cycle=cycle,
        cancelled_on__isnull=True,
        rating__step__in=[RatingStep.PROPOSED, RatingStep.APPRAISED],
        rating__deciding_unit__in=decidable_units(actor, on=on),
    )
    if group:
        found = found.filter(rating__quota_group=group)
    return found.select_related("unit", "rating__deciding_unit", "review").order_by(
        "rating__step", "unit__sort_key", "unit_id", "sort_key", "pk"
    )


def decidable_units(actor: Account, *, on: dt.date) -> QuerySet[Unit]:
    """Return the units in whose name the actor decides."""
    if actor.is_system:
        return Unit.objects.all()
    granted = grants_of(actor, on=on).filter(role__in=roles_with(Permission.RATING_DECIDE))
    return Unit.objects.filter(pk__in=granted.values("unit"))


def groups_waiting(actor: Account, cycle: ReviewCycle, *, on: dt.date) -> list[tuple[str, str]]:
    """Return the quota groups among what the actor may decide: name and deciding unit."""
    rows = (
        Rating.objects.filter(
            obligation__cycle=cycle,
            step__in=[RatingStep.PROPOSED, RatingStep.APPRAISED],
            deciding_unit__in=decidable_units(actor, on=on),
        )
        .order_by("deciding_unit__sort_key", "quota_group")
        .values_list("quota_group", "deciding_unit__name")
    )
    return list(rows.distinct())


def records_of(
    obligations: Iterable[Obligation],
) -> dict[int, dict[str, RatingRecord]]:
    """Return the record in force of each step, by obligation id; one statement."""
    found: dict[int, dict[str, RatingRecord]] = defaultdict(dict)
    records = (
        RatingRecord.objects.filter(
            rating__obligation__in=[one.pk for one in obligations], withdrawn_at__isnull=True
        )
        .select_related("rating")
        .defer("facts", "findings")
        .order_by("pk")
    )
    for record in records:
        found[record.rating.obligation_id][record.step] = record
    return dict(found)


def history_of(obligation: Obligation) -> Sequence[RatingRecord]:
    """Return every step taken, withdrawn ones too, in the order in which they were taken."""
    return list(
        RatingRecord.objects.filter(rating__obligation=obligation)
        .select_related("unit", "actor", "withdrawn_by", "question__poll")
        .order_by("pk")
    )


def _matches(query: str) -> Q:
    condition = Q()
    for word in nfc(query).split():
        plain = search_key(word)
        condition &= (
            Q(person__search_key__contains=plain)
            | Q(person__isnull=True, unit__search_key__contains=plain)
            | Q(collective__isnull=False, name__icontains=word)
        )
    return condition
