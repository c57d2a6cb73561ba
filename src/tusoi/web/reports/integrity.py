"""The page of standing checks: what is wrong, why it matters, and where to put it right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.reports.integrity import (
    BOUND,
    BY_KEY,
    CHECKS,
    Check,
    Door,
    Fault,
    Finding,
    Scope,
    examine,
    faults_of,
)
from tusoi.web.exporting import xlsx_response
from tusoi.web.http import SignedInRequest, held_permissions, page, today


_PER_PAGE: Final = 50
# Of one check a workbook holds no more; whoever has more than that mends the cause first.
_MOST_EXPORTED: Final = 5_000
_DOORS: Final = {
    Door.SHORTCOMING: "remediation:shortcoming",
    Door.ACTION: "remediation:action",
    Door.PLAN: "remediation:plan",
    Door.UNIT: "units:detail",
    Door.PERSON: "people:detail",
    Door.ACCOUNT: "access:account",
    Door.MEETING: "meetings:detail",
    Door.CYCLE: "cycles:detail",
    Door.CYCLE_UNIT: "cycles:unit",
    Door.RATING: "ratings:detail",
}


@dataclass(frozen=True)
class Line:
    fault: Fault
    url: str


@page(permission=Permission.INTEGRITY_VIEW)
def overview(request: SignedInRequest) -> HttpResponse:
    findings = examine(_mine(request), _scope(request))
    context = {
        "found": [(one, _lines(one)) for one in findings if not one.is_clean],
        "clean": [one for one in findings if one.is_clean],
        "serious_count": sum(one.is_serious for one in findings),
        "bound": BOUND,
    }
    return render(request, "reports/integrity.html", context)


@page(permission=Permission.INTEGRITY_VIEW)
def one(request: SignedInRequest, key: str) -> HttpResponse:
    check = BY_KEY.get(key)
    if check is None or check not in _mine(request):
        raise Http404
    found = check.rows(_scope(request))
    rows: Any = found if isinstance(found, QuerySet) else list(found)
    listed = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    lines = [_line(check.tell(row)) for row in listed]
    trail = [{"title": _("Kiểm tra dữ liệu"), "url": reverse("reports:integrity")}]
    context = {"check": check, "page": listed, "lines": lines, "trail": trail}
    return render(request, "reports/integrity_check.html", context)


@page(permission=Permission.INTEGRITY_VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    header = [
        _("Mức độ"),
        _("Vấn đề"),
        _("Nội dung"),
        _("Đơn vị"),
        _("Thời hạn"),
        _("Cách sửa"),
        _("Liên kết"),
    ]
    rows = _exported(request)
    return xlsx_response("kiem-tra-du-lieu", _("Kiểm tra dữ liệu"), header, rows)


def _exported(request: SignedInRequest) -> Iterator[list[Any]]:
    scope = _scope(request)
    for check in _mine(request):
        for fault in faults_of(check, scope, limit=_MOST_EXPORTED):
            yield [
                check.severity.label,
                check.title,
                fault.text,
                fault.place,
                fault.due_on,
                check.remedy,
                request.build_absolute_uri(_url(fault)),
            ]


def _mine(request: SignedInRequest) -> list[Check]:
    """Return the checks of which the account may see any row."""
    held = held_permissions(request.user)
    return [check for check in CHECKS if check.permission in held]


def _scope(request: SignedInRequest) -> Scope:
    return Scope(request.user, today())


def _lines(finding: Finding) -> list[Line]:
    return [_line(fault) for fault in finding.first]


def _line(fault: Fault) -> Line:
    return Line(fault, _url(fault))


def _url(fault: Fault) -> str:
    if fault.door is Door.PLAN_START:
        cycle, unit = fault.keys
        asked = urlencode({"cycle": cycle, "unit": unit, "show": "gaps"})
        return f"{reverse('remediation:board')}?{asked}"
    try:
        return reverse(_DOORS[fault.door], args=fault.keys)
    except NoReverseMatch:
        return ""
