"""Lists as CSV files that spreadsheets open as they are meant."""

import csv
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse


_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_response(
    name: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer with a file; texts that a spreadsheet would run as a formula are kept as text."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # Excel takes the file for UTF-8 only with this mark in front.
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([as_text(cell) for cell in header])
    for row in rows:
        writer.writerow([as_text(cell) for cell in row])
    return answer


def as_text(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_RUNS):
        return f"'{cell}"
    return cell
