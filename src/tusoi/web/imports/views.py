"""Uploading a list, looking at what it would change, confirming it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.core import clock
from tusoi.imports import marking, operations, queries
from tusoi.imports.enums import Outcome, SubjectKind
from tusoi.imports.errors import ImportRefused, UnreadableFile
from tusoi.imports.models import ImportBatch
from tusoi.imports.operations import Upload
from tusoi.imports.reading.columns import ListKind
from tusoi.imports.template import template_csv as csv_of
from tusoi.imports.template import template_workbook
from tusoi.web.http import SignedInRequest, page, paged
from tusoi.web.imports.forms import UploadForm
from tusoi.web.searches import asked


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv; charset=utf-8"
_KEYS = {SubjectKind.PERSON: "people", SubjectKind.UNIT: "units"}


@dataclass(frozen=True)
class Tab:
    title: str
    url: str
    is_current: bool
    count: int | None = None


def _download(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@page(permission=Permission.DATA_IMPORT, writes={"POST"})
def upload(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = operations.preview_import(
                upload=Upload(file.read(), file.name or ""),
                actor=request.user,
                at=clock.now(),
                on=clock.today(),
            )
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("imports:batch", kept.public_id)
    return render(
        request,
        "imports/upload_form.html",
        {"form": form, "page": paged(request, queries.batches_for(request.user), per_page=20)},
        status=422 if request.method == "POST" else 200,
    )


def _batch(request: SignedInRequest, public_id: str) -> ImportBatch:
    return get_object_or_404(queries.batches_for(request.user), public_id=public_id)


@page(permission=Permission.DATA_IMPORT)
def batch(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _batch_page(request, _batch(request, public_id))


def _batch_page(
    request: SignedInRequest, found: ImportBatch, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    tab = request.GET.get("tab") or _first_tab(found)
    rows: dict[str, Any]
    if tab == "problems":
        rows = {"page": paged(request, queries.remarks_of(found, is_problem=True))}
    elif tab == "notes":
        rows = {"groups": queries.note_groups(found)}
    else:
        rows = _rows(request, found, tab)
    context = {
        "batch": found,
        "tab": tab,
        "tabs": _tabs(found, tab),
        "refusal": refusal,
        "expires_on": found.uploaded_at + dt.timedelta(days=settings.TUSOI_IMPORT_KEEP_DAYS),
        "has_expired": found.discarded_by is not None and found.discarded_by.is_system,
        **rows,
    }
    return render(request, "imports/batch_detail.html", context, status=status)


def _first_tab(found: ImportBatch) -> str:
    if found.problem_count:
        return "problems"
    people = found.counts.get("people", {})
    return SubjectKind.PERSON if any(people.values()) else SubjectKind.UNIT


def _address(found: ImportBatch, **choice: str) -> str:
    return f"{reverse('imports:batch', args=[found.public_id])}?{urlencode(choice)}"


def _tabs(found: ImportBatch, current: str) -> list[Tab]:
    listed = {kind: sum(found.counts.get(key, {}).values()) for kind, key in _KEYS.items()}
    tabs = (
        ("problems", _("Lỗi"), found.problem_count),
        (SubjectKind.PERSON, _("Đảng viên"), listed[SubjectKind.PERSON]),
        (SubjectKind.UNIT, _("Tổ chức đảng"), listed[SubjectKind.UNIT]),
        ("notes", _("Ghi chú"), found.note_count),
    )
    return [
        Tab(title, _address(found, tab=name), name == current, count)
        for name, title, count in tabs
        if count or name == current
    ]


def _rows(request: SignedInRequest, found: ImportBatch, tab: str) -> dict[str, Any]:
    kind = SubjectKind.UNIT if tab == SubjectKind.UNIT else SubjectKind.PERSON
    counts = found.counts.get(_KEYS[kind], {})
    most_telling = next((value for value in Outcome.values if counts.get(value)), Outcome.ADDED)
    outcome = request.GET.get("outcome", "")
    if outcome not in Outcome.values:
        outcome = most_telling
    query = asked(request).get("q", "")
    rows = queries.rows_of(found, subject_kind=kind, outcome=outcome, query=query)
    outcomes = [
        Tab(str(label), _address(found, tab=kind, outcome=value), value == outcome, counts[value])
        for value, label in Outcome.choices
        if value in counts
    ]
    return {
        "page": paged(request, rows),
        "outcomes": outcomes,
        "outcome": outcome,
        "query": query,
        "kept": {"tab": kind, "outcome": outcome},
    }


def _decide(
    request: SignedInRequest, public_id: str, operation: Callable[..., ImportBatch]
) -> ImportBatch | HttpResponse:
    found = _batch(request, public_id)
    try:
        return operation(batch_id=found.pk, actor=request.user, at=clock.now())
    except ImportRefused as refusal:
        found.refresh_from_db()
        return _batch_page(request, found, refusal=str(refusal), status=422)


@page(permission=Permission.DATA_IMPORT, writes={"POST"})
def apply(request: SignedInRequest, public_id: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("imports:batch", public_id)
    done = _decide(request, public_id, operations.apply_import)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("Đã nhập danh sách."))
    return redirect("imports:batch", done.public_id)


@page(permission=Permission.DATA_IMPORT, writes={"POST"})
def discard(request: SignedInRequest, public_id: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("imports:batch", public_id)
    done = _decide(request, public_id, operations.discard_import)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("Đã bỏ tệp tải lên; danh sách không thay đổi."))
    return redirect("imports:upload")


@page(permission=Permission.DATA_IMPORT)
def marked(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = _batch(request, public_id)
    table = queries.upload_of(found)
    if table is None:
        raise Http404
    content = marking.marked_workbook(table, queries.problems_of(found))
    return _download(content, name=_("danh-sach-danh-dau-loi.xlsx"), media_type=_XLSX)


@page(permission=Permission.DATA_IMPORT)
def problems(request: SignedInRequest, public_id: str) -> HttpResponse:
    content = marking.problems_csv(queries.problems_of(_batch(request, public_id)))
    return _download(content, name=_("loi-can-sua.csv"), media_type=_CSV)


@page(permission=Permission.DATA_IMPORT)
def template(request: SignedInRequest) -> HttpResponse:
    is_filled = "example" in request.GET
    name = _("mau-nhap-co-vi-du.xlsx") if is_filled else _("mau-nhap.xlsx")
    return _download(template_workbook(with_example=is_filled), name=name, media_type=_XLSX)


@page(permission=Permission.DATA_IMPORT)
def template_csv(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in set(ListKind):
        raise Http404
    content = csv_of(ListKind(kind), with_example="example" in request.GET)
    return _download(content, name=f"mau-{kind}.csv", media_type=_CSV)
