"""The floor of the rules: a member's conditions under 132 and 366, written by hand in Python.

Not what anybody should maintain, and without a word of explanation; it only shows how fast
the same three-valued answers can be had. A test holds that they are the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from tusoi.engine import NOT_APPLICABLE


Values = Mapping[str, Any]
Answers = tuple[tuple[int, ...], tuple[int, ...]]

_FAILS, _UNDECIDED, _HOLDS = 0, 1, 2
_RANK: Final = {"excellent": 3, "good": 2, "fair": 1, "poor": 0}
_LEVEL: Final = {"excellent": 3, "good": 2, "satisfactory": 1, "unsatisfactory": 0}
_OTHERS: Final = (
    "grade.member-political-thought",
    "grade.member-ethics-lifestyle",
    "grade.member-discipline",
    "grade.member-working-style",
    "grade.member-earlier-shortcomings",
)
_RESULTS: Final = ("grade.member-assigned-duties",)
_GOOD, _FAIR, _EXCELLENT = 2, 1, 3
_MONTHS: Final = 3
_TOP, _MIDDLE, _PASS = 90, 70, 50


class Impossible(Exception):
    """Facts that cannot be."""


def _grades(values: Values, names: tuple[str, ...], least: int) -> int:
    worst = _HOLDS
    for name in names:
        found = values.get(name)
        if found is None:
            worst = min(worst, _UNDECIDED)
        elif found is not NOT_APPLICABLE and _RANK[found] < least:
            return _FAILS
    return worst


def _is(values: Values, name: str, *, wanted: bool = True) -> int:
    found = values.get(name)
    if found is None or found is NOT_APPLICABLE:
        return _UNDECIDED
    return _HOLDS if found is wanted else _FAILS


def _served(values: Values, least: int) -> int:
    """Not in public service, or rated there at least so."""
    free = _is(values, "is-civil-servant", wanted=False)
    level = values.get("civil-service-level")
    if level is None:
        return max(free, _UNDECIDED)
    if level is NOT_APPLICABLE or _LEVEL[level] >= least:
        return _HOLDS
    return free


def _at_least(values: Values, name: str, bound: int) -> int:
    found = values.get(name)
    if found is None or found is NOT_APPLICABLE:
        return _UNDECIDED
    return _HOLDS if found >= bound else _FAILS


def member_132(values: Values) -> Answers:
    """Return, best level first, what binds and what is advised."""
    ratio = values.get("task-completion-ratio")
    half = _UNDECIDED if ratio is None or ratio is NOT_APPLICABLE else 2 * (ratio * 2 < 1)
    servant = _is(values, "is-civil-servant")
    level = values.get("civil-service-level")
    failed = _UNDECIDED if level is None else 2 * (level == "unsatisfactory")
    closed = max(
        _is(values, "degradation-concluded"),
        half,
        min(servant, failed),
        _is(values, "disciplined-in-year"),
    )
    satisfactory = _HOLDS - closed
    good = min(satisfactory, _HOLDS - _at_least(values, "sick-leave-months", _MONTHS))
    excellent = min(
        good,
        _is(values, "outstanding-confirmed"),
        _grades(values, _RESULTS, _EXCELLENT),
        _grades(values, _OTHERS, _GOOD),
        _served(values, _EXCELLENT),
    )
    soft = min(satisfactory, _grades(values, _RESULTS + _OTHERS, _FAIR), _served(values, 1))
    softer = min(
        good,
        soft,
        _grades(values, _RESULTS, _GOOD),
        _grades(values, _OTHERS, _FAIR),
        _served(values, _GOOD),
    )
    binding = excellent, good, satisfactory, _HOLDS - satisfactory
    return binding, (min(excellent, softer), softer, soft, _HOLDS - soft)


def _points(values: Values) -> tuple[Any, Any]:
    least: Any = 0
    most: Any = 0
    for name, whole in (("score.general", 30), ("score.tasks", 70)):
        found = values.get(name)
        if found is None or found is NOT_APPLICABLE:
            most += whole
            continue
        if not 0 <= found <= whole:
            raise Impossible(name)
        least += found
        most += found
    total = values.get("score.total")
    if total is None:
        return least, most
    if not least <= total <= most:
        raise Impossible("score.total")
    return total, total


def _share(values: Values, part: str, whole: str, *, empty: int = _UNDECIDED) -> Any:
    """Return part and whole, or the answer where there is nothing to compare."""
    all_of_it = values.get(whole)
    if all_of_it == 0 or all_of_it is NOT_APPLICABLE:
        return empty
    found = values.get(part)
    if all_of_it is None or found is None:
        return _UNDECIDED
    found = 0 if found is NOT_APPLICABLE else found
    if found > all_of_it:
        raise Impossible(part)
    return found, all_of_it


def _refuse(values: Values) -> None:
    for part, whole in (
        ("tasks-done-count", "tasks-assigned-count"),
        ("tasks-late-count", "tasks-assigned-count"),
        ("tasks-exceeded-count", "tasks-done-count"),
        ("faults-remedied-count", "faults-pointed-out-count"),
    ):
        some, most = values.get(part), values.get(whole)
        if some is None or most is None or NOT_APPLICABLE in {some, most}:
            continue
        if some > most:
            raise Impossible(part)


def member_366(values: Values) -> Answers:
    """Return, best level first, what binds and what is advised."""
    least, most = _points(values)
    _refuse(values)

    def reaches(bound: int) -> int:
        return _HOLDS if least >= bound else _UNDECIDED if most >= bound else _FAILS

    done = _share(values, "tasks-done-count", "tasks-assigned-count")
    late = _share(values, "tasks-late-count", "tasks-assigned-count")
    beyond = _share(values, "tasks-exceeded-count", "tasks-assigned-count")
    mended = _share(values, "faults-remedied-count", "faults-pointed-out-count", empty=_HOLDS)
    all_done = done if isinstance(done, int) else 2 * (done[0] >= done[1])
    undone = done if isinstance(done, int) else 2 * (done[0] * 2 < done[1])
    few_late = late if isinstance(late, int) else 2 * (late[0] * 5 <= late[1])
    exceeded = beyond if isinstance(beyond, int) else 2 * (beyond[0] * 10 >= beyond[1] * 3)
    remedied = mended if isinstance(mended, int) else 2 * (mended[0] >= mended[1])
    none_late = values.get("tasks-late-count")
    on_time = _UNDECIDED if none_late in {None, NOT_APPLICABLE} else 2 * (none_late == 0)
    elsewhere = values.get("violation-at-previous-unit")
    here = _HOLDS if elsewhere in {False, NOT_APPLICABLE} else _UNDECIDED - bool(elsewhere)
    closed = max(
        _is(values, "degradation-concluded"),
        min(_is(values, "duty-discipline-in-year"), here),
        _is(values, "forbidden-acts-concluded"),
        _is(values, "exemplary-breach-concluded"),
        undone,
    )
    satisfactory = min(_HOLDS - closed, reaches(_PASS), all_done, few_late)
    good = min(satisfactory, reaches(_MIDDLE), all_done, on_time)
    excellent = min(good, reaches(_TOP), exceeded, remedied)
    lowest = max(closed, _HOLDS - reaches(_PASS))
    binding = excellent, good, satisfactory, lowest
    return binding, binding
