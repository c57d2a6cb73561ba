"""The log in the words of its readers."""

import datetime as dt
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import RoleKey
from tusoi.people.enums import LeavingReason, StandingKind
from tusoi.units.enums import CommendationKind, DisciplineKind, MembershipKind, Position


ACTIONS: Final[dict[str, Promise]] = {
    "units.found": _("thành lập"),
    "units.rename": _("đổi tên"),
    "units.move": _("chuyển tổ chức đảng cấp trên"),
    "units.merge": _("sáp nhập, hợp nhất"),
    "units.split": _("chia tách"),
    "units.close": _("giải thể"),
    "units.join": _("ghi nơi sinh hoạt"),
    "units.leave": _("kết thúc sinh hoạt tạm thời"),
    "units.transfer": _("chuyển sinh hoạt"),
    "units.appoint": _("ghi chức vụ"),
    "units.end_post": _("kết thúc chức vụ"),
    "units.found_collective": _("lập tập thể lãnh đạo, quản lý"),
    "units.close_collective": _("kết thúc tập thể lãnh đạo, quản lý"),
    "people.add": _("lập hồ sơ cá nhân"),
    "people.edit": _("sửa hồ sơ cá nhân"),
    "people.admit": _("lập hồ sơ đảng viên"),
    "people.edit_member": _("sửa hồ sơ đảng viên"),
    "people.leave": _("ghi ra khỏi Đảng"),
    "people.standing": _("ghi tình trạng sinh hoạt"),
    "people.end_standing": _("kết thúc tình trạng sinh hoạt"),
    "people.discipline": _("ghi kỷ luật"),
    "people.commendation": _("ghi khen thưởng"),
    "access.grant": _("giao vai trò"),
    "access.revoke": _("thu hồi vai trò"),
}


def action_label(action: str) -> str:
    """Return what was done in words; an action of a room not listed here keeps its code."""
    return str(ACTIONS.get(action, action))


_STATES: Final[tuple[type[TextChoices], ...]] = (
    RoleKey,
    LeavingReason,
    StandingKind,
    CommendationKind,
    DisciplineKind,
    MembershipKind,
    Position,
)
NOTHING: Final = "–"


def state_label(state: str) -> str:
    """Return a state of the log in words, a day as dd/mm/yyyy, anything else as it stands."""
    if not state:
        return NOTHING
    for states in _STATES:
        if state in states.values:
            return str(states(state).label)
    try:
        return f"{dt.date.fromisoformat(state):%d/%m/%Y}"
    except ValueError:
        return state
