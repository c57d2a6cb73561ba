"""What is done to plans: drafted out of the review, approved, sent up, answered, changed."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Max

from tusoi.access.enums import Permission
from tusoi.access.guard import require as require_role
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleUnit, Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.remediation.enums import PLAN_TRANSITIONS, PlanState
from tusoi.remediation.errors import (
    CycleNotBegun,
    DueOutOfReach,
    GapsUntilNotFit,
    KeeperNotFit,
    PersonNotInUnit,
    PlanAlreadyApproved,
    PlanHasChanges,
    PlanIncomplete,
    PlanNotInState,
    ReasonMissing,
    StartMissing,
    UnitNotInCycle,
)
from tusoi.remediation.models import (
    PlanGap,
    PlanTransition,
    PlanVersion,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.permissions import may_approve, may_judge, may_plan, require
from tusoi.remediation.queries import gaps_of, plan_content, plan_for
from tusoi.units.models import Unit


# Nothing sleeps longer than to the review of the year after.
MOST_DAYS: Final = 366
# Two terms of office.
_MOST_YEARS: Final = 10


@transaction.atomic
def begin_plan(
    *,
    cycle_id: int,
    unit_id: int,
    person_id: int | None,
    actor: Account,
    at: dt.datetime,
) -> tuple[RemediationPlan, bool]:
    """Return the plan of a unit, or of a person in it, and whether it was made just now.

    A person has one in each unit where they are reviewed; it stays where it was begun when the
    dossier is handed over.

    Raises:
        RemediationError: the cycle is not open yet, or the unit or person has no part in it.
    """
    on = local_day(at)
    plan = RemediationPlan(cycle_id=cycle_id, unit_id=unit_id, person_id=person_id)
    require(may_plan(actor, plan, on=on))
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state == CycleState.DRAFT:
        raise CycleNotBegun
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit_id).exists():
        raise UnitNotInCycle
    if person_id is not None:
        owed = Obligation.objects.filter(cycle=cycle, unit=unit_id, person=person_id)
        if not owed.filter(cancelled_on__isnull=True).exists():
            raise PersonNotInUnit
    begun = plan_for(cycle_id, unit_id, person_id)
    if begun is not None:
        require(may_plan(actor, begun, on=on))
        return begun, False
    plan.created_at, plan.created_by = at, actor
    plan.save()
    log(plan, "draft_plan", actor, at, to_state=PlanState.DRAFT)
    return plan, True


@transaction.atomic
def set_stages(
    *,
    plan_id: int,
    starts_on: dt.date | None,
    by_stages: bool,
    actor: Account,
    at: dt.datetime,
) -> RemediationPlan:
    """Say from which day the plan runs, and whether it is told by 30, 60 and 90 days.

    Raises:
        StartMissing: the stages count from a day.
        DueOutOfReach: that day lies before the reviewed period or far beyond it.
    """
    plan = locked_plan(plan_id)
    require(may_plan(actor, plan, on=local_day(at)))
    if by_stages and starts_on is None:
        raise StartMissing
    require_in_reach(plan, starts_on)
    plan.starts_on, plan.by_stages = starts_on, by_stages
    plan.save(update_fields=["starts_on", "by_stages"])
    mark_changed(plan)
    log(plan, "set_stages", actor, at, from_state=plan.state, to_state=plan.state)
    return plan


@transaction.atomic
def approve_plan(
    *,
    plan_id: int,
    actor: Account,
    at: dt.datetime,
    justification: str = "",
    gaps_until: dt.date | None = None,
) -> RemediationPlan:
    """Issue a plan that is complete, or whose gaps somebody justifies; a version is kept whole.

    Gaps are justified until the end of the day `gaps_until`; after it they are faults. A plan
    that was changed since, or that the superior returned, is issued once more: the next version,
    to be sent up anew.

    Raises:
        PlanIncomplete: the gaps, when there is no justification or no day.
        GapsUntilNotFit: the day is not to come, or farther than a year.
        PlanAlreadyApproved: by this call or an earlier one, and nothing was changed since.
    """
    plan = locked_plan(plan_id)
    on = local_day(at)
    require(may_approve(actor, plan, on=on))
    is_first = plan.state == PlanState.DRAFT
    if not is_first and not plan.has_changes and plan.state != PlanState.RETURNED:
        raise PlanAlreadyApproved
    gaps = gaps_of(plan)
    if gaps:
        if not justification.strip() or gaps_until is None:
            raise PlanIncomplete([one.sentence for one in gaps])
        if not on < gaps_until <= on + dt.timedelta(days=MOST_DAYS):
            raise GapsUntilNotFit(MOST_DAYS)
    plan.approval_note = justification.strip() if gaps else ""
    plan.gaps_until = gaps_until if gaps else None
    plan.has_changes = False
    plan.approved_at, plan.approved_by = at, actor
    _move(plan, PlanState.APPROVED, "approve_plan", actor, at, note=justification.strip())
    last = plan.versions.aggregate(last=Max("number"))["last"] or 0
    PlanVersion.objects.create(
        plan=plan,
        number=last + 1,
        content=plan_content(plan),
        note=justification.strip(),
        approved_at=at,
        approved_by=actor,
    )
    plan.gaps.all().delete()
    PlanGap.objects.bulk_create(row for one in gaps for row in one.rows(plan))
    return plan


@transaction.atomic
def send_plan(*, plan_id: int, actor: Account, at: dt.datetime) -> RemediationPlan:
    """Send the approved version to the level above.

    Raises:
        PlanHasChanges: what would be sent is not what was approved.
        PlanNotInState: it is not approved, or with the superior already.
    """
    plan = locked_plan(plan_id)
    require(may_approve(actor, plan, on=local_day(at)))
    _require_step(plan, PlanState.SENT)
    if plan.has_changes:
        raise PlanHasChanges
    plan.sent_at, plan.sent_by = at, actor
    _move(plan, PlanState.SENT, "send_plan", actor, at)
    return plan


@transaction.atomic
def return_plan(*, plan_id: int, reason: str, actor: Account, at: dt.datetime) -> RemediationPlan:
    """Send a plan back to who made it, with the reason.

    Raises:
        NotPermitted: the actor does not stand above, or approved or sent it.
        ReasonMissing, PlanNotInState: why not.
    """
    plan = _judged(plan_id, PlanState.RETURNED, actor, at)
    if not reason.strip():
        raise ReasonMissing
    plan.return_reason = reason.strip()
    _move(plan, PlanState.RETURNED, "return_plan", actor, at, note=reason.strip())
    return plan


@transaction.atomic
def accept_plan(
    *, plan_id: int, actor: Account, at: dt.datetime, note: str = ""
) -> RemediationPlan:
    """Agree to a plan from above.

    Raises:
        NotPermitted: the actor does not stand above, or approved or sent it.
        PlanNotInState: it is not with the superior.
    """
    plan = _judged(plan_id, PlanState.ACCEPTED, actor, at)
    _move(plan, PlanState.ACCEPTED, "accept_plan", actor, at, note=note.strip())
    return plan


def _judged(plan_id: int, to: PlanState, actor: Account, at: dt.datetime) -> RemediationPlan:
    plan = locked_plan(plan_id)
    require(may_judge(actor, plan, on=local_day(at)))
    _require_step(plan, to)
    plan.judged_at, plan.judged_by = at, actor
    return plan


@transaction.atomic
def take_over_plan(
    *, plan_id: int, unit_id: int, reason: str, actor: Account, at: dt.datetime
) -> RemediationPlan:
    """Give the plan of a unit that was merged or closed to another, which answers for it now.

    Its figures stay under the unit where the cycle counts them.

    Raises:
        KeeperNotFit: the unit of the plan goes on, or the other one does not.
        ReasonMissing: why it is given there.
    """
    plan = locked_plan(plan_id)
    on = local_day(at)
    require_role(actor, Permission.REMEDIATION_PLAN, unit_id=unit_id, on=on)
    if not reason.strip():
        raise ReasonMissing
    ended = Unit.objects.filter(pk=plan.unit_id, closed_on__lte=on).exists()
    keeper = Unit.objects.filter(pk=unit_id, closed_on__isnull=True).first()
    if not ended or keeper is None:
        raise KeeperNotFit
    if plan.keeper_id == keeper.pk:
        return plan
    plan.keeper = keeper
    plan.save(update_fields=["keeper"])
    log(
        plan,
        "take_over_plan",
        actor,
        at,
        from_state=plan.state,
        to_state=plan.state,
        note=reason.strip(),
    )
    return plan


# -- shared --------------------------------------------------------------------------------------


def locked_plan(plan_id: int) -> RemediationPlan:
    return (
        RemediationPlan.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .get(pk=plan_id)
    )


def require_in_reach(plan: RemediationPlan, *days: dt.date | None) -> None:
    """Refuse days before the reviewed period or beyond any plan: slips of the pen.

    Raises:
        DueOutOfReach: with the days between which they must lie.
    """
    earliest, ends = plan.cycle.period_from, plan.cycle.period_to
    latest = dt.date(ends.year + _MOST_YEARS, 12, 31)
    if any(day is not None and not earliest <= day <= latest for day in days):
        raise DueOutOfReach(earliest, latest)


def mark_changed(plan: RemediationPlan) -> None:
    """Note whether what was approved is no longer what stands there; the edit is saved already."""
    if plan.state == PlanState.DRAFT:
        return
    issued = plan.versions.order_by("-number").values_list("content", flat=True).first()
    has_changes = plan_content(plan) != issued
    if has_changes != plan.has_changes:
        plan.has_changes = has_changes
        plan.save(update_fields=["has_changes"])


def _require_step(plan: RemediationPlan, to: PlanState) -> None:
    state = PlanState(plan.state)
    if to not in PLAN_TRANSITIONS[state]:
        raise PlanNotInState(str(state.label))


def _move(
    plan: RemediationPlan,
    to: PlanState,
    verb: str,
    actor: Account,
    at: dt.datetime,
    *,
    note: str = "",
) -> None:
    _require_step(plan, to)
    before = plan.state
    plan.state = to
    if to == PlanState.APPROVED:
        plan.sent_at = plan.sent_by = None
    if to in {PlanState.APPROVED, PlanState.SENT}:
        plan.judged_at = plan.judged_by = None
        plan.return_reason = ""
    plan.save()
    PlanTransition.objects.create(
        plan=plan, from_state=before, to_state=to, note=note, at=at, actor=actor
    )
    log(plan, verb, actor, at, from_state=before, to_state=to, note=note)


def log(  # noqa: PLR0913 -- the parts of a log line
    obj: RemediationPlan | RemediationAction,
    verb: str,
    actor: Account,
    at: dt.datetime,
    *,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> None:
    plan = obj.plan if isinstance(obj, RemediationAction) else obj
    audit.record(
        actor=actor,
        at=at,
        action=f"remediation.{verb}",
        obj=obj,
        unit_id=plan.unit_id,
        from_state=from_state,
        to_state=to_state,
        note=note,
    )
