"""The one question of access: may this account do this, to this unit, on this day?"""

import datetime as dt

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.queries import roles_of, units_for
from tusoi.access.roles import ROLES
from tusoi.people.models import Account


def holds(account: Account, permission: Permission, *, unit_id: int, on: dt.date) -> bool:
    """Say whether a grant on the unit or on one above it gives the permission."""
    if not account.is_active:
        return False
    return account.is_system or units_for(account, permission, on=on).filter(pk=unit_id).exists()


def holds_at(account: Account, permission: Permission, *, unit_id: int, on: dt.date) -> bool:
    """Say whether a grant on exactly this unit gives the permission.

    Deciding belongs to one body: a district may see a cell's ratings, yet the grassroots
    committee decides them.
    """
    if not account.is_active:
        return False
    return account.is_system or any(
        held.unit_id == unit_id and permission in ROLES[held.role].permissions
        for held in roles_of(account, on=on)
    )


def permissions_anywhere(account: Account, *, on: dt.date) -> frozenset[Permission]:
    """Return what the account may do in at least one place; menus show no more than that."""
    if not account.is_active:
        return frozenset()
    if account.is_system:
        return frozenset(Permission)
    return frozenset().union(*(ROLES[held.role].permissions for held in roles_of(account, on=on)))


def require(account: Account, permission: Permission, *, unit_id: int, on: dt.date) -> None:
    """Refuse an operation unless the account holds the permission over the unit.

    Raises:
        NotPermitted: no role in force on that day covers the unit.
    """
    if not holds(account, permission, unit_id=unit_id, on=on):
        raise NotPermitted


def require_at(account: Account, permission: Permission, *, unit_id: int, on: dt.date) -> None:
    """Refuse an operation unless a role on exactly this unit gives the permission.

    Raises:
        NotPermitted: the role in force is on another unit, be it one above.
    """
    if not holds_at(account, permission, unit_id=unit_id, on=on):
        raise NotPermitted
