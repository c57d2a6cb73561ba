from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import RoleKey
from tusoi.core.models import Privacy, all_or_none
from tusoi.units.models import Unit


class RoleGrant(models.Model):
    """A role given to an account over one organisation and everything below it."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="grants",
        verbose_name=_("tài khoản"),
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=RoleKey.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="grants", verbose_name=_("tổ chức đảng")
    )
    valid_from = models.DateField(_("từ ngày"))
    # The last day on which it holds.
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    granted_at = models.DateTimeField(_("giao lúc"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người giao")
    )
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người thu hồi"),
    )

    privacy = Privacy(
        public="id role unit valid_from valid_to granted_at revoked_at",
        personal="account granted_by revoked_by",
    )

    class Meta:
        verbose_name = _("vai trò được giao")
        verbose_name_plural = _("vai trò được giao")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=all_or_none("revoked_at", "revoked_by"), name="grant_revoked_at_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.unit}"
