from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.models import BallotRound
from tusoi.core.models import Privacy, account_field
from tusoi.cycles.models import Obligation
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
    quota_group = models.CharField(_("nhóm tính tỷ lệ"), max_length=80)

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

    `facts` are the facts as read, `findings` the engine's trace; both stay even when rules or
    data change later.
    """

    rating = models.ForeignKey(
        Rating, models.CASCADE, related_name="records", verbose_name=_("xếp loại")
    )
    step = models.CharField(_("bước"), max_length=10, choices=RatingStep.choices)
    level_id = models.CharField(_("mức xếp loại"), max_length=40)
    reasons = models.TextField(_("lý do"), blank=True)
    # True when the level goes beyond what the rules offered for the facts; reasons are then due.
    is_override = models.BooleanField(_("khác mức quy tắc cho phép"), default=False)
    round = models.ForeignKey(
        BallotRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lần bỏ phiếu"),
    )
    facts = models.JSONField(_("dữ kiện"), default=dict)
    findings = models.JSONField(_("căn cứ"), default=list)
    document = models.CharField(_("văn bản quyết định"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng thực hiện")
    )
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))

    privacy = Privacy(
        public="id rating step unit at document",
        personal="level_id reasons is_override round facts findings actor",
    )

    class Meta:
        verbose_name = _("bước xếp loại")
        verbose_name_plural = _("các bước xếp loại")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_override=False) | ~Q(reasons=""), name="override_has_reasons"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.level_id}"
