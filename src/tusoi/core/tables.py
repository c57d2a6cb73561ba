"""Tables that leave the house: no cell of them ever runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter


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
