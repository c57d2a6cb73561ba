"""The record of a meeting: texts as they are written, versions, signatures, templates."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, account_field, all_or_none
from tusoi.meetings.enums import MeetingKind, MinutesPart, MinutesState, SignerRole
from tusoi.meetings.models.discussion import Correction
from tusoi.meetings.models.meeting import AgendaItem, ReviewMeeting
from tusoi.people.models import Person
from tusoi.units.models import Unit


class Minutes(models.Model):
    """One version of the record of a meeting; a locked one is never changed.

    While it is a draft its content is what the meeting room holds plus the texts written here.
    Approval freezes all of it in `content`; the last signature locks it with its digest.
    """

    meeting = models.ForeignKey(
        ReviewMeeting, models.PROTECT, related_name="minutes", verbose_name=_("hội nghị")
    )
    number = models.PositiveSmallIntegerField(_("bản số"), default=1)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=MinutesState.choices, default=MinutesState.DRAFT
    )
    # Why there is a further version after a signed one.
    reason = models.TextField(_("lý do lập bản sửa"), blank=True)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    approved_at = models.DateTimeField(_("thông qua lúc"), null=True, blank=True)
    approved_by = account_field(_("người ghi việc thông qua"), null=True, blank=True)
    locked_at = models.DateTimeField(_("khóa lúc"), null=True, blank=True)
    locked_by = account_field(_("người khóa"), null=True, blank=True)
    content = models.JSONField(_("nội dung đã thông qua"), null=True, blank=True)
    digest = models.CharField(_("mã kiểm tra SHA-256"), max_length=64, blank=True)

    privacy = Privacy(
        public="id meeting number state created_at approved_at locked_at digest",
        personal="reason created_by approved_by locked_by content",
    )

    class Meta:
        verbose_name = _("biên bản hội nghị")
        verbose_name_plural = _("biên bản hội nghị")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state=MinutesState.LOCKED),
                name="minutes_one_in_work",
            ),
            models.CheckConstraint(
                condition=all_or_none("approved_at", "approved_by"), name="minutes_approved_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("locked_at", "locked_by"), name="minutes_locked_at_by"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=MinutesState.DRAFT, approved_at__isnull=True, content__isnull=True
                )
                | (
                    ~Q(state=MinutesState.DRAFT)
                    & Q(approved_at__isnull=False, content__isnull=False)
                ),
                name="minutes_approved_has_content",
            ),
            models.CheckConstraint(
                condition=Q(state=MinutesState.LOCKED, locked_at__isnull=False) & ~Q(digest="")
                | (~Q(state=MinutesState.LOCKED) & Q(locked_at__isnull=True, digest="")),
                name="minutes_locked_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="minutes_correction_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} ({self.number})"


class MinutesText(models.Model):
    """What the secretary writes under one heading; `version` tells a later save about an earlier.

    `item` is set for the course of the discussion of one review.
    """

    minutes = models.ForeignKey(
        Minutes, models.CASCADE, related_name="texts", verbose_name=_("biên bản")
    )
    part = models.CharField(_("phần"), max_length=10, choices=MinutesPart.choices)
    item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="minutes_texts",
        verbose_name=_("nội dung"),
    )
    text = models.TextField(_("lời ghi"), blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))

    privacy = Privacy(public="id minutes part item version saved_at", personal="text saved_by")

    class Meta:
        verbose_name = _("đoạn ghi biên bản")
        verbose_name_plural = _("đoạn ghi biên bản")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["minutes", "part"],
                condition=Q(item__isnull=True),
                name="minutes_text_once",
            ),
            models.UniqueConstraint(
                fields=["minutes", "item"],
                condition=Q(item__isnull=False),
                name="minutes_item_text_once",
            ),
            models.CheckConstraint(
                condition=Q(part=MinutesPart.ITEM, item__isnull=False)
                | (~Q(part=MinutesPart.ITEM) & Q(item__isnull=True)),
                name="minutes_text_part_or_item",
            ),
        ]

    def __str__(self) -> str:
        return self.get_part_display()


class MinutesTextVersion(models.Model):
    """A text that another save replaced or ran into; nothing that was typed is lost."""

    minutes_text = models.ForeignKey(
        MinutesText, models.CASCADE, related_name="versions", verbose_name=_("đoạn ghi biên bản")
    )
    text = models.TextField(_("lời ghi"), blank=True)
    version = models.PositiveIntegerField(_("phiên bản"))
    is_conflict = models.BooleanField(_("lưu chồng"), default=False)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolved_by = account_field(_("người xử lý"), null=True, blank=True)

    privacy = Privacy(
        public="id minutes_text version is_conflict saved_at resolved_at",
        personal="text saved_by resolved_by",
    )

    class Meta:
        verbose_name = _("phiên bản đoạn ghi biên bản")
        verbose_name_plural = _("phiên bản đoạn ghi biên bản")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("resolved_at", "resolved_by"),
                name="minutes_text_version_resolved_at_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes_text_id} v{self.version}"


class MinutesRequest(Correction):
    """A change to the draft minutes that somebody who took part asks for."""

    minutes = models.ForeignKey(
        Minutes, models.CASCADE, related_name="requests", verbose_name=_("biên bản")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("người đề nghị")
    )

    privacy = Privacy(
        public="id minutes state asked_at settled_at",
        personal="person text asked_by settled_by settle_note",
    )

    class Meta(Correction.Meta):
        verbose_name = _("đề nghị sửa biên bản")
        verbose_name_plural = _("đề nghị sửa biên bản")


class MinutesSignature(models.Model):
    """A name under the minutes: who is to sign, and since when they have."""

    minutes = models.ForeignKey(
        Minutes, models.CASCADE, related_name="signatures", verbose_name=_("biên bản")
    )
    role = models.CharField(_("tư cách ký"), max_length=10, choices=SignerRole.choices)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    # Empty for somebody whom the system does not know; the name is as it stood on that day.
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người"),
    )
    name = models.CharField(_("họ và tên"), max_length=160)
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    # The signer, or who saw the signature on the paper.
    signed_by = account_field(_("người ghi việc ký"), null=True, blank=True)
    is_on_paper = models.BooleanField(_("ký trên bản giấy"), default=False)

    privacy = Privacy(
        public="id minutes role position signed_at is_on_paper", personal="person name signed_by"
    )

    class Meta:
        verbose_name = _("chữ ký biên bản")
        verbose_name_plural = _("chữ ký biên bản")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("signed_at", "signed_by"),
                name="minutes_signature_signed_at_by",
            ),
            models.UniqueConstraint(
                fields=["minutes", "role", "name"], name="minutes_signature_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.name}"


class MinutesTemplate(models.Model):
    """The words with which a unit begins a part of its minutes; without one ours are used."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="minutes_templates", verbose_name=_("tổ chức đảng")
    )
    meeting_kind = models.CharField(_("loại hội nghị"), max_length=10, choices=MeetingKind.choices)
    part = models.CharField(_("phần"), max_length=10, choices=MinutesPart.choices)
    text = models.TextField(_("lời mẫu"), blank=True)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))

    privacy = Privacy(public="id unit meeting_kind part text saved_at", personal="saved_by")

    class Meta:
        verbose_name = _("mẫu lời ghi biên bản")
        verbose_name_plural = _("mẫu lời ghi biên bản")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "meeting_kind", "part"], name="minutes_template_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_part_display()}"
