"""Pages of remedies: the board of a scope, one plan, and what I promised myself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds
from tusoi.access.queries import units_for
from tusoi.core import clock
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import ActionState, PlanState
from tusoi.remediation.errors import (
    ActionChangedMeanwhile,
    PlanIncomplete,
    RemediationError,
)
from tusoi.remediation.models import RemediationAction, RemediationPlan
from tusoi.remediation.permissions import may_update
from tusoi.reports.charts import topics_option
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.web.exporting import csv_response
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today
from tusoi.web.remediation.forms import ActionForm, NoteForm, ReasonForm
from tusoi.web.searches import asked


ROWS = 50
MOST_EXPORTED = 20_000
# What the board lists instead of actions: shortcomings that nothing is done about, or all.
SHORTCOMINGS = ("gaps", "told")


# -- the board -----------------------------------------------------------------------------------


def _cycle(request: SignedInRequest) -> ReviewCycle | None:
    seen = cycles_for(request.user, today()).exclude(state=CycleState.DRAFT)
    named = request.GET.get("cycle", "")
    if named:
        return get_object_or_404(seen, public_id=named)
    return seen.order_by("-state", "-year", "-pk").first()


def _narrowed(request: SignedInRequest) -> tuple[queries.ActionFilter, Unit | None]:
    scope = units_for(request.user, Permission.REMEDIATION_VIEW, on=today())
    unit = scope.filter(public_id=request.GET.get("unit", "")).first()
    get = request.GET.get
    narrowed = queries.ActionFilter(
        topic=get("topic", ""),
        state=get("state", ""),
        flag=get("flag", ""),
        unit_id=unit.pk if unit else None,
        query=asked(request).get("q", ""),
    )
    return narrowed, unit


@page(permission=Permission.REMEDIATION_VIEW)
def board(request: SignedInRequest) -> HttpResponse:
    cycle = _cycle(request)
    if cycle is None:
        return render(request, "remediation/action_board.html", {"cycle": None})
    narrowed, unit = _narrowed(request)
    show = request.GET.get("show", "")
    found = _rows(request, cycle, narrowed, show)
    topics = queries.counts_by_topic(request.user, cycle, on=today(), unit_id=narrowed.unit_id)
    context = {
        "cycle": cycle,
        "cycles": cycles_for(request.user, today()).exclude(state=CycleState.DRAFT),
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "show": show if show in SHORTCOMINGS else "",
        "narrowed": narrowed,
        "is_narrowed": any((narrowed.topic, narrowed.state, narrowed.flag, narrowed.query)),
        "unit": unit,
        "topics": Topic.choices,
        "states": [one for one in ActionState.choices if one[0] != ActionState.DROPPED],
        "flags": _flags(),
        "counts": queries.board_counts(request.user, cycle, on=today(), unit_id=narrowed.unit_id),
        "by_topic": [(dict(Topic.choices)[one.topic], one) for one in topics],
        "topics_option": topics_option(topics),
        "by_unit": queries.counts_by_unit(
            request.user, cycle, on=today(), unit_id=narrowed.unit_id
        ),
        "to_plan": list(queries.units_without_plan(request.user, cycle, on=today())[:10]),
    }
    return render(request, "remediation/action_board.html", context)


def _rows(
    request: SignedInRequest,
    cycle: ReviewCycle,
    narrowed: queries.ActionFilter,
    show: str,
) -> Any:
    if show not in SHORTCOMINGS:
        return queries.actions_on_board(request.user, cycle, narrowed, on=today())
    return queries.shortcomings_on_board(
        request.user, cycle, narrowed, on=today(), only_gaps=show == "gaps"
    )


def _flags() -> list[tuple[str, str]]:
    return [
        (queries.OVERDUE, _("quá hạn")),
        (queries.NO_OWNER, _("chưa có nơi chủ trì")),
        (queries.NO_MEASURE, _("chưa có thước đo")),
    ]


@page(permission=Permission.REMEDIATION_VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """Give the list of the board, narrowed in the same way, as a file for spreadsheets."""
    cycle = _cycle(request)
    if cycle is None:
        raise Http404
    narrowed, _unit = _narrowed(request)
    actions = queries.actions_on_board(request.user, cycle, narrowed, on=today())
    header = [
        _("Tổ chức đảng"),
        _("Hạn chế, khuyết điểm"),
        _("Việc phải làm"),
        _("Nơi chủ trì"),
        _("Phối hợp"),
        _("Nơi thực hiện"),
        _("Thời hạn"),
        _("Thước đo kết quả"),
        _("Trạng thái"),
        _("Kết quả đến nay"),
    ]
    return csv_response("khac-phuc", header, (_line(one) for one in actions[:MOST_EXPORTED]))


def _line(action: RemediationAction) -> list[object]:
    notes = getattr(action, "latest_notes", [])
    return [
        action.plan.unit.name,
        "; ".join(one.nature for one in action.shortcomings.all()),
        action.text,
        str(action.owner_person or action.owner_unit or ""),
        action.partners,
        action.places,
        f"{action.due_on:%d/%m/%Y}" if action.due_on else "",
        action.measure,
        str(action.get_state_display()),
        notes[0].text if notes else "",
    ]


# -- one plan ------------------------------------------------------------------------------------


def _plan(request: SignedInRequest, public_id: str) -> RemediationPlan:
    return get_object_or_404(queries.plans_for(request.user, on=today()), public_id=public_id)


def _action(request: SignedInRequest, public_id: str) -> RemediationAction:
    scope = queries.actions_for(request.user, on=today()).select_related(
        "plan__cycle", "plan__unit", "owner_person", "owner_unit"
    )
    return get_object_or_404(scope, public_id=public_id)


@page(permission=Permission.REMEDIATION_VIEW)
def plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    return render(
        request, "remediation/plan_detail.html", _plan_page(request, _plan(request, public_id))
    )


def _plan_page(request: SignedInRequest, found: RemediationPlan) -> dict[str, Any]:
    told = list(
        queries.shortcomings_of(found.cycle, found.unit_id).select_related("review__obligation")
    )
    actions = list(queries.actions_of(found))
    live = [one for one in actions if one.state != ActionState.DROPPED]
    answered: dict[int, list[RemediationAction]] = {one.pk: [] for one in told}
    for action in live:
        for one in action.shortcomings.all():
            answered.setdefault(one.pk, []).append(action)
    may_plan = holds(request.user, Permission.REMEDIATION_PLAN, unit_id=found.unit_id, on=today())
    return {
        "plan": found,
        "shortcomings": [(one, answered[one.pk]) for one in told],
        "unlinked": [one for one in live if not one.shortcomings.all()],
        "dropped": [one for one in actions if one.state == ActionState.DROPPED],
        "may_plan": may_plan,
        "may_update": may_plan
        or holds(request.user, Permission.REMEDIATION_UPDATE, unit_id=found.unit_id, on=today()),
        "gaps": queries.gaps_of(found) if found.state == PlanState.DRAFT else [],
        "refusal": "",
    }


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def start(request: SignedInRequest) -> HttpResponse:
    """List the units that still need a plan; sending one of them begins it."""
    cycle = _cycle(request)
    if cycle is None:
        raise Http404
    waiting = queries.units_without_plan(request.user, cycle, on=today())
    if request.method != "POST":
        rows = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
        return render(request, "remediation/plan_start.html", {"cycle": cycle, "page": rows})
    scope = units_for(request.user, Permission.REMEDIATION_PLAN, on=today())
    unit = get_object_or_404(scope, public_id=request.POST.get("unit", ""))
    try:
        made = operations.draft_plan(
            cycle_id=cycle.pk, unit_id=unit.pk, actor=request.user, at=clock.now()
        )
    except RemediationError as refusal:
        messages.error(request, str(refusal))
        return redirect("remediation:board")
    messages.success(request, _("Đã lập kế hoạch từ các giải pháp nêu trong bản kiểm điểm."))
    return redirect("remediation:plan", public_id=made.public_id)


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = _plan(request, public_id)
    if request.method != "POST":
        return redirect("remediation:plan", public_id=public_id)
    try:
        operations.approve_plan(
            plan_id=found.pk,
            actor=request.user,
            at=clock.now(),
            justification=request.POST.get("justification", "")[:2000],
        )
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except PlanIncomplete as refusal:
        context = _plan_page(request, found) | {"refusal": str(refusal)}
        return render(request, "remediation/plan_detail.html", context, status=422)
    except RemediationError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã ban hành kế hoạch."))
    return redirect("remediation:plan", public_id=public_id)


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def add_action(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = _plan(request, public_id)
    _require_plan(request, found)
    chosen = {"shortcomings": [request.GET.get("shortcoming", "")]}
    form = ActionForm(request.POST or None, plan=found, initial=chosen)
    if _looks_up(request):
        form.look_up()
    elif request.method == "POST" and form.is_valid():
        try:
            operations.add_action(
                plan_id=found.pk, content=form.content(), actor=request.user, at=clock.now()
            )
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã thêm việc khắc phục."))
            return redirect("remediation:plan", public_id=public_id)
    context = {"plan": found, "form": form, "action": None, "current": None}
    return _form_page(request, context)


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def edit_action(request: SignedInRequest, public_id: str) -> HttpResponse:
    action = _action(request, public_id)
    _require_plan(request, action.plan)
    form = ActionForm(request.POST or None, plan=action.plan, action=action)
    current = None
    if _looks_up(request):
        form.look_up()
    elif request.method == "POST" and form.is_valid():
        try:
            operations.edit_action(
                action_id=action.pk,
                version=form.cleaned_data["version"] or 0,
                content=form.content(),
                actor=request.user,
                at=clock.now(),
            )
        except ActionChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            form.data = request.POST.copy()
            form.data["version"] = str(action.version)
            current = action
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("remediation:plan", public_id=action.plan.public_id)
    context = {"plan": action.plan, "form": form, "action": action, "current": current}
    return _form_page(request, context)


def _looks_up(request: SignedInRequest) -> bool:
    """Say whether the form was sent to find somebody, not to be saved."""
    return request.method == "POST" and "find" in request.POST


def _form_page(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    context["looked_up"] = _looks_up(request)
    return render(request, "remediation/action_form.html", context, status=status)


def _require_plan(request: SignedInRequest, found: RemediationPlan) -> None:
    on = today()
    if not holds(request.user, Permission.REMEDIATION_PLAN, unit_id=found.unit_id, on=on):
        raise PermissionDenied


# -- what becomes of an action -------------------------------------------------------------------


@page(permission=SIGNED_IN)
def mine(request: SignedInRequest) -> HttpResponse:
    rows = Paginator(queries.own_actions(request.user), ROWS).get_page(request.GET.get("page"))
    return render(request, "remediation/action_mine.html", {"page": rows, "form": NoteForm()})


@page(permission=SIGNED_IN)
def action(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show one action with all its notes and what the account may do with it."""
    found = _action(request, public_id)
    return render(request, "remediation/action_detail.html", _action_page(request, found))


def _action_page(request: SignedInRequest, found: RemediationAction) -> dict[str, Any]:
    may_plan = holds(
        request.user, Permission.REMEDIATION_PLAN, unit_id=found.plan.unit_id, on=today()
    )
    sees_plan = queries.plans_for(request.user, on=today()).filter(pk=found.plan_id).exists()
    return {
        "action": found,
        "notes": found.notes.select_related("noted_by").order_by("-pk"),
        "shortcomings": found.shortcomings.all(),
        "partner_units": found.partner_units.all(),
        "is_open": found.state in queries.OPEN_STATES,
        "may_plan": may_plan,
        "may_update": may_update(request.user, found, on=today()),
        "sees_plan": sees_plan,
        "form": NoteForm(),
    }


def _done(
    request: SignedInRequest, public_id: str, act: Callable[[RemediationAction], str]
) -> HttpResponse:
    """Do something to an action and return to where the form was."""
    found = _action(request, public_id)
    if request.method == "POST":
        try:
            messages.success(request, act(found))
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except RemediationError as refusal:
            context = _action_page(request, found) | {"form": _kept(request, str(refusal))}
            return render(request, "remediation/action_detail.html", context, status=422)
    if request.POST.get("back") == "mine":
        return redirect("remediation:mine")
    return redirect("remediation:action", public_id=public_id)


def _kept(request: SignedInRequest, sentence: str) -> NoteForm:
    """Return the form with what was typed and why it was refused."""
    form = NoteForm(request.POST)
    form.errors.clear()
    form.add_error(None, sentence)
    return form


@page(permission=SIGNED_IN, writes={"POST"})
def note(request: SignedInRequest, public_id: str) -> HttpResponse:
    def act(found: RemediationAction) -> str:
        form = NoteForm(request.POST)
        form.is_valid()
        text = form.cleaned_data.get("text", "")
        if "done" in request.POST:
            operations.finish_action(
                action_id=found.pk, text=text, actor=request.user, at=clock.now()
            )
            return _("Đã báo làm xong.")
        operations.note_progress(
            action_id=found.pk,
            text=text,
            percent=form.cleaned_data.get("percent"),
            actor=request.user,
            at=clock.now(),
        )
        return _("Đã ghi kết quả.")

    return _done(request, public_id, act)


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def drop(request: SignedInRequest, public_id: str) -> HttpResponse:
    def act(found: RemediationAction) -> str:
        operations.drop_action(
            action_id=found.pk, reason=_reason(request), actor=request.user, at=clock.now()
        )
        return _("Đã ghi thôi thực hiện; hạn chế liên quan hiện lại là chưa có việc khắc phục.")

    return _done(request, public_id, act)


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def reopen(request: SignedInRequest, public_id: str) -> HttpResponse:
    def act(found: RemediationAction) -> str:
        operations.reopen_action(
            action_id=found.pk, reason=_reason(request), actor=request.user, at=clock.now()
        )
        return _("Đã mở lại việc này.")

    return _done(request, public_id, act)


def _reason(request: SignedInRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""
