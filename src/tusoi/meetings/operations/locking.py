"""What every verb of the room does first: lock the meeting, ask the guard, look at the state."""

import datetime as dt

from django.db import models

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.meetings.enums import ItemState, MeetingState
from tusoi.meetings.errors import (
    ItemNotOpen,
    MeetingIsOver,
    MeetingNotUnderWay,
    ReasonMissing,
)
from tusoi.meetings.models import AgendaItem, ReviewMeeting
from tusoi.meetings.permissions import require_hold
from tusoi.people.models import Account


def locked_meeting(meeting_id: int, *, actor: Account, at: dt.datetime) -> ReviewMeeting:
    """Return the meeting, locked for this transaction, if the actor may hold it.

    Raises:
        NotPermitted: no role of the actor covers the unit.
    """
    meeting = ReviewMeeting.objects.select_for_update().get(pk=meeting_id)
    require_hold(actor, unit_id=meeting.unit_id, on=local_day(at))
    return meeting


def locked_item(item_id: int, *, actor: Account, at: dt.datetime) -> AgendaItem:
    """Return the item with its meeting under way; both are locked, the meeting first."""
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_be_under_way(meeting)
    item = AgendaItem.objects.select_for_update().get(pk=item_id)
    item.meeting = meeting
    return item


def locked_open_item(item_id: int, *, actor: Account, at: dt.datetime) -> AgendaItem:
    """Return the item, locked, if it is still being discussed."""
    item = locked_item(item_id, actor=actor, at=at)
    if item.state != ItemState.OPEN:
        raise ItemNotOpen
    return item


def stop_clock(item: AgendaItem, at: dt.datetime) -> None:
    """Add what has run since the item was taken up; the caller saves."""
    if item.running_since is not None:
        item.spent_seconds += max(0, round((at - item.running_since).total_seconds()))
        item.running_since = None


def must_be_under_way(meeting: ReviewMeeting) -> None:
    if meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay


def must_not_be_over(meeting: ReviewMeeting) -> None:
    if meeting.state not in {MeetingState.PLANNED, MeetingState.UNDER_WAY}:
        raise MeetingIsOver


def needed_reason(reason: str) -> str:
    """Return the reason without surrounding blanks.

    Raises:
        ReasonMissing: there is none.
    """
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def record(  # noqa: PLR0913 -- the parts of a log line
    verb: str,
    obj: models.Model,
    *,
    meeting: ReviewMeeting,
    actor: Account,
    at: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=f"meetings.{verb}",
        obj=obj,
        unit_id=meeting.unit_id,
        from_state=from_state,
        to_state=to_state,
        note=note,
    )
