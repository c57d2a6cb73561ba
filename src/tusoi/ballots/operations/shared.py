"""What every step of a poll begins and ends with: the one lock, the guard, the log."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction

from tusoi.audit import operations as audit
from tusoi.ballots.enums import POLL_TRANSITIONS, PollState
from tusoi.ballots.errors import PollIsVoid, ReasonMissing, WrongState
from tusoi.ballots.models import Poll, PollRoster, Urn, UrnKey
from tusoi.ballots.permissions import require_call, require_count
from tusoi.core.clock import local_day
from tusoi.people.models import Account


def called_poll(poll_id: int, *, actor: Account, at: dt.datetime) -> Poll:
    """Lock a poll for whoever holds the meeting."""
    poll = locked_poll(poll_id)
    require_call(actor, unit_id=poll.meeting.unit_id, on=local_day(at))
    return poll


def counted_poll(poll_id: int, *, actor: Account, at: dt.datetime) -> Poll:
    """Lock a poll for whoever may count it."""
    poll = locked_poll(poll_id)
    require_count(actor, poll, on=local_day(at))
    return poll


def locked_poll(poll_id: int) -> Poll:
    return Poll.objects.select_for_update().get(pk=poll_id)


def must_be_in(poll: Poll, states: Collection[str]) -> None:
    if poll.state == PollState.VOID and PollState.VOID not in states:
        raise PollIsVoid
    if poll.state not in states:
        raise WrongState(str(poll.get_state_display()))


def needed_reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def move(
    poll: Poll,
    verb: str,
    to_state: PollState,
    *,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> None:
    """Take a poll, already changed otherwise, to its next state."""
    before = poll.state
    if to_state not in POLL_TRANSITIONS[before]:
        raise WrongState(str(poll.get_state_display()))
    poll.state = to_state
    poll.save()
    record(verb, poll, actor=actor, at=at, from_state=before, to_state=to_state, note=note)


def record(  # noqa: PLR0913 -- the parts of a log line
    verb: str,
    poll: Poll,
    *,
    actor: Account,
    at: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> None:
    """Write the log; never a figure, which would be an interim result, and never a voter."""
    audit.record(
        actor=actor,
        at=at,
        action=f"ballots.{verb}",
        obj=poll,
        unit_id=poll.meeting.unit_id,
        from_state=from_state,
        to_state=to_state,
        note=note,
    )


def scrub_when_done() -> None:
    """Clean the storage once this transaction is through."""
    transaction.on_commit(scrub_storage, robust=True)


def scrub_storage() -> None:
    """Let go of older versions of urns, rosters and keys that the database still holds.

    PostgreSQL writes the tables anew. It is not told to vacuum: that keeps every version that
    some transaction, of any database beside this one, might still look at, and whoever copies the
    file finds them. SQLite, which overwrites what it frees, writes its log back and empties it.
    Neither can be done inside a transaction, where this does nothing.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
    # Coverage is taken on SQLite; tests/attacks runs this on PostgreSQL.
    for model in (Urn, PollRoster, UrnKey):  # pragma: no cover
        _write_anew(connection.ops.quote_name(model._meta.db_table))


@transaction.atomic
def _write_anew(table: str) -> None:  # pragma: no cover -- as above
    """Put the rows as they are into a new file; the old one goes with this transaction."""
    with connection.cursor() as cursor:
        # Whoever reads or writes the table waits: between the two there is nothing in it.
        cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TEMPORARY TABLE scrubbed ON COMMIT DROP AS TABLE {table}")
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"INSERT INTO {table} TABLE scrubbed")
