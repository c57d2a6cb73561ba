from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("đang lập")
    APPROVED = "approved", _("đã ban hành")


class ActionState(models.TextChoices):
    PLANNED = "planned", _("chưa làm")
    IN_HAND = "in_hand", _("đang làm")
    DONE = "done", _("đã làm xong")
    DROPPED = "dropped", _("thôi thực hiện")
