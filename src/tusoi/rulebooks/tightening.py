"""Whether an overlay keeps what its parent holds fast: stricter is allowed, looser is not.

Conditions are compared by how they are written. What is in fact stricter but written in
another way is refused; writing the parent's condition beside the new one always works.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tusoi.engine import RuleKind, Severity
from tusoi.rulebooks.checking_links import problem
from tusoi.rulebooks.errors import Problem
from tusoi.rulebooks.reading import Path
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import (
    ConditionSpec,
    Criterion,
    Due,
    FactBound,
    QuotaSpec,
    RuleSpec,
    ScoreSpec,
    Setting,
    ShareSpec,
    Sourced,
    parse_ratio,
)


Ranks = Mapping[str, int]
Bound = Any

# What an overlay may always say anew, since it changes nobody's rating.
_WORDS: Final = frozenset(
    {"title", "help", "explanation", "why", "cites", "status", "topic", "short_title", "group"}
)
_LISTS: Final = (
    *("levels", "rules", "participation", "comments", "quotas", "settings", "stages"),
    *("orders", "deadlines", "duties", "rerating", "documents", "forms", "questions"),
)


def loosened(parent: Rulebook, child: Rulebook) -> Iterator[tuple[Path, Problem]]:
    """Find everything fixed that the child has made looser."""
    ranks = _ranks(parent)
    for key in _LISTS:
        old = {one.id: one for one in getattr(parent.content, key)}
        for place, one in enumerate(getattr(child.content, key)):
            before = old.get(one.id)
            if before is not None and before.fixed and before != one:
                yield from _looser((key, place), before, one, ranks)
    yield from _criteria(parent, child, ranks)
    yield from _added(parent, child)


def _looser(
    path: Path, before: Sourced, after: Sourced, ranks: Ranks
) -> Iterator[tuple[Path, Problem]]:
    changed = {
        name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)
    } - _WORDS
    check = _CHECKS.get(type(before), _default_holds)
    for name in sorted(changed):
        if not check(name, before, after, ranks):
            yield (
                path,
                problem(
                    found=f"another {name.rstrip('_')} for what the parent holds fixed",
                    expected="it as in the parent, or stricter",
                    remedy="Leave it out, or write the parent's beside the new one under `all:` "
                    "(`any:` in a trigger).",
                    subject=getattr(after, "id", ""),
                ),
            )


def _criteria(parent: Rulebook, child: Rulebook, ranks: Ranks) -> Iterator[tuple[Path, Problem]]:
    old = {one.subject_class: one for one in parent.content.criteria}
    for place, one in enumerate(child.content.criteria):
        before = old.get(one.subject_class)
        if before is None:
            continue
        for key in ("criteria", "score_groups"):
            known = {part.id: part for part in getattr(before, key)}
            for number, part in enumerate(getattr(one, key)):
                was = known.get(part.id)
                if was is not None and was.fixed and was != part:
                    yield from _looser(("criteria", place, key, number), was, part, ranks)


def _added(parent: Rulebook, child: Rulebook) -> Iterator[tuple[Path, Problem]]:
    """Nobody is taken out of a review, and no fact read otherwise, by an overlay."""
    known = [(one.id, one.if_, one.review, one.rate) for one in parent.participation]
    for place, one in enumerate(child.participation):
        same = (one.id, one.if_, one.review, one.rate) in known
        if not same and not (one.review and one.rate):
            yield (
                ("participation", place),
                problem(
                    found="a rule that takes somebody out of the review or the rating",
                    expected="only rules of the parent to do that",
                    remedy="Delete it, or write it as `kind: notes`.",
                    subject=one.id,
                ),
            )
    kinds = {one.name: one.kind for one in parent.facts}
    for place, fact in enumerate(child.facts):
        if kinds.get(fact.name, fact.kind) is not fact.kind:
            yield (
                ("facts", place),
                problem(
                    found=f"the fact {fact.name} as {fact.kind.value}",
                    expected=f"{kinds[fact.name].value}, as in the parent",
                    remedy="Give the new fact another name.",
                    subject=fact.name,
                ),
            )


def _ranks(rulebook: Rulebook) -> Ranks:
    steps = [one.id for one in rulebook.levels], [one.id for one in rulebook.grades]
    return {name: len(scale) - place for scale in steps for place, name in enumerate(scale)}


# One function for each kind of part: whether a changed field is no looser than before.


def _rule_holds(name: str, before: Any, after: Any, ranks: Ranks) -> bool:
    if name in {"requires", "if_"}:
        return _condition_holds(before, after, ranks)
    if name == "severity":
        return bool(after.severity is Severity.BLOCK)
    if name == "applies_to":
        return set(before.applies_to) <= set(after.applies_to)
    if name == "presumption":
        return _presumption_holds(before, after)
    return False


def _condition_holds(before: RuleSpec, after: RuleSpec, ranks: Ranks) -> bool:
    old, new = before.condition, after.condition
    if old is None or new is None:
        # A bound without a condition of its own concerns everybody.
        return new is None
    if before.kind in {RuleKind.REQUIREMENT, RuleKind.PRECONDITION}:
        return implies(new, old, ranks)
    return implies(old, new, ranks)


def _presumption_holds(before: RuleSpec, after: RuleSpec) -> bool:
    if after.presumption is None:
        return True
    old = before.presumption.grounds if before.presumption else ()
    return set(after.presumption.grounds) <= set(old)


def _quota_holds(name: str, before: Any, after: Any, _ranks: Ranks) -> bool:
    if name == "ratio":
        return bool(after.ratio <= before.ratio)
    if name == "exception":
        return after.exception is None or (
            before.exception is not None
            and after.exception.ratio <= before.exception.ratio
            and after.exception.fact == before.exception.fact
        )
    return name == "group_title"


def _setting_holds(name: str, before: Any, after: Any, _ranks: Ranks) -> bool:
    if name == "choices":
        return {one.id for one in after.choices} <= {one.id for one in before.choices}
    return name in {"default", "decided_by"}


def _criterion_holds(name: str, before: Any, _after: Any, _ranks: Ranks) -> bool:
    # Where the parent gives no points of its own, the overlay is meant to.
    return name == "max_score" and before.max_score is None


def _default_holds(name: str, before: Any, after: Any, _ranks: Ranks) -> bool:
    if name == "due":
        return before.due is None or (
            after.due is not None and _day(after.due) <= _day(before.due)
        )
    if name in {"notice_working_days", "duration_days"}:
        return (getattr(after, name) or 0) >= (getattr(before, name) or 0)
    if name == "severity":
        return bool(after.severity is Severity.BLOCK)
    if name == "mandatory":
        return bool(after.mandatory)
    if name == "inputs":
        return set(before.inputs) <= set(after.inputs)
    return False


def _day(due: Due) -> tuple[int, int, int]:
    return due.years_later, due.month, due.day


_CHECKS: Final[Mapping[type, Callable[[str, Any, Any, Ranks], bool]]] = {
    RuleSpec: _rule_holds,
    QuotaSpec: _quota_holds,
    Setting: _setting_holds,
    Criterion: _criterion_holds,
}


# Whether one condition implies another


def implies(one: ConditionSpec, other: ConditionSpec, ranks: Ranks) -> bool:
    """Say whether the other is sure to hold whenever the one does, as far as one can see."""
    if one == other:
        return True
    if other.all_ is not None:
        return all(implies(one, part, ranks) for part in other.all_)
    if one.any_ is not None:
        return all(implies(part, other, ranks) for part in one.any_)
    if one.all_ is not None and any(implies(part, other, ranks) for part in one.all_):
        return True
    if other.any_ is not None:
        return any(implies(one, part, ranks) for part in other.any_)
    return _leaf_implies(one, other, ranks)


def _leaf_implies(one: ConditionSpec, other: ConditionSpec, ranks: Ranks) -> bool:
    if one.fact and one.fact == other.fact and one.not_applicable == other.not_applicable:
        return _bounds_imply(_Bounds.of_fact(one, ranks), _Bounds.of_fact(other, ranks))
    if one.score and other.score and one.score.of == other.score.of:
        return _bounds_imply(_Bounds.of(one.score), _Bounds.of(other.score))
    if one.share and other.share and _same_share(one.share, other.share):
        return _bounds_imply(_Bounds.of(one.share), _Bounds.of(other.share))
    if one.grades and other.grades:
        wider = set(one.grades.of) >= set(other.grades.of)
        return wider and ranks.get(one.grades.at_least, 0) >= ranks.get(other.grades.at_least, 0)
    return False


def _same_share(one: ShareSpec, other: ShareSpec) -> bool:
    return (set(one.of), one.out_of, one.when_empty) == (
        set(other.of),
        other.out_of,
        other.when_empty,
    )


@dataclass(frozen=True)
class _Bounds:
    """A range; the flags say that its end is left out."""

    low: Bound = None
    low_open: bool = False
    high: Bound = None
    high_open: bool = False

    @classmethod
    def of(cls, spec: ScoreSpec | ShareSpec) -> "_Bounds":
        low = spec.at_least if spec.above is None else spec.above
        high = spec.at_most if spec.below is None else spec.below
        return cls(low, spec.above is not None, high, spec.below is not None)

    @classmethod
    def of_fact(cls, spec: ConditionSpec, ranks: Ranks) -> "_Bounds | None":
        if spec.is_ is not None and not isinstance(spec.is_, bool):
            value = _value(spec.is_, ranks)
            return cls(value, low_open=False, high=value) if value is not None else None
        ends = {
            name: _value(bound, ranks)
            for name, bound in spec.bounds.items()
            if not isinstance(bound, tuple) and name != "is"
        }
        if not ends or None in ends.values():
            return None
        low = ends.get("at_least", ends.get("above"))
        high = ends.get("at_most", ends.get("below"))
        return cls(low, "above" in ends, high, "below" in ends)


def _value(bound: FactBound, ranks: Ranks) -> Bound:
    if isinstance(bound, str) and bound in ranks:
        return ranks[bound]
    try:
        return parse_ratio(bound)
    except ValueError:
        return None


def _bounds_imply(one: _Bounds | None, other: _Bounds | None) -> bool:
    if one is None or other is None:
        return False
    low = other.low is None or (
        one.low is not None
        and (one.low > other.low or (one.low == other.low and one.low_open >= other.low_open))
    )
    high = other.high is None or (
        one.high is not None
        and (
            one.high < other.high or (one.high == other.high and one.high_open >= other.high_open)
        )
    )
    return low and high
