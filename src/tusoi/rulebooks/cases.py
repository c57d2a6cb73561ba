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
    Facts,
    Outcome,
    Rule,
    Truth,
    evaluate,
    quota_limit,
)
from tusoi.engine.conditions import grade_fact
from tusoi.rulebooks.errors import NotInRulebook, RulebookInvalid
from tusoi.rulebooks.loading import told
from tusoi.rulebooks.reading import read
from tusoi.rulebooks.rulebook import ParticipationFacts, Rulebook
from tusoi.rulebooks.schema import FactBound, LocalText, Part, Slug, SubjectClass


class Given(Part):
    """Facts, and grades by group (`results`, `others`, `every`), tag or criterion; later wins."""

    facts: Mapping[str, FactBound] = Field(default_factory=dict)
    grades: Mapping[str, str] = Field(default_factory=dict)


class RuleCase(Part):
    """Three sets of facts for one rule. An empty set is how nothing known is written."""

    rule: Slug
    subject_class: SubjectClass
    holds: Given
    fails: Given
    undecided: Given


class Expected(Part):
    best_open: str = ""
    best_advised: str = ""
    offered: tuple[str, ...] = ()
    may_be_rated: Truth | None = None
    reasons: tuple[Slug, ...] = ()
    """Rules that must be among those standing against the best level."""


class RatingCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    background: str = ""
    given: Given = Given()
    expect: Expected


class QuotaCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    pool_count: Annotated[int, Field(ge=0)]
    excellent_count: Annotated[int, Field(ge=0)]
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


class ParticipationCase(Part):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    given: ParticipationGiven
    review: bool
    rate: bool
    code: str = ""
    undecided: tuple[str, ...] = ()


class Cases(Part):
    """The cases of one file, or of a whole folder put together."""

    kind: Literal["cases"] = "cases"
    backgrounds: Mapping[str, Given] = Field(default_factory=dict)
    rules: tuple[RuleCase, ...] = ()
    ratings: tuple[RatingCase, ...] = ()
    quotas: tuple[QuotaCase, ...] = ()
    participation: tuple[ParticipationCase, ...] = ()


def read_cases(folder: Traversable) -> Cases:
    """Read the folder `cases` of a rulebook's folder."""
    found = [_read_one(one) for one in _files(folder / "cases")]
    return Cases(
        backgrounds={name: given for one in found for name, given in one.backgrounds.items()},
        rules=tuple(case for one in found for case in one.rules),
        ratings=tuple(case for one in found for case in one.ratings),
        quotas=tuple(case for one in found for case in one.quotas),
        participation=tuple(case for one in found for case in one.participation),
    )


def _files(folder: Traversable) -> Iterator[Traversable]:
    entries = sorted(folder.iterdir(), key=lambda one: one.name)
    return (one for one in entries if one.name.endswith(".yaml"))


def _read_one(file: Traversable) -> Cases:
    document = read(file.read_text("utf-8"), f"cases/{file.name}")
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


def facts_of(rulebook: Rulebook, subject_class: SubjectClass, parts: Iterable[Given]) -> Facts:
    compiler = rulebook.compiler(subject_class)
    record: dict[str, object] = {}
    for part in parts:
        for group, grade in part.grades.items():
            record |= {grade_fact(one.id): grade for one in compiler.group(group)}
        record |= part.facts
    return rulebook.read_facts(record)


def rule_truth(rulebook: Rulebook, rule: Rule, facts: Facts, subject_class: str) -> Truth:
    """Say whether a rule's condition holds; for a bound that a fact says, whether it closes.

    A bound closes the best level in so far as it lies below it.
    """
    if not rule.level_fact:
        return rule.condition.truth(facts)
    best = evaluate(rulebook.rules_for(subject_class), facts).openings[0]
    effect = next(one.effect for one in best.findings if one.rule.id == rule.id)
    return {Truth.HOLDS: Truth.FAILS, Truth.FAILS: Truth.HOLDS}.get(effect, effect)


def rule_differences(rulebook: Rulebook, case: RuleCase) -> Iterator[str]:
    rules = {one.id: one for one in rulebook.rules_for(case.subject_class).rules}
    if case.rule not in rules:
        raise NotInRulebook(f"no rule {case.rule!r} for {case.subject_class.value}")
    wanted = {
        Truth.HOLDS: case.holds,
        Truth.FAILS: case.fails,
        Truth.UNDECIDED: case.undecided,
    }
    for truth, given in wanted.items():
        facts = facts_of(rulebook, case.subject_class, [given])
        found = rule_truth(rulebook, rules[case.rule], facts, case.subject_class)
        if found is not truth:
            yield f"rule {case.rule}: {found.value} where the case says {truth.value}"


def rating_differences(
    rulebook: Rulebook, case: RatingCase, backgrounds: Mapping[str, Given]
) -> Iterator[str]:
    parts = [backgrounds[case.background]] if case.background else []
    facts = facts_of(rulebook, case.subject_class, [*parts, case.given])
    outcome = evaluate(rulebook.rules_for(case.subject_class), facts)
    for name, found, wanted in _compared(outcome, case.expect):
        if wanted and found != wanted:
            yield f"case {case.id}: {name} is {found}, not {wanted}"
    against = {one.rule.id for one in outcome.openings[0].reasons}
    against |= {one.rule.id for one in outcome.preconditions if one.effect is not Truth.HOLDS}
    for rule in case.expect.reasons:
        if rule not in against:
            yield f"case {case.id}: rule {rule} gives no reason; {sorted(against)} do"


def _compared(outcome: Outcome, expect: Expected) -> Iterator[tuple[str, object, object]]:
    yield "best_open", outcome.best_open, expect.best_open
    yield "best_advised", outcome.best_advised, expect.best_advised
    yield "offered", outcome.offered, expect.offered
    yield "may_be_rated", outcome.may_be_rated, expect.may_be_rated


def quota_differences(rulebook: Rulebook, case: QuotaCase) -> Iterator[str]:
    quota = rulebook.quota_for(case.subject_class, case.choices)
    if quota is None:
        raise NotInRulebook(f"no quota for {case.subject_class.value}")
    limit = quota_limit(case.pool_count, quota.ratio, quota.base, quota.rounding)
    if limit != case.limit:
        yield f"case {case.id}: the limit is {limit}, not {case.limit}"
    over = max(0, case.excellent_count - limit)
    if over != case.over:
        yield f"case {case.id}: {over} over the limit, not {case.over}"


def participation_differences(rulebook: Rulebook, case: ParticipationCase) -> Iterator[str]:
    facts = ParticipationFacts(subject_class=case.subject_class, **case.given.model_dump())
    found = rulebook.participation_for(facts)
    wanted = (case.review, case.rate, case.code, case.undecided)
    if (found.review, found.rate, found.code, found.undecided) != wanted:
        yield f"case {case.id}: {found}, not {wanted}"
