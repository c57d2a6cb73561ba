"""What a rule asks of the facts. A condition reads; it never changes or assumes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Protocol

from tusoi.engine.errors import FactInvalid
from tusoi.engine.facts import NOT_APPLICABLE, Facts, FactValue, Missing, NotApplicable
from tusoi.engine.truth import Truth, all_of, any_of, at_least, negate


class Condition(Protocol):
    def truth(self, facts: Facts) -> Truth: ...

    def reads(self) -> Iterable[str]:
        """Name the facts that can matter, in the order in which a person would look."""
        ...


class Operator(Enum):
    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Scale:
    """Named steps, best first: grades of a criterion, or levels of a rating."""

    name: str
    steps: tuple[str, ...]

    def rank(self, step: FactValue) -> int:
        """Count from the worst, so that a higher rank is better."""
        if step not in self.steps:
            raise FactInvalid(f"{step!r} is not on the scale {self.name}: {', '.join(self.steps)}")
        return len(self.steps) - 1 - self.steps.index(str(step))


@dataclass(frozen=True)
class Comparison:
    """One fact against one value."""

    fact: str
    operator: Operator
    value: FactValue
    scale: Scale | None = None
    not_applicable: Truth = Truth.UNDECIDED

    def truth(self, facts: Facts) -> Truth:
        found = facts.get(self.fact)
        if isinstance(found, Missing):
            return Truth.UNDECIDED
        if isinstance(found, NotApplicable):
            return self.not_applicable
        if self.operator is Operator.IS:
            self._number_or_rank(found)
            return Truth.of(found == self.value)
        return _compare(
            self._number_or_rank(found), self.operator, self._number_or_rank(self.value)
        )

    def reads(self) -> Iterable[str]:
        return (self.fact,)

    def _number_or_rank(self, value: FactValue) -> Fraction:
        if self.scale:
            return Fraction(self.scale.rank(value))
        if self.operator is Operator.IS:
            return Fraction(0)
        return number(self.fact, value)


@dataclass(frozen=True)
class GradesAtLeast:
    """Every one of these criteria has this grade or a better one."""

    criteria: tuple[str, ...]
    grade: str
    scale: Scale

    def truth(self, facts: Facts) -> Truth:
        return all_of(self._one(facts.get(name)) for name in self.reads())

    def reads(self) -> Iterable[str]:
        return tuple(grade_fact(criterion) for criterion in self.criteria)

    def _one(self, found: FactValue | Missing) -> Truth:
        if isinstance(found, Missing):
            return Truth.UNDECIDED
        # A criterion that can't be graded (nothing was left over to put right) holds nobody back.
        if found == NOT_APPLICABLE:
            return Truth.HOLDS
        return Truth.of(self.scale.rank(found) >= self.scale.rank(self.grade))


@dataclass(frozen=True)
class Share:
    """A part of a whole, compared exactly: 4 of 5 is 80 %, never 79.99."""

    parts: tuple[str, ...]
    whole: str
    operator: Operator
    ratio: Fraction
    when_empty: Truth = Truth.UNDECIDED

    def truth(self, facts: Facts) -> Truth:
        whole = facts.get(self.whole)
        if isinstance(whole, NotApplicable) or whole == 0:
            return self.when_empty
        found = [facts.get(name) for name in self.parts]
        if isinstance(whole, Missing) or any(isinstance(one, Missing) for one in found):
            return Truth.UNDECIDED
        counts = [
            number(name, one)
            for name, one in zip(self.parts, found, strict=True)
            if not isinstance(one, Missing | NotApplicable)
        ]
        total = number(self.whole, whole)
        if sum(counts) > total:
            raise FactInvalid(f"{' + '.join(self.parts)} is more than {self.whole} ({total})")
        return _compare(sum(counts, Fraction(0)), self.operator, self.ratio * total)

    def reads(self) -> Iterable[str]:
        return (*self.parts, self.whole)


@dataclass(frozen=True)
class AllOf:
    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> Truth:
        return all_of(one.truth(facts) for one in self.conditions)

    def reads(self) -> Iterable[str]:
        return _names(self.conditions)


@dataclass(frozen=True)
class AnyOf:
    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> Truth:
        return any_of(one.truth(facts) for one in self.conditions)

    def reads(self) -> Iterable[str]:
        return _names(self.conditions)


@dataclass(frozen=True)
class AtLeastOf:
    count: int
    conditions: tuple[Condition, ...]

    def truth(self, facts: Facts) -> Truth:
        return at_least(self.count, (one.truth(facts) for one in self.conditions))

    def reads(self) -> Iterable[str]:
        return _names(self.conditions)


@dataclass(frozen=True)
class Not:
    condition: Condition

    def truth(self, facts: Facts) -> Truth:
        return negate(self.condition.truth(facts))

    def reads(self) -> Iterable[str]:
        return self.condition.reads()


def grade_fact(criterion: str) -> str:
    return f"grade.{criterion}"


def number(name: str, value: FactValue) -> Fraction:
    """Read a number, refusing the `True` that Python would take for a 1."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise FactInvalid(f"fact {name!r} is {value!r}; a number is needed")
    return Fraction(value)


def _compare(found: Fraction, operator: Operator, bound: Fraction) -> Truth:
    return Truth.of(
        {
            Operator.IS: found == bound,
            Operator.AT_LEAST: found >= bound,
            Operator.AT_MOST: found <= bound,
            Operator.ABOVE: found > bound,
            Operator.BELOW: found < bound,
        }[operator]
    )


def _names(conditions: Iterable[Condition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in conditions for name in one.reads()))
