"""What every step of a rating asks before it writes, and how it writes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language

from tusoi.ballots.enums import RoundState
from tusoi.ballots.models import BallotRound
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import reason_of, rulebook_of
from tusoi.engine import FactInvalid, Severity, Truth
from tusoi.people.models import Account
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.errors import (
    FactNeedsSource,
    FactNotEnterable,
    FactNotUnderstood,
    LevelUnknown,
    NotReviewedYet,
    OverrideNeedsReasons,
    PreconditionsNotMet,
    RoundNotUsable,
    SubjectNotRated,
)
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries.facts import (
    Assessment,
    FactEntry,
    enterable_facts,
    subject_class_of,
)
from tusoi.rulebooks.rulebook import localized


@dataclass(frozen=True)
class EnteredFact:
    """A fact that a person knows and the application does not; nobody enters one unsourced."""

    value: bool | int | str
    source: str


@dataclass(frozen=True)
class Choice:
    """The level that somebody stands for, and what they say for it."""

    level_id: str
    reasons: str = ""
    facts: Mapping[str, EnteredFact] = field(default_factory=dict)


def obligation_to_rate(obligation_id: int) -> Obligation:
    return Obligation.objects.select_related("cycle__rulebook_copy", "unit", "review").get(
        pk=obligation_id
    )


def check_subject(obligation: Obligation) -> None:
    """Refuse whoever is not rated, or not yet.

    Raises:
        CycleNotOpen, ObligationCancelled, SubjectNotRated, NotReviewedYet: why.
    """
    if obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if obligation.cancelled_on is not None:
        raise ObligationCancelled
    if not obligation.is_rateable:
        raise SubjectNotRated(reason_of(obligation.cycle, obligation.not_rated_code).title)
    if obligation.reviewed_at is None:
        raise NotReviewedYet


def check_level(assessment: Assessment, choice: Choice) -> bool:
    """Return whether the level goes beyond what the rules leave open; that needs reasons.

    Raises:
        PreconditionsNotMet, LevelUnknown, OverrideNeedsReasons: why not.
    """
    rulebook = rulebook_of(assessment.obligation.cycle)
    language = get_language() or "vi"
    unmet = [
        localized(one.rule.title, language)
        for one in assessment.outcome.preconditions
        if one.effect is Truth.FAILS and one.rule.severity is Severity.BLOCK
    ]
    if unmet:
        raise PreconditionsNotMet(unmet)
    levels = {one.id: one for one in rulebook.levels}
    if choice.level_id not in levels:
        raise LevelUnknown
    is_override = choice.level_id not in assessment.outcome.offered
    if is_override and not choice.reasons.strip():
        raise OverrideNeedsReasons(localized(levels[choice.level_id].title, language))
    return is_override


def read_entered(obligation: Obligation, facts: Mapping[str, EnteredFact]) -> dict[str, FactEntry]:
    """Take what a person entered, if the rulebook lets people say it and it makes sense.

    Raises:
        FactNotEnterable, FactNeedsSource, FactNotUnderstood: why not.
    """
    rulebook = rulebook_of(obligation.cycle)
    known = {one.name: one for one in enterable_facts(rulebook, subject_class_of(obligation))}
    entries = {}
    for name, fact in facts.items():
        if name not in known:
            raise FactNotEnterable
        title = localized(known[name].title, get_language() or "vi")
        if not fact.source.strip():
            raise FactNeedsSource(title)
        try:
            rulebook.read_facts({name: fact.value})
        except FactInvalid:
            raise FactNotUnderstood(title) from None
        entries[name] = FactEntry(fact.value, FactSource.ENTERED, fact.source.strip())
    return entries


def usable_round(obligation: Obligation, round_id: int | None) -> BallotRound | None:
    if round_id is None:
        return None
    found = BallotRound.objects.filter(
        pk=round_id, obligation=obligation, state=RoundState.RECONCILED
    ).first()
    if found is None:
        raise RoundNotUsable
    return found


@dataclass(frozen=True)
class Step:
    """Who takes which step in whose name, and when."""

    step: RatingStep
    unit_id: int
    actor: Account
    at: dt.datetime
    document: str = ""


def new_record(
    rating: Rating,
    taken: Step,
    choice: Choice,
    assessment: Assessment,
    *,
    is_override: bool,
) -> RatingRecord:
    return RatingRecord(
        rating=rating,
        step=taken.step,
        level_id=choice.level_id,
        reasons=choice.reasons.strip(),
        is_override=is_override,
        facts=assessment.facts_record(),
        findings=assessment.findings_record(),
        document=taken.document,
        unit_id=taken.unit_id,
        at=taken.at,
        actor=taken.actor,
    )


def locked_ratings(cycle: ReviewCycle, obligation_ids: Sequence[int]) -> dict[int, Rating]:
    found = (
        Rating.objects.select_for_update(of=("self",))
        .filter(obligation__cycle=cycle, obligation__in=obligation_ids)
        .order_by("pk")
    )
    return {one.obligation_id: one for one in found}
