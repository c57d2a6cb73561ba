"""Who may call and hold meetings of a unit, and who may read what was said."""

import datetime as dt

from tusoi.access.enums import Permission
from tusoi.access.guard import holds, require
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.people.models import Account


def require_hold(actor: Account, *, unit_id: int, on: dt.date) -> None:
    """Refuse unless the actor may hold meetings of the unit.

    Raises:
        NotPermitted: no role in force on that day gives it.
    """
    require(actor, Permission.MEETING_HOLD, unit_id=unit_id, on=on)


def can_hold(actor: Account, meeting: ReviewMeeting, *, on: dt.date) -> bool:
    return holds(actor, Permission.MEETING_HOLD, unit_id=meeting.unit_id, on=on)


def can_read(actor: Account, meeting: ReviewMeeting, *, on: dt.date) -> bool:
    """Say whether the agenda and the minutes are open: by role, or by having been summoned."""
    if not actor.is_active:
        return False
    if holds(actor, Permission.MEETING_VIEW, unit_id=meeting.unit_id, on=on):
        return True
    return (
        actor.person_id is not None
        and Attendance.objects.filter(meeting=meeting, person_id=actor.person_id).exists()
    )
