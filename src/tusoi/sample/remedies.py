"""Writes the plans by which the sample's shortcomings are put right."""

import datetime as dt
import random

from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import ActionState, PlanState
from tusoi.remediation.models import ProgressNote, RemediationAction, RemediationPlan
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
_NO_OWNER_SHARE = 0.08
_NO_MEASURE_SHARE = 0.15
# Beside the notes on what the report names; the rest of the organisations are invented.
_OWN_CODES = ("BT-KT", "BT-TA")


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
    actions: list[RemediationAction] = []
    links: list[tuple[RemediationAction, Shortcoming]] = []
    partners: list[tuple[RemediationAction, Unit]] = []
    notes: list[ProgressNote] = []
    plans = []
    for dossier in dossiers:
        content = dossier.content
        if content is None or not dossier.shortcomings:
            continue
        code = codes[dossier.obligation.unit_id]
        plan = _plan(cycle, population.units[code], dossier, actor)
        plans.append(plan)
        for remedy in content.remedies:
            owner = _owner(code, population, rng)
            action = _action(plan, remedy, owner, rng, actor, population.frame.today)
            if code in _OWN_CODES:
                action.due_on = dt.date(2023, 6, 30)
            actions.append(action)
            links += [(action, dossier.shortcomings[key]) for key in remedy.answers]
            partners += [(action, population.units[f"BT-{one}"]) for one in remedy.partner_codes]
            if action.state != ActionState.PLANNED:
                notes.append(_note(action, rng, actor, population.frame.today))
    RemediationPlan.objects.bulk_create(plans)
    RemediationAction.objects.bulk_create(actions)
    RemediationAction.shortcomings.through._default_manager.bulk_create(
        RemediationAction.shortcomings.through(remediationaction=action, shortcoming=shortcoming)
        for action, shortcoming in links
    )
    RemediationAction.partner_units.through._default_manager.bulk_create(
        RemediationAction.partner_units.through(remediationaction=action, unit=unit)
        for action, unit in partners
    )
    ProgressNote.objects.bulk_create(notes)
    return len(plans)


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
        else f"Đạt kế hoạch giao năm {today.year + 1}",
        state=state,
        created_at=plan.created_at,
        created_by=actor,
        done_at=moment(today, 9) if done else None,
        done_by=actor if done else None,
    )
    made.search_key = made.words()
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
