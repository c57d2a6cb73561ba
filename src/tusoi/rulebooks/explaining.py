"""Facts and findings in words that a reader of the screen understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tusoi.engine import Finding, Missing, NotApplicable, Text
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import FactKind


UNKNOWN = Text("chưa có thông tin", "not known yet")
NOT_APPLICABLE = Text("không áp dụng", "not applicable")
YES = Text("có", "yes")
NO = Text("không", "no")
GRADE_PREFIX = "grade."


@dataclass(frozen=True)
class FactReading:
    """One fact a rule looked at: what it is called and what it was."""

    name: str
    title: Text
    value: Text
    is_missing: bool


def fact_title(rulebook: Rulebook, name: str) -> Text:
    """Name a fact: its title in facts.yaml, or that of the criterion whose grade it is."""
    if name.startswith(GRADE_PREFIX):
        return rulebook.criterion(name.removeprefix(GRADE_PREFIX)).title
    return next((one.title for one in rulebook.facts if one.name == name), Text(name))


def value_text(rulebook: Rulebook, name: str, value: object) -> Text:
    """Put a value in words, as the engine knows it or as a stored record spells it."""
    if value is None or isinstance(value, Missing):
        return UNKNOWN
    if isinstance(value, NotApplicable) or value == str(NotApplicable()):
        return NOT_APPLICABLE
    if isinstance(value, bool):
        return YES if value else NO
    kind = _kind(rulebook, name)
    if kind is FactKind.GRADE:
        return rulebook.grade(str(value)).title
    if kind is FactKind.LEVEL:
        return rulebook.level(str(value)).title
    return _number(kind, value)


def readings(
    rulebook: Rulebook, facts_read: Iterable[tuple[str, object]]
) -> tuple[FactReading, ...]:
    """Put the facts of a finding in words.

    Takes `finding.facts_read`, or the items of `facts` in a stored record of it.
    """
    return tuple(
        FactReading(
            name=name,
            title=fact_title(rulebook, name),
            value=value_text(rulebook, name, value),
            is_missing=value is None or isinstance(value, Missing),
        )
        for name, value in facts_read
    )


def explain(rulebook: Rulebook, finding: Finding) -> tuple[FactReading, ...]:
    return readings(rulebook, finding.facts_read)


def _kind(rulebook: Rulebook, name: str) -> FactKind | None:
    if name.startswith(GRADE_PREFIX):
        return FactKind.GRADE
    return next((one.kind for one in rulebook.facts if one.name == name), None)


def _number(kind: FactKind | None, value: object) -> Text:
    try:
        number = Fraction(str(value))
    except ValueError:
        return Text(str(value))
    number, unit = (number * 100, "%") if kind is FactKind.RATIO else (number, "")
    # People read one decimal; the record keeps the exact fraction.
    rounded = f"{float(number):.1f}".removesuffix(".0")
    return Text(f"{rounded.replace('.', ',')}{unit}", f"{rounded}{unit}")
