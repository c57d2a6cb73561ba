"""What is done to actions: written down, edited, reported on, done, given up, taken up again."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.files.models import StoredFile
from tusoi.files.operations import discard_file
from tusoi.people.models import Account
from tusoi.remediation.enums import (
    DONE_PERCENT,
    MOMENTS,
    WRITTEN_STATES,
    ActionState,
    ShortcomingState,
    VersionEvent,
)
from tusoi.remediation.errors import (
    ActionChangedMeanwhile,
    ActionNotOpen,
    AnsweredAlready,
    DueBeforeStart,
    DueNeedsExtension,
    LastActionOfRound,
    LinkNotFit,
    MilestoneAfterDue,
    NoteMissing,
    OneOwnerOnly,
    OwnerElsewhere,
    OwnPlanOwnWork,
    PartnerElsewhere,
    PercentOutOfRange,
    PlannedValueNegative,
    ReasonMissing,
    ShortcomingElsewhere,
    ShortcomingNeeded,
    ShortcomingSettled,
    StepMissing,
    TextMissing,
)
from tusoi.remediation.models import (
    ActionLink,
    ActionStep,
    ActionVersion,
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.operations.counting import OPEN_ACTIONS, Recount
from tusoi.remediation.operations.planning import (
    locked_plan,
    log,
    mark_changed,
    require_in_reach,
)
from tusoi.remediation.operations.steps import move, settle
from tusoi.remediation.permissions import may_plan, may_reopen, require, require_update
from tusoi.remediation.queries import (
    bodies_for,
    content_of,
    is_judged,
    may_be_added_to,
    owners_for,
    partners_for,
    shortcomings_of_plan,
)


@dataclass(frozen=True)
class Step:
    """One line of the checklist; an empty text leaves it out."""

    text: str
    due_on: dt.date | None = None


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
    start_on: dt.date | None = None
    due_on: dt.date | None = None
    measure: str = ""
    planned_value: Decimal | None = None
    value_unit: str = ""
    first_step: str = ""
    first_due_on: dt.date | None = None
    # None leaves the checklist as it is.
    steps: Sequence[Step] | None = None


@dataclass(frozen=True)
class Evidence:
    """What shows that a note is true."""

    reached_value: Decimal | None = None
    link: str = ""
    files: Collection[StoredFile] = ()


_NO_EVIDENCE: Final = Evidence()
# The log names those that an edit changed.
_COLUMNS: Final = (
    "text",
    "owner_person_id",
    "owner_unit_id",
    "partners",
    "places",
    "start_on",
    "due_on",
    "measure",
    "planned_value",
    "value_unit",
    "first_step",
    "first_due_on",
)
_SETTLED: Final = MOMENTS["checked"]


# -- written down --------------------------------------------------------------------------------


@transaction.atomic
def add_action(
    *, plan_id: int, content: ActionContent, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Add an action to a plan; also to an issued one, which then waits for its next version.

    For a shortcoming on which earlier actions had no or little effect it begins a new round.

    Raises:
        RemediationError: what is written does not hold together.
    """
    plan = locked_plan(plan_id)
    require(may_plan(actor, plan, on=local_day(at)))
    _check(plan, content)
    action = RemediationAction(plan=plan, created_at=at, created_by=actor)
    _fill(action, content)
    twin = added_already(action, when="created_at", at=at)
    if twin is not None and _is_linked(twin, content):
        return twin
    with Recount() as recount:
        write_action(recount, action, content, actor, at)
    mark_changed(plan)
    log(action, "add_action", actor, at, to_state=action.state)
    return action


def write_action(
    recount: Recount,
    action: RemediationAction,
    content: ActionContent,
    actor: Account,
    at: dt.datetime,
) -> None:
    """Save an action that is filled in and link it; the caller has checked what it says."""
    recount.touch(content.shortcoming_ids)
    action.follows = _earlier_attempt(content.shortcoming_ids)
    _fill(action, content)
    action.save()
    recount.add(actions=[action.pk])
    _set_steps(action, content)
    action.partner_units.set(content.partner_unit_ids)
    _link(action, content.shortcoming_ids, actor, at)


def _earlier_attempt(ids: Collection[int]) -> RemediationAction | None:
    """Return the last action that did not help, in whose place a new one stands."""
    return (
        RemediationAction.objects.filter(
            state=ActionState.DONE,
            links__shortcoming__in=ids,
            links__shortcoming__state__in=[
                ShortcomingState.NOT_EFFECTIVE,
                ShortcomingState.EFFECT_CHECKED,
            ],
        )
        .order_by("-done_at", "-pk")
        .first()
    )


def edit_action(
    *,
    action_id: int,
    version: int,
    content: ActionContent,
    actor: Account,
    at: dt.datetime,
    settles: int | None = None,
) -> RemediationAction:
    """Change an action as it was opened at `version`; the text before stays readable.

    `settles` names the edit that ran into another one before and is brought in by this one.

    Raises:
        ActionChangedMeanwhile: somebody saved it since. Nothing is overwritten and nothing lost:
            what arrived is kept beside it until somebody chooses.
        DueNeedsExtension: the plan is issued, and the deadline would be later or none.
        RemediationError: what is written does not hold together.
    """
    action, kept = _edit(action_id, version, content, settles, actor, at)
    if kept is not None:
        # Raised here, after the transaction: what arrived stays stored.
        raise ActionChangedMeanwhile(kept.pk)
    return action


@transaction.atomic
def _edit(
    action_id: int,
    version: int,
    content: ActionContent,
    settles: int | None,
    actor: Account,
    at: dt.datetime,
) -> tuple[RemediationAction, ActionVersion | None]:
    action = locked_action(action_id)
    require(may_plan(actor, action.plan, on=local_day(at)))
    _require_state(action, OPEN_ACTIONS)
    _check(action.plan, content)
    if action.version != version:
        return action, _keep_arrived(action, version, content, actor, at)
    _replace(action, content, actor, at)
    if settles is not None:
        action.versions.filter(
            pk=settles, event=VersionEvent.CONFLICT, resolved_at__isnull=True
        ).update(resolved_at=at, resolved_by=actor)
    return action, None


def _replace(
    action: RemediationAction, content: ActionContent, actor: Account, at: dt.datetime
) -> None:
    _check_due(action, content.due_on)
    changed = [name for name in _COLUMNS if getattr(action, name) != getattr(content, name)]
    ActionVersion.objects.create(
        action=action,
        event=VersionEvent.REPLACED,
        version=action.version,
        content=content_of(action),
        saved_at=at,
        saved_by=actor,
    )
    with Recount() as recount:
        linked = set(action.links.values_list("shortcoming_id", flat=True))
        recount.touch(linked | set(content.shortcoming_ids), [action.pk])
        _fill(action, content)
        action.version += 1
        action.save()
        _set_steps(action, content)
        action.partner_units.set(content.partner_unit_ids)
        _link(action, content.shortcoming_ids, actor, at)
    mark_changed(action.plan)
    state = action.plan.state
    log(
        action,
        "edit_action",
        actor,
        at,
        from_state=state,
        to_state=state,
        note=", ".join(changed),
    )


def _check_due(action: RemediationAction, wanted: dt.date | None) -> None:
    """Let nobody put off by an edit what others count on: that is asked for and answered."""
    if action.due_on is None or action.plan.state in WRITTEN_STATES:
        return
    if wanted is None or wanted > action.due_on:
        raise DueNeedsExtension


def _keep_arrived(
    action: RemediationAction,
    version: int,
    content: ActionContent,
    actor: Account,
    at: dt.datetime,
) -> ActionVersion:
    """Keep an edit that ran into a newer one; the same sent again is the same."""
    arrived = RemediationAction(plan=action.plan)
    _fill(arrived, content)
    told = content_of(arrived) | {
        "shortcoming_ids": sorted(content.shortcoming_ids),
        "partner_unit_ids": sorted(content.partner_unit_ids),
    }
    if content.steps is not None:
        told["steps"] = [
            {"text": one.text, "due_on": one.due_on.isoformat() if one.due_on else None}
            for one in content.steps
        ]
    same = {"event": VersionEvent.CONFLICT, "version": version, "saved_by": actor}
    for kept in action.versions.filter(**same, resolved_at__isnull=True):
        if kept.content == told:
            return kept
    return action.versions.create(**same, content=told, saved_at=at)


@transaction.atomic
def settle_conflict(*, kept_id: int, actor: Account, at: dt.datetime) -> ActionVersion:
    """Note that somebody has looked at an edit that ran into another and chosen.

    Raises:
        AnsweredAlready: it was settled before.
    """
    kept = (
        ActionVersion.objects.select_for_update(of=("self",))
        .select_related("action__plan")
        .get(pk=kept_id, event=VersionEvent.CONFLICT)
    )
    require(may_plan(actor, kept.action.plan, on=local_day(at)))
    if kept.resolved_at is not None:
        raise AnsweredAlready
    kept.resolved_at, kept.resolved_by = at, actor
    kept.save(update_fields=["resolved_at", "resolved_by"])
    log(kept.action, "settle_conflict", actor, at)
    return kept


@transaction.atomic
def drop_action(
    *, action_id: int, reason: str, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Give an action up, with the reason; what it was to put right shows as open again.

    Raises:
        ReasonMissing, ActionNotOpen, LastActionOfRound: why not.
    """
    action = locked_action(action_id)
    require(may_plan(actor, action.plan, on=local_day(at)))
    _require_state(action, OPEN_ACTIONS)
    reason = _reason(reason)
    for link in action.links.select_related("shortcoming"):
        _require_spare(link)
    action.dropped_reason = reason
    _move(action, ActionState.DROPPED, "drop_action", actor, at, note=reason)
    mark_changed(action.plan)
    return action


# -- reported on ---------------------------------------------------------------------------------


@transaction.atomic
def note_progress(
    *,
    action_id: int,
    text: str,
    actor: Account,
    at: dt.datetime,
    percent: int | None = None,
    evidence: Evidence = _NO_EVIDENCE,
) -> ProgressNote:
    """Write down what came of an action so far; the first note puts it in hand.

    What is done may get further evidence as long as a shortcoming of it is followed.

    The same note sent twice is one note; another file sent along with it is kept beside it.

    Raises:
        NoteMissing, PercentOutOfRange, LinkNotFit, ActionNotOpen: why not.
    """
    action = locked_action(action_id)
    require_update(actor, action, on=local_day(at))
    note = _new_note(action, text, percent, evidence, actor, at)
    twin = added_already(note, when="noted_at", at=at)
    if twin is not None:
        _keep_other_files(twin, evidence)
        return twin
    if not may_be_added_to(action):
        raise ActionNotOpen(str(ActionState(action.state).label))
    _save_note(note, action, evidence)
    if action.state == ActionState.PLANNED:
        _move(action, ActionState.IN_HAND, "note_progress", actor, at)
    else:
        action.save(update_fields=["reached_value"])
        log(action, "note_progress", actor, at, from_state=action.state, to_state=action.state)
    return note


@transaction.atomic
def finish_action(
    *,
    action_id: int,
    text: str,
    actor: Account,
    at: dt.datetime,
    evidence: Evidence = _NO_EVIDENCE,
) -> RemediationAction:
    """Report an action as done, with what came of it; reporting it twice is once.

    Raises:
        NoteMissing, LinkNotFit, ActionNotOpen: why not.
    """
    action = locked_action(action_id)
    require_update(actor, action, on=local_day(at))
    note = _new_note(action, text, DONE_PERCENT, evidence, actor, at)
    twin = added_already(note, when="noted_at", at=at)
    if action.state == ActionState.DONE and twin is not None:
        _keep_other_files(twin, evidence)
        return action
    _require_state(action, OPEN_ACTIONS)
    _save_note(note, action, evidence)
    action.done_at, action.done_by = at, actor
    _move(action, ActionState.DONE, "finish_action", actor, at)
    return action


@transaction.atomic
def reopen_action(
    *, action_id: int, reason: str, actor: Account, at: dt.datetime
) -> RemediationAction:
    """Take up again what was reported done or given up; by who plans, with the reason.

    Whoever reported it done by mistake takes that back on the same day.

    Raises:
        ReasonMissing, ActionNotOpen: why not.
        ShortcomingSettled: whether it helped has been said already.
    """
    action = locked_action(action_id)
    require(may_reopen(actor, action, on=local_day(at)))
    _require_state(action, (ActionState.DONE, ActionState.DROPPED))
    reason = _reason(reason)
    if is_judged(action):
        raise ShortcomingSettled
    action.done_at = action.done_by = None
    action.dropped_reason = ""
    _move(action, ActionState.IN_HAND, "reopen_action", actor, at, note=reason)
    return action


@transaction.atomic
def tick_step(*, step_id: int, is_done: bool, actor: Account, at: dt.datetime) -> ActionStep:
    """Tick a line of the checklist, or take the tick back; the first puts the action in hand.

    Raises:
        StepMissing: an edit took the line out meanwhile.
        ActionNotOpen: the action is done or given up.
    """
    found = ActionStep.objects.filter(pk=step_id).first()
    if found is None:
        raise StepMissing
    action = locked_action(found.action_id)
    require_update(actor, action, on=local_day(at))
    _require_state(action, OPEN_ACTIONS)
    step = ActionStep.objects.select_for_update().get(pk=step_id)
    if is_done == (step.done_at is not None):
        return step
    step.done_at, step.done_by = (at, actor) if is_done else (None, None)
    step.save(update_fields=["done_at", "done_by"])
    if is_done and action.state == ActionState.PLANNED:
        _move(action, ActionState.IN_HAND, "tick_step", actor, at)
    else:
        log(action, "tick_step", actor, at, from_state=action.state, to_state=action.state)
    return step


# -- inside --------------------------------------------------------------------------------------


def locked_action(action_id: int) -> RemediationAction:
    return (
        RemediationAction.objects.select_for_update(of=("self",))
        .select_related("plan__cycle")
        .get(pk=action_id)
    )


def _require_state(action: RemediationAction, states: Iterable[str]) -> None:
    if action.state not in states:
        raise ActionNotOpen(str(ActionState(action.state).label))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _check(plan: RemediationPlan, content: ActionContent) -> None:
    if not content.text.strip():
        raise TextMissing
    wanted = set(content.shortcoming_ids)
    if not wanted:
        raise ShortcomingNeeded
    if shortcomings_of_plan(plan).filter(pk__in=wanted).count() != len(wanted):
        raise ShortcomingElsewhere
    if content.start_on and content.due_on and content.due_on < content.start_on:
        raise DueBeforeStart
    _check_days(plan, content)
    if content.planned_value is not None and content.planned_value < 0:
        raise PlannedValueNegative
    check_owner(plan, content.owner_person_id, content.owner_unit_id)
    _check_partners(plan, content)


def _check_days(plan: RemediationPlan, content: ActionContent) -> None:
    milestones = [content.first_due_on, *(step.due_on for step in content.steps or ())]
    told = [day for day in milestones if day is not None]
    require_in_reach(plan, content.start_on, content.due_on, *told)
    if content.due_on is not None and any(day > content.due_on for day in told):
        raise MilestoneAfterDue


def check_owner(plan: RemediationPlan, person_id: int | None, unit_id: int | None) -> None:
    """Refuse an owner who is not one person or one body of the unit or below.

    What a person undertakes about themselves is theirs alone, wherever they belong since.

    Raises:
        OneOwnerOnly, OwnerElsewhere, OwnPlanOwnWork: why not.
    """
    if person_id and unit_id:
        raise OneOwnerOnly
    if plan.person_id is not None:
        if unit_id or person_id not in {None, plan.person_id}:
            raise OwnPlanOwnWork
        return
    within = plan.answering_unit_id
    if person_id and not owners_for(within).filter(pk=person_id).exists():
        raise OwnerElsewhere
    if unit_id and not bodies_for(within).filter(pk=unit_id).exists():
        raise OwnerElsewhere


def _check_partners(plan: RemediationPlan, content: ActionContent) -> None:
    wanted = set(content.partner_unit_ids)
    if wanted and partners_for(plan).filter(pk__in=wanted).count() != len(wanted):
        raise PartnerElsewhere


def _fill(action: RemediationAction, content: ActionContent) -> None:
    for name in _COLUMNS:
        value = getattr(content, name)
        setattr(action, name, value.strip() if isinstance(value, str) else value)
    action.derive()


def _set_steps(action: RemediationAction, content: ActionContent) -> None:
    """Write the checklist; a line with the same words keeps its tick."""
    if content.steps is None:
        return
    ticked: dict[str, tuple[Any, Any]] = {
        one.text: (one.done_at, one.done_by_id) for one in action.steps.all()
    }
    action.steps.all().delete()
    written = [one for one in content.steps if one.text.strip()]
    ActionStep.objects.bulk_create(
        ActionStep(
            action=action,
            position=position,
            text=one.text.strip(),
            due_on=one.due_on,
            done_at=ticked.get(one.text.strip(), (None, None))[0],
            done_by_id=ticked.get(one.text.strip(), (None, None))[1],
        )
        for position, one in enumerate(written, start=1)
    )


def _is_linked(action: RemediationAction, content: ActionContent) -> bool:
    shortcomings = set(action.links.values_list("shortcoming_id", flat=True))
    partners = set(action.partner_units.values_list("pk", flat=True))
    return (shortcomings, partners) == (
        set(content.shortcoming_ids),
        set(content.partner_unit_ids),
    )


def _link(
    action: RemediationAction, wanted: Collection[int], actor: Account, at: dt.datetime
) -> None:
    """Tie an open action to its shortcomings; they follow, or begin a new round."""
    links = {link.shortcoming_id: link for link in action.links.select_related("shortcoming")}
    for shortcoming_id, link in links.items():
        if shortcoming_id not in wanted:
            _require_spare(link)
            link.delete()
    more = FollowedShortcoming.objects.filter(pk__in=set(wanted) - set(links)).order_by("pk")
    for one in more.select_related("cycle"):
        if one.is_settled:
            raise ShortcomingSettled
        if one.state in _SETTLED:
            one.attempt += 1
            move(one, ShortcomingState.ACTION_PLANNED, actor=actor, at=at)
        ActionLink.objects.create(action=action, shortcoming=one, attempt=one.attempt)
    settle({*links, *wanted}, actor=actor, at=at, reason=action.text[:200])


def _require_spare(link: ActionLink) -> None:
    """Refuse to take away the only action of a later round, or one whose effect was judged."""
    one = link.shortcoming
    if one.state in _SETTLED or link.attempt != one.attempt:
        raise ShortcomingSettled
    others = one.links.filter(attempt=one.attempt).exclude(pk=link.pk)
    if one.attempt > 1 and not others.exclude(action__state=ActionState.DROPPED).exists():
        raise LastActionOfRound


def _new_note(
    action: RemediationAction,
    text: str,
    percent: int | None,
    evidence: Evidence,
    actor: Account,
    at: dt.datetime,
) -> ProgressNote:
    if not text.strip():
        raise NoteMissing
    if percent is not None and not 0 <= percent <= 100:  # noqa: PLR2004 -- per cent
        raise PercentOutOfRange
    link = evidence.link.strip()
    if link and not link.startswith(("http://", "https://")):
        raise LinkNotFit
    return ProgressNote(
        action=action,
        text=text.strip(),
        percent=percent,
        reached_value=evidence.reached_value,
        link=link,
        noted_at=at,
        noted_by=actor,
    )


def _keep_other_files(note: ProgressNote, evidence: Evidence) -> None:
    """Attach what the note does not have yet; the same file again is not kept twice."""
    had = set(note.files.values_list("sha256", flat=True))
    for file in evidence.files:
        if file.sha256 in had:
            discard_file(file)
        else:
            note.files.add(file)


def _save_note(note: ProgressNote, action: RemediationAction, evidence: Evidence) -> None:
    note.save()
    note.files.set(evidence.files)
    if evidence.reached_value is not None:
        action.reached_value = evidence.reached_value


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
    linked = list(action.links.values_list("shortcoming_id", flat=True))
    with Recount() as recount:
        recount.touch(linked, [action.pk])
        action.state = state
        action.derive()
        action.save()
        reason = note or str(ActionState(state).label)
        settle(linked, actor=actor, at=at, reason=reason)
    log(action, verb, actor, at, from_state=before, to_state=state, note=note)
