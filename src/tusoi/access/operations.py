"""Giving roles and taking them back."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q

from tusoi.access.enums import Permission, RoleKey
from tusoi.access.guard import require
from tusoi.access.models import RoleGrant
from tusoi.audit import operations as audit
from tusoi.people.models import Account
from tusoi.units.models import Unit


T = TypeVar("T")


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
    """
    require(actor, Permission.ROLE_GRANT, unit_id=unit.pk, on=at.date())
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
    require(actor, Permission.ROLE_GRANT, unit_id=grant.unit_id, on=at.date())
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
