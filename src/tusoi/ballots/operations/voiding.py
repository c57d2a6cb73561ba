"""A poll that went wrong is voided by two people, with a reason; then it is held again."""

import datetime as dt
from typing import Final

from django.db import transaction

from tusoi.ballots.enums import COUNTED_STATES, PollState
from tusoi.ballots.errors import (
    AlreadyDecided,
    VoidAskedAlready,
    VoidNeedsSecondPerson,
    VoidNotAsked,
)
from tusoi.ballots.models import Poll, Urn, UrnKey
from tusoi.ballots.operations.shared import (
    counted_poll,
    move,
    must_be_in,
    needed_reason,
    record,
    scrub_when_done,
)
from tusoi.people.models import Account


VOIDABLE: Final = frozenset({PollState.OPEN, PollState.CLOSED, *COUNTED_STATES})


@transaction.atomic
def ask_void(*, poll_id: int, reason: str, actor: Account, at: dt.datetime) -> Poll:
    """Ask that a poll be voided and held again; a second person has to agree.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it was never opened; it can be changed or discarded.
        PollIsVoid: it is void already.
        AlreadyDecided: a level was decided on it.
        VoidAskedAlready: somebody asked before.
        ReasonMissing: no reason was given.
    """
    poll = _voidable(poll_id, actor=actor, at=at)
    if poll.void_asked_at is not None:
        raise VoidAskedAlready
    poll.void_reason = needed_reason(reason)
    poll.void_asked_at, poll.void_asked_by = at, actor
    poll.save(update_fields=["void_reason", "void_asked_at", "void_asked_by"])
    record("void_ask", poll, actor=actor, at=at, note=poll.void_reason)
    return poll


@transaction.atomic
def withdraw_void(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Take the request back, or turn it down: the poll stands.

    Raises:
        NotPermitted: the actor may not count this poll.
        PollIsVoid: a second person has agreed already.
        VoidNotAsked: nobody asked.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, VOIDABLE)
    if poll.void_asked_at is None:
        raise VoidNotAsked
    poll.void_reason = ""
    poll.void_asked_at, poll.void_asked_by = None, None
    poll.save(update_fields=["void_reason", "void_asked_at", "void_asked_by"])
    record("void_withdraw", poll, actor=actor, at=at)
    return poll


@transaction.atomic
def agree_void(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Agree, as the second person, that a poll is void.

    Its urn, its key and its totals are gone: a second total of the same people less one would
    tell how that one voted.

    Raises:
        NotPermitted: the actor may not count this poll.
        PollIsVoid: it is void already.
        AlreadyDecided: a level was decided on it.
        VoidNotAsked: nobody asked.
        VoidNeedsSecondPerson: the actor is the one who asked.
    """
    poll = _voidable(poll_id, actor=actor, at=at)
    if poll.void_asked_at is None:
        raise VoidNotAsked
    if poll.void_asked_by_id == actor.pk:
        raise VoidNeedsSecondPerson
    UrnKey.objects.filter(poll=poll).delete()
    Urn.objects.filter(poll=poll).delete()
    poll.tallies.all().delete()
    poll.questions.update(result=None)
    poll.issued_count = poll.returned_count = None
    poll.voided_at, poll.voided_by = at, actor
    move(poll, "void", PollState.VOID, actor=actor, at=at, note=poll.void_reason)
    scrub_when_done()
    return poll


def _voidable(poll_id: int, *, actor: Account, at: dt.datetime) -> Poll:
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, VOIDABLE)
    if poll.questions.filter(obligation__decided_at__isnull=False).exists():
        raise AlreadyDecided
    return poll
