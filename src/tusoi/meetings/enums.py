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
    # Was there and left before the end: counts as having come, and no longer for the quorum.
    LEFT = "left", _("đã về trước")


CAME: Final = frozenset({Presence.PRESENT, Presence.LEFT})


class Reply(models.TextChoices):
    """What somebody who was summoned answered."""

    NONE = "none", _("chưa trả lời")
    COMING = "coming", _("sẽ dự")
    AWAY = "away", _("xin vắng")


class SpeakerNaming(models.TextChoices):
    """Whether a meeting keeps the names of those who speak; it decides that for itself."""

    REQUIRED = "required", _("ghi tên mọi người góp ý")
    OPTIONAL = "optional", _("ghi tên hoặc không, tùy từng ý kiến")
    NONE = "none", _("không ghi tên người góp ý")


class Stance(models.TextChoices):
    ACCEPTED = "accepted", _("tiếp thu")
    EXPLAINED = "explained", _("giải trình")


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("đang chờ")
    DONE = "done", _("đã sửa")
    DECLINED = "declined", _("không sửa")


CORRECTION_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    CorrectionState.ASKED: frozenset({CorrectionState.DONE, CorrectionState.DECLINED}),
    CorrectionState.DONE: frozenset({CorrectionState.ASKED}),
    CorrectionState.DECLINED: frozenset({CorrectionState.ASKED}),
}


class MeetingKind(models.TextChoices):
    """Whose meeting it is; the words of the minutes depend on it."""

    CELL = "cell", _("hội nghị chi bộ")
    COMMITTEE = "committee", _("hội nghị cấp ủy, tập thể lãnh đạo")


class MinutesPart(models.TextChoices):
    """Where the secretary's own words stand in the minutes."""

    OPENING = "opening", _("khai mạc")
    ITEM = "item", _("diễn biến thảo luận")
    CLOSING = "closing", _("bế mạc")


class MinutesState(models.TextChoices):
    DRAFT = "draft", _("dự thảo")
    APPROVED = "approved", _("đã thông qua, chờ ký")
    LOCKED = "locked", _("đã ký")


MINUTES_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    MinutesState.DRAFT: frozenset({MinutesState.APPROVED}),
    # Back to a draft with a reason, as long as not everybody has signed.
    MinutesState.APPROVED: frozenset({MinutesState.DRAFT, MinutesState.LOCKED}),
    MinutesState.LOCKED: frozenset(),
}


class SignerRole(models.TextChoices):
    CHAIR = "chair", _("chủ trì")
    SECRETARY = "secretary", _("thư ký")
    TELLER = "teller", _("tổ kiểm phiếu")


class AttendeeKind(models.TextChoices):
    """In what capacity a person takes part; it decides who may vote."""

    FULL = "full", _("đảng viên chính thức")
    PROBATIONARY = "probationary", _("đảng viên dự bị")
    TEMPORARY = "temporary", _("đảng viên sinh hoạt tạm thời")
    SUSPENDED = "suspended", _("đang bị đình chỉ sinh hoạt")
    EXEMPT = "exempt", _("được miễn công tác, sinh hoạt đảng")
    SEAT = "seat", _("cấp ủy viên, thành viên tập thể lãnh đạo")
    GUEST = "guest", _("đại biểu mời")


VOTING_KINDS: Final = frozenset({AttendeeKind.FULL, AttendeeKind.SEAT})


# Who comes if they like: nobody waits for them, and nobody marks them away.
FREE_KINDS: Final = frozenset({AttendeeKind.EXEMPT, AttendeeKind.GUEST})


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
    MINUTES = "minutes", _("Hoàn chỉnh, thông qua và ký biên bản")
    NONE = "none", _("Không còn việc gì")
