from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.models import Obligation
from tusoi.files.models import StoredFile
from tusoi.reviews.enums import (
    CauseKind,
    CommentSource,
    EarlierOutcome,
    ReviewState,
    RowEvent,
    RowKind,
    ShortcomingKind,
    TargetProgress,
    TargetQualifier,
    Topic,
)
from tusoi.units.models import Unit


_TENTH: Final = Decimal("0.1")
_WHOLE: Final = Decimal(100)


class SelfReview(PublicIdModel):
    """What a subject wrote about the period, on the form that the pinned rulebook holds."""

    obligation = models.OneToOneField(
        Obligation, models.PROTECT, related_name="review", verbose_name=_("hồ sơ")
    )
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    proposed_level = models.CharField(_("tự nhận mức xếp loại"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    submitted_by = account_field(_("người nộp"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    accepted_by = account_field(_("người tiếp nhận"), null=True, blank=True)

    privacy = Privacy(
        public="id public_id obligation state created_at saved_at submitted_at accepted_at",
        personal="proposed_level created_by saved_by submitted_by accepted_by",
    )

    class Meta:
        verbose_name = _("bản tự kiểm điểm")
        verbose_name_plural = _("bản tự kiểm điểm")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("submitted_at", "submitted_by"),
                name="review_submitted_at_by",
            ),
            models.CheckConstraint(
                condition=all_or_none("accepted_at", "accepted_by"), name="review_accepted_at_by"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ReviewState.SUBMITTED, ReviewState.ACCEPTED],
                    submitted_at__isnull=False,
                )
                | Q(state__in=[ReviewState.DRAFT, ReviewState.COMPLETED, ReviewState.RETURNED]),
                name="review_submitted_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.ACCEPTED, accepted_at__isnull=False)
                | (~Q(state=ReviewState.ACCEPTED) & Q(accepted_at__isnull=True)),
                name="review_accepted_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation}"


class ReviewAnswer(models.Model):
    """The text under one question; `version` tells a later save about an earlier one."""

    review = models.ForeignKey(
        SelfReview, models.CASCADE, related_name="answers", verbose_name=_("bản tự kiểm điểm")
    )
    question_id = models.CharField(_("câu hỏi"), max_length=60)
    text = models.TextField(_("nội dung"), blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))

    privacy = Privacy(public="id review question_id version saved_at", personal="text saved_by")

    class Meta:
        verbose_name = _("câu trả lời")
        verbose_name_plural = _("câu trả lời")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "question_id"], name="answer_once")
        ]

    def __str__(self) -> str:
        return self.question_id


class AnswerVersion(models.Model):
    """A text that another save replaced or ran into; nothing that was typed is lost."""

    answer = models.ForeignKey(
        ReviewAnswer, models.CASCADE, related_name="versions", verbose_name=_("câu trả lời")
    )
    text = models.TextField(_("nội dung"), blank=True)
    version = models.PositiveIntegerField(_("phiên bản"))
    # True when it arrived after another tab had saved a newer text.
    is_conflict = models.BooleanField(_("lưu chồng"), default=False)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolved_by = account_field(_("người xử lý"), null=True, blank=True)

    privacy = Privacy(
        public="id answer version is_conflict saved_at resolved_at",
        personal="text saved_by resolved_by",
    )

    class Meta:
        verbose_name = _("phiên bản câu trả lời")
        verbose_name_plural = _("phiên bản câu trả lời")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("resolved_at", "resolved_by"),
                name="answer_version_resolved_at_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} v{self.version}"


class CriterionGrade(models.Model):
    """The grade that the author gives themself on one criterion of the rulebook."""

    review = models.ForeignKey(
        SelfReview, models.CASCADE, related_name="grades", verbose_name=_("bản tự kiểm điểm")
    )
    criterion_id = models.CharField(_("tiêu chí"), max_length=60)
    grade_id = models.CharField(_("mức đánh giá"), max_length=40)

    privacy = Privacy(public="id review criterion_id", personal="grade_id")

    class Meta:
        verbose_name = _("tự đánh giá tiêu chí")
        verbose_name_plural = _("tự đánh giá tiêu chí")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "criterion_id"], name="grade_once")
        ]

    def __str__(self) -> str:
        return self.criterion_id


class ReviewRow(models.Model):
    """A row of a structured part of a review; `position` keeps the author's order.

    `version` tells a later save about an earlier one, as it does for answers.
    """

    review = models.ForeignKey(
        SelfReview,
        models.CASCADE,
        related_name="%(class)ss",
        verbose_name=_("bản tự kiểm điểm"),
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))

    class Meta:
        abstract = True


class RowVersion(models.Model):
    """What a row held before it was replaced or deleted, or what ran into a newer save.

    Rows of all kinds share this: a deleted one can be put back from here, and two people who
    edit the same row at once find both of their texts.
    """

    review = models.ForeignKey(
        SelfReview,
        models.CASCADE,
        related_name="row_versions",
        verbose_name=_("bản tự kiểm điểm"),
    )
    row_kind = models.CharField(_("loại"), max_length=12, choices=RowKind.choices)
    row_id = models.PositiveBigIntegerField(_("dòng"))
    event = models.CharField(_("lý do giữ"), max_length=8, choices=RowEvent.choices)
    content = models.JSONField(_("nội dung"))
    version = models.PositiveIntegerField(_("phiên bản"))
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))
    resolved_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)
    resolved_by = account_field(_("người xử lý"), null=True, blank=True)

    privacy = Privacy(
        public="id review row_kind row_id event version saved_at resolved_at",
        personal="content saved_by resolved_by",
    )

    class Meta:
        verbose_name = _("phiên bản của dòng")
        verbose_name_plural = _("phiên bản của dòng")
        indexes: ClassVar = [
            models.Index(fields=["review", "event", "resolved_at"], name="row_version_open")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("resolved_at", "resolved_by"),
                name="row_version_resolved_at_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_kind} {self.row_id} v{self.version}"


class Target(ReviewRow):
    """A quantity set in advance and what came of it; the percentage is worked out, never typed."""

    name = models.CharField(_("chỉ tiêu"), max_length=300)
    measure = models.CharField(_("đơn vị tính"), max_length=60, blank=True)
    planned = models.DecimalField(
        _("kế hoạch"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    actual = models.DecimalField(
        _("thực hiện"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    qualifier = models.CharField(
        _("mức độ chính xác"),
        max_length=8,
        choices=TargetQualifier.choices,
        default=TargetQualifier.EXACT,
    )
    # Some sources give only the percentage: then this is the figure itself, not a result.
    stated_percent = models.DecimalField(
        _("tỷ lệ đạt (%)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    progress = models.CharField(
        _("tiến độ"), max_length=8, choices=TargetProgress.choices, blank=True
    )
    source = models.CharField(_("nguồn số liệu"), max_length=200, blank=True)
    topic = models.CharField(
        _("nội dung"), max_length=16, choices=Topic.choices, default=Topic.OTHER
    )

    privacy = Privacy(
        public=(
            "id review position version saved_at name measure planned actual qualifier "
            "stated_percent progress source topic"
        ),
        personal="saved_by",
    )

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stated_percent__isnull=True)
                | Q(planned__isnull=True)
                | Q(actual__isnull=True),
                name="target_percent_not_typed",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> Decimal | None:
        """Return the percentage reached, to a tenth; what is not yet all never becomes 100."""
        if self.planned is None or self.actual is None:
            return self.stated_percent
        if not self.planned:
            return None
        exact = self.actual * _WHOLE / self.planned
        rounded = exact.quantize(_TENTH, ROUND_HALF_UP)
        return rounded - _TENTH if rounded == _WHOLE and exact < _WHOLE else rounded

    @property
    def is_reached(self) -> bool | None:
        """Say whether the plan was met; None when the figures do not tell."""
        if self.qualifier == TargetQualifier.ALL:
            return True
        if self.percent is None:
            return None
        return self.percent >= _WHOLE and self.qualifier != TargetQualifier.NEARLY

    @property
    def is_exceeded(self) -> bool | None:
        """Say whether more than the plan was done; None when the figures do not tell."""
        if self.qualifier == TargetQualifier.ALL:
            return False
        if self.percent is None:
            return None
        if self.planned is not None and self.actual is not None:
            return self.actual > self.planned
        return self.percent > _WHOLE or (
            self.percent == _WHOLE and self.qualifier == TargetQualifier.OVER
        )


class Strength(ReviewRow):
    text = models.TextField(_("ưu điểm, kết quả"))

    privacy = Privacy(public="id review position version saved_at", personal="text saved_by")

    class Meta:
        verbose_name = _("ưu điểm")
        verbose_name_plural = _("ưu điểm")

    def __str__(self) -> str:
        return self.text[:60]


class Shortcoming(ReviewRow, PublicIdModel):
    """What fell short; the remedies of the year are counted against these."""

    kind = models.CharField(
        _("loại"),
        max_length=12,
        choices=ShortcomingKind.choices,
        default=ShortcomingKind.LIMITATION,
    )
    # Empty until the author chooses; it is asked for before the review is handed in.
    topic = models.CharField(
        _("nội dung"), max_length=16, choices=Topic.choices, blank=True, default=""
    )
    nature = models.TextField(_("biểu hiện"))
    extent = models.CharField(_("mức độ, số liệu"), max_length=300, blank=True)
    target = models.ForeignKey(
        Target,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="shortcomings",
        verbose_name=_("chỉ tiêu liên quan"),
    )
    # Likewise; that the cause is not known yet is an answer too.
    cause_kind = models.CharField(
        _("nguyên nhân"), max_length=12, choices=CauseKind.choices, blank=True, default=""
    )
    cause = models.TextField(_("diễn giải nguyên nhân"), blank=True)
    collective_responsibility = models.TextField(_("trách nhiệm tập thể"), blank=True)
    personal_responsibility = models.TextField(_("trách nhiệm cá nhân"), blank=True)
    # Nature and extent without accents.
    search_key = models.TextField(_("khóa tìm kiếm"), blank=True)

    privacy = Privacy(
        public=(
            "id public_id review position version saved_at kind topic nature extent target "
            "cause_kind cause search_key"
        ),
        personal="collective_responsibility personal_responsibility saved_by",
    )

    class Meta:
        verbose_name = _("hạn chế, khuyết điểm")
        verbose_name_plural = _("hạn chế, khuyết điểm")

    def __str__(self) -> str:
        return self.nature[:80]


class EarlierShortcoming(ReviewRow):
    """A shortcoming pointed out in the period before, and what became of it since."""

    # Empty when the earlier review is not in the system.
    origin = models.ForeignKey(
        Shortcoming,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_up",
        verbose_name=_("ghi trong kỳ trước"),
    )
    nature = models.TextField(_("hạn chế, khuyết điểm đã được chỉ ra"))
    outcome = models.CharField(
        _("kết quả khắc phục"), max_length=12, choices=EarlierOutcome.choices, blank=True
    )
    percent = models.PositiveSmallIntegerField(_("mức độ hoàn thành (%)"), null=True, blank=True)
    account = models.TextField(_("việc đã làm, lý do chưa xong"), blank=True)
    answerable = models.CharField(
        _("tập thể, cá nhân chịu trách nhiệm"), max_length=300, blank=True
    )

    privacy = Privacy(
        public="id review position version saved_at origin nature outcome percent account",
        personal="answerable saved_by",
    )

    class Meta:
        verbose_name = _("hạn chế, khuyết điểm kỳ trước")
        verbose_name_plural = _("hạn chế, khuyết điểm kỳ trước")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100),
                name="earlier_percent_to_100",
            )
        ]

    def __str__(self) -> str:
        return self.nature[:80]


class Initiative(ReviewRow):
    """A model or initiative with its place and benefit, to be found and used by others."""

    name = models.CharField(_("tên mô hình, sáng kiến"), max_length=200)
    place = models.CharField(_("nơi thực hiện"), max_length=200, blank=True)
    benefit = models.TextField(_("hiệu quả"), blank=True)
    search_key = models.TextField(_("khóa tìm kiếm"), blank=True)

    privacy = Privacy(
        public="id review position version saved_at name place benefit search_key",
        personal="saved_by",
    )

    class Meta:
        verbose_name = _("mô hình, sáng kiến")
        verbose_name_plural = _("mô hình, sáng kiến")

    def __str__(self) -> str:
        return self.name


class DisciplineNote(ReviewRow):
    """What the review itself says about discipline in the period."""

    text = models.TextField(_("nội dung"))
    member_count = models.PositiveIntegerField(_("số đảng viên"), null=True, blank=True)

    privacy = Privacy(
        public="id review position version saved_at", personal="text member_count saved_by"
    )

    class Meta:
        verbose_name = _("kỷ luật trong năm")
        verbose_name_plural = _("kỷ luật trong năm")

    def __str__(self) -> str:
        return self.text[:60]


class ProposedRemedy(ReviewRow):
    """A remedy as the review proposes it; the plan turns it into actions with owners."""

    text = models.TextField(_("giải pháp"))
    first_step = models.CharField(_("việc làm trước"), max_length=300, blank=True)
    places = models.CharField(_("nơi thực hiện"), max_length=300, blank=True)
    partners = models.CharField(_("phối hợp"), max_length=300, blank=True)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    shortcoming = models.ForeignKey(
        Shortcoming,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposed_remedies",
        verbose_name=_("hạn chế, khuyết điểm"),
    )

    privacy = Privacy(
        public=(
            "id review position version saved_at text first_step places partners due_on "
            "shortcoming"
        ),
        personal="saved_by",
    )

    class Meta:
        verbose_name = _("giải pháp khắc phục")
        verbose_name_plural = _("giải pháp khắc phục")

    def __str__(self) -> str:
        return self.text[:60]


class ReviewPrompt(models.Model):
    """A matter that a superior body directs the subject to address; the form demands an answer."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="prompts", verbose_name=_("hồ sơ")
    )
    issuer = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng gợi ý")
    )
    text = models.TextField(_("nội dung gợi ý"))
    document = models.CharField(_("văn bản"), max_length=200, blank=True)
    due_on = models.DateField(_("thời hạn giải trình"), null=True, blank=True)
    issued_at = models.DateTimeField(_("gợi ý lúc"))
    issued_by = account_field(_("người gửi"))
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)
    withdrawn_by = account_field(_("người rút"), null=True, blank=True)

    privacy = Privacy(
        public="id obligation issuer document due_on issued_at withdrawn_at",
        personal="text issued_by withdrawn_by",
    )

    class Meta:
        verbose_name = _("gợi ý kiểm điểm")
        verbose_name_plural = _("gợi ý kiểm điểm")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("withdrawn_at", "withdrawn_by"),
                name="prompt_withdrawn_at_by",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class PromptResponse(models.Model):
    """The subject's answer to one suggested issue."""

    prompt = models.OneToOneField(
        ReviewPrompt, models.PROTECT, related_name="response", verbose_name=_("gợi ý")
    )
    review = models.ForeignKey(
        SelfReview, models.CASCADE, related_name="responses", verbose_name=_("bản tự kiểm điểm")
    )
    text = models.TextField(_("giải trình, tiếp thu"), blank=True)
    version = models.PositiveIntegerField(_("phiên bản"), default=1)
    saved_at = models.DateTimeField(_("lưu lúc"))
    saved_by = account_field(_("người lưu"))

    privacy = Privacy(public="id prompt review version saved_at", personal="text saved_by")

    class Meta:
        verbose_name = _("giải trình gợi ý")
        verbose_name_plural = _("giải trình gợi ý")

    def __str__(self) -> str:
        return self.text[:60]


class ReviewComment(models.Model):
    """A comment from outside the unit that the rules ask for, typed or as a scanned slip."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="comments", verbose_name=_("hồ sơ")
    )
    source = models.CharField(_("nguồn"), max_length=20, choices=CommentSource.choices)
    body = models.CharField(_("tổ chức nhận xét"), max_length=200)
    commented_on = models.DateField(_("ngày nhận xét"))
    text = models.TextField(_("nội dung"), blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bản chụp"),
    )
    attached_at = models.DateTimeField(_("đính kèm lúc"))
    attached_by = account_field(_("người đính kèm"))

    privacy = Privacy(
        public="id obligation source body commented_on attached_at",
        personal="text file attached_by",
    )

    class Meta:
        verbose_name = _("nhận xét")
        verbose_name_plural = _("nhận xét")

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.body}"


class ReviewTransition(models.Model):
    """One step of a review's way; a return carries its reason."""

    review = models.ForeignKey(
        SelfReview, models.CASCADE, related_name="transitions", verbose_name=_("bản tự kiểm điểm")
    )
    from_state = models.CharField(_("từ"), max_length=12, choices=ReviewState.choices)
    to_state = models.CharField(_("đến"), max_length=12, choices=ReviewState.choices)
    note = models.TextField(_("lý do"), blank=True)
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))

    privacy = Privacy(public="id review from_state to_state at", personal="note actor")

    class Meta:
        verbose_name = _("bước chuyển")
        verbose_name_plural = _("các bước chuyển")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(to_state=ReviewState.RETURNED) | ~Q(note=""),
                name="review_return_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class SuperiorDocument(models.Model):
    """By which document a superior body outside this installation accepted or returned a review.

    The topmost organisation has nobody above it here; its own people note what was answered.
    """

    transition = models.OneToOneField(
        ReviewTransition,
        models.CASCADE,
        related_name="superior_document",
        verbose_name=_("bước chuyển"),
    )
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    issued_on = models.DateField(_("ngày ban hành"))
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)

    privacy = Privacy(public="id transition number issued_on issuer")

    class Meta:
        verbose_name = _("văn bản của cấp trên")
        verbose_name_plural = _("văn bản của cấp trên")

    def __str__(self) -> str:
        return self.number
