"""What came of weighing: the levels left open, and the reasons, put together when asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tusoi.engine.facts import Facts, FactValue, Missing
from tusoi.engine.plans import Plan, Rules, Weighed, is_bound
from tusoi.engine.rules import ParticipationClause, Rule, RuleKind
from tusoi.engine.truth import (
    FAILS,
    HOLDS,
    TRUTHS,
    UNDECIDED,
    Truth,
    any_of,
    negate,
)


Read = tuple[tuple[str, FactValue | Missing], ...]


@dataclass(frozen=True)
class Finding:
    """What one rule says about one level, and the facts it looked at."""

    rule: Rule
    condition: Truth
    """Whether what the rule describes is the case."""
    effect: Truth
    """Whether the rule leaves the level open."""
    facts_read: Read
    missing: tuple[str, ...] = ()
    """The facts that would settle it."""
    lifted: bool = False
    grounds: tuple[tuple[str, Truth], ...] = ()
    """For a presumption, what may lift it and whether that is the case."""

    def as_record(self) -> dict[str, object]:
        """Put the finding in words that JSON can keep for years."""
        record: dict[str, object] = {
            "rule": self.rule.id,
            "kind": self.rule.kind.value,
            "title": {"vi": self.rule.title.vi, "en": self.rule.title.en},
            "condition": self.condition.value,
            "effect": self.effect.value,
            "severity": self.rule.severity.value,
            "status": self.rule.status.value,
            "citations": [one.in_language("vi") for one in self.rule.citations],
            "facts": {name: plain(value) for name, value in self.facts_read},
        }
        if self.rule.presumption:
            record["lifted"] = self.lifted
            record["grounds"] = {name: truth.value for name, truth in self.grounds}
        return record


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
    is_presumed: bool = False
    """Closed, but by nothing that an authority could not lift."""

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
class ParticipationFinding:
    """Whether a subject takes part. What is not known takes nobody out."""

    clause: ParticipationClause | None
    """The clause that decides, if one holds."""
    notes: tuple[ParticipationClause, ...]
    undecided: tuple[ParticipationClause, ...]
    missing: tuple[str, ...]

    @property
    def review(self) -> bool:
        return self.clause is None or self.clause.review

    @property
    def rate(self) -> bool:
        return self.clause is None or self.clause.rate

    def as_record(self) -> dict[str, object]:
        return {
            "clause": self.clause.id if self.clause else "",
            "review": self.review,
            "rate": self.rate,
            "notes": [one.id for one in self.notes],
            "undecided": [one.id for one in self.undecided],
        }


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the rules leave open. Which facts made it so is worked out only when asked for."""

    plan: Plan
    facts: Facts
    conditions: tuple[int, ...]
    truths: tuple[int, ...]
    """The conditions once what was lifted is lifted."""
    weighed: Weighed
    lifted: frozenset[str] = frozenset()

    @property
    def rules(self) -> Rules:
        return self.plan.rules

    @property
    def subject_class(self) -> str:
        return self.rules.subject_class

    @property
    def levels(self) -> tuple[str, ...]:
        return self.rules.levels.steps

    def truth(self, level: str) -> Truth:
        return TRUTHS[self.weighed.binding[self.levels.index(level)]]

    def advised(self, level: str) -> Truth:
        return TRUTHS[self.weighed.advised[self.levels.index(level)]]

    def opening(self, level: str) -> LevelOpening:
        return self.openings[self.levels.index(level)]

    @cached_property
    def openings(self) -> tuple[LevelOpening, ...]:
        return tuple(
            LevelOpening(
                level=level,
                truth=self.truth(level),
                advised=self.advised(level),
                findings=tuple(self._findings(place)),
                is_presumed=level in self.presumed,
            )
            for place, level in enumerate(self.levels)
        )

    @property
    def offered(self) -> tuple[str, ...]:
        """The levels a person may choose, best first."""
        chosen = {*self._open, *self.candidates}
        return tuple(level for level in self.levels if level in chosen)

    @property
    def flagged(self) -> tuple[str, ...]:
        return tuple(level for level in self._open if self.advised(level) is Truth.FAILS)

    @property
    def best_open(self) -> str:
        """The best level that no binding rule closes; nothing where no level matches.

        Where the lowest level has to be stated, it is not put forward before it is.
        """
        return next((one for one in self._open if not self._is_unstated(one, self.truth)), "")

    @property
    def best_advised(self) -> str:
        """The best level that no rule closes, unchecked rules included."""
        left = (one for one in self.levels if self.advised(one) is not Truth.FAILS)
        return next((one for one in left if not self._is_unstated(one, self.advised)), "")

    @property
    def cap(self) -> str | None:
        """The best level, once no missing fact can lower it any more; until then nothing."""
        best = self.best_open
        return best if best and self.truth(best).is_decided else None

    @property
    def no_level_matches(self) -> Truth:
        """Say whether the text leaves a hole here, so that the authority decides by itself."""
        if not self.rules.lowest_is_stated:
            return Truth.FAILS
        return TRUTHS[HOLDS - max(self.weighed.binding)]

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The levels on either side of the hole, from which the authority chooses."""
        if self.no_level_matches is not Truth.HOLDS:
            return ()
        without_ends = self.plan.weigh(self.truths, self.facts.values, bands=False).binding[:-1]
        near = tuple(
            level for level, truth in zip(self.levels, without_ends, strict=False) if truth
        )
        return near or self.levels[-2:]

    @cached_property
    def presumed(self) -> tuple[str, ...]:
        """The levels that nothing closes but what an authority may lift, with grounds."""
        spared = [
            FAILS if rule.presumption else truth
            for rule, truth in zip(self.plan.weighed, self.truths, strict=True)
        ]
        if spared == list(self.truths):
            return ()
        binding = self.plan.weigh(spared, self.facts.values).binding[:-1]
        return tuple(
            level
            for level, truth, before in zip(
                self.levels, binding, self.weighed.binding, strict=False
            )
            if truth and not before
        )

    @cached_property
    def presumptions(self) -> tuple[Finding, ...]:
        """The triggers that bite and that an authority may lift."""
        return tuple(
            self._finding(place, negate(TRUTHS[self.truths[place]]))
            for place, rule in enumerate(self.plan.weighed)
            if rule.presumption and self.truths[place] == HOLDS
        )

    @cached_property
    def caps(self) -> tuple[Finding, ...]:
        """The caps that bite."""
        return tuple(
            dict.fromkeys(
                finding
                for opening in self.openings[:-1]
                for finding in opening.findings
                if finding.rule.kind is RuleKind.CAP and finding.effect is Truth.FAILS
            )
        )

    @cached_property
    def preconditions(self) -> tuple[Finding, ...]:
        found = []
        for rule in self.rules.preconditions:
            truth = rule.condition.truth(self.facts)
            missing = rule.condition.missing(self.facts)
            found.append(Finding(rule, truth, truth, self._read(rule), missing))
        return tuple(found)

    @cached_property
    def participation(self) -> ParticipationFinding:
        return participation_of(self.rules, self.facts)

    @property
    def may_be_reviewed(self) -> Truth:
        return Truth.of(self.participation.review)

    @property
    def may_be_rated(self) -> Truth:
        if not self.participation.rate:
            return Truth.FAILS
        values = self.facts.values
        return TRUTHS[min((test(values, {}) for test in self.plan.binding_before), default=HOLDS)]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts that would settle what is still undecided."""
        if UNDECIDED not in self.weighed.binding and UNDECIDED not in self.weighed.advised:
            return ()
        waiting = (
            name
            for opening in self.openings
            if opening.is_offered
            for finding in opening.findings
            if finding.effect is Truth.UNDECIDED
            for name in finding.missing
        )
        return tuple(dict.fromkeys(waiting))

    @property
    def missing_before_rating(self) -> tuple[str, ...]:
        """The facts without which nobody can say whether the subject may be rated at all."""
        waiting = (name for one in self.preconditions for name in one.missing)
        return tuple(dict.fromkeys(waiting))

    def as_record(self) -> dict[str, object]:
        return {
            "subject_class": self.subject_class,
            "best_open": self.best_open,
            "best_advised": self.best_advised,
            "offered": list(self.offered),
            "flagged": list(self.flagged),
            "presumed": list(self.presumed),
            "lifted": sorted(self.lifted),
            "no_level_matches": self.no_level_matches.value,
            "may_be_reviewed": self.may_be_reviewed.value,
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
            "participation": self.participation.as_record(),
        }

    @property
    def _open(self) -> tuple[str, ...]:
        found = zip(self.levels, self.weighed.binding, self.weighed.advised, strict=True)
        return tuple(level for level, binding, advised in found if binding or advised)

    def _is_unstated(self, level: str, truth: Callable[[str], Truth]) -> bool:
        is_lowest = self.rules.lowest_is_stated and level == self.levels[-1]
        return is_lowest and truth(level) is not Truth.HOLDS

    def _findings(self, level: int) -> Iterator[Finding]:
        lowest = level == len(self.levels) - 1
        for place, rule in enumerate(self.plan.weighed):
            effect = self._cause(place, rule) if lowest else self._effect(place, rule, level)
            if effect is not None:
                yield self._finding(place, effect)

    def _effect(self, place: int, rule: Rule, level: int) -> Truth | None:
        """Say whether a rule leaves a level open; nothing if it does not concern it."""
        truth = TRUTHS[self.truths[place]]
        if rule.kind is RuleKind.REQUIREMENT:
            asked = self.levels.index(rule.level)
            concerns = level == asked if rule.only_this_level else level <= asked
            return truth if concerns else None
        if rule.kind is RuleKind.GROUND:
            return None
        reached = TRUTHS[self.plan.bound_reaches(rule, level, self.facts.values)]
        if not rule.level_fact and reached is Truth.HOLDS:
            return None
        return any_of((negate(truth), reached))

    def _cause(self, place: int, rule: Rule) -> Truth | None:
        """Say whether a rule is cause for the lowest level; nothing if it can't be."""
        if rule.level == self.levels[-1]:
            return TRUTHS[self.truths[place]]
        if rule.level_fact and is_bound(rule) and self.rules.lowest_is_stated:
            spared = self._effect(place, rule, len(self.levels) - 2)
            return negate(spared) if spared is not None else None
        return None

    def _finding(self, place: int, effect: Truth) -> Finding:
        rule = self.plan.weighed[place]
        lift = rule.presumption
        return Finding(
            rule=rule,
            condition=TRUTHS[self.conditions[place]],
            effect=effect,
            facts_read=self._read(rule),
            missing=self._missing(rule) if effect is Truth.UNDECIDED else (),
            lifted=rule.id in self.lifted,
            grounds=tuple(
                (name, one.truth(self.facts)) for one in lift.grounds for name in one.reads()
            )
            if lift
            else (),
        )

    def _missing(self, rule: Rule) -> tuple[str, ...]:
        names = [*rule.condition.missing(self.facts)]
        if rule.level_fact and rule.level_fact not in self.facts:
            names.append(rule.level_fact)
        if rule.presumption and rule.id in self.lifted:
            names += [name for one in rule.presumption.grounds for name in one.missing(self.facts)]
        return tuple(dict.fromkeys(names))

    def _read(self, rule: Rule) -> Read:
        return tuple((name, self.facts.get(name)) for name in rule.reads)


def participation_of(rules: Rules, facts: Facts) -> ParticipationFinding:
    """Say whether a subject takes part; the first clause that holds decides."""
    clause: ParticipationClause | None = None
    notes: list[ParticipationClause] = []
    undecided: list[ParticipationClause] = []
    for one in rules.participation:
        truth = one.condition.test(facts.values, {})
        if one.only_notes:
            notes += [one] if truth == HOLDS else []
        elif clause is None:
            clause = one if truth == HOLDS else None
            undecided += [one] if truth == UNDECIDED else []
    missing = (name for one in undecided for name in one.condition.missing(facts))
    return ParticipationFinding(
        clause, tuple(notes), tuple(undecided), tuple(dict.fromkeys(missing))
    )


def plain(value: FactValue | Missing) -> bool | int | str | None:
    if isinstance(value, Missing):
        return None
    if isinstance(value, bool | int | str):
        return value
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else str(value)
