"""How far down and right the cells of a sheet reach, read before a library makes room for them.

The library takes a row number as it stands and reserves a dense table of that size; a few bytes
would end the whole server. Hence a real parser here: it knows every way to write an attribute.
"""

import re
from typing import Final
from xml.parsers import expat

from tusoi.imports.reading.errors import CorruptFile, TooManyColumns, TooManyRows
from tusoi.imports.reading.raw import MAX_CELLS, MAX_COLUMNS, MAX_ROWS


_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_DIGITS: Final = 9
_HOLDS: Final = frozenset({"v", "f", "is"})
_BARE: Final = ("table:style", "table:number-", "table:content-validation", "xml:id")
Attributes = dict[str, str]


def refuse_size(*, rows: int, columns: int) -> None:
    """Refuse a sheet that would fill the memory.

    Raises:
        UnreadableFile: one sentence for rows, one for columns.
    """
    if rows > MAX_ROWS:
        raise TooManyRows
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TooManyColumns


def column_number(letters: str) -> int:
    """Return the number of a column from its letters, counting from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def xlsx_extent(xml: bytes) -> tuple[int, int]:
    """Return the last row and column that hold something, counting from 1; 0 where none does.

    Raises:
        UnreadableFile: not well formed, or too large.
    """
    reader = _Sheet()
    # What holds something is inside its cell: nothing is to be done at an end.
    _parse(xml, reader.start, None)
    refuse_size(rows=reader.last_row, columns=reader.last_column)
    return reader.last_row, reader.last_column


def check_strings(xml: bytes) -> None:
    """Refuse shared texts of an .xlsx that announce more of them than a sheet may hold.

    Raises:
        CorruptFile: room would be made for all that are announced.
    """

    def start(_name: str, attributes: Attributes) -> None:
        for name in ("count", "uniqueCount"):
            if _whole(attributes.get(name, "0")) > MAX_CELLS:
                raise CorruptFile

    _parse(xml, start, None)


def check_ods(xml: bytes) -> None:
    """Refuse the content of an .ods whose repeated rows or cells would fill the memory.

    Raises:
        UnreadableFile: too many rows or columns once repetitions are counted, or no XML.
    """
    reader = _Repetitions()
    _parse(xml, reader.start, reader.end)


def _parse(xml: bytes, start: object, end: object) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]  # a bound method fits
    parser.EndElementHandler = end  # type: ignore[assignment]  # the same
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as broken:
        raise CorruptFile from broken


def _no_doctype(*_declaration: object) -> None:
    raise CorruptFile


class _Sheet:
    """Follows a worksheet of an .xlsx; a row or cell without a number comes after the last."""

    def __init__(self) -> None:
        self.last_row = self.last_column = 0
        self._row = self._column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local == "c":
            self._place_cell(attributes.get("r"))
        elif local in _HOLDS:
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
        elif local == "row":
            self._row, self._column = self._row + 1, 0
            if "r" in attributes:
                self._row = _whole(attributes["r"])
                if not self._row:
                    raise CorruptFile

    def _place_cell(self, reference: str | None) -> None:
        self._column += 1
        if reference is None:
            return
        place = _REFERENCE.fullmatch(reference)
        if place is None:
            raise CorruptFile
        self._column, self._row = column_number(place[1]) + 1, int(place[2])


class _Repetitions:
    """Follows the rows of an .ods; empty ones count only when something stands beyond them."""

    def __init__(self) -> None:
        self._rows = self._empty_rows = self._widest = 0
        self._times = self._width = self._empty_cells = 0
        self._is_filled = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table:table-row":
            self._times = _whole(attributes.get("table:number-rows-repeated", "1"))
            self._width, self._empty_cells, self._is_filled = 0, 0, False
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._add_cell(attributes)
        elif name == "text:p":
            self._is_filled = True

    def end(self, name: str) -> None:
        if name != "table:table-row":
            return
        if not self._is_filled:
            self._empty_rows += self._times
            return
        self._rows, self._empty_rows = self._rows + self._empty_rows + self._times, 0
        self._widest = max(self._widest, self._width)
        refuse_size(rows=self._rows, columns=self._widest)

    def _add_cell(self, attributes: Attributes) -> None:
        times = _whole(attributes.get("table:number-columns-repeated", "1"))
        if all(name.startswith(_BARE) for name in attributes):
            self._empty_cells += times
            return
        self._width, self._empty_cells = self._width + self._empty_cells + times, 0
        self._is_filled = True


def _whole(digits: str) -> int:
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        raise CorruptFile
    return int(digits)
