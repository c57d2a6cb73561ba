"""Keeps the roll-up and the day table in step with the facts, for every unit above a subject."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from tusoi.cycles.queries.sql import COUNTS, batches, execute, marks


_COLUMNS: Final = ", ".join(COUNTS)


def _add_onto(table: str) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in COUNTS)


# Ordered, so that two transactions take the locks of the same ancestors in the same order.
_ROLLUP: Final = f"""
    INSERT INTO cycles_progressrollup (cycle_id, unit_id, subject_kind, {_COLUMNS})
    SELECT o.cycle_id, c.ancestor_id, o.subject_kind, {{counts}}
    FROM cycles_obligation o
    JOIN cycles_cycleclosure c ON c.cycle_id = o.cycle_id AND c.descendant_id = o.unit_id
    WHERE o.id IN ({{ids}})
    GROUP BY o.cycle_id, c.ancestor_id, o.subject_kind
    ORDER BY o.cycle_id, c.ancestor_id, o.subject_kind
    ON CONFLICT (cycle_id, unit_id, subject_kind)
    DO UPDATE SET {_add_onto("cycles_progressrollup")}
"""  # noqa: S608 -- built of names of columns
_DAY: Final = f"""
    INSERT INTO cycles_progressday (cycle_id, unit_id, subject_kind, day, {_COLUMNS})
    SELECT o.cycle_id, c.ancestor_id, o.subject_kind, %s, {{counts}}
    FROM cycles_obligation o
    JOIN cycles_cycleclosure c ON c.cycle_id = o.cycle_id AND c.descendant_id = o.unit_id
    WHERE o.id IN ({{ids}})
    GROUP BY o.cycle_id, c.ancestor_id, o.subject_kind
    ORDER BY o.cycle_id, c.ancestor_id, o.subject_kind
    ON CONFLICT (cycle_id, unit_id, subject_kind, day)
    DO UPDATE SET {_add_onto("cycles_progressday")}
"""  # noqa: S608 -- built of names of columns


def count_change(
    *, obligation_ids: Sequence[int], change: Mapping[str, int], day: dt.date
) -> None:
    """Add the same change of every one of these dossiers to all units above them."""
    counts = ", ".join(f"{int(change.get(name, 0))} * COUNT(*)" for name in COUNTS)
    for batch in batches(obligation_ids):
        ids = marks(batch)
        execute(_ROLLUP.format(counts=counts, ids=ids), [*batch])
        execute(_DAY.format(counts=counts, ids=ids), [day, *batch])
