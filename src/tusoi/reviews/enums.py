from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("đang viết")
    COMPLETED = "completed", _("đã viết xong")
    SUBMITTED = "submitted", _("đã nộp")
    RETURNED = "returned", _("bị trả lại")
    ACCEPTED = "accepted", _("đã tiếp nhận")


EDITABLE_STATES = frozenset({ReviewState.DRAFT, ReviewState.COMPLETED, ReviewState.RETURNED})


class TargetQualifier(models.TextChoices):
    """What the source says beside a figure; shown as said, never dropped."""

    EXACT = "exact", _("đúng")
    OVER = "over", _("trên, hơn")
    ABOUT = "about", _("khoảng")
    NEARLY = "nearly", _("gần")
    ALL = "all", _("tất cả")


class ShortcomingKind(models.TextChoices):
    LIMITATION = "limitation", _("hạn chế")
    FAULT = "fault", _("khuyết điểm")


class CauseKind(models.TextChoices):
    OBJECTIVE = "objective", _("khách quan")
    SUBJECTIVE = "subjective", _("chủ quan")
    UNKNOWN = "unknown", _("chưa xác định")


class CommentSource(models.TextChoices):
    """Whose comment the rules may ask for beside a review."""

    RESIDENCE = "residence", _("chi ủy nơi cư trú")
    AGENCY = "agency", _("cơ quan, đơn vị")
    MASS_ORGANIZATION = "mass_organization", _("Mặt trận, đoàn thể")
    OLD_CELL = "old_cell", _("chi bộ nơi sinh hoạt trước")
    OTHER = "other", _("nguồn khác")


class Topic(models.TextChoices):
    """What a shortcoming is about; boards count by it."""

    ECONOMY = "economy", _("kinh tế, đầu tư")
    AGRICULTURE = "agriculture", _("nông nghiệp, khuyến nông")
    FINANCE = "finance", _("thu ngân sách, các loại quỹ")
    SOCIETY = "society", _("y tế, giáo dục, an sinh xã hội")
    SECURITY = "security", _("quốc phòng, an ninh, trật tự")
    ADMINISTRATION = "administration", _("cải cách hành chính")
    PARTY_BUILDING = "party_building", _("xây dựng Đảng")
    DISCIPLINE = "discipline", _("kiểm tra, giám sát, kỷ luật")
    MASS_WORK = "mass_work", _("dân vận, Mặt trận, đoàn thể")
    LEADERSHIP = "leadership", _("lãnh đạo, chỉ đạo, điều hành")
    OTHER = "other", _("nội dung khác")
