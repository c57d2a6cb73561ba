from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.imports.enums import BatchState, Outcome, SubjectKind
from tusoi.imports.reading.findings import Finding, Place, Remark


class ImportBatch(PublicIdModel):
    """One uploaded list, from the preview to the day it was written or dropped."""

    file_name = models.CharField(_("tên tệp"), max_length=200)
    size_bytes = models.PositiveIntegerField(_("kích thước"))
    sha256 = models.CharField(_("dấu vân tay"), max_length=64)
    # The upload itself, kept only as long as it may still be applied or marked.
    content = models.BinaryField(_("nội dung"), null=True)
    state = models.CharField(_("tình trạng"), max_length=12, choices=BatchState.choices)
    # Moves without a day of their own hold from this day.
    effective_on = models.DateField(_("ngày nhập"))
    # What the plan would write; applying refuses when the database now leads to another plan.
    fingerprint = models.CharField(_("dấu kế hoạch"), max_length=64)
    counts = models.JSONField(_("số dòng"), default=dict)
    problem_count = models.PositiveIntegerField(_("số lỗi"), default=0)
    note_count = models.PositiveIntegerField(_("số ghi chú"), default=0)
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )
    applied_at = models.DateTimeField(_("nhập lúc"), null=True)
    applied_by = account_field(_("người nhập"), null=True)
    discarded_at = models.DateTimeField(_("bỏ lúc"), null=True)
    discarded_by = account_field(_("người bỏ"), null=True)

    privacy = Privacy(
        public=(
            "id public_id size_bytes sha256 state effective_on fingerprint counts problem_count "
            "note_count uploaded_at applied_at discarded_at"
        ),
        personal="file_name uploaded_by applied_by discarded_by",
        secret="content",  # noqa: S106 -- the name of a field
    )

    class Meta:
        verbose_name = _("lần nhập danh sách")
        verbose_name_plural = _("lần nhập danh sách")
        indexes: ClassVar = [models.Index(fields=["uploaded_by", "-id"], name="batch_uploader")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("applied_at", "applied_by"), name="batch_applied_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("discarded_at", "discarded_by"),
                name="batch_discarded_at_by",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.APPLIED, applied_at__isnull=False)
                | (~Q(state=BatchState.APPLIED) & Q(applied_at__isnull=True)),
                name="batch_state_applied",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.DISCARDED, discarded_at__isnull=False)
                | (~Q(state=BatchState.DISCARDED) & Q(discarded_at__isnull=True)),
                name="batch_state_discarded",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def awaits_confirmation(self) -> bool:
        return self.state == BatchState.PREVIEWED

    @property
    def is_refused(self) -> bool:
        return self.state == BatchState.REFUSED

    def _counted(self, outcome: Outcome) -> int:
        return sum(counted.get(outcome, 0) for counted in self.counts.values())

    @property
    def added_count(self) -> int:
        return self._counted(Outcome.ADDED)

    @property
    def changed_count(self) -> int:
        return self._counted(Outcome.CHANGED)

    @property
    def changes_nothing(self) -> bool:
        """Say whether applying would leave everything as it is."""
        return not self.added_count and not self.changed_count


class ImportRow(models.Model):
    """What a preview says of one unit or person."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("lần nhập danh sách")
    )
    subject_kind = models.CharField(_("đối tượng"), max_length=8, choices=SubjectKind.choices)
    outcome = models.CharField(_("kết quả so sánh"), max_length=12, choices=Outcome.choices)
    sheet = models.CharField(_("trang tính"), max_length=64, blank=True)
    row = models.PositiveIntegerField(_("dòng"), null=True)
    code = models.CharField(_("mã"), max_length=32)
    name = models.CharField(_("tên"), max_length=200)
    search_key = models.CharField(_("khóa tìm kiếm"), max_length=260, default="")
    place = models.CharField(_("thuộc"), max_length=200, blank=True)
    changes = models.JSONField(_("thay đổi"), default=list)

    privacy = Privacy(
        public="id batch subject_kind outcome sheet row",
        personal="code name search_key place changes",
    )

    class Meta:
        verbose_name = _("dòng xem trước")
        verbose_name_plural = _("dòng xem trước")
        indexes: ClassVar = [
            models.Index(fields=["batch", "subject_kind", "outcome", "id"], name="import_row_tab")
        ]

    def __str__(self) -> str:
        return self.name


class ImportRemark(models.Model):
    """One problem or note on one place of the file."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="remarks", verbose_name=_("lần nhập danh sách")
    )
    is_problem = models.BooleanField(_("là lỗi"))
    finding = models.CharField(_("phát hiện"), max_length=32)
    sheet = models.CharField(_("trang tính"), max_length=64)
    row = models.PositiveIntegerField(_("dòng"), null=True)
    column = models.PositiveSmallIntegerField(_("cột"), null=True)
    values = models.JSONField(_("giá trị"), default=dict)

    privacy = Privacy(public="id batch is_problem finding sheet row column", personal="values")

    class Meta:
        verbose_name = _("ghi chú trên tệp")
        verbose_name_plural = _("ghi chú trên tệp")
        indexes: ClassVar = [
            models.Index(fields=["batch", "is_problem", "finding", "id"], name="import_remark_tab")
        ]

    def __str__(self) -> str:
        return str(self.remark.sentence)

    @property
    def remark(self) -> Remark:
        place = Place(self.sheet, self.row, self.column)
        return Remark(Finding(self.finding), place, self.values)
