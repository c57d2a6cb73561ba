"""The meeting as it happens: the laptop at the front, and the wall behind it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tusoi.core import clock
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import ItemState, MeetingState
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import AgendaItem, ReviewMeeting
from tusoi.meetings.permissions import can_hold
from tusoi.web.http import SignedInRequest, page, today, who_and_when, whole_number
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    held_meeting,
    readable_meeting,
)
from tusoi.web.meetings.views.votes import vote_under_way


@page(permission=HOLD, writes=POST)
def conduct(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the one next step in large type; POST moves the clock to an item, or stops it."""
    meeting = held_meeting(request, public_id)
    refusal = ""
    if request.method == "POST":
        refusal = _moved(request, meeting)
        if not refusal:
            shown = "projector" if request.POST.get("to") == "projector" else "conduct"
            return redirect(f"meetings:{shown}", public_id)
    context = {**_stage(meeting), "refusal": refusal}
    return render(request, "meetings/conduct.html", context, status=422 if refusal else 200)


def _moved(request: SignedInRequest, meeting: ReviewMeeting) -> str:
    """Take up the item that was sent, or pause; return why that was refused."""
    wanted = whole_number(request.POST.get("item", ""))
    try:
        if wanted is None:
            operations.pause(meeting_id=meeting.pk, **who_and_when(request))
        else:
            item = get_object_or_404(meeting.items, pk=wanted)
            operations.take_up_item(item_id=item.pk, **who_and_when(request))
    except MeetingError as refused:
        return str(refused)
    return ""


@page(permission=READ)
def projector(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the room what is discussed; nothing here that the room may not see."""
    meeting = readable_meeting(request, public_id)
    stage = _stage(meeting)
    context = {
        **stage,
        "voting": vote_under_way(meeting),
        "may_hold": can_hold(request.user, meeting, on=today()),
        "steps": [
            (step, item)
            for step, item in (
                ("previous", stage["previous_item"]),
                ("next", stage["next_item"]),
            )
            if item
        ],
    }
    template = "meetings/projector.html"
    return render(request, f"{template}#stage" if request.htmx else template, context)


def _stage(meeting: ReviewMeeting) -> dict[str, Any]:
    items = list(queries.items_of(meeting))
    quorum = queries.quorum_of(meeting)
    minutes = queries.current_minutes(meeting)
    current = _current(items)
    return {
        "meeting": meeting,
        "items": items,
        "quorum": quorum,
        "task": queries.next_task(meeting, quorum=quorum, items=items, minutes=minutes),
        "current": current,
        "number": items.index(current) + 1 if current else 0,
        "previous_item": _beside(items, current, -1),
        "next_item": _beside(items, current, 1),
        "done_count": sum(one.state != ItemState.OPEN for one in items),
        "is_live": meeting.state == MeetingState.UNDER_WAY,
        "spent": spent_seconds(current) if current else 0,
        "spent_text": _clock(spent_seconds(current)) if current else "",
        "total_text": _clock(sum(spent_seconds(one) for one in items)),
        "lines": [(one, spent_seconds(one) // 60) for one in items],
    }


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02}:{seconds % 60:02}"


def spent_seconds(item: AgendaItem) -> int:
    """Return the time spent until now by the clock of the server."""
    running = item.running_since
    more = max(0, round((clock.now() - running).total_seconds())) if running else 0
    return item.spent_seconds + more


def _current(items: Sequence[AgendaItem]) -> AgendaItem | None:
    """Return what is being discussed, or else what comes next."""
    running = next((one for one in items if one.running_since), None)
    return running or next((one for one in items if one.state == ItemState.OPEN), None)


def _beside(
    items: Sequence[AgendaItem], current: AgendaItem | None, step: int
) -> AgendaItem | None:
    """Return the nearest open item before or after; what is settled is passed over."""
    if current is None:
        return None
    place = items.index(current)
    rest = items[place + 1 :] if step > 0 else list(reversed(items[:place]))
    return next((one for one in rest if one.state == ItemState.OPEN), None)
