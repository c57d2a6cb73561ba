"""A shortcoming's page: its whole life, what comes next, and every step that may be taken."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.access.enums import Permission
from tusoi.access.guard import permissions_anywhere
from tusoi.access.queries import units_for
from tusoi.audit.queries import events_about
from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.remediation import operations, permissions, queries
from tusoi.remediation.enums import ShortcomingState, SourceKind, Verdict
from tusoi.remediation.errors import (
    AnsweredAlready,
    RemediationError,
    ShortcomingChangedMeanwhile,
)
from tusoi.remediation.models import (
    Acceptance,
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.reviews.enums import Topic
from tusoi.reviews.models import ReviewPrompt
from tusoi.reviews.queries import reviews_for
from tusoi.units.models import Unit
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today, whole_number
from tusoi.web.remediation import step_forms
from tusoi.web.remediation.clash import clash_of, show_again
from tusoi.web.remediation.shortcoming_forms import RecordForm, ShortcomingForm
from tusoi.web.remediation.steps import Refused, Step, offers, stored, take
from tusoi.web.remediation.views.places import cycle_or_404, shortcoming_of


_S: Final = ShortcomingState
# So many lines of the log are shown with the page; what is older stays in the unit's log.
_LOGGED: Final = 60


# -- the steps -----------------------------------------------------------------------------------


def _find_cause(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    at = clock.now()
    version = sent["version"]
    entry = _key(sent.get("topic_entry"), kept=one.topic_entry_id, is_asked="topic_entry" in sent)
    if (sent["topic"], entry) != (one.topic, one.topic_entry_id):
        content = replace(as_it_stands(one), topic=sent["topic"], topic_entry_id=entry)
        edited = operations.edit_shortcoming(
            shortcoming_id=one.pk, version=version, content=content, actor=actor, at=at
        )
        version = edited.version
    operations.analyze_cause(
        shortcoming_id=one.pk,
        version=version,
        cause=operations.Cause(
            kind=sent["cause_kind"],
            text=sent["cause"],
            classified=sent["cause_class"],
            entry_id=_key(
                sent.get("cause_entry"), kept=one.cause_entry_id, is_asked="cause_entry" in sent
            ),
        ),
        actor=actor,
        at=at,
    )
    return _("Đã ghi nội dung và nguyên nhân.")


def _key(text: str | None, *, kept: int | None, is_asked: bool) -> int | None:
    return (int(text) if text else None) if is_asked else kept


def as_it_stands(one: FollowedShortcoming) -> operations.ShortcomingContent:
    names = operations.ShortcomingContent.__dataclass_fields__
    told = {name: getattr(one, name) for name in names if name != "answerable_ids"}
    return operations.ShortcomingContent(
        **told, answerable_ids=[person.pk for person in one.answerable.all()]
    )


def _name_answerable(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    content = replace(as_it_stands(one), answerable_ids=[int(pk) for pk in sent["answerable"]])
    operations.edit_shortcoming(
        shortcoming_id=one.pk,
        version=sent["version"],
        content=content,
        actor=actor,
        at=clock.now(),
    )
    return _("Đã ghi người chịu trách nhiệm.")


def _set_check_day(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.set_check_day(
        shortcoming_id=one.pk, check_on=sent["check_on"], actor=actor, at=clock.now()
    )
    return _("Đã đặt ngày kiểm tra hiệu quả.")


def _check(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.check_effect(
        shortcoming_id=one.pk,
        verdict=Verdict(sent["verdict"]),
        grounds=sent["grounds"],
        checked_on=sent["checked_on"],
        files=stored(sent["evidence"], actor),
        actor=actor,
        at=clock.now(),
    )
    return _("Đã ghi kết luận về hiệu quả.")


def _close(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.close_shortcoming(
        shortcoming_id=one.pk, reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã kết thúc theo dõi hạn chế này.")


def _ask_acceptance(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.ask_acceptance(
        shortcoming_id=one.pk,
        until=sent["until"],
        reason=sent["reason"],
        actor=actor,
        at=clock.now(),
    )
    return _("Đã gửi đề nghị tạm chấp nhận; chờ cấp trên trả lời.")


def _in_force(one: FollowedShortcoming, on: dt.date) -> Acceptance | None:
    rows = one.acceptances.filter(granted_at__isnull=False, revoked_at__isnull=True, until__gte=on)
    return rows.order_by("-until").first()


def _asked_key(one: FollowedShortcoming) -> int:
    waiting = queries.unanswered(one.acceptances)
    if waiting is None:
        raise AnsweredAlready
    return waiting.pk


def _withdraw_acceptance(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:  # noqa: ARG001 -- one shape for all
    operations.withdraw_acceptance(acceptance_id=_asked_key(one), actor=actor, at=clock.now())
    return _("Đã rút đề nghị tạm chấp nhận.")


def _grant_acceptance(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:  # noqa: ARG001 -- one shape for all
    operations.grant_acceptance(acceptance_id=_asked_key(one), actor=actor, at=clock.now())
    return _("Đã tạm chấp nhận; hết hạn, hạn chế tự trở lại danh sách phải khắc phục.")


def _refuse_acceptance(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.refuse_acceptance(
        acceptance_id=_asked_key(one), reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã trả lời không chấp nhận.")


def _revoke_acceptance(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    held = _in_force(one, today())
    if held is None:
        raise AnsweredAlready
    operations.revoke_acceptance(
        acceptance_id=held.pk, reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã thu hồi; các thời hạn tính lại ngay.")


def _link(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.link_returned(
        shortcoming_id=one.pk,
        previous_id=int(sent["previous"]) if sent["previous"] else None,
        actor=actor,
        at=clock.now(),
    )
    return _("Đã ghi quan hệ với kỳ trước.")


def _erase(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    operations.erase_shortcoming(
        shortcoming_id=one.pk, reason=sent["reason"], actor=actor, at=clock.now()
    )
    return _("Đã xóa hạn chế ghi nhầm; việc xóa có trong nhật ký.")


_t = gettext_lazy
STEPS: Final[Mapping[str, Step]] = {
    step.verb: step
    for step in (
        Step(
            "cause",
            _t("Ghi nội dung và nguyên nhân"),
            step_forms.CauseForm,
            _find_cause,
            icon="pencil",
        ),
        Step(
            "check",
            _t("Ghi kết luận về hiệu quả"),
            step_forms.CheckForm,
            _check,
            _t("Người kiểm tra không phải người chủ trì hay người báo làm xong."),
            icon="clipboard-check",
        ),
        Step(
            "close",
            _t("Kết thúc theo dõi"),
            step_forms.PerhapsReasonForm,
            _close,
            _t("Nếu mới có hiệu quả một phần, hãy ghi vì sao như vậy là đủ."),
            icon="circle-check",
        ),
        Step(
            "answerable",
            _t("Ghi người chịu trách nhiệm"),
            step_forms.AnswerableForm,
            _name_answerable,
            _t("Cá nhân trong cấp ủy, chi bộ phải chịu trách nhiệm về hạn chế này."),
            style="",
            icon="users",
        ),
        Step(
            "check-day",
            _t("Đặt ngày kiểm tra hiệu quả"),
            step_forms.CheckDayForm,
            _set_check_day,
            style="",
            icon="calendar-due",
        ),
        Step(
            "link",
            _t("Nối với hạn chế kỳ trước"),
            step_forms.PastForm,
            _link,
            _t("Hạn chế lặp lại được ghi thành mục mới, nối với mục cũ để đếm số kỳ liên tiếp."),
            style="",
            icon="history",
        ),
        Step(
            "ask-acceptance",
            _t("Đề nghị tạm chấp nhận"),
            step_forms.UntilForm,
            _ask_acceptance,
            _t("Khi chưa thể khắc phục ngay. Cấp trên trả lời; hết ngày ghi, thời hạn tính lại."),
            style="",
            icon="clock",
        ),
        Step(
            "withdraw-acceptance",
            _t("Rút đề nghị tạm chấp nhận"),
            step_forms.NothingForm,
            _withdraw_acceptance,
            _t("Chưa ai trả lời đề nghị của đồng chí."),
            style="",
            icon="arrow-back-up",
        ),
        Step(
            "grant-acceptance",
            _t("Tạm chấp nhận"),
            step_forms.NothingForm,
            _grant_acceptance,
        ),
        Step(
            "refuse-acceptance",
            _t("Không chấp nhận"),
            step_forms.ReasonForm,
            _refuse_acceptance,
            style="",
            icon="x",
        ),
        Step(
            "revoke-acceptance",
            _t("Thu hồi việc tạm chấp nhận"),
            step_forms.ReasonForm,
            _revoke_acceptance,
            style="",
            icon="arrow-back-up",
        ),
        Step(
            "erase",
            _t("Xóa vì ghi nhầm"),
            step_forms.ReasonForm,
            _erase,
            style="btn-outline-danger",
            icon="trash",
        ),
    )
}


# -- what comes next -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Next:
    """The one thing to do now: a step of this page, a link, or a sentence about who does it."""

    title: str
    text: str = ""
    verb: str = ""
    url: str = ""
    label: str = ""
    # Posts there with these fields instead of going there.
    sends: Mapping[str, str] | None = None


@dataclass(frozen=True)
class _Rights:
    analyze: bool
    check: bool
    accept: bool
    erase: bool
    plan: bool


def _rights(
    actor: Account, one: FollowedShortcoming, plan: RemediationPlan | None, on: dt.date
) -> _Rights:
    wanted = plan or RemediationPlan(
        cycle_id=one.cycle_id, unit_id=one.unit_id, person_id=one.person_id
    )
    return _Rights(
        analyze=permissions.may_analyze(actor, one, on=on),
        check=permissions.may_check(actor, one, on=on),
        accept=permissions.may_accept(actor, one, on=on),
        erase=permissions.may_erase(actor, one, on=on),
        plan=permissions.may_plan(actor, wanted, on=on),
    )


def _next(
    one: FollowedShortcoming,
    may: _Rights,
    plan: RemediationPlan | None,
    actions: list[RemediationAction],
) -> Next:
    state = ShortcomingState(one.state)
    if state in {_S.CAUSE_ANALYZED, _S.NOT_EFFECTIVE}:
        return _next_action(one, may, plan)
    if state in {_S.ACTION_PLANNED, _S.IN_HAND}:
        return _next_work(actions)
    return {
        _S.RECORDED: _next_cause,
        _S.DONE: _next_check,
        _S.EFFECT_CHECKED: _next_close,
        _S.CLOSED: _next_nothing,
    }[state](one, may)


def _next_cause(one: FollowedShortcoming, may: _Rights) -> Next:  # noqa: ARG001 -- one shape for all
    title = _("Ghi nội dung và nguyên nhân")
    if may.analyze:
        text = _("Chưa rõ nguyên nhân thì chưa chọn được việc khắc phục đúng.")
        return Next(title, text, verb="cause")
    return Next(title, _("Cấp ủy của đơn vị ghi; cá nhân thì tự ghi hạn chế của mình."))


def _next_close(one: FollowedShortcoming, may: _Rights) -> Next:  # noqa: ARG001 -- one shape for all
    title = _("Kết thúc theo dõi")
    if may.check:
        return Next(title, verb="close")
    return Next(title, _("Người có quyền kiểm tra hiệu quả kết thúc việc theo dõi."))


def _next_nothing(one: FollowedShortcoming, may: _Rights) -> Next:  # noqa: ARG001 -- one shape for all
    return Next(_("Đã khắc phục, không còn việc phải làm"))


def _next_action(one: FollowedShortcoming, may: _Rights, plan: RemediationPlan | None) -> Next:
    title = _("Lập việc khắc phục")
    if one.state == _S.NOT_EFFECTIVE:
        title = _("Lập việc khắc phục mới, vì việc trước chưa hiệu quả")
    if not may.plan:
        return Next(title, _("Cấp ủy của đơn vị lập việc khắc phục, ghi nơi chủ trì và thời hạn."))
    if plan is not None:
        address = reverse("remediation:add-action", args=[plan.public_id])
        return Next(title, url=f"{address}?shortcoming={one.pk}", label=_("Thêm việc khắc phục"))
    sends = {"shortcoming": str(one.pk)}
    address = reverse("remediation:start")
    return Next(
        title,
        url=f"{address}?cycle={one.cycle.public_id}",
        label=_("Lập kế hoạch khắc phục"),
        sends=sends,
    )


def _next_work(actions: list[RemediationAction]) -> Next:
    left = [one for one in actions if one.state in queries.OPEN_STATES]
    left.sort(key=lambda one: (one.late_after, one.pk))
    title = _("Làm xong các việc khắc phục")
    if not left:
        return Next(title)
    first = left[0]
    return Next(
        title,
        _("Còn %(count)d việc chưa xong; việc đến hạn trước: %(text)s")
        % {"count": len(left), "text": first.text[:160]},
        url=reverse("remediation:action", args=[first.public_id]),
        label=_("Mở việc này"),
    )


def _next_check(one: FollowedShortcoming, may: _Rights) -> Next:
    title = _("Kiểm tra hiệu quả")
    day = f"{one.check_on:%d/%m/%Y}" if one.check_on else ""
    if may.check:
        return Next(title, _("Ngày kiểm tra đã đặt: %(day)s.") % {"day": day}, verb="check")
    return Next(
        title,
        _("Người không chủ trì kiểm tra vào ngày %(day)s.") % {"day": day},
    )


def _offered(one: FollowedShortcoming, actor: Account, may: _Rights, on: dt.date) -> list[str]:
    """Name the steps that the state allows, to whom they are open."""
    is_open = one.state != _S.CLOSED
    asked = queries.unanswered(one.acceptances)
    is_own = asked is not None and asked.asked_by_id == actor.pk
    answers = may.accept and asked is not None and not is_own
    held = _in_force(one, on) is not None
    is_past_open = one.previous_id is not None or queries.past_of(one).exists()
    open_steps = {
        "cause": may.analyze and is_open,
        "check": may.check and one.state == _S.DONE,
        "close": may.check and one.state == _S.EFFECT_CHECKED,
        "answerable": may.analyze and is_open and one.person_id is None,
        "check-day": (may.analyze or may.check) and one.checked_at is None and is_open,
        "link": may.analyze and is_past_open,
        "ask-acceptance": may.analyze and is_open and asked is None and not held,
        "withdraw-acceptance": is_own,
        "grant-acceptance": answers,
        "refuse-acceptance": answers,
        "revoke-acceptance": may.accept and held,
        "erase": may.erase and one.told_id is None and not one.must_stay(),
    }
    return [verb for verb, is_offered in open_steps.items() if is_offered]


# -- the page ------------------------------------------------------------------------------------


@page(permission=SIGNED_IN)
def shortcoming(request: SignedInRequest, public_id: str) -> HttpResponse:
    one = shortcoming_of(request, public_id)
    return render(request, "remediation/shortcoming_detail.html", _page(request, one))


@page(permission=SIGNED_IN, writes={"POST"})
def act(request: SignedInRequest, public_id: str, verb: str) -> HttpResponse:
    one = shortcoming_of(request, public_id)

    def back() -> str:
        if request.POST.get("back") == "waiting":
            return reverse("remediation:waiting")
        gone = not FollowedShortcoming.objects.filter(pk=one.pk).exists()
        return (
            reverse("remediation:board")
            if gone
            else reverse("remediation:shortcoming", args=[public_id])
        )

    def again(refused: Refused) -> HttpResponse:
        shown = _page(request, shortcoming_of(request, public_id), refused)
        return render(request, "remediation/shortcoming_detail.html", shown, status=422)

    return take(request, STEPS, verb, one, back=back, page=again)


def _page(
    request: SignedInRequest, one: FollowedShortcoming, refused: Refused | None = None
) -> dict[str, Any]:
    on = today()
    plan = queries.plan_of_shortcoming(one)
    may = _rights(request.user, one, plan, on)
    rounds = _rounds(one)
    current = [
        action for number, rows, _check in rounds for action in rows if number == one.attempt
    ]
    verbs = _offered(one, request.user, may, on)
    if refused is not None and refused.verb not in verbs:
        verbs.append(refused.verb)
    shown = offers(
        [STEPS[verb] for verb in verbs],
        one,
        lambda verb: reverse("remediation:shortcoming-act", args=[one.public_id, verb]),
        refused,
    )
    coming = _next(one, may, plan, current)
    review = one.told.review if one.told else None
    sees_review = (
        review is not None and reviews_for(request.user, on=on).filter(pk=review.pk).exists()
    )
    sees_plan = (
        plan is not None and queries.plans_for(request.user, on=on).filter(pk=plan.pk).exists()
    )
    return {
        "one": one,
        "next": coming,
        "next_offer": shown.pop(coming.verb, None),
        "offers": list(shown.values()),
        "may": may,
        "plan": plan if sees_plan else None,
        "review": review if sees_review else None,
        "rounds": rounds,
        "answerable": one.answerable.order_by("sort_key"),
        "acceptances": one.acceptances.select_related(
            "asked_by", "granted_by", "refused_by", "revoked_by"
        ).order_by("-pk"),
        "accepted_until": queries.accepted_until(one, on=on),
        "past": queries.history_of(one),
        "returned": FollowedShortcoming.objects.filter(previous=one)
        .select_related("cycle")
        .first(),
        "carried": one.carried.select_related("earlier__review__obligation__cycle").order_by("pk"),
        "steps": queries.steps_of(one),
        "events": events_about({"remediation.followedshortcoming": [one.pk]})[:_LOGGED],
        "gaps": queries.gaps_to_close(one) if one.state in {_S.DONE, _S.EFFECT_CHECKED} else [],
        "needs_topic": one.topic == Topic.OTHER and one.topic_entry_id is None,
        "today": on,
        "may_add": may.plan and one.state in {_S.ACTION_PLANNED, _S.IN_HAND, _S.EFFECT_CHECKED},
    }


def _rounds(one: FollowedShortcoming) -> list[tuple[int, list[RemediationAction], Any]]:
    """Return the actions of each round with what was found about their effect, the last first."""
    notes = ProgressNote.objects.select_related("noted_by").order_by("pk")
    links = (
        one.links.select_related("action__owner_person", "action__owner_unit")
        .prefetch_related(Prefetch("action__notes", queryset=notes))
        .order_by("pk")
    )
    grouped: dict[int, list[RemediationAction]] = {}
    for link in links:
        grouped.setdefault(link.attempt, []).append(link.action)
    checks = {one.attempt: one for one in queries.checks_of(one)}
    numbers = sorted({*grouped, *checks}, reverse=True)
    return [(number, grouped.get(number, []), checks.get(number)) for number in numbers]


# -- written down and corrected ------------------------------------------------------------------


@page(permission=SIGNED_IN, writes={"POST"})
def record(request: SignedInRequest) -> HttpResponse:
    """Write down what a meeting, a prompt, an inspection or the unit itself pointed out."""
    cycle = cycle_or_404(request)
    units = _may_record_at(request.user)
    if not units.exists():
        raise PermissionDenied
    prompt = _prompt(request, units)
    form = RecordForm(
        request.POST or None, units=units, initial=_recorded_initial(request, units, prompt)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.record_shortcoming(
                cycle_id=cycle.pk,
                unit_id=form.cleaned_data["unit"].pk,
                content=form.content(),
                source=form.told_by(prompt.pk if prompt else None),
                actor=request.user,
                at=clock.now(),
            )
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("Đã ghi hạn chế, khuyết điểm. Hãy ghi tiếp nguyên nhân.")
            if not permissions.may_analyze(request.user, made, on=today()):
                said = _("Đã ghi hạn chế, khuyết điểm; cấp ủy của đơn vị ghi tiếp nguyên nhân.")
            messages.success(request, said)
            return redirect("remediation:shortcoming", public_id=made.public_id)
    shown = {"form": form, "cycle": cycle, "prompt": prompt, "one": None}
    status = 422 if form.errors else 200
    return render(request, "remediation/shortcoming_form.html", shown, status=status)


def _may_record_at(actor: Account) -> QuerySet[Unit]:
    held = permissions_anywhere(actor, on=today())
    scopes = [
        units_for(actor, permission, on=today()).values("pk")
        for permission in (Permission.REMEDIATION_PLAN, Permission.REMEDIATION_CHECK)
        if permission in held
    ]
    wanted = Q(pk__in=[])
    for scope in scopes:
        wanted |= Q(pk__in=scope)
    return Unit.objects.filter(wanted, closed_on__isnull=True)


def _prompt(request: SignedInRequest, units: QuerySet[Unit]) -> ReviewPrompt | None:
    """Find the prompt to a collective from which the page was opened."""
    key = whole_number(request.GET.get("prompt", ""))
    if key is None:
        return None
    rows = ReviewPrompt.objects.filter(
        obligation__unit__in=units.values("pk"), obligation__person__isnull=True
    )
    return get_object_or_404(rows.select_related("obligation__unit"), pk=key)


def _recorded_initial(
    request: SignedInRequest, units: QuerySet[Unit], prompt: ReviewPrompt | None
) -> dict[str, Any]:
    if prompt is not None:
        return {"unit": prompt.obligation.unit, "source": "prompt", "nature": prompt.text}
    named = units.filter(public_id=request.GET.get("unit", "")).first()
    if named is None:
        own = list(units[:2])
        named = own[0] if len(own) == 1 else None
    plans = Permission.REMEDIATION_PLAN in permissions_anywhere(request.user, on=today())
    return {
        "unit": named,
        "source": request.GET.get("source", "by_hand" if plans else SourceKind.INSPECTION),
        "source_note": request.GET.get("note", "")[:300],
    }


@page(permission=SIGNED_IN, writes={"POST"})
def edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    one = shortcoming_of(request, public_id)
    if not permissions.may_analyze(request.user, one, on=today()):
        raise PermissionDenied
    form = ShortcomingForm(request.POST or None, about=one)
    clash = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_shortcoming(
                shortcoming_id=one.pk,
                version=form.cleaned_data["version"] or 0,
                content=form.content(),
                actor=request.user,
                at=clock.now(),
            )
        except ShortcomingChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            one = shortcoming_of(request, public_id)
            show_again(form, "version", str(one.version))
            clash = clash_of(ShortcomingForm(about=one), form)
        except RemediationError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("remediation:shortcoming", public_id=public_id)
    shown = {"form": form, "one": one, "clash": clash, "cycle": one.cycle}
    status = 422 if form.errors else 200
    return render(request, "remediation/shortcoming_form.html", shown, status=status)
