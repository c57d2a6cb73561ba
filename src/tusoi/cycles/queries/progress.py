"""How far a unit and those directly below it are: read from the roll-up, never by a walk."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Final, NamedTuple

from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries.sql import COUNTS, as_day, fetch


_STORED: Final = ", ".join(f"r.{name}" for name in COUNTS)
_SUMMED: Final = ", ".join(f"SUM(r.{name})" for name in COUNTS)
_NODE: Final = "u.unit_id, x.public_id, u.parent_id, u.name, u.sort_key, u.kind"
_NODE_WIDTH: Final = 6
_KINDS: Final = {kind.value: kind for kind in SubjectKind}
_NOW: Final = f"""
    SELECT {_NODE}, r.subject_kind, {_STORED}
    FROM cycles_cycleunit u
    JOIN units_unit x ON x.id = u.unit_id
    LEFT JOIN cycles_progressrollup r ON r.cycle_id = u.cycle_id AND r.unit_id = u.unit_id
    WHERE u.cycle_id = %s AND (u.unit_id = %s OR u.parent_id = %s)
"""  # noqa: S608 -- built of names of columns
_PAST: Final = f"""
    SELECT {_NODE}, r.subject_kind, {_SUMMED}
    FROM cycles_cycleunit u
    JOIN units_unit x ON x.id = u.unit_id
    LEFT JOIN cycles_progressday r
        ON r.cycle_id = u.cycle_id AND r.unit_id = u.unit_id AND r.day <= %s
    WHERE u.cycle_id = %s AND (u.unit_id = %s OR u.parent_id = %s)
    GROUP BY {_NODE}, r.subject_kind
"""  # noqa: S608 -- built of names of columns


_PLACES: Final = {name: place for place, name in enumerate(COUNTS)}
_NOTHING: Final = (0,) * len(COUNTS)


class Counts(NamedTuple):
    """How many dossiers are expected, and how many have reached each step."""

    # In the order of COUNTS.
    figures: tuple[int, ...] = _NOTHING

    @property
    def expected(self) -> int:
        return self.figures[0]

    def done(self, step: str) -> int:
        return self.figures[_PLACES[step]]

    def is_complete(self, step: str) -> bool:
        return self.done(step) >= self.expected

    @property
    def steps(self) -> dict[str, int]:
        return dict(zip(COUNTS[1:], self.figures[1:], strict=True))

    def plus(self, other: "Counts") -> "Counts":
        return Counts(tuple(map(add, self.figures, other.figures)))


def summed(counts: Iterable[Counts]) -> Counts:
    return reduce(Counts.plus, counts, Counts())


class Node(NamedTuple):
    """A unit as it stood at opening, with the counts at and below it by kind of subject.

    A tuple, as it is made several times as fast as a frozen class.
    """

    unit_id: int
    public_id: str
    parent_id: int | None
    name: str
    sort_key: str
    kind: str
    counts: dict[SubjectKind, Counts]

    def of(self, kind: SubjectKind) -> Counts:
        return self.counts.get(kind, Counts())

    @property
    def total(self) -> Counts:
        return summed(self.counts.values())

    def share(self, step: str) -> float:
        """Return the part done, for sorting; a unit from which nothing is due comes last."""
        total = self.total
        return total.done(step) / total.expected if total.expected else 1.0


@dataclass(frozen=True)
class Progress:
    node: Node
    children: tuple[Node, ...]
    # Empty: as it is now.
    as_of: dt.date | None = None

    @property
    def kinds(self) -> tuple[SubjectKind, ...]:
        """The kinds of subject that are expected here at all, in their order."""
        return tuple(kind for kind in SubjectKind if self.node.of(kind).expected)

    def below(self, kind: SubjectKind) -> Counts:
        """Return what is expected below, without the organisation itself."""
        if kind in ORGANIZATION_KINDS:
            return summed(child.of(kind) for child in self.children)
        return self.node.of(kind)

    def is_ready(self, step: str) -> bool:
        """Say whether nothing expected below is still open for a step."""
        return all(self.below(kind).is_complete(step) for kind in SubjectKind)


def progress_of(cycle: ReviewCycle, unit_id: int, as_of: dt.date | None = None) -> Progress | None:
    """Read a unit and those directly below it, now or at the end of a past day.

    One statement; nothing if the unit is no part of the cycle.
    """
    if as_of is None:
        rows = fetch(_NOW, [cycle.pk, unit_id, unit_id])
    else:
        rows = fetch(_PAST, [as_of, cycle.pk, unit_id, unit_id])
    nodes = _nodes(rows)
    if unit_id not in nodes:
        return None
    node = nodes.pop(unit_id)
    # Sorted here: a few nodes are less to sort than their rows, one for each kind of subject.
    children = sorted(nodes.values(), key=lambda one: (one.sort_key, one.unit_id))
    return Progress(node=node, children=tuple(children), as_of=as_of)


def _nodes(rows: Iterable[Sequence[Any]]) -> dict[int, Node]:
    nodes: dict[int, Node] = {}
    for row in rows:
        node = nodes.get(row[0])
        if node is None:
            unit_id, public_id, parent_id, name, sort_key, place = row[:_NODE_WIDTH]
            node = Node(unit_id, public_id, parent_id, name, sort_key, place, {})
            nodes[unit_id] = node
        kind = row[_NODE_WIDTH]
        if kind is not None:
            node.counts[_KINDS[kind]] = Counts(tuple(row[_NODE_WIDTH + 1 :]))
    return nodes


@dataclass(frozen=True)
class Week:
    """The state at the end of a week, a Sunday, or of the last day asked about."""

    ends_on: dt.date
    # Expected and done, by kind of subject.
    counts: Mapping[SubjectKind, tuple[int, int]]

    def done(self, kind: SubjectKind) -> int:
        return self.counts.get(kind, (0, 0))[1]

    def expected(self, kind: SubjectKind) -> int:
        return self.counts.get(kind, (0, 0))[0]


def weekly_progress(
    cycle: ReviewCycle, unit_id: int, step: ProgressStep, *, until: dt.date
) -> list[Week]:
    """Return how the counts of a step came over the weeks at a unit; one statement."""
    rows = fetch(
        f"""
        SELECT day, subject_kind, expected, {ProgressStep(step).value}
        FROM cycles_progressday
        WHERE cycle_id = %s AND unit_id = %s AND day <= %s
        ORDER BY day
        """,  # noqa: S608 -- the name of a column, out of an enumeration
        [cycle.pk, unit_id, until],
    )
    weeks: list[Week] = []
    state: dict[SubjectKind, tuple[int, int]] = {}
    waiting = deque((as_day(row[0]), *row[1:]) for row in rows)
    for ends_on in _week_ends(waiting[0][0], until) if waiting else ():
        while waiting and waiting[0][0] <= ends_on:
            _day, kind, more_expected, more_done = waiting.popleft()
            expected, done = state.get(_KINDS[kind], (0, 0))
            state[_KINDS[kind]] = (expected + more_expected, done + more_done)
        weeks.append(Week(ends_on, dict(state)))
    return weeks


def _week_ends(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    day = first + dt.timedelta(days=6 - first.weekday())
    while day < last:
        yield day
        day += dt.timedelta(days=7)
    yield last
