"""The greater share of the best level, granted to a group and taken back."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require_at
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Account
from tusoi.ratings.errors import (
    ExceptionAlreadyGranted,
    ExceptionInUse,
    ExceptionNeedsGrounds,
    ExceptionNotForeseen,
    ExceptionNotInForce,
    WithdrawalNeedsReason,
)
from tusoi.ratings.models import QuotaGrant, Rating
from tusoi.ratings.queries.quota import Group, group_counts, limit_of, quota_of_group


@transaction.atomic
def grant_exception(
    *,
    cycle_id: int,
    group: Group,
    grounds: str,
    document: str = "",
    actor: Account,
    at: dt.datetime,
) -> QuotaGrant:
    """Let a group of outstanding results have the greater share from now on.

    Raises:
        NotPermitted: the actor does not decide about the group.
        CycleNotOpen, ExceptionNotForeseen, ExceptionNeedsGrounds, ExceptionAlreadyGranted: why
            not.
    """
    require_at(actor, Permission.RATING_DECIDE, unit_id=group.deciding_unit_id, on=local_day(at))
    cycle = _locked(cycle_id)
    quota = quota_of_group(cycle, group.name) if _is_there(cycle, group) else None
    if quota is None or quota.exception_ratio is None:
        raise ExceptionNotForeseen
    if not grounds.strip():
        raise ExceptionNeedsGrounds
    if _in_force(cycle, group) is not None:
        raise ExceptionAlreadyGranted
    made = QuotaGrant.objects.create(
        cycle=cycle,
        deciding_unit_id=group.deciding_unit_id,
        quota_group=group.name,
        grounds=grounds.strip(),
        document=document.strip(),
        granted_at=at,
        granted_by=actor,
    )
    audit.record(
        actor=actor,
        at=at,
        action="ratings.grant_exception",
        obj=made,
        unit_id=group.deciding_unit_id,
        note=made.document or made.grounds,
    )
    return made


@transaction.atomic
def withdraw_exception(
    *, grant_id: int, reason: str, actor: Account, at: dt.datetime
) -> QuotaGrant:
    """Take the greater share back, as long as no decision rests on it.

    Raises:
        NotPermitted: the actor does not decide about the group.
        CycleNotOpen, ExceptionNotInForce, WithdrawalNeedsReason, ExceptionInUse: why not.
    """
    grant = QuotaGrant.objects.get(pk=grant_id)
    require_at(actor, Permission.RATING_DECIDE, unit_id=grant.deciding_unit_id, on=local_day(at))
    cycle = _locked(grant.cycle_id)
    grant = QuotaGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if grant.withdrawn_at is not None:
        raise ExceptionNotInForce
    if not reason.strip():
        raise WithdrawalNeedsReason
    _refuse_in_use(cycle, Group(grant.deciding_unit_id, grant.quota_group))
    grant.withdrawn_at, grant.withdrawn_by, grant.withdrawn_reason = at, actor, reason.strip()
    grant.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    audit.record(
        actor=actor,
        at=at,
        action="ratings.withdraw_exception",
        obj=grant,
        unit_id=grant.deciding_unit_id,
        note=grant.withdrawn_reason,
    )
    return grant


def _locked(cycle_id: int) -> ReviewCycle:
    cycle = (
        ReviewCycle.objects.select_for_update(of=("self",))
        .select_related("rulebook_copy")
        .get(pk=cycle_id)
    )
    if cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    return cycle


def _is_there(cycle: ReviewCycle, group: Group) -> bool:
    return Rating.objects.filter(
        obligation__cycle=cycle,
        deciding_unit=group.deciding_unit_id,
        quota_group=group.name,
    ).exists()


def _in_force(cycle: ReviewCycle, group: Group) -> QuotaGrant | None:
    return QuotaGrant.objects.filter(
        cycle=cycle,
        deciding_unit=group.deciding_unit_id,
        quota_group=group.name,
        withdrawn_at__isnull=True,
    ).first()


def _refuse_in_use(cycle: ReviewCycle, group: Group) -> None:
    for found in group_counts(cycle, [group], instead={}).values():
        limit = limit_of(cycle, group, found, exceptional=False)
        if limit is not None and found.decided_excellent > limit:
            raise ExceptionInUse(count=found.decided_excellent, limit=limit)
