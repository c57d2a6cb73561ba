import datetime as dt

from django.db.models import Q, QuerySet

from tusoi.access.enums import Permission
from tusoi.access.models import RoleGrant
from tusoi.access.roles import roles_with
from tusoi.people.models import Account
from tusoi.units.models import Unit, UnitClosure


def grants_of(account: Account, *, on: dt.date) -> QuerySet[RoleGrant]:
    """Return the roles in force on a day."""
    return RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        account=account,
        valid_from__lte=on,
        revoked_at__isnull=True,
    )


def units_for(account: Account, permission: Permission, *, on: dt.date) -> QuerySet[Unit]:
    """Return every unit, at any depth, over which the account holds the permission."""
    if account.is_system:
        return Unit.objects.all()
    below = UnitClosure.objects.filter(
        ancestor__in=grants_of(account, on=on)
        .filter(role__in=roles_with(permission))
        .values("unit")
    )
    return Unit.objects.filter(pk__in=below.values("descendant"))
