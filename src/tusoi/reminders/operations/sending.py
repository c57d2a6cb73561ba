"""Who gets a letter today, and that each gets one: taken in hand, sent, marked.

The sending itself lies between two transactions, so that no lock is held while a mail server
thinks, and a crash at any point leaves either nothing or a row that a later run takes up.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet

from tusoi.people.models import Account
from tusoi.reminders.errors import OnlySystemSends
from tusoi.reminders.models import ReminderDigest


# Longer than sending one letter takes; who has not marked it by then is taken for dead.
PATIENCE: Final = dt.timedelta(minutes=15)


def receivers() -> QuerySet[Account]:
    """Return the accounts that may get letters: where a person confirmed the address."""
    return (
        Account.objects.filter(
            is_active=True, is_system=False, confirmed_address__email=F("email")
        )
        .exclude(email="")
        .select_related("person")
        .order_by("pk")
    )


@transaction.atomic
def claim_digest(
    *, account_id: int, day: dt.date, item_count: int, actor: Account, at: dt.datetime
) -> ReminderDigest | None:
    """Take one person's letter of a day in hand; None when it was sent or another sends it.

    Raises:
        OnlySystemSends: a person asked.
    """
    if not actor.is_system:
        raise OnlySystemSends
    made, is_first = ReminderDigest.objects.get_or_create(
        account_id=account_id, day=day, defaults={"claimed_at": at, "item_count": item_count}
    )
    if is_first:
        return made
    held = ReminderDigest.objects.select_for_update().get(pk=made.pk)
    if not held.may_be_taken_up(at, PATIENCE):
        return None
    held.claimed_at, held.item_count = at, item_count
    held.save(update_fields=["claimed_at", "item_count"])
    return held


@transaction.atomic
def mark_digest_sent(*, digest_id: int, actor: Account, at: dt.datetime) -> None:
    """Say that a letter has left.

    Raises:
        OnlySystemSends: a person asked.
    """
    if not actor.is_system:
        raise OnlySystemSends
    ReminderDigest.objects.filter(pk=digest_id, sent_at__isnull=True).update(sent_at=at)
