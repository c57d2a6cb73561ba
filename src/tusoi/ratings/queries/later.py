"""Decided levels that facts which came later would close; nobody decides again by itself.

Only subjects about whom something may have come later are weighed: SQL picks them, by what their
rules read from records and from other ratings. Whatever is on record with no moment of its own
(discipline, leave) makes a candidate each time; weighing tells whether it changes anything.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from tusoi.cycles.enums import ORGANIZATION_KINDS, SubjectKind
from tusoi.cycles.models import CycleUnit, Obligation, ReviewCycle
from tusoi.people.models import Account, MemberStanding
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import RatingRecord
from tusoi.ratings.queries.board import decidable_units
from tusoi.ratings.queries.facts import Assessment, assess
from tusoi.ratings.queries.placement import seats_in_period
from tusoi.ratings.queries.records import in_period
from tusoi.units.enums import CELL_KINDS
from tusoi.units.models import Discipline


# As many are weighed for one page; more wait behind the link to the next.
WEIGHED_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Overtaken:
    """A decided level that the rules no longer leave open."""

    record: RatingRecord
    assessment: Assessment


@dataclass(frozen=True)
class OvertakenPage:
    found: tuple[Overtaken, ...]
    next_key: int | None
    """Where the next page begins; nothing on the last."""


def is_overtaken(record: RatingRecord, assessment: Assessment) -> bool:
    """Say whether facts that came later close a level that the rules had left open."""
    return (
        record.level_id in record.outcome.get("offered", ())
        and record.level_id not in assessment.outcome.offered
    )


def may_be_overtaken(actor: Account, cycle: ReviewCycle, *, on: dt.date) -> bool:
    """Say in one statement whether there is any decision that weighing might find overtaken."""
    return _candidates(actor, cycle, on).exists()


def overtaken_decisions(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, after: int = 0
) -> OvertakenPage:
    """Return decisions of the actor's units that later facts overtook; a bounded number."""
    candidates = list(_candidates(actor, cycle, on).filter(pk__gt=after)[: WEIGHED_AT_ONCE + 1])
    weighed = candidates[:WEIGHED_AT_ONCE]
    records = _decisions(weighed)
    assessments = assess(cycle, weighed) if weighed else {}
    return OvertakenPage(
        found=tuple(
            Overtaken(records[one.pk], assessments[one.pk])
            for one in weighed
            if is_overtaken(records[one.pk], assessments[one.pk])
        ),
        next_key=weighed[-1].pk if len(candidates) > len(weighed) else None,
    )


def _candidates(actor: Account, cycle: ReviewCycle, on: dt.date) -> QuerySet[Obligation]:
    decided = Obligation.objects.filter(
        cycle=cycle,
        cancelled_on__isnull=True,
        rating__step=RatingStep.DECIDED,
        rating__deciding_unit__in=decidable_units(actor, on=on),
    ).annotate(
        last_decided_at=Subquery(
            RatingRecord.objects.filter(
                rating=OuterRef("rating"), step=RatingStep.DECIDED, withdrawn_at__isnull=True
            )
            .order_by("-pk")
            .values("at")[:1]
        )
    )
    return (
        decided.filter(
            _own_records(cycle) | _about_units(cycle) | _rated_later(cycle) | _rewritten()
        )
        .select_related("unit", "review", "collective", "rating__deciding_unit")
        .order_by("pk")
    )


def _own_records(cycle: ReviewCycle) -> Q:
    """Discipline or a standing of the person; the review of nobody else."""
    discipline = Discipline.objects.filter(in_period(cycle), member__person=OuterRef("person_id"))
    standing = MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=cycle.period_from),
        member__person=OuterRef("person_id"),
        valid_from__lte=cycle.period_to,
    )
    return Q(person__isnull=False) & (Q(Exists(discipline)) | Q(Exists(standing)))


def _about_units(cycle: ReviewCycle) -> Q:
    """Discipline of the organisation, of those below it, or of its leadership."""
    own = Discipline.objects.filter(in_period(cycle), unit=OuterRef("unit_id"))
    below = Discipline.objects.filter(
        in_period(cycle),
        unit__cycle_units__cycle=cycle,
        unit__cycle_units__parent=OuterRef("unit_id"),
    )
    leading = seats_in_period(cycle).filter(
        collective__unit=OuterRef("unit_id"),
        person__party_member__disciplines__in=Discipline.objects.filter(in_period(cycle)),
    )
    return ~Q(subject_kind=SubjectKind.MEMBER) & (
        Q(Exists(own)) | Q(Exists(below)) | Q(Exists(leading.order_by()))
    )


def _rated_later(cycle: ReviewCycle) -> Q:
    """A level on which this one rests was decided, or decided again, after it."""
    later = RatingRecord.objects.filter(
        step=RatingStep.DECIDED,
        withdrawn_at__isnull=True,
        at__gt=OuterRef("last_decided_at"),
        rating__obligation__cycle=cycle,
    )
    members = later.filter(
        rating__obligation__subject_kind=SubjectKind.MEMBER,
        rating__obligation__unit=OuterRef("unit_id"),
    )
    organizations = later.filter(rating__obligation__subject_kind__in=ORGANIZATION_KINDS)
    # By lists of keys: joins would walk the whole cycle once for each subject.
    below = CycleUnit.objects.filter(cycle=cycle, parent=OuterRef(OuterRef("unit_id")))
    children = organizations.filter(rating__obligation__unit__in=below.values("unit"))
    unit = organizations.filter(rating__obligation__unit=OuterRef("unit_id"))
    owed = Obligation.objects.filter(collective=OuterRef(OuterRef("collective_id")))
    body = later.filter(
        rating__obligation__subject_kind=SubjectKind.COLLECTIVE,
        rating__obligation__in=owed.values("pk"),
    )
    people = Q(subject_kind=SubjectKind.LEADER)
    bodies = Q(subject_kind=SubjectKind.COLLECTIVE)
    return (
        (Q(subject_kind__in=ORGANIZATION_KINDS, unit__kind__in=CELL_KINDS) & Q(Exists(members)))
        | (~Q(subject_kind=SubjectKind.MEMBER) & Q(Exists(children)))
        | ((people | bodies) & Q(Exists(unit)))
        | (people & Q(Exists(body)))
    )


def _rewritten() -> Q:
    return Q(review__saved_at__gt=F("last_decided_at"))


def _decisions(obligations: list[Obligation]) -> dict[int, RatingRecord]:
    """Return the decision in force of each; the newest row comes last and stays."""
    records = RatingRecord.objects.filter(
        rating__obligation__in=[one.pk for one in obligations],
        step=RatingStep.DECIDED,
        withdrawn_at__isnull=True,
    ).select_related("rating")
    return {one.rating.obligation_id: one for one in records.order_by("pk")}
