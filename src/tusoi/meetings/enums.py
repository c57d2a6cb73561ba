from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("đã triệu tập")
    UNDER_WAY = "under_way", _("đang họp")
    CLOSED = "closed", _("đã kết thúc")
    CANCELLED = "cancelled", _("không tổ chức")


MEETING_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    MeetingState.PLANNED: frozenset({MeetingState.UNDER_WAY, MeetingState.CANCELLED}),
    MeetingState.UNDER_WAY: frozenset({MeetingState.CLOSED}),
    # Only with a reason: minutes were found wrong, or a vote must be held again.
    MeetingState.CLOSED: frozenset({MeetingState.UNDER_WAY}),
    MeetingState.CANCELLED: frozenset(),
}


class ItemState(models.TextChoices):
    OPEN = "open", _("chưa kết luận")
    CONCLUDED = "concluded", _("đã kết luận")
    POSTPONED = "postponed", _("chuyển sang hội nghị khác")


ITEM_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    ItemState.OPEN: frozenset({ItemState.CONCLUDED, ItemState.POSTPONED}),
    ItemState.CONCLUDED: frozenset({ItemState.OPEN}),
    ItemState.POSTPONED: frozenset({ItemState.OPEN}),
}


class Presence(models.TextChoices):
    SUMMONED = "summoned", _("chưa điểm danh")
    PRESENT = "present", _("có mặt")
    EXCUSED = "excused", _("vắng có lý do")
    ABSENT = "absent", _("vắng không lý do")


class AttendeeKind(models.TextChoices):
    """In what capacity a person takes part; it decides who may vote."""

    FULL = "full", _("đảng viên chính thức")
    PROBATIONARY = "probationary", _("đảng viên dự bị")
    TEMPORARY = "temporary", _("đảng viên sinh hoạt tạm thời")
    SUSPENDED = "suspended", _("đang bị đình chỉ sinh hoạt")
    SEAT = "seat", _("cấp ủy viên, thành viên tập thể lãnh đạo")
    GUEST = "guest", _("đại biểu mời")


VOTING_KINDS: Final = frozenset({AttendeeKind.FULL, AttendeeKind.SEAT})


class QuorumRule(models.TextChoices):
    """The choices of the setting `meeting-quorum` of a rulebook."""

    TWO_THIRDS = "two-thirds", _("ít nhất hai phần ba số người được triệu tập có quyền biểu quyết")
    MORE_THAN_HALF = (
        "more-than-half",
        _("trên một nửa số người được triệu tập có quyền biểu quyết"),
    )
    NONE = "none", _("không quy định số người dự tối thiểu")


class MeetingTask(models.TextChoices):
    """The one thing to do next while a meeting is prepared and held."""

    OPEN = "open", _("Khai mạc hội nghị")
    ATTENDANCE = "attendance", _("Điểm danh")
    OFFICERS = "officers", _("Ghi người chủ trì và thư ký")
    DISCUSS = "discuss", _("Thảo luận và kết luận")
    CLOSE = "close", _("Kết thúc hội nghị")
    NONE = "none", _("Không còn việc gì")
