from django.db import models
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy


class AuditEvent(models.Model):
    """One change, written in the transaction that made it.

    No foreign keys: history neither blocks nor dies with the things it speaks of.
    """

    at = models.DateTimeField(_("lúc"), db_index=True)
    actor_id = models.BigIntegerField(_("mã tài khoản"))
    actor_name = models.CharField(_("người thực hiện"), max_length=150)
    action = models.CharField(_("việc"), max_length=64)
    object_kind = models.CharField(_("loại đối tượng"), max_length=64)
    object_id = models.CharField(_("mã đối tượng"), max_length=64)
    unit_id = models.BigIntegerField(_("mã đơn vị"), null=True)
    from_state = models.CharField(_("từ"), max_length=64, blank=True)
    to_state = models.CharField(_("đến"), max_length=64, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    privacy = Privacy(
        public="id at action object_kind object_id unit_id from_state to_state",
        personal="actor_id actor_name note",
    )

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký")
        indexes = [
            models.Index(fields=["object_kind", "object_id", "id"], name="audit_object"),
            models.Index(fields=["unit_id", "id"], name="audit_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_kind} {self.object_id}"
