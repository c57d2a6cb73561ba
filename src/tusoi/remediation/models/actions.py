from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.core.text import search_key
from tusoi.files.models import StoredFile
from tusoi.people.models import Person
from tusoi.remediation.enums import ActionState, VersionEvent
from tusoi.remediation.models.plans import RemediationPlan
from tusoi.remediation.models.shortcomings import NEVER, FollowedShortcoming
from tusoi.units.models import Unit


_OPEN_STATES = [ActionState.PLANNED, ActionState.IN_HAND]


class RemediationAction(PublicIdModel):
    """One thing to do about shortcomings: who, with whom, where, until when, how known."""

    plan = models.ForeignKey(
        RemediationPlan, models.PROTECT, related_name="actions", verbose_name=_("kế hoạch")
    )
    shortcomings = models.ManyToManyField(
        FollowedShortcoming,
        through="remediation.ActionLink",
        related_name="actions",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    # The action that did not help, in whose place this one stands.
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("thay cho việc chưa hiệu quả"),
    )
    text = models.TextField(_("việc phải làm"))
    first_step = models.CharField(_("việc làm trước"), max_length=300, blank=True)
    first_due_on = models.DateField(_("mốc đầu tiên"), null=True, blank=True)
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
    start_on = models.DateField(_("ngày bắt đầu"), null=True, blank=True)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    measure = models.CharField(_("thước đo kết quả"), max_length=300, blank=True)
    planned_value = models.DecimalField(
        _("mức phải đạt"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    reached_value = models.DecimalField(
        _("mức đạt được"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    value_unit = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=ActionState.choices, default=ActionState.PLANNED
    )
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    done_at = models.DateTimeField(_("làm xong lúc"), null=True, blank=True)
    done_by = account_field(_("người báo xong"), null=True, blank=True)
    dropped_reason = models.TextField(_("lý do thôi thực hiện"), blank=True)
    # The deadline while it is open; lists are ordered by it.
    late_after = models.DateField(_("quá hạn sau ngày"), default=NEVER)
    # What is to be done, with whom and where, without accents; whoever writes those sets it.
    search_key = models.TextField(_("khóa tìm kiếm"), blank=True)
    # Counts the edits; whoever saves over an edit they have not seen is told.
    version = models.PositiveIntegerField(_("phiên bản"), default=1)

    privacy = Privacy(
        public=(
            "id public_id plan shortcomings follows text first_step first_due_on owner_unit "
            "partners partner_units places start_on due_on measure planned_value reached_value "
            "value_unit state created_at done_at dropped_reason late_after search_key version"
        ),
        personal="owner_person created_by done_by",
    )

    class Meta:
        verbose_name = _("việc khắc phục")
        verbose_name_plural = _("việc khắc phục")
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"], name="action_due"),
            models.Index(fields=["late_after", "id"], name="action_late"),
            models.Index(fields=["owner_person", "late_after", "id"], name="action_owner"),
        ]
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
                condition=Q(state=ActionState.DROPPED) & ~Q(dropped_reason="")
                | ~Q(state=ActionState.DROPPED) & Q(dropped_reason=""),
                name="action_dropped_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("start_on")),
                name="action_due_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN_STATES, due_on__isnull=False, late_after=F("due_on"))
                | Q(state__in=_OPEN_STATES, due_on__isnull=True, late_after=NEVER)
                | (~Q(state__in=_OPEN_STATES) & Q(late_after=NEVER)),
                name="action_late_after_deadline",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def words(self) -> str:
        """Return the key by which the action is found; accents never matter to it."""
        told = (self.text, self.first_step, self.partners, self.places, self.measure)
        return search_key(" ".join(told))

    def derive(self) -> None:
        """Set what follows from the other fields, before saving."""
        self.search_key = self.words()
        is_due = self.state in _OPEN_STATES and self.due_on is not None
        self.late_after = self.due_on if is_due and self.due_on else NEVER


class ActionLink(models.Model):
    """That an action is to put a shortcoming right, and in which round."""

    action = models.ForeignKey(
        RemediationAction, models.CASCADE, related_name="links", verbose_name=_("việc khắc phục")
    )
    shortcoming = models.ForeignKey(
        FollowedShortcoming,
        models.CASCADE,
        related_name="links",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    attempt = models.PositiveSmallIntegerField(_("lần khắc phục"), default=1)

    privacy = Privacy(public="id action shortcoming attempt")

    class Meta:
        verbose_name = _("việc gắn với hạn chế")
        verbose_name_plural = _("việc gắn với hạn chế")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "shortcoming"], name="action_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} – {self.shortcoming_id}"


class ActionStep(models.Model):
    """One line of an action's checklist, in its order."""

    action = models.ForeignKey(
        RemediationAction, models.CASCADE, related_name="steps", verbose_name=_("việc khắc phục")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = models.CharField(_("bước thực hiện"), max_length=300)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    done_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    done_by = account_field(_("người đánh dấu xong"), null=True, blank=True)

    privacy = Privacy(public="id action position text due_on done_at", personal="done_by")

    class Meta:
        verbose_name = _("bước thực hiện")
        verbose_name_plural = _("các bước thực hiện")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "position"], name="action_step_once"),
            models.CheckConstraint(
                condition=all_or_none("done_at", "done_by"), name="action_step_done_at_by"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="action_step_has_text"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ActionVersion(models.Model):
    """What an edit of an action replaced, or an edit that ran into a newer one."""

    action = models.ForeignKey(
        RemediationAction,
        models.CASCADE,
        related_name="versions",
        verbose_name=_("việc khắc phục"),
    )
    event = models.CharField(_("lý do giữ"), max_length=8, choices=VersionEvent.choices)
    # Of the replaced text, or the one from which the edit that ran into another began.
    version = models.PositiveIntegerField(_("phiên bản"))
    content = models.JSONField(_("nội dung"))
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolved_by = account_field(_("người xử lý"), null=True, blank=True)

    privacy = Privacy(
        public="id action event version saved_at resolved_at",
        personal="content saved_by resolved_by",
    )

    class Meta:
        verbose_name = _("phiên bản việc khắc phục")
        verbose_name_plural = _("các phiên bản việc khắc phục")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("resolved_at", "resolved_by"),
                name="action_version_resolved_at_by",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(event=VersionEvent.CONFLICT),
                name="action_version_conflict_resolved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} v{self.version}"


class ProgressNote(models.Model):
    """What came of an action so far, with what shows it: a figure, an address, files."""

    action = models.ForeignKey(
        RemediationAction, models.CASCADE, related_name="notes", verbose_name=_("việc khắc phục")
    )
    text = models.TextField(_("kết quả đến nay"))
    percent = models.PositiveSmallIntegerField(_("mức độ hoàn thành (%)"), null=True, blank=True)
    reached_value = models.DecimalField(
        _("mức đạt được"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    link = models.URLField(_("địa chỉ tài liệu"), max_length=500, blank=True)
    files = models.ManyToManyField(
        StoredFile, blank=True, related_name="progress_notes", verbose_name=_("minh chứng")
    )
    noted_at = models.DateTimeField(_("ghi lúc"))
    noted_by = account_field(_("người ghi"))

    privacy = Privacy(
        public="id action percent reached_value noted_at", personal="text link files noted_by"
    )

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


class Extension(models.Model):
    """Leave to finish an action later; the new deadline is where the leave ends by itself."""

    action = models.ForeignKey(
        RemediationAction,
        models.PROTECT,
        related_name="extensions",
        verbose_name=_("việc khắc phục"),
    )
    from_due_on = models.DateField(_("thời hạn cũ"), null=True, blank=True)
    until = models.DateField(_("gia hạn đến ngày"))
    reason = models.TextField(_("lý do"))
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by = account_field(_("người đề nghị"))
    granted_at = models.DateTimeField(_("cho phép lúc"), null=True, blank=True)
    granted_by = account_field(_("người cho phép"), null=True, blank=True)
    refused_at = models.DateTimeField(_("không cho phép lúc"), null=True, blank=True)
    refused_by = account_field(_("người không cho phép"), null=True, blank=True)
    refusal = models.TextField(_("lý do không cho phép"), blank=True)

    privacy = Privacy(
        public="id action from_due_on until reason asked_at granted_at refused_at refusal",
        personal="asked_by granted_by refused_by",
    )

    class Meta:
        verbose_name = _("gia hạn")
        verbose_name_plural = _("các lần gia hạn")
        constraints: ClassVar = [
            *(
                models.CheckConstraint(
                    condition=all_or_none(f"{name}_at", f"{name}_by"),
                    name=f"extension_{name}_at_by",
                )
                for name in ("granted", "refused")
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(refused_at__isnull=True),
                name="extension_granted_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | ~Q(refusal=""),
                name="extension_refusal_has_reason",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(
                condition=Q(from_due_on__isnull=True) | Q(until__gt=F("from_due_on")),
                name="extension_goes_further",
            ),
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(granted_at__isnull=True, refused_at__isnull=True),
                name="extension_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.until:%d/%m/%Y}"


class OwnerChange(models.Model):
    """That an action passed from one owner to another, and why."""

    action = models.ForeignKey(
        RemediationAction,
        models.CASCADE,
        related_name="owner_changes",
        verbose_name=_("việc khắc phục"),
    )
    from_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người giao"),
    )
    from_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức giao"),
    )
    to_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người nhận"),
    )
    to_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức nhận"),
    )
    reason = models.TextField(_("lý do"))
    changed_at = models.DateTimeField(_("bàn giao lúc"))
    changed_by = account_field(_("người ghi bàn giao"))

    privacy = Privacy(
        public="id action from_unit to_unit reason changed_at",
        personal="from_person to_person changed_by",
    )

    class Meta:
        verbose_name = _("bàn giao việc khắc phục")
        verbose_name_plural = _("các lần bàn giao việc khắc phục")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(to_person__isnull=False, to_unit__isnull=True)
                | Q(to_person__isnull=True, to_unit__isnull=False),
                name="owner_change_to_one",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="owner_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.to_person or self.to_unit}"
