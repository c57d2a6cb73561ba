"""Who calls a vote and who types totals. Nobody, with any role, sees a result before it counts."""

import datetime as dt

from tusoi.access.enums import Permission
from tusoi.access.guard import holds, require
from tusoi.ballots.models import BallotRound
from tusoi.people.models import Account


def require_call(actor: Account, *, unit_id: int, on: dt.date) -> None:
    """Refuse unless the actor may hold meetings of the unit.

    Raises:
        NotPermitted: no role in force on that day gives it.
    """
    require(actor, Permission.MEETING_HOLD, unit_id=unit_id, on=on)


def require_enter(actor: Account, *, unit_id: int, on: dt.date) -> None:
    """Refuse unless the actor may enter totals for the unit.

    Raises:
        NotPermitted: no role in force on that day gives it.
    """
    require(actor, Permission.BALLOT_ENTER, unit_id=unit_id, on=on)


def can_enter(actor: Account, ballot_round: BallotRound, *, on: dt.date) -> bool:
    return holds(actor, Permission.BALLOT_ENTER, unit_id=ballot_round.meeting.unit_id, on=on)
