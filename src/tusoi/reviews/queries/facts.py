"""What other rooms and boards ask of reviews: grades, targets, shortcomings, initiatives."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.db.models import Case, F, FloatField, Q, QuerySet, When
from django.db.models.functions import Cast

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import search_key
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.reviews.enums import HANDED_IN_STATES, EarlierOutcome, RowKind, TargetProgress
from tusoi.reviews.models import Initiative, SelfReview, Shortcoming, Target
from tusoi.reviews.queries.content import rows_of
from tusoi.reviews.queries.scopes import reviews_for
from tusoi.rulebooks.schema import SettingId


@dataclass(frozen=True)
class ReviewFacts:
    """What a subject says of itself, as the rating reads it."""

    grades: Mapping[str, str]
    proposed_level: str
    target_count: int
    # Targets whose figures tell whether they were met.
    measured_count: int
    reached_count: int
    shortcoming_count: int
    earlier_count: int
    earlier_done_count: int
    is_handed_in: bool

    @property
    def task_completion_ratio(self) -> Fraction | None:
        """Return the share of measured targets that were met; None when none was measured."""
        return Fraction(self.reached_count, self.measured_count) if self.measured_count else None


def review_facts(obligation: Obligation) -> ReviewFacts | None:
    """Return the facts of the review of a dossier, or None where none was begun."""
    review = SelfReview.objects.filter(obligation=obligation).first()
    if review is None:
        return None
    targets = [one for one in review.targets.order_by("pk") if one.name]
    reached = [one.is_reached for one in targets]
    outcomes = list(review.earliershortcomings.values_list("outcome", flat=True))
    return ReviewFacts(
        grades=dict(review.grades.values_list("criterion_id", "grade_id")),
        proposed_level=review.proposed_level,
        target_count=len(reached),
        measured_count=sum(one is not None for one in reached),
        reached_count=sum(one is True for one in reached),
        shortcoming_count=review.shortcomings.exclude(nature="").count(),
        earlier_count=len(outcomes),
        earlier_done_count=outcomes.count(EarlierOutcome.DONE),
        is_handed_in=review.state in HANDED_IN_STATES,
    )


_LEFT_OUT: Final = "excluded"


@dataclass(frozen=True)
class DutyCounts:
    """How many targets and duties a review names, and what became of them.

    A count is None while one row does not tell: a part is never taken for the whole.
    """

    assigned: int
    done: int | None
    late: int | None
    exceeded: int | None

    def as_facts(self) -> dict[str, int | str]:
        """Return what is known, by the names of facts.yaml."""
        counts = {
            "tasks-assigned-count": self.assigned,
            "tasks-done-count": self.done,
            "tasks-late-count": self.late,
            "tasks-exceeded-count": self.exceeded,
        }
        found: dict[str, int | str] = {
            name: count for name, count in counts.items() if count is not None
        }
        if self.done is not None and self.assigned:
            found["task-completion-ratio"] = str(Fraction(self.done, self.assigned))
        return found


def count_duties(cycle: ReviewCycle, targets: Iterable[Target]) -> DutyCounts | None:
    """Count the rows that name something; None where a review names nothing.

    Whether what objective reasons made impossible is left out, the authority chose for the
    cycle; counted, it is not done.
    """
    rows = [one for one in targets if one.name.strip()]
    if not rows:
        return None
    chosen = rulebook_of(cycle).choice_of(SettingId.TASK_DENOMINATOR, cycle.rulebook_settings)
    if chosen == _LEFT_OUT:
        rows = [one for one in rows if one.progress != TargetProgress.HINDERED]
    return DutyCounts(
        assigned=len(rows),
        done=_all_told(_is_done(one) for one in rows),
        late=_all_told(_is_late(one) for one in rows),
        exceeded=_all_told(_is_exceeded(one) for one in rows),
    )


def _is_done(target: Target) -> bool | None:
    """What was impossible was not done, unless its figures say otherwise."""
    reached = target.is_reached
    return False if reached is None and target.progress == TargetProgress.HINDERED else reached


def _is_late(target: Target) -> bool | None:
    return target.progress == TargetProgress.LATE if target.progress else None


def _is_exceeded(target: Target) -> bool | None:
    exceeded = target.is_exceeded
    return False if exceeded is None and target.progress == TargetProgress.HINDERED else exceeded


def _all_told(answers: Iterable[bool | None]) -> int | None:
    """Count what holds; nothing while one answer is open."""
    known = list(answers)
    return None if None in known else sum(one is True for one in known)


def faults_told(outcomes: Iterable[str]) -> dict[str, int]:
    """Count the faults of the period before, and those put right once every row says so.

    Where none is named, that does not say that there were none.
    """
    told = list(outcomes)
    if not told:
        return {}
    found = {"faults-pointed-out-count": len(told)}
    if all(told):
        found["faults-remedied-count"] = told.count(EarlierOutcome.DONE)
    return found


def duties_handed_in(cycle: ReviewCycle, obligation_ids: Iterable[int]) -> dict[int, DutyCounts]:
    """Return what the reviews handed in tell about targets, by obligation; one statement."""
    rows = (
        Target.objects.filter(
            review__obligation__in=list(obligation_ids), review__state__in=HANDED_IN_STATES
        )
        .annotate(dossier=F("review__obligation_id"))
        .only("name", "planned", "actual", "qualifier", "stated_percent", "progress")
    )
    by_dossier: dict[int, list[Target]] = defaultdict(list)
    for one in rows:
        by_dossier[one.dossier].append(one)
    counted = {pk: count_duties(cycle, targets) for pk, targets in by_dossier.items()}
    return {pk: one for pk, one in counted.items() if one is not None}


def targets_of(review: SelfReview) -> list[Target]:
    return [one for one in rows_of(review, RowKind.TARGET) if isinstance(one, Target)]


def targets_for(actor: Account, cycle: ReviewCycle, *, on: dt.date) -> QuerySet[Target]:
    """Return the targets that the actor may see, the weakest first; unmeasured ones last."""
    ratio = Case(
        When(
            planned__isnull=False,
            actual__isnull=False,
            planned__gt=0,
            then=Cast("actual", FloatField()) * 100.0 / Cast("planned", FloatField()),
        ),
        default=Cast("stated_percent", FloatField()),
        output_field=FloatField(),
    )
    return (
        Target.objects.filter(_read_by(actor, on=on), review__obligation__cycle=cycle)
        .exclude(name="")
        .annotate(reached_percent=ratio)
        .select_related("review__obligation__unit")
        .order_by(F("reached_percent").asc(nulls_last=True), "review_id", "position", "pk")
    )


def shortcomings_for(
    actor: Account, *, on: dt.date, cycle: ReviewCycle | None = None
) -> QuerySet[Shortcoming]:
    """Return the shortcomings written down in reviews that the actor may read."""
    found = (
        Shortcoming.objects.filter(_read_by(actor, on=on))
        .exclude(nature="")
        .select_related("review__obligation__unit", "target")
        .order_by("review_id", "position", "pk")
    )
    return found.filter(review__obligation__cycle=cycle) if cycle else found


def initiatives_for(
    actor: Account, *, on: dt.date, cycle: ReviewCycle | None = None, text: str = ""
) -> QuerySet[Initiative]:
    """Return models and initiatives within the actor's sight, searched without accents."""
    found = (
        Initiative.objects.filter(_read_by(actor, on=on))
        .exclude(name="")
        .select_related("review__obligation__unit", "review__obligation__cycle")
        .order_by("-review__obligation__cycle__year", "review_id", "position", "pk")
    )
    if cycle is not None:
        found = found.filter(review__obligation__cycle=cycle)
    for word in search_key(text).split():
        found = found.filter(search_key__contains=word)
    return found


def readable_handed_in(actor: Account, *, on: dt.date) -> QuerySet[SelfReview]:
    """Return the handed-in reviews in the scope of the actor, and the actor's own."""
    return reviews_for(actor, on=on).filter(state__in=HANDED_IN_STATES)


def _read_by(actor: Account, *, on: dt.date) -> Q:
    handed_in = Q(review__state__in=HANDED_IN_STATES)
    if actor.is_system:
        return handed_in
    seen = Q(
        review__obligation__unit__in=units_for(actor, Permission.REVIEW_READ, on=on).values("pk")
    )
    if actor.person_id is not None:
        seen |= Q(review__obligation__person=actor.person_id)
    return handed_in & seen
