"""Paper: the letter of summons and the minutes."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tusoi.ballots.enums import RoundState
from tusoi.ballots.queries import counts_by_obligation, rounds_of
from tusoi.meetings import queries
from tusoi.meetings.enums import Presence
from tusoi.meetings.models import ReviewMeeting
from tusoi.meetings.permissions import can_hold
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.meetings.views.shared import READ, readable_meeting
from tusoi.web.votes import vote_summary


@page(permission=READ)
def summons(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    context = {
        "meeting": meeting,
        "items": queries.items_of(meeting),
        "attendances": queries.attendances_of(meeting),
    }
    return render(request, "meetings/summons_print.html", context)


@page(permission=READ)
def minutes(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the minutes; the counts of a vote of very few stay on the paper that is signed.

    Whoever holds the meeting prints that paper. Everybody else reads the outcome only.
    """
    meeting = readable_meeting(request, public_id)
    attendances = list(queries.attendances_of(meeting))
    context = {
        "meeting": meeting,
        "quorum": queries.quorum_of(meeting),
        "present": [one for one in attendances if one.presence == Presence.PRESENT],
        "away": [one for one in attendances if one.presence != Presence.PRESENT],
        "lines": _lines(meeting, on_paper=can_hold(request.user, meeting, on=today())),
    }
    return render(request, "meetings/minutes_print.html", context)


def _lines(meeting: ReviewMeeting, *, on_paper: bool) -> list[dict[str, Any]]:
    items = list(queries.items_of(meeting))
    counts = counts_by_obligation([one.obligation_id for one in items], cycle=meeting.cycle)
    voids: dict[int, list[str]] = {}
    for one in rounds_of(meeting).filter(state=RoundState.VOID):
        voids.setdefault(one.obligation_id, []).append(one.void_reason)
    return [
        {
            "item": one,
            "vote": vote_summary(counts.get(one.obligation_id), meeting.cycle, on_paper=on_paper),
            "void_reasons": voids.get(one.obligation_id, []),
        }
        for one in items
    ]
