"""An action's page and forms, and the list of what I have to do."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.audit.queries import events_about
from tusoi.core import clock
from tusoi.cycles.models import Obligation
from tusoi.mirror.topics import suggested_topic
from tusoi.people.models import Account
from tusoi.remediation import operations, permissions, queries
from tusoi.remediation.enums import ActionState
from tusoi.remediation.errors import (
    ActionChangedMeanwhile,
    AnsweredAlready,
    RemediationError,
    StepMissing,
)
from tusoi.remediation.models import (
    ActionVersion,
    FollowedShortcoming,
    RemediationAction,
    RemediationPlan,
)
from tusoi.reviews.models import Initiative
from tusoi.reviews.queries import initiatives_for
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today, whole_number
from tusoi.web.remediation import step_forms
from tusoi.web.remediation.clash import Clash, clash_of, show_again
from tusoi.web.remediation.forms import ActionForm, HandOverForm, initial_of_kept
from tusoi.web.remediation.steps import Refused, Step, offers, stored, take
from tusoi.web.remediation.views.places import ROWS, action_of, plan_of


_LOGGED: Final = 60
# Of so many initiatives the topic is looked at when a remedy is planned.
_LOOKED_AT: Final = 200
_MOST_MODELS: Final = 5
_t = gettext_lazy


# -- the steps -----------------------------------------------------------------------------------


def _note(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.note_progress(
        action_id=action.pk,
        text=sent["text"],
        percent=sent["percent"],
        evidence=_evidence(sent, actor),
        actor=actor,
        at=clock.now(),
    )
    return _("Đã ghi kết quả.")


def _finish(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.finish_action(
        action_id=action.pk,
        text=sent["text"],
        evidence=_evidence(sent, actor),
        actor=actor,
        at=clock.now(),
    )
    return _("Đã báo làm xong.")


def _evidence(sent: dict[str, Any], actor: Account) -> operations.Evidence:
    return operations.Evidence(
        reached_value=sent["reached_value"],
        link=sent["link"],
        files=stored(sent["evidence"], actor),
    )


def _tick(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    # Of this action, and of no other to which the address does not lead.
    if not action.steps.filter(pk=sent["step"]).exists():
        raise StepMissing
    operations.tick_step(step_id=sent["step"], is_done=sent["done"], actor=actor, at=clock.now())
    return _("Đã đánh dấu.") if sent["done"] else _("Đã bỏ dấu.")


def _ask_extension(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.ask_extension(
        action_id=action.pk,
        until=sent["until"],
        reason=sent["reason"],
        actor=actor,
        at=clock.now(),
    )
    return _("Đã gửi đề nghị gia hạn; thời hạn cũ còn hiệu lực đến khi được trả lời.")


def _asked_key(action: RemediationAction) -> int:
    waiting = queries.unanswered(action.extensions)
    if waiting is None:
        raise AnsweredAlready
    return waiting.pk


def _withdraw(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:  # noqa: ARG001 -- one shape for all
    operations.withdraw_extension(extension_id=_asked_key(action), actor=actor, at=clock.now())
    return _("Đã rút đề nghị gia hạn.")


def _grant(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:  # noqa: ARG001 -- one shape for all
    operations.grant_extension(extension_id=_asked_key(action), actor=actor, at=clock.now())
    return _("Đã cho gia hạn.")


def _refuse(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.refuse_extension(
        extension_id=_asked_key(action), reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã trả lời không cho gia hạn.")


def _drop(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.drop_action(action_id=action.pk, reason=sent["reason"], actor=actor, at=clock.now())
    return _("Đã ghi thôi thực hiện; hạn chế liên quan hiện lại là chưa có việc khắc phục.")


def _reopen(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    operations.reopen_action(
        action_id=action.pk, reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã mở lại việc này.")


STEPS: Final[Mapping[str, Step]] = {
    step.verb: step
    for step in (
        Step(
            "note",
            _t("Ghi kết quả"),
            step_forms.NoteForm,
            _note,
            icon="device-floppy",
        ),
        Step("finish", _t("Báo đã làm xong"), step_forms.NoteForm, _finish),
        Step("tick", _t("Đánh dấu"), step_forms.TickForm, _tick),
        Step(
            "ask-extension",
            _t("Đề nghị gia hạn"),
            step_forms.UntilForm,
            _ask_extension,
            _t("Người chủ trì không tự trả lời đề nghị của mình."),
            style="",
            icon="calendar-due",
        ),
        Step(
            "withdraw-extension",
            _t("Rút đề nghị gia hạn"),
            step_forms.NothingForm,
            _withdraw,
            _t(
                "Chưa ai trả lời đề nghị của đồng chí; rút đi thì thời hạn đang có vẫn giữ nguyên."
            ),
            style="",
            icon="arrow-back-up",
        ),
        Step("grant-extension", _t("Cho gia hạn"), step_forms.NothingForm, _grant),
        Step(
            "refuse-extension",
            _t("Không cho gia hạn"),
            step_forms.ReasonForm,
            _refuse,
            style="",
            icon="x",
        ),
        Step(
            "reopen",
            _t("Mở lại"),
            step_forms.ReasonForm,
            _reopen,
            _t("Báo xong nhầm hoặc phải làm tiếp thì mở lại; các lần cập nhật vẫn còn."),
            style="",
            icon="arrow-back-up",
        ),
        Step(
            "drop",
            _t("Thôi thực hiện"),
            step_forms.ReasonForm,
            _drop,
            style="btn-outline-danger",
            icon="ban",
        ),
    )
}


def _offered(action: RemediationAction, actor: Account, on: dt.date) -> list[str]:
    is_open = action.state in queries.OPEN_STATES
    may_update = permissions.may_update(actor, action, on=on)
    may_plan = permissions.may_plan(actor, action.plan, on=on)
    waiting = queries.unanswered(action.extensions)
    is_own = waiting is not None and waiting.asked_by_id == actor.pk
    answers = waiting is not None and not is_own and permissions.may_extend(actor, action, on=on)
    asked = {
        "grant-extension": answers and is_open,
        "refuse-extension": answers,
        "withdraw-extension": is_own,
        "ask-extension": may_update and is_open and waiting is None,
        "reopen": not is_open
        and permissions.may_reopen(actor, action, on=on)
        and not queries.is_judged(action),
        "drop": is_open and may_plan,
    }
    return [verb for verb, is_offered in asked.items() if is_offered]


# -- the page ------------------------------------------------------------------------------------


@page(permission=SIGNED_IN)
def action(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show one action with all its notes and what the account may do with it."""
    found = action_of(request, public_id)
    return render(request, "remediation/action_detail.html", _page(request, found))


@page(permission=SIGNED_IN, writes={"POST"})
def act(request: SignedInRequest, public_id: str, verb: str) -> HttpResponse:
    found = action_of(request, public_id)
    # One form notes and reports done: its second button says which.
    if verb == "note" and "done" in request.POST:
        verb = "finish"

    def back() -> str:
        if request.POST.get("back") == "waiting":
            return reverse("remediation:waiting")
        if request.POST.get("back") == "mine":
            return f"{reverse('remediation:mine')}#{public_id}"
        return reverse("remediation:action", args=[public_id])

    def again(refused: Refused) -> HttpResponse:
        shown = _page(request, action_of(request, public_id), refused)
        return render(request, "remediation/action_detail.html", shown, status=422)

    return take(request, STEPS, verb, found, back=back, page=again)


def _page(
    request: SignedInRequest, found: RemediationAction, refused: Refused | None = None
) -> dict[str, Any]:
    on = today()
    verbs = _offered(found, request.user, on)
    is_noted = refused is not None and refused.verb in {"note", "finish"}
    if refused is not None and refused.verb == "tick":
        # A tick is a tap: there is no form of it to show again.
        messages.error(request, " ".join(str(one) for one in refused.form.non_field_errors()))
    elif refused is not None and not is_noted and refused.verb not in verbs:
        verbs.append(refused.verb)
    shown = offers(
        [STEPS[verb] for verb in verbs],
        found,
        lambda verb: reverse("remediation:action-act", args=[found.public_id, verb]),
        refused,
    )
    form = refused.form if refused is not None and is_noted else step_forms.NoteForm()
    is_open = found.state in queries.OPEN_STATES
    may_plan = permissions.may_plan(request.user, found.plan, on=on)
    seen = queries.plans_for(request.user, on=on)
    return {
        "action": found,
        "form": form,
        "offers": list(shown.values()),
        "notes": found.notes.select_related("noted_by").prefetch_related("files").order_by("-pk"),
        "shortcomings": found.shortcomings.order_by("pk"),
        "partner_units": found.partner_units.all(),
        "steps": found.steps.select_related("done_by").order_by("position"),
        "extensions": found.extensions.select_related(
            "asked_by", "granted_by", "refused_by"
        ).order_by("-pk"),
        "owner_changes": found.owner_changes.select_related(
            "from_person", "from_unit", "to_person", "to_unit", "changed_by"
        ).order_by("-pk"),
        "conflicts": _kept(found) if may_plan else [],
        "events": events_about({"remediation.remediationaction": [found.pk]})[:_LOGGED],
        "is_open": is_open,
        "may_note": queries.may_be_added_to(found),
        "may_plan": may_plan,
        "may_update": permissions.may_update(request.user, found, on=on),
        "sees_plan": seen.filter(pk=found.plan_id).exists(),
        "seen": set(
            queries.followed_for(request.user, on=on)
            .filter(links__action=found)
            .values_list("pk", flat=True)
        ),
    }


@page(permission=SIGNED_IN, writes={"POST"})
def hand_over(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put somebody else in charge: searched by name, with the reason."""
    found = action_of(request, public_id)
    _require_plan(request, found.plan)
    if found.plan.person_id is not None:
        raise Http404
    form = HandOverForm(request.POST or None, plan=found.plan, action=found)
    if _looks_up(request):
        form.look_up()
    elif request.method == "POST" and form.is_valid():
        person_id, unit_id = form.chosen()
        try:
            operations.hand_over_action(
                action_id=found.pk,
                to_person_id=person_id,
                to_unit_id=unit_id,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=clock.now(),
            )
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã bàn giao việc này."))
            return redirect("remediation:action", public_id=public_id)
    shown = {
        "form": form,
        "action": found,
        "looked_up": _looks_up(request),
        "all_url": _all_url(request, found),
    }
    status = 422 if form.errors else 200
    return render(request, "remediation/action_hand_over.html", shown, status=status)


def _all_url(request: SignedInRequest, found: RemediationAction) -> str:
    """Return where everything of the same owner is handed over, to whom that is open."""
    plan = found.plan
    owner = f"person:{found.owner_person_id}" if found.owner_person_id else ""
    owner = f"unit:{found.owner_unit_id}" if found.owner_unit_id else owner
    is_open = owner and plan.person_id is None
    if not is_open or not permissions.may_approve(request.user, plan, on=today()):
        return ""
    query = {"unit": (plan.keeper or plan.unit).public_id, "from": owner}
    return f"{reverse('remediation:hand-over-all')}?{urlencode(query)}"


# -- written -------------------------------------------------------------------------------------


@page(permission=SIGNED_IN, writes={"POST"})
def add_action(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = plan_of(request, public_id)
    _require_plan(request, found)
    about = _about(found, request.GET.get("shortcoming", ""))
    form = ActionForm(request.POST or None, plan=found, initial=_first(request, found, about))
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
            _warn_if_late(request, form)
            if about is not None:
                return redirect("remediation:shortcoming", public_id=about.public_id)
            return redirect("remediation:plan", public_id=public_id)
    shown = {"plan": found, "form": form, "action": None, "clash": None, "about": about}
    if about is None and request.method != "POST":
        shown["to_choose"] = queries.shortcomings_of_plan(found)[:ROWS]
    return _form_page(request, shown)


def _about(plan: RemediationPlan, key: str) -> FollowedShortcoming | None:
    number = whole_number(key)
    if number is None:
        return None
    return queries.shortcomings_of_plan(plan).filter(pk=number).first()


def _first(
    request: SignedInRequest, plan: RemediationPlan, about: FollowedShortcoming | None
) -> dict[str, Any]:
    """Return what the form begins with: the shortcoming, and what serves as a model."""
    begun: dict[str, Any] = {"shortcomings": [str(about.pk)] if about else []}
    if plan.person_id is not None:
        begun["owner"] = f"person:{plan.person_id}"
    model = request.GET.get("model", "")
    if model:
        seen = queries.actions_for(request.user, on=today())
        copied = seen.filter(public_id=model).prefetch_related("steps").first()
        if copied is not None:
            begun |= {
                "text": copied.text,
                "measure": copied.measure,
                "value_unit": copied.value_unit,
                "first_step": copied.first_step,
                "steps": "\n".join(one.text for one in copied.steps.order_by("position")),
            }
    initiative = whole_number(request.GET.get("initiative", ""))
    if initiative is not None:
        found = initiatives_for(request.user, on=today()).filter(pk=initiative).first()
        if found is not None:
            begun["text"] = found.name
    return begun


@dataclass(frozen=True)
class Models:
    """What helped elsewhere against the same."""

    worked: Iterable[queries.Elsewhere]
    initiatives: list[Initiative]


def _models(request: SignedInRequest, about: FollowedShortcoming | None) -> Models | None:
    if about is None:
        return None
    rows = initiatives_for(request.user, on=today()).exclude(
        review__obligation__unit=about.unit_id
    )
    alike = [
        one
        for one in rows[:_LOOKED_AT]
        if suggested_topic(f"{one.name} {one.benefit}") == about.topic
    ]
    worked = queries.worked_elsewhere(request.user, about, on=today())
    return Models(worked, alike[:_MOST_MODELS])


@page(permission=SIGNED_IN, writes={"POST"})
def edit_action(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = action_of(request, public_id)
    _require_plan(request, found.plan)
    begun = _begun(request, found)
    form = ActionForm(request.POST or None, plan=found.plan, action=found, **begun)
    clash = clash_of(ActionForm(plan=found.plan, action=found), form) if begun else None
    if _looks_up(request):
        form.look_up()
    elif request.method == "POST" and form.is_valid():
        try:
            operations.edit_action(
                action_id=found.pk,
                version=form.cleaned_data["version"] or 0,
                content=form.content(),
                settles=form.cleaned_data["kept"],
                actor=request.user,
                at=clock.now(),
            )
        except ActionChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            found = action_of(request, public_id)
            show_again(form, "version", str(found.version))
            show_again(form, "kept", str(refusal.kept_id))
            clash = clash_of(ActionForm(plan=found.plan, action=found), form)
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu."))
            _warn_if_late(request, form)
            return redirect("remediation:action", public_id=public_id)
    shown = {"plan": found.plan, "form": form, "action": found, "clash": clash}
    return _form_page(request, shown)


def _warn_if_late(request: SignedInRequest, form: ActionForm) -> None:
    """Say so when a deadline is over as it is set: a plan on paper is older than its entry."""
    due_on = form.cleaned_data["due_on"]
    if due_on is not None and due_on < today():
        messages.warning(request, _("Thời hạn vừa ghi đã qua, nên việc này tính là quá hạn."))


def _begun(request: SignedInRequest, found: RemediationAction) -> dict[str, Any]:
    """Begin with a text that arrived too late, where the address names one."""
    pk = whole_number(request.GET.get("kept", ""))
    if pk is None or request.method == "POST":
        return {}
    kept = queries.open_conflicts(found).filter(pk=pk).first()
    return {"initial": initial_of_kept(kept, found) | {"kept": kept.pk}} if kept else {}


def _kept(found: RemediationAction) -> list[tuple[ActionVersion, Clash]]:
    """Return the texts that arrived too late, each beside the one that is stored."""
    stored_form = ActionForm(plan=found.plan, action=found)
    return [
        (
            one,
            clash_of(
                stored_form,
                ActionForm(plan=found.plan, action=found, initial=initial_of_kept(one, found)),
            ),
        )
        for one in queries.open_conflicts(found)
    ]


@page(permission=SIGNED_IN, writes={"POST"})
def settle(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Note that a text that arrived too late was looked at and is not needed."""
    found = action_of(request, public_id)
    rows = queries.open_conflicts(found)
    if request.method == "POST":
        kept = rows.filter(pk=pk).first()
        if kept is None:
            raise ActionVersion.DoesNotExist
        try:
            operations.settle_conflict(kept_id=kept.pk, actor=request.user, at=clock.now())
        except AnsweredAlready as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, _("Đã giữ bản hiện tại."))
    return redirect("remediation:action", public_id=public_id)


def _looks_up(request: SignedInRequest) -> bool:
    """Say whether the form was sent to find somebody, not to be saved."""
    return request.method == "POST" and "find" in request.POST


def _form_page(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    context["looked_up"] = _looks_up(request)
    context["models"] = _models(request, context.get("about"))
    return render(request, "remediation/action_form.html", context, status=status)


def _require_plan(request: SignedInRequest, found: RemediationPlan) -> None:
    if not permissions.may_plan(request.user, found, on=today()):
        raise PermissionDenied


# -- mine ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    title: str
    actions: list[RemediationAction]
    is_late: bool = False
    is_folded: bool = False


@page(permission=SIGNED_IN)
def mine(request: SignedInRequest) -> HttpResponse:
    on = today()
    rows = queries.own_actions(request.user).prefetch_related("steps")
    shown = queries.page_after(rows, request.GET.get("after", ""), size=ROWS)
    context = {
        "groups": _by_deadline(shown.rows, on),
        "after": shown.after,
        "form": step_forms.NoteForm(auto_id=None),
        "own_plans": _own_plans(request.user),
        "to_plan": _dossiers_to_plan(request.user),
        "own_shortcomings": FollowedShortcoming.objects.filter(
            person=request.user.person_id, person__isnull=False
        )
        .select_related("cycle")
        .order_by("-cycle__year", "pk")[:ROWS],
    }
    return render(request, "remediation/action_mine.html", context)


def _dossiers_to_plan(account: Account) -> list[Obligation]:
    """Return one dossier for each unit in which the person still needs a plan."""
    owed = queries.dossiers_without_plan(account.person_id)
    return list({(one.cycle_id, one.unit_id): one for one in owed}.values())


def _own_plans(account: Account) -> Any:
    found = RemediationPlan.objects.filter(person=account.person_id, person__isnull=False)
    return found.select_related("cycle", "unit").order_by("-cycle__year", "-pk")


def _by_deadline(rows: list[RemediationAction], on: dt.date) -> list[Group]:
    week = on + dt.timedelta(days=6 - on.weekday())
    done = [one for one in rows if one.state == ActionState.DONE]
    left = [one for one in rows if one.state != ActionState.DONE]
    late = [one for one in left if one.late_after < on]
    soon = [one for one in left if on <= one.late_after <= week]
    later = [one for one in left if one.late_after > week]
    groups = (
        Group(_("Quá hạn"), late, is_late=True),
        Group(_("Trong tuần này"), soon),
        Group(_("Sau tuần này"), later),
        Group(_("Đã làm xong"), done, is_folded=True),
    )
    return [one for one in groups if one.actions]
