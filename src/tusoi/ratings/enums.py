from django.db import models
from django.utils.translation import gettext_lazy as _


class RatingStep(models.TextChoices):
    """Who said which level when; each step is its own record."""

    SELF = "self", _("tự xếp loại")
    PROPOSED = "proposed", _("đề xuất")
    APPRAISED = "appraised", _("thẩm định")
    DECIDED = "decided", _("quyết định")
