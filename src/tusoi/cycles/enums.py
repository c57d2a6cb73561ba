from django.db import models
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    ANNUAL = "annual", _("hằng năm")
    QUARTERLY = "quarterly", _("hằng quý")
    TERM = "term", _("nhiệm kỳ")
    AD_HOC = "ad_hoc", _("khi cần thiết")


class CycleState(models.TextChoices):
    DRAFT = "draft", _("đang chuẩn bị")
    OPEN = "open", _("đang tiến hành")
    CLOSED = "closed", _("đã kết thúc")


class SubjectKind(models.TextChoices):
    """Who is reviewed. Four families; Party organisations are told apart by their place."""

    SUPERIOR_ORGANIZATION = "superior_organization", _("đảng bộ cấp trên cơ sở")
    GRASSROOTS_ORGANIZATION = "grassroots_organization", _("tổ chức cơ sở đảng")
    SECTION = "section", _("đảng bộ bộ phận")
    CELL = "cell", _("chi bộ trực thuộc")
    MEMBER = "member", _("đảng viên")
    COLLECTIVE = "collective", _("tập thể lãnh đạo, quản lý")
    LEADER = "leader", _("cá nhân lãnh đạo, quản lý")


ORGANIZATION_KINDS = (
    SubjectKind.SUPERIOR_ORGANIZATION,
    SubjectKind.GRASSROOTS_ORGANIZATION,
    SubjectKind.SECTION,
    SubjectKind.CELL,
)
# The subject class of the rulebook for each kind.
SUBJECT_CLASS = {
    **dict.fromkeys(ORGANIZATION_KINDS, "party_organization"),
    SubjectKind.MEMBER: "member",
    SubjectKind.COLLECTIVE: "collective",
    SubjectKind.LEADER: "leader",
}


class ProgressStep(models.TextChoices):
    """A separate fact about a dossier; none implies another."""

    STARTED = "started", _("đã bắt đầu")
    COMPLETED = "completed", _("đã viết xong")
    SUBMITTED = "submitted", _("đã nộp")
    LATE = "late", _("nộp muộn")
    RETURNED = "returned", _("đang trả lại")
    ACCEPTED = "accepted", _("đã tiếp nhận")
    REVIEWED = "reviewed", _("đã kiểm điểm")
    RATED = "rated", _("đã xếp loại")
    DECIDED = "decided", _("đã quyết định")


class StageKey(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("quán triệt chỉ đạo")
    SELF_REVIEW = "self_review", _("viết và nộp bản kiểm điểm")
    MEETING = "meeting", _("hội nghị kiểm điểm")
    PROPOSE = "propose", _("tự xếp loại, đề xuất")
    APPRAISE = "appraise", _("thẩm định")
    DECIDE = "decide", _("quyết định xếp loại")
    REMEDY = "remedy", _("kế hoạch khắc phục")


class AdjustmentKind(models.TextChoices):
    """Why the expected set changed after opening."""

    LATE_JOINER = "late_joiner", _("bổ sung đối tượng")
    CLOSED_UNIT = "closed_unit", _("tổ chức đảng kết thúc hoạt động")
    LEFT = "left", _("không còn là đảng viên của đơn vị")
    HANDED_OVER = "handed_over", _("bàn giao sang đơn vị khác")
    EXEMPTION = "exemption", _("được miễn, bị đình chỉ sinh hoạt")
    OTHER = "other", _("lý do khác")


class AdjustmentEffect(models.TextChoices):
    """What an adjustment did to a dossier."""

    ADDED = "added", _("bổ sung")
    CANCELLED = "cancelled", _("thôi tính")
    MOVED = "moved", _("bàn giao")
    RESTORED = "restored", _("tính lại")
