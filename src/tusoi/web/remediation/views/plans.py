"""Plan documents: of a unit or of a person; issued, sent up, answered, compared, printed."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.access.enums import Permission
from tusoi.access.guard import holds
from tusoi.access.queries import units_for
from tusoi.core import clock
from tusoi.cycles.models import CycleUnit, Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.remediation import operations, permissions, queries
from tusoi.remediation.enums import PLAN_TRANSITIONS, WRITTEN_STATES, ActionState, PlanState
from tusoi.remediation.errors import KeeperNotYours, RemediationError
from tusoi.remediation.models import (
    FollowedShortcoming,
    PlanGap,
    PlanVersion,
    RemediationAction,
    RemediationPlan,
)
from tusoi.web.http import SIGNED_IN, SignedInRequest, Tab, page, today, whole_number
from tusoi.web.keyset import slice_of
from tusoi.web.remediation import step_forms
from tusoi.web.remediation.steps import Refused, Step, offers, take
from tusoi.web.remediation.views.narrowing import room_tabs
from tusoi.web.remediation.views.places import ROWS, cycle_of, cycle_or_404, plan_of


_t = gettext_lazy
NO_PLAN: Final = "none"


# -- the steps -----------------------------------------------------------------------------------


def _approve(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:
    operations.approve_plan(
        plan_id=plan.pk,
        justification=sent["justification"],
        gaps_until=sent.get("gaps_until"),
        actor=actor,
        at=clock.now(),
    )
    return _("Đã ban hành kế hoạch.")


def _send(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:  # noqa: ARG001 -- one shape for all
    operations.send_plan(plan_id=plan.pk, actor=actor, at=clock.now())
    return _("Đã gửi kế hoạch lên cấp trên.")


def _return(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:
    operations.return_plan(plan_id=plan.pk, reason=sent["reason"], actor=actor, at=clock.now())
    return _("Đã trả lại kế hoạch.")


def _accept(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:
    operations.accept_plan(plan_id=plan.pk, note=sent["reason"], actor=actor, at=clock.now())
    return _("Đã đồng ý với kế hoạch.")


def _stages(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:
    operations.set_stages(
        plan_id=plan.pk,
        starts_on=sent["starts_on"],
        by_stages=sent["by_stages"],
        actor=actor,
        at=clock.now(),
    )
    return _("Đã lưu.")


def _take_over(plan: RemediationPlan, sent: dict[str, Any], actor: Account) -> str:
    if not holds(actor, Permission.REMEDIATION_PLAN, unit_id=sent["unit"].pk, on=today()):
        raise KeeperNotYours
    operations.take_over_plan(
        plan_id=plan.pk,
        unit_id=sent["unit"].pk,
        reason=sent["reason"],
        actor=actor,
        at=clock.now(),
    )
    return _("Đã giao kế hoạch cho %(name)s tiếp nhận.") % {"name": sent["unit"].name}


STEPS: Final[Mapping[str, Step]] = {
    step.verb: step
    for step in (
        Step("approve", _t("Ban hành"), step_forms.ApproveForm, _approve),
        Step(
            "send",
            _t("Gửi cấp trên"),
            step_forms.NothingForm,
            _send,
            _t("Cấp trên nhận đúng bản đã ban hành."),
            icon="send",
        ),
        Step("accept", _t("Đồng ý với kế hoạch"), step_forms.PerhapsReasonForm, _accept),
        Step(
            "return",
            _t("Trả lại"),
            step_forms.ReasonForm,
            _return,
            _t("Ghi rõ phải bổ sung, sửa gì."),
            style="",
            icon="arrow-back-up",
        ),
        Step(
            "take-over",
            _t("Giao tổ chức khác tiếp nhận"),
            step_forms.TakeOverForm,
            _take_over,
            _t("Đơn vị này đã kết thúc hoạt động; số liệu vẫn tính ở đơn vị cũ."),
            style="",
            icon="arrows-join",
        ),
        Step(
            "stages",
            _t("Ngày bắt đầu, mốc 30-60-90 ngày"),
            step_forms.StagesForm,
            _stages,
            style="",
            icon="calendar-due",
        ),
    )
}


def _offered(plan: RemediationPlan, actor: Account, on: dt.date) -> list[str]:
    state = PlanState(plan.state)
    may_approve = permissions.may_approve(actor, plan, on=on)
    may_judge = permissions.may_judge(actor, plan, on=on)
    is_stale = state in WRITTEN_STATES or plan.has_changes
    asked = {
        "accept": may_judge and PlanState.ACCEPTED in PLAN_TRANSITIONS[state],
        "return": may_judge and PlanState.RETURNED in PLAN_TRANSITIONS[state],
        "approve": may_approve and is_stale,
        "send": may_approve and PlanState.SENT in PLAN_TRANSITIONS[state] and not plan.has_changes,
        "take-over": _is_left_behind(plan, on) and _plans_anywhere(actor),
        "stages": permissions.may_plan(actor, plan, on=on),
    }
    return [verb for verb, is_offered in asked.items() if is_offered]


def _is_left_behind(plan: RemediationPlan, on: dt.date) -> bool:
    closed_on = plan.unit.closed_on
    return closed_on is not None and closed_on <= on


# -- one plan ------------------------------------------------------------------------------------


@page(permission=SIGNED_IN)
def plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    shown = _page(request, plan_of(request, public_id))
    return render(request, "remediation/plan_detail.html", shown)


@page(permission=SIGNED_IN, writes={"POST"})
def act(request: SignedInRequest, public_id: str, verb: str) -> HttpResponse:
    found = plan_of(request, public_id)

    def back() -> str:
        return reverse("remediation:plan", args=[public_id])

    def again(refused: Refused) -> HttpResponse:
        shown = _page(request, plan_of(request, public_id), refused)
        return render(request, "remediation/plan_detail.html", shown, status=422)

    return take(request, STEPS, verb, found, back=back, page=again)


def _page(
    request: SignedInRequest, found: RemediationPlan, refused: Refused | None = None
) -> dict[str, Any]:
    on = today()
    told = list(
        queries.shortcomings_of_plan(found).select_related("collective").prefetch_related("checks")
    )
    actions = list(queries.actions_of(found))
    live = [one for one in actions if one.state != ActionState.DROPPED]
    answered: dict[int, list[RemediationAction]] = {one.pk: [] for one in told}
    for action in live:
        for one in action.shortcomings.all():
            answered.setdefault(one.pk, []).append(action)
    may_plan = permissions.may_plan(request.user, found, on=on)
    verbs = _offered(found, request.user, on)
    if refused is not None and refused.verb not in verbs:
        verbs.append(refused.verb)
    shown = offers(
        [STEPS[verb] for verb in verbs],
        found,
        lambda verb: reverse("remediation:plan-act", args=[found.public_id, verb]),
        refused,
    )
    stages = shown.pop("stages", None)
    is_written = found.state in WRITTEN_STATES or found.has_changes
    return {
        "plan": found,
        "shortcomings": [(one, answered[one.pk]) for one in told],
        "unlinked": [one for one in live if not one.shortcomings.all()],
        "dropped": [one for one in actions if one.state == ActionState.DROPPED],
        "stages": queries.stages_of(found) if found.by_stages else None,
        "stages_offer": stages,
        "offers": list(shown.values()),
        "waits": _waits(found, is_own_to_write=may_plan and is_written),
        "may_plan": may_plan,
        "may_update": may_plan
        or holds(request.user, Permission.REMEDIATION_UPDATE, unit_id=found.unit_id, on=on),
        "gaps": [(gap.sentence, _page_of(gap.about)) for gap in queries.gaps_of(found)]
        if is_written and may_plan
        else [],
        "open_gaps": _open_gaps(found),
        "versions": queries.versions_of(found),
        "transitions": found.transitions.select_related("actor").order_by("-pk"),
        "is_incomplete": refused is not None and refused.verb == "approve",
    }


def _waits(plan: RemediationPlan, *, is_own_to_write: bool) -> str:
    """Return what who is offered no step waits for."""
    if plan.state == PlanState.SENT:
        return _("Chờ cấp trên trả lời.")
    if is_own_to_write:
        return _("Hãy ghi thời hạn và thước đo cho từng việc; cấp ủy ban hành kế hoạch này.")
    return ""


def _page_of(about: FollowedShortcoming | RemediationAction) -> str:
    name = "shortcoming" if isinstance(about, FollowedShortcoming) else "action"
    return reverse(f"remediation:{name}", args=[about.public_id])


def _open_gaps(found: RemediationPlan) -> list[tuple[PlanGap, str]]:
    """Return what was left open when the plan was issued and still is, a line for each thing."""
    rows = queries.open_gaps().filter(plan=found)
    return [
        (kept[0], ", ".join(str(one.get_kind_display()) for one in kept))
        for _about, group in itertools.groupby(rows, lambda one: (one.shortcoming, one.action))
        if (kept := list(group))
    ]


@page(permission=SIGNED_IN)
def printed(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the plan as an office issues it: the approved version, or the draft as it stands."""
    found = plan_of(request, public_id)
    number = whole_number(request.GET.get("version", ""))
    versions = queries.versions_of(found)
    version = get_object_or_404(versions, number=number) if number is not None else None
    if number is None and found.state != PlanState.DRAFT and not found.has_changes:
        version = versions.first()
    content = version.content if version else queries.plan_content(found)
    shown = {"plan": found, "version": version, "lines": _lines(content), "content": content}
    return render(request, "remediation/plan_print.html", shown)


def _lines(content: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    actions = content.get("actions", [])
    return [
        (one, [action for action in actions if one["id"] in action.get("shortcomings", [])])
        for one in content.get("shortcomings", [])
    ]


@page(permission=SIGNED_IN)
def versions(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Compare two versions side by side: what came, went, and reads differently."""
    found = plan_of(request, public_id)
    every = list(queries.versions_of(found))
    if not every:
        raise Http404
    after = _chosen(every, request.GET.get("to", ""), every[0])
    before = _chosen(every, request.GET.get("from", ""), every[min(1, len(every) - 1)])
    shown = {
        "plan": found,
        "versions": every,
        "before": before,
        "after": after,
        "differences": [
            (one, _NAMES.get(one.name, ""))
            for one in queries.differences(before.content, after.content)
        ],
    }
    return render(request, "remediation/plan_versions.html", shown)


def _chosen(every: list[PlanVersion], key: str, otherwise: PlanVersion) -> PlanVersion:
    number = whole_number(key)
    return next((one for one in every if one.number == number), otherwise)


_NAMES: Final = {
    "starts_on": _t("ngày bắt đầu"),
    "by_stages": _t("chia theo mốc 30-60-90 ngày"),
    "nature": _t("biểu hiện"),
    "kind": _t("loại"),
    "topic": _t("nội dung"),
    "extent": _t("mức độ, số liệu"),
    "cause": _t("nguyên nhân"),
    "text": _t("việc phải làm"),
    "shortcomings": _t("hạn chế được khắc phục"),
    "owner": _t("nơi chủ trì"),
    "partners": _t("phối hợp"),
    "places": _t("nơi thực hiện"),
    "start_on": _t("ngày bắt đầu"),
    "due_on": _t("thời hạn"),
    "measure": _t("thước đo kết quả"),
    "planned_value": _t("mức phải đạt"),
    "value_unit": _t("đơn vị tính"),
    "first_step": _t("việc làm trước"),
    "first_due_on": _t("mốc đầu tiên"),
    "steps": _t("các bước thực hiện"),
}


# -- many plans ----------------------------------------------------------------------------------


@page(permission=Permission.REMEDIATION_VIEW)
def plans(request: SignedInRequest) -> HttpResponse:
    """List the units of a scope with how far their plans are; those to answer are one tap away."""
    cycle = cycle_of(request)
    if cycle is None:
        return redirect("remediation:board")
    state = request.GET.get("state", "")
    rows = _with_plans(request, cycle)
    if state == NO_PLAN:
        rows = rows.filter(plan_state__isnull=True)
    elif state in PlanState.values:
        rows = rows.filter(plan_state=state)
    shown = {
        "cycle": cycle,
        "slice": slice_of(rows.select_related("unit__parent"), request, id_field="pk"),
        "state": state,
        "tabs": room_tabs(cycle, "plans"),
        "states_shown": [
            Tab(str(title), f"?cycle={cycle.public_id}&state={value}", value == state)
            for value, title in (
                ("", _("Tất cả")),
                *PlanState.choices,
                (NO_PLAN, _("chưa lập")),
            )
        ],
        "states": dict(PlanState.choices),
    }
    return render(request, "remediation/plan_list.html", shown)


def _with_plans(request: SignedInRequest, cycle: ReviewCycle) -> Any:
    plan = RemediationPlan.objects.filter(cycle=cycle, person__isnull=True, unit=OuterRef("unit"))
    rows = CycleUnit.objects.filter(cycle=cycle)
    if not request.user.is_system:
        scope = units_for(request.user, Permission.REMEDIATION_VIEW, on=today())
        rows = rows.filter(unit__in=scope.values("pk"))
    return rows.filter(Exists(plan) | queries.fell_short()).annotate(
        plan_key=Subquery(plan.values("public_id")[:1]),
        plan_state=Subquery(plan.values("state")[:1]),
        plan_sent_at=Subquery(plan.values("sent_at")[:1]),
    )


@page(permission=SIGNED_IN, writes={"POST"})
def start(request: SignedInRequest) -> HttpResponse:
    """List the units that still need a plan; sending one of them, or one's own, begins it.

    Sending a shortcoming begins the plan in which it is answered.
    """
    cycle = cycle_or_404(request)
    if request.method == "POST" and request.POST.get("own"):
        return _start_own(request, cycle)
    if request.method == "POST" and request.POST.get("shortcoming"):
        return _start_for(request, cycle)
    if not request.user.is_system and not _plans_anywhere(request.user):
        raise PermissionDenied
    waiting = queries.units_without_plan(request.user, cycle, on=today())
    if request.method != "POST":
        rows = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
        return render(request, "remediation/plan_start.html", {"cycle": cycle, "page": rows})
    scope = units_for(request.user, Permission.REMEDIATION_PLAN, on=today())
    unit = get_object_or_404(scope, public_id=request.POST.get("unit", ""))
    return _begin(request, cycle, unit.pk, None)


def _plans_anywhere(account: Account) -> bool:
    return units_for(account, Permission.REMEDIATION_PLAN, on=today()).exists()


def _start_own(request: SignedInRequest, cycle: ReviewCycle) -> HttpResponse:
    """Begin the plan of the person who asks, in the unit that they chose."""
    owed = Obligation.objects.filter(
        cycle=cycle,
        person=request.user.person_id,
        person__isnull=False,
        cancelled_on__isnull=True,
        unit__public_id=request.POST.get("unit", ""),
    ).first()
    if owed is None:
        raise Http404
    return _begin(request, cycle, owed.unit_id, request.user.person_id)


def _start_for(request: SignedInRequest, cycle: ReviewCycle) -> HttpResponse:
    one = get_object_or_404(
        queries.followed_for(request.user, on=today()).select_related("told__review__obligation"),
        cycle=cycle,
        pk=whole_number(request.POST["shortcoming"]),
    )
    # The dossier may have been handed over since.
    unit_id = one.told.review.obligation.unit_id if one.told else one.unit_id
    return _begin(request, cycle, unit_id, one.person_id)


def _begin(
    request: SignedInRequest, cycle: ReviewCycle, unit_id: int, person_id: int | None
) -> HttpResponse:
    try:
        made = operations.draft_plan(
            cycle_id=cycle.pk,
            unit_id=unit_id,
            person_id=person_id,
            actor=request.user,
            at=clock.now(),
        )
    except RemediationError as refusal:
        messages.error(request, str(refusal))
        is_own = person_id is not None and person_id == request.user.person_id
        return redirect("remediation:mine" if is_own else "remediation:board")
    if made.actions.exists():
        said = _("Đã lập kế hoạch từ các giải pháp nêu trong bản kiểm điểm.")
    else:
        said = _("Đã lập kế hoạch; bản kiểm điểm chưa nêu giải pháp nào, hãy thêm việc khắc phục.")
    messages.success(request, said)
    about = whole_number(request.POST.get("shortcoming", ""))
    if about is not None:
        address = reverse("remediation:add-action", args=[made.public_id])
        return redirect(f"{address}?shortcoming={about}")
    return redirect("remediation:plan", public_id=made.public_id)
