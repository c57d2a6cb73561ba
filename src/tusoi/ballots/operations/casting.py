"""A ballot goes into the urn. The only change in this house that nobody is named for.

`cast_ballot` has no actor and no moment, asks nobody who they are, and writes nothing but the
urn's one row: no log, no event, no progress, no cache. Whoever adds one here takes the secrecy of
every ballot with it.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F

from tusoi.ballots.enums import CastOutcome
from tusoi.ballots.errors import CodeUnknown, MarksNotUnderstood, PollNotOpen
from tusoi.ballots.models import Poll, PollQuestion, Urn
from tusoi.ballots.queries import pieces, poll_for_code, run_of, write_ballot
from tusoi.core import sealing


def cast_ballot(*, code: str, marks: Mapping[int, Collection[str]], poll: str = "") -> CastOutcome:
    """Burn a code and put one sealed ballot into the urn, both or neither.

    `marks` are option ids by question; a question left out is blank, and more marks than allowed
    make it invalid. Sent again with the same code, whatever the marks, it changes nothing and
    says that the ballot is in. `poll` is the public id from the slip, where there is one.

    Raises:
        CodeUnknown: nobody was given the code, or it was voided.
        PollNotOpen: the poll was closed before the ballot came.
        MarksNotUnderstood: the marks are of another ballot.
    """
    public_id = poll or _poll_of(code)
    with _kept_through_a_power_cut(), transaction.atomic():
        return _cast(_locked(public_id), code, marks)


def _poll_of(code: str) -> str:
    found = poll_for_code(code)
    if found is None:
        raise CodeUnknown
    return found.public_id


def _locked(public_id: str) -> Poll:
    """Take the one lock of a poll, reading only its state: there is a queue behind it."""
    polls = Poll.objects.select_for_update().only("state")
    poll = polls.filter(public_id=public_id).first()
    if poll is None:
        raise CodeUnknown
    return poll


def _cast(poll: Poll, code: str, marks: Mapping[int, Collection[str]]) -> CastOutcome:
    # A statement of its own: rows joined to the one that is locked would be, in PostgreSQL, as
    # they stood before the wait for it.
    urns = Urn.objects.filter(poll=poll).defer("spare_codes", "void_codes")
    urn = urns.annotate(code_secret=F("poll__key__code_secret")).first()
    if urn is None or urn.code_secret is None:
        raise CodeUnknown
    hashed = sealing.hash_code(code, secret=bytes(urn.code_secret))
    burnt, free = pieces(urn.burnt_codes), pieces(urn.free_codes)
    if hashed in burnt:
        return CastOutcome.ALREADY_CAST
    if hashed not in free:
        raise CodeUnknown
    if not poll.is_casting:
        raise PollNotOpen
    ballot = _sealed(urn, marks)
    free.remove(hashed)
    Urn.objects.filter(poll=poll).update(
        free_codes=run_of(free),
        burnt_codes=run_of([*burnt, hashed]),
        sealed=run_of([*pieces(urn.sealed, urn.sealed_size), ballot]),
        ballot_count=urn.ballot_count + 1,
    )
    return CastOutcome.CAST


def _sealed(urn: Urn, marks: Mapping[int, Collection[str]]) -> bytes:
    asked = PollQuestion.objects.filter(poll=urn.pk).order_by("position")
    try:
        plain = write_ballot(list(asked.only("options")), marks)
    except ValueError:
        raise MarksNotUnderstood from None
    return sealing.seal(bytes(urn.public_key), plain)


@contextmanager
def _kept_through_a_power_cut() -> Iterator[None]:
    """Let SQLite wait for the disk before somebody is told that the ballot is in.

    PostgreSQL always does. The setting cannot be changed inside a transaction, where only a test
    calls this.
    """
    waits = connection.vendor == "sqlite" and not connection.in_atomic_block
    if waits:
        _synchronous("FULL")
    try:
        yield
    finally:
        if waits:
            _synchronous("NORMAL")


def _synchronous(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
