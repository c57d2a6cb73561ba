"""Facts and findings in words that a reader of the screen understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tusoi.engine import TOTAL, Finding, Missing, NotApplicable, Outcome, Text, shown
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import FactKind


UNKNOWN = Text("chưa có thông tin", "not known yet")
NOT_APPLICABLE = Text("không áp dụng", "not applicable")
YES = Text("có", "yes")
NO = Text("không", "no")
GRADE_PREFIX = "grade."
SCORE_PREFIX = "score."
_TOTAL = f"{SCORE_PREFIX}{TOTAL}"
OWED_BY = {
    "application": Text("hệ thống (từ hồ sơ đang có)", "the application, from its records"),
    "review": Text(
        "người viết bản tự kiểm điểm; nếu bản không nói thì người lập hồ sơ đề nghị xếp loại",
        "the author of the self-review; where it is silent, whoever prepares the proposal",
    ),
    "person": Text("người lập hồ sơ đề nghị xếp loại", "whoever prepares the proposal"),
    "authority": Text("cấp có thẩm quyền kết luận", "the authority that concludes it"),
}
GRADED_BY = Text("đối tượng tự chấm, hội nghị góp ý", "the subject, heard by its meeting")
TOTAL_TITLE = Text("Tổng điểm", "Total points")


@dataclass(frozen=True)
class FactReading:
    """One fact a rule looked at: what it is called and what it was."""

    name: str
    title: Text
    value: Text
    is_missing: bool


@dataclass(frozen=True)
class MissingFact:
    """A fact that would settle something, and who owes it."""

    name: str
    title: Text
    owed_by: Text
    supplied_by: str


def missing_facts(rulebook: Rulebook, outcome: Outcome) -> tuple[MissingFact, ...]:
    """Name what is still needed, for a level or before anything is rated, and from whom."""
    names = dict.fromkeys([*outcome.missing_before_rating, *outcome.missing])
    return tuple(owed(rulebook, name) for name in names)


def owed(rulebook: Rulebook, name: str) -> MissingFact:
    title = fact_title(rulebook, name)
    spec = next((one for one in rulebook.facts if one.name == name), None)
    if spec is None:
        return MissingFact(name, title, GRADED_BY, "person")
    return MissingFact(name, title, spec.owed_by or OWED_BY[spec.supplied_by], spec.supplied_by)


def fact_title(rulebook: Rulebook, name: str) -> Text:
    """Name a fact: its title in facts.yaml, or that of the criterion whose grade it is."""
    if name.startswith(GRADE_PREFIX):
        return rulebook.criterion(name.removeprefix(GRADE_PREFIX)).title
    if name.startswith(SCORE_PREFIX):
        return _score_title(rulebook, name.removeprefix(SCORE_PREFIX))
    return next((one.title for one in rulebook.facts if one.name == name), Text(name))


def value_text(rulebook: Rulebook, name: str, value: object) -> Text:
    """Put a value in words, as the engine knows it or as a stored record spells it."""
    if _is_missing(value):
        return UNKNOWN
    if isinstance(value, NotApplicable) or value == str(NotApplicable()):
        return NOT_APPLICABLE
    if isinstance(value, bool):
        return YES if value else NO
    kind = _kind(rulebook, name)
    if kind in {FactKind.GRADE, FactKind.LEVEL, FactKind.CHOICE}:
        return _step_title(rulebook, kind, name, str(value))
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
            is_missing=_is_missing(value),
        )
        for name, value in _with_total(rulebook, tuple(facts_read))
    )


def _with_total(
    rulebook: Rulebook, facts_read: tuple[tuple[str, object], ...]
) -> tuple[tuple[str, object], ...]:
    """Add the groups of points up where nobody told the total and no group is missing."""
    groups = {
        f"{SCORE_PREFIX}{group.id}"
        for part in rulebook.content.criteria
        for group in part.score_groups
    }
    points = [value for name, value in facts_read if name in groups]
    if not points or any(map(_is_missing, points)):
        return facts_read
    total = sum((Fraction(str(value)) for value in points), Fraction())
    return tuple(
        (name, total if name == _TOTAL and _is_missing(value) else value)
        for name, value in facts_read
    )


def _is_missing(value: object) -> bool:
    return value is None or isinstance(value, Missing)


def explain(rulebook: Rulebook, finding: Finding) -> tuple[FactReading, ...]:
    return readings(rulebook, finding.facts_read)


def _score_title(rulebook: Rulebook, name: str) -> Text:
    if name == TOTAL:
        return TOTAL_TITLE
    groups = (one for part in rulebook.content.criteria for one in part.score_groups)
    found = next((one.title for one in groups if one.id == name), None)
    title = found or rulebook.criterion(name).title
    return Text(f"Điểm: {title.vi}", f"Points: {title.in_language('en')}")


def _step_title(rulebook: Rulebook, kind: FactKind | None, name: str, value: str) -> Text:
    if kind is FactKind.GRADE:
        return rulebook.grade(value).title
    if kind is FactKind.LEVEL:
        return rulebook.level(value).title
    spec = next(one for one in rulebook.facts if one.name == name)
    return next((one.title for one in spec.choices if one.id == value), Text(value))


def _kind(rulebook: Rulebook, name: str) -> FactKind | None:
    if name.startswith(GRADE_PREFIX):
        return FactKind.GRADE
    if name.startswith(SCORE_PREFIX):
        return FactKind.SCORE
    return next((one.kind for one in rulebook.facts if one.name == name), None)


def _number(kind: FactKind | None, value: object) -> Text:
    try:
        number = Fraction(str(value))
    except ValueError:
        return Text(str(value))
    if kind is FactKind.SCORE:
        return Text(shown(number), shown(number).replace(",", "."))
    number, unit = (number * 100, "%") if kind is FactKind.RATIO else (number, "")
    # People read one decimal; the record keeps the exact fraction.
    rounded = f"{float(number):.1f}".removesuffix(".0")
    return Text(f"{rounded.replace('.', ',')}{unit}", f"{rounded}{unit}")
