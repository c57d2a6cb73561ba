"""Who may do what to an action: the body that plans, and whoever is in charge of it."""

import datetime as dt

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds
from tusoi.people.models import Account
from tusoi.remediation.models import RemediationAction


def may_update(actor: Account, action: RemediationAction, *, on: dt.date) -> bool:
    """Say whether the actor reports on an action: its owner, or who follows the unit's plan."""
    if actor.is_active and actor.person_id and actor.person_id == action.owner_person_id:
        return True
    units = {action.plan.unit_id, action.owner_unit_id} - {None}
    return any(
        holds(actor, Permission.REMEDIATION_UPDATE, unit_id=unit_id, on=on)
        for unit_id in units
        if unit_id is not None
    )


def require_update(actor: Account, action: RemediationAction, *, on: dt.date) -> None:
    if not may_update(actor, action, on=on):
        raise NotPermitted
