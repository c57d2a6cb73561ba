"""Look into a zipped workbook (.xlsx, .ods) before a library is let near it.

A few kilobytes can unpack to gigabytes, and one cell in the last corner makes a dense table of
billions. Both are measured here, on the bytes themselves: what a header declares is not proof.
The same pass finds what the table library does not tell: hidden rows, error cells, formulas
that were never calculated.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from tusoi.imports.reading.errors import (
    CorruptFile,
    DocumentNotTable,
    NotATable,
    OldXmlTable,
    PasswordProtected,
    TooManyColumns,
    TooManyRows,
    ZipBomb,
)
from tusoi.imports.reading.raw import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Marks


MAX_UNPACKED: Final = 150 * 1024 * 1024
MAX_ENTRIES: Final = 2_000
_SUSPICIOUS: Final = 20 * 1024 * 1024
_MAX_RATIO: Final = 200
_CHUNK: Final = 1024 * 1024

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE: Final = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_FROM_1904: Final = re.compile(rb'date1904\s*=\s*"(?:1|true)"')
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w+:)?row\s([^>]*\bhidden="(?:1|true)"[^>]*)>')
_FILLED_CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*(?<!/)>')
_ERROR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)(?<!/)>(.*?)</(?:\w+:)?c>', re.DOTALL
)
_FORMULA_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(.*?)</(?:\w+:)?c>", re.DOTALL
)
_CELL_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_REFERENCE: Final = re.compile(r"([A-Z]+)([0-9]+)")
_ODS_ROW: Final = re.compile(rb"<table:table-row\b")
_ODS_ROWS_REPEATED: Final = re.compile(rb'^[^>]*table:number-rows-repeated="(\d+)"')
_ODS_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_ODS_COLUMNS_REPEATED: Final = re.compile(rb'table:number-columns-repeated="(\d+)"')


class Archive:
    """An opened zip whose real size has been measured."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
            raise CorruptFile from broken
        self.names = set(self._zip.namelist())
        self._measure(len(content))

    def read(self, name: str) -> bytes:
        """Return one part, or nothing when it is not there."""
        return self._zip.read(name) if name in self.names else b""

    def _measure(self, packed: int) -> None:
        entries = self._zip.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise PasswordProtected
        declared = sum(entry.file_size for entry in entries)
        _refuse_bomb(entries=len(entries), unpacked=declared, packed=packed)
        unpacked = 0
        for entry in entries:
            for size in self._chunks(entry):
                unpacked += size
                _refuse_bomb(entries=len(entries), unpacked=unpacked, packed=packed)

    def _chunks(self, entry: zipfile.ZipInfo) -> Iterator[int]:
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    yield len(chunk)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as broken:
            raise CorruptFile from broken


def _refuse_bomb(*, entries: int, unpacked: int, packed: int) -> None:
    is_dense = unpacked > _SUSPICIOUS and unpacked > packed * _MAX_RATIO
    if entries > MAX_ENTRIES or unpacked > MAX_UNPACKED or is_dense:
        raise ZipBomb


def kind_of(archive: Archive) -> str:
    """Return "xlsx" or "ods".

    Raises:
        UnreadableFile: the archive is some other thing.
    """
    if "xl/workbook.xml" in archive.names:
        return "xlsx"
    if "xl/workbook.bin" in archive.names:
        raise OldXmlTable
    if any(name.startswith("word/") for name in archive.names):
        raise DocumentNotTable
    mimetype = archive.read("mimetype")
    if b"opendocument.text" in mimetype:
        raise DocumentNotTable
    if b"opendocument.spreadsheet" not in mimetype and "content.xml" not in archive.names:
        raise _unknown(archive)
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise PasswordProtected
    return "ods"


def _unknown(archive: Archive) -> Exception:
    return CorruptFile() if "[Content_Types].xml" in archive.names else NotATable()


def counts_from_1904(archive: Archive) -> bool:
    return _FROM_1904.search(archive.read("xl/workbook.xml")) is not None


def xlsx_marks(archive: Archive) -> list[Marks]:
    """Return what each sheet of an .xlsx holds besides its values, in the workbook's order."""
    targets = _relations(archive.read("xl/_rels/workbook.xml.rels"))
    sheets = [_attributes(found) for found in _SHEET.findall(archive.read("xl/workbook.xml"))]
    return [_sheet_marks(archive.read(targets.get(_relation_id(sheet), ""))) for sheet in sheets]


def _relation_id(sheet: dict[str, str]) -> str:
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _relations(xml: bytes) -> dict[str, str]:
    found = {}
    for attributes in map(_attributes, _RELATION.findall(xml)):
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[attributes.get("Id", "")] = path.replace("xl/./", "xl/")
    return found


def _attributes(raw: bytes) -> dict[str, str]:
    return {
        name.decode("ascii", "replace"): html.unescape(value.decode("utf-8", "replace"))
        for name, value in _ATTRIBUTE.findall(raw)
    }


def _sheet_marks(xml: bytes) -> Marks:
    row_count, column_count = _extent(xml)
    refuse_size(rows=row_count, columns=column_count)
    return Marks(
        hidden_rows=_hidden_rows(xml),
        error_cells=_error_cells(xml),
        formulas_without_value=_formulas_without_value(xml),
        row_count=row_count,
        column_count=column_count,
    )


def _extent(xml: bytes) -> tuple[int, int]:
    """Return how far down and right the filled cells reach, keeping none of them."""
    columns: set[bytes] = set()
    last_row = 0
    for cell in _FILLED_CELL.finditer(xml):
        letters, row = cell.groups()
        columns.add(letters)
        last_row = max(last_row, int(row))
    return last_row, max((column_number(letters.decode()) + 1 for letters in columns), default=0)


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


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    rows = (_attributes(found).get("r", "") for found in _HIDDEN_ROW.findall(xml))
    return frozenset(int(row) - 1 for row in rows if row.isdecimal())


def _error_cells(xml: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in xml:
        return {}
    found = {}
    for attributes, inside in _ERROR_CELL.findall(xml):
        place, value = _place(attributes), _CELL_VALUE.search(inside)
        if place:
            found[place] = html.unescape(value[1].decode("utf-8", "replace")) if value else "#?"
    return found


def _formulas_without_value(xml: bytes) -> frozenset[tuple[int, int]]:
    if b"<f" not in xml and b":f" not in xml:
        return frozenset()
    empty = (
        _place(attributes)
        for attributes, inside in _FORMULA_CELL.findall(xml)
        # t="str" with nothing in it is a formula whose result is the empty text.
        if b't="str"' not in attributes and not _CELL_VALUE.search(inside)
    )
    return frozenset(place for place in empty if place)


def _place(attributes: bytes) -> tuple[int, int] | None:
    reference = _REFERENCE.fullmatch(_attributes(attributes).get("r", ""))
    return (int(reference[2]) - 1, column_number(reference[1])) if reference else None


def check_ods(archive: Archive) -> None:
    """Refuse an .ods whose repeated rows or cells would fill the memory.

    Raises:
        UnreadableFile: too many rows or columns once repetitions are counted.
    """
    rows, before, widest = 0, 0, 0
    for row in _ODS_ROW.split(archive.read("content.xml"))[1:]:
        repeated = _repeated(_ODS_ROWS_REPEATED, row)
        if b"<text:p" in row or b"office:value" in row:
            rows, before = rows + before + repeated, 0
            widest = max(widest, _ods_width(row))
            refuse_size(rows=rows, columns=widest)
        else:
            # Empty rows count only when something stands below them.
            before += repeated


def _ods_width(row: bytes) -> int:
    width, before = 0, 0
    for cell in _ODS_CELL.findall(row):
        repeated = _repeated(_ODS_COLUMNS_REPEATED, cell)
        if b"office:value" in cell:
            width, before = width + before + repeated, 0
        else:
            before += repeated
    return width


def _repeated(pattern: re.Pattern[bytes], text: bytes) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 1
