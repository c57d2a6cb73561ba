"""Look into a zipped workbook (.xlsx, .ods) before a library is let near it.

A few kilobytes can unpack to gigabytes, which `core.archives` measures, and one cell in the last
corner makes a dense table of billions, which is measured here, on the bytes themselves.
The same pass finds what the table library does not tell: hidden rows, error cells, formulas
that were never calculated.
"""

import html
import re
from typing import Final

from tusoi.core.archives import ArchiveBroken, ArchiveLocked, ArchiveTooLarge, MeasuredArchive
from tusoi.imports.reading.errors import (
    CorruptFile,
    DocumentNotTable,
    NotATable,
    OldXmlTable,
    PasswordProtected,
    ZipBomb,
)
from tusoi.imports.reading.extents import (
    check_ods,
    check_strings,
    column_number,
    xlsx_extent,
)
from tusoi.imports.reading.raw import Marks


# A hostile file may hold a million beginnings and not one end. Each pattern therefore stops at
# the next "<", which no attribute holds, and numbers have a length, so that time stays linear.
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb'(?<![\w:])([\w:]+)\s*=\s*"([^"]*)"')
_FROM_1904: Final = re.compile(rb'date1904\s*=\s*"(?:1|true)"')
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w+:)?row\s([^<>]*\bhidden="(?:1|true)"[^<>]*)>')
# What a cell holds, up to its end or the next cell.
_INSIDE: Final = rb"((?:[^<]|<(?!(?:\w+:)?c\s))*?)</(?:\w+:)?c>"
_ERROR_CELL: Final = re.compile(rb'<(?:\w+:)?c\s([^<>]*\bt="e"[^<>]*)(?<!/)>' + _INSIDE)
_FORMULA_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>\s*<(?:\w+:)?f\b" + _INSIDE, re.DOTALL
)
_CELL_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)</")
_REFERENCE: Final = re.compile(r"([A-Z]{1,7})([0-9]{1,9})")
_MOST_DIGITS: Final = 9


class Archive(MeasuredArchive):
    """An opened workbook whose real size has been measured."""

    def __init__(self, content: bytes) -> None:
        try:
            super().__init__(content)
        except ArchiveBroken as broken:
            raise CorruptFile from broken
        except ArchiveLocked as locked:
            raise PasswordProtected from locked
        except ArchiveTooLarge as bomb:
            raise ZipBomb from bomb


def kind_of(archive: Archive) -> str:
    """Return "xlsx" or "ods".

    Raises:
        UnreadableFile: the archive is some other thing.
    """
    # The library tries one kind after the other: what could be read as two is read as none.
    names = {name.lower() for name in archive.names}
    if "xl/workbook.bin" in names:
        raise OldXmlTable
    if "xl/workbook.xml" in archive.names:
        if "content.xml" in names:
            raise CorruptFile
        return "xlsx"
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
    extents = _measured(archive)
    names = [targets.get(_relation_id(sheet), "") for sheet in sheets]
    return [_sheet_marks(archive.read(name), *extents.get(name, (0, 0))) for name in names]


def _measured(archive: Archive) -> dict[str, tuple[int, int]]:
    """Return how far each part reaches that may be a sheet, whichever the library takes for one.

    Raises:
        UnreadableFile: a part would fill the memory.
    """
    extents = {}
    for name in sorted(archive.names):
        xml = archive.read(name)
        if b"uniqueCount" in xml:
            check_strings(xml)
        if b"sheetData" in xml:
            extents[name] = xlsx_extent(xml)
    return extents


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


def _sheet_marks(xml: bytes, row_count: int, column_count: int) -> Marks:
    return Marks(
        hidden_rows=_hidden_rows(xml),
        error_cells=_error_cells(xml),
        formulas_without_value=_formulas_without_value(xml),
        row_count=row_count,
        column_count=column_count,
    )


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b"hidden=" not in xml:
        return frozenset()
    rows = (_attributes(found).get("r", "") for found in _HIDDEN_ROW.findall(xml))
    return frozenset(int(row) - 1 for row in rows if row.isdecimal() and len(row) <= _MOST_DIGITS)


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


def check_content(archive: Archive) -> None:
    """Refuse an .ods that would fill the memory.

    Raises:
        UnreadableFile: too many rows or columns once repetitions are counted.
    """
    check_ods(archive.read("content.xml"))
