from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("đã triệu tập")
    UNDER_WAY = "under_way", _("đang họp")
    CLOSED = "closed", _("đã kết thúc")


class Presence(models.TextChoices):
    SUMMONED = "summoned", _("được triệu tập")
    PRESENT = "present", _("có mặt")
    EXCUSED = "excused", _("vắng có lý do")
    ABSENT = "absent", _("vắng không lý do")
