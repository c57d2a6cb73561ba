from django.db import models
from django.utils.translation import gettext_lazy as _


class RatingStep(models.TextChoices):
    """Who said which level when; each step is its own record."""

    SELF = "self", _("tự xếp loại")
    PROPOSED = "proposed", _("đề xuất")
    APPRAISED = "appraised", _("thẩm định")
    DECIDED = "decided", _("quyết định")


class FactSource(models.TextChoices):
    """Where a fact that the rules read comes from."""

    SELF_REVIEW = "self_review", _("bản tự kiểm điểm")
    MEETING = "meeting", _("hội nghị kiểm điểm")
    RECORDS = "records", _("hồ sơ tổ chức, đảng viên")
    RATINGS = "ratings", _("kết quả xếp loại")
    ENTERED = "entered", _("người đề xuất, thẩm định nhập")
