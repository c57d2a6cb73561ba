"""That letters go where their reader reads them: a link sent to an address confirms it."""

import datetime as dt
from typing import Final

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.reminders.errors import ConfirmationNotFit, NotForSystem
from tusoi.reminders.models import ConfirmedAddress


_SALT: Final = "tusoi.reminders.address"
_DAYS: Final = 7


def confirmation_for(account: Account, *, at: dt.datetime) -> str:
    """Return the secret part of a link for the account's present address; good for a week.

    It holds no address: what stands in the address of a page ends up in logs.
    """
    until = local_day(at) + dt.timedelta(days=_DAYS)
    return signing.Signer(salt=_SALT).sign(f"{until:%Y%m%d}-{_print_of(account)}")


@transaction.atomic
def confirm_address(*, token: str, actor: Account, at: dt.datetime) -> ConfirmedAddress:
    """Note that the actor reads what comes to their present address.

    Raises:
        NotForSystem: the account is nobody's.
        ConfirmationNotFit: the link is too old, another account's, or for an earlier address.
    """
    if actor.is_system:
        raise NotForSystem
    account = Account.objects.select_for_update().get(pk=actor.pk)
    if not account.email or not _fits(token, account, at):
        raise ConfirmationNotFit
    kept, _is_first = ConfirmedAddress.objects.update_or_create(
        account=account, defaults={"email": account.email, "confirmed_at": at}
    )
    audit.record(actor=actor, at=at, action="reminders.confirm_address", obj=account)
    return kept


def _fits(token: str, account: Account, at: dt.datetime) -> bool:
    try:
        told = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return False
    until, _dash, fingerprint = told.partition("-")
    is_same = constant_time_compare(fingerprint, _print_of(account))
    return is_same and until >= f"{local_day(at):%Y%m%d}"


def _print_of(account: Account) -> str:
    return salted_hmac(_SALT, f"{account.pk} {account.email}", algorithm="sha256").hexdigest()
