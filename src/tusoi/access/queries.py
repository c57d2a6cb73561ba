import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import Permission, RoleKey
from tusoi.access.models import RoleGrant
from tusoi.access.roles import roles_with
from tusoi.core.text import search_key
from tusoi.people.models import Account, Person
from tusoi.units.models import Unit, UnitClosure
from tusoi.units.queries import (
    ancestors_of,
    home_unit_ids,
    name_matches,
    people_in,
    units_for_search,
)


@dataclass(frozen=True)
class HeldRole:
    role: RoleKey
    unit_id: int


def grants_of(account: Account, *, on: dt.date) -> QuerySet[RoleGrant]:
    """Return the roles in force on a day."""
    return grants_in_force(on).filter(account=account)


def grants_in_force(on: dt.date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        valid_from__lte=on,
        revoked_at__isnull=True,
    )


def roles_of(account: Account, *, on: dt.date) -> Collection[HeldRole]:
    """Return the account's roles of a day, as remembered for this request if they were."""
    remembered: tuple[dt.date, list[HeldRole]] | None = getattr(account, "_roles", None)
    if remembered is not None and remembered[0] == on:
        return remembered[1]
    rows = grants_of(account, on=on).values_list("role", "unit_id")
    return [HeldRole(RoleKey(role), unit_id) for role, unit_id in rows]


def remember_roles(account: Account, *, on: dt.date) -> None:
    """Read the roles once for as long as this account object lives, which is one request.

    Only the edge calls this: an account held longer would keep rights that were taken back.
    """
    account._roles = (on, list(roles_of(account, on=on)))  # type: ignore[attr-defined]  # noqa: SLF001 -- a note on the object itself


def units_for(account: Account, permission: Permission, *, on: dt.date) -> QuerySet[Unit]:
    """Return every unit, at any depth, over which the account holds the permission."""
    if account.is_system:
        return Unit.objects.all()
    giving = roles_with(permission)
    nodes = {held.unit_id for held in roles_of(account, on=on) if held.role.value in giving}
    if not nodes or not account.is_active:
        return Unit.objects.none()
    below = UnitClosure.objects.filter(ancestor__in=sorted(nodes))
    return Unit.objects.filter(pk__in=below.values("descendant"))


def scope_roots(account: Account, permission: Permission, *, on: dt.date) -> QuerySet[Unit]:
    """Return the topmost units over which the account holds the permission.

    Everything else in its scope lies below one of them.
    """
    if account.is_system:
        return Unit.objects.filter(parent__isnull=True)
    granted = grants_of(account, on=on).filter(role__in=roles_with(permission)).values("unit")
    nested = UnitClosure.objects.filter(ancestor__in=granted, descendant__in=granted, depth__gt=0)
    return Unit.objects.filter(pk__in=granted).exclude(pk__in=nested.values("descendant"))


class RightsEffect(models.TextChoices):
    ENDS = "ends", _("vai trò kết thúc")
    LOSES = "loses", _("không còn phạm vi này")
    GAINS = "gains", _("có thêm phạm vi này")
    STAYS = "stays", _("giữ nguyên vai trò")


@dataclass(frozen=True)
class TouchedGrant:
    """A role that a reorganisation would end, narrow or widen."""

    grant: RoleGrant
    effect: RightsEffect


def _in_force_over(unit_ids: Collection[int], *, on: dt.date) -> QuerySet[RoleGrant]:
    return (
        RoleGrant.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
            unit__in=unit_ids,
            revoked_at__isnull=True,
        )
        .select_related("account", "account__person", "unit")
        .order_by("unit__sort_key", "account__username", "pk")
    )


def grants_touched(
    unit_ids: Collection[int],
    *,
    on: dt.date,
    closing: bool = False,
    new_parent_id: int | None = None,
) -> list[TouchedGrant]:
    """Say whose rights change when units close, or pass with all below them to another parent.

    Roles on what stays above before and after do not change and are not named.
    """
    own = set(unit_ids)
    above = ancestors_of(own) - own
    later = ancestors_of([new_parent_id]) if new_parent_id is not None else above
    stays = RightsEffect.ENDS if closing else RightsEffect.STAYS
    effects = {
        **dict.fromkeys(own, stays),
        **dict.fromkeys(above - later, RightsEffect.LOSES),
        **dict.fromkeys(later - above - own, RightsEffect.GAINS),
    }
    return [
        TouchedGrant(grant=row, effect=effects[row.unit_id])
        for row in _in_force_over(list(effects), on=on)
    ]


def accounts_for(actor: Account, *, on: dt.date) -> QuerySet[Account]:
    """Return the accounts of the actor's people, and those with a role on their units."""
    units = units_for(actor, Permission.ROLE_GRANT, on=on)
    granted = RoleGrant.objects.filter(account=OuterRef("pk"), unit__in=units)
    return Account.objects.filter(
        Exists(granted) | Q(person__in=people_in(units)), is_system=False
    )


def accounts_matching(actor: Account, query: str, *, on: dt.date) -> QuerySet[Account]:
    """Return the actor's accounts whose owner or sign-in name fits, with today's roles."""
    rows = accounts_for(actor, on=on)
    if search_key(query):
        matching = Person.objects.filter(name_matches(query))
        rows = rows.filter(Q(username__icontains=query) | Q(person__in=matching))
    today = grants_in_force(on).select_related("unit").order_by("role", "unit__sort_key")
    return (
        rows.select_related("person")
        .prefetch_related(Prefetch("grants", today, to_attr="grants_today"))
        .order_by(F("person__sort_key").asc(nulls_last=True), "username")
    )


def people_without_account(actor: Account, query: str, *, on: dt.date) -> QuerySet[Person]:
    """Return the actor's people who cannot sign in yet, by given name."""
    units = units_for(actor, Permission.ROLE_GRANT, on=on)
    rows = people_in(units).filter(account__isnull=True)
    if search_key(query):
        rows = rows.filter(name_matches(query))
    return rows.order_by("sort_key", "pk")


def grants_shown(actor: Account, account: Account, *, on: dt.date) -> list[RoleGrant]:
    """Return all that the account ever held, with what the actor may take back marked."""
    mine = units_for(actor, Permission.ROLE_GRANT, on=on)
    rows = account.grants.select_related("unit", "granted_by", "revoked_by").annotate(
        is_mine=Exists(mine.filter(pk=OuterRef("unit_id")))
    )
    return list(rows.order_by("revoked_at", "-valid_from", "pk"))


def grantable_units(
    actor: Account, account: Account, query: str, *, on: dt.date, limit: int = 30
) -> list[Unit]:
    """Return the units to choose from: those searched for, else the owner's and those above."""
    mine = units_for(actor, Permission.ROLE_GRANT, on=on).filter(closed_on__isnull=True)
    if search_key(query):
        return list(units_for_search(query, mine)[:limit])
    if account.person is None:
        return list(mine.order_by("pk")[:limit])
    near = ancestors_of(home_unit_ids(account.person))
    return list(mine.filter(pk__in=near).order_by("sort_key", "pk")[:limit])
