"""Worked cases of a rulebook: facts, and what must come of them.

They are examples for readers and tests for editors. They are no part of the fingerprint,
because one more example changes no rule.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from tusoi.engine import (
    FactInvalid,
    Facts,
    Outcome,
    Rule,
    Rules,
    Truth,
    evaluate,
    negate,
    quota_limit,
    score_fact,
)
from tusoi.engine.conditions import grade_fact
from tusoi.rulebooks.errors import NotInRulebook, RulebookInvalid
from tusoi.rulebooks.loading import told
from tusoi.rulebooks.reading import read_file
from tusoi.rulebooks.rulebook import ParticipationFacts, Rulebook
from tusoi.rulebooks.schema import FactBound, LocalText, Part, Slug, SubjectClass


class Given(Part):
    """Facts, grades by group (`results`, `others`, `every`), tag or criterion, and points.

    What comes later wins.
    """

    facts: Mapping[str, FactBound] = Field(default_factory=dict)
    grades: Mapping[str, str] = Field(default_factory=dict)
    scores: Mapping[str, FactBound] = Field(default_factory=dict)


class RuleCase(Part):
    """Three sets of facts for one rule. An empty set is how nothing known is written."""

    rule: Slug
    subject_class: SubjectClass
    settings: Mapping[str, str] = Field(default_factory=dict)
    block: str = ""
    holds: Given
    fails: Given
    undecided: Given


class ContradictionCase(Part):
    """Facts that are refused, facts that are not, and facts of which nobody can say."""

    contradiction: Slug
    subject_class: SubjectClass
    holds: Given
    fails: Given
    undecided: Given = Given()


class Expected(Part):
    """What must come of the facts; what is left out is not looked at."""

    best_open: str = ""
    best_advised: str = ""
    offered: tuple[str, ...] | None = None
    presumed: tuple[str, ...] | None = None
    presumptions: tuple[Slug, ...] | None = None
    missing: tuple[str, ...] | None = None
    candidates: tuple[str, ...] | None = None
    no_level_matches: Truth | None = None
    may_be_reviewed: Truth | None = None
    may_be_rated: Truth | None = None
    reasons: tuple[Slug, ...] = ()
    """Rules that must be among those standing against the best level."""
    refused: str = ""
    """Words of the sentence with which the facts are refused."""


class RatingCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    background: str = ""
    settings: Mapping[str, str] = Field(default_factory=dict)
    block: str = ""
    lifted: tuple[Slug, ...] = ()
    given: Given = Given()
    expect: Expected


class QuotaCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    pool_count: Annotated[int, Field(ge=0)]
    excellent_count: Annotated[int, Field(ge=0)]
    rated_count: Annotated[int, Field(ge=0)] | None = None
    exceptional: bool = False
    choices: Mapping[str, str] = Field(default_factory=dict)
    limit: int
    over: int


class ParticipationGiven(Part):
    cycle_ends_on: dt.date
    exempt: bool | None = False
    suspended: bool | None = False
    suspended_from_committee: bool | None = False
    admitted_on: dt.date | None = None
    established_on: dt.date | None = None
    facts: Mapping[str, FactBound] = Field(default_factory=dict)


class ParticipationCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    settings: Mapping[str, str] = Field(default_factory=dict)
    given: ParticipationGiven
    review: bool
    rate: bool
    code: str = ""
    undecided: tuple[str, ...] = ()
    notes: tuple[Slug, ...] = ()


class Cases(Part):
    """The cases of one file, or of a whole folder put together."""

    kind: Literal["cases"] = "cases"
    backgrounds: Mapping[str, Given] = Field(default_factory=dict)
    rules: tuple[RuleCase, ...] = ()
    ratings: tuple[RatingCase, ...] = ()
    quotas: tuple[QuotaCase, ...] = ()
    participation: tuple[ParticipationCase, ...] = ()
    contradictions: tuple[ContradictionCase, ...] = ()


def read_cases(folder: Traversable) -> Cases:
    """Read the folder `cases` of a rulebook's folder."""
    found = [_read_one(one) for one in _files(folder / "cases")]
    return Cases(
        backgrounds={name: given for one in found for name, given in one.backgrounds.items()},
        rules=tuple(case for one in found for case in one.rules),
        ratings=tuple(case for one in found for case in one.ratings),
        quotas=tuple(case for one in found for case in one.quotas),
        participation=tuple(case for one in found for case in one.participation),
        contradictions=tuple(case for one in found for case in one.contradictions),
    )


def _files(folder: Traversable) -> Iterator[Traversable]:
    entries = sorted(folder.iterdir(), key=lambda one: one.name)
    return (one for one in entries if one.name.endswith(".yaml"))


def _read_one(file: Traversable) -> Cases:
    document = read_file(file, f"cases/{file.name}")
    try:
        return Cases.model_validate(document.content)
    except ValidationError as error:
        raise RulebookInvalid(told(error, {(): (document, ())}, document.content)) from error


def differences(rulebook: Rulebook, cases: Cases) -> Iterator[str]:
    """Run every case and say in a sentence where the rulebook answers otherwise."""
    for rule_case in cases.rules:
        yield from rule_differences(rulebook, rule_case)
    for rating_case in cases.ratings:
        yield from rating_differences(rulebook, rating_case, cases.backgrounds)
    for quota_case in cases.quotas:
        yield from quota_differences(rulebook, quota_case)
    for participation_case in cases.participation:
        yield from participation_differences(rulebook, participation_case)
    for contradiction_case in cases.contradictions:
        yield from contradiction_differences(rulebook, contradiction_case)


def facts_of(
    rulebook: Rulebook, subject_class: SubjectClass, parts: Iterable[Given], block: str = ""
) -> Facts:
    compiler = rulebook.compiler(subject_class, block)
    record: dict[str, object] = {}
    for part in parts:
        for group, grade in part.grades.items():
            record |= {grade_fact(one.id): grade for one in compiler.group(group)}
        record |= {score_fact(name): points for name, points in part.scores.items()}
        record |= part.facts
    return rulebook.read_facts(record)


def rule_truth(rules: Rules, rule: Rule, facts: Facts) -> Truth:
    """Say whether a rule's condition holds; for a bound that a fact says, whether it closes.

    A bound closes the best level in so far as it lies below it.
    """
    if not rule.level_fact:
        return rule.condition.truth(facts)
    best = evaluate(rules, facts).openings[0]
    return negate(next(one.effect for one in best.findings if one.rule.id == rule.id))


def rule_differences(rulebook: Rulebook, case: RuleCase) -> Iterator[str]:
    rules = rulebook.rules_for(case.subject_class, case.settings, case.block)
    rule = next((one for one in rules.rules if one.id == case.rule), None)
    if rule is None:
        raise NotInRulebook(f"no rule {case.rule!r} for {case.subject_class.value}")
    for truth, given in _three(case):
        facts = facts_of(rulebook, case.subject_class, [given], case.block)
        found = rule_truth(rules, rule, facts)
        if found is not truth:
            yield f"rule {case.rule}: {found.value} where the case says {truth.value}"


def contradiction_differences(rulebook: Rulebook, case: ContradictionCase) -> Iterator[str]:
    known = rulebook.rules_for(case.subject_class).contradictions
    found = next((one for one in known if one.id == case.contradiction), None)
    if found is None:
        raise NotInRulebook(f"no contradiction {case.contradiction!r}")
    for truth, given in _three(case):
        told = found.condition.truth(facts_of(rulebook, case.subject_class, [given]))
        if told is not truth:
            yield f"contradiction {found.id}: {told.value} where the case says {truth.value}"


def rating_differences(
    rulebook: Rulebook, case: RatingCase, backgrounds: Mapping[str, Given]
) -> Iterator[str]:
    parts = [backgrounds[case.background]] if case.background else []
    rules = rulebook.rules_for(case.subject_class, case.settings, case.block)
    try:
        facts = facts_of(rulebook, case.subject_class, [*parts, case.given], case.block)
        outcome = evaluate(rules, facts, lifted=case.lifted)
    except FactInvalid as refusal:
        if not case.expect.refused or case.expect.refused not in refusal.text.vi:
            yield f"case {case.id}: refused: {refusal.text.vi}"
        return
    if case.expect.refused:
        yield f"case {case.id}: not refused"
    yield from _rating_differences(case, outcome)


def _rating_differences(case: RatingCase, outcome: Outcome) -> Iterator[str]:
    for name, found, wanted in _compared(outcome, case.expect):
        if wanted not in {None, ""} and found != wanted:
            yield f"case {case.id}: {name} is {found}, not {wanted}"
    against = {one.rule.id for one in outcome.openings[0].reasons}
    against |= {one.rule.id for one in outcome.preconditions if one.effect is not Truth.HOLDS}
    for rule in case.expect.reasons:
        if rule not in against:
            yield f"case {case.id}: rule {rule} gives no reason; {sorted(against)} do"


def _compared(outcome: Outcome, expect: Expected) -> Iterator[tuple[str, object, object]]:
    yield "presumptions", tuple(one.rule.id for one in outcome.presumptions), expect.presumptions
    for name in (
        "best_open",
        "best_advised",
        "offered",
        "presumed",
        "missing",
        "candidates",
        "no_level_matches",
        "may_be_reviewed",
        "may_be_rated",
    ):
        yield name, getattr(outcome, name), getattr(expect, name)


def quota_differences(rulebook: Rulebook, case: QuotaCase) -> Iterator[str]:
    quota = rulebook.quota_for(case.subject_class, case.choices)
    if quota is None:
        raise NotInRulebook(f"no quota for {case.subject_class.value}")
    ratio = quota.ratio_for(exceptional=case.exceptional)
    limit = quota_limit(case.pool_count, ratio, quota.base, quota.rounding, case.rated_count)
    if limit != case.limit:
        yield f"case {case.id}: the limit is {limit}, not {case.limit}"
    over = max(0, case.excellent_count - limit)
    if over != case.over:
        yield f"case {case.id}: {over} over the limit, not {case.over}"


def participation_differences(rulebook: Rulebook, case: ParticipationCase) -> Iterator[str]:
    given = case.given.model_dump(exclude={"facts"})
    more = rulebook.read_facts(case.given.facts).values
    facts = ParticipationFacts(subject_class=case.subject_class, more=more, **given)
    found = rulebook.participation_for(facts, case.settings)
    notes = tuple(one.id for one in found.notes)
    told = (found.review, found.rate, found.code, found.undecided, notes)
    wanted = (case.review, case.rate, case.code, case.undecided, case.notes)
    if told != wanted:
        yield f"case {case.id}: {told}, not {wanted}"


def _three(case: RuleCase | ContradictionCase) -> Iterator[tuple[Truth, Given]]:
    yield Truth.HOLDS, case.holds
    yield Truth.FAILS, case.fails
    yield Truth.UNDECIDED, case.undecided
