"""Points: of criteria, of their groups and in total, exact and never guessed.

Points that nobody told lie anywhere between nothing and the most one can have. That is
enough to say that 90 can no longer be reached, and it never takes silence for a zero.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from tusoi.engine.citations import Text
from tusoi.engine.errors import FactInvalid, FactsContradict
from tusoi.engine.facts import FactValue, NotApplicable


TOTAL = "total"
Number = int | Fraction
Interval = tuple[Number, Number]


class AbsentScore(Enum):
    """What becomes of the points of a criterion that does not apply to a subject."""

    MAXIMUM = "maximum"
    SPREAD = "spread"
    """The other criteria of the group carry them, each in proportion."""
    ZERO = "zero"


def score_fact(name: str) -> str:
    """Name the fact that tells the points of a criterion, of a group or in total."""
    return f"score.{name}"


@dataclass(frozen=True)
class ScoreItem:
    """One criterion with points of its own."""

    criterion: str
    most: Number
    title: Text | None = None


@dataclass(frozen=True)
class ScoreGroupSheet:
    """A group of criteria; without items only its sum is told."""

    group: str
    most: Number
    items: tuple[ScoreItem, ...] = ()
    absent: AbsentScore | None = None
    title: Text | None = None

    def interval(self, values: Mapping[str, FactValue]) -> Interval:
        told = _told(values, score_fact(self.group))
        if told is not None:
            return told, told
        return self.summed(values) if self.items else (0, self.most)

    def summed(self, values: Mapping[str, FactValue]) -> Interval:
        least: Number = 0
        most: Number = 0
        gone: Number = 0
        full: Number = 0
        for item in self.items:
            name = score_fact(item.criterion)
            if self.absent and isinstance(values.get(name), NotApplicable):
                gone += item.most
                continue
            told = _told(values, name)
            least += told or 0
            most += item.most if told is None else told
            full += item.most
        if gone:
            least, most = self._without(gone, full, (least, most))
        return least, min(most, self.most)

    def _without(self, gone: Number, full: Number, rest: Interval) -> Interval:
        """Add what becomes of the points of criteria that do not apply."""
        if self.absent is AbsentScore.ZERO:
            return rest
        if self.absent is AbsentScore.MAXIMUM:
            return rest[0] + gone, rest[1] + gone
        # With nothing left that applies, nobody can say what the group is worth.
        if not full:
            return 0, gone
        grown = Fraction(full + gone) / full
        return rest[0] * grown, rest[1] * grown


@dataclass(frozen=True)
class ScoreSheet:
    """The points of one class of subject."""

    groups: tuple[ScoreGroupSheet, ...]

    @property
    def most(self) -> Number:
        return sum(group.most for group in self.groups)

    def intervals(self, values: Mapping[str, FactValue]) -> dict[str, Interval]:
        """Return the least and the most that each group and the total can still be."""
        found: dict[str, Interval] = {}
        least: Number = 0
        most: Number = 0
        for group in self.groups:
            interval = group.interval(values)
            found[group.group] = interval
            least += interval[0]
            most += interval[1]
            for item in group.items:
                told = _told(values, score_fact(item.criterion))
                found[item.criterion] = (0, item.most) if told is None else (told, told)
        told = _told(values, score_fact(TOTAL))
        found[TOTAL] = (least, most) if told is None else (told, told)
        return found

    def check(self, values: Mapping[str, FactValue]) -> None:
        """Refuse points that cannot be.

        Raises:
            FactInvalid, FactsContradict: points beyond their bounds, or a sum that is none.
        """
        for name, most in self._bounds():
            told = _told(values, score_fact(name))
            if told is not None and not 0 <= told <= most:
                raise self._beyond(name, told, most)
        wrong = tuple(self._wrong_sums(values))
        if wrong:
            raise FactsContradict(wrong)

    def parts(self, target: str) -> tuple[str, ...]:
        """Name the facts that could tell these points, the sum first."""
        if target == TOTAL:
            below = (part for group in self.groups for part in self.parts(group.group))
            return (score_fact(TOTAL), *below)
        items = next((group.items for group in self.groups if group.group == target), ())
        return (score_fact(target), *(score_fact(item.criterion) for item in items))

    def missing(self, target: str, values: Mapping[str, FactValue]) -> tuple[str, ...]:
        """Name the facts that people would have to tell, the smallest parts of a sum."""
        if score_fact(target) in values:
            return ()
        if target == TOTAL:
            return tuple(one for group in self.groups for one in self.missing(group.group, values))
        names = self.parts(target)
        return tuple(one for one in (names[1:] or names) if one not in values)

    def _beyond(self, name: str, told: Number, most: Number) -> FactInvalid:
        points = self._points(name)
        return FactInvalid(
            f"{score_fact(name)} is {told}; it goes from 0 to {most}",
            Text(
                f"{points.vi} là {shown(told)}; chỉ được từ 0 đến {shown(most)}.",
                f"{points.in_language('en')} are {shown(told)}; they go from 0 to {shown(most)}.",
            ),
        )

    def _points(self, name: str) -> Text:
        """Name points as the screen does."""
        if name == TOTAL:
            return Text("Tổng điểm", "The points in total")
        title = next((one for key, one in self._titles() if key == name and one), Text(name, name))
        return Text(f"Điểm “{title.vi}”", f"The points for “{title.in_language('en')}”")

    def _titles(self) -> Iterator[tuple[str, Text | None]]:
        for group in self.groups:
            yield group.group, group.title
            for item in group.items:
                yield item.criterion, item.title

    def _bounds(self) -> Iterator[tuple[str, Number]]:
        for group in self.groups:
            yield group.group, group.most
            for item in group.items:
                yield item.criterion, item.most
        yield TOTAL, self.most

    def _wrong_sums(self, values: Mapping[str, FactValue]) -> Iterator[Text]:
        least: Number = 0
        most: Number = 0
        for group in self.groups:
            low, high = group.interval(values)
            least, most = least + low, most + high
            if group.items:
                yield from self._wrong_sum(group.group, group.summed(values), values)
        yield from self._wrong_sum(TOTAL, (least, most), values)

    def _wrong_sum(
        self, name: str, parts: Interval, values: Mapping[str, FactValue]
    ) -> Iterator[Text]:
        told = _told(values, score_fact(name))
        if told is None or parts[0] <= told <= parts[1]:
            return
        found = parts[0] if told < parts[0] else parts[1]
        points = self._points(name)
        yield Text(
            f"{points.vi} ghi {shown(told)} nhưng cộng các phần được {shown(found)}.",
            f"{points.in_language('en')} are given as {shown(told)}, but the parts make "
            f"{shown(found)}.",
        )


def shown(number: FactValue) -> str:
    """Write a number as people do: 8,5; a fraction that no decimal ends stays a fraction."""
    if not isinstance(number, Fraction) or number.denominator == 1:
        return str(number)
    places = _decimal_places(number.denominator)
    if places is None:
        return str(number)
    scaled = number.numerator * 10**places // number.denominator
    sign, digits = ("-", -scaled) if scaled < 0 else ("", scaled)
    whole, rest = divmod(digits, 10**places)
    return f"{sign}{whole},{rest:0{places}d}"


def _decimal_places(denominator: int) -> int | None:
    for places in range(1, 7):
        if 10**places % denominator == 0:
            return places
    return None


def _told(values: Mapping[str, FactValue], name: str) -> Number | None:
    found = values.get(name)
    # What becomes of the points of a criterion that does not apply is told by its group.
    if found is None or isinstance(found, NotApplicable):
        return None
    if isinstance(found, bool) or not isinstance(found, int | Fraction):
        raise FactInvalid(f"fact {name!r} is {found!r}; a number is needed")
    return found
