"""Tables that leave the house: no cell of them ever runs as a formula."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter


# What Excel takes as the name of a sheet, and how wide a column of sentences should be.
_LONGEST_TITLE: Final = 31
_WIDTH: Final = 32
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """Return a text that a spreadsheet shows but never runs when it opens a .csv.

    A .csv has no types: a name typed as "=cmd|…" would be carried out on the reader's machine.
    The apostrophe is what a person would type in front to say that it is text.
    """
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Return a .csv that Excel opens with its Vietnamese letters whole."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([inert(value) if isinstance(value, str) else value for value in row])
    return buffer.getvalue().encode("utf-8-sig")


def open_workbook(buffer: io.BytesIO) -> Any:
    """Return an .xlsx to write into, where text stays text whatever it looks like."""
    return xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd/mm/yyyy",
            "remove_timezone": True,
        },
    )


def xlsx_bytes(title: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook with one list: a bold heading that stays in sight, days as days."""
    buffer = io.BytesIO()
    book = open_workbook(buffer)
    sheet = book.add_worksheet(title[:_LONGEST_TITLE])
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    wrapped.set_align("top")
    for column, name in enumerate(header):
        sheet.write_string(0, column, str(name), bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date | dt.datetime):
                sheet.write_datetime(line, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, "" if value is None else str(value), wrapped)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), _WIDTH)
    book.close()
    return buffer.getvalue()
