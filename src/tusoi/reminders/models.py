import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy
from tusoi.reminders.enums import ReminderKind


class MutedReminder(models.Model):
    """A kind of reminder that a person turned off; whatever has no row is on."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("tài khoản")
    )
    kind = models.CharField(_("loại nhắc việc"), max_length=12, choices=ReminderKind.choices)

    privacy = Privacy(public="id kind", personal="account")

    class Meta:
        verbose_name = _("nhắc việc đã tắt")
        verbose_name_plural = _("nhắc việc đã tắt")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], name="reminder_muted_once")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ReminderDigest(models.Model):
    """That one person's letter of one day was taken in hand, and sent; never what it said.

    A sender takes a row in hand, sends, and marks it. Whoever died in between has left a row
    that is not marked, which the next run takes up when the time for sending has passed.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("tài khoản")
    )
    day = models.DateField(_("ngày"))
    # A letter sent twice by a crash bears the same mark, by which mail programs drop the second.
    claimed_at = models.DateTimeField(_("bắt đầu gửi lúc"))
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    item_count = models.PositiveIntegerField(_("số việc"))

    privacy = Privacy(public="id day claimed_at sent_at item_count", personal="account")

    class Meta:
        verbose_name = _("thư nhắc việc")
        verbose_name_plural = _("thư nhắc việc")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "day"], name="digest_once_a_day"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("claimed_at")),
                name="digest_sent_after_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"

    def may_be_taken_up(self, at: dt.datetime, patience: dt.timedelta) -> bool:
        return self.sent_at is None and self.claimed_at <= at - patience


class CalendarFeed(models.Model):
    """The private link under which a calendar program reads a person's deadlines.

    The link itself is shown once; what is kept can only recognise it.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calendar_feed",
        verbose_name=_("tài khoản"),
    )
    token_hash = models.CharField(_("dấu vân tay của liên kết"), max_length=64, unique=True)
    issued_at = models.DateTimeField(_("tạo lúc"))

    privacy = Privacy(
        public="id issued_at",
        personal="account",
        secret="token_hash",  # noqa: S106 -- the name of a field
    )

    class Meta:
        verbose_name = _("lịch thời hạn")
        verbose_name_plural = _("lịch thời hạn")

    def __str__(self) -> str:
        return f"{self.issued_at:%d/%m/%Y}"


class ConfirmedAddress(models.Model):
    """The address of which a person showed, by a link sent there, that they read what comes.

    Letters go to an account's address only while it is this one.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="confirmed_address",
        verbose_name=_("tài khoản"),
    )
    email = models.EmailField(_("địa chỉ đã xác nhận"))
    confirmed_at = models.DateTimeField(_("xác nhận lúc"))

    privacy = Privacy(public="id confirmed_at", personal="account email")

    class Meta:
        verbose_name = _("địa chỉ nhận nhắc việc")
        verbose_name_plural = _("địa chỉ nhận nhắc việc")

    def __str__(self) -> str:
        return f"{self.confirmed_at:%d/%m/%Y}"
