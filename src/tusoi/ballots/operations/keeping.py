"""What is left behind: the key is destroyed once nobody may need it."""

import datetime as dt

from django.db import transaction

from tusoi.ballots.enums import PollState
from tusoi.ballots.errors import ComplaintsStillPossible, KeyDestroyed
from tusoi.ballots.models import Poll, Urn, UrnKey
from tusoi.ballots.operations.shared import called_poll, must_be_in, record, scrub_when_done
from tusoi.ballots.queries import complaint_window, polls_with_key_due
from tusoi.people.models import Account


@transaction.atomic
def destroy_key(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Delete the key and everything kept of the codes; nobody opens the urn again, ever.

    The sealed ballots stay with their mark, unreadable, and so do copies of them in backups.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the minutes are not signed.
        ComplaintsStillPossible: the count may still be asked for again.
        KeyDestroyed: there is none any more, or never was.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.SIGNED})
    if poll.signed_at is not None and at < poll.signed_at + complaint_window():
        raise ComplaintsStillPossible
    deleted, _by_model = UrnKey.objects.filter(poll=poll).delete()
    if not deleted:
        raise KeyDestroyed
    Urn.objects.filter(poll=poll).update(
        free_codes=b"", spare_codes=b"", void_codes=b"", burnt_codes=b""
    )
    poll.key_destroyed_at, poll.key_destroyed_by = at, actor
    poll.save(update_fields=["key_destroyed_at", "key_destroyed_by"])
    record("destroy_key", poll, actor=actor, at=at)
    scrub_when_done()
    return poll


def destroy_due_keys(*, actor: Account, at: dt.datetime) -> int:
    """Destroy every key whose time for complaints is over; say how many.

    Raises:
        NotPermitted: the actor may not hold meetings of one of the units.
    """
    due = list(polls_with_key_due(at=at).values_list("pk", flat=True))
    for poll_id in due:
        destroy_key(poll_id=poll_id, actor=actor, at=at)
    return len(due)
