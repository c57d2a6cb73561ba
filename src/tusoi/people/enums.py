from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    FEMALE = "female", _("nữ")
    MALE = "male", _("nam")
    UNKNOWN = "unknown", _("chưa rõ")


class MemberStage(models.TextChoices):
    """Whether a member is full or on probation on a given day."""

    FULL = "full", _("đảng viên chính thức")
    PROBATIONARY = "probationary", _("đảng viên dự bị")


class StandingKind(models.TextChoices):
    """A time during which a member is excused or barred from Party activities."""

    EXEMPT = "exempt", _("được miễn công tác và sinh hoạt đảng")
    SUSPENDED = "suspended", _("bị đình chỉ sinh hoạt đảng")
    COMMITTEE_SUSPENDED = "committee_suspended", _("bị đình chỉ sinh hoạt cấp ủy")
    SICK_LEAVE = "sick_leave", _("nghỉ ốm")
    MATERNITY_LEAVE = "maternity_leave", _("nghỉ thai sản")


class LeavingReason(models.TextChoices):
    DIED = "died", _("từ trần")
    RESIGNED = "resigned", _("xin ra khỏi Đảng")
    REMOVED = "removed", _("bị xóa tên")
    EXPELLED = "expelled", _("bị khai trừ")
    MOVED_AWAY = "moved_away", _("chuyển sinh hoạt đi nơi khác")
