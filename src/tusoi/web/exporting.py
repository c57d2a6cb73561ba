"""Lists as CSV files that spreadsheets open as they are meant."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tusoi.core.tables import csv_bytes
from tusoi.core.text import display_name


def csv_response(
    name: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer with a file; texts that a spreadsheet would run as a formula are kept as text."""
    answer = HttpResponse(csv_bytes([header, *rows]), content_type="text/csv; charset=utf-8")
    # The name may hold the code of a unit, which people type.
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{display_name(name)}.csv"
    )
    return answer
