"""The progress of one node, and the dossiers behind the figures."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.guard import holds
from tusoi.core.text import search_key
from tusoi.cycles import queries
from tusoi.cycles.enums import AdjustmentKind, ProgressStep, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import Node, Progress, Week
from tusoi.reviews.queries.scopes import reviews_for
from tusoi.units.enums import UnitKind
from tusoi.web.cycles.forms import DossiersForm, ProgressForm
from tusoi.web.cycles.lookups import find_cycle, find_place, trail_to
from tusoi.web.exporting import csv_response
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.keyset import slice_of
from tusoi.web.searches import asked


_PER_PAGE = 30


@page(permission=Permission.PROGRESS_VIEW)
def unit(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id)
    form = ProgressForm(request.GET)
    chosen = form.chosen()
    step, as_of = chosen["step"], _past(chosen)
    progress = _progress(cycle, place.unit_id, as_of)
    weeks = queries.weekly_progress(cycle, place.unit_id, step, until=as_of or today())
    shown = Paginator(_sorted(progress.children, chosen), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    columns = _columns(progress)
    context = {
        **chosen,
        "cycle": cycle,
        "place": place,
        "form": form,
        "as_of": as_of,
        "progress": progress,
        "is_ready": progress.is_ready(step),
        "figures": [(kind, *_counts(progress.node, kind, step)) for kind in progress.kinds],
        "page": shown,
        "columns": columns,
        "rows": [_row(one, columns, step) for one in shown],
        "query": _query(chosen, as_of),
        "weeks": _week_rows(weeks, progress),
        "chart": _chart(weeks, progress),
        "trail": trail_to(request, cycle, place),
        "kind_label": UnitKind(place.kind).label,
        **_may(request, place.unit_id),
    }
    return render(request, "cycles/unit_progress.html", context)


def _past(chosen: dict[str, Any]) -> Any:
    """Today and later are now."""
    as_of = chosen["as_of"]
    return as_of if as_of is not None and as_of < today() else None


def _may(request: SignedInRequest, unit_id: int) -> dict[str, bool]:
    return {
        "may_adjust": holds(request.user, Permission.CYCLE_ADJUST, unit_id=unit_id, on=today()),
        "may_acknowledge": holds(
            request.user, Permission.DIRECTIVE_ACKNOWLEDGE, unit_id=unit_id, on=today()
        ),
    }


def _progress(cycle: ReviewCycle, unit_id: int, as_of: Any) -> Progress:
    found = queries.progress_of(cycle, unit_id, as_of)
    if found is None:
        raise Http404
    return found


def _counts(node: Node, kind: SubjectKind, step: str) -> tuple[int, int]:
    counts = node.of(kind)
    return counts.done(step), counts.expected


def _row(node: Node, columns: list[SubjectKind], step: str) -> dict[str, Any]:
    total = node.total
    return {
        "node": node,
        "kind_label": UnitKind(node.kind).label,
        "total": (total.done(step), total.expected),
        "cells": [(kind.label, *_counts(node, kind, step)) for kind in columns],
    }


def _columns(progress: Progress) -> list[SubjectKind]:
    """Return the kinds that are expected below; the unit's own kind needs no column."""
    found = {
        kind for one in progress.children for kind, counts in one.counts.items() if counts.expected
    }
    return [kind for kind in SubjectKind if kind in found]


def _sorted(children: Iterable[Node], chosen: dict[str, Any]) -> list[Node]:
    wanted = search_key(chosen["q"])
    found = [one for one in children if not wanted or wanted in search_key(one.name)]
    if chosen["sort"] == "name":
        return found
    # The sort is stable: units that are equally far stay in the order of their names.
    sign = -1 if chosen["sort"] == "strongest" else 1
    return sorted(found, key=lambda one: sign * one.share(chosen["step"]))


def _query(chosen: dict[str, Any], as_of: Any) -> str:
    """Return the switches for links to other units: they stay as they are on the way down."""
    kept = {"step": chosen["step"].value, "sort": chosen["sort"]}
    return urlencode(kept | ({"as_of": as_of.isoformat()} if as_of else {}))


def _week_rows(weeks: list[Week], progress: Progress) -> list[dict[str, Any]]:
    return [
        {
            "ends_on": week.ends_on,
            "cells": [(week.done(kind), week.expected(kind)) for kind in progress.kinds],
        }
        for week in reversed(weeks)
    ]


def _chart(weeks: list[Week], progress: Progress) -> dict[str, Any]:
    """Return the lines of the weeks as per cent, for kinds differ in size by a hundred times."""
    return {
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 16, "top": 72, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [f"{week.ends_on:%d/%m}" for week in weeks]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value} %"}},
        "series": [
            {
                "name": str(kind.label).capitalize(),
                "type": "line",
                "data": [_percent(week, kind) for week in weeks],
            }
            for kind in progress.kinds
        ],
    }


def _percent(week: Week, kind: SubjectKind) -> float | None:
    expected = week.expected(kind)
    return round(week.done(kind) * 100 / expected, 1) if expected else None


@page(permission=Permission.PROGRESS_VIEW)
def unit_export(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id)
    chosen = ProgressForm(request.GET).chosen()
    progress = _progress(cycle, place.unit_id, _past(chosen))
    header = [
        _("Tổ chức đảng"),
        _("Loại"),
        _("Đối tượng"),
        _("Phải có"),
        *(str(step.label) for step in ProgressStep),
    ]
    return csv_response(f"tien-do-{place.unit.code}", header, _export_rows(progress))


def _export_rows(progress: Progress) -> Iterator[list[object]]:
    for node in (progress.node, *progress.children):
        for kind, counts in node.counts.items():
            yield [
                node.name,
                str(UnitKind(node.kind).label),
                str(kind.label),
                counts.expected,
                *(counts.done(step) for step in ProgressStep),
            ]


@page(permission=Permission.PROGRESS_VIEW)
def dossiers(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id)
    form = DossiersForm(asked(request))
    chosen = form.chosen()
    found = slice_of(
        _narrowed(queries.dossiers_at(cycle, place.unit_id, with_below=chosen["below"]), chosen),
        request,
        id_field="pk",
    )
    context = {
        **chosen,
        "cycle": cycle,
        "place": place,
        "form": form,
        "slice": found,
        "rows": _dossier_rows(request, found.rows),
        "adjustment_kinds": AdjustmentKind.choices,
        "trail": trail_to(request, cycle, place, last=_("Hồ sơ")),
        "export": reverse("cycles:dossiers-export", args=[cycle.public_id, place.unit.public_id]),
        **_may(request, place.unit_id),
    }
    return render(request, "cycles/dossier_list.html", context)


def _dossier_rows(
    request: SignedInRequest, found: list[Obligation]
) -> list[tuple[Obligation, str, str, str]]:
    """Return each dossier with its state, how that stands out, and the review one may read."""
    written = reviews_for(request.user, on=today()).filter(
        obligation__in=[one.pk for one in found]
    )
    reviews = dict(written.values_list("obligation_id", "public_id"))
    return [(one, *queries.state_of(one, on=today()), reviews.get(one.pk, "")) for one in found]


def _narrowed(found: QuerySet[Obligation], chosen: dict[str, Any]) -> QuerySet[Obligation]:
    found = queries.in_state(found, chosen["state"], on=today())
    if chosen["kind"]:
        found = found.filter(subject_kind=chosen["kind"])
    wanted = search_key(chosen["q"])
    if wanted:
        found = found.filter(
            Q(person__search_key__contains=wanted)
            | Q(person__isnull=True, unit__search_key__contains=wanted)
        )
    return found


@page(permission=Permission.PROGRESS_VIEW)
def dossiers_export(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id)
    chosen = DossiersForm(asked(request)).chosen()
    found = _narrowed(
        queries.dossiers_at(cycle, place.unit_id, with_below=chosen["below"]), chosen
    ).order_by("unit__sort_key", "sort_key", "pk")
    header = [
        _("Đối tượng"),
        _("Loại"),
        _("Đơn vị"),
        _("Thời hạn nộp"),
        _("Tình trạng"),
        _("Nộp lần đầu"),
        _("Nộp muộn"),
    ]
    return csv_response(
        f"ho-so-{place.unit.code}", header, map(_dossier_row, found.iterator(1000))
    )


def _dossier_row(one: Obligation) -> list[object]:
    first = one.first_submitted_at
    return [
        one.name,
        str(one.get_subject_kind_display()),
        one.unit.name,
        f"{one.due_on:%d/%m/%Y}",
        queries.state_of(one, on=today())[0],
        f"{first:%d/%m/%Y}" if first else "",
        _("có") if one.was_late else "",
    ]
