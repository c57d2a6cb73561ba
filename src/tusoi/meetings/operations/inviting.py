"""Between the summons and the day: who says they will come, and when the documents went out."""

import datetime as dt

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.meetings.enums import MeetingState, Reply
from tusoi.meetings.errors import (
    DocumentsLate,
    DocumentsNotNamed,
    DocumentsSentLater,
    MeetingNotPlanned,
    ReplyNotYours,
    ReplyReasonMissing,
)
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.meetings.operations.locking import locked_meeting, record
from tusoi.meetings.permissions import can_hold, is_self
from tusoi.meetings.queries import notice_of
from tusoi.people.models import Account


@transaction.atomic
def reply_to_summons(
    *, attendance_id: int, reply: Reply, actor: Account, at: dt.datetime, reason: str = ""
) -> Attendance:
    """Say whether somebody will come: they themselves, or the secretary whom they told.

    Raises:
        ReplyNotYours: it is somebody else's summons.
        MeetingNotPlanned: the meeting has begun or was called off.
        ReplyReasonMissing: who asks to be excused says why.
    """
    meeting_id = Attendance.objects.values_list("meeting_id", flat=True).get(pk=attendance_id)
    meeting = ReviewMeeting.objects.select_for_update().get(pk=meeting_id)
    row = meeting.attendances.select_related("person").get(pk=attendance_id)
    if not (is_self(actor, row.person_id) or can_hold(actor, meeting, on=local_day(at))):
        raise ReplyNotYours
    if meeting.state != MeetingState.PLANNED:
        raise MeetingNotPlanned
    if reply == Reply.AWAY and not reason.strip():
        raise ReplyReasonMissing
    before = row.reply
    row.reply = reply
    row.reply_reason = reason.strip() if reply == Reply.AWAY else ""
    row.replied_at, row.replied_by = (None, None) if reply == Reply.NONE else (at, actor)
    row.save(update_fields=["reply", "reply_reason", "replied_at", "replied_by"])
    record("reply", row, meeting=meeting, actor=actor, at=at, from_state=before, to_state=reply)
    return row


@transaction.atomic
def record_documents_sent(
    *,
    meeting_id: int,
    note: str,
    actor: Account,
    at: dt.datetime,
    sent_at: dt.datetime | None = None,
    late_reason: str = "",
) -> ReviewMeeting:
    """Write down which documents went out, and when; possible again when more were sent.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotPlanned: it has begun or was called off.
        DocumentsNotNamed: it is not said what was sent.
        DocumentsSentLater: the moment lies ahead.
        DocumentsLate: later than the rulebook says, and no reason was given. A time that nobody
            has compared with the text warns on the page only.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.PLANNED:
        raise MeetingNotPlanned
    if not note.strip():
        raise DocumentsNotNamed
    sent_at = sent_at or at
    if sent_at > at:
        raise DocumentsSentLater
    notice = notice_of(meeting)
    is_late = notice.is_late(local_day(sent_at))
    if is_late and not notice.needs_checking and not late_reason.strip():
        raise DocumentsLate(notice.latest_on)
    meeting.documents_note = note.strip()
    meeting.documents_late_reason = late_reason.strip() if is_late else ""
    meeting.documents_sent_at, meeting.documents_sent_by = sent_at, actor
    meeting.save(
        update_fields=[
            "documents_note",
            "documents_late_reason",
            "documents_sent_at",
            "documents_sent_by",
        ]
    )
    record("documents", meeting, meeting=meeting, actor=actor, at=at)
    return meeting
