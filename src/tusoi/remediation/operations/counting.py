"""Keeps the sums of the boards in step with the rows, for every unit above, in one transaction.

What is about to change is subtracted as it stands, changed, and added again: so the sums are
right whatever an operation does in between, and cost the same however many rows there are.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Final, Self

from tusoi.cycles.queries.sql import batches, execute, marks
from tusoi.remediation.enums import UNCHECKED_STATES, ActionState, ShortcomingState
from tusoi.remediation.models import (
    DUE_SPANS,
    NEVER,
    Acceptance,
    ActionLink,
    FollowedShortcoming,
    RemediationAction,
)


OPEN_ACTIONS: Final = (ActionState.PLANNED, ActionState.IN_HAND)
STATES: Final = tuple(state.value for state in ShortcomingState)


def _when(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


_OPEN: Final = f"f.state <> '{ShortcomingState.CLOSED.value}'"
# What each column of the sums adds for one shortcoming `f`, and for one action `a`.
OF_SHORTCOMING: Final = {
    "shortcomings": "1",
    **{state: _when(f"f.state = '{state}'") for state in STATES},
    "without_action": _when(f"NOT f.has_action AND {_OPEN}"),
    "without_owner": _when(f"f.lacks_owner AND {_OPEN}"),
    "without_measure": _when(f"f.lacks_measure AND {_OPEN}"),
    "vague": _when(f"f.is_vague AND {_OPEN}"),
    "repeated": _when("f.years_in_row > 1"),
    "effective": _when("f.verdict = 'effective'"),
    "partly": _when("f.verdict = 'partly'"),
}
_UNDONE: Final = "a.state IN ('planned', 'in_hand')"
OF_ACTION: Final = {
    "actions": _when("a.state <> 'dropped'"),
    "actions_planned": _when("a.state = 'planned'"),
    "actions_in_hand": _when("a.state = 'in_hand'"),
    "actions_done": _when("a.state = 'done'"),
    "actions_without_owner": _when(
        f"a.owner_person_id IS NULL AND a.owner_unit_id IS NULL AND {_UNDONE}"
    ),
    "actions_without_measure": _when(f"a.measure = '' AND {_UNDONE}"),
}
ROLLUP_COLUMNS: Final = (*OF_SHORTCOMING, *OF_ACTION)
DAY_COLUMNS: Final = ("shortcomings", *STATES)
# What shortcomings keep of their actions and acceptances.
DERIVED: Final = ("late_after", "has_action", "lacks_owner", "lacks_measure")
# The lengths of a day to which deadlines are summed: year, month, day.
SPANS: Final = "({})".format(" UNION ALL ".join(f"SELECT {one} AS n" for one in DUE_SPANS))
SHORTCOMINGS: Final = "remediation_followedshortcoming f"
ACTIONS: Final = (
    "remediation_remediationaction a JOIN remediation_remediationplan p ON p.id = a.plan_id"
)


def sums(source: dict[str, str], sign: int = 1) -> str:
    """Return the sums for every column of the roll-up; zero for those of the other kind."""
    one = "" if sign > 0 else "-"
    return ", ".join(
        f"{one}SUM({source[name]}) AS {name}" if name in source else f"0 AS {name}"
        for name in ROLLUP_COLUMNS
    )


def _onto(table: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns)


_KEYS: Final = "cycle_id, unit_id, topic, of_person"
_DUE_KEYS: Final = "cycle_id, unit_id, counted, span, period, topic, of_person"
_ROLLUP: Final = f"""
    INSERT INTO remediation_remedyrollup ({_KEYS}, {", ".join(ROLLUP_COLUMNS)})
    SELECT {{cycle}}, c.ancestor_id, {{topic}}, {{person}}, {{sums}}
    FROM {{source}}
    JOIN cycles_cycleclosure c ON c.cycle_id = {{cycle}} AND c.descendant_id = {{unit}}
    WHERE {{ids}}
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT ({_KEYS}) DO UPDATE SET {_onto("remediation_remedyrollup", ROLLUP_COLUMNS)}
"""  # noqa: S608 -- built of names of columns
_DUE: Final = f"""
    INSERT INTO remediation_remedydue ({_DUE_KEYS}, open)
    SELECT {{cycle}}, c.ancestor_id, {{counted}}, s.n,
           SUBSTR(CAST({{row}}.late_after AS text), 1, s.n),
           {{topic}}, {{person}}, {{sign}}COUNT(*)
    FROM {{source}}
    JOIN cycles_cycleclosure c ON c.cycle_id = {{cycle}} AND c.descendant_id = {{unit}}
    CROSS JOIN {SPANS} s
    WHERE {{ids}} AND {{row}}.late_after < '{NEVER.isoformat()}'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ({_DUE_KEYS})
    DO UPDATE SET open = remediation_remedydue.open + excluded.open
"""  # noqa: S608 -- built of names of columns
PARTS_OF_SHORTCOMING: Final = {
    "cycle": "f.cycle_id",
    "unit": "f.unit_id",
    "topic": "f.topic",
    "person": "(f.person_id IS NOT NULL)",
    "source": SHORTCOMINGS,
    "row": "f",
    "counted": "CASE WHEN f.state = 'done' THEN 'check' ELSE 'shortcoming' END",
}
PARTS_OF_ACTION: Final = {
    "cycle": "p.cycle_id",
    "unit": "p.unit_id",
    "topic": "''",
    "person": "(p.person_id IS NOT NULL)",
    "source": ACTIONS,
    "row": "a",
    "counted": "'action'",
}


def _count(ids: Sequence[int], parts: dict[str, str], columns: dict[str, str], sign: int) -> None:
    row = parts["row"]
    for batch in batches(ids):
        where = f"{row}.id IN ({marks(batch)})"
        execute(
            _ROLLUP.format(**parts, ids=where, sums=sums(columns, sign)),
            [*batch],
        )
        execute(_DUE.format(**parts, ids=where, sign="" if sign > 0 else "-"), [*batch])


def count_days(transition_ids: Sequence[int], *, sign: int = 1) -> None:
    """Add to the days of a unit, and of all above it, what these steps changed."""
    one = "" if sign > 0 else "-"
    columns = {
        "shortcomings": _when("t.from_state = ''"),
        **{
            state: _when(f"t.to_state = '{state}'") + " - " + _when(f"t.from_state = '{state}'")
            for state in STATES
        },
    }
    summed = ", ".join(f"{one}SUM({columns[name]})" for name in DAY_COLUMNS)
    for batch in batches(transition_ids):
        execute(
            f"""
            INSERT INTO remediation_remedyday
                (cycle_id, unit_id, of_person, day, {", ".join(DAY_COLUMNS)})
            SELECT f.cycle_id, c.ancestor_id, (f.person_id IS NOT NULL), t.day, {summed}
            FROM remediation_shortcomingtransition t
            JOIN {SHORTCOMINGS} ON f.id = t.shortcoming_id
            JOIN cycles_cycleclosure c ON c.cycle_id = f.cycle_id AND c.descendant_id = f.unit_id
            WHERE t.id IN ({marks(batch)})
            GROUP BY 1, 2, 3, 4
            ORDER BY 1, 2, 3, 4
            ON CONFLICT (cycle_id, unit_id, of_person, day)
            DO UPDATE SET {_onto("remediation_remedyday", DAY_COLUMNS)}
            """,  # noqa: S608 -- built of names of columns
            [*batch],
        )


class Recount:
    """What one operation changes: subtracted when touched, added again at the end."""

    def __init__(self) -> None:
        self._shortcomings: set[int] = set()
        self._actions: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def touch(self, shortcomings: Iterable[int] = (), actions: Iterable[int] = ()) -> None:
        """Lock rows that are about to change and take them out of the sums."""
        more = sorted(set(shortcomings) - self._shortcomings)
        list(FollowedShortcoming.objects.select_for_update().filter(pk__in=more).order_by("pk"))
        _count(more, PARTS_OF_SHORTCOMING, OF_SHORTCOMING, -1)
        self._shortcomings.update(more)
        other = sorted(set(actions) - self._actions)
        _count(other, PARTS_OF_ACTION, OF_ACTION, -1)
        self._actions.update(other)

    def add(self, shortcomings: Iterable[int] = (), actions: Iterable[int] = ()) -> None:
        """Count rows that were just made."""
        self._shortcomings.update(shortcomings)
        self._actions.update(actions)

    def forget(self, shortcoming_id: int) -> None:
        """Leave out a row that is about to be deleted."""
        self._shortcomings.discard(shortcoming_id)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            return
        shortcomings = sorted(self._shortcomings)
        refresh(shortcomings)
        _count(shortcomings, PARTS_OF_SHORTCOMING, OF_SHORTCOMING, 1)
        _count(sorted(self._actions), PARTS_OF_ACTION, OF_ACTION, 1)


def refresh(ids: Sequence[int]) -> None:
    """Work out again what follows from the actions and acceptances of these shortcomings."""
    for batch in batches(ids):
        FollowedShortcoming.objects.bulk_update(worked_out(batch), list(DERIVED))


def worked_out(ids: Sequence[int]) -> list[FollowedShortcoming]:
    """Return those of these shortcomings whose columns must change, changed, not yet saved."""
    rows = list(FollowedShortcoming.objects.filter(pk__in=ids).order_by("pk"))
    links: dict[int, list[RemediationAction]] = {one.pk: [] for one in rows}
    attempts = {one.pk: one.attempt for one in rows}
    for link in ActionLink.objects.filter(shortcoming__in=ids).select_related("action"):
        is_current = link.attempt == attempts[link.shortcoming_id]
        if is_current and link.action.state != ActionState.DROPPED:
            links[link.shortcoming_id].append(link.action)
    accepted = dict(
        Acceptance.objects.filter(
            granted_at__isnull=False, revoked_at__isnull=True, shortcoming__in=ids
        )
        .order_by("until")
        .values_list("shortcoming_id", "until")
    )
    changed = []
    for one in rows:
        before = [getattr(one, name) for name in DERIVED]
        _derive(one, links[one.pk], accepted.get(one.pk))
        if before != [getattr(one, name) for name in DERIVED]:
            changed.append(one)
    return changed


def _derive(
    one: FollowedShortcoming, actions: Sequence[RemediationAction], accepted: dt.date | None
) -> None:
    undone = [action for action in actions if action.state in OPEN_ACTIONS]
    one.has_action = bool(actions) and one.state != ShortcomingState.NOT_EFFECTIVE
    one.lacks_owner = any(
        action.owner_person_id is None and action.owner_unit_id is None for action in undone
    )
    one.lacks_measure = any(not action.measure for action in undone)
    one.late_after = NEVER
    if one.state == ShortcomingState.DONE and one.check_on is not None:
        one.late_after = one.check_on
    elif one.state in UNCHECKED_STATES:
        one.late_after = min((action.late_after for action in undone), default=NEVER)
    if accepted is not None and one.late_after < NEVER:
        one.late_after = max(one.late_after, accepted)
