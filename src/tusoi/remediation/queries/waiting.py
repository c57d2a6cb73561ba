"""What others asked for and the actor may answer: more time, or living with a shortcoming."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Count, F, Manager, Q, QuerySet
from django.db.models.functions import Coalesce

from tusoi.access.enums import Permission
from tusoi.access.queries import roles_of, units_for
from tusoi.access.roles import roles_with
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import PlanState, ShortcomingState
from tusoi.remediation.models import (
    Acceptance,
    Extension,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries.plans import OPEN_STATES
from tusoi.units.models import Unit, UnitClosure


A = TypeVar("A", Extension, Acceptance)
_UNANSWERED: Final = Q(granted_at__isnull=True, refused_at__isnull=True)


def unanswered(asked: Manager[A]) -> A | None:
    """Return the request that waits for an answer, of one action or of one shortcoming."""
    return asked.filter(_UNANSWERED).select_related("asked_by").first()


def extensions_to_answer(actor: Account, *, on: dt.date) -> QuerySet[Extension]:
    """Return the requests for more time that the actor may answer, the nearest deadline first.

    The same as asking `permissions.may_extend` of each, in one statement.
    """
    found = (
        Extension.objects.filter(_UNANSWERED, action__state__in=OPEN_STATES)
        .annotate(answering=Coalesce("action__plan__keeper", "action__plan__unit"))
        .select_related("action__plan__unit", "action__plan__cycle", "asked_by__person")
        .order_by(F("from_due_on").asc(nulls_last=True), "pk")
    )
    if actor.is_system:
        return found
    own_bodies = _nodes(actor, Permission.REMEDIATION_UPDATE, on=on)
    in_charge = Q(action__done_by=actor.pk) | Q(action__owner_unit__in=own_bodies)
    approves = Q(answering__in=units_for(actor, Permission.REMEDIATION_PLAN, on=on).values("pk"))
    if actor.person_id is not None:
        in_charge |= Q(action__owner_person=actor.person_id, action__owner_person__isnull=False)
        approves &= ~Q(action__plan__person=actor.person_id, action__plan__person__isnull=False)
    judges = Q(answering__in=_judged_from_above(actor, on=on).values("pk"))
    # Outer joins make the conditions on what may be empty unknown; keys do not.
    busy = Extension.objects.filter(in_charge).values("pk")
    return found.filter(approves | judges).exclude(asked_by=actor.pk).exclude(pk__in=busy)


def acceptances_to_answer(actor: Account, *, on: dt.date) -> QuerySet[Acceptance]:
    """Return the requests to let a shortcoming be that the actor may answer, the oldest first.

    The same as asking `permissions.may_accept` of each, in one statement.
    """
    found = (
        Acceptance.objects.filter(_UNANSWERED)
        .exclude(shortcoming__state=ShortcomingState.CLOSED)
        .select_related("shortcoming__unit", "shortcoming__cycle", "asked_by__person")
        .order_by("asked_at", "pk")
    )
    if actor.is_system:
        return found
    judged = _judged(actor, person="shortcoming__person", unit="shortcoming__unit", on=on)
    found = found.filter(judged).exclude(asked_by=actor.pk)
    if actor.person_id is None:
        return found
    return found.exclude(shortcoming__person=actor.person_id, shortcoming__person__isnull=False)


def plans_to_answer(actor: Account, *, on: dt.date) -> QuerySet[RemediationPlan]:
    """Return the plans sent up that the actor may accept or return, the longest waiting first.

    The same as asking `permissions.may_judge` of each, in one statement.
    """
    found = (
        RemediationPlan.objects.filter(state=PlanState.SENT)
        .annotate(answering=Coalesce("keeper", "unit"))
        .select_related("unit", "cycle", "person", "sent_by__person")
        .order_by("sent_at", "pk")
    )
    if actor.is_system:
        return found
    own = Q(approved_by=actor.pk) | Q(sent_by=actor.pk)
    if actor.person_id is not None:
        own |= Q(person=actor.person_id)
    judged = _judged(actor, person="person", unit="answering", on=on)
    return found.filter(judged).exclude(pk__in=RemediationPlan.objects.filter(own).values("pk"))


def _judged(actor: Account, *, person: str, unit: str, on: dt.date) -> Q:
    """Return what of people is judged in their unit, and what of units from above."""
    in_unit = units_for(actor, Permission.REMEDIATION_JUDGE, on=on).values("pk")
    above = _judged_from_above(actor, on=on).values("pk")
    return Q(**{f"{person}__isnull": False, f"{unit}__in": in_unit}) | Q(
        **{f"{person}__isnull": True, f"{unit}__in": above}
    )


def _nodes(actor: Account, permission: Permission, *, on: dt.date) -> list[int]:
    giving = roles_with(permission)
    return [held.unit_id for held in roles_of(actor, on=on) if held.role.value in giving]


def _judged_from_above(actor: Account, *, on: dt.date) -> QuerySet[Unit]:
    """Return the units below those where the actor judges; the topmost one answers for itself."""
    nodes = _nodes(actor, Permission.REMEDIATION_JUDGE, on=on) if actor.is_active else []
    below = UnitClosure.objects.filter(ancestor__in=nodes, depth__gt=0)
    return Unit.objects.filter(
        Q(pk__in=below.values("descendant")) | Q(pk__in=nodes, parent__isnull=True)
    )


@dataclass(frozen=True)
class Burden:
    """How many open actions one person or body has in charge."""

    person: Person | None
    unit: Unit | None
    count: int


def owners_of_open_actions(unit_id: int) -> list[Burden]:
    """Count the open actions in a unit's plans by who is in charge of them."""
    rows = list(
        RemediationAction.objects.annotate(answering=Coalesce("plan__keeper", "plan__unit"))
        .filter(
            Q(owner_person__isnull=False) | Q(owner_unit__isnull=False),
            answering=unit_id,
            plan__person__isnull=True,
            state__in=OPEN_STATES,
        )
        .order_by("owner_person__sort_key", "owner_unit__sort_key")
        .values_list("owner_person", "owner_unit")
        .annotate(count=Count("pk"))
    )
    people = Person.objects.in_bulk([person for person, _unit, _count in rows if person])
    units = Unit.objects.in_bulk([unit for _person, unit, _count in rows if unit])
    return [
        Burden(people.get(person or 0), units.get(unit or 0), count)
        for person, unit, count in rows
    ]
