"""Which conditions hold for the level that an author proposes, by what the form itself says.

It advises and never blocks. Only what stands on the form is weighed: grades, points, targets,
faults put right. What others conclude, enter or decide about the author is not read here and
stays open.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from tusoi.engine import EngineError, Facts, Finding, Outcome, RuleKind, Text, Truth, evaluate
from tusoi.reviews.enums import RowKind
from tusoi.reviews.models import EarlierShortcoming, Target
from tusoi.reviews.queries.content import Content, written_rows
from tusoi.reviews.queries.facts import count_duties, faults_told
from tusoi.reviews.queries.scores import points_in, score_name
from tusoi.rulebooks.explaining import GRADE_PREFIX, explain, fact_title
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import QuestionKind


@dataclass(frozen=True)
class Condition:
    """One rule and how it stands: its facts as read, and what it waits for."""

    title: str
    truth: Truth
    known: tuple[tuple[str, str], ...]
    waits_for: tuple[str, ...]
    citations: tuple[str, ...]
    needs_checking: bool


@dataclass(frozen=True)
class LevelConditions:
    """What the regulation asks for a level, and what would rule it out."""

    level_id: str
    title: str
    required: tuple[Condition, ...]
    against: tuple[Condition, ...]

    @property
    def holding(self) -> int:
        return self._count(Truth.HOLDS)

    @property
    def failing(self) -> int:
        return self._count(Truth.FAILS)

    @property
    def waiting(self) -> int:
        return self._count(Truth.UNDECIDED)

    def _count(self, truth: Truth) -> int:
        return sum(one.truth is truth for one in self.required)


def level_conditions(content: Content) -> LevelConditions | None:
    """Weigh the level that the author proposes; nothing where none is, or nobody is rated."""
    review = content.review
    levels = {one.id: one for one in content.rulebook.levels}
    if not review.obligation.is_rateable or review.proposed_level not in levels:
        return None
    level = levels[review.proposed_level]
    if level.id == list(levels)[-1]:
        return LevelConditions(level.id, _words(level.title), (), ())
    findings = _outcome(content).opening(level.id).findings
    return LevelConditions(
        level_id=level.id,
        title=_words(level.title),
        required=_conditions(content, (one for one in findings if _is_asked(one, level.id))),
        against=_conditions(
            content, (one for one in findings if one.rule.kind is not RuleKind.REQUIREMENT)
        ),
    )


def _is_asked(finding: Finding, level: str) -> bool:
    """What a lower level asks too is worth a line only while it is not met."""
    own = finding.rule.level == level or finding.effect is not Truth.HOLDS
    return finding.rule.kind is RuleKind.REQUIREMENT and own


def _outcome(content: Content) -> Outcome:
    obligation = content.review.obligation
    rules = content.rulebook.rules_for(
        content.subject_class, obligation.cycle.rulebook_settings, obligation.block
    )
    try:
        return evaluate(rules, _told(content))
    except EngineError:
        # The form says beside the field what cannot be; until then nothing is known.
        return evaluate(rules, content.rulebook.read_facts({}))


def _told(content: Content) -> Facts:
    grades = {f"{GRADE_PREFIX}{name}": grade for name, grade in content.grades.items()}
    points = {
        score_name(one): points
        for one in content.form.questions
        if one.kind is QuestionKind.SCORE
        and (points := points_in(content.text(one.id).strip())) is not None
    }
    return content.rulebook.read_facts({**grades, **points, **_counted(content)})


def _counted(content: Content) -> dict[str, int | str]:
    """Return what the rows of the form tell: targets and duties, faults of the year before."""
    told: dict[str, int | str] = {}
    duties = count_duties(
        content.review.obligation.cycle,
        (one for one in content.rows.get(RowKind.TARGET, []) if isinstance(one, Target)),
    )
    if duties is not None:
        told |= duties.as_facts()
    told |= faults_told(
        one.outcome
        for one in written_rows(content, RowKind.EARLIER)
        if isinstance(one, EarlierShortcoming)
    )
    known = {one.name for one in content.rulebook.facts}
    return {name: value for name, value in told.items() if name in known}


def _conditions(content: Content, findings: Iterable[Finding]) -> tuple[Condition, ...]:
    return tuple(_condition(content, one) for one in findings)


def _condition(content: Content, finding: Finding) -> Condition:
    rulebook = content.rulebook
    return Condition(
        title=_words(finding.rule.title),
        truth=finding.effect,
        known=tuple(
            (_words(one.title), _words(one.value))
            for one in explain(rulebook, finding)
            if not one.is_missing
        ),
        waits_for=tuple(_words(fact_title(rulebook, name)) for name in finding.missing),
        citations=tuple(one.in_language(get_language() or "vi") for one in finding.rule.citations),
        needs_checking=finding.rule.status.needs_checking,
    )


def _words(text: Text) -> str:
    return localized(text, get_language() or "vi")
