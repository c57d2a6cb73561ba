from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.meetings.enums import MeetingState, Presence
from tusoi.people.models import Person
from tusoi.units.models import Unit


class ReviewMeeting(PublicIdModel):
    """A meeting that discusses the reviews on its agenda."""

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="meetings", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="meetings", verbose_name=_("tổ chức đảng")
    )
    name = models.CharField(_("tên hội nghị"), max_length=200)
    meets_at = models.DateTimeField(_("thời gian"))
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    chair = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ trì"),
    )
    secretary = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thư ký"),
    )
    conclusion = models.TextField(_("kết luận chung"), blank=True)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    opened_at = models.DateTimeField(_("khai mạc lúc"), null=True, blank=True)
    opened_by = account_field(_("người mở"), null=True, blank=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    closed_by = account_field(_("người kết thúc"), null=True, blank=True)

    privacy = Privacy(
        public=(
            "id public_id cycle unit name meets_at place state created_at opened_at closed_at"
        ),
        personal="chair secretary conclusion created_by opened_by closed_by",
    )

    class Meta:
        verbose_name = _("hội nghị kiểm điểm")
        verbose_name_plural = _("hội nghị kiểm điểm")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("opened_at", "opened_by"), name="meeting_opened_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("closed_at", "closed_by"), name="meeting_closed_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.CLOSED, closed_at__isnull=False)
                | (~Q(state=MeetingState.CLOSED) & Q(closed_at__isnull=True)),
                name="meeting_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgendaItem(models.Model):
    """One review to be discussed; its remarks and the conclusion of the chair."""

    meeting = models.ForeignKey(
        ReviewMeeting, models.CASCADE, related_name="items", verbose_name=_("hội nghị")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="agenda_items", verbose_name=_("hồ sơ")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    conclusion = models.TextField(_("kết luận"), blank=True)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)
    concluded_by = account_field(_("người ghi kết luận"), null=True, blank=True)

    privacy = Privacy(
        public="id meeting obligation position concluded_at", personal="conclusion concluded_by"
    )

    class Meta:
        verbose_name = _("nội dung hội nghị")
        verbose_name_plural = _("nội dung hội nghị")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "obligation"], name="agenda_once"),
            models.CheckConstraint(
                condition=all_or_none("concluded_at", "concluded_by"),
                name="agenda_concluded_at_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation}"


class Attendance(models.Model):
    """Whether a person who was summoned came; the reason where one was given."""

    meeting = models.ForeignKey(
        ReviewMeeting, models.CASCADE, related_name="attendances", verbose_name=_("hội nghị")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="attendances", verbose_name=_("người")
    )
    # Probationary members, guests and officers from above take part without a vote.
    has_vote = models.BooleanField(_("được biểu quyết"), default=True)
    presence = models.CharField(
        _("có mặt"), max_length=10, choices=Presence.choices, default=Presence.SUMMONED
    )
    reason = models.CharField(_("lý do vắng"), max_length=200, blank=True)

    privacy = Privacy(public="id meeting", personal="person has_vote presence reason")

    class Meta:
        verbose_name = _("người dự")
        verbose_name_plural = _("người dự")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=~Q(presence=Presence.EXCUSED) | ~Q(reason=""),
                name="attendance_excused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_presence_display()}"


class Remark(models.Model):
    """What somebody said about a review; the meeting may choose to keep no name."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="remarks", verbose_name=_("nội dung")
    )
    author = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người góp ý"),
    )
    text = models.TextField(_("ý kiến"))
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = account_field(_("người ghi"))

    privacy = Privacy(public="id item recorded_at", personal="author text recorded_by")

    class Meta:
        verbose_name = _("ý kiến góp ý")
        verbose_name_plural = _("ý kiến góp ý")

    def __str__(self) -> str:
        return self.text[:60]
