from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.files.enums import FileState


class StoredFile(PublicIdModel):
    """An uploaded document. Kept outside the web root; who may read it is decided by its owner.

    Of a deleted one this row stays: what it was, and who took it away when and why.
    """

    content = models.FileField(_("tệp"), upload_to="%Y/%m/", blank=True)
    name = models.CharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("kiểu"), max_length=100)
    size_bytes = models.BigIntegerField(_("kích thước"))
    sha256 = models.CharField(_("dấu vân tay"), max_length=64)
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=FileState.choices, default=FileState.READY
    )
    # When a program last looked for malicious code; empty where none is set up.
    scanned_at = models.DateTimeField(_("kiểm tra mã độc lúc"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("xóa lúc"), null=True, blank=True)
    deleted_by = account_field(_("người xóa"), null=True, blank=True)
    deleted_reason = models.TextField(_("lý do xóa"), blank=True)

    privacy = Privacy(
        public=(
            "id public_id media_type size_bytes sha256 uploaded_at state scanned_at deleted_at"
        ),
        personal="name uploaded_by deleted_by deleted_reason",
        secret="content",  # noqa: S106 -- the name of a field
    )

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")
        indexes: ClassVar = [
            models.Index(fields=["uploaded_by", "uploaded_at"], name="file_uploader"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=all_or_none("deleted_at", "deleted_by"), name="file_deleted_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state=FileState.DELETED, deleted_at__isnull=False, content="")
                & ~Q(deleted_reason="")
                | (
                    ~Q(state=FileState.DELETED)
                    & ~Q(content="")
                    & Q(deleted_at__isnull=True, deleted_reason="")
                ),
                name="file_deleted_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name
