from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("đang lập")
    APPROVED = "approved", _("đã ban hành")
    SENT = "sent", _("đã gửi cấp trên")
    RETURNED = "returned", _("cấp trên trả lại")
    ACCEPTED = "accepted", _("cấp trên đồng ý")


# A plan that was changed after approval is approved once more, from wherever it stands.
PLAN_TRANSITIONS: Final[Mapping[PlanState, frozenset[PlanState]]] = {
    PlanState.DRAFT: frozenset({PlanState.APPROVED}),
    PlanState.APPROVED: frozenset({PlanState.APPROVED, PlanState.SENT}),
    PlanState.SENT: frozenset({PlanState.APPROVED, PlanState.RETURNED, PlanState.ACCEPTED}),
    PlanState.RETURNED: frozenset({PlanState.APPROVED}),
    PlanState.ACCEPTED: frozenset({PlanState.APPROVED}),
}


class GapKind(models.TextChoices):
    """What a plan lacks: about a shortcoming, or about one of its actions."""

    NO_CAUSE = "no_cause", _("chưa rõ nguyên nhân")
    NO_ACTION = "no_action", _("chưa có việc khắc phục")
    NO_SHORTCOMING = "no_shortcoming", _("hạn chế, khuyết điểm được khắc phục")
    NO_OWNER = "no_owner", _("nơi chủ trì")
    NO_DEADLINE = "no_deadline", _("thời hạn")
    NO_MEASURE = "no_measure", _("thước đo kết quả")


GAPS_OF_SHORTCOMINGS: Final = (GapKind.NO_CAUSE, GapKind.NO_ACTION)


class ActionState(models.TextChoices):
    PLANNED = "planned", _("chưa làm")
    IN_HAND = "in_hand", _("đang làm")
    DONE = "done", _("đã làm xong")
    DROPPED = "dropped", _("thôi thực hiện")


# What the note says with which an action is reported done.
DONE_PERCENT: Final = 100


class ShortcomingState(models.TextChoices):
    """How far a followed shortcoming has come; one column, so that nothing contradicts it."""

    RECORDED = "recorded", _("đã ghi nhận")
    CAUSE_ANALYZED = "cause_analyzed", _("đã rõ nguyên nhân")
    ACTION_PLANNED = "action_planned", _("đã có việc khắc phục")
    IN_HAND = "in_hand", _("đang khắc phục")
    DONE = "done", _("đã làm xong, chờ kiểm tra hiệu quả")
    EFFECT_CHECKED = "effect_checked", _("đã kiểm tra hiệu quả")
    NOT_EFFECTIVE = "not_effective", _("chưa hiệu quả, cần việc mới")
    CLOSED = "closed", _("đã khắc phục")


_S = ShortcomingState
# Where a shortcoming may go from where it stands; whatever is not here is refused.
TRANSITIONS: Final[Mapping[ShortcomingState, frozenset[ShortcomingState]]] = {
    _S.RECORDED: frozenset({_S.CAUSE_ANALYZED}),
    _S.CAUSE_ANALYZED: frozenset({_S.ACTION_PLANNED}),
    # Back when every action is given up.
    _S.ACTION_PLANNED: frozenset({_S.IN_HAND, _S.CAUSE_ANALYZED}),
    _S.IN_HAND: frozenset({_S.DONE, _S.CAUSE_ANALYZED}),
    # Back when an action is taken up again or another one is added.
    _S.DONE: frozenset({_S.EFFECT_CHECKED, _S.NOT_EFFECTIVE, _S.IN_HAND}),
    # What worked in part may get another action, or be closed with the reason.
    _S.EFFECT_CHECKED: frozenset({_S.CLOSED, _S.ACTION_PLANNED}),
    _S.NOT_EFFECTIVE: frozenset({_S.ACTION_PLANNED}),
    _S.CLOSED: frozenset(),
}
# Steps back; each carries its reason.
BACKWARD: Final = frozenset(
    {
        (_S.ACTION_PLANNED, _S.CAUSE_ANALYZED),
        (_S.IN_HAND, _S.CAUSE_ANALYZED),
        (_S.DONE, _S.IN_HAND),
        (_S.DONE, _S.NOT_EFFECTIVE),
    }
)
# From which state on a moment is set; it is empty before.
_PLANNED_ON: Final = (_S.ACTION_PLANNED, _S.IN_HAND)
_DONE_ON: Final = (_S.DONE, _S.EFFECT_CHECKED, _S.NOT_EFFECTIVE, _S.CLOSED)
MOMENTS: Final[Mapping[str, tuple[ShortcomingState, ...]]] = {
    "analyzed": (_S.CAUSE_ANALYZED, *_PLANNED_ON, *_DONE_ON),
    "planned": (*_PLANNED_ON, *_DONE_ON),
    "begun": (_S.IN_HAND, *_DONE_ON),
    "done": _DONE_ON,
    "checked": (_S.EFFECT_CHECKED, _S.NOT_EFFECTIVE, _S.CLOSED),
    "closed": (_S.CLOSED,),
}
# Plans that are still written, for the first time or after they came back.
WRITTEN_STATES: Final = (PlanState.DRAFT, PlanState.RETURNED)
# Nobody has planned anything about these.
UNTOUCHED_STATES: Final = (_S.RECORDED, _S.CAUSE_ANALYZED)
# Nothing has been done about these yet, or not enough.
UNCHECKED_STATES: Final = (
    _S.RECORDED,
    _S.CAUSE_ANALYZED,
    _S.ACTION_PLANNED,
    _S.IN_HAND,
    _S.DONE,
)
REMEDIED_STATES: Final = (_S.DONE, _S.EFFECT_CHECKED, _S.CLOSED)


class SourceKind(models.TextChoices):
    """Where a shortcoming was pointed out."""

    REVIEW = "review", _("bản tự kiểm điểm")
    MEETING = "meeting", _("hội nghị kiểm điểm")
    PROMPT = "prompt", _("gợi ý kiểm điểm")
    INSPECTION = "inspection", _("kiểm tra, giám sát")
    APPRAISAL = "appraisal", _("thẩm định")
    BY_HAND = "by_hand", _("đơn vị tự ghi")


class Verdict(models.TextChoices):
    EFFECTIVE = "effective", _("có hiệu quả")
    PARTLY = "partly", _("có hiệu quả một phần")
    NOT_EFFECTIVE = "not_effective", _("chưa hiệu quả")


class CauseClass(models.TextChoices):
    """The shared classification of causes; every organisation may add narrower entries."""

    AWARENESS = "awareness", _("nhận thức, tinh thần trách nhiệm")
    LEADERSHIP = "leadership", _("lãnh đạo, chỉ đạo, phân công")
    CAPACITY = "capacity", _("năng lực, trình độ cán bộ")
    SUPERVISION = "supervision", _("kiểm tra, giám sát, đôn đốc")
    COORDINATION = "coordination", _("phối hợp giữa các cơ quan, đơn vị")
    RESOURCES = "resources", _("kinh phí, nhân lực, cơ sở vật chất")
    POLICY = "policy", _("cơ chế, chính sách, quy định")
    CIRCUMSTANCES = "circumstances", _("thiên tai, dịch bệnh, thị trường")
    OTHER = "other", _("nguyên nhân khác")


class ListKind(models.TextChoices):
    """The two shared lists that organisations extend."""

    TOPIC = "topic", _("nội dung")
    CAUSE = "cause", _("nguyên nhân")


class VersionEvent(models.TextChoices):
    """Why a text of an action was put aside."""

    REPLACED = "replaced", _("được thay")
    CONFLICT = "conflict", _("lưu chồng")


class CountedKind(models.TextChoices):
    """What a line of the table of deadlines counts."""

    SHORTCOMING = "shortcoming", _("hạn chế, khuyết điểm")
    CHECK = "check", _("kiểm tra hiệu quả")
    ACTION = "action", _("việc khắc phục")
