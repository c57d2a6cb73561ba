from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    """How far an upload has come; nothing is written to lists before APPLIED."""

    REFUSED = "refused", _("có lỗi phải sửa")
    PREVIEWED = "previewed", _("chờ xác nhận")
    APPLIED = "applied", _("đã nhập")
    DISCARDED = "discarded", _("đã bỏ")


class Outcome(models.TextChoices):
    """What applying would do with one row, or with someone the file no longer lists."""

    ADDED = "added", _("mới")
    CHANGED = "changed", _("thay đổi")
    UNCHANGED = "unchanged", _("không đổi")
    GONE = "gone", _("không còn trong tệp")


class SubjectKind(models.TextChoices):
    UNIT = "unit", _("tổ chức đảng")
    PERSON = "person", _("đảng viên")
