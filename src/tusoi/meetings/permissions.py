"""Who may call and hold meetings of a unit, and who may read what was said."""

import datetime as dt

from django.contrib.auth.models import AbstractUser

from tusoi.access.enums import Permission
from tusoi.access.guard import holds, require
from tusoi.files.models import StoredFile
from tusoi.meetings.enums import CAME
from tusoi.meetings.models import AgendaItem, Attendance, MeetingDocument, ReviewMeeting
from tusoi.people.models import Account
from tusoi.reviews.permissions import can_write


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


def is_self(actor: Account, person_id: int | None) -> bool:
    return actor.is_active and person_id is not None and actor.person_id == person_id


def can_approve(actor: Account, meeting: ReviewMeeting, *, on: dt.date) -> bool:
    """Say whether the actor notes that the minutes are approved: the chair, or who holds it."""
    return is_self(actor, meeting.chair_id) or can_hold(actor, meeting, on=on)


def can_settle(actor: Account, item: AgendaItem, *, on: dt.date) -> bool:
    """Say whether the actor notes what became of a correction: its author, or who holds it."""
    return can_write(actor, item.obligation, on=on) or can_hold(actor, item.meeting, on=on)


def can_ask_for_changes(actor: Account, meeting: ReviewMeeting) -> bool:
    """Say whether the actor took part, and so may ask for another wording of the minutes."""
    return (
        actor.is_active
        and actor.person_id is not None
        and Attendance.objects.filter(
            meeting=meeting, person_id=actor.person_id, presence__in=CAME
        ).exists()
    )


def can_read_documents(actor: Account, meeting: ReviewMeeting, *, on: dt.date) -> bool:
    """Say whether the files are for the actor: summoned to the meeting, or who holds it."""
    if not actor.is_active:
        return False
    is_summoned = (
        actor.person_id is not None
        and Attendance.objects.filter(meeting=meeting, person_id=actor.person_id).exists()
    )
    return is_summoned or can_hold(actor, meeting, on=on)


def may_read_document(account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool:
    """Say whether a file lies beside a summons to this account and was not taken away."""
    if not isinstance(account, Account):
        return False
    found = (
        MeetingDocument.objects.filter(file=file, removed_at__isnull=True)
        .select_related("meeting")
        .first()
    )
    return found is not None and can_read_documents(account, found.meeting, on=on)
