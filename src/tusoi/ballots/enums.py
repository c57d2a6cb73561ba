from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    OPEN = "open", _("đang nhập kết quả")
    RECONCILED = "reconciled", _("đã khớp")
    VOID = "void", _("hủy, làm lại")
