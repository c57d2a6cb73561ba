"""What every step of a rating asks before it writes, and how it writes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.ballots.enums import PollState
from tusoi.ballots.models import PollQuestion
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import reason_of, rulebook_of
from tusoi.engine import FactInvalid, RuleKind, Severity, Text, Truth
from tusoi.people.models import Account
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.errors import (
    FactNeedsSource,
    FactNotEnterable,
    FactNotUnderstood,
    FactsImpossible,
    LevelBlocked,
    LevelUnknown,
    NoLevelMatches,
    NotReviewedYet,
    OverrideNeedsReasons,
    PreconditionsNotMet,
    PresumptionNeedsGrounds,
    SubjectNotRated,
    VoteNotUsable,
)
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries.facts import (
    Assessment,
    FactEntry,
    lift,
    rules_of,
    scores_of,
)
from tusoi.reviews.queries import in_steps, score_step_sentence
from tusoi.rulebooks.explaining import SCORE_PREFIX, fact_title
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


@dataclass(frozen=True)
class Weighed:
    """What was chosen, with the facts and rules behind it, and how far it goes beyond them."""

    choice: Choice
    assessment: Assessment
    is_override: bool
    lifted: tuple[str, ...] = ()


def weigh(assessment: Assessment, choice: Choice, *, may_override: bool = True) -> Weighed:
    """Hold a choice against the rules.

    A level that only presumptions close needs grounds, and lifts them. A level that the rules
    close otherwise needs reasons, and is not possible in a batch (`may_override`).

    Raises:
        FactsImpossible, PreconditionsNotMet, LevelUnknown, PresumptionNeedsGrounds,
        NoLevelMatches, OverrideNeedsReasons, LevelBlocked: why not.
    """
    if assessment.problems:
        raise FactsImpossible([_said(one) for one in assessment.problems])
    rulebook = rulebook_of(assessment.obligation.cycle)
    outcome = assessment.outcome
    unmet = [
        _said(one.rule.title)
        for one in outcome.preconditions
        if one.effect is Truth.FAILS and one.rule.severity is Severity.BLOCK
    ]
    if unmet:
        raise PreconditionsNotMet(unmet)
    levels = {one.id: _said(one.title) for one in rulebook.levels}
    if choice.level_id not in levels:
        raise LevelUnknown
    has_reasons = bool(choice.reasons.strip())
    if choice.level_id in outcome.presumed:
        return _set_aside(assessment, choice, levels[choice.level_id])
    if outcome.no_level_matches is Truth.HOLDS and not has_reasons:
        raise NoLevelMatches
    is_override = choice.level_id not in outcome.offered
    if is_override and not may_override:
        raise LevelBlocked(levels[choice.level_id], _standing_against(assessment, choice.level_id))
    if is_override and not has_reasons:
        raise OverrideNeedsReasons(levels[choice.level_id])
    return Weighed(choice, assessment, is_override, tuple(sorted(outcome.lifted)))


def _set_aside(assessment: Assessment, choice: Choice, level: str) -> Weighed:
    biting = assessment.outcome.presumptions
    if not choice.reasons.strip():
        raise PresumptionNeedsGrounds(level, [_said(one.rule.title) for one in biting])
    names = tuple(sorted({*assessment.outcome.lifted, *(one.rule.id for one in biting)}))
    lifted = lift(assessment, names)
    if lifted.problems:
        raise FactsImpossible([_said(one) for one in lifted.problems])
    return Weighed(choice, lifted, is_override=False, lifted=names)


def _standing_against(assessment: Assessment, level: str) -> list[str]:
    against = assessment.outcome.opening(level).reasons
    # A worse level may ask the same again.
    failing = dict.fromkeys(
        (one.rule.kind, _said(one.rule.title)) for one in against if one.effect is Truth.FAILS
    )
    return [_in_the_way(kind, title) for kind, title in failing]


def _in_the_way(kind: RuleKind, title: str) -> str:
    """Say of a condition that it is not met; what closes a level by being so stands as it is."""
    if kind is RuleKind.REQUIREMENT:
        return _("chưa đạt “%(title)s”") % {"title": title}
    if kind is RuleKind.GROUND:
        return _("không có căn cứ “%(title)s”") % {"title": title}
    return title


def _said(text: Text) -> str:
    return localized(text, get_language() or "vi")


def read_entered(obligation: Obligation, facts: Mapping[str, EnteredFact]) -> dict[str, FactEntry]:
    """Take what a person entered, if the rules read it and it makes sense.

    Raises:
        FactNotEnterable, FactNeedsSource, FactNotUnderstood: why not.
    """
    rulebook = rulebook_of(obligation.cycle)
    known = {*rules_of(obligation).facts_read, *scores_of(obligation)}
    entries = {}
    for name, fact in facts.items():
        if name not in known:
            raise FactNotEnterable
        if not fact.source.strip():
            raise FactNeedsSource(_said(fact_title(rulebook, name)))
        try:
            read = rulebook.read_facts({name: fact.value})
        except FactInvalid as refusal:
            raise FactNotUnderstood(_said(refusal.text)) from None
        points = read.get(name) if name.startswith(SCORE_PREFIX) else None
        if isinstance(points, int | Fraction) and not in_steps(obligation.cycle, Fraction(points)):
            raise FactNotUnderstood(score_step_sentence(obligation.cycle))
        entries[name] = FactEntry(fact.value, FactSource.ENTERED, fact.source.strip())
    return entries


def usable_question(obligation: Obligation, question_id: int | None) -> PollQuestion | None:
    """Return the vote that a proposal rests on; only signed tally minutes are a source."""
    if question_id is None:
        return None
    found = PollQuestion.objects.filter(
        pk=question_id, obligation=obligation, poll__state=PollState.SIGNED
    ).first()
    if found is None:
        raise VoteNotUsable
    return found


@dataclass(frozen=True)
class Step:
    """Who takes which step in whose name, and when."""

    step: RatingStep
    unit_id: int
    actor: Account
    at: dt.datetime
    document: str = ""


def new_record(rating: Rating, taken: Step, weighed: Weighed) -> RatingRecord:
    return RatingRecord(
        rating=rating,
        step=taken.step,
        level_id=weighed.choice.level_id,
        reasons=weighed.choice.reasons.strip(),
        is_override=weighed.is_override,
        facts=weighed.assessment.facts_record(),
        findings=weighed.assessment.findings_record(),
        lifted=list(weighed.lifted),
        outcome=weighed.assessment.outcome_record(),
        rulebook_fingerprint=weighed.assessment.obligation.cycle.rulebook_fingerprint,
        document=taken.document,
        unit_id=taken.unit_id,
        at=taken.at,
        actor=taken.actor,
    )


_SAID = (
    "step",
    "level_id",
    "reasons",
    "question_id",
    "facts",
    "lifted",
    "rulebook_fingerprint",
    "again_rule",
    "again_grounds",
    "document",
    "unit_id",
    "actor_id",
)


def taken_already(record: RatingRecord) -> RatingRecord | None:
    """Return the last step that counts if the same person has just said the very same in it.

    Sent twice, it is one step; the caller has locked the rating.
    """
    steps = RatingRecord.objects.filter(rating=record.rating, withdrawn_at__isnull=True)
    last = steps.order_by("-pk").first()
    if last is None or any(getattr(last, one) != getattr(record, one) for one in _SAID):
        return None
    return last


def locked_ratings(cycle: ReviewCycle, obligation_ids: Sequence[int]) -> dict[int, Rating]:
    found = (
        Rating.objects.select_for_update(of=("self",))
        .filter(obligation__cycle=cycle, obligation__in=obligation_ids)
        .order_by("pk")
    )
    return {one.obligation_id: one for one in found}
