"""Nothing stays with nobody: who leaves hands over what they had in charge."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require as require_role
from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState
from tusoi.remediation.errors import (
    ActionNotOpen,
    NewOwnerMissing,
    OwnerUnchanged,
    ReasonMissing,
)
from tusoi.remediation.models import OwnerChange, RemediationAction
from tusoi.remediation.operations.acting import check_owner, locked_action
from tusoi.remediation.operations.counting import OPEN_ACTIONS, Recount
from tusoi.remediation.operations.planning import log, mark_changed
from tusoi.remediation.permissions import may_plan, require


@transaction.atomic
def hand_over_action(
    *,
    action_id: int,
    reason: str,
    actor: Account,
    at: dt.datetime,
    to_person_id: int | None = None,
    to_unit_id: int | None = None,
) -> RemediationAction:
    """Put somebody else in charge of an open action; who had it before stays on record.

    Raises:
        NotPermitted: the actor does not plan for the unit.
        RemediationError: the action is not open, or the new owner does not fit.
    """
    action = locked_action(action_id)
    require(may_plan(actor, action.plan, on=local_day(at)))
    if action.state not in OPEN_ACTIONS:
        raise ActionNotOpen(str(ActionState(action.state).label))
    _hand_over(action, to_person_id, to_unit_id, reason, actor, at)
    return action


@transaction.atomic
def hand_over_all(  # noqa: PLR0913 -- from whom to whom within which unit, why, by whom
    *,
    unit_id: int,
    reason: str,
    actor: Account,
    at: dt.datetime,
    from_person_id: int | None = None,
    from_unit_id: int | None = None,
    to_person_id: int | None = None,
    to_unit_id: int | None = None,
) -> int:
    """Hand over all open actions in a unit's plans that one owner had; return how many.

    For who leaves a post or a cell, and for a body that was merged into another.

    Raises:
        NotPermitted: the actor does not plan for the unit.
        RemediationError: the new owner does not fit.
    """
    require_role(actor, Permission.REMEDIATION_PLAN, unit_id=unit_id, on=local_day(at))
    if from_person_id is None and from_unit_id is None:
        return 0
    rows = RemediationAction.objects.select_for_update(of=("self",)).select_related("plan__cycle")
    held = rows.filter(
        state__in=OPEN_ACTIONS, owner_person=from_person_id, owner_unit=from_unit_id
    )
    handed = 0
    for action in held.order_by("pk"):
        if action.plan.answering_unit_id == unit_id and action.plan.person_id is None:
            _hand_over(action, to_person_id, to_unit_id, reason, actor, at)
            handed += 1
    return handed


def _hand_over(
    action: RemediationAction,
    to_person_id: int | None,
    to_unit_id: int | None,
    reason: str,
    actor: Account,
    at: dt.datetime,
) -> None:
    if not reason.strip():
        raise ReasonMissing
    if to_person_id is None and to_unit_id is None:
        raise NewOwnerMissing
    check_owner(action.plan, to_person_id, to_unit_id)
    if (to_person_id, to_unit_id) == (action.owner_person_id, action.owner_unit_id):
        raise OwnerUnchanged
    OwnerChange.objects.create(
        action=action,
        from_person_id=action.owner_person_id,
        from_unit_id=action.owner_unit_id,
        to_person_id=to_person_id,
        to_unit_id=to_unit_id,
        reason=reason.strip(),
        changed_at=at,
        changed_by=actor,
    )
    with Recount() as recount:
        recount.touch(action.links.values_list("shortcoming_id", flat=True), [action.pk])
        action.owner_person_id, action.owner_unit_id = to_person_id, to_unit_id
        action.version += 1
        action.save()
    mark_changed(action.plan)
    log(action, "hand_over", actor, at, from_state=action.state, to_state=action.state)
