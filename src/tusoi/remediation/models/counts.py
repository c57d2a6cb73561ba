"""The two tables that make boards cheap: sums per unit, kept by the operations themselves."""

from typing import Any, ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy
from tusoi.cycles.models import ReviewCycle
from tusoi.remediation.enums import CountedKind, ShortcomingState
from tusoi.units.models import Unit


def _count(label: Any) -> "models.IntegerField[Any, Any]":
    return models.IntegerField(label, default=0)


class _StateCounts(models.Model):
    """How many shortcomings there are, and how many stand in each state."""

    shortcomings = _count(_("số hạn chế, khuyết điểm"))
    recorded = _count(ShortcomingState.RECORDED.label)
    cause_analyzed = _count(ShortcomingState.CAUSE_ANALYZED.label)
    action_planned = _count(ShortcomingState.ACTION_PLANNED.label)
    in_hand = _count(ShortcomingState.IN_HAND.label)
    done = _count(ShortcomingState.DONE.label)
    effect_checked = _count(ShortcomingState.EFFECT_CHECKED.label)
    not_effective = _count(ShortcomingState.NOT_EFFECTIVE.label)
    closed = _count(ShortcomingState.CLOSED.label)

    class Meta:
        abstract = True


class RemedyRollup(_StateCounts):
    """How what fell short stands at and below a unit, by topic; actions in a row without topic."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="+", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng")
    )
    topic = models.CharField(_("nội dung"), max_length=16, blank=True)
    of_person = models.BooleanField(_("của cá nhân"))
    without_action = _count(_("chưa có việc khắc phục"))
    without_owner = _count(_("có việc chưa có nơi chủ trì"))
    without_measure = _count(_("có việc chưa có thước đo"))
    vague = _count(_("còn chung chung"))
    repeated = _count(_("tái diễn"))
    effective = _count(_("có hiệu quả"))
    partly = _count(_("có hiệu quả một phần"))
    actions = _count(_("số việc"))
    actions_planned = _count(_("chưa làm"))
    actions_in_hand = _count(_("đang làm"))
    actions_done = _count(_("đã làm xong"))
    actions_without_owner = _count(_("việc chưa có nơi chủ trì"))
    actions_without_measure = _count(_("việc chưa có thước đo"))

    privacy = Privacy(
        public=(
            "id cycle unit topic of_person shortcomings recorded cause_analyzed action_planned "
            "in_hand done effect_checked not_effective closed without_action without_owner "
            "without_measure vague repeated effective partly actions actions_planned "
            "actions_in_hand actions_done actions_without_owner actions_without_measure"
        )
    )

    class Meta:
        verbose_name = _("tổng hợp khắc phục")
        verbose_name_plural = _("tổng hợp khắc phục")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "topic", "of_person"], name="remedy_rollup_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.topic}"


# How many letters of a day are kept: of a year, a month, a day.
DUE_SPANS: Final = (4, 7, 10)


class RemedyDue(models.Model):
    """How many open ones become late after a year, a month, a day.

    What is late today is the sum of past years, past months of this year and past days of this
    month: so few rows however many shortcomings there are, and nothing to do at midnight.
    """

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="+", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng")
    )
    counted = models.CharField(_("đếm"), max_length=12, choices=CountedKind.choices)
    topic = models.CharField(_("nội dung"), max_length=16, blank=True)
    of_person = models.BooleanField(_("của cá nhân"))
    # One of DUE_SPANS.
    span = models.PositiveSmallIntegerField(_("độ dài mốc"))
    period = models.CharField(_("mốc thời gian"), max_length=10)
    open = _count(_("còn mở"))

    privacy = Privacy(public="id cycle unit counted topic of_person span period open")

    class Meta:
        verbose_name = _("tổng hợp thời hạn khắc phục")
        verbose_name_plural = _("tổng hợp thời hạn khắc phục")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "span", "period", "counted", "topic", "of_person"],
                name="remedy_due_once",
            )
        ]
        # A board reads thousands of these rows: with the number in the index, none of them is
        # looked up in the table.
        indexes: ClassVar = [
            models.Index(
                fields=[
                    "cycle",
                    "unit",
                    "span",
                    "period",
                    "counted",
                    "topic",
                    "of_person",
                    "open",
                ],
                name="remedy_due_summed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


class RemedyDay(_StateCounts):
    """By how much the states changed on one day; the weeks of a trend are sums of these."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="+", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng")
    )
    of_person = models.BooleanField(_("của cá nhân"))
    day = models.DateField(_("ngày"))

    privacy = Privacy(
        public=(
            "id cycle unit of_person day shortcomings recorded cause_analyzed action_planned "
            "in_hand done effect_checked not_effective closed"
        )
    )

    class Meta:
        verbose_name = _("khắc phục trong ngày")
        verbose_name_plural = _("khắc phục trong ngày")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "of_person", "day"], name="remedy_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day}"
