from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.core.text import search_key
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Person
from tusoi.remediation.enums import ActionState, PlanState
from tusoi.reviews.models import Shortcoming
from tusoi.units.models import Unit


class RemediationPlan(PublicIdModel):
    """What one unit undertakes so that what fell short is put right."""

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="plans", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="plans", verbose_name=_("tổ chức đảng")
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT
    )
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    approved_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    approved_by = account_field(_("người ban hành"), null=True, blank=True)
    # Why it was issued although something was still open: an action without an owner, say.
    approval_note = models.TextField(_("giải trình khi ban hành"), blank=True)

    privacy = Privacy(
        public="id public_id cycle unit state created_at approved_at approval_note",
        personal="created_by approved_by",
    )

    class Meta:
        verbose_name = _("kế hoạch khắc phục")
        verbose_name_plural = _("kế hoạch khắc phục")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "unit"], name="plan_once_per_unit"),
            models.CheckConstraint(
                condition=all_or_none("approved_at", "approved_by"), name="plan_approved_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.APPROVED, approved_at__isnull=False)
                | Q(state=PlanState.DRAFT, approved_at__isnull=True),
                name="plan_approved_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.cycle}"


class RemediationAction(PublicIdModel):
    """One thing to do about shortcomings: who, with whom, where, until when, how known."""

    plan = models.ForeignKey(
        RemediationPlan, models.PROTECT, related_name="actions", verbose_name=_("kế hoạch")
    )
    shortcomings = models.ManyToManyField(
        Shortcoming, related_name="actions", verbose_name=_("hạn chế, khuyết điểm")
    )
    text = models.TextField(_("việc phải làm"))
    first_step = models.CharField(_("việc làm trước"), max_length=300, blank=True)
    owner_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remediation_actions",
        verbose_name=_("người chủ trì"),
    )
    owner_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="remediation_actions",
        verbose_name=_("tổ chức chủ trì"),
    )
    partners = models.CharField(_("đơn vị phối hợp"), max_length=400, blank=True)
    partner_units = models.ManyToManyField(
        Unit, blank=True, related_name="+", verbose_name=_("tổ chức đảng phối hợp")
    )
    places = models.CharField(_("nơi thực hiện"), max_length=300, blank=True)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    measure = models.CharField(_("thước đo kết quả"), max_length=300, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ActionState.choices, default=ActionState.PLANNED
    )
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    done_at = models.DateTimeField(_("làm xong lúc"), null=True, blank=True)
    done_by = account_field(_("người báo xong"), null=True, blank=True)
    dropped_reason = models.TextField(_("lý do thôi thực hiện"), blank=True)
    # What is to be done, with whom and where, without accents; whoever writes those sets it.
    search_key = models.TextField(_("khóa tìm kiếm"), blank=True)
    # Counts the edits; whoever saves over an edit they have not seen is told.
    version = models.PositiveIntegerField(_("phiên bản"), default=1)

    privacy = Privacy(
        public=(
            "id public_id plan shortcomings text first_step owner_unit partners partner_units "
            "places due_on measure state created_at done_at dropped_reason search_key version"
        ),
        personal="owner_person created_by done_by",
    )

    class Meta:
        verbose_name = _("việc khắc phục")
        verbose_name_plural = _("việc khắc phục")
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="action_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(owner_person__isnull=True) | Q(owner_unit__isnull=True),
                name="action_one_owner",
            ),
            models.CheckConstraint(
                condition=all_or_none("done_at", "done_by"), name="action_done_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_at__isnull=False)
                | (~Q(state=ActionState.DONE) & Q(done_at__isnull=True)),
                name="action_done_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActionState.DROPPED) | ~Q(dropped_reason=""),
                name="action_dropped_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def words(self) -> str:
        """Return the key by which the action is found; accents never matter to it."""
        told = (self.text, self.first_step, self.partners, self.places, self.measure)
        return search_key(" ".join(told))


class ProgressNote(models.Model):
    """What came of an action so far."""

    action = models.ForeignKey(
        RemediationAction, models.CASCADE, related_name="notes", verbose_name=_("việc khắc phục")
    )
    text = models.TextField(_("kết quả đến nay"))
    percent = models.PositiveSmallIntegerField(_("mức độ hoàn thành (%)"), null=True, blank=True)
    noted_at = models.DateTimeField(_("ghi lúc"))
    noted_by = account_field(_("người ghi"))

    privacy = Privacy(public="id action percent noted_at", personal="text noted_by")

    class Meta:
        verbose_name = _("cập nhật")
        verbose_name_plural = _("các lần cập nhật")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="note_percent_to_100"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
