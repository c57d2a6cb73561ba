from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Person
from tusoi.remediation.enums import GAPS_OF_SHORTCOMINGS, GapKind, PlanState
from tusoi.units.models import Unit


class RemediationPlan(PublicIdModel):
    """What one unit, or one person in it, undertakes so that what fell short is put right.

    A person who is reviewed in two units has one in each: each committee sees its own.
    """

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="plans", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="plans", verbose_name=_("tổ chức đảng")
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remediation_plans",
        verbose_name=_("cá nhân"),
    )
    # Who looks after it since the unit was merged or closed; the figures stay where they were.
    keeper = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kept_plans",
        verbose_name=_("tổ chức đảng tiếp nhận"),
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT
    )
    # The first day; where the rules ask for it, actions are shown by 30, 60 and 90 days from it.
    starts_on = models.DateField(_("thực hiện từ ngày"), null=True, blank=True)
    by_stages = models.BooleanField(_("chia theo mốc 30, 60, 90 ngày"), default=False)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    approved_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    approved_by = account_field(_("người ban hành"), null=True, blank=True)
    # Why it was issued although something was still open: an action without an owner, say.
    approval_note = models.TextField(_("giải trình khi ban hành"), blank=True)
    # Until the end of this day those gaps are explained; afterwards they are faults.
    gaps_until = models.DateField(_("bổ sung chậm nhất ngày"), null=True, blank=True)
    # Something was changed since it was approved; approving once more makes the next version.
    has_changes = models.BooleanField(_("đã sửa sau khi ban hành"), default=False)
    sent_at = models.DateTimeField(_("gửi cấp trên lúc"), null=True, blank=True)
    sent_by = account_field(_("người gửi"), null=True, blank=True)
    judged_at = models.DateTimeField(_("cấp trên trả lời lúc"), null=True, blank=True)
    judged_by = account_field(_("người trả lời"), null=True, blank=True)
    return_reason = models.TextField(_("lý do trả lại"), blank=True)

    privacy = Privacy(
        public=(
            "id public_id cycle unit keeper state starts_on by_stages created_at approved_at "
            "approval_note gaps_until has_changes sent_at judged_at return_reason"
        ),
        personal="person created_by approved_by sent_by judged_by",
    )

    class Meta:
        verbose_name = _("kế hoạch khắc phục")
        verbose_name_plural = _("kế hoạch khắc phục")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit"],
                condition=Q(person__isnull=True),
                name="plan_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit", "person"],
                condition=Q(person__isnull=False),
                name="plan_once_per_person_in_unit",
            ),
            models.CheckConstraint(
                condition=all_or_none("approved_at", "approved_by"), name="plan_approved_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT, approved_at__isnull=True)
                | (~Q(state=PlanState.DRAFT) & Q(approved_at__isnull=False)),
                name="plan_approved_has_moment",
            ),
            models.CheckConstraint(
                condition=all_or_none("sent_at", "sent_by"), name="plan_sent_at_by"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[PlanState.SENT, PlanState.RETURNED, PlanState.ACCEPTED],
                    sent_at__isnull=False,
                )
                | Q(state__in=[PlanState.DRAFT, PlanState.APPROVED], sent_at__isnull=True),
                name="plan_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=all_or_none("judged_at", "judged_by"), name="plan_judged_at_by"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[PlanState.RETURNED, PlanState.ACCEPTED], judged_at__isnull=False
                )
                | Q(
                    state__in=[PlanState.DRAFT, PlanState.APPROVED, PlanState.SENT],
                    judged_at__isnull=True,
                ),
                name="plan_judged_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.RETURNED) & ~Q(return_reason="")
                | ~Q(state=PlanState.RETURNED) & Q(return_reason=""),
                name="plan_returned_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(has_changes=False) | ~Q(state=PlanState.DRAFT),
                name="plan_changed_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(approval_note="", gaps_until__isnull=True)
                | (~Q(approval_note="") & Q(gaps_until__isnull=False)),
                name="plan_note_has_day",
            ),
            models.CheckConstraint(
                condition=Q(by_stages=False) | Q(starts_on__isnull=False),
                name="plan_stages_have_start",
            ),
            models.CheckConstraint(
                condition=Q(keeper__isnull=True) | ~Q(keeper=F("unit")),
                name="plan_keeper_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.unit} – {self.cycle}"

    @property
    def answering_unit_id(self) -> int:
        """Return whose task the plan is today: the unit's, or that of who took it over."""
        return self.keeper_id or self.unit_id


class PlanGap(models.Model):
    """One thing without which a plan was issued, for the reason and until the day it names."""

    plan = models.ForeignKey(
        RemediationPlan, models.CASCADE, related_name="gaps", verbose_name=_("kế hoạch")
    )
    kind = models.CharField(_("điểm còn thiếu"), max_length=16, choices=GapKind.choices)
    shortcoming = models.ForeignKey(
        "remediation.FollowedShortcoming",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    action = models.ForeignKey(
        "remediation.RemediationAction",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("việc khắc phục"),
    )

    privacy = Privacy(public="id plan kind shortcoming action")

    class Meta:
        verbose_name = _("điểm còn thiếu khi ban hành")
        verbose_name_plural = _("các điểm còn thiếu khi ban hành")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=GAPS_OF_SHORTCOMINGS, shortcoming__isnull=False, action__isnull=True
                )
                | (
                    ~Q(kind__in=GAPS_OF_SHORTCOMINGS)
                    & Q(shortcoming__isnull=True, action__isnull=False)
                ),
                name="plan_gap_is_about_one",
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "shortcoming"],
                condition=Q(shortcoming__isnull=False),
                name="plan_gap_of_shortcoming_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "action"],
                condition=Q(action__isnull=False),
                name="plan_gap_of_action_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class PlanVersion(models.Model):
    """A plan as it was approved once, whole; never changed, read, compared and printed."""

    plan = models.ForeignKey(
        RemediationPlan, models.CASCADE, related_name="versions", verbose_name=_("kế hoạch")
    )
    number = models.PositiveSmallIntegerField(_("lần ban hành"))
    content = models.JSONField(_("nội dung"))
    # What changed, in the words of who approved it; empty for the first.
    note = models.TextField(_("lý do điều chỉnh"), blank=True)
    approved_at = models.DateTimeField(_("ban hành lúc"))
    approved_by = account_field(_("người ban hành"))

    privacy = Privacy(public="id plan number note approved_at", personal="content approved_by")

    class Meta:
        verbose_name = _("phiên bản kế hoạch")
        verbose_name_plural = _("các phiên bản kế hoạch")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanTransition(models.Model):
    """One step of a plan: approved, sent up, returned with a reason, accepted."""

    plan = models.ForeignKey(
        RemediationPlan, models.CASCADE, related_name="transitions", verbose_name=_("kế hoạch")
    )
    from_state = models.CharField(_("từ"), max_length=10, choices=PlanState.choices)
    to_state = models.CharField(_("đến"), max_length=10, choices=PlanState.choices)
    note = models.TextField(_("lý do"), blank=True)
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))

    privacy = Privacy(public="id plan from_state to_state note at", personal="actor")

    class Meta:
        verbose_name = _("bước của kế hoạch")
        verbose_name_plural = _("các bước của kế hoạch")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(to_state=PlanState.RETURNED) | ~Q(note=""),
                name="plan_return_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
