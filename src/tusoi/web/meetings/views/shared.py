"""What the pages of this room share: scoped look-ups and the people who act."""

from typing import Final

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from tusoi.access.enums import Permission
from tusoi.cycles.errors import CycleError
from tusoi.meetings import queries
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import ReviewMeeting
from tusoi.web.http import SignedInRequest, today


# What the rooms below may say no with; the sentence is for the person at the screen.
REFUSALS: Final = (MeetingError, CycleError)
# Members read the minutes of meetings to which they were summoned; a role opens the others.
READ: Final = Permission.CYCLE_VIEW
HOLD: Final = Permission.MEETING_HOLD
POST: Final = frozenset({"POST"})
_RELATED = ("unit__parent", "cycle", "chair", "secretary")


def readable_meeting(request: SignedInRequest, public_id: str) -> ReviewMeeting:
    scope = queries.meetings_for(request.user, on=today())
    return get_object_or_404(scope.select_related(*_RELATED), public_id=public_id)


def held_meeting(request: SignedInRequest, public_id: str) -> ReviewMeeting:
    scope = queries.meetings_held_by(request.user, on=today())
    return get_object_or_404(scope.select_related(*_RELATED), public_id=public_id)


def sent(request: SignedInRequest) -> QueryDict | None:
    """Return what a form sent, be it empty; nothing when the page is only looked at."""
    return request.POST if request.method == "POST" else None
