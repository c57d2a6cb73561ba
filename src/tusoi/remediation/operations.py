"""What is done to plans: drafted out of the review, completed, issued, carried out."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState, PlanState
from tusoi.remediation.errors import (
    ActionChangedMeanwhile,
    ActionNotOpen,
    CycleNotBegun,
    NoteMissing,
    OneOwnerOnly,
    OwnerElsewhere,
    PartnerElsewhere,
    PercentOutOfRange,
    PlanAlreadyApproved,
    PlanIncomplete,
    ReasonMissing,
    ShortcomingElsewhere,
    ShortcomingNeeded,
    TextMissing,
    UnitNotInCycle,
)
from tusoi.remediation.models import ProgressNote, RemediationAction, RemediationPlan
from tusoi.remediation.permissions import require_update
from tusoi.remediation.queries import (
    OPEN_STATES,
    bodies_for,
    gaps_of,
    owners_for,
    partners_for,
    proposed_remedies_of,
    shortcomings_of,
)


@dataclass(frozen=True)
class ActionContent:
    """What a person writes about one action."""

    text: str
    shortcoming_ids: Collection[int] = ()
    owner_person_id: int | None = None
    owner_unit_id: int | None = None
    partners: str = ""
    partner_unit_ids: Collection[int] = ()
    places: str = ""
    due_on: dt.date | None = None
    measure: str = ""
    first_step: str = ""


# The log names those that an edit changed.
_COLUMNS = (
    "text",
    "owner_person_id",
    "owner_unit_id",
    "partners",
    "places",
    "due_on",
    "measure",
    "first_step",
)


@transaction.atomic
def draft_plan(*, cycle_id: int, unit_id: int, actor: Account, at: dt.datetime) -> RemediationPlan:
    """Begin a unit's plan with what its review already proposed; returns the one there is.

    Raises:
        RemediationError: the cycle is not open yet, or the unit is not part of it.
    """
    require(actor, Permission.REMEDIATION_PLAN, unit_id=unit_id, on=local_day(at))
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state == CycleState.DRAFT:
        raise CycleNotBegun
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit_id).exists():
        raise UnitNotInCycle
    plan, is_begun = RemediationPlan.objects.get_or_create(
        cycle=cycle, unit_id=unit_id, defaults={"created_at": at, "created_by": actor}
    )
    if is_begun:
        _take_over_remedies(plan, actor, at)
        _log(plan, "draft_plan", actor, at, to_state=PlanState.DRAFT)
    return plan


def _take_over_remedies(plan: RemediationPlan, actor: Account, at: dt.datetime) -> None:
    for remedy in proposed_remedies_of(plan.cycle, plan.unit_id):
        action = RemediationAction(
            plan=plan,
            text=remedy.text,
            first_step=remedy.first_step,
            places=remedy.places,
            partners=remedy.partners,
            due_on=remedy.due_on,
            created_at=at,
            created_by=actor,
        )
        action.search_key = action.words()
        action.save()
        if remedy.shortcoming_id is not None:
            action.shortcomings.add(remedy.shortcoming_id)


@transaction.atomic
def add_action(
    *, plan_id: int, content: ActionContent, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Add an action to a plan; also to an issued one, which the log shows.

    Raises:
        RemediationError: what is written does not hold together.
    """
    plan = _locked_plan(plan_id)
    require(actor, Permission.REMEDIATION_PLAN, unit_id=plan.unit_id, on=local_day(at))
    _check(plan, content)
    action = RemediationAction(plan=plan, created_at=at, created_by=actor)
    _fill(action, content)
    twin = added_already(action, when="created_at", at=at)
    if twin is not None and _is_linked(twin, content):
        return twin
    action.save()
    _link(action, content)
    _log(action, "add_action", actor, at, to_state=action.state)
    return action


@transaction.atomic
def edit_action(
    *, action_id: int, version: int, content: ActionContent, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Change an action as it was opened at `version`.

    Raises:
        ActionChangedMeanwhile: somebody saved it since; nothing is overwritten.
        RemediationError: what is written does not hold together.
    """
    action = _locked_action(action_id)
    require(actor, Permission.REMEDIATION_PLAN, unit_id=action.plan.unit_id, on=local_day(at))
    _require_state(action, OPEN_STATES)
    if action.version != version:
        raise ActionChangedMeanwhile
    _check(action.plan, content)
    changed = [name for name in _COLUMNS if getattr(action, name) != getattr(content, name)]
    _fill(action, content)
    action.version += 1
    action.save()
    _link(action, content)
    _log(
        action,
        "edit_action",
        actor,
        at,
        from_state=action.plan.state,
        to_state=action.plan.state,
        note=", ".join(changed),
    )
    return action


@transaction.atomic
def drop_action(
    *, action_id: int, reason: str, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Give an action up, with the reason; what it was to put right shows as open again.

    Raises:
        ReasonMissing, ActionNotOpen: why not.
    """
    action = _locked_action(action_id)
    require(actor, Permission.REMEDIATION_PLAN, unit_id=action.plan.unit_id, on=local_day(at))
    _require_state(action, OPEN_STATES)
    if not reason.strip():
        raise ReasonMissing
    action.dropped_reason = reason.strip()
    _move(action, ActionState.DROPPED, "drop_action", actor, at, note=reason.strip())
    return action


@transaction.atomic
def approve_plan(
    *, plan_id: int, actor: Account, at: dt.datetime, justification: str = ""
) -> RemediationPlan:
    """Issue a plan that is complete, or whose gaps somebody justifies.

    Raises:
        PlanIncomplete: the gaps, when there is no justification.
        PlanAlreadyApproved: by this call or an earlier one.
    """
    plan = _locked_plan(plan_id)
    require(actor, Permission.REMEDIATION_PLAN, unit_id=plan.unit_id, on=local_day(at))
    if plan.state == PlanState.APPROVED:
        raise PlanAlreadyApproved
    gaps = gaps_of(plan)
    if gaps and not justification.strip():
        raise PlanIncomplete(gaps)
    plan.state, plan.approved_at, plan.approved_by = PlanState.APPROVED, at, actor
    plan.approval_note = justification.strip() if gaps else ""
    plan.save(update_fields=["state", "approved_at", "approved_by", "approval_note"])
    _log(
        plan,
        "approve_plan",
        actor,
        at,
        from_state=PlanState.DRAFT,
        to_state=PlanState.APPROVED,
        note=plan.approval_note,
    )
    return plan


@transaction.atomic
def note_progress(
    *, action_id: int, text: str, actor: Account, at: dt.datetime, percent: int | None = None
) -> ProgressNote:
    """Write down what came of an action so far; the first note puts it in hand.

    Raises:
        NoteMissing, PercentOutOfRange, ActionNotOpen: why not.
    """
    action = _locked_action(action_id)
    require_update(actor, action, on=local_day(at))
    _require_state(action, OPEN_STATES)
    note = _note(action, text, percent, actor, at)
    if action.state == ActionState.PLANNED:
        _move(action, ActionState.IN_HAND, "note_progress", actor, at)
    else:
        _log(
            action,
            "note_progress",
            actor,
            at,
            from_state=action.state,
            to_state=action.state,
        )
    return note


@transaction.atomic
def finish_action(
    *, action_id: int, text: str, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Report an action as done, with what came of it.

    Raises:
        NoteMissing, ActionNotOpen: why not.
    """
    action = _locked_action(action_id)
    require_update(actor, action, on=local_day(at))
    _require_state(action, OPEN_STATES)
    _note(action, text, 100, actor, at)
    action.done_at, action.done_by = at, actor
    _move(action, ActionState.DONE, "finish_action", actor, at)
    return action


@transaction.atomic
def reopen_action(
    *, action_id: int, reason: str, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Take up again what was reported done or given up; by who plans, with the reason.

    Raises:
        ReasonMissing, ActionNotOpen: why not.
    """
    action = _locked_action(action_id)
    require(actor, Permission.REMEDIATION_PLAN, unit_id=action.plan.unit_id, on=local_day(at))
    _require_state(action, (ActionState.DONE, ActionState.DROPPED))
    if not reason.strip():
        raise ReasonMissing
    action.done_at = action.done_by = None
    action.dropped_reason = ""
    _move(action, ActionState.IN_HAND, "reopen_action", actor, at, note=reason.strip())
    return action


# -- inside --------------------------------------------------------------------------------------


def _locked_plan(plan_id: int) -> RemediationPlan:
    return (
        RemediationPlan.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .get(pk=plan_id)
    )


def _locked_action(action_id: int) -> RemediationAction:
    return (
        RemediationAction.objects.select_for_update(of=("self",))
        .select_related("plan__cycle")
        .get(pk=action_id)
    )


def _require_state(action: RemediationAction, states: Collection[str]) -> None:
    if action.state not in states:
        raise ActionNotOpen(str(ActionState(action.state).label))


def _check(plan: RemediationPlan, content: ActionContent) -> None:
    if not content.text.strip():
        raise TextMissing
    wanted = set(content.shortcoming_ids)
    if not wanted:
        raise ShortcomingNeeded
    if shortcomings_of(plan.cycle, plan.unit_id).filter(pk__in=wanted).count() != len(wanted):
        raise ShortcomingElsewhere
    _check_owner(plan, content)
    _check_partners(plan, content)


def _check_owner(plan: RemediationPlan, content: ActionContent) -> None:
    if content.owner_person_id and content.owner_unit_id:
        raise OneOwnerOnly
    person, unit = content.owner_person_id, content.owner_unit_id
    if person and not owners_for(plan.unit_id).filter(pk=person).exists():
        raise OwnerElsewhere
    if unit and not bodies_for(plan.unit_id).filter(pk=unit).exists():
        raise OwnerElsewhere


def _check_partners(plan: RemediationPlan, content: ActionContent) -> None:
    wanted = set(content.partner_unit_ids)
    if wanted and partners_for(plan).filter(pk__in=wanted).count() != len(wanted):
        raise PartnerElsewhere


def _fill(action: RemediationAction, content: ActionContent) -> None:
    for name in _COLUMNS:
        value = getattr(content, name)
        setattr(action, name, value.strip() if isinstance(value, str) else value)
    action.search_key = action.words()


def _link(action: RemediationAction, content: ActionContent) -> None:
    action.shortcomings.set(content.shortcoming_ids)
    action.partner_units.set(content.partner_unit_ids)


def _is_linked(action: RemediationAction, content: ActionContent) -> bool:
    shortcomings = set(action.shortcomings.values_list("pk", flat=True))
    partners = set(action.partner_units.values_list("pk", flat=True))
    return (shortcomings, partners) == (
        set(content.shortcoming_ids),
        set(content.partner_unit_ids),
    )


def _note(
    action: RemediationAction, text: str, percent: int | None, actor: Account, at: dt.datetime
) -> ProgressNote:
    if not text.strip():
        raise NoteMissing
    if percent is not None and not 0 <= percent <= 100:  # noqa: PLR2004 -- per cent
        raise PercentOutOfRange
    return ProgressNote.objects.create(
        action=action, text=text.strip(), percent=percent, noted_at=at, noted_by=actor
    )


def _move(
    action: RemediationAction,
    state: ActionState,
    verb: str,
    actor: Account,
    at: dt.datetime,
    *,
    note: str = "",
) -> None:
    before = action.state
    action.state = state
    action.save(update_fields=["state", "done_at", "done_by", "dropped_reason"])
    _log(action, verb, actor, at, from_state=before, to_state=state, note=note)


def _log(  # noqa: PLR0913 -- the parts of a log line
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
