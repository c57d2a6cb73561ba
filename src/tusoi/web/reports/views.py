import datetime as dt
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.cycles.queries.dossiers import DossierState, entrances, path_to, unit_in_scope
from tusoi.reports import charts
from tusoi.reports.dashboard import Dashboard, KindCount, dashboard_of
from tusoi.reports.targets import narrowed, targets_below, weakest_first
from tusoi.reports.unit_report import unit_report
from tusoi.reviews.enums import Topic
from tusoi.reviews.models import Target
from tusoi.web.exporting import csv_response
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.reports.forms import DashboardForm, TargetsForm


_PER_PAGE = 50


def _cycle(request: SignedInRequest, cycle_id: str) -> ReviewCycle:
    cycle = cycles_for(request.user, today()).filter(public_id=cycle_id).first()
    if cycle is None:
        raise Http404
    return cycle


def _latest(request: SignedInRequest) -> ReviewCycle | None:
    return cycles_for(request.user, today()).order_by("-period_to", "-pk").first()


def _place(request: SignedInRequest, cycle: ReviewCycle, unit_id: str | None) -> CycleUnit:
    """Find the unit asked for, or the highest one that the actor may look at."""
    if unit_id is None:
        place = entrances(cycle, request.user, Permission.PROGRESS_VIEW, on=today()).first()
    else:
        place = unit_in_scope(
            cycle, unit_id, actor=request.user, permission=Permission.PROGRESS_VIEW, on=today()
        )
    if place is None:
        raise Http404
    return place


@page(permission=Permission.PROGRESS_VIEW)
def entrance(request: SignedInRequest) -> HttpResponse:
    cycle = _latest(request)
    if cycle is None:
        return render(request, "reports/no_cycle.html")
    return redirect("reports:dashboard", cycle_id=cycle.public_id)


@page(permission=Permission.PROGRESS_VIEW)
def dashboard(request: SignedInRequest, cycle_id: str, unit_id: str | None = None) -> HttpResponse:
    cycle = _cycle(request, cycle_id)
    place = _place(request, cycle, unit_id)
    form = DashboardForm(request.GET or None)
    step, as_of = form.chosen_step(), form.chosen_day()
    board = dashboard_of(
        cycle, place.unit_id, step=step, as_of=as_of, actor=request.user, on=today()
    )
    if board is None:
        raise Http404
    kinds = board.progress.kinds
    children = sorted(board.progress.children, key=lambda node: node.share(step))
    context = {
        "cycle": cycle,
        "place": place,
        "trail": _trail(request, cycle, place),
        "form": form,
        "step": step,
        "as_of": as_of,
        "board": board,
        "kinds": _kinds(cycle, place, board, step, as_of),
        "children": [
            (node, node.total.done(step), node.total.expected, node.total.is_complete(step))
            for node in children
        ],
        "weeks_option": charts.weeks_option(board.weeks, kinds),
        "week_rows": [
            (week, [(week.done(kind), week.expected(kind)) for kind in kinds])
            for week in board.weeks
        ],
        "topics": [(dict(Topic.choices)[row.topic], row) for row in board.topics],
        "topics_option": charts.topics_option(board.topics),
    }
    return render(request, "reports/dashboard.html", context)


# Which dossiers stand behind a count; of the other steps the list cannot be narrowed to.
_LISTED: Final = {
    ProgressStep.SUBMITTED: DossierState.SUBMITTED,
    ProgressStep.LATE: DossierState.LATE,
    ProgressStep.RETURNED: DossierState.RETURNED,
    ProgressStep.ACCEPTED: DossierState.ACCEPTED,
    ProgressStep.REVIEWED: DossierState.REVIEWED,
}


def _kinds(
    cycle: ReviewCycle,
    place: CycleUnit,
    board: Dashboard,
    step: ProgressStep,
    as_of: dt.date | None,
) -> list[tuple[KindCount, str]]:
    """Return each count with the address of the list that it counts, where there is one."""
    base = reverse("cycles:dossiers", args=[cycle.public_id, place.unit.public_id])
    state = _LISTED.get(step) if as_of is None or as_of >= today() else None
    asked = {"below": "on"} | ({"state": state.value} if state else {})
    return [
        (row, f"{base}?{urlencode(asked | {'kind': row.kind.value})}" if state else "")
        for row in board.kinds
    ]


def _trail(request: SignedInRequest, cycle: ReviewCycle, place: CycleUnit) -> list[dict[str, Any]]:
    """Lead from the highest unit the actor may look at down to this one."""
    above = path_to(cycle, place.unit_id)
    open_to_actor = set(
        entrances(cycle, request.user, Permission.PROGRESS_VIEW, on=today()).values_list(
            "unit_id", flat=True
        )
    )
    trail: list[dict[str, Any]] = []
    for one in above:
        if trail or one.unit_id in open_to_actor:
            trail.append({"title": one.name, "unit": one.unit.public_id})
    return trail


def _chosen_targets(
    request: SignedInRequest,
) -> tuple[ReviewCycle | None, TargetsForm, QuerySet[Target]]:
    asked_for = request.GET.get("cycle", "")
    cycle = _cycle(request, asked_for) if asked_for else _latest(request)
    form = TargetsForm(request.GET)
    if cycle is None or not form.is_valid():
        return cycle, form, Target.objects.none()
    asked = form.cleaned_data
    place = _within(request, cycle)
    found = narrowed(
        targets_below(
            cycle, place.unit_id if place else cycle.root_id, actor=request.user, on=today()
        ),
        topic=Topic(asked["topic"]) if asked["topic"] else None,
        query=asked["q"],
        missed_only=asked["missed"],
    )
    return cycle, form, weakest_first(found)


def _within(request: SignedInRequest, cycle: ReviewCycle | None) -> CycleUnit | None:
    """Find the unit to which a link narrowed the list; None means all that the actor may read."""
    asked = request.GET.get("unit", "")
    if cycle is None or not asked:
        return None
    place = unit_in_scope(
        cycle, asked, actor=request.user, permission=Permission.REVIEW_READ, on=today()
    )
    if place is None:
        raise Http404
    return place


@page(permission=Permission.REVIEW_READ)
def targets(request: SignedInRequest) -> HttpResponse:
    cycle, form, found = _chosen_targets(request)
    listed = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "form": form, "page": listed, "place": _within(request, cycle)}
    return render(request, "reports/targets.html", context)


@page(permission=Permission.REVIEW_READ)
def targets_export(request: SignedInRequest) -> HttpResponse:
    _cycle_of, _form, found = _chosen_targets(request)
    header = [_("Đơn vị"), _("Chỉ tiêu"), _("Đơn vị tính"), _("Kế hoạch"), _("Thực hiện"), "%"]
    return csv_response("chi-tieu", header, map(_target_line, found.iterator(chunk_size=1000)))


def _target_line(one: Target) -> list[object]:
    name = one.review.obligation.unit.name
    return [name, one.name, one.measure, one.planned, one.actual, one.reached]  # type: ignore[attr-defined]  # annotated


@page(permission=Permission.REVIEW_READ)
def unit(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = _cycle(request, cycle_id)
    place = unit_in_scope(
        cycle, unit_id, actor=request.user, permission=Permission.REVIEW_READ, on=today()
    )
    report = unit_report(cycle, place.unit_id, actor=request.user, on=today()) if place else None
    if place is None or report is None:
        raise Http404
    context = {"cycle": cycle, "place": place, "report": report}
    return render(request, "reports/unit.html", context)
