"""A sheet as it stands in the file, before anything is understood."""

import datetime as dt
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field


Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta

MAX_BYTES = 20 * 1024 * 1024
MAX_SHEETS = 50
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What a table library leaves out of a sheet; places are (row, column) from 0."""

    hidden_rows: AbstractSet[int] = frozenset()
    error_cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    formulas_without_value: AbstractSet[tuple[int, int]] = frozenset()
    row_count: int = 0
    column_count: int = 0


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The filled rectangle of one sheet; `first_row` and `first_column` count from 0."""

    name: str
    rows: Sequence[Sequence[Value]]
    first_row: int = 0
    first_column: int = 0
    is_hidden: bool = False
    # Bounds of merged cells: ((top, left), (bottom, right)) in the sheet's own numbers.
    merges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True, slots=True)
class RawTable:
    """All sheets of one file."""

    sheets: Sequence[RawSheet]
    # Excel for the Mac long counted days from 1904.
    counts_from_1904: bool = False
