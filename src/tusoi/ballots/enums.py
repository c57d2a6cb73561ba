from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    OPEN = "open", _("đang nhập kết quả")
    RECONCILED = "reconciled", _("đã khớp")
    VOID = "void", _("hủy, làm lại")


ROUND_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    RoundState.OPEN: frozenset({RoundState.RECONCILED, RoundState.VOID}),
    RoundState.RECONCILED: frozenset({RoundState.VOID}),
    RoundState.VOID: frozenset(),
}


class PassRule(models.TextChoices):
    """The choices of the setting `ballot-pass` of a rulebook."""

    MORE_THAN_HALF = "more-than-half", _("trên một nửa số phiếu thu về")
    TWO_THIRDS = "two-thirds", _("từ hai phần ba số phiếu thu về trở lên")
