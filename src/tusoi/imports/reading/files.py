"""Open a file of unknown goodwill and return its sheets, or refuse it in one sentence."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePath

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from tusoi.imports.reading import binary, zipped
from tusoi.imports.reading.errors import (
    CorruptFile,
    FileIsEmpty,
    FileTooLarge,
    PasswordProtected,
    TooManySheets,
)
from tusoi.imports.reading.raw import MAX_BYTES, MAX_SHEETS, Marks, RawSheet, RawTable
from tusoi.imports.reading.separated import read_separated


_ZIP = b"PK\x03\x04"


def open_table(content: bytes, *, filename: str) -> RawTable:
    """Return the sheets of an .xlsx, .xls, .ods or .csv, going by content and not by name.

    Raises:
        UnreadableFile: one sentence for each reason.
    """
    if not content.strip(b"\x00 \r\n\t"):
        raise FileIsEmpty
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    if content.startswith(_ZIP):
        return _open_zipped(content)
    if content.startswith(binary.SIGNATURE):
        if zipfile.is_zipfile(io.BytesIO(content)):
            # Two files in one: the library would take the second where the first fails it.
            raise CorruptFile
        marks, counts_from_1904 = binary.xls_marks(binary.workbook_stream(content))
        return RawTable(_sheets(content, marks), counts_from_1904=counts_from_1904)
    return RawTable([read_separated(content, name=PurePath(filename).stem[:31] or "CSV")])


def _open_zipped(content: bytes) -> RawTable:
    archive = zipped.Archive(content)
    if zipped.kind_of(archive) == "ods":
        zipped.check_content(archive)
        return RawTable(_sheets(content, []))
    marks = zipped.xlsx_marks(archive)
    return RawTable(_sheets(content, marks), counts_from_1904=zipped.counts_from_1904(archive))


def _sheets(content: bytes, marks: Sequence[Marks]) -> list[RawSheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            _refuse_many(workbook)
            return [
                _sheet(workbook, index, marks[index] if index < len(marks) else Marks())
                for index, meta in enumerate(workbook.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as protected:
        raise PasswordProtected from protected
    except (CalamineError, OSError, ValueError, OverflowError) as broken:
        raise CorruptFile from broken
    except BaseException as broken:
        # A panic of the Rust library is no Exception, and its class cannot be imported.
        if type(broken).__name__ != "PanicException":
            raise
        raise CorruptFile from broken


def _refuse_many(workbook: CalamineWorkbook) -> None:
    if len(workbook.sheet_names) > MAX_SHEETS:
        raise TooManySheets


def _sheet(workbook: CalamineWorkbook, index: int, marks: Marks) -> RawSheet:
    sheet = workbook.get_sheet_by_index(index)
    first_row, first_column = sheet.start or (0, 0)
    return RawSheet(
        name=sheet.name,
        rows=sheet.to_python(skip_empty_area=True),
        first_row=first_row,
        first_column=first_column,
        is_hidden=workbook.sheets_metadata[index].visible != SheetVisibleEnum.Visible,
        merges=sheet.merged_cell_ranges or (),
        marks=marks,
    )
