from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.files.models import StoredFile
from tusoi.meetings.enums import (
    CAME,
    AttendeeKind,
    ItemState,
    MeetingState,
    Presence,
    Reply,
    SpeakerNaming,
)
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
    # Whether remarks carry the name of who made them: the meeting itself decides that.
    speaker_naming = models.CharField(
        _("ghi tên người góp ý"),
        max_length=10,
        choices=SpeakerNaming.choices,
        default=SpeakerNaming.OPTIONAL,
    )
    documents_sent_at = models.DateTimeField(_("gửi tài liệu lúc"), null=True, blank=True)
    documents_sent_by = account_field(_("người ghi việc gửi tài liệu"), null=True, blank=True)
    documents_note = models.TextField(_("tài liệu đã gửi"), blank=True)
    documents_late_reason = models.TextField(_("lý do gửi tài liệu muộn"), blank=True)
    # Why the agenda stands in another order than the rulebook's.
    order_note = models.TextField(_("lý do xếp khác trình tự"), blank=True)
    conclusion = models.TextField(_("kết luận chung"), blank=True)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    opened_at = models.DateTimeField(_("khai mạc lúc"), null=True, blank=True)
    opened_by = account_field(_("người mở"), null=True, blank=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    closed_by = account_field(_("người kết thúc"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("hủy triệu tập lúc"), null=True, blank=True)
    cancelled_by = account_field(_("người hủy triệu tập"), null=True, blank=True)
    cancel_reason = models.TextField(_("lý do không tổ chức"), blank=True)

    privacy = Privacy(
        public=(
            "id public_id cycle unit name meets_at place state speaker_naming documents_sent_at "
            "created_at opened_at closed_at cancelled_at"
        ),
        personal=(
            "chair secretary documents_sent_by documents_note documents_late_reason order_note "
            "conclusion created_by opened_by closed_by cancelled_by cancel_reason"
        ),
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
            models.CheckConstraint(
                condition=Q(
                    state__in=[MeetingState.UNDER_WAY, MeetingState.CLOSED],
                    opened_at__isnull=False,
                )
                | Q(
                    state__in=[MeetingState.PLANNED, MeetingState.CANCELLED],
                    opened_at__isnull=True,
                ),
                name="meeting_opened_has_moment",
            ),
            models.CheckConstraint(
                condition=all_or_none("cancelled_at", "cancelled_by"),
                name="meeting_cancelled_at_by",
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.CANCELLED, cancelled_at__isnull=False)
                & ~Q(cancel_reason="")
                | (~Q(state=MeetingState.CANCELLED) & Q(cancelled_at__isnull=True)),
                name="meeting_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=all_or_none("documents_sent_at", "documents_sent_by"),
                name="meeting_documents_sent_at_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MeetingDocument(models.Model):
    """A file for those summoned; one that was taken away stays as a line with its reason."""

    meeting = models.ForeignKey(
        ReviewMeeting, models.PROTECT, related_name="documents", verbose_name=_("hội nghị")
    )
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp")
    )
    added_at = models.DateTimeField(_("gửi lúc"))
    added_by = account_field(_("người gửi"))
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    removed_by = account_field(_("người gỡ"), null=True, blank=True)
    remove_reason = models.TextField(_("lý do gỡ"), blank=True)

    privacy = Privacy(
        public="id meeting file added_at removed_at",
        personal="added_by removed_by remove_reason",
    )

    class Meta:
        verbose_name = _("tài liệu hội nghị")
        verbose_name_plural = _("tài liệu hội nghị")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("removed_at", "removed_by"),
                name="meeting_document_removed_at_by",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, remove_reason="")
                | (Q(removed_at__isnull=False) & ~Q(remove_reason="")),
                name="meeting_document_removed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)


class AgendaItem(models.Model):
    """One review to be discussed; its remarks and the conclusion of the chair."""

    meeting = models.ForeignKey(
        ReviewMeeting, models.CASCADE, related_name="items", verbose_name=_("hội nghị")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="agenda_items", verbose_name=_("hồ sơ")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=ItemState.choices, default=ItemState.OPEN
    )
    conclusion = models.TextField(_("kết luận"), blank=True)
    concluded_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)
    concluded_by = account_field(_("người ghi kết luận"), null=True, blank=True)
    # Why the meeting concluded although too few had come.
    quorum_note = models.TextField(_("lý do kết luận khi chưa đủ số người dự"), blank=True)
    # Why it was concluded before something that the rulebook puts first.
    order_note = models.TextField(_("lý do kết luận khác trình tự"), blank=True)
    # The clock of the item: what has been spent, and since when it runs if it is running.
    spent_seconds = models.PositiveIntegerField(_("thời gian đã dành (giây)"), default=0)
    running_since = models.DateTimeField(_("đang thảo luận từ"), null=True, blank=True)
    postponed_at = models.DateTimeField(_("hoãn lúc"), null=True, blank=True)
    postponed_by = account_field(_("người hoãn"), null=True, blank=True)
    postpone_reason = models.TextField(_("lý do hoãn"), blank=True)
    # Empty while no later meeting has been called; its agenda will suggest the review by itself.
    postponed_to = models.ForeignKey(
        ReviewMeeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="received_items",
        verbose_name=_("chuyển sang hội nghị"),
    )

    privacy = Privacy(
        public=(
            "id meeting obligation position state spent_seconds running_since concluded_at "
            "postponed_at postponed_to"
        ),
        personal="conclusion concluded_by quorum_note order_note postponed_by postpone_reason",
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
            models.CheckConstraint(
                condition=all_or_none("postponed_at", "postponed_by"),
                name="agenda_postponed_at_by",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.CONCLUDED, concluded_at__isnull=False)
                & ~Q(conclusion="")
                | (~Q(state=ItemState.CONCLUDED) & Q(concluded_at__isnull=True)),
                name="agenda_concluded_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.POSTPONED, postponed_at__isnull=False)
                & ~Q(postpone_reason="")
                | (
                    ~Q(state=ItemState.POSTPONED)
                    & Q(postponed_at__isnull=True, postponed_to__isnull=True)
                ),
                name="agenda_postponed_has_reason",
            ),
            # A review waits for, or was concluded by, one meeting only.
            models.UniqueConstraint(
                fields=["obligation"],
                condition=~Q(state=ItemState.POSTPONED),
                name="agenda_one_in_force",
            ),
            # One thing is discussed at a time, and only what is open.
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(running_since__isnull=False),
                name="agenda_one_running",
            ),
            models.CheckConstraint(
                condition=Q(running_since__isnull=True) | Q(state=ItemState.OPEN),
                name="agenda_running_is_open",
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
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("người"),
    )
    # A guest whom the system does not know: name and post as the secretary wrote them.
    guest_name = models.CharField(_("họ tên, chức vụ đại biểu"), max_length=160, blank=True)
    kind = models.CharField(
        _("tư cách dự"), max_length=12, choices=AttendeeKind.choices, default=AttendeeKind.FULL
    )
    # Probationary members, guests and officers from above take part without a vote.
    has_vote = models.BooleanField(_("được biểu quyết"), default=True)
    presence = models.CharField(
        _("có mặt"), max_length=10, choices=Presence.choices, default=Presence.SUMMONED
    )
    reason = models.CharField(_("lý do vắng"), max_length=200, blank=True)
    # Empty for who was there from the beginning and until the end. Ballots never read these.
    arrived_at = models.DateTimeField(_("đến lúc"), null=True, blank=True)
    left_at = models.DateTimeField(_("về lúc"), null=True, blank=True)
    reply = models.CharField(
        _("trả lời triệu tập"), max_length=8, choices=Reply.choices, default=Reply.NONE
    )
    reply_reason = models.CharField(_("lý do xin vắng"), max_length=200, blank=True)
    replied_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    # The person, or the secretary to whom they said it.
    replied_by = account_field(_("người ghi trả lời"), null=True, blank=True)

    privacy = Privacy(
        public="id meeting",
        personal=(
            "person guest_name kind has_vote presence reason arrived_at left_at reply "
            "reply_reason replied_at replied_by"
        ),
    )

    class Meta:
        verbose_name = _("người dự")
        verbose_name_plural = _("người dự")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once"),
            models.CheckConstraint(
                condition=~Q(presence=Presence.EXCUSED) | ~Q(reason=""),
                name="attendance_excused_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, guest_name="")
                | (Q(person__isnull=True) & ~Q(guest_name="")),
                name="attendance_person_or_guest",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AttendeeKind.GUEST) | Q(has_vote=False),
                name="attendance_guest_has_no_vote",
            ),
            models.CheckConstraint(
                condition=all_or_none("replied_at", "replied_by"),
                name="attendance_replied_at_by",
            ),
            models.CheckConstraint(
                condition=Q(reply=Reply.NONE, replied_at__isnull=True)
                | (~Q(reply=Reply.NONE) & Q(replied_at__isnull=False)),
                name="attendance_reply_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(reply=Reply.AWAY) | ~Q(reply_reason=""),
                name="attendance_away_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True)
                | Q(presence__in=[Presence.PRESENT, Presence.LEFT]),
                name="attendance_arrived_came",
            ),
            models.CheckConstraint(
                condition=Q(presence=Presence.LEFT, left_at__isnull=False)
                | (~Q(presence=Presence.LEFT) & Q(left_at__isnull=True)),
                name="attendance_left_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True)
                | Q(left_at__isnull=True)
                | Q(left_at__gte=F("arrived_at")),
                name="attendance_left_after_arrival",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_presence_display()}"

    @property
    def name(self) -> str:
        return self.person.full_name if self.person else self.guest_name

    @property
    def has_come(self) -> bool:
        """Say whether the person was there, be it for a part of the meeting."""
        return self.presence in CAME
