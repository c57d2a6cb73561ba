"""Roles as data: what each may do within its node and everything below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission as P  # noqa: N817 -- forty uses in a table
from tusoi.access.enums import RoleKey


@dataclass(frozen=True)
class Role:
    key: RoleKey
    description: StrOrPromise
    permissions: frozenset[P]


# A member's right over their own review, remarks and promises comes from being that person
# (the rooms' permissions.py), not from a role; the role opens the pages of the own cell.
_MEMBER = frozenset({P.UNIT_VIEW, P.CYCLE_VIEW})
_READS = frozenset(
    {
        P.UNIT_VIEW,
        P.PERSON_VIEW,
        P.CYCLE_VIEW,
        P.PROGRESS_VIEW,
        P.REVIEW_READ,
        P.MEETING_VIEW,
        P.RATING_VIEW,
        P.REMEDIATION_VIEW,
    }
)
_CELL = _READS | {
    P.DIRECTIVE_ACKNOWLEDGE,
    P.REVIEW_WRITE,
    P.REVIEW_RETURN,
    P.COMMENT_ATTACH,
    P.MEETING_HOLD,
    P.BALLOT_ENTER,
    P.RATING_PROPOSE,
    P.REMEDIATION_PLAN,
    P.REMEDIATION_UPDATE,
    P.INTEGRITY_VIEW,
    P.REMEDIATION_CHECK,
}
_OFFICER = _CELL | {
    P.PROMPT_ISSUE,
    P.RATING_APPRAISE,
    P.CYCLE_ADJUST,
    P.REMEDIATION_JUDGE,
}
_BOARD = _READS | {
    P.UNIT_REORGANIZE,
    P.PERSON_EDIT,
    P.DATA_IMPORT,
    P.ROLE_GRANT,
    P.CYCLE_OPEN,
    P.CYCLE_ADJUST,
    P.REVIEW_RETURN,
    P.PROMPT_ISSUE,
    P.COMMENT_ATTACH,
    P.RATING_APPRAISE,
    P.INTEGRITY_VIEW,
    P.REMEDIATION_CHECK,
    P.REMEDIATION_JUDGE,
    P.AUDIT_VIEW,
}
_AUTHORITY = _READS | {
    P.PROMPT_ISSUE,
    P.REVIEW_RETURN,
    P.RATING_DECIDE,
    P.REMEDIATION_CHECK,
    P.REMEDIATION_JUDGE,
}

ROLES: Final[Mapping[RoleKey, Role]] = {
    role.key: role
    for role in (
        Role(
            RoleKey.MEMBER,
            _("Viết bản kiểm điểm của mình, theo dõi kết quả và việc khắc phục của mình."),
            _MEMBER,
        ),
        Role(
            RoleKey.CELL_COMMITTEE,
            _("Tổ chức kiểm điểm ở chi bộ: đôn đốc, họp, nhập kết quả phiếu, đề xuất xếp loại."),
            _CELL,
        ),
        Role(
            RoleKey.COMMITTEE_OFFICER,
            _("Giúp việc đảng ủy: theo dõi tiến độ, trả lại hồ sơ chưa đạt, thẩm định."),
            _OFFICER,
        ),
        Role(
            RoleKey.ORGANIZATION_BOARD,
            _("Tham mưu mở đợt kiểm điểm, theo dõi đến từng chi bộ, thẩm định, tổng hợp."),
            _BOARD,
        ),
        Role(
            RoleKey.DECIDING_AUTHORITY,
            _("Xem xét và quyết định mức xếp loại thuộc thẩm quyền."),
            _AUTHORITY,
        ),
        Role(
            RoleKey.INSPECTOR,
            _("Đọc hồ sơ trong phạm vi để kiểm tra, giám sát; kiểm tra hiệu quả khắc phục."),
            _READS | {P.INTEGRITY_VIEW, P.AUDIT_VIEW, P.REMEDIATION_CHECK},
        ),
        Role(
            RoleKey.ADMINISTRATOR,
            _("Cài đặt, sao lưu, cấp tài khoản; không đọc nội dung hồ sơ."),
            frozenset({P.SYSTEM_OPERATE, P.ROLE_GRANT, P.INTEGRITY_VIEW}),
        ),
    )
}


def roles_with(permission: P) -> list[str]:
    """Return the keys of the roles that hold a permission."""
    return [key.value for key, role in ROLES.items() if permission in role.permissions]
