"""Look into an old .xls (BIFF records in an OLE container) for what the library leaves out."""

import struct
from collections.abc import Iterator
from typing import Final

import olefile

from tusoi.imports.reading.errors import (
    CorruptFile,
    DocumentNotTable,
    NotATable,
    PasswordProtected,
)
from tusoi.imports.reading.extents import refuse_size
from tusoi.imports.reading.raw import Marks


SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_EOF: Final = 0x0A
_FORMULA: Final = 0x06
_DATE_MODE: Final = 0x22
_FILE_PASS: Final = 0x2F
_BOUND_SHEET: Final = 0x85
_MULTIPLE_NUMBERS: Final = 0xBD
_BOOLEAN_OR_ERROR: Final = 0x205
_ROW: Final = 0x208
_CELLS: Final = frozenset(
    {_FORMULA, _MULTIPLE_NUMBERS, _BOOLEAN_OR_ERROR, 0xFD, 0x203, 0x204, 0x27E}
)
_ROW_IS_HIDDEN: Final = 0x20
_RESULT_IS_ERROR: Final = 2
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_WORKSHEET: Final = 0

Record = tuple[int, bytes]


def workbook_stream(content: bytes) -> bytes:
    """Return the records of an .xls.

    Raises:
        UnreadableFile: encrypted, of another program, or broken.
    """
    try:
        container = olefile.OleFileIO(content)
        names = {"/".join(parts) for parts in container.listdir()}
        if {"EncryptedPackage", "EncryptionInfo"} & names:
            raise PasswordProtected
        if "WordDocument" in names:
            raise DocumentNotTable
        name = next((name for name in ("Workbook", "Book") if name in names), None)
        if name is None:
            raise NotATable
        return bytes(container.openstream(name).read())
    except (OSError, ValueError, TypeError, IndexError, struct.error) as broken:
        raise CorruptFile from broken


def _records(stream: bytes, start: int) -> Iterator[Record]:
    place = start
    while place + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, place)
        yield code, stream[place + 4 : place + 4 + length]
        if code == _EOF:
            return
        place += 4 + length


def xls_marks(stream: bytes) -> tuple[list[Marks], bool]:
    """Return what each worksheet holds besides its values, and whether days count from 1904.

    Raises:
        PasswordProtected: the records are encrypted.
    """
    starts, counts_from_1904 = [], False
    for code, body in _records(stream, 0):
        if code == _FILE_PASS:
            raise PasswordProtected
        if code == _DATE_MODE:
            counts_from_1904 = body[:1] == b"\x01"
        elif code == _BOUND_SHEET and len(body) > 5 and body[5] == _WORKSHEET:  # noqa: PLR2004 -- offset of the kind
            starts.append(struct.unpack_from("<I", body)[0])
    try:
        return [_sheet_marks(stream, start) for start in starts], counts_from_1904
    except (struct.error, IndexError) as broken:
        raise CorruptFile from broken


def _sheet_marks(stream: bytes, start: int) -> Marks:
    hidden: set[int] = set()
    errors: dict[tuple[int, int], str] = {}
    last_row = last_column = -1
    for code, body in _records(stream, start):
        if code == _ROW and body[12] & _ROW_IS_HIDDEN:
            hidden.add(struct.unpack_from("<H", body)[0])
        if code not in _CELLS:
            continue
        row, column = struct.unpack_from("<HH", body)
        last_row, last_column = (
            max(last_row, row),
            max(last_column, _last_column(code, body, column)),
        )
        error = _error(code, body)
        if error:
            errors[row, column] = error
    refuse_size(rows=last_row + 1, columns=last_column + 1)
    return Marks(
        hidden_rows=frozenset(hidden),
        error_cells=errors,
        row_count=last_row + 1,
        column_count=last_column + 1,
    )


def _last_column(code: int, body: bytes, column: int) -> int:
    return (
        int(struct.unpack_from("<H", body, len(body) - 2)[0])
        if code == _MULTIPLE_NUMBERS
        else column
    )


def _error(code: int, body: bytes) -> str | None:
    if code == _BOOLEAN_OR_ERROR and body[7]:
        return _ERRORS.get(body[6], "#?")
    is_formula_error = (
        code == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == _RESULT_IS_ERROR
    )
    return _ERRORS.get(body[8], "#?") if is_formula_error else None
