"""What the set-based statements share; the same text runs on SQLite and PostgreSQL."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db import connection

from tusoi.cycles.enums import ProgressStep


STEPS: Final = tuple(step.value for step in ProgressStep)
# The columns of the progress tables.
COUNTS: Final = ("expected", *STEPS)
# Both databases take far more parameters; a batch of this size is already fast.
BATCH: Final = 500


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement and say how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def fetch(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def batches(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def as_day(value: Any) -> dt.date | None:
    """Read a date out of a statement; SQLite hands it over as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
