"""The sums of the boards can always be derived again from the rows."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries.sql import batches, execute, fetch
from tusoi.remediation.models import NEVER, FollowedShortcoming
from tusoi.remediation.operations.counting import (
    DAY_COLUMNS,
    DERIVED,
    OF_ACTION,
    OF_SHORTCOMING,
    PARTS_OF_ACTION,
    PARTS_OF_SHORTCOMING,
    ROLLUP_COLUMNS,
    SHORTCOMINGS,
    SPANS,
    STATES,
    sums,
    worked_out,
)


_KEYS: Final = {
    "remediation_remedyrollup": "cycle_id, unit_id, topic, of_person",
    "remediation_remedydue": "cycle_id, unit_id, counted, span, period, topic, of_person",
    "remediation_remedyday": "cycle_id, unit_id, of_person, day",
}
_COUNTS: Final = {
    "remediation_remedyrollup": ROLLUP_COLUMNS,
    "remediation_remedydue": ("open",),
    "remediation_remedyday": DAY_COLUMNS,
}


def _rows(parts: dict[str, str], columns: dict[str, str]) -> str:
    # Summed up per unit first: the tree then multiplies a few rows instead of every one.
    return f"""
        SELECT {parts["cycle"]} AS cycle_id, {parts["unit"]} AS unit_id,
               {parts["topic"]} AS topic, {parts["person"]} AS of_person, {sums(columns)}
        FROM {parts["source"]} WHERE {parts["cycle"]} = %s
        GROUP BY 1, 2, 3, 4
    """  # noqa: S608 -- built of names of columns


def _dues(parts: dict[str, str]) -> str:
    row = parts["row"]
    return f"""
        SELECT {parts["cycle"]} AS cycle_id, {parts["unit"]} AS unit_id,
               {parts["counted"]} AS counted, s.n AS span,
               SUBSTR(CAST({row}.late_after AS text), 1, s.n) AS period,
               {parts["topic"]} AS topic, {parts["person"]} AS of_person, COUNT(*) AS open
        FROM {parts["source"]} CROSS JOIN {SPANS} s
        WHERE {parts["cycle"]} = %s AND {row}.late_after < '{NEVER.isoformat()}'
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    """  # noqa: S608 -- built of names of columns


def _days() -> str:
    columns = [
        "SUM(CASE WHEN t.from_state = '' THEN 1 ELSE 0 END) AS shortcomings",
        *(
            f"SUM(CASE WHEN t.to_state = '{state}' THEN 1 ELSE 0 END"
            f" - CASE WHEN t.from_state = '{state}' THEN 1 ELSE 0 END) AS {state}"
            for state in STATES
        ),
    ]
    return f"""
        SELECT f.cycle_id AS cycle_id, f.unit_id AS unit_id,
               (f.person_id IS NOT NULL) AS of_person, t.day AS day, {", ".join(columns)}
        FROM remediation_shortcomingtransition t JOIN {SHORTCOMINGS} ON f.id = t.shortcoming_id
        WHERE f.cycle_id = %s
        GROUP BY 1, 2, 3, 4
    """  # noqa: S608 -- built of names of columns


_BY_UNIT: Final = {
    "remediation_remedyrollup": f"""
        {_rows(PARTS_OF_SHORTCOMING, OF_SHORTCOMING)}
        UNION ALL {_rows(PARTS_OF_ACTION, OF_ACTION)}
    """,
    "remediation_remedydue": f"""
        {_dues(PARTS_OF_SHORTCOMING)} UNION ALL {_dues(PARTS_OF_ACTION)}
    """,
    "remediation_remedyday": _days(),
}
_NAMED: Final = {
    "remediation_remedyrollup": 2,
    "remediation_remedydue": 2,
    "remediation_remedyday": 1,
}


def _truth(table: str) -> str:
    keys = [name for name in _KEYS[table].split(", ") if name not in {"cycle_id", "unit_id"}]
    named = ", ".join(f"x.{name}" for name in keys)
    summed = ", ".join(f"SUM(x.{name}) AS {name}" for name in _COUNTS[table])
    return f"""
        SELECT x.cycle_id, c.ancestor_id AS unit_id, {named}, {summed}
        FROM ({_BY_UNIT[table]}) x
        JOIN cycles_cycleclosure c ON c.cycle_id = x.cycle_id AND c.descendant_id = x.unit_id
        GROUP BY x.cycle_id, c.ancestor_id, {named}
    """  # noqa: S608 -- built of names of columns


@dataclass(frozen=True)
class RemedyDifference:
    """A row of the sums that is not what the rows say; stored minus derived."""

    table: str
    unit_id: int
    key: str
    surplus: dict[str, int]


@transaction.atomic
def rebuild_remedies(*, cycle_id: int, check_only: bool = False) -> list[RemedyDifference]:
    """Compare the sums of the boards with the rows; mend them unless only asked to check.

    For the command line: figures derive from rows, so there is nothing to permit.
    """
    ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    found = _astray(cycle_id, mend=not check_only)
    for table in _KEYS:
        found += _differences(table, cycle_id)
    if found and not check_only:
        fill_tables(cycle_id)
    return found


def fill_tables(cycle_id: int) -> None:
    """Derive the three tables of a cycle from the rows, whatever stands in them."""
    for table, keys in _KEYS.items():
        execute(f"DELETE FROM {table} WHERE cycle_id = %s", [cycle_id])  # noqa: S608 -- ours
        columns = ", ".join(_COUNTS[table])
        execute(
            f"INSERT INTO {table} ({keys}, {columns}) {_ordered(table)}",
            [cycle_id] * _NAMED[table],
        )


def _ordered(table: str) -> str:
    columns = ", ".join((_KEYS[table], *_COUNTS[table]))
    return f"SELECT {columns} FROM ({_truth(table)}) y"  # noqa: S608 -- built of names of columns


def _differences(table: str, cycle_id: int) -> list[RemedyDifference]:
    """Lay the stored rows beside the derived ones with the opposite sign; all must cancel out."""
    keys, counts = _KEYS[table], _COUNTS[table]
    negative = ", ".join(f"-t.{name} AS {name}" for name in counts)
    summed = ", ".join(f"SUM(x.{name}) AS {name}" for name in counts)
    differs = " OR ".join(f"SUM(x.{name}) <> 0" for name in counts)
    rows = fetch(
        f"""
        SELECT {keys}, {summed} FROM (
            SELECT {keys}, {", ".join(counts)} FROM {table} WHERE cycle_id = %s
            UNION ALL
            SELECT {keys}, {negative} FROM ({_truth(table)}) t
        ) x GROUP BY {keys} HAVING {differs} ORDER BY {keys}
        """,  # noqa: S608 -- built of names of tables and columns
        [cycle_id] * (_NAMED[table] + 1),
    )
    return [_difference(table, row) for row in rows]


def _difference(table: str, row: tuple[Any, ...]) -> RemedyDifference:
    counts = _COUNTS[table]
    figures = row[-len(counts) :]
    return RemedyDifference(
        table=table,
        unit_id=row[1],
        key=" ".join(str(part) for part in row[2 : -len(counts)]),
        surplus={name: int(n) for name, n in zip(counts, figures, strict=True) if n},
    )


def _ids(cycle_id: int) -> list[int]:
    rows = FollowedShortcoming.objects.filter(cycle=cycle_id).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _astray(cycle_id: int, *, mend: bool) -> list[RemedyDifference]:
    """Find shortcomings whose own columns disagree with their actions and acceptances."""
    found = []
    for batch in batches(_ids(cycle_id)):
        changed = worked_out(batch)
        found += [
            RemedyDifference("remediation_followedshortcoming", one.unit_id, str(one.pk), {})
            for one in changed
        ]
        if mend:
            FollowedShortcoming.objects.bulk_update(changed, list(DERIVED))
    return found
