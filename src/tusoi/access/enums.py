from enum import StrEnum, auto

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that can be done. Roles list them; pages and operations demand them."""

    UNIT_VIEW = auto()
    UNIT_REORGANIZE = auto()
    PERSON_VIEW = auto()
    PERSON_EDIT = auto()
    DATA_IMPORT = auto()
    ROLE_GRANT = auto()
    CYCLE_VIEW = auto()
    CYCLE_OPEN = auto()
    CYCLE_ADJUST = auto()
    DIRECTIVE_ACKNOWLEDGE = auto()
    PROGRESS_VIEW = auto()
    REVIEW_WRITE = auto()
    REVIEW_READ = auto()
    REVIEW_RETURN = auto()
    PROMPT_ISSUE = auto()
    COMMENT_ATTACH = auto()
    MEETING_VIEW = auto()
    MEETING_HOLD = auto()
    BALLOT_ENTER = auto()
    RATING_VIEW = auto()
    RATING_PROPOSE = auto()
    RATING_APPRAISE = auto()
    RATING_DECIDE = auto()
    REMEDIATION_VIEW = auto()
    REMEDIATION_PLAN = auto()
    REMEDIATION_UPDATE = auto()
    AUDIT_VIEW = auto()
    SYSTEM_OPERATE = auto()


class RoleKey(models.TextChoices):
    MEMBER = "member", _("đảng viên")
    CELL_COMMITTEE = "cell_committee", _("bí thư, chi ủy chi bộ")
    COMMITTEE_OFFICER = "committee_officer", _("cán bộ giúp việc cấp ủy")
    ORGANIZATION_BOARD = "organization_board", _("ban tổ chức")
    DECIDING_AUTHORITY = "deciding_authority", _("cấp có thẩm quyền quyết định")
    INSPECTOR = "inspector", _("ủy ban kiểm tra")
    ADMINISTRATOR = "administrator", _("quản trị hệ thống")
