from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.models import PollQuestion
from tusoi.core.models import Privacy, account_field
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.ratings.enums import RatingStep
from tusoi.units.models import Unit


class Rating(models.Model):
    """The level of one subject in one cycle, as far as its steps have come."""

    obligation = models.OneToOneField(
        Obligation, models.PROTECT, related_name="rating", verbose_name=_("hồ sơ")
    )
    step = models.CharField(_("bước"), max_length=10, choices=RatingStep.choices)
    level_id = models.CharField(_("mức xếp loại"), max_length=40)
    # The unit whose decision it is by the rulebook's authority; quota groups hang on it.
    deciding_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="ratings", verbose_name=_("cấp có thẩm quyền")
    )
    # Stable name of the group compared, made by queries.placements: `member:12`.
    quota_group = models.CharField(_("nhóm tính tỷ lệ"), max_length=200)

    privacy = Privacy(public="id obligation step deciding_unit quota_group", personal="level_id")

    class Meta:
        verbose_name = _("xếp loại")
        verbose_name_plural = _("xếp loại")
        indexes: ClassVar = [
            models.Index(fields=["deciding_unit", "quota_group"], name="rating_quota")
        ]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.level_id}"


class RatingRecord(models.Model):
    """One step taken: the level, why, on which facts, by whom. Never changed afterwards.

    `facts` are the facts as read: `{name: {"value", "by", "source"}}`. `findings` are the rules
    that stood against a level or waited for a fact, each with the `levels` it bears on. Both stay
    even when rules or data change later. `lifted` names the presumptions set aside; the reasons
    are the grounds. A step taken back stays too, marked as withdrawn; so does a decision that a
    later one replaced.
    """

    rating = models.ForeignKey(
        Rating, models.CASCADE, related_name="records", verbose_name=_("xếp loại")
    )
    step = models.CharField(_("bước"), max_length=10, choices=RatingStep.choices)
    level_id = models.CharField(_("mức xếp loại"), max_length=40)
    reasons = models.TextField(_("lý do"), blank=True)
    # True when the level goes beyond what the rules offered for the facts; reasons are then due.
    is_override = models.BooleanField(_("khác mức quy tắc cho phép"), default=False)
    # The vote whose signed tally minutes are the source of the level.
    question = models.ForeignKey(
        PollQuestion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lần bỏ phiếu"),
    )
    facts = models.JSONField(_("dữ kiện"), default=dict)
    findings = models.JSONField(_("căn cứ"), default=list)
    lifted = models.JSONField(_("quy tắc được xem xét lại"), default=list)
    outcome = models.JSONField(_("kết quả đối chiếu quy tắc"), default=dict)
    rulebook_fingerprint = models.CharField(_("mã băm của bộ quy tắc"), max_length=64, blank=True)
    # Both set where a decision was taken again: by which rule, and what came to light.
    again_rule = models.CharField(_("căn cứ xếp loại lại"), max_length=80, blank=True)
    again_grounds = models.TextField(_("lý do xếp loại lại"), blank=True)
    document = models.CharField(_("văn bản quyết định"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng thực hiện")
    )
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))
    withdrawn_at = models.DateTimeField(_("rút lại lúc"), null=True, blank=True)
    withdrawn_by = account_field(_("người rút lại"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("lý do rút lại"), blank=True)

    privacy = Privacy(
        public="id rating step unit at document rulebook_fingerprint withdrawn_at",
        personal=(
            "level_id reasons is_override question facts findings lifted outcome again_rule "
            "again_grounds actor withdrawn_by withdrawn_reason"
        ),
    )

    class Meta:
        verbose_name = _("bước xếp loại")
        verbose_name_plural = _("các bước xếp loại")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(again_rule="", again_grounds="")
                | Q(step=RatingStep.DECIDED) & ~Q(again_rule="") & ~Q(again_grounds=""),
                name="rating_again_has_rule_and_grounds",
            ),
            models.CheckConstraint(
                condition=Q(is_override=False) | ~Q(reasons=""), name="override_has_reasons"
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="rating_withdrawn_at_by_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.level_id}"


class QuotaGrant(models.Model):
    """The greater share, granted to one quota group by the authority that decides it.

    Never changed and never deleted; one taken back stays with the reason.
    """

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="quota_grants", verbose_name=_("đợt kiểm điểm")
    )
    deciding_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("cấp có thẩm quyền")
    )
    quota_group = models.CharField(_("nhóm tính tỷ lệ"), max_length=200)
    grounds = models.TextField(_("căn cứ cho áp dụng"))
    document = models.CharField(_("văn bản cho áp dụng"), max_length=200, blank=True)
    granted_at = models.DateTimeField(_("cho áp dụng lúc"))
    granted_by = account_field(_("người ghi"))
    withdrawn_at = models.DateTimeField(_("thôi áp dụng lúc"), null=True, blank=True)
    withdrawn_by = account_field(_("người thôi áp dụng"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("lý do thôi áp dụng"), blank=True)

    privacy = Privacy(
        public=(
            "id cycle deciding_unit quota_group grounds document granted_at withdrawn_at "
            "withdrawn_reason"
        ),
        personal="granted_by withdrawn_by",
    )

    class Meta:
        verbose_name = _("cho áp dụng tỷ lệ cao hơn")
        verbose_name_plural = _("cho áp dụng tỷ lệ cao hơn")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "deciding_unit", "quota_group"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_quota_grant_in_force",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="quota_grant_has_grounds"),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason=""
                )
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="quota_grant_withdrawn_at_by_why",
            ),
        ]

    def __str__(self) -> str:
        return self.quota_group
