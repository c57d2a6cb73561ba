"""The progress tables can always be derived again from the dossiers and their facts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries.sql import COUNTS, STEPS, execute, fetch


_COLUMNS: Final = ", ".join(COUNTS)
_NO_STEPS: Final = ", ".join(f"0 AS {step}" for step in STEPS)
_BY_STEP: Final = ", ".join(
    f"CASE WHEN f.step = '{step}' THEN f.delta ELSE 0 END AS {step}" for step in STEPS
)
_BY_STEP_UNDONE: Final = ", ".join(
    f"CASE WHEN f.step = '{step}' THEN -f.delta ELSE 0 END AS {step}" for step in STEPS
)
_SUMS: Final = ", ".join(f"SUM(x.{name}) AS {name}" for name in COUNTS)
# Where every dossier counted, from which day to before which day: its own place, and those that
# it had before it was handed over or counted again.
_PLACES: Final = """
    SELECT o.id, o.unit_id, o.subject_kind, o.added_on AS begins, o.cancelled_on AS ends
    FROM cycles_obligation o WHERE o.cycle_id = %s
    UNION ALL
    SELECT o.id, e.unit_id, o.subject_kind, e.counted_from, e.counted_to
    FROM cycles_earlierplace e JOIN cycles_obligation o ON o.id = e.obligation_id
    WHERE o.cycle_id = %s
"""
# Every change that a dossier brings about on a day. It brings the facts it has along when its
# place begins, and takes them away when that ends.
_CHANGES: Final = f"""
    SELECT p.unit_id, p.subject_kind, p.begins AS day, 1 AS expected, {_NO_STEPS}
    FROM ({_PLACES}) p
    UNION ALL
    SELECT p.unit_id, p.subject_kind, p.ends, -1, {_NO_STEPS}
    FROM ({_PLACES}) p WHERE p.ends IS NOT NULL
    UNION ALL
    SELECT p.unit_id, p.subject_kind, CASE WHEN f.day > p.begins THEN f.day ELSE p.begins END,
           0, {_BY_STEP}
    FROM ({_PLACES}) p JOIN cycles_obligationfact f ON f.obligation_id = p.id
    WHERE p.ends IS NULL OR f.day < p.ends
    UNION ALL
    SELECT p.unit_id, p.subject_kind, p.ends, 0, {_BY_STEP_UNDONE}
    FROM ({_PLACES}) p JOIN cycles_obligationfact f ON f.obligation_id = p.id
    WHERE f.day < p.ends
"""  # noqa: S608 -- built of names of columns
# How often the cycle is named in the changes, and once more for the tree.
_NAMED: Final = 4 * 2 + 1
# Summed up per unit first: the tree then multiplies a few rows instead of every dossier.
_BY_UNIT: Final = f"""
    SELECT x.unit_id, x.subject_kind, x.day, {_SUMS}
    FROM ({_CHANGES}) x
    GROUP BY x.unit_id, x.subject_kind, x.day
"""  # noqa: S608 -- built of names of columns
_TRUTH: Final = {
    "cycles_progressday": f"""
        SELECT c.cycle_id, c.ancestor_id AS unit_id, x.subject_kind, x.day, {_SUMS}
        FROM ({_BY_UNIT}) x
        JOIN cycles_cycleclosure c ON c.cycle_id = %s AND c.descendant_id = x.unit_id
        GROUP BY c.cycle_id, c.ancestor_id, x.subject_kind, x.day
    """,  # noqa: S608 -- built of names of columns
    "cycles_progressrollup": f"""
        SELECT c.cycle_id, c.ancestor_id AS unit_id, x.subject_kind, {_SUMS}
        FROM ({_BY_UNIT}) x
        JOIN cycles_cycleclosure c ON c.cycle_id = %s AND c.descendant_id = x.unit_id
        GROUP BY c.cycle_id, c.ancestor_id, x.subject_kind
    """,  # noqa: S608 -- built of names of columns
}
_KEYS: Final = {
    "cycles_progressrollup": "cycle_id, unit_id, subject_kind",
    "cycles_progressday": "cycle_id, unit_id, subject_kind, day",
}


@dataclass(frozen=True)
class Difference:
    """A row of a progress table that is not what the facts say; stored minus derived."""

    table: str
    unit_id: int
    subject_kind: str
    day: str
    surplus: dict[str, int]


@transaction.atomic
def rebuild_progress(*, cycle_id: int, check_only: bool = False) -> list[Difference]:
    """Compare the progress tables with the facts; mend them unless only asked to check.

    For the command line: figures derive from facts, so there is nothing to permit.
    """
    ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    found = [*_differences("cycles_progressrollup", cycle_id), *_facts_astray(cycle_id)]
    found += _differences("cycles_progressday", cycle_id)
    if found and not check_only:
        rebuild_tables(cycle_id)
    return found


def count_opening(cycle_id: int, day: dt.date) -> None:
    """Fill the empty progress tables of a cycle that opens: all expected, nothing done."""
    keys = _KEYS["cycles_progressday"]
    nothing = ", ".join("0" for _step in STEPS)
    execute(
        f"""
        INSERT INTO cycles_progressday ({keys}, {_COLUMNS})
        SELECT c.cycle_id, c.ancestor_id, x.subject_kind, %s, SUM(x.expected), {nothing}
        FROM (
            SELECT unit_id, subject_kind, COUNT(*) AS expected FROM cycles_obligation
            WHERE cycle_id = %s GROUP BY unit_id, subject_kind
        ) x
        JOIN cycles_cycleclosure c ON c.cycle_id = %s AND c.descendant_id = x.unit_id
        GROUP BY c.cycle_id, c.ancestor_id, x.subject_kind
        """,  # noqa: S608 -- built of names of columns
        [day, cycle_id, cycle_id],
    )
    _sum_up_days(cycle_id)


def rebuild_tables(cycle_id: int) -> None:
    """Derive the day table from the facts, and the roll-up from the day table."""
    for table in _TRUTH:
        execute(f"DELETE FROM {table} WHERE cycle_id = %s", [cycle_id])  # noqa: S608 -- ours
    days = _KEYS["cycles_progressday"]
    execute(
        f"INSERT INTO cycles_progressday ({days}, {_COLUMNS}) {_TRUTH['cycles_progressday']}",
        [cycle_id] * _NAMED,
    )
    _sum_up_days(cycle_id)


def _sum_up_days(cycle_id: int) -> None:
    rollup = _KEYS["cycles_progressrollup"]
    execute(
        f"""
        INSERT INTO cycles_progressrollup ({rollup}, {_COLUMNS})
        SELECT x.cycle_id, x.unit_id, x.subject_kind, {_SUMS}
        FROM cycles_progressday x WHERE x.cycle_id = %s
        GROUP BY x.cycle_id, x.unit_id, x.subject_kind
        """,  # noqa: S608 -- built of names of columns
        [cycle_id],
    )


def _differences(table: str, cycle_id: int) -> list[Difference]:
    """Lay the stored rows beside the derived ones with the opposite sign; all must cancel out."""
    keys = _KEYS[table]
    negative = ", ".join(f"-t.{name} AS {name}" for name in COUNTS)
    differs = " OR ".join(f"SUM(x.{name}) <> 0" for name in COUNTS)
    rows = fetch(
        f"""
        SELECT {keys}, {_SUMS} FROM (
            SELECT {keys}, {_COLUMNS} FROM {table} WHERE cycle_id = %s
            UNION ALL
            SELECT {keys}, {negative} FROM ({_TRUTH[table]}) t
        ) x GROUP BY {keys} HAVING {differs} ORDER BY {keys}
        """,  # noqa: S608 -- built of names of tables and columns
        [cycle_id] * (_NAMED + 1),
    )
    return [_difference(table, row) for row in rows]


def _difference(table: str, row: tuple[Any, ...]) -> Difference:
    counts = row[-len(COUNTS) :]
    return Difference(
        table=table,
        unit_id=row[1],
        subject_kind=row[2],
        day=str(row[3]) if table == "cycles_progressday" else "",
        surplus={name: int(count) for name, count in zip(COUNTS, counts, strict=True) if count},
    )


def _facts_astray(cycle_id: int) -> list[Difference]:
    """Find dossiers whose columns disagree with the facts kept about them."""
    held = {step: f"{step}_at IS NOT NULL" for step in STEPS} | {"late": "was_late"}
    columns = ", ".join(
        f"CASE WHEN o.{condition} THEN 1 ELSE 0 END AS {step}" for step, condition in held.items()
    )
    sums = ", ".join(f"SUM(x.{step})" for step in STEPS)
    differs = " OR ".join(f"SUM(x.{step}) <> 0" for step in STEPS)
    rows = fetch(
        f"""
        SELECT x.unit_id, x.subject_kind, {sums} FROM (
            SELECT o.id, o.unit_id, o.subject_kind, {columns}
            FROM cycles_obligation o WHERE o.cycle_id = %s
            UNION ALL
            SELECT o.id, o.unit_id, o.subject_kind, {_BY_STEP_UNDONE}
            FROM cycles_obligationfact f JOIN cycles_obligation o ON o.id = f.obligation_id
            WHERE o.cycle_id = %s
        ) x GROUP BY x.id, x.unit_id, x.subject_kind HAVING {differs}
        """,  # noqa: S608 -- built of names of columns
        [cycle_id, cycle_id],
    )
    return [
        Difference(
            table="cycles_obligation",
            unit_id=row[0],
            subject_kind=row[1],
            day="",
            surplus={step: int(n) for step, n in zip(STEPS, row[2:], strict=True) if n},
        )
        for row in rows
    ]
