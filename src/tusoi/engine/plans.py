"""A set of rules, and how it is weighed fast: every condition once, then the levels in one pass.

What a level requires every better one requires too, and what rules out a level rules out
every better one. So the levels are gone through from the worst up, carrying what was found.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tusoi.engine.conditions import Memo, Scale, Test, Values
from tusoi.engine.errors import RulesConflict
from tusoi.engine.facts import NotApplicable
from tusoi.engine.rules import Contradiction, ParticipationClause, Rule, RuleKind, Severity
from tusoi.engine.scores import ScoreSheet
from tusoi.engine.truth import FAILS, HOLDS, UNDECIDED


Truths = Sequence[int]


@dataclass(frozen=True)
class Rules:
    """All rules for one class of subject.

    `lowest_is_stated` says that the lowest level needs a ground of its own; otherwise
    it is what is left when the level above it is not reached.
    """

    subject_class: str
    levels: Scale
    rules: tuple[Rule, ...]
    participation: tuple[ParticipationClause, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    sheet: ScoreSheet | None = None
    lowest_is_stated: bool = False

    def __post_init__(self) -> None:
        repeated = [name for name, count in Counter(r.id for r in self.rules).items() if count > 1]
        if repeated:
            raise RulesConflict(f"rules with the same id: {', '.join(repeated)}")
        for rule in self.rules:
            self._check(rule)

    @cached_property
    def plan(self) -> "Plan":
        return Plan(self)

    @cached_property
    def preconditions(self) -> tuple[Rule, ...]:
        return tuple(one for one in self.rules if one.kind is RuleKind.PRECONDITION)

    @cached_property
    def facts_read(self) -> frozenset[str]:
        """The names of all facts that can matter to the outcome."""
        names = {name for rule in self.rules for name in rule.reads}
        names |= {name for one in self.participation for name in one.condition.reads()}
        lifts = [one.presumption for one in self.rules if one.presumption]
        return frozenset(
            names | {name for lift in lifts for one in lift.grounds for name in one.reads()}
        )

    def _check(self, rule: Rule) -> None:
        if rule.level and rule.level not in self.levels.steps:
            raise RulesConflict(f"rule {rule.id} is about {rule.level!r}, which is no level")
        if rule.kind is not RuleKind.PRECONDITION and bool(rule.level) == bool(rule.level_fact):
            raise RulesConflict(f"rule {rule.id} needs either a level or a fact that tells it")
        lowest = rule.level == self.levels.steps[-1]
        if rule.kind is RuleKind.REQUIREMENT and lowest:
            raise RulesConflict(f"rule {rule.id} asks something of the lowest level")
        if rule.kind is RuleKind.GROUND and not lowest:
            raise RulesConflict(f"rule {rule.id} is a ground; those are for the lowest level only")
        if rule.kind is RuleKind.REQUIREMENT and not rule.level:
            raise RulesConflict(f"rule {rule.id} requires something of no level")


@dataclass(frozen=True)
class Weighed:
    """For each level, best first, whether it is open: for rules that bind, and for all."""

    binding: tuple[int, ...]
    advised: tuple[int, ...]


@dataclass(frozen=True)
class _Step:
    """What is asked from one level on, as places in the list of truths."""

    asked: tuple[int, ...]
    barred: tuple[int, ...]
    """These close the level, and every better one, when they hold."""
    asked_here: tuple[int, ...]


@dataclass(frozen=True)
class _Bound:
    """A cap whose level a fact tells."""

    place: int
    fact: str
    binds: bool


class Plan:
    """The rules of one class of subject, laid out for weighing."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.weighed = [one for one in rules.rules if one.kind is not RuleKind.PRECONDITION]
        self.tests: tuple[Test, ...] = tuple(one.condition.test for one in self.weighed)
        self.binding_before: tuple[Test, ...] = tuple(
            one.condition.test for one in rules.preconditions if one.severity is Severity.BLOCK
        )
        self.contradictions = tuple(one.condition.test for one in rules.contradictions)
        steps = range(len(rules.levels.steps) - 2, -1, -1)
        self._binding = tuple(self._step(level, Severity.BLOCK) for level in steps)
        self._warning = tuple(self._step(level, Severity.WARN) for level in steps)
        self._bounds = tuple(
            _Bound(place, one.level_fact, one.severity is Severity.BLOCK)
            for place, one in enumerate(self.weighed)
            if one.level_fact
        )
        self._grounds = self._grounds_of(Severity.BLOCK)
        self._advised_grounds = self._grounds + self._grounds_of(Severity.WARN)

    def truths(self, values: Values) -> list[int]:
        memo: Memo = {}
        return [test(values, memo) for test in self.tests]

    def weigh(self, truths: Truths, values: Values, *, bands: bool = True) -> Weighed:
        """Say which levels are open; without `bands`, as if every level had no upper end."""
        binding: list[int] = []
        advised: list[int] = []
        hard = soft = HOLDS
        for must, should in zip(self._binding, self._warning, strict=True):
            hard = _carried(hard, must, truths)
            soft = _carried(min(soft, hard), should, truths)
            here = _least(hard, must.asked_here, truths) if bands else hard
            near = _least(min(soft, here), should.asked_here, truths) if bands else soft
            binding.append(here)
            advised.append(near)
        binding.reverse()
        advised.reverse()
        if self._bounds:
            self._put_bounds(truths, values, binding, advised)
        binding.append(self._lowest(binding, self._grounds, truths, values))
        advised.append(self._lowest(advised, self._advised_grounds, truths, values))
        return Weighed(tuple(binding), tuple(advised))

    def bound_reaches(self, rule: Rule, level: int, values: Values) -> int:
        """Say whether the bound that a rule sets is this level, counted from the best."""
        scale = self.rules.levels
        if not rule.level_fact:
            return HOLDS if scale.steps.index(rule.level) <= level else FAILS
        found = values.get(rule.level_fact)
        if found is None:
            return UNDECIDED
        if isinstance(found, NotApplicable):
            return HOLDS
        return HOLDS if scale.rank(found) >= len(scale.steps) - 1 - level else FAILS

    def _step(self, level: int, severity: Severity) -> _Step:
        own = [(place, one) for place, one in enumerate(self.weighed) if one.severity is severity]
        steps = self.rules.levels.steps
        asked = [
            (place, one)
            for place, one in own
            if one.kind is RuleKind.REQUIREMENT and one.level == steps[level]
        ]
        return _Step(
            asked=tuple(place for place, one in asked if not one.only_this_level),
            barred=tuple(
                place for place, one in own if is_bound(one) and one.level == steps[level + 1]
            ),
            asked_here=tuple(place for place, one in asked if one.only_this_level),
        )

    def _grounds_of(self, severity: Severity) -> tuple[int, ...]:
        lowest = self.rules.levels.steps[-1]
        return tuple(
            place
            for place, one in enumerate(self.weighed)
            if one.severity is severity
            and (one.level == lowest or (one.level_fact and is_bound(one)))
        )

    def _put_bounds(
        self, truths: Truths, values: Values, binding: list[int], advised: list[int]
    ) -> None:
        for bound in self._bounds:
            spared = HOLDS - truths[bound.place]
            rule = self.weighed[bound.place]
            for level in range(len(binding)):
                effect = max(spared, self.bound_reaches(rule, level, values))
                advised[level] = min(advised[level], effect)
                if bound.binds:
                    binding[level] = min(binding[level], effect)

    def _lowest(
        self, above: Sequence[int], grounds: Iterable[int], truths: Truths, values: Values
    ) -> int:
        if not self.rules.lowest_is_stated:
            return HOLDS - above[-1]
        return max((self._ground(place, truths, values) for place in grounds), default=FAILS)

    def _ground(self, place: int, truths: Truths, values: Values) -> int:
        rule = self.weighed[place]
        if not rule.level_fact:
            return truths[place]
        # A bound by a fact is cause for the lowest level when it leaves nothing better.
        spares = self.bound_reaches(rule, len(self.rules.levels.steps) - 2, values)
        return min(truths[place], HOLDS - spares)


def is_bound(rule: Rule) -> bool:
    return rule.kind in {RuleKind.TRIGGER, RuleKind.CAP}


def _carried(so_far: int, step: _Step, truths: Truths) -> int:
    found = so_far
    for place in step.asked:
        if truths[place] < found:  # noqa: PLR1730 -- calling min() takes four times as long
            found = truths[place]
    for place in step.barred:
        if HOLDS - truths[place] < found:  # noqa: PLR1730 -- the same
            found = HOLDS - truths[place]
    return found


def _least(so_far: int, places: tuple[int, ...], truths: Truths) -> int:
    return min(so_far, *(truths[place] for place in places)) if places else so_far
