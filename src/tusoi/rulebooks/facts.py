"""Facts as JSON, YAML or a person writes them, made into facts the engine can read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from tusoi.engine import (
    NOT_APPLICABLE,
    FactInvalid,
    FactValue,
    NotApplicable,
    ScoreSheet,
    Text,
    score_fact,
    shown,
)
from tusoi.engine.conditions import grade_fact
from tusoi.rulebooks.schema import Criterion, FactKind, FactSpec, parse_ratio, parse_score


COUNTED = {FactKind.COUNT, FactKind.MONTHS, FactKind.RATIO, FactKind.SCORE}


@dataclass(frozen=True)
class FactReader:
    """Everything that can be a fact of one rulebook, by name."""

    specs: tuple[FactSpec, ...]
    criteria: tuple[Criterion, ...]
    sheets: tuple[ScoreSheet, ...]
    grades: tuple[str, ...]
    levels: tuple[str, ...]

    @cached_property
    def kinds(self) -> dict[str, FactKind]:
        scored = {name for one in self.sheets for name in one.intervals({})}
        return {
            **{one.name: one.kind for one in self.specs},
            **{grade_fact(one.id): FactKind.GRADE for one in self.criteria},
            **{score_fact(name): FactKind.SCORE for name in scored},
        }

    def unknown(self, names: Iterable[str]) -> list[str]:
        return sorted(set(names) - self.kinds.keys())

    def read(self, record: Mapping[str, object]) -> dict[str, FactValue]:
        """Read what is known by name; a value that can't be is refused.

        Raises:
            FactInvalid: a value of another kind than facts.yaml says, or beyond its bounds.
        """
        return {name: self._read(name, value) for name, value in record.items()}

    def _read(self, name: str, value: object) -> FactValue:
        if isinstance(value, NotApplicable) or value == str(NOT_APPLICABLE):
            return NOT_APPLICABLE
        kind = self.kinds[name]
        if kind is FactKind.BOOLEAN:
            return value if isinstance(value, bool) else self._refused(name, value)
        if kind in COUNTED:
            return self._number(name, kind, value)
        known = self._choices(name, kind)
        return value if isinstance(value, str) and value in known else self._refused(name, value)

    def _choices(self, name: str, kind: FactKind) -> tuple[str, ...]:
        if kind is FactKind.CHOICE:
            return tuple(one.id for one in self._spec(name).choices)
        return self.levels if kind is FactKind.LEVEL else self.grades

    def _number(self, name: str, kind: FactKind, value: object) -> FactValue:
        try:
            number = parse_score(value) if kind is FactKind.SCORE else parse_ratio(value)
        except ValueError:
            return self._refused(name, value)
        if kind is FactKind.COUNT and number.denominator != 1:
            return self._refused(name, value)
        least, most = self._bounds(name)
        if number < least or (most is not None and number > most):
            self._beyond(name, number, least, most)
        return number.numerator if number.denominator == 1 else number

    def _bounds(self, name: str) -> tuple[Fraction, Fraction | None]:
        spec = next((one for one in self.specs if one.name == name), None)
        if spec is None:
            return Fraction(0), None
        return Fraction(0) if spec.min is None else spec.min, spec.max

    def _spec(self, name: str) -> FactSpec:
        return next(one for one in self.specs if one.name == name)

    def title(self, name: str) -> Text:
        """Name a fact as the screen does."""
        spec = next((one for one in self.specs if one.name == name), None)
        if spec:
            return spec.title
        wanted = name.partition(".")[2]
        return next((one.title for one in self.criteria if one.id == wanted), Text(name, name))

    def _refused(self, name: str, value: object) -> FactValue:
        kind, title = self.kinds[name], self.title(name)
        expected = _EXPECTED[kind]
        raise FactInvalid(
            f"fact {name!r} is {value!r}; its kind is {kind.value}",
            Text(
                f"“{title.vi}” ghi là “{value}”; cần {expected.vi}.",
                f"“{title.in_language('en')}” is given as “{value}”; it needs {expected.en}.",
            ),
        )

    def _beyond(self, name: str, number: Fraction, least: Fraction, most: Fraction | None) -> None:
        title, found = self.title(name), shown(number)
        upper = ("", "") if most is None else (f" đến {shown(most)}", f" to {shown(most)}")
        raise FactInvalid(
            f"fact {name!r} is {number}; it goes from {least} to {most}",
            Text(
                f"“{title.vi}” ghi là {found}; chỉ nhận giá trị từ {shown(least)}{upper[0]}.",
                f"“{title.in_language('en')}” is given as {found}; it goes from "
                f"{shown(least)}{upper[1]}.",
            ),
        )


_EXPECTED = {
    FactKind.BOOLEAN: Text("có hoặc không (true, false)", "yes or no (true, false)"),
    FactKind.COUNT: Text("một số nguyên", "a whole number"),
    FactKind.MONTHS: Text("số tháng", "a number of months"),
    FactKind.RATIO: Text("tỷ lệ như 40% hoặc 2/5", "a share such as 40% or 2/5"),
    FactKind.SCORE: Text("số điểm như 8,5", "points such as 8.5"),
    FactKind.GRADE: Text("một mức của tiêu chí", "a grade"),
    FactKind.LEVEL: Text("một mức xếp loại", "a level"),
    FactKind.CHOICE: Text("một lựa chọn trong danh sách", "one of the choices"),
}
