"""Find the list in a sheet: its heading row, its columns, its rows; then read them."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tusoi.core.text import display_name, search_key
from tusoi.imports.reading import legacy
from tusoi.imports.reading.cells import CellReader, shown_value
from tusoi.imports.reading.columns import ORDINALS, Field, ListKind, field_of, heading_key
from tusoi.imports.reading.files import open_table
from tusoi.imports.reading.findings import Finding, Place, Remark
from tusoi.imports.reading.raw import RawSheet, RawTable, Value
from tusoi.imports.reading.rows import (
    PersonRow,
    RowReader,
    UnitRow,
    read_person,
    read_unit,
)


_HEADING_DEPTH: Final = 60
_MIN_KNOWN: Final = 2
_MAX_FILL: Final = 200_000
_TOTALS: Final = re.compile(
    r"(?:tong cong|tong so|cong|tong|nguoi lap|lap bieu|t m |tm |noi nhan|ghi chu|danh sach nay)\b"
)
_LEADING_NUMBER: Final = re.compile(r"^\s*(?:[IVXLC]+|[A-Z]|\d+)\s*[.)/\-]\s*")
_TITLE_OF_UNIT: Final = ("chi bo", "dang bo", "dang uy", "to dang")
# The sheet of our own template that tells how to fill in the others, in either language.
_GUIDES: Final = frozenset({("huong dan", "cach dien"), ("instructions", "how to fill in")})
_CODES: Final = (Field.CODE, Field.UNIT_CODE, Field.PARENT_CODE, Field.CARD_NUMBER)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the list starts and which column holds what; columns count from the first filled."""

    kind: ListKind
    top: int
    depth: int
    columns: Mapping[Field, int]
    unused: Mapping[int, str] = field(default_factory=dict)
    doubled: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class ReadTable:
    """Everything understood from a file, and every remark on it."""

    units: list[UnitRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    unit_fields: set[Field] = field(default_factory=set)
    people_fields: set[Field] = field(default_factory=set)

    @property
    def problems(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.is_problem]


def read_table_file(content: bytes, *, filename: str, on: dt.date) -> ReadTable:
    """Read a workbook or text table; `on` is the day of the import, after which nothing may lie.

    Raises:
        UnreadableFile: the file cannot be opened at all.
    """
    return read_table(open_table(content, filename=filename), on=on)


def read_table(table: RawTable, *, on: dt.date) -> ReadTable:
    result = ReadTable()
    found_list = False
    for sheet in table.sheets:
        heading = find_heading(sheet)
        if heading is None:
            _remark_skipped(result, sheet)
            continue
        found_list = True
        _SheetReader(sheet, heading, result).read(on=on, from_1904=table.counts_from_1904)
    if not found_list:
        name = table.sheets[0].name if table.sheets else ""
        result.remarks.append(Remark(Finding.NO_KNOWN_SHEET, Place(name)))
    return result


def _remark_skipped(result: ReadTable, sheet: RawSheet) -> None:
    if sheet.rows and not _is_guide(sheet):
        result.remarks.append(Remark(Finding.SHEET_SKIPPED, Place(sheet.name)))


def _is_guide(sheet: RawSheet) -> bool:
    first = next(iter(sheet.rows[0]), "")
    return (search_key(sheet.name), search_key(_as_text(first))) in _GUIDES


def find_heading(sheet: RawSheet) -> Heading | None:
    """Return the heading row (or two) that names the most columns, or None."""
    best: Heading | None = None
    for top in range(min(_HEADING_DEPTH, len(sheet.rows))):
        for depth in (1, 2):
            for kind in ListKind:
                heading = _heading_at(sheet, kind=kind, top=top, depth=depth)
                if heading and (best is None or len(heading.columns) > len(best.columns)):
                    best = heading
    return best


def _heading_at(sheet: RawSheet, *, kind: ListKind, top: int, depth: int) -> Heading | None:
    labels = _labels(sheet, top=top, depth=depth)
    columns: dict[Field, int] = {}
    unused: dict[int, str] = {}
    doubled: dict[int, str] = {}
    for column, candidates in enumerate(labels):
        found = next((f for key in candidates if (f := field_of(kind, key))), None)
        if found is None:
            if candidates and candidates[0] not in ORDINALS:
                unused[column] = candidates[0]
        elif found not in columns:
            columns[found] = column
        elif not _parts_of_name(columns, found, column):
            doubled[column] = candidates[0]
    if len(columns) < _MIN_KNOWN or not _is_list(kind, columns):
        return None
    return Heading(kind, top, depth, columns, unused, doubled)


def _parts_of_name(columns: dict[Field, int], found: Field, column: int) -> bool:
    """Take two neighbouring columns under one "Họ và tên" as family name and given name."""
    if found is not Field.NAME or columns[found] != column - 1 or Field.GIVEN_NAME in columns:
        return False
    columns[Field.FAMILY_NAME] = columns.pop(Field.NAME)
    columns[Field.GIVEN_NAME] = column
    return True


def _is_list(kind: ListKind, columns: Mapping[Field, int]) -> bool:
    if kind is ListKind.UNITS:
        return Field.NAME in columns and bool(
            columns.keys() & {Field.PARENT_CODE, Field.PARENT_NAME, Field.KIND, Field.CODE}
        )
    is_named = Field.NAME in columns or {Field.FAMILY_NAME, Field.GIVEN_NAME} <= columns.keys()
    return is_named and bool(
        columns.keys() & {Field.BIRTH_ON, Field.ADMITTED_ON, Field.CARD_NUMBER, Field.BIRTH_OF_MAN}
    )


def _labels(sheet: RawSheet, *, top: int, depth: int) -> list[list[str]]:
    """Return for each column the keys it may be known by, most telling first."""
    upper = _spread(sheet, top)
    texts = [_as_text(value) for row in sheet.rows[top : top + depth] for value in row]
    proven = legacy.encoding_of(texts)
    if depth == 1 or top + 1 >= len(sheet.rows):
        own = [heading_key(_as_text(value), proven) for value in sheet.rows[top]]
        merged = [heading_key(text, proven) for text in upper]
        # The second half of a merged "Họ và tên" has no label of its own.
        return [[key for key in (o or m,) if key] for o, m in zip(own, merged, strict=True)]
    lower = [_as_text(value) for value in sheet.rows[top + 1]]
    return [
        [key for key in _keys_of(over, under, proven) if key]
        for over, under in zip(upper, lower, strict=True)
    ]


def _keys_of(over: str, under: str, proven: legacy.Encoding) -> Iterator[str]:
    yield heading_key(f"{over} {under}", proven)
    yield heading_key(under, proven)
    if not under:
        yield heading_key(over, proven)


def _spread(sheet: RawSheet, top: int) -> list[str]:
    """Return the texts of a row with merged cells repeated over the columns they cover."""
    texts = [_as_text(value) for value in sheet.rows[top]]
    for (first_row, first), (last_row, last) in sheet.merges:
        if not first_row <= top + sheet.first_row <= last_row or first == last:
            continue
        start = first - sheet.first_column
        for column in range(max(start, 0), min(last - sheet.first_column + 1, len(texts))):
            texts[column] = texts[start] if start >= 0 else ""
    return texts


def _as_text(value: Value) -> str:
    return value if isinstance(value, str) else ""


class _SheetReader:
    """Walks the rows below a heading."""

    def __init__(self, sheet: RawSheet, heading: Heading, result: ReadTable) -> None:
        self._sheet = sheet
        self._heading = heading
        self._result = result
        self._group_title: str | None = None

    def read(self, *, on: dt.date, from_1904: bool) -> None:
        cells = CellReader(sheet=self._sheet.name, on=on, counts_from_1904=from_1904)
        cells.remarks = self._result.remarks
        self._remark_layout()
        rows = self._filled_rows()
        reader = RowReader(
            cells=cells,
            kind=self._heading.kind,
            columns=self._heading.columns,
            widths=self._code_widths(rows),
            encodings=self._encodings(rows),
            offset=self._sheet.first_column,
        )
        self._known_fields().update(self._heading.columns)
        for number, row in rows:
            reader.turn_to(row, number)
            self._read_row(reader)

    def _known_fields(self) -> set[Field]:
        is_people = self._heading.kind is ListKind.PEOPLE
        return self._result.people_fields if is_people else self._result.unit_fields

    def _remark(
        self, finding: Finding, row: int | None, column: int | None, **values: str
    ) -> None:
        self._result.remarks.append(Remark(finding, Place(self._sheet.name, row, column), values))

    def _remark_layout(self) -> None:
        if self._sheet.is_hidden:
            self._remark(Finding.HIDDEN_SHEET, None, None)
        row = self._sheet.first_row + self._heading.top + 1
        first = self._sheet.first_column
        for finding, columns in (
            (Finding.COLUMN_UNUSED, self._heading.unused),
            (Finding.COLUMN_TWICE, self._heading.doubled),
        ):
            for column in columns:
                self._remark(finding, row, column + first, value=self._label(column))

    def _label(self, column: int) -> str:
        rows = self._sheet.rows[self._heading.top : self._heading.top + self._heading.depth]
        return display_name(" ".join(_as_text(row[column]) for row in rows))

    def _filled_rows(self) -> list[tuple[int, Sequence[Value]]]:
        """Return the rows that say something, numbered as Excel does, merged cells filled down."""
        start = self._heading.top + self._heading.depth
        filled = self._merged_values(start)
        rows: list[tuple[int, Sequence[Value]]] = []
        for index in range(start, len(self._sheet.rows)):
            row = self._sheet.rows[index]
            if not any(value not in {"", None} for value in row):
                self._remark_bare_marks(index)
                continue
            if index <= start + 1 and _is_column_numbers(row):
                continue
            if index in filled:
                row = [filled[index].get(at, value) for at, value in enumerate(row)]
            rows.append((index + self._sheet.first_row + 1, row))
        return rows

    def _remark_bare_marks(self, index: int) -> None:
        """Report error cells of a row in which nothing else stands."""
        self._remark_marks(index + self._sheet.first_row + 1)

    def _merged_values(self, start: int) -> dict[int, dict[int, Value]]:
        filled: dict[int, dict[int, Value]] = {}
        count = 0
        rows, top_row, left = self._sheet.rows, self._sheet.first_row, self._sheet.first_column
        wanted = set(self._heading.columns.values())
        for (top, column), (bottom, right) in self._sheet.merges:
            first, at = top - top_row, column - left
            is_group = bottom > top and column == right and first >= start and at in wanted
            if not is_group or count > _MAX_FILL:
                continue
            for index in range(first + 1, min(bottom - top_row + 1, len(rows))):
                filled.setdefault(index, {})[at] = rows[first][at]
                count += 1
        return filled

    def _code_widths(self, rows: Sequence[tuple[int, Sequence[Value]]]) -> dict[int, int]:
        """Return how long the codes of a column are where some of them kept their zeros."""
        widths = {}
        for code in _CODES:
            column = self._heading.columns.get(code)
            if column is None:
                continue
            texts = [
                value.strip()
                for _, row in rows
                if isinstance(value := row[column], str) and value.strip().isdecimal()
            ]
            widths[column] = max(map(len, texts), default=0)
        return widths

    def _encodings(
        self, rows: Sequence[tuple[int, Sequence[Value]]]
    ) -> Mapping[Field, legacy.Encoding]:
        found = {}
        for known, column in self._heading.columns.items():
            texts = (value for _, row in rows if isinstance(value := row[column], str))
            found[known] = legacy.encoding_of(texts)
        return found

    def _read_row(self, reader: RowReader) -> None:
        number = reader.cells.row
        if number - 1 in self._sheet.marks.hidden_rows:
            self._remark(Finding.HIDDEN_ROW, number, None)
        reader.broken = self._remark_marks(number)
        if not reader.broken and self._is_title(reader):
            return
        if self._heading.kind is ListKind.UNITS:
            unit = read_unit(reader)
            if unit:
                self._result.units.append(unit)
            return
        person = read_person(reader, group_title=self._group_title)
        if person:
            self._result.people.append(person)

    def _remark_marks(self, number: int) -> frozenset[Field]:
        """Report the error cells and uncalculated formulas of the columns that are read."""
        marks, first = self._sheet.marks, self._sheet.first_column
        if not marks.error_cells and not marks.formulas_without_value:
            return frozenset()
        broken = set()
        for known, column in self._heading.columns.items():
            place = (number - 1, column + first)
            if place in marks.error_cells:
                value = marks.error_cells[place]
                self._remark(Finding.ERROR_CELL, number, place[1], value=value)
                broken.add(known)
            elif place in marks.formulas_without_value:
                self._remark(Finding.FORMULA_WITHOUT_VALUE, number, place[1])
                broken.add(known)
        return frozenset(broken)

    def _is_title(self, reader: RowReader) -> bool:
        """Say whether the row is a title, a total or a signature between the people."""
        filled = [_as_text(value) for value in reader.row if value not in {"", None}]
        if not self._looks_like_title(reader, filled):
            return False
        text = max(filled, key=len, default="")
        shown = display_name(legacy.convert(text, legacy.detect(text)))
        key = search_key(shown)
        if _TOTALS.match(key):
            self._remark(Finding.TOTAL_ROW, reader.cells.row, None, value=shown)
            return True
        return self._take_title(reader, shown)

    def _looks_like_title(self, reader: RowReader, filled: Sequence[str]) -> bool:
        text = search_key(max(filled, key=len, default=""))
        if _TOTALS.match(text) and not reader.says(Field.ADMITTED_ON):
            return True
        few = len(filled) == 1 or (len(filled) == _MIN_KNOWN and len(min(filled, key=len)) < 5)  # noqa: PLR2004 -- an ordinal
        if not few or self._heading.kind is ListKind.UNITS:
            return False
        names = (Field.NAME, Field.FAMILY_NAME)
        is_nameless = not any(reader.says(name) for name in names)
        return is_nameless or _LEADING_NUMBER.sub("", text).startswith(_TITLE_OF_UNIT)

    def _take_title(self, reader: RowReader, shown: str) -> bool:
        bare = re.sub(r"\s*(\([^)]*\)|:)\s*$", "", _LEADING_NUMBER.sub("", shown))
        columns = self._heading.columns
        has_unit = Field.UNIT_CODE in columns or Field.UNIT_NAME in columns
        is_unit = search_key(bare).startswith(_TITLE_OF_UNIT)
        if not has_unit and is_unit:
            self._group_title = bare
            self._remark(Finding.TITLE_AS_UNIT, reader.cells.row, None, value=bare)
        else:
            self._remark(Finding.TITLE_ROW, reader.cells.row, None, value=shown)
        return True


def _is_column_numbers(row: Sequence[Value]) -> bool:
    """Say whether a row only numbers the columns: 1, 2, 3 or (1), (2), (3)."""
    texts = [shown_value(value).strip("() ") for value in row if value not in {"", None}]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return len(numbers) == len(texts) >= 3 and numbers == sorted(set(numbers)) and numbers[0] <= 1  # noqa: PLR2004 -- fewer prove nothing
