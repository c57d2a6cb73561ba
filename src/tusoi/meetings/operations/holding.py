"""The life of a meeting as a whole: opened, closed, called off, opened again."""

import datetime as dt

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.meetings.enums import FREE_KINDS, ItemState, MeetingState, Presence
from tusoi.meetings.errors import (
    AttendanceIncomplete,
    CycleNotOpen,
    ItemsStillOpen,
    MeetingNotClosed,
    MeetingNotPlanned,
    OfficersMissing,
    OpensBeforeItsDay,
    VotesNotCounted,
)
from tusoi.meetings.models import ReviewMeeting
from tusoi.meetings.operations.locking import (
    locked_meeting,
    must_be_under_way,
    needed_reason,
    record,
)
from tusoi.meetings.operations.minutes import begin_minutes, take_up_minutes
from tusoi.people.models import Account


@transaction.atomic
def open_meeting(
    *, meeting_id: int, actor: Account, at: dt.datetime, meets_at: dt.datetime | None = None
) -> ReviewMeeting:
    """Open the meeting; from now on it hears remarks, concludes, and its minutes are written.

    `meets_at` replaces the time for which it was called, when it came together at another.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotPlanned: it was opened before or called off.
        CycleNotOpen: the cycle is over.
        OpensBeforeItsDay: its day is still to come, and no other was given.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.PLANNED:
        raise MeetingNotPlanned
    if meeting.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    meeting.meets_at = meets_at or meeting.meets_at
    if local_day(meeting.meets_at) > local_day(at):
        raise OpensBeforeItsDay(local_day(meeting.meets_at))
    meeting.opened_at, meeting.opened_by = at, actor
    _move(meeting, "open", MeetingState.UNDER_WAY, actor=actor, at=at)
    begin_minutes(meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def close_meeting(
    *, meeting_id: int, actor: Account, at: dt.datetime, conclusion: str = ""
) -> ReviewMeeting:
    """Close the meeting with its general conclusion; its minutes can be approved now.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: it has not begun or is closed.
        OfficersMissing: nobody is named as chair or secretary.
        AttendanceIncomplete: of some it is not known whether they came.
        ItemsStillOpen: reviews were neither concluded nor put off; it names them.
        VotesNotCounted: votes were called whose counts do not agree yet; it names them.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_be_under_way(meeting)
    if meeting.chair_id is None or meeting.secretary_id is None:
        raise OfficersMissing
    unmarked = meeting.attendances.filter(presence=Presence.SUMMONED)
    unmarked_count = unmarked.exclude(kind__in=FREE_KINDS).count()
    if unmarked_count:
        raise AttendanceIncomplete(unmarked_count)
    still_open = meeting.items.filter(state=ItemState.OPEN).order_by("position", "pk")
    names = list(still_open.values_list("obligation__name", flat=True))
    if names:
        raise ItemsStillOpen(names)
    _must_have_counted_votes(meeting)
    meeting.conclusion = conclusion.strip()
    meeting.closed_at, meeting.closed_by = at, actor
    _move(meeting, "close", MeetingState.CLOSED, actor=actor, at=at)
    return meeting


@transaction.atomic
def cancel_meeting(
    *, meeting_id: int, reason: str, actor: Account, at: dt.datetime
) -> ReviewMeeting:
    """Call a planned meeting off; its reviews wait for another.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotPlanned: it has begun or was called off.
        ReasonMissing: no reason was given.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.PLANNED:
        raise MeetingNotPlanned
    meeting.cancel_reason = needed_reason(reason)
    meeting.cancelled_at, meeting.cancelled_by = at, actor
    meeting.items.update(
        state=ItemState.POSTPONED,
        postpone_reason=meeting.cancel_reason,
        postponed_at=at,
        postponed_by=actor,
    )
    _move(
        meeting,
        "cancel",
        MeetingState.CANCELLED,
        actor=actor,
        at=at,
        note=meeting.cancel_reason,
    )
    return meeting


@transaction.atomic
def reopen_meeting(
    *, meeting_id: int, reason: str, actor: Account, at: dt.datetime
) -> ReviewMeeting:
    """Open a closed meeting again: the minutes were wrong, or a vote has to be repeated.

    Minutes that wait for signatures become a draft again; signed ones stay, and a further version
    is begun with the same reason.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotClosed: it is not closed.
        CycleNotOpen: the cycle is over.
        ReasonMissing: no reason was given.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.CLOSED:
        raise MeetingNotClosed
    if meeting.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    reason = needed_reason(reason)
    meeting.closed_at, meeting.closed_by = None, None
    _move(meeting, "reopen", MeetingState.UNDER_WAY, actor=actor, at=at, note=reason)
    take_up_minutes(meeting, reason, actor=actor, at=at)
    return meeting


def _must_have_counted_votes(meeting: ReviewMeeting) -> None:
    waiting = meeting.polls.filter(
        opened_at__isnull=False, signed_at__isnull=True, voided_at__isnull=True
    )
    names = list(
        waiting.order_by("number", "questions__position").values_list("questions__text", flat=True)
    )
    if names:
        raise VotesNotCounted(names)


def _move(
    meeting: ReviewMeeting,
    verb: str,
    to_state: MeetingState,
    *,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> None:
    before, meeting.state = meeting.state, to_state
    meeting.save()
    record(
        verb,
        meeting,
        meeting=meeting,
        actor=actor,
        at=at,
        from_state=before,
        to_state=to_state,
        note=note,
    )
