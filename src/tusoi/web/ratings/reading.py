"""Ratings in the words of the page: levels, reasons with citations, what is missing and whose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.ballots.queries import reconciled_counts
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Finding, Outcome, Truth
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.models import RatingRecord
from tusoi.ratings.queries import Assessment
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.rulebooks import explaining
from tusoi.rulebooks.explaining import (
    FactReading,
    explain,
    fact_title,
    readings,
    value_text,
)
from tusoi.rulebooks.rulebook import Rulebook, localized


_TONES: Final = ("bg-green-lt", "bg-blue-lt", "bg-yellow-lt", "bg-red-lt")


def language() -> str:
    return get_language() or "vi"


@dataclass(frozen=True)
class LevelWord:
    """A level as it is shown: its wording, its short form, and a colour beside the words."""

    id: str
    title: str
    short: str
    tone: str


def level_words(rulebook: Rulebook) -> dict[str, LevelWord]:
    return {
        one.id: LevelWord(
            one.id,
            localized(one.title, language()),
            localized(one.short_title, language()),
            _TONES[min(place, len(_TONES) - 1)],
        )
        for place, one in enumerate(rulebook.levels)
    }


@dataclass(frozen=True)
class Told:
    """A fact as a reader sees it."""

    title: str
    value: str


@dataclass(frozen=True)
class Reason:
    """One rule that stands against a level, or waits for a fact."""

    title: str
    is_against: bool
    citations: tuple[str, ...]
    needs_checking: bool
    is_binding: bool
    facts: tuple[Told, ...]


@dataclass(frozen=True)
class LevelLine:
    """A level with whether the rules leave it open, and why not."""

    level: LevelWord
    is_offered: bool
    is_flagged: bool
    is_advised: bool
    is_presumed: bool
    is_lowest: bool
    reasons: tuple[Reason, ...]

    @property
    def against(self) -> tuple[Reason, ...]:
        return tuple(one for one in self.reasons if one.is_against)

    @property
    def waiting(self) -> tuple[Reason, ...]:
        return tuple(one for one in self.reasons if not one.is_against)


@dataclass(frozen=True)
class Missing:
    title: str
    owed_by: str


@dataclass(frozen=True)
class Known:
    title: str
    value: str
    source: str


def level_lines(rulebook: Rulebook, assessment: Assessment) -> list[LevelLine]:
    return outcome_lines(rulebook, assessment.outcome)


def outcome_lines(rulebook: Rulebook, outcome: Outcome) -> list[LevelLine]:
    words = level_words(rulebook)
    return [
        LevelLine(
            level=words[opening.level],
            is_offered=opening.is_offered,
            is_flagged=opening.is_flagged,
            is_advised=opening.level == outcome.best_advised,
            is_presumed=opening.is_presumed,
            is_lowest=opening.level == rulebook.levels[-1].id,
            # The lowest level is what is left; a trigger that is not the case is no reason.
            reasons=()
            if opening.level == rulebook.levels[-1].id
            else tuple(_reason(rulebook, one) for one in opening.reasons),
        )
        for opening in outcome.openings
    ]


def reasons_against(rulebook: Rulebook, assessment: Assessment, level_id: str) -> list[Reason]:
    """Return the rules that close a level by the facts of today."""
    return [
        _reason(rulebook, one)
        for one in assessment.outcome.opening(level_id).reasons
        if one.effect is Truth.FAILS
    ]


def preconditions(rulebook: Rulebook, assessment: Assessment) -> list[Reason]:
    return [
        _reason(rulebook, one)
        for one in assessment.outcome.preconditions
        if one.effect is Truth.FAILS
    ]


def _reason(rulebook: Rulebook, finding: Finding) -> Reason:
    return Reason(
        title=finding.rule.title.in_language(language()),
        is_against=finding.effect is Truth.FAILS,
        citations=tuple(one.in_language(language()) for one in finding.rule.citations),
        needs_checking=finding.rule.status.needs_checking,
        is_binding=finding.rule.severity.value == "block",
        facts=_told(explain(rulebook, finding)),
    )


def _told(facts: Iterable[FactReading]) -> tuple[Told, ...]:
    return tuple(
        Told(one.title.in_language(language()), one.value.in_language(language())) for one in facts
    )


def recorded_reasons(rulebook: Rulebook, record: RatingRecord, level_id: str) -> list[Reason]:
    """Put into words the findings that a record kept against the levels better than its own."""
    order = [one.id for one in rulebook.levels]
    better = set(order[: order.index(level_id)]) if level_id in order else set()
    return [
        _recorded(rulebook, one)
        for one in record.findings
        if one.get("effect") == "fails" and better & set(one.get("levels", better))
    ]


def _recorded(rulebook: Rulebook, finding: Mapping[str, Any]) -> Reason:
    title = finding.get("title", {})
    return Reason(
        title=(title.get(language()) or title.get("vi", "")),
        is_against=True,
        citations=tuple(finding.get("citations", ())),
        needs_checking=finding.get("status") != "verified",
        is_binding=finding.get("severity") == "block",
        facts=_told(readings(rulebook, finding.get("facts", {}).items())),
    )


def missing_facts(rulebook: Rulebook, assessment: Assessment) -> list[Missing]:
    return [
        Missing(one.title.in_language(language()), one.owed_by.in_language(language()))
        for one in explaining.missing_facts(rulebook, assessment.outcome)
    ]


@dataclass(frozen=True)
class Presumed:
    """A trigger that bites and that the authority may set aside, with the grounds it needs."""

    reason: Reason
    grounds: tuple[tuple[str, str], ...]
    is_lifted: bool


def presumptions(rulebook: Rulebook, assessment: Assessment) -> list[Presumed]:
    """Return what may be set aside, and what was."""
    outcome = assessment.outcome
    lifted = [
        finding
        for opening in outcome.openings[:-1]
        for finding in opening.findings
        if finding.lifted
    ]
    found = {one.rule.id: one for one in [*outcome.presumptions, *lifted]}
    return [
        Presumed(
            _reason(rulebook, one),
            tuple(
                (
                    fact_title(rulebook, name).in_language(language()),
                    _TRUTHS[truth].in_language(language()),
                )
                for name, truth in one.grounds
            ),
            one.lifted,
        )
        for one in found.values()
    ]


_TRUTHS: Final = {
    Truth.HOLDS: explaining.YES,
    Truth.FAILS: explaining.NO,
    Truth.UNDECIDED: explaining.UNKNOWN,
}


@dataclass(frozen=True)
class Note:
    """How a subject is rated in a special case: on which basis, by whom."""

    title: str
    words: str
    citations: tuple[str, ...]
    needs_checking: bool


def notes(rulebook: Rulebook, assessment: Assessment) -> list[Note]:
    specs = {one.id: one for one in rulebook.participation}
    return [
        Note(
            clause.title.in_language(language()),
            ". ".join(
                localized(part, language())
                for part in (
                    specs[clause.id].basis,
                    specs[clause.id].rated_by,
                    specs[clause.id].explanation,
                )
                if part
            ),
            tuple(one.in_language(language()) for one in clause.citations),
            clause.status.needs_checking,
        )
        for clause in assessment.outcome.participation.notes
        if clause.id in specs
    ]


def known_facts(rulebook: Rulebook, facts: Mapping[str, Mapping[str, Any]]) -> list[Known]:
    """Put the facts of an assessment or of a record into words, with their source."""
    order = {one.name: place for place, one in enumerate(rulebook.facts)}
    return [
        Known(
            fact_title(rulebook, name).in_language(language()),
            value_text(rulebook, name, entry["value"]).in_language(language()),
            _source(entry),
        )
        for name, entry in sorted(facts.items(), key=lambda one: _rank(order, one[0]))
    ]


def _rank(order: Mapping[str, int], name: str) -> tuple[bool, int, str]:
    """Put points and grades first, then the facts as the rulebook lists them."""
    return name in order, order.get(name, 0), name


def _source(entry: Mapping[str, Any]) -> str:
    by = FactSource(entry["by"]).label
    if entry["by"] == FactSource.RATINGS and entry.get("source"):
        return _("%(by)s (%(count)s đã quyết định)") % {"by": by, "count": entry["source"]}
    return f"{by}: {entry['source']}" if entry.get("source") else str(by)


@dataclass(frozen=True)
class Line:
    """One subject of the board with its level at each step."""

    obligation: Obligation
    claimed: LevelWord | None
    proposed: LevelWord | None
    appraised: LevelWord | None
    decided: LevelWord | None
    is_override: bool


def board_lines(
    rulebook: Rulebook,
    obligations: Sequence[Obligation],
    records: Mapping[int, Mapping[str, RatingRecord]],
) -> list[Line]:
    words = level_words(rulebook)

    def level(one: Obligation, step: RatingStep) -> LevelWord | None:
        record = records.get(one.pk, {}).get(step)
        return words.get(record.level_id) if record else None

    return [
        Line(
            obligation=one,
            claimed=level(one, RatingStep.SELF) or words.get(claimed_level(one)),
            proposed=level(one, RatingStep.PROPOSED),
            appraised=level(one, RatingStep.APPRAISED),
            decided=level(one, RatingStep.DECIDED),
            is_override=any(each.is_override for each in records.get(one.pk, {}).values()),
        )
        for one in obligations
    ]


def claimed_level(obligation: Obligation) -> str:
    """Return the level that the subject claimed, once the review was handed in."""
    review = getattr(obligation, "review", None)
    handed_in = review is not None and review.state in HANDED_IN_STATES
    return review.proposed_level if review is not None and handed_in else ""


@dataclass(frozen=True)
class VoteLine:
    level: LevelWord
    count: int


def ballot_of(obligation: Obligation, words: Mapping[str, LevelWord]) -> dict[str, Any] | None:
    """Return the totals of the vote on a subject, ready to show; of very few only the outcome."""
    counts = reconciled_counts(obligation)
    if counts is None:
        return None
    return {
        "counts": counts,
        "votes": []
        if counts.is_small
        else [VoteLine(words[one.level_id], one.count) for one in counts.votes],
        "leading": words.get(counts.leading_level_id),
    }


def levels_in(words: Mapping[str, LevelWord], ids: Iterable[str]) -> list[LevelWord]:
    return [words[one] for one in ids]


def rulebook_for(cycle: ReviewCycle) -> Rulebook:
    return rulebook_of(cycle)
