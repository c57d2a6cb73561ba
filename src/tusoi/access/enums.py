from django.db import models
from django.utils.translation import gettext_lazy as _

from tusoi.units.enums import Permission


__all__ = ["Permission", "RoleKey"]


class RoleKey(models.TextChoices):
    MEMBER = "member", _("đảng viên")
    CELL_COMMITTEE = "cell_committee", _("bí thư, chi ủy chi bộ")
    COMMITTEE_OFFICER = "committee_officer", _("cán bộ giúp việc cấp ủy")
    ORGANIZATION_BOARD = "organization_board", _("ban tổ chức")
    DECIDING_AUTHORITY = "deciding_authority", _("cấp có thẩm quyền quyết định")
    INSPECTOR = "inspector", _("ủy ban kiểm tra")
    ADMINISTRATOR = "administrator", _("quản trị hệ thống")
