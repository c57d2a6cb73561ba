import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import Permission
from tusoi.access.models import RoleGrant
from tusoi.access.roles import roles_with
from tusoi.people.models import Account
from tusoi.units.models import Unit, UnitClosure
from tusoi.units.queries import ancestors_of


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
