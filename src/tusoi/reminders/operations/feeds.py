"""The private link of a calendar: issued, renewed, taken back."""

import datetime as dt
import secrets
from typing import Final

from django.db import transaction

from tusoi.audit import operations as audit
from tusoi.people.models import Account
from tusoi.reminders.errors import NotForSystem
from tusoi.reminders.models import CalendarFeed
from tusoi.reminders.queries import hash_of


# 256 bits: nobody finds a link by trying.
_BYTES: Final = 32


@transaction.atomic
def issue_feed(*, actor: Account, at: dt.datetime) -> str:
    """Make a link for one's own calendar and return it; an earlier one leads nowhere from now on.

    Raises:
        NotForSystem: the account is nobody's.
    """
    if actor.is_system:
        raise NotForSystem
    account = Account.objects.select_for_update().get(pk=actor.pk)
    token = secrets.token_urlsafe(_BYTES)
    feed, is_first = CalendarFeed.objects.update_or_create(
        account=account, defaults={"token_hash": hash_of(token), "issued_at": at}
    )
    audit.record(
        actor=actor,
        at=at,
        action="reminders.issue_feed" if is_first else "reminders.renew_feed",
        obj=feed,
    )
    return token


@transaction.atomic
def revoke_feed(*, actor: Account, at: dt.datetime) -> bool:
    """Take the link of one's own calendar back; say whether there was one."""
    feed = CalendarFeed.objects.select_for_update().filter(account=actor.pk).first()
    if feed is None:
        return False
    audit.record(actor=actor, at=at, action="reminders.revoke_feed", obj=feed)
    feed.delete()
    return True
