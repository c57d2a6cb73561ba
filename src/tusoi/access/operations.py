"""Giving out accounts and roles, and taking them back."""

import datetime as dt
import itertools
import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import F, Q

from tusoi.access.enums import Permission, RoleKey
from tusoi.access.errors import (
    AccountLocked,
    AlreadyGranted,
    AlreadyHasAccount,
    EndsBeforeStart,
    NotPermitted,
    OwnAccount,
)
from tusoi.access.guard import require
from tusoi.access.models import RoleGrant
from tusoi.access.queries import grants_of, units_for
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.text import search_key
from tusoi.people.models import Account, Person
from tusoi.units.models import Unit
from tusoi.units.queries import home_unit_ids


T = TypeVar("T")


# No letter or digit that can be mistaken for another when read aloud or off a slip of paper.
_LETTERS: Final = "abcdefghkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"
_GROUPS: Final = 3


@transaction.atomic
def grant_role(  # noqa: PLR0913 -- who gets what where, from when to when, by whom
    *,
    account: Account,
    role: RoleKey,
    unit: Unit,
    valid_from: dt.date,
    actor: Account,
    at: dt.datetime,
    valid_to: dt.date | None = None,
) -> RoleGrant:
    """Give an account a role over a unit and everything below it.

    Raises:
        NotPermitted: the actor may not give roles there.
        OwnAccount: nobody gives a role to themselves.
        EndsBeforeStart: the last day lies before the first.
        AlreadyGranted: the same role on the same unit is in force on the first day.
    """
    on = local_day(at)
    require(actor, Permission.ROLE_GRANT, unit_id=unit.pk, on=on)
    if account.pk == actor.pk:
        raise OwnAccount
    if valid_to is not None and valid_to < valid_from:
        raise EndsBeforeStart
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise AccountLocked
    if grants_of(account, on=valid_from).filter(role=role, unit=unit).exists():
        raise AlreadyGranted
    grant = RoleGrant.objects.create(
        account=account,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at=at,
        granted_by=actor,
    )
    audit.record(
        actor=actor, at=at, action="access.grant", obj=grant, unit_id=unit.pk, to_state=role
    )
    return grant


@transaction.atomic
def revoke_role(*, grant_id: int, reason: str, actor: Account, at: dt.datetime) -> RoleGrant:
    """Take a role back at once; a second time changes nothing.

    Raises:
        NotPermitted: the actor may not give or take roles there.
    """
    grant = RoleGrant.objects.select_for_update().get(pk=grant_id)
    require(actor, Permission.ROLE_GRANT, unit_id=grant.unit_id, on=local_day(at))
    if grant.revoked_at is None:
        grant.revoked_at, grant.revoked_by = at, actor
        grant.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(
            actor=actor,
            at=at,
            action="access.revoke",
            obj=grant,
            unit_id=grant.unit_id,
            from_state=grant.role,
            note=reason,
        )
    return grant


@transaction.atomic
def create_account(*, person_id: int, actor: Account, at: dt.datetime) -> tuple[Account, str]:
    """Give a person an account and return it with the password that works until the first use.

    The password is nowhere to be read again; the owner has to choose another at once.

    Raises:
        NotPermitted: the person belongs to no unit where the actor may give roles.
        AlreadyHasAccount: one person, one account.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    _require_over_person(actor, person, on=local_day(at))
    if Account.objects.filter(person=person).exists():
        raise AlreadyHasAccount
    password = _one_time_password()
    account = Account(
        person=person,
        username=_free_username(person.full_name),
        first_name=person.full_name,
        is_sample=person.is_sample,
        must_change_password=True,
    )
    account.set_password(password)
    account.save()
    audit.record(
        actor=actor, at=at, action="access.create_account", obj=account, to_state="active"
    )
    return account, password


@transaction.atomic
def reset_password(*, account_id: int, actor: Account, at: dt.datetime) -> tuple[Account, str]:
    """Replace a forgotten password by one for a single use, and end the account's sessions.

    Raises:
        NotPermitted: the account has a role outside what the actor looks after.
        OwnAccount: one's own password is changed on the page for that.
        AccountLocked: the account is out of use.
    """
    account = _account_looked_after(account_id, actor=actor, on=local_day(at))
    if not account.is_active:
        raise AccountLocked
    password = _one_time_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, at=at, action="access.reset_password", obj=account)
    return account, password


@transaction.atomic
def deactivate_account(*, account_id: int, reason: str, actor: Account, at: dt.datetime) -> None:
    """Lock an account; what it did stays in its name. A second time changes nothing.

    Raises:
        NotPermitted: the account has a role outside what the actor looks after.
        OwnAccount: nobody locks themselves out.
    """
    account = _account_looked_after(account_id, actor=actor, on=local_day(at))
    if account.is_active:
        _set_active(account, is_active=False, note=reason, actor=actor, at=at)


@transaction.atomic
def reactivate_account(*, account_id: int, actor: Account, at: dt.datetime) -> None:
    """Let an account sign in again; the roles it still holds come back into force.

    Raises:
        NotPermitted: the account has a role outside what the actor looks after.
    """
    account = _account_looked_after(account_id, actor=actor, on=local_day(at))
    if not account.is_active:
        _set_active(account, is_active=True, note="", actor=actor, at=at)


@transaction.atomic
def choose_language(*, language: str, actor: Account, at: dt.datetime) -> None:
    """Remember in which language this account reads; anybody chooses their own."""
    account = Account.objects.select_for_update().get(pk=actor.pk)
    if account.language != language:
        before, account.language = account.language, language
        account.save(update_fields=["language"])
        audit.record(
            actor=actor,
            at=at,
            action="access.choose_language",
            obj=account,
            from_state=before,
            to_state=language,
        )


@transaction.atomic
def choose_email(*, email: str, actor: Account, at: dt.datetime) -> None:
    """Remember where this account gets letters; empty for nowhere. Anybody chooses their own."""
    account = Account.objects.select_for_update().get(pk=actor.pk)
    if account.email != email:
        account.email = email
        account.save(update_fields=["email"])
        # The address itself is nobody else's business, in the log neither.
        audit.record(actor=actor, at=at, action="access.choose_email", obj=account)


@transaction.atomic
def reorganize(
    change: Callable[..., T], /, *, actor: Account, at: dt.datetime, **arguments: Any
) -> T:
    """Carry out an operation of `units` and end the roles on what it closed, all or nothing.

    The operation guards itself; the roles end because there is nothing left to hold them over.
    """
    result = change(actor=actor, at=at, **arguments)
    _end_roles_on_closed_units(actor=actor, at=at)
    return result


def _end_roles_on_closed_units(*, actor: Account, at: dt.datetime) -> None:
    rows = RoleGrant.objects.select_for_update(of=("self",)).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=F("unit__closed_on")),
        unit__closed_on__isnull=False,
        revoked_at__isnull=True,
    )
    for grant in rows.select_related("unit").order_by("pk"):
        grant.revoked_at, grant.revoked_by = at, actor
        grant.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(
            actor=actor,
            at=at,
            action="access.revoke",
            obj=grant,
            unit_id=grant.unit_id,
            from_state=grant.role,
            note=f"units.closed_on {grant.unit.closed_on}",
        )


def _set_active(
    account: Account, *, is_active: bool, note: str, actor: Account, at: dt.datetime
) -> None:
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    states = ("locked", "active")
    audit.record(
        actor=actor,
        at=at,
        action="access.reactivate" if is_active else "access.deactivate",
        obj=account,
        from_state=states[not is_active],
        to_state=states[is_active],
        note=note,
    )


def _account_looked_after(account_id: int, *, actor: Account, on: dt.date) -> Account:
    """Lock and return an account none of whose roles reaches beyond the actor's own scope.

    Whoever can set a password can become that account, so one foreign role is enough to refuse.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.is_system:
        raise NotPermitted
    if account.pk == actor.pk:
        raise OwnAccount
    roles = RoleGrant.objects.filter(account=account, revoked_at__isnull=True).exclude(
        valid_to__lt=on
    )
    mine = units_for(actor, Permission.ROLE_GRANT, on=on)
    if roles.exclude(unit__in=mine).exists():
        raise NotPermitted
    if account.person is not None:
        _require_over_person(actor, account.person, on=on)
    elif not roles.exists() and not actor.is_system:
        raise NotPermitted
    return account


def _require_over_person(actor: Account, person: Person, *, on: dt.date) -> None:
    mine = units_for(actor, Permission.ROLE_GRANT, on=on)
    if not mine.filter(pk__in=home_unit_ids(person)).exists():
        raise NotPermitted


def _one_time_password() -> str:
    def group() -> str:
        return "".join(secrets.choice(_LETTERS) for _letter in range(3)) + secrets.choice(_DIGITS)

    return "-".join(group() for _group in range(_GROUPS))


def _free_username(full_name: str) -> str:
    """Return the given name with the initials before it, as offices do: "binhtv", "binhtv2"."""
    words = search_key(full_name).split()
    stem = "".join([*words[-1:], *(word[0] for word in words[:-1])]) or "tk"
    taken = set(
        Account.objects.filter(username__startswith=stem).values_list("username", flat=True)
    )
    candidates = itertools.chain([stem], (f"{stem}{count}" for count in itertools.count(2)))
    return next(name for name in candidates if name not in taken)
