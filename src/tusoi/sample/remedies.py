"""Writes the plans by which the sample's shortcomings are put right."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tusoi.core.clock import local_day
from tusoi.cycles.models import ReviewCycle
from tusoi.mirror.vague import is_vague
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import (
    MOMENTS,
    ActionState,
    PlanState,
    ShortcomingState,
    SourceKind,
)
from tusoi.remediation.models import (
    NEVER,
    ActionLink,
    FollowedShortcoming,
    PlanGap,
    PlanVersion,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
    ShortcomingTransition,
)
from tusoi.remediation.operations import fill_tables
from tusoi.remediation.queries import gaps_of, plan_content
from tusoi.reviews.enums import HANDED_IN_STATES, CauseKind
from tusoi.reviews.models import Shortcoming
from tusoi.sample.dossiers import Dossier, moment
from tusoi.sample.facts import RemedyFact
from tusoi.sample.population import Population
from tusoi.units.models import Unit


_NOTES = (
    "Đã phân công cụ thể, bắt đầu triển khai.",
    "Đã làm được một nửa khối lượng.",
    "Còn vướng kinh phí, đã báo cáo cấp trên.",
)
# What a plan with gaps is issued with; without such words and a day it could not be issued.
_GAPS = "Một số việc chờ phân công, thống nhất chỉ tiêu và dự toán của năm sau."
_BATCH = 500
_NO_OWNER_SHARE = 0.08
_NO_MEASURE_SHARE = 0.15
# Beside the notes on what the report names; the rest of the organisations are invented.
_OWN_CODES = ("BT-KT", "BT-TA")
_OWN_DUE_ON = dt.date(2023, 6, 30)


@dataclass
class _Collected:
    """Rows of all plans, to be written at once."""

    plans: list[RemediationPlan] = field(default_factory=list)
    actions: list[RemediationAction] = field(default_factory=list)
    links: list[tuple[RemediationAction, Shortcoming]] = field(default_factory=list)
    partners: list[tuple[RemediationAction, Unit]] = field(default_factory=list)
    notes: list[ProgressNote] = field(default_factory=list)


def write_plans(
    *,
    cycle: ReviewCycle,
    dossiers: list[Dossier],
    population: Population,
    rng: random.Random,
    actor: Account,
) -> int:
    """Write a plan for every organisation whose review named shortcomings; return how many."""
    codes = {unit.pk: code for code, unit in population.units.items()}
    today = population.frame.today
    found = _Collected()
    for dossier in dossiers:
        content = dossier.content
        if content is None or not dossier.shortcomings:
            continue
        code = codes[dossier.obligation.unit_id]
        plan = _plan(cycle, population.units[code], dossier, actor)
        found.plans.append(plan)
        for remedy in content.remedies:
            owner = _owner(code, population, rng)
            action = _action(plan, remedy, owner, rng, actor, today)
            if code in _OWN_CODES:
                _set_own_deadline(action, today)
            found.actions.append(action)
            found.links += [(action, dossier.shortcomings[key]) for key in remedy.answers]
            found.partners += [
                (action, population.units[f"BT-{one}"]) for one in remedy.partner_codes
            ]
            if action.state != ActionState.PLANNED:
                found.notes.append(_note(action, rng, actor, today))
    _save(found, cycle, today, actor)
    return len(found.plans)


def _set_own_deadline(action: RemediationAction, today: dt.date) -> None:
    action.due_on = _OWN_DUE_ON
    if today > _OWN_DUE_ON:
        # What the report names is lived through by the operations afterwards.
        action.state, action.done_at, action.done_by = ActionState.PLANNED, None, None
    action.derive()


def _save(found: _Collected, cycle: ReviewCycle, today: dt.date, actor: Account) -> None:
    RemediationPlan.objects.bulk_create(found.plans)
    RemediationAction.objects.bulk_create(found.actions)
    _follow(cycle, found.links, today, actor)
    RemediationAction.partner_units.through._default_manager.bulk_create(
        RemediationAction.partner_units.through(remediationaction=action, unit=unit)
        for action, unit in found.partners
    )
    ProgressNote.objects.bulk_create(found.notes)
    _explain_gaps(found.plans, cycle)
    PlanVersion.objects.bulk_create(_versions(found.plans, actor))
    fill_tables(cycle.pk)


def _versions(plans: list[RemediationPlan], actor: Account) -> Iterator[PlanVersion]:
    """Yield each plan as it was approved."""
    for plan in plans:
        yield PlanVersion(
            plan=plan,
            number=1,
            content=plan_content(plan),
            approved_at=plan.created_at,
            approved_by=actor,
        )


def _explain_gaps(plans: list[RemediationPlan], cycle: ReviewCycle) -> None:
    """Give plans with gaps the words and the day that approving them asks for."""
    until = dt.date(cycle.year + 1, 12, 31)
    found = {plan.pk: gaps_of(plan) for plan in plans}
    lacking = [plan for plan in plans if found[plan.pk]]
    for plan in lacking:
        plan.approval_note, plan.gaps_until = _GAPS, until
    RemediationPlan.objects.bulk_update(lacking, ["approval_note", "gaps_until"])
    PlanGap.objects.bulk_create(
        row for plan in lacking for gap in found[plan.pk] for row in gap.rows(plan)
    )


def _follow(
    cycle: ReviewCycle,
    links: list[tuple[RemediationAction, Shortcoming]],
    today: dt.date,
    actor: Account,
) -> None:
    """Follow everything that handed-in reviews name, as far as its actions have come."""
    answers: dict[int, list[RemediationAction]] = {}
    for action, row in links:
        answers.setdefault(row.pk, []).append(action)
    rows = (
        Shortcoming.objects.filter(
            review__obligation__cycle=cycle, review__state__in=HANDED_IN_STATES
        )
        .exclude(nature="")
        .select_related("review__obligation__cycle")
        .order_by("pk")
    )
    followed = [_followed(row, answers.get(row.pk, []), today, actor) for row in rows]
    FollowedShortcoming.objects.bulk_create(followed, batch_size=_BATCH)
    by_row = {one.told_id: one for one in followed}
    ActionLink.objects.bulk_create(
        ActionLink(action=action, shortcoming=by_row[row.pk]) for action, row in links
    )
    ShortcomingTransition.objects.bulk_create(
        (step for one in followed for step in _steps(one)), batch_size=_BATCH
    )


def _followed(
    row: Shortcoming, actions: list[RemediationAction], today: dt.date, actor: Account
) -> FollowedShortcoming:
    owed = row.review.obligation
    one = FollowedShortcoming(
        cycle_id=owed.cycle_id,
        unit_id=owed.unit_id,
        person_id=owed.person_id,
        collective_id=owed.collective_id if owed.person_id is None else None,
        source=SourceKind.REVIEW,
        told=row,
        kind=row.kind,
        topic=row.topic,
        nature=row.nature,
        extent=row.extent,
        target_id=row.target_id,
        cause_kind=row.cause_kind,
        cause=row.cause,
        collective_responsibility=row.collective_responsibility,
        personal_responsibility=row.personal_responsibility,
        recorded_at=row.saved_at,
        recorded_by=actor,
        is_vague=is_vague(row.nature, row.extent),
        state=_state(row, actions),
        has_action=bool(actions),
        lacks_owner=any(
            not (action.owner_person or action.owner_unit) for action in _undone(actions)
        ),
        lacks_measure=any(not action.measure for action in _undone(actions)),
        late_after=min((action.late_after for action in _undone(actions)), default=NEVER),
    )
    one.search_key = one.words()
    if one.state == ShortcomingState.DONE:
        one.check_on = one.late_after = dt.date(row.review.obligation.cycle.year + 1, 12, 1)
    # The plan of an organisation is made where its review is dealt with.
    planned_at = actions[0].created_at if actions else row.saved_at
    for name, states in MOMENTS.items():
        if one.state in states:
            at = {"analyzed": row.saved_at, "planned": planned_at}.get(name, moment(today, 9))
            setattr(one, f"{name}_at", at)
            setattr(one, f"{name}_by", actor)
    return one


def _undone(actions: list[RemediationAction]) -> list[RemediationAction]:
    return [one for one in actions if one.state != ActionState.DONE]


def _state(row: Shortcoming, actions: list[RemediationAction]) -> ShortcomingState:
    if not row.cause or row.cause_kind == CauseKind.UNKNOWN:
        return ShortcomingState.RECORDED
    if not actions:
        return ShortcomingState.CAUSE_ANALYZED
    if all(one.state == ActionState.DONE for one in actions):
        return ShortcomingState.DONE
    if all(one.state == ActionState.PLANNED for one in actions):
        return ShortcomingState.ACTION_PLANNED
    return ShortcomingState.IN_HAND


def _steps(one: FollowedShortcoming) -> Iterator[ShortcomingTransition]:
    """Yield the steps by which a shortcoming came to its state."""
    before = ""
    for after, at in (
        (ShortcomingState.RECORDED, one.recorded_at),
        (ShortcomingState.CAUSE_ANALYZED, one.analyzed_at),
        (ShortcomingState.ACTION_PLANNED, one.planned_at),
        (ShortcomingState.IN_HAND, one.begun_at),
        (ShortcomingState.DONE, one.done_at),
    ):
        if at is None:
            return
        yield ShortcomingTransition(
            shortcoming=one,
            from_state=before,
            to_state=after,
            day=local_day(at),
            at=at,
            actor=one.recorded_by,
        )
        before = after


def _plan(cycle: ReviewCycle, unit: Unit, dossier: Dossier, actor: Account) -> RemediationPlan:
    day = dossier.meets_on or cycle.period_to
    return RemediationPlan(
        cycle=cycle,
        unit=unit,
        state=PlanState.APPROVED,
        created_at=moment(day, 14),
        created_by=actor,
        approved_at=moment(day, 16),
        approved_by=actor,
    )


def _owner(code: str, population: Population, rng: random.Random) -> Person | Unit | None:
    if rng.random() < _NO_OWNER_SHARE and code not in _OWN_CODES:
        return None
    people = population.members_of.get(code)
    return people[rng.randint(0, 1)].person if people else population.units[code]


def _action(
    plan: RemediationPlan,
    remedy: RemedyFact,
    owner: Person | Unit | None,
    rng: random.Random,
    actor: Account,
    today: dt.date,
) -> RemediationAction:
    state = rng.choices((ActionState.PLANNED, ActionState.IN_HAND, ActionState.DONE), (5, 4, 2))[0]
    due_on = today + dt.timedelta(days=rng.choice((-12, -5, 10, 31, 90, 180)))
    done = state == ActionState.DONE
    made = RemediationAction(
        plan=plan,
        text=remedy.text,
        first_step=remedy.first_step,
        owner_person=owner if isinstance(owner, Person) else None,
        owner_unit=owner if isinstance(owner, Unit) else None,
        partners=remedy.partners,
        places=remedy.places,
        due_on=due_on,
        measure=""
        if rng.random() < _NO_MEASURE_SHARE
        else f"Đạt kế hoạch giao năm {plan.cycle.year + 1}",
        state=state,
        created_at=plan.created_at,
        created_by=actor,
        done_at=moment(today, 9) if done else None,
        done_by=actor if done else None,
    )
    made.derive()
    return made


def _note(
    action: RemediationAction, rng: random.Random, actor: Account, today: dt.date
) -> ProgressNote:
    done = action.state == ActionState.DONE
    return ProgressNote(
        action=action,
        text="Đã hoàn thành." if done else rng.choice(_NOTES),
        percent=100 if done else rng.choice((20, 40, 60)),
        noted_at=moment(today, 9),
        noted_by=actor,
    )
