from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("đang viết")
    COMPLETED = "completed", _("đã viết xong")
    SUBMITTED = "submitted", _("đã nộp")
    RETURNED = "returned", _("bị trả lại")
    ACCEPTED = "accepted", _("đã tiếp nhận")


# Where a review may go from where it stands; whatever is not here is refused.
TRANSITIONS: Final[Mapping[ReviewState, frozenset[ReviewState]]] = {
    # Writing on in a finished text makes it a draft again.
    ReviewState.DRAFT: frozenset({ReviewState.COMPLETED}),
    ReviewState.COMPLETED: frozenset({ReviewState.DRAFT, ReviewState.SUBMITTED}),
    # Back to a draft when the author takes it back.
    ReviewState.SUBMITTED: frozenset(
        {ReviewState.DRAFT, ReviewState.RETURNED, ReviewState.ACCEPTED}
    ),
    ReviewState.RETURNED: frozenset({ReviewState.COMPLETED}),
    # Only until the meeting has dealt with it.
    ReviewState.ACCEPTED: frozenset({ReviewState.RETURNED}),
}
EDITABLE_STATES = frozenset({ReviewState.DRAFT, ReviewState.COMPLETED, ReviewState.RETURNED})
# Where others than the author may read; they never read a text that is still moving.
HANDED_IN_STATES = frozenset({ReviewState.SUBMITTED, ReviewState.ACCEPTED})


class RowKind(models.TextChoices):
    """The structured parts of a review, and the answers to prompts kept like them."""

    TARGET = "target", _("chỉ tiêu")
    STRENGTH = "strength", _("ưu điểm")
    SHORTCOMING = "shortcoming", _("hạn chế, khuyết điểm")
    EARLIER = "earlier", _("hạn chế, khuyết điểm kỳ trước")
    INITIATIVE = "initiative", _("mô hình, sáng kiến")
    DISCIPLINE = "discipline", _("kỷ luật trong năm")
    REMEDY = "remedy", _("giải pháp khắc phục")
    RESPONSE = "response", _("giải trình gợi ý")


class RowEvent(models.TextChoices):
    """Why the content of a row was put aside."""

    REPLACED = "replaced", _("được thay")
    CONFLICT = "conflict", _("lưu chồng")
    DELETED = "deleted", _("đã xóa")


class EarlierOutcome(models.TextChoices):
    """What became of a shortcoming that was pointed out before."""

    DONE = "done", _("đã khắc phục")
    UNDER_WAY = "under_way", _("đang khắc phục")
    NOT_YET = "not_yet", _("chưa khắc phục")


class TargetQualifier(models.TextChoices):
    """What the source says beside a figure; shown as said, never dropped."""

    EXACT = "exact", _("đúng")
    OVER = "over", _("trên")
    ABOUT = "about", _("khoảng")
    NEARLY = "nearly", _("gần")
    ALL = "all", _("tất cả")


class TargetProgress(models.TextChoices):
    """Whether a target or duty came in time; empty while nobody said."""

    ON_TIME = "on_time", _("đúng tiến độ")
    LATE = "late", _("chậm tiến độ")
    HINDERED = "hindered", _("không làm được vì lý do khách quan")


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
    TEMPORARY_CELL = "temporary_cell", _("chi bộ nơi sinh hoạt tạm thời")
    OTHER = "other", _("nguồn khác")


class CommentState(models.TextChoices):
    """How it stands with a comment that belongs to a dossier; computed, never stored."""

    ATTACHED = "attached", _("đã có")
    MISSING = "missing", _("còn thiếu")
    DUE = "due", _("cần có")
    ADVISED = "advised", _("nên có")


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
