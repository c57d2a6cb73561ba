"""Shortcomings and what is done about them: nothing may stay with nobody."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import Permission
from tusoi.cycles.enums import StageKey
from tusoi.cycles.models import CycleStage
from tusoi.people.models import PartyMember
from tusoi.remediation.enums import (
    UNTOUCHED_STATES,
    ActionState,
    GapKind,
    PlanState,
    ShortcomingState,
)
from tusoi.remediation.models import (
    Acceptance,
    ActionLink,
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries import (
    LIVE,
    OPEN_STATES,
    actions_for,
    followed_for,
    is_explained,
    plans_for,
    without_owner,
)
from tusoi.reports.integrity.check import Check, Door, Fault, Scope, Severity
from tusoi.units.models import Membership, Post, UnitClosure
from tusoi.units.queries import in_force


# -- shortcomings --------------------------------------------------------------------------------


def _followed(scope: Scope) -> QuerySet[FollowedShortcoming]:
    return (
        followed_for(scope.actor, on=scope.on)
        .select_related("unit", "cycle")
        .order_by("unit__sort_key", "pk")
    )


def _shortcomings_without_action(scope: Scope) -> QuerySet[FollowedShortcoming]:
    """Find those of units that issued their plan without them, or whose day for a plan is over.

    What the plan was issued without, and the unit explained in writing, is no oversight until the
    day that it named; nor is what a superior accepted for the time being. What did not help needs
    another action at once.
    """
    issued = RemediationPlan.objects.filter(
        cycle=OuterRef("cycle"), unit=OuterRef("unit"), person__isnull=True
    ).exclude(state=PlanState.DRAFT)
    days = CycleStage.objects.filter(cycle=OuterRef("cycle"), key=StageKey.REMEDY)
    day_over = Exists(days.filter(due_on__lt=scope.on)) & ~Exists(
        days.filter(due_on__gte=scope.on)
    )
    accepted = Acceptance.objects.filter(
        shortcoming=OuterRef("pk"),
        granted_at__isnull=False,
        revoked_at__isnull=True,
        until__gte=scope.on,
    )
    untouched = Q(state__in=UNTOUCHED_STATES)
    failed = Q(state=ShortcomingState.NOT_EFFECTIVE)
    return _followed(scope).filter(
        failed
        | untouched & (Exists(issued) | day_over) & ~is_explained(GapKind.NO_ACTION, on=scope.on),
        ~Exists(accepted),
        # What members write about themselves is theirs; plans are made by organisations.
        person__isnull=True,
        has_action=False,
    )


def _work_without_cause(scope: Scope) -> QuerySet[FollowedShortcoming]:
    """Find those that are worked on though nobody wrote down why; they get no further."""
    work = (
        ActionLink.objects.filter(shortcoming=OuterRef("pk"))
        .exclude(action__plan__state=PlanState.DRAFT)
        .exclude(action__state=ActionState.DROPPED)
    )
    explained = is_explained(GapKind.NO_CAUSE, on=scope.on)
    return _followed(scope).filter(Exists(work), ~explained, state=ShortcomingState.RECORDED)


def _effect_overdue(scope: Scope) -> QuerySet[FollowedShortcoming]:
    return _followed(scope).filter(state=ShortcomingState.DONE, check_on__lt=scope.on)


def _tell_shortcoming(one: FollowedShortcoming) -> Fault:
    keys = (str(one.cycle.public_id), str(one.unit.public_id))
    place = f"{one.unit} · {one.cycle}"
    return Fault(one.nature, place, Door.PLAN_START, keys, one.check_on)


def _tell_uncaused(one: FollowedShortcoming) -> Fault:
    place = f"{one.unit} · {one.cycle}"
    return Fault(one.nature, place, Door.SHORTCOMING, (str(one.public_id),))


# -- actions -------------------------------------------------------------------------------------


def _actions(scope: Scope) -> QuerySet[RemediationAction]:
    return (
        actions_for(scope.actor, on=scope.on)
        .filter(LIVE)
        .exclude(plan__state=PlanState.DRAFT)
        .select_related("plan__unit", "plan__cycle")
        .order_by("due_on", "plan__unit__sort_key", "pk")
    )


def _open_actions(scope: Scope) -> QuerySet[RemediationAction]:
    return _actions(scope).filter(state__in=OPEN_STATES)


def _without_owner(scope: Scope) -> QuerySet[RemediationAction]:
    explained = is_explained(GapKind.NO_OWNER, on=scope.on)
    return _open_actions(scope).filter(without_owner(), ~explained)


def _without_deadline(scope: Scope) -> QuerySet[RemediationAction]:
    explained = is_explained(GapKind.NO_DEADLINE, on=scope.on)
    return _open_actions(scope).filter(~explained, due_on__isnull=True)


def _owner_elsewhere(scope: Scope) -> QuerySet[RemediationAction]:
    """Find actions whose owner is neither in the plan's unit nor below it, or is gone."""
    below = UnitClosure.objects.filter(
        Q(ancestor=OuterRef(OuterRef("plan__unit")))
        | Q(ancestor=OuterRef(OuterRef("plan__keeper")))
    )
    here = {"unit__in": below.values("descendant")}
    cells = Membership.objects.filter(
        in_force(scope.on), member__person=OuterRef("owner_person"), **here
    )
    posts = Post.objects.filter(in_force(scope.on), person=OuterRef("owner_person"), **here)
    left = PartyMember.objects.filter(person=OuterRef("owner_person"), left_on__lte=scope.on)
    outside = ~Exists(cells) & ~Exists(posts)
    unit_below = UnitClosure.objects.filter(
        Q(ancestor=OuterRef("plan__unit")) | Q(ancestor=OuterRef("plan__keeper")),
        descendant=OuterRef("owner_unit"),
    )
    # What a person undertakes about themselves goes with them.
    return _open_actions(scope).filter(
        Q(owner_person__isnull=False, plan__person__isnull=True) & (outside | Exists(left))
        | Q(owner_unit__isnull=False)
        & (~Exists(unit_below) | Q(owner_unit__closed_on__lte=scope.on))
    )


def _done_without_evidence(scope: Scope) -> QuerySet[RemediationAction]:
    notes = ProgressNote.objects.filter(action=OuterRef("pk"))
    return _actions(scope).filter(
        ~Exists(notes), state=ActionState.DONE, reached_value__isnull=True
    )


def _tell_action(action: RemediationAction) -> Fault:
    place = f"{action.plan.unit} · {action.plan.cycle}"
    return Fault(action.text, place, Door.ACTION, (str(action.public_id),), action.due_on)


# -- plans ---------------------------------------------------------------------------------------


def _plans_changed_after_issue(scope: Scope) -> QuerySet[RemediationPlan]:
    return (
        plans_for(scope.actor, on=scope.on)
        .filter(has_changes=True)
        .order_by("unit__sort_key", "pk")
    )


def _tell_plan(plan: RemediationPlan) -> Fault:
    return Fault(str(plan), plan.unit.name, Door.PLAN, (str(plan.public_id),))


_CHECKS: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "shortcoming-without-action",
        "severity": Severity.SERIOUS,
        "title": _("Hạn chế, khuyết điểm chưa có việc khắc phục"),
        "explanation": _(
            "Kế hoạch đã ban hành, hoặc đã quá thời hạn lập kế hoạch, mà hạn chế chưa được "
            "giao cho ai khắc phục. Không tính điểm còn thiếu đã giải trình trong kế hoạch và "
            "còn trong hạn bổ sung."
        ),
        "remedy": _("Bổ sung việc khắc phục vào kế hoạch của đơn vị."),
        "rows": _shortcomings_without_action,
        "tell": _tell_shortcoming,
    },
    {
        "key": "work-without-cause",
        "severity": Severity.SERIOUS,
        "title": _("Đang khắc phục mà chưa rõ nguyên nhân"),
        "explanation": _(
            "Chưa ghi nguyên nhân thì không biết việc khắc phục có đúng chỗ không; hạn chế đứng "
            "nguyên ở “đã ghi nhận” dù việc đã làm xong."
        ),
        "remedy": _("Mở hạn chế, ghi nguyên nhân."),
        "rows": _work_without_cause,
        "tell": _tell_uncaused,
    },
    {
        "key": "action-without-owner",
        "severity": Severity.SERIOUS,
        "title": _("Việc khắc phục không có nơi chủ trì"),
        "explanation": _("Chưa rõ ai chịu trách nhiệm thực hiện."),
        "remedy": _("Giao một người hoặc một tổ chức chủ trì."),
        "rows": _without_owner,
        "tell": _tell_action,
    },
    {
        "key": "action-without-deadline",
        "severity": Severity.SERIOUS,
        "title": _("Việc khắc phục không có thời hạn"),
        "explanation": _("Không có thời hạn thì không nhắc được và không bao giờ quá hạn."),
        "remedy": _("Ghi ngày phải hoàn thành."),
        "rows": _without_deadline,
        "tell": _tell_action,
    },
    {
        "key": "action-owner-elsewhere",
        "severity": Severity.SERIOUS,
        "title": _("Người hoặc tổ chức chủ trì không còn ở đơn vị"),
        "explanation": _(
            "Người chủ trì đã chuyển đi hoặc ra khỏi Đảng, hoặc tổ chức chủ trì đã kết thúc hoạt "
            "động hay không trực thuộc đơn vị lập kế hoạch."
        ),
        "remedy": _("Bàn giao việc cho người đang có trách nhiệm ở đơn vị."),
        "rows": _owner_elsewhere,
        "tell": _tell_action,
    },
    {
        "key": "done-without-evidence",
        "severity": Severity.NOTICE,
        "title": _("Việc báo đã xong mà không có minh chứng"),
        "explanation": _("Không có lần cập nhật nào nói kết quả đạt được đến đâu."),
        "remedy": _("Ghi kết quả kèm số liệu, văn bản; nếu chưa xong thì mở lại việc."),
        "rows": _done_without_evidence,
        "tell": _tell_action,
    },
    {
        "key": "effect-overdue",
        "severity": Severity.NOTICE,
        "title": _("Quá ngày kiểm tra hiệu quả mà chưa có kết luận"),
        "explanation": _("Việc đã làm xong nhưng chưa ai kết luận có hiệu quả hay không."),
        "remedy": _("Người không chủ trì kiểm tra, kết luận và ghi căn cứ."),
        "rows": _effect_overdue,
        "tell": _tell_shortcoming,
    },
    {
        "key": "plan-changed",
        "severity": Severity.NOTICE,
        "title": _("Kế hoạch đã ban hành rồi lại thay đổi"),
        "explanation": _("Kế hoạch đã sửa sau ngày ban hành; bản đã gửi không còn đúng."),
        "remedy": _("Xem lại kế hoạch; ban hành lại nếu cần."),
        "rows": _plans_changed_after_issue,
        "tell": _tell_plan,
    },
)
REMEDY_CHECKS: Final = tuple(
    Check(**check, permission=Permission.REMEDIATION_VIEW) for check in _CHECKS
)
