"""Lists as files that spreadsheets open as they are meant."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from tusoi.core.tables import csv_bytes, xlsx_bytes
from tusoi.core.text import display_name
from tusoi.files.enums import FileState
from tusoi.files.errors import FileError
from tusoi.files.models import StoredFile
from tusoi.files.queries import content_of


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


def stored_response(request: HttpRequest, file: StoredFile) -> HttpResponse:
    """Hand out an uploaded document as an attachment, or say why it is held back."""
    try:
        content = content_of(file)
    except FileError as refusal:
        shown = {"file": file, "refusal": str(refusal)}
        is_gone = file.state == FileState.DELETED
        return render(request, "files/file_held.html", shown, status=410 if is_gone else 409)
    answer = HttpResponse(content, content_type=file.media_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    # A browser neither guesses another kind, nor runs what is inside, nor keeps a copy.
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_response(
    name: str, title: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer with a workbook of one sheet."""
    answer = HttpResponse(xlsx_bytes(title, header, rows), content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{display_name(name)}.xlsx"
    )
    return answer
