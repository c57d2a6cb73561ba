"""The uploaded list given back with its problems marked where they stand."""

import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from tusoi.core.tables import csv_bytes, open_workbook
from tusoi.imports.reading.cells import shown_value
from tusoi.imports.reading.findings import Remark, column_letter
from tusoi.imports.reading.raw import RawSheet, RawTable, Value


_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_NAME_LIMIT: Final = 31
_LINK_LIMIT: Final = 5_000

Marks = Mapping[tuple[int, int], Sequence[str]]


def marked_workbook(table: RawTable, remarks: Sequence[Remark]) -> bytes:
    """Return a copy of the values with problem cells coloured, commented and listed in front."""
    buffer = io.BytesIO()
    book = open_workbook(buffer)
    problems = [remark for remark in remarks if remark.is_problem]
    names = _sheet_names(table)
    _write_list(book, problems, names)
    for sheet in table.sheets:
        found = [remark for remark in problems if remark.place.sheet == sheet.name]
        _write_sheet(book, sheet, _by_cell(found), name=names[sheet.name])
    book.close()
    return buffer.getvalue()


def problems_csv(remarks: Sequence[Remark]) -> bytes:
    """Return the list of problems alone."""
    rows = [_problem_row(remark) for remark in remarks if remark.is_problem]
    return csv_bytes([_list_headings(), *rows])


def _list_headings() -> list[str]:
    return [_("Trang tính"), _("Ô"), _("Lỗi và cách sửa")]


def _problem_row(remark: Remark) -> list[str]:
    return [remark.place.sheet, _cell(remark), remark.message]


def _cell(remark: Remark) -> str:
    place = remark.place
    if place.row is None:
        return ""
    return f"{column_letter(place.column or 0)}{place.row}"


def _sheet_names(table: RawTable) -> dict[str, str]:
    """Return a name for each sheet that Excel accepts; a .csv may be called anything."""
    taken = {_("Lỗi cần sửa").casefold()}
    names = {}
    for number, sheet in enumerate(table.sheets, start=1):
        name = _NOT_IN_NAMES.sub(" ", sheet.name).strip(" '")[:_NAME_LIMIT]
        if not name or name.casefold() in taken:
            name = f"{name[: _NAME_LIMIT - 5]} ({number})"
        taken.add(name.casefold())
        names[sheet.name] = name
    return names


def _write_list(book: Any, problems: Sequence[Remark], names: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(_("Lỗi cần sửa"))
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 2, 100)
    sheet.write_row(0, 0, _list_headings(), bold)
    for number, remark in enumerate(problems, start=1):
        name, cell, message = _problem_row(remark)
        sheet.write_string(number, 0, name)
        target = names.get(name, "").replace("'", "''")
        # Excel refuses a workbook with tens of thousands of links.
        if cell and number <= _LINK_LIMIT:
            sheet.write_url(number, 1, f"internal:'{target}'!{cell}", string=cell)
        else:
            sheet.write_string(number, 1, cell)
        sheet.write_string(number, 2, message, wrapped)
    sheet.freeze_panes(1, 0)


def _by_cell(remarks: Sequence[Remark]) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for remark in remarks:
        if remark.place.row is not None:
            found[remark.place.row - 1, remark.place.column or 0].append(remark.message)
    return found


def _write_sheet(book: Any, sheet: RawSheet, marks: Marks, *, name: str) -> None:
    page = book.add_worksheet(name)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    wrong = book.add_format({"bg_color": "#F4B6B0", "border": 2, "border_color": "#B3261E"})
    wrong_day = book.add_format({"bg_color": "#F4B6B0", "num_format": "dd/mm/yyyy"})
    for index, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            place = (index + sheet.first_row, column + sheet.first_column)
            is_day = isinstance(value, dt.date)
            if place in marks:
                _write_value(page, place, value, wrong_day if is_day else wrong)
            elif value not in {"", None}:
                _write_value(page, place, value, day if is_day else None)
    _write_marks(page, sheet, marks, wrong)
    for row_number in sheet.marks.hidden_rows:
        page.set_row(row_number, None, None, {"hidden": True})


def _write_marks(page: Any, sheet: RawSheet, marks: Marks, wrong: Any) -> None:
    for place, messages in marks.items():
        # Error cells come without a value; show what Excel showed.
        if place in sheet.marks.error_cells:
            page.write_string(*place, sheet.marks.error_cells[place], wrong)
        elif not _is_within(sheet, place):
            page.write_blank(*place, None, wrong)
        page.write_comment(*place, "\n".join(messages), {"author": "Tự Soi", "x_scale": 2})


def _is_within(sheet: RawSheet, place: tuple[int, int]) -> bool:
    row, column = place[0] - sheet.first_row, place[1] - sheet.first_column
    return 0 <= row < len(sheet.rows) and 0 <= column < len(sheet.rows[row])


def _write_value(page: Any, place: tuple[int, int], value: Value, style: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(*place, value, style)
    elif isinstance(value, int | float):
        page.write_number(*place, value, style)
    elif isinstance(value, dt.datetime | dt.date):
        page.write_datetime(*place, value, style)
    elif value == "":
        page.write_blank(*place, None, style)
    else:
        page.write_string(*place, shown_value(value), style)
