"""Conditions in words, so that a reader can hold a rule against the text it cites."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from tusoi.engine import Text
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.explaining import NO, YES, fact_title, value_text
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import (
    CompareSpec,
    ConditionSpec,
    FactKind,
    GradesSpec,
    ScoreSpec,
    ShareSpec,
)


_BOUNDS: Final = {
    "is": Text("{}", "{}"),
    "one_of": Text("một trong: {}", "one of: {}"),
    "at_least": Text("từ {} trở lên", "{} or more"),
    "at_most": Text("không quá {}", "at most {}"),
    "above": Text("trên {}", "more than {}"),
    "below": Text("dưới {}", "less than {}"),
}
_GROUPS: Final = {
    "results": Text(
        "Các tiêu chí về kết quả thực hiện nhiệm vụ", "The criteria on results of duties"
    ),
    "others": Text("Các tiêu chí còn lại", "The other criteria"),
    "every": Text("Mọi tiêu chí", "Every criterion"),
}
_TOTAL: Final = Text("Tổng điểm", "Total score")
_ALL_OF_IT: Final = Text("đủ 100%", "all, 100%")
_POINTS: Final = Text("{} điểm", "{} points")
_MONTHS: Final = Text("{} tháng", "{} months")


def condition_text(rulebook: Rulebook, spec: ConditionSpec) -> Text:
    """Write a condition as one phrase, without a full stop."""
    if spec.all_ is not None:
        return _joined(rulebook, spec.all_, Text("; đồng thời ", "; and "))
    if spec.any_ is not None:
        return _joined(rulebook, spec.any_, Text("; hoặc ", "; or "))
    if spec.not_ is not None:
        if spec.not_.grades is not None:
            return _below(rulebook, spec.not_.grades)
        return fill(Text("không phải: {}", "not: {}"), _inner(rulebook, spec.not_))
    if spec.at_least_of is not None:
        words = Text("ít nhất {} trong các điều sau: {}", "at least {} of the following: {}")
        listed = _joined(rulebook, spec.at_least_of.of, Text("; ", "; "))
        return fill(words, plain(spec.at_least_of.count), listed)
    return _simple(rulebook, spec)


def fill(words: Text, *parts: Text) -> Text:
    """Put parts into a sentence, in both languages."""
    return Text(
        words.vi.format(*(one.vi for one in parts)),
        words.en.format(*(one.en or one.vi for one in parts)),
    )


def join(texts: Iterable[Text], between: Text) -> Text:
    found = list(texts)
    return Text(
        between.vi.join(one.vi for one in found),
        between.en.join(one.en or one.vi for one in found),
    )


def lowered(text: Text) -> Text:
    """Begin a text in small letters, to stand inside a phrase."""
    return Text(text.vi[:1].lower() + text.vi[1:], text.en[:1].lower() + text.en[1:])


def plain(value: object) -> Text:
    return Text(str(value), str(value))


def number_text(value: Fraction | int) -> Text:
    """Write a number as people read it: at most two decimals, with their own separator."""
    written = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return Text(written.replace(".", ","), written)


def _joined(rulebook: Rulebook, specs: Iterable[ConditionSpec], between: Text) -> Text:
    return join((_inner(rulebook, one) for one in specs), between)


def _inner(rulebook: Rulebook, spec: ConditionSpec) -> Text:
    words = condition_text(rulebook, spec)
    several = spec.all_ or spec.any_
    return fill(Text("({})", "({})"), words) if several and len(several) > 1 else words


def _simple(rulebook: Rulebook, spec: ConditionSpec) -> Text:
    if spec.grades is not None:
        return _grades(rulebook, spec.grades)
    if spec.share is not None:
        return _share(rulebook, spec.share)
    if spec.score is not None:
        return _score(rulebook, spec.score)
    if spec.compare is not None:
        return _compare(rulebook, spec.compare)
    return _fact(rulebook, spec)


def _grades(rulebook: Rulebook, spec: GradesSpec) -> Text:
    named = _named(rulebook, spec)
    grade = rulebook.grade(spec.at_least)
    if grade == rulebook.grades[0]:
        return fill(Text("{}: mức “{}”", "{}: “{}”"), named, grade.title)
    return fill(Text("{}: từ mức “{}” trở lên", "{}: “{}” or better"), named, grade.title)


def _below(rulebook: Rulebook, spec: GradesSpec) -> Text:
    """Say that not all of them reach the grade as a reader would: one is below it."""
    words = Text("{}: có tiêu chí dưới mức “{}”", "{}: one below “{}”")
    return fill(words, _named(rulebook, spec), rulebook.grade(spec.at_least).title)


def _named(rulebook: Rulebook, spec: GradesSpec) -> Text:
    # A title may hold commas.
    return join((_group(rulebook, one) for one in spec.of), Text("; ", "; "))


def _group(rulebook: Rulebook, name: str) -> Text:
    if name in _GROUPS:
        return _GROUPS[name]
    try:
        return rulebook.criterion(name).title
    except NotInRulebook:
        return fill(Text("Nhóm tiêu chí “{}”", "Criteria “{}”"), plain(name))


def _share(rulebook: Rulebook, spec: ShareSpec) -> Text:
    parts = join((fact_title(rulebook, one) for one in spec.of), Text(" + ", " + "))
    bounds = _given(spec, ("at_least", "at_most", "above", "below"))
    words = Text("{} so với {}: {}", "{} out of {}: {}")
    limit = _limits({name: _percent(value) for name, value in bounds.items()})
    whole = lowered(fact_title(rulebook, spec.out_of))
    return fill(words, parts, whole, _ALL_OF_IT if bounds == {"at_least": 1} else limit)


def _score(rulebook: Rulebook, spec: ScoreSpec) -> Text:
    bounds = _given(spec, ("at_least", "above", "at_most", "below"))
    limit = _limits({name: fill(_POINTS, number_text(one)) for name, one in bounds.items()})
    return fill(Text("{}: {}", "{}: {}"), score_title(rulebook, spec.of), limit)


def score_title(rulebook: Rulebook, name: str) -> Text:
    """Name what has points: the total, a group of criteria or one criterion."""
    if name == "total":
        return _TOTAL
    groups = (one for part in rulebook.content.criteria for one in part.score_groups)
    found = next((one.title for one in groups if one.id == name), None)
    return found or rulebook.criterion(name).title


def _compare(rulebook: Rulebook, spec: CompareSpec) -> Text:
    ((operator, other),) = spec.bounds.items()
    limit = fill(_BOUNDS[operator], fact_title(rulebook, other))
    return fill(Text("{}: {}", "{}: {}"), fact_title(rulebook, spec.fact), limit)


def _fact(rulebook: Rulebook, spec: ConditionSpec) -> Text:
    ((operator, bound),) = spec.bounds.items()
    title = fact_title(rulebook, spec.fact)
    if isinstance(bound, bool):
        return fill(Text("{}: {}", "{}: {}"), title, YES if bound else NO)
    if operator == "at_most" and bound == 0:
        return fill(Text("{}: không có", "{}: none"), title)
    values = bound if isinstance(bound, tuple) else (bound,)
    told = join((_value(rulebook, spec.fact, one) for one in values), Text(", ", ", "))
    return fill(Text("{}: {}", "{}: {}"), title, fill(_BOUNDS[operator], told))


def _value(rulebook: Rulebook, name: str, value: object) -> Text:
    kind = next((one.kind for one in rulebook.facts if one.name == name), None)
    words = value_text(rulebook, name, value)
    if kind is FactKind.MONTHS:
        return fill(_MONTHS, words)
    return fill(Text("mức “{}”", "“{}”"), words) if kind is FactKind.LEVEL else words


def _given(spec: object, names: Iterable[str]) -> dict[str, Fraction]:
    return {name: one for name in names if (one := getattr(spec, name)) is not None}


def _limits(bounds: Mapping[str, Text]) -> Text:
    said = (fill(_BOUNDS[name], value) for name, value in bounds.items())
    return join(said, Text(", ", ", "))


def _percent(value: Fraction) -> Text:
    return fill(Text("{}%", "{}%"), number_text(value * 100))
