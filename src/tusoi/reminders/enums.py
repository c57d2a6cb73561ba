from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from tusoi.rulebooks.schema import StageStep


class ReminderKind(models.TextChoices):
    SELF_REVIEW = "self_review", _("nộp bản kiểm điểm")
    MEETING = "meeting", _("dự hội nghị kiểm điểm")
    ACTION = "action", _("việc khắc phục do mình chủ trì")
    EFFECT_CHECK = "effect_check", _("kiểm tra hiệu quả khắc phục")
    APPROVAL = "approval", _("việc chờ mình quyết định")
    SUMMARY = "summary", _("tổng hợp đầu tuần về các đơn vị mình theo dõi")


# The step of the rulebook that asks for the thing itself; its citation is shown beside a
# reminder that cannot be turned off.
STEP_OF: Final[Mapping[ReminderKind, StageStep]] = {
    ReminderKind.SELF_REVIEW: StageStep.SELF_REVIEW,
    ReminderKind.MEETING: StageStep.MEETING,
    ReminderKind.ACTION: StageStep.REMEDY,
    ReminderKind.EFFECT_CHECK: StageStep.REMEDY,
    ReminderKind.APPROVAL: StageStep.DECIDE,
}


class Place(StrEnum):
    """The page on which a thing is dealt with, by its name among the addresses."""

    MY_REVIEWS = "reviews:mine"
    MY_ACTIONS = "remediation:mine"
    ACTION = "remediation:action"
    MEETING = "meetings:detail"
    DECISIONS = "ratings:batch"
    REVIEWS = "reviews:list"
    REMEDIES = "remediation:board"
    SHORTCOMING = "remediation:shortcoming"
    PLAN = "remediation:plan"
    PLANS = "remediation:plans"
    REMINDERS = "reminders:list"
    CHOICES = "reminders:choices"
