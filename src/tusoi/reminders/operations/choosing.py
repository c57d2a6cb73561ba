"""What a person wants to be reminded of; anybody chooses their own."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from tusoi.audit import operations as audit
from tusoi.people.models import Account
from tusoi.reminders.enums import ReminderKind
from tusoi.reminders.errors import NotForSystem, ReminderDemanded
from tusoi.reminders.models import MutedReminder
from tusoi.reminders.queries import demanded_kinds


@transaction.atomic
def choose_reminders(
    *, muted: Collection[ReminderKind], actor: Account, at: dt.datetime
) -> frozenset[ReminderKind]:
    """Turn these kinds off and all others on.

    Raises:
        NotForSystem: the account is nobody's.
        ReminderDemanded: one of them is about what the rules demand.
    """
    if actor.is_system:
        raise NotForSystem
    wanted = frozenset(muted)
    for kind in sorted(wanted & demanded_kinds()):
        raise ReminderDemanded(str(kind.label))
    account = Account.objects.select_for_update().get(pk=actor.pk)
    rows = MutedReminder.objects.filter(account=account)
    before = frozenset(ReminderKind(kind) for kind in rows.values_list("kind", flat=True))
    if before == wanted:
        return wanted
    rows.exclude(kind__in=wanted).delete()
    MutedReminder.objects.bulk_create(
        MutedReminder(account=account, kind=kind) for kind in sorted(wanted - before)
    )
    audit.record(
        actor=actor,
        at=at,
        action="reminders.choose_reminders",
        obj=account,
        from_state=_listed(before),
        to_state=_listed(wanted),
    )
    return wanted


def _listed(kinds: Collection[ReminderKind]) -> str:
    return " ".join(sorted(kind.value for kind in kinds))
