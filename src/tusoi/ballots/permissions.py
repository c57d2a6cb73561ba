"""Who calls a vote, counts and signs. Nobody, with any role, sees a result before the count."""

import datetime as dt

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, require
from tusoi.ballots.models import Poll, PollRoster
from tusoi.people.models import Account


def require_call(actor: Account, *, unit_id: int, on: dt.date) -> None:
    """Refuse unless the actor may hold meetings of the unit.

    Raises:
        NotPermitted: no role in force on that day gives it.
    """
    require(actor, Permission.MEETING_HOLD, unit_id=unit_id, on=on)


def require_count(actor: Account, poll: Poll, *, on: dt.date) -> None:
    """Refuse unless the actor may count this poll: by a role, or as one of its tellers.

    Raises:
        NotPermitted: neither.
    """
    if not can_count(actor, poll, on=on):
        raise NotPermitted


def can_call(actor: Account, poll: Poll, *, on: dt.date) -> bool:
    return holds(actor, Permission.MEETING_HOLD, unit_id=poll.meeting.unit_id, on=on)


def can_count(actor: Account, poll: Poll, *, on: dt.date) -> bool:
    return holds(actor, Permission.BALLOT_ENTER, unit_id=poll.meeting.unit_id, on=on) or is_teller(
        actor, poll
    )


def is_teller(actor: Account, poll: Poll) -> bool:
    """Say whether the body named this person, who is active, to count."""
    if actor.person_id is None or not actor.is_active:
        return False
    roster = PollRoster.objects.filter(poll=poll).first()
    return roster is not None and actor.person_id in roster.tellers
