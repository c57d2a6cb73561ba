from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, account_field
from tusoi.remediation.enums import ListKind
from tusoi.units.models import Unit


class ListEntry(models.Model):
    """An organisation's own entry in a shared list, below one of the built-in entries.

    Boards count by the built-in entry, so that figures of different units add up; the narrower
    word says more to those who know the place.
    """

    list = models.CharField(_("danh mục"), max_length=8, choices=ListKind.choices)
    # The built-in entry to which it belongs: a topic of reviews, or a class of causes.
    under = models.CharField(_("thuộc mục chung"), max_length=16)
    label = models.CharField(_("tên mục"), max_length=120)
    # Offered to this organisation and to all below it.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="list_entries", verbose_name=_("tổ chức đảng")
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    added_at = models.DateTimeField(_("thêm lúc"))
    added_by = account_field(_("người thêm"))

    privacy = Privacy(
        public="id list under label unit valid_from valid_to added_at", personal="added_by"
    )

    class Meta:
        verbose_name = _("mục riêng của danh mục")
        verbose_name_plural = _("mục riêng của danh mục")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["list", "unit", "under", "label"],
                condition=Q(valid_to__isnull=True),
                name="list_entry_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="list_entry_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label
