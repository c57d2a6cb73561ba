"""From rules and facts to the levels still open, with the reason for each."""

from dataclasses import dataclass
from fractions import Fraction

from tusoi.engine.facts import Facts, FactValue, Missing, NotApplicable
from tusoi.engine.rules import Rule, RuleKind, Rules, Severity
from tusoi.engine.truth import Truth, all_of, any_of, negate


@dataclass(frozen=True)
class Finding:
    """What one rule says about one level, and the facts it looked at."""

    rule: Rule
    condition: Truth
    """Whether what the rule describes is the case."""
    effect: Truth
    """Whether the rule leaves the level open."""
    facts_read: tuple[tuple[str, FactValue | Missing], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.facts_read if isinstance(value, Missing))

    def as_record(self) -> dict[str, object]:
        """Put the finding in words that JSON can keep for years."""
        return {
            "rule": self.rule.id,
            "kind": self.rule.kind.value,
            "title": {"vi": self.rule.title.vi, "en": self.rule.title.en},
            "condition": self.condition.value,
            "effect": self.effect.value,
            "severity": self.rule.severity.value,
            "status": self.rule.status.value,
            "citations": [one.in_language("vi") for one in self.rule.citations],
            "facts": {name: _plain(value) for name, value in self.facts_read},
        }


@dataclass(frozen=True)
class LevelOpening:
    """Whether one level is open.

    `truth` heeds only the rules that may block; `advised` heeds all of them, also
    those whose wording nobody has yet compared with the regulation.
    """

    level: str
    truth: Truth
    advised: Truth
    findings: tuple[Finding, ...]

    @property
    def is_offered(self) -> bool:
        # The lowest level opens by the failure of the one above it, so an unchecked rule can
        # open it although no checked rule does; a person must then be able to choose it.
        return self.truth is not Truth.FAILS or self.advised is not Truth.FAILS

    @property
    def is_flagged(self) -> bool:
        """Say that the level is offered against the advice of an unchecked rule."""
        return self.is_offered and self.advised is Truth.FAILS

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that stand against the level or wait for a fact."""
        return tuple(one for one in self.findings if one.effect is not Truth.HOLDS)


@dataclass(frozen=True)
class Outcome:
    subject_class: str
    openings: tuple[LevelOpening, ...]
    preconditions: tuple[Finding, ...]

    def opening(self, level: str) -> LevelOpening:
        return next(one for one in self.openings if one.level == level)

    @property
    def offered(self) -> tuple[str, ...]:
        """The levels a person may choose, best first."""
        return tuple(one.level for one in self.openings if one.is_offered)

    @property
    def flagged(self) -> tuple[str, ...]:
        return tuple(one.level for one in self.openings if one.is_flagged)

    @property
    def best_open(self) -> str:
        """The best level that no binding rule closes."""
        return self.offered[0]

    @property
    def best_advised(self) -> str:
        """The best level that no rule closes, unchecked rules included."""
        return next(one.level for one in self.openings if one.advised is not Truth.FAILS)

    @property
    def cap(self) -> str | None:
        """The best level, once no missing fact can lower it any more; until then nothing."""
        best = self.opening(self.best_open)
        return best.level if best.truth.is_decided else None

    @property
    def may_be_rated(self) -> Truth:
        return all_of(
            one.effect for one in self.preconditions if one.rule.severity is Severity.BLOCK
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would settle what is still undecided."""
        waiting = (
            name
            for opening in self.openings
            if opening.is_offered
            for finding in opening.findings
            if finding.effect is Truth.UNDECIDED
            for name in finding.missing
        )
        return tuple(dict.fromkeys(waiting))

    def as_record(self) -> dict[str, object]:
        return {
            "subject_class": self.subject_class,
            "best_open": self.best_open,
            "best_advised": self.best_advised,
            "offered": list(self.offered),
            "flagged": list(self.flagged),
            "may_be_rated": self.may_be_rated.value,
            "missing": list(self.missing),
            "levels": [
                {
                    "level": one.level,
                    "truth": one.truth.value,
                    "advised": one.advised.value,
                    "findings": [finding.as_record() for finding in one.findings],
                }
                for one in self.openings
            ],
            "preconditions": [one.as_record() for one in self.preconditions],
        }


def evaluate(rules: Rules, facts: Facts) -> Outcome:
    """Weigh every rule against every level.

    The lowest level is open as far as the one above it is not reached: nobody can be
    rated as having failed while all that the next level asks is fulfilled.
    """
    openings = [_opening(rules, level, facts) for level in rules.levels.steps[:-1]]
    openings.append(_lowest(rules, openings[-1], facts))
    preconditions = tuple(
        _finding(rule, facts, rule.condition.truth(facts), rule.condition.truth(facts))
        for rule in rules.rules
        if rule.kind is RuleKind.PRECONDITION
    )
    return Outcome(rules.subject_class, tuple(openings), preconditions)


def levels_offered(rules: Rules, facts: Facts) -> tuple[str, ...]:
    """The levels that the rules do not close, best first."""
    return evaluate(rules, facts).offered


def _opening(rules: Rules, level: str, facts: Facts) -> LevelOpening:
    findings = tuple(
        found for rule in rules.rules if (found := _weigh(rules, rule, level, facts)) is not None
    )
    return LevelOpening(
        level=level,
        truth=all_of(f.effect for f in findings if f.rule.severity is Severity.BLOCK),
        advised=all_of(f.effect for f in findings),
        findings=findings,
    )


def _lowest(rules: Rules, above: LevelOpening, facts: Facts) -> LevelOpening:
    triggers = tuple(
        _finding(rule, facts, (truth := rule.condition.truth(facts)), truth)
        for rule in rules.rules
        if rule.kind is RuleKind.TRIGGER and rule.level == rules.levels.steps[-1]
    )
    return LevelOpening(
        level=rules.levels.steps[-1],
        truth=negate(above.truth),
        advised=negate(above.advised),
        findings=triggers,
    )


def _weigh(rules: Rules, rule: Rule, level: str, facts: Facts) -> Finding | None:
    if rule.kind is RuleKind.PRECONDITION:
        return None
    condition = rule.condition.truth(facts)
    if rule.kind is RuleKind.REQUIREMENT:
        # What a level asks, every better one asks too: nobody skips a step.
        asked = rules.levels.rank(level) >= rules.levels.rank(rule.level)
        return _finding(rule, facts, condition, condition) if asked else None
    reached = _bound_reaches(rules, rule, level, facts)
    if not rule.level_fact and reached is Truth.HOLDS:
        return None
    return _finding(rule, facts, condition, any_of((negate(condition), reached)))


def _bound_reaches(rules: Rules, rule: Rule, level: str, facts: Facts) -> Truth:
    """Say whether the bound that the rule sets is this level or a better one."""
    scale = rules.levels
    bound: FactValue | Missing = facts.get(rule.level_fact) if rule.level_fact else rule.level
    if isinstance(bound, Missing):
        return Truth.UNDECIDED
    if isinstance(bound, NotApplicable):
        return Truth.HOLDS
    return Truth.of(scale.rank(bound) >= scale.rank(level))


def _finding(rule: Rule, facts: Facts, condition: Truth, effect: Truth) -> Finding:
    names = [*rule.condition.reads(), *([rule.level_fact] if rule.level_fact else [])]
    return Finding(
        rule=rule,
        condition=condition,
        effect=effect,
        facts_read=tuple((name, facts.get(name)) for name in dict.fromkeys(names)),
    )


def _plain(value: FactValue | Missing) -> bool | int | str | None:
    if isinstance(value, Missing):
        return None
    if isinstance(value, bool | int | str):
        return value
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else str(value)
