"""What is said about a review: remarks, answers, corrections that the meeting asks for."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, account_field, all_or_none
from tusoi.meetings.enums import CorrectionState, Stance
from tusoi.meetings.models.meeting import AgendaItem
from tusoi.people.models import Person


class Remark(models.Model):
    """What somebody said about a review; the meeting may choose to keep no name."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="remarks", verbose_name=_("nội dung")
    )
    author = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người góp ý"),
    )
    # Set instead of `author` when a guest whom the system does not know spoke.
    author_name = models.CharField(_("đại biểu góp ý"), max_length=160, blank=True)
    text = models.TextField(_("ý kiến"))
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = account_field(_("người ghi"))

    privacy = Privacy(public="id item recorded_at", personal="author author_name text recorded_by")

    class Meta:
        verbose_name = _("ý kiến góp ý")
        verbose_name_plural = _("ý kiến góp ý")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(author_name=""), name="remark_one_author"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def speaker(self) -> str:
        """Return the name of who spoke; empty when the meeting kept none."""
        return self.author.full_name if self.author else self.author_name


class RemarkAnswer(models.Model):
    """What the subject answered: taken up, or explained; to one remark or to all of them."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="answers", verbose_name=_("nội dung")
    )
    remark = models.ForeignKey(
        Remark,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("ý kiến được trả lời"),
    )
    stance = models.CharField(_("tiếp thu hay giải trình"), max_length=10, choices=Stance.choices)
    text = models.TextField(_("nội dung trả lời"), blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = account_field(_("người ghi"))

    privacy = Privacy(public="id item remark recorded_at", personal="stance text recorded_by")

    class Meta:
        verbose_name = _("tiếp thu, giải trình tại hội nghị")
        verbose_name_plural = _("tiếp thu, giải trình tại hội nghị")
        constraints: ClassVar = [
            # Taking a remark up says enough by itself; an explanation explains something.
            models.CheckConstraint(
                condition=Q(stance=Stance.ACCEPTED, remark__isnull=False) | ~Q(text=""),
                name="remark_answer_says_something",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.get_stance_display()


class Correction(models.Model):
    """Something that is asked to be changed, and what became of it."""

    text = models.TextField(_("nội dung đề nghị sửa"))
    state = models.CharField(
        _("kết quả"),
        max_length=10,
        choices=CorrectionState.choices,
        default=CorrectionState.ASKED,
    )
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by = account_field(_("người ghi đề nghị"))
    settled_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    settled_by = account_field(_("người xử lý"), null=True, blank=True)
    settle_note = models.TextField(_("lý do, cách xử lý"), blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("settled_at", "settled_by"),
                name="%(class)s_settled_at_by",
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.ASKED, settled_at__isnull=True)
                | (~Q(state=CorrectionState.ASKED) & Q(settled_at__isnull=False)),
                name="%(class)s_settled_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.DECLINED) | ~Q(settle_note=""),
                name="%(class)s_declined_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.ASKED


class RequestedCorrection(Correction):
    """A change to the review that the meeting asks its author for."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="corrections", verbose_name=_("nội dung")
    )

    privacy = Privacy(
        public="id item state asked_at settled_at",
        personal="text asked_by settled_by settle_note",
    )

    class Meta(Correction.Meta):
        verbose_name = _("đề nghị sửa bản kiểm điểm")
        verbose_name_plural = _("đề nghị sửa bản kiểm điểm")
