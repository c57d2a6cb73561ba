"""Paper: the letter of summons, and an invitation for each of those on it."""

from django.http import HttpResponse
from django.shortcuts import render

from tusoi.meetings import queries
from tusoi.meetings.models import ReviewMeeting
from tusoi.web.http import SignedInRequest, page
from tusoi.web.meetings.views.shared import HOLD, READ, held_meeting, readable_meeting


@page(permission=READ)
def summons(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    return render(request, "meetings/summons_print.html", _letter(meeting))


@page(permission=HOLD)
def invitation_letters(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Print one letter for each person, to be handed out or read aloud."""
    meeting = held_meeting(request, public_id)
    return render(request, "meetings/invitations_print.html", _letter(meeting))


def _letter(meeting: ReviewMeeting) -> dict[str, object]:
    return {
        "meeting": meeting,
        "items": queries.items_of(meeting),
        "attendances": queries.attendances_of(meeting),
        "notice": queries.notice_of(meeting),
    }
