from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel


class StoredFile(PublicIdModel):
    """An uploaded document. Kept outside the web root; who may read it is decided by its owner."""

    content = models.FileField(_("tệp"), upload_to="%Y/%m/")
    name = models.CharField(_("tên tệp"), max_length=200)
    media_type = models.CharField(_("kiểu"), max_length=100)
    size_bytes = models.BigIntegerField(_("kích thước"))
    sha256 = models.CharField(_("dấu vân tay"), max_length=64)
    uploaded_at = models.DateTimeField(_("tải lên lúc"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải lên")
    )

    privacy = Privacy(
        public="id public_id media_type size_bytes sha256 uploaded_at",
        personal="name uploaded_by",
        secret="content",  # noqa: S106 -- the name of a field
    )

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")

    def __str__(self) -> str:
        return self.name
