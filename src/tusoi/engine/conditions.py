"""What a rule asks of the facts. A condition reads; it never changes or assumes.

Each condition turns itself, once, into a function that looks at nothing but the values;
the same function answers a single question and thousands of evaluations.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from tusoi.engine.citations import Text
from tusoi.engine.errors import FactInvalid
from tusoi.engine.facts import Facts, FactValue, NotApplicable
from tusoi.engine.scores import TOTAL, Number, ScoreSheet
from tusoi.engine.truth import COUNTS, FAILS, HOLDS, TRUTHS, UNDECIDED, Truth


Values = Mapping[str, FactValue]
Memo = dict[str, Any]
Test = Callable[[Values, Memo], int]


class Condition:
    """One question to the facts."""

    def reads(self) -> Iterable[str]:
        """Name the facts that can matter, in the order in which a person would look."""
        raise NotImplementedError

    def compiled(self) -> Test:
        """Return the function that answers the question."""
        raise NotImplementedError

    def missing(self, facts: Facts) -> tuple[str, ...]:
        """Name the facts that would settle it; none once it is settled."""
        if self.truth(facts).is_decided:
            return ()
        return tuple(name for name in self.reads() if name not in facts.values)

    def truth(self, facts: Facts) -> Truth:
        return TRUTHS[self.test(facts.values, {})]

    @cached_property
    def test(self) -> Test:
        return self.compiled()


class Operator(Enum):
    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"


_COMPARED: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.IS: operator.eq,
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.ABOVE: operator.gt,
    Operator.BELOW: operator.lt,
}


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

    @cached_property
    def ranks(self) -> dict[FactValue, int]:
        return {step: self.rank(step) for step in self.steps}


@dataclass(frozen=True)
class Comparison(Condition):
    """One fact against one value."""

    fact: str
    operator: Operator
    value: FactValue
    scale: Scale | None = None
    not_applicable: Truth = Truth.UNDECIDED

    def reads(self) -> Iterable[str]:
        return (self.fact,)

    def compiled(self) -> Test:
        if self.scale:
            return self._on_scale(self.scale)
        if self.operator is not Operator.IS:
            return self._of_numbers(number(self.fact, self.value))
        return self._of_truths() if isinstance(self.value, bool) else self._of_values()

    def _on_scale(self, scale: Scale) -> Test:
        name, ranks, bound = self.fact, scale.ranks, scale.rank(self.value)
        compare, empty = _COMPARED[self.operator], COUNTS[self.not_applicable]

        def test(values: Values, _memo: Memo) -> int:
            found = values.get(name)
            if found is None:
                return UNDECIDED
            rank = ranks.get(found)
            if rank is None:
                if isinstance(found, NotApplicable):
                    return empty
                rank = scale.rank(found)
            return HOLDS if compare(rank, bound) else FAILS

        return test

    def _of_numbers(self, bound: Number) -> Test:
        name, compare, empty = self.fact, _COMPARED[self.operator], COUNTS[self.not_applicable]
        above, below = bound.numerator, bound.denominator

        def test(values: Values, _memo: Memo) -> int:
            found = values.get(name)
            if found is None:
                return UNDECIDED
            if type(found) is int:
                return HOLDS if compare(found * below, above) else FAILS
            if isinstance(found, NotApplicable):
                return empty
            return HOLDS if compare(number(name, found), bound) else FAILS

        return test

    def _of_truths(self) -> Test:
        name, wanted, empty = self.fact, self.value, COUNTS[self.not_applicable]

        def test(values: Values, _memo: Memo) -> int:
            found = values.get(name)
            if found is wanted:
                return HOLDS
            if found is None:
                return UNDECIDED
            if isinstance(found, NotApplicable):
                return empty
            if not isinstance(found, bool):
                raise FactInvalid(f"fact {name!r} is {found!r}; a yes or a no is needed")
            return FAILS

        return test

    def _of_values(self) -> Test:
        name, wanted, empty = self.fact, self.value, COUNTS[self.not_applicable]

        def test(values: Values, _memo: Memo) -> int:
            found = values.get(name)
            if found is None:
                return UNDECIDED
            if isinstance(found, NotApplicable):
                return empty
            return HOLDS if found == wanted else FAILS

        return test


@dataclass(frozen=True)
class OneOf(Condition):
    """One fact that is any of some named choices."""

    fact: str
    wanted: tuple[str, ...]
    choices: tuple[str, ...]
    not_applicable: Truth = Truth.UNDECIDED

    def reads(self) -> Iterable[str]:
        return (self.fact,)

    def compiled(self) -> Test:
        name, empty = self.fact, COUNTS[self.not_applicable]
        answers: dict[FactValue, int] = {
            one: HOLDS if one in self.wanted else FAILS for one in self.choices
        }

        def test(values: Values, _memo: Memo) -> int:
            found = values.get(name)
            if found is None:
                return UNDECIDED
            answer = answers.get(found)
            if answer is None:
                if isinstance(found, NotApplicable):
                    return empty
                raise FactInvalid(
                    f"fact {name!r} is {found!r}; it is one of {', '.join(self.choices)}"
                )
            return answer

        return test


@dataclass(frozen=True)
class Compared(Condition):
    """One fact against another of the same kind."""

    fact: str
    operator: Operator
    other: str
    scale: Scale | None = None

    def reads(self) -> Iterable[str]:
        return (self.fact, self.other)

    def compiled(self) -> Test:
        names, compare, scale = (self.fact, self.other), _COMPARED[self.operator], self.scale

        def test(values: Values, _memo: Memo) -> int:
            found = [(name, values.get(name)) for name in names]
            told = [
                scale.rank(value) if scale else number(name, value)
                for name, value in found
                if value is not None and not isinstance(value, NotApplicable)
            ]
            if len(told) < len(names):
                return UNDECIDED
            return HOLDS if compare(*told) else FAILS

        return test


@dataclass(frozen=True)
class GradesAtLeast(Condition):
    """Every one of these criteria has this grade or a better one."""

    criteria: tuple[str, ...]
    grade: str
    scale: Scale

    def reads(self) -> Iterable[str]:
        return tuple(grade_fact(criterion) for criterion in self.criteria)

    def compiled(self) -> Test:
        names, scale = tuple(self.reads()), self.scale
        ranks, bound = scale.ranks, scale.rank(self.grade)

        def test(values: Values, _memo: Memo) -> int:
            worst = HOLDS
            for name in names:
                found = values.get(name)
                if found is None:
                    worst = min(worst, UNDECIDED)
                    continue
                rank = ranks.get(found)
                if rank is None:
                    # What can't be graded (nothing was left to put right) holds nobody back.
                    if isinstance(found, NotApplicable):
                        continue
                    rank = scale.rank(found)
                if rank < bound:
                    worst = FAILS
            return worst

        return test


@dataclass(frozen=True)
class Share(Condition):
    """A part of a whole, compared exactly: 4 of 5 is 80 %, never 79.99."""

    parts: tuple[str, ...]
    whole: str
    operator: Operator
    ratio: Fraction
    when_empty: Truth = Truth.UNDECIDED

    def reads(self) -> Iterable[str]:
        return (*self.parts, self.whole)

    def compiled(self) -> Test:
        empty, compare, parts = COUNTS[self.when_empty], _COMPARED[self.operator], self.parts
        above, below = self.ratio.numerator, self.ratio.denominator

        def test(values: Values, _memo: Memo) -> int:
            whole = values.get(self.whole)
            if whole == 0 or isinstance(whole, NotApplicable):
                return empty
            found = [values.get(name) for name in parts]
            if whole is None or None in found:
                return UNDECIDED
            counts = [
                number(name, one)
                for name, one in zip(parts, found, strict=True)
                if one is not None and not isinstance(one, NotApplicable)
            ]
            total, count = number(self.whole, whole), sum(counts)
            if count > total:
                raise self._too_many(total)
            return HOLDS if compare(count * below, total * above) else FAILS

        return test

    def _too_many(self, total: Number) -> FactInvalid:
        names = " + ".join(self.parts)
        return FactInvalid(
            f"{names} is more than {self.whole} ({total})",
            Text(
                f"“{names}” cộng lại nhiều hơn “{self.whole}” ({total}).",
                f"“{names}” is more than “{self.whole}” ({total}).",
            ),
        )


@dataclass(frozen=True)
class ScoreBound(Condition):
    """Points within bounds, as far as they are told."""

    target: str
    sheet: ScoreSheet
    bounds: tuple[tuple[Operator, Number], ...]

    def reads(self) -> Iterable[str]:
        return self.sheet.parts(self.target)

    def missing(self, facts: Facts) -> tuple[str, ...]:
        if self.truth(facts).is_decided:
            return ()
        return self.sheet.missing(self.target, facts.values)

    def compiled(self) -> Test:
        sheet, target = self.sheet, self.target
        lower = [(_COMPARED[how], to) for how, to in self.bounds if how in _FROM_BELOW]
        upper = [(_COMPARED[how], to) for how, to in self.bounds if how not in _FROM_BELOW]

        def test(values: Values, memo: Memo) -> int:
            if TOTAL not in memo:
                memo.update(sheet.intervals(values))
            least, most = memo[target]
            worst = HOLDS
            for compare, bound in lower:
                if not compare(least, bound):
                    worst = min(worst, UNDECIDED if compare(most, bound) else FAILS)
            for compare, bound in upper:
                if not compare(most, bound):
                    worst = min(worst, UNDECIDED if compare(least, bound) else FAILS)
            return worst

        return test


_FROM_BELOW: Final = frozenset({Operator.AT_LEAST, Operator.ABOVE})


class _Combined(Condition):
    """Conditions put together.

    Every part is asked, even once the answer is known: what cannot be is then always refused.
    """

    conditions: tuple[Condition, ...]

    def reads(self) -> Iterable[str]:
        return _names(one.reads() for one in self.conditions)

    def missing(self, facts: Facts) -> tuple[str, ...]:
        # A part that is settled cannot settle the rest, whatever it still does not know.
        if self.truth(facts).is_decided:
            return ()
        return _names(one.missing(facts) for one in self.conditions)


@dataclass(frozen=True)
class AllOf(_Combined):
    conditions: tuple[Condition, ...]

    def compiled(self) -> Test:
        return _worst([one.test for one in self.conditions])


@dataclass(frozen=True)
class AnyOf(_Combined):
    conditions: tuple[Condition, ...]

    def compiled(self) -> Test:
        return _best([one.test for one in self.conditions])


@dataclass(frozen=True)
class AtLeastOf(_Combined):
    count: int
    conditions: tuple[Condition, ...]

    def compiled(self) -> Test:
        tests, wanted = [one.test for one in self.conditions], self.count

        def test(values: Values, memo: Memo) -> int:
            found = [one(values, memo) for one in tests]
            held = found.count(HOLDS)
            if held >= wanted:
                return HOLDS
            return UNDECIDED if held + found.count(UNDECIDED) >= wanted else FAILS

        return test


@dataclass(frozen=True)
class Not(Condition):
    condition: Condition

    def reads(self) -> Iterable[str]:
        return self.condition.reads()

    def missing(self, facts: Facts) -> tuple[str, ...]:
        return self.condition.missing(facts)

    def compiled(self) -> Test:
        inner = self.condition.test
        return lambda values, memo: HOLDS - inner(values, memo)


def grade_fact(criterion: str) -> str:
    return f"grade.{criterion}"


def number(name: str, value: FactValue) -> Number:
    """Read a number, refusing the `True` that Python would take for a 1."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise FactInvalid(f"fact {name!r} is {value!r}; a number is needed")
    return value


def _worst(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(values: Values, memo: Memo) -> int:
        return min([one(values, memo) for one in tests], default=HOLDS)

    return test


def _best(tests: list[Test]) -> Test:
    if len(tests) == 2:  # noqa: PLR2004 -- by far the most usual, and asked thousands of times
        one, other = tests

        def either(values: Values, memo: Memo) -> int:
            first, second = one(values, memo), other(values, memo)
            return max(second, first)

        return either

    def test(values: Values, memo: Memo) -> int:
        return max([each(values, memo) for each in tests], default=FAILS)

    return test


def _names(several: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in several for name in names))
