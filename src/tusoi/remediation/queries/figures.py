"""The figures of the boards: sums that operations keep, in a few statements at any size."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tusoi.access.enums import Permission
from tusoi.access.queries import scope_roots
from tusoi.cycles.models import CycleClosure, ReviewCycle
from tusoi.cycles.queries.sql import as_day, fetch, marks
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import CountedKind, ShortcomingState
from tusoi.remediation.models import DUE_SPANS
from tusoi.units.enums import Position
from tusoi.units.models import Post, UnitClosure


_STATES: Final = tuple(state.value for state in ShortcomingState)
COLUMNS: Final = (
    "shortcomings",
    *_STATES,
    "without_action",
    "without_owner",
    "without_measure",
    "vague",
    "repeated",
    "effective",
    "partly",
    "actions",
    "actions_planned",
    "actions_in_hand",
    "actions_done",
    "actions_without_owner",
    "actions_without_measure",
)
_SUMMED: Final = ", ".join(f"SUM(r.{name})" for name in COLUMNS)
# Past years, past months of this year, past days of this month. A table of ranges, so that each
# is looked up in the index; joined crosswise, as SQLite then takes the tables in the order
# written and this one first.
_LATE: Final = "({}) s".format(
    " UNION ALL ".join(
        f"SELECT {one} AS n, CAST(%s AS text) AS low, CAST(%s AS text) AS high"
        for one in DUE_SPANS
    )
)
_IN_RANGE: Final = "d.span = s.n AND d.period >= s.low AND d.period < s.high"


@dataclass
class Figures:
    """How what fell short stands: numbers of shortcomings, and of actions."""

    counts: dict[str, int] = field(default_factory=dict)
    # Work that should be done by now; checks of the effect that should be made; actions.
    late: int = 0
    checks_late: int = 0
    actions_late: int = 0

    def __getattr__(self, name: str) -> int:
        if name in COLUMNS:
            return self.counts.get(name, 0)
        raise AttributeError(name)

    @property
    def open(self) -> int:
        return self.shortcomings - self.closed

    @property
    def resolved(self) -> int:
        """Those on which everything is done, checked or not."""
        return self.done + self.effect_checked + self.closed

    @property
    def actions_open(self) -> int:
        return self.actions_planned + self.actions_in_hand

    def weight(self) -> tuple[int, int, int]:
        """Return by what the weakest come first."""
        return (-self.late, -self.without_action - self.not_effective, -self.open)

    def add(self, other: "Figures") -> None:
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.late += other.late
        self.checks_late += other.checks_late
        self.actions_late += other.actions_late


def _late_parameters(on: dt.date) -> list[str]:
    day = on.isoformat()
    return [
        edge
        for shorter, longer in itertools.pairwise((0, *DUE_SPANS))
        for edge in (day[:shorter], day[:longer])
    ]


def _of_people(with_people: bool) -> str:  # noqa: FBT001 -- a part of a statement
    return "" if with_people else "AND NOT {row}.of_person"


# -- a scope -------------------------------------------------------------------------------------


def board_roots(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None
) -> list[int]:
    """Return the topmost units of a cycle that the actor may see at and below a unit."""
    top = unit_id or cycle.root_id
    if actor.is_system:
        return [top]
    seen = list(
        scope_roots(actor, Permission.REMEDIATION_VIEW, on=on).values_list("pk", flat=True)
    )
    if UnitClosure.objects.filter(ancestor__in=seen, descendant=top).exists():
        return [top]
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=top, descendant__in=seen)
    return sorted(below.values_list("descendant", flat=True))


def figures_by_topic(
    cycle: ReviewCycle, unit_ids: Sequence[int], *, on: dt.date, with_people: bool = False
) -> dict[str, Figures]:
    """Return the figures at and below some units by topic, actions under no topic."""
    if not unit_ids:
        return {}
    found: dict[str, Figures] = {}
    people = _of_people(with_people)
    for topic, *counts in fetch(
        f"""
        SELECT r.topic, {_SUMMED} FROM remediation_remedyrollup r
        WHERE r.cycle_id = %s AND r.unit_id IN ({marks(unit_ids)}) {people.format(row="r")}
        GROUP BY r.topic
        """,  # noqa: S608 -- built of names of columns
        [cycle.pk, *unit_ids],
    ):
        found[topic] = Figures(dict(zip(COLUMNS, map(int, counts), strict=True)))
    for counted, topic, count in fetch(
        f"""
        SELECT d.counted, d.topic, SUM(d.open)
        FROM {_LATE} CROSS JOIN remediation_remedydue d
        WHERE d.cycle_id = %s AND d.unit_id IN ({marks(unit_ids)}) {people.format(row="d")}
            AND {_IN_RANGE}
        GROUP BY d.counted, d.topic
        """,  # noqa: S608 -- built of names of columns
        [*_late_parameters(on), cycle.pk, *unit_ids],
    ):
        _put_late(found.setdefault(topic, Figures()), counted, int(count))
    return found


def _put_late(figures: Figures, counted: str, count: int) -> None:
    if counted == CountedKind.ACTION:
        figures.actions_late += count
    elif counted == CountedKind.CHECK:
        figures.checks_late += count
    else:
        figures.late += count


def summed(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in figures:
        total.add(one)
    return total


@dataclass(frozen=True)
class BoardCounts:
    """How remedies stand below a unit."""

    actions: int
    open: int
    done: int
    overdue: int
    no_owner: int
    no_measure: int
    shortcomings: int
    without_action: int


def board_counts(
    actor: Account,
    cycle: ReviewCycle,
    *,
    on: dt.date,
    unit_id: int | None = None,
    with_people: bool = False,
) -> BoardCounts:
    """Read the sums of what the actor may see; as fast over a province as over a cell."""
    roots = board_roots(actor, cycle, on=on, unit_id=unit_id)
    total = summed(figures_by_topic(cycle, roots, on=on, with_people=with_people).values())
    return BoardCounts(
        actions=total.actions,
        open=total.actions_open,
        done=total.actions_done,
        overdue=total.actions_late,
        no_owner=total.actions_without_owner,
        no_measure=total.actions_without_measure,
        shortcomings=total.shortcomings,
        without_action=total.without_action,
    )


@dataclass(frozen=True)
class TopicCounts:
    topic: str
    shortcomings: int
    without_action: int
    overdue: int
    resolved: int

    @property
    def in_hand(self) -> int:
        return self.shortcomings - self.without_action - self.overdue - self.resolved


def counts_by_topic(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None
) -> list[TopicCounts]:
    """Return for each topic how many shortcomings stand how; each counts once."""
    roots = board_roots(actor, cycle, on=on, unit_id=unit_id)
    found = [
        TopicCounts(
            topic=topic,
            shortcomings=one.shortcomings,
            without_action=one.without_action,
            overdue=one.late,
            resolved=one.resolved,
        )
        for topic, one in figures_by_topic(cycle, roots, on=on).items()
        if one.shortcomings
    ]
    return sorted(found, key=lambda one: (-one.shortcomings, one.topic))


# -- a node with those directly below ------------------------------------------------------------


@dataclass
class RemedyNode:
    """A unit as it stood at opening, with the figures at and below it."""

    unit_id: int
    public_id: str
    parent_id: int | None
    name: str
    sort_key: str
    kind: str
    total: Figures = field(default_factory=Figures)
    by_topic: dict[str, Figures] = field(default_factory=dict)
    # Who can act there: the secretary, or who stands in.
    contact: Person | None = None

    def of(self, topic: str) -> Figures:
        return self.by_topic.get(topic, Figures())


@dataclass(frozen=True)
class RemedyBoard:
    node: RemedyNode
    # The weakest first.
    children: tuple[RemedyNode, ...]
    # Those that occur, the weakest first: the columns of the heat table.
    topics: tuple[str, ...]


_NODE: Final = "u.unit_id, x.public_id, u.parent_id, u.name, u.sort_key, u.kind"
_NODE_WIDTH: Final = 6


def remedy_board(
    cycle: ReviewCycle, unit_id: int, *, on: dt.date, with_people: bool = False
) -> RemedyBoard | None:
    """Read a unit and those directly below it with their topics; three statements at any size.

    The caller has asked whether the actor may see the unit.
    """
    people = _of_people(with_people)
    nodes = _nodes(
        fetch(
            f"""
            SELECT {_NODE}, r.topic, {_SUMMED}
            FROM cycles_cycleunit u
            JOIN units_unit x ON x.id = u.unit_id
            LEFT JOIN remediation_remedyrollup r
                ON r.cycle_id = u.cycle_id AND r.unit_id = u.unit_id {people.format(row="r")}
            WHERE u.cycle_id = %s AND (u.unit_id = %s OR u.parent_id = %s)
            GROUP BY {_NODE}, r.topic
            """,  # noqa: S608 -- built of names of columns
            [cycle.pk, unit_id, unit_id],
        )
    )
    if unit_id not in nodes:
        return None
    for child_id, counted, topic, count in fetch(
        f"""
        SELECT u.unit_id, d.counted, d.topic, SUM(d.open)
        FROM {_LATE}
        CROSS JOIN cycles_cycleunit u
        CROSS JOIN remediation_remedydue d
        WHERE u.cycle_id = %s AND (u.unit_id = %s OR u.parent_id = %s)
            AND d.cycle_id = u.cycle_id AND d.unit_id = u.unit_id {people.format(row="d")}
            AND {_IN_RANGE}
        GROUP BY u.unit_id, d.counted, d.topic
        """,  # noqa: S608 -- built of names of columns
        [*_late_parameters(on), cycle.pk, unit_id, unit_id],
    ):
        place = nodes[child_id]
        _put_late(place.by_topic.setdefault(topic, Figures()), counted, int(count))
    for one in nodes.values():
        one.total = summed(one.by_topic.values())
    _name_contacts(nodes)
    node = nodes.pop(unit_id)
    children = sorted(nodes.values(), key=lambda one: (one.total.weight(), one.sort_key))
    topics = [topic for topic, one in node.by_topic.items() if topic and one.shortcomings]
    topics.sort(key=lambda topic: (node.by_topic[topic].weight(), topic))
    return RemedyBoard(node, tuple(children), tuple(topics))


def _nodes(rows: Iterable[Sequence[Any]]) -> dict[int, RemedyNode]:
    nodes: dict[int, RemedyNode] = {}
    for row in rows:
        node = nodes.setdefault(row[0], RemedyNode(*row[:_NODE_WIDTH]))
        topic = row[_NODE_WIDTH]
        if topic is not None:
            counts = map(int, row[_NODE_WIDTH + 1 :])
            node.by_topic[topic] = Figures(dict(zip(COLUMNS, counts, strict=True)))
    return nodes


def _name_contacts(nodes: dict[int, RemedyNode]) -> None:
    held = (
        Post.objects.filter(
            unit__in=list(nodes),
            collective__isnull=True,
            valid_to__isnull=True,
            position__in=[Position.SECRETARY, Position.DEPUTY_SECRETARY],
        )
        .select_related("person")
        # A deputy is written before a secretary, so the secretary comes last and stays.
        .order_by("position", "-pk")
    )
    for post in held:
        nodes[post.unit_id].contact = post.person


# -- over the weeks ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RemedyWeek:
    """How many there were at the end of a week, a Sunday, and how they stood."""

    ends_on: dt.date
    counts: dict[str, int]

    @property
    def open(self) -> int:
        return self.counts["shortcomings"] - self.counts["closed"]


def weekly_remedies(
    cycle: ReviewCycle, unit_id: int, *, until: dt.date, with_people: bool = False
) -> list[RemedyWeek]:
    """Return how what fell short at and below a unit came to be put right; one statement."""
    names = ("shortcomings", *_STATES)
    rows = [
        (as_day(day), counts)
        for day, *counts in fetch(
            f"""
            SELECT r.day, {", ".join(f"SUM(r.{name})" for name in names)}
            FROM remediation_remedyday r
            WHERE r.cycle_id = %s AND r.unit_id = %s AND r.day <= %s
              {_of_people(with_people).format(row="r")}
            GROUP BY r.day ORDER BY r.day
            """,  # noqa: S608 -- built of names of columns
            [cycle.pk, unit_id, until],
        )
    ]
    state, weeks, place = dict.fromkeys(names, 0), [], 0
    for ends_on in _week_ends(rows[0][0], until) if rows and rows[0][0] else ():
        while place < len(rows) and (rows[place][0] or until) <= ends_on:
            for name, change in zip(names, rows[place][1], strict=True):
                state[name] += int(change)
            place += 1
        weeks.append(RemedyWeek(ends_on, dict(state)))
    return weeks


def _week_ends(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    day = first + dt.timedelta(days=6 - first.weekday())
    while day < last:
        yield day
        day += dt.timedelta(days=7)
    yield last


def counts_by_unit(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None, limit: int = 10
) -> list[RemedyNode]:
    """Return the units directly below those that the actor sees, the weakest first."""
    found: list[RemedyNode] = []
    for root in board_roots(actor, cycle, on=on, unit_id=unit_id)[:limit]:
        board = remedy_board(cycle, root, on=on)
        if board is not None:
            found += board.children or (board.node,)
    weak = [one for one in found if one.total.late or one.total.open or one.total.actions_late]
    return sorted(weak, key=lambda one: (one.total.weight(), one.sort_key))[:limit]
