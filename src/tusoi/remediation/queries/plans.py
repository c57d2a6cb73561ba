"""One plan: its actions, what it lacks, its document, and how two versions of it differ."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import CycleUnit, Obligation
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import (
    GAPS_OF_SHORTCOMINGS,
    MOMENTS,
    ActionState,
    GapKind,
    ShortcomingState,
    VersionEvent,
)
from tusoi.remediation.models import (
    ActionLink,
    ActionVersion,
    FollowedShortcoming,
    PlanGap,
    PlanVersion,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries.shortcomings import shortcomings_of_plan
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.units.models import Post, Unit
from tusoi.units.queries import people_in, subtree_of


LIVE: Final = ~Q(state=ActionState.DROPPED)
OPEN_STATES: Final = (ActionState.PLANNED, ActionState.IN_HAND)
# After so many days from its beginning a plan is looked at, where the rules ask for it.
STAGES: Final = (30, 60, 90)
_PLAIN: Final = (
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
    "state",
)


def plans_for(actor: Account, *, on: dt.date) -> QuerySet[RemediationPlan]:
    """Return the plans in the actor's scope, and the actor's own."""
    every = RemediationPlan.objects.select_related("cycle", "unit", "person", "keeper")
    if actor.is_system:
        return every
    units = units_for(actor, Permission.REMEDIATION_VIEW, on=on).values("pk")
    scope = Q(unit__in=units) | Q(keeper__in=units)
    if actor.person_id is not None:
        scope |= Q(person=actor.person_id)
    return every.filter(scope)


def plan_of_shortcoming(one: FollowedShortcoming) -> RemediationPlan | None:
    """Return the plan in which a shortcoming is answered: its unit's, or its person's there."""
    return RemediationPlan.objects.filter(
        cycle=one.cycle_id, unit=one.unit_id, person=one.person_id
    ).first()


def plan_for(cycle_id: int, unit_id: int, person_id: int | None) -> RemediationPlan | None:
    """Return the plan that answers what a unit, or a person in it, was reviewed for.

    A person's dossier may have been handed over since: the plan stays where it was begun.
    """
    found = RemediationPlan.objects.filter(cycle=cycle_id, person=person_id)
    here = found.filter(unit=unit_id).first()
    if here is not None or person_id is None:
        return here
    named = FollowedShortcoming.objects.filter(
        cycle=cycle_id, person=person_id, told__review__obligation__unit=unit_id
    )
    return found.filter(unit__in=named.values("unit")).order_by("pk").first()


def dossiers_without_plan(person_id: int | None) -> QuerySet[Obligation]:
    """Return what a person owes in which they named shortcomings, and has no plan for yet."""
    plans = RemediationPlan.objects.filter(cycle=OuterRef("cycle"), person=OuterRef("person"))
    named = FollowedShortcoming.objects.filter(told__review__obligation=OuterRef(OuterRef("pk")))
    return (
        Obligation.objects.filter(
            ~Exists(plans.filter(Q(unit=OuterRef("unit")) | Q(unit__in=named.values("unit")))),
            person=person_id,
            person__isnull=False,
            cancelled_on__isnull=True,
            review__state__in=HANDED_IN_STATES,
            review__shortcomings__isnull=False,
        )
        .select_related("cycle", "unit")
        .distinct()
        .order_by("-cycle__year", "subject_kind", "pk")
    )


def owners_for(unit_id: int) -> QuerySet[Person]:
    """Return the people who may be put in charge: those of the unit and of all below it."""
    return people_in(subtree_of([unit_id])).order_by("sort_key", "pk")


def bodies_for(unit_id: int) -> QuerySet[Unit]:
    found = subtree_of([unit_id]).filter(closed_on__isnull=True)
    return found.select_related("parent").order_by("sort_key", "pk")


def partners_for(plan: RemediationPlan) -> QuerySet[Unit]:
    """Return the bodies that may lend a hand: all of the cycle, beside or above the unit too."""
    within = CycleUnit.objects.filter(cycle=plan.cycle_id).values("unit")
    found = Unit.objects.filter(pk__in=within, closed_on__isnull=True)
    return found.select_related("parent").order_by("sort_key", "pk")


def likely_owners(unit_id: int) -> QuerySet[Person]:
    """Return those of whom one thinks first: who holds a post in the unit itself."""
    posts = Post.objects.filter(unit=unit_id, valid_to__isnull=True, person=OuterRef("pk"))
    return owners_for(unit_id).filter(Exists(posts))


def actions_of(plan: RemediationPlan) -> QuerySet[RemediationAction]:
    notes = ProgressNote.objects.select_related("noted_by").order_by("-pk")
    return (
        plan.actions.select_related("owner_person", "owner_unit", "plan")
        .prefetch_related(
            "shortcomings", "partner_units", "steps", Prefetch("notes", queryset=notes)
        )
        .order_by("due_on", "pk")
    )


def may_be_added_to(action: RemediationAction) -> bool:
    """Say whether something may still be noted: until all that it was for is closed."""
    if action.state in OPEN_STATES:
        return True
    followed = action.shortcomings.exclude(state=ShortcomingState.CLOSED)
    return action.state == ActionState.DONE and followed.exists()


def is_judged(action: RemediationAction) -> bool:
    """Say whether somebody has said already if the action helped."""
    links = action.links.select_related("shortcoming")
    return any(
        link.shortcoming.state in MOMENTS["checked"] or link.attempt != link.shortcoming.attempt
        for link in links
    )


def open_conflicts(action: RemediationAction) -> QuerySet[ActionVersion]:
    """Return the edits that ran into a newer one and wait for somebody's choice."""
    return (
        action.versions.filter(event=VersionEvent.CONFLICT, resolved_at__isnull=True)
        .select_related("saved_by")
        .order_by("pk")
    )


@dataclass(frozen=True)
class Gap:
    """What one shortcoming or one action of a plan lacks."""

    about: FollowedShortcoming | RemediationAction
    kinds: tuple[GapKind, ...]

    def rows(self, plan: RemediationPlan) -> list[PlanGap]:
        """Return what a plan keeps of it when it is issued all the same."""
        name = "shortcoming" if isinstance(self.about, FollowedShortcoming) else "action"
        return [PlanGap(plan=plan, kind=kind, **{name: self.about}) for kind in self.kinds]

    @property
    def sentence(self) -> str:
        if isinstance(self.about, FollowedShortcoming):
            text = {"text": self.about.nature}
            if GapKind.NO_CAUSE not in self.kinds:
                return _("Chưa có việc khắc phục: %(text)s") % text
            if GapKind.NO_ACTION not in self.kinds:
                return _("Chưa ghi nguyên nhân: %(text)s") % text
            return _("Chưa ghi nguyên nhân, chưa có việc khắc phục: %(text)s") % text
        return _("Việc “%(text)s” chưa có: %(lacks)s.") % {
            "text": self.about.text[:120],
            "lacks": ", ".join(str(one.label) for one in self.kinds),
        }


def gaps_of(plan: RemediationPlan) -> list[Gap]:
    """Return what keeps a plan from being complete, in three statements."""
    actions = list(plan.actions.filter(LIVE).prefetch_related("shortcomings").order_by("pk"))
    answered = {one.pk for action in actions for one in action.shortcomings.all()}
    told = shortcomings_of_plan(plan).exclude(state=ShortcomingState.CLOSED)
    lacking: list[tuple[FollowedShortcoming | RemediationAction, dict[GapKind, bool]]] = [
        *(
            (
                one,
                {
                    GapKind.NO_CAUSE: one.state == ShortcomingState.RECORDED,
                    GapKind.NO_ACTION: one.pk not in answered,
                },
            )
            for one in told
        ),
        *((action, _lacks(action)) for action in actions),
    ]
    return [
        Gap(about, tuple(kind for kind, is_lacking in lacks.items() if is_lacking))
        for about, lacks in lacking
        if any(lacks.values())
    ]


def _lacks(action: RemediationAction) -> dict[GapKind, bool]:
    return {
        GapKind.NO_SHORTCOMING: not action.shortcomings.all(),
        GapKind.NO_OWNER: not (action.owner_person_id or action.owner_unit_id),
        GapKind.NO_DEADLINE: action.due_on is None,
        GapKind.NO_MEASURE: not action.measure,
    }


def is_explained(kind: GapKind, *, on: dt.date) -> Exists:
    """Return the condition that a row is lacking something with a reason, until a day to come.

    Of shortcomings or of actions, whichever the kind is about. What came up after the plan was
    issued is explained by nothing.
    """
    about = "shortcoming" if kind in GAPS_OF_SHORTCOMINGS else "action"
    return Exists(
        PlanGap.objects.filter(kind=kind, plan__gaps_until__gte=on, **{about: OuterRef("pk")})
    )


def open_gaps() -> QuerySet[PlanGap]:
    """Return what plans were issued without and still lack, by plan."""
    undone = Q(action__state__in=OPEN_STATES)
    closed = Q(shortcoming__state=ShortcomingState.CLOSED)
    linked = ActionLink.objects.filter(action=OuterRef("action"))
    still = (
        Q(kind=GapKind.NO_ACTION, shortcoming__has_action=False) & ~closed
        | Q(kind=GapKind.NO_CAUSE, shortcoming__state=ShortcomingState.RECORDED)
        | undone & Q(kind=GapKind.NO_SHORTCOMING) & ~Exists(linked)
        | undone
        & Q(
            kind=GapKind.NO_OWNER,
            action__owner_person__isnull=True,
            action__owner_unit__isnull=True,
        )
        | undone & Q(kind=GapKind.NO_DEADLINE, action__due_on__isnull=True)
        | undone & Q(kind=GapKind.NO_MEASURE, action__measure="")
    )
    return (
        PlanGap.objects.filter(still, plan__gaps_until__isnull=False)
        .select_related("shortcoming", "action")
        .order_by("plan", "shortcoming", "action", "pk")
    )


# -- the document --------------------------------------------------------------------------------


def content_of(action: RemediationAction) -> dict[str, Any]:
    """Return what an action says as JSON, so that it can be put aside and read again."""
    told = {name: _plain(getattr(action, name)) for name in _PLAIN}
    if action._state.adding:
        return told
    steps = action.steps.order_by("position")
    return told | {
        "shortcoming_ids": sorted(action.links.values_list("shortcoming_id", flat=True)),
        "partner_unit_ids": sorted(action.partner_units.values_list("pk", flat=True)),
        "steps": [{"text": one.text, "due_on": _plain(one.due_on)} for one in steps],
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else value


def plan_content(plan: RemediationPlan) -> dict[str, Any]:
    """Return a whole plan in words, as it is approved: readable without any other row."""
    told = list(shortcomings_of_plan(plan))
    return {
        "starts_on": _plain(plan.starts_on),
        "by_stages": plan.by_stages,
        "shortcomings": [
            {
                "id": one.public_id,
                "nature": one.nature,
                "kind": one.kind,
                "topic": one.topic,
                "extent": one.extent,
                "cause": one.cause,
            }
            for one in told
        ],
        "actions": [
            {
                "id": action.public_id,
                "text": action.text,
                "shortcomings": [one.public_id for one in action.shortcomings.all()],
                "owner": str(action.owner_person or action.owner_unit or ""),
                "partners": ", ".join(
                    [
                        *([action.partners] if action.partners else []),
                        *(one.name for one in action.partner_units.all()),
                    ]
                ),
                "places": action.places,
                "start_on": _plain(action.start_on),
                "due_on": _plain(action.due_on),
                "measure": action.measure,
                "planned_value": _plain(action.planned_value),
                "value_unit": action.value_unit,
                "first_step": action.first_step,
                "first_due_on": _plain(action.first_due_on),
                "steps": [one.text for one in action.steps.all()],
            }
            for action in actions_of(plan)
            if action.state != ActionState.DROPPED
        ],
    }


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in two versions; empty where it was not or is no more."""

    # "shortcomings" or "actions", and of which one.
    part: str
    id: str
    title: str
    # Name of the field; empty where the whole line came or went.
    name: str
    before: object
    after: object


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Compare two versions of a plan line by line."""
    found = [
        Difference("plan", "", "", name, before.get(name), after.get(name))
        for name in ("starts_on", "by_stages")
        if before.get(name) != after.get(name)
    ]
    for part, title in (("shortcomings", "nature"), ("actions", "text")):
        old = {one["id"]: one for one in before.get(part, [])}
        new = {one["id"]: one for one in after.get(part, [])}
        for key in [*old, *(one for one in new if one not in old)]:
            found += _line_differences(part, key, title, old.get(key), new.get(key))
    return found


def _line_differences(
    part: str,
    key: str,
    title: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> list[Difference]:
    if old is None or new is None:
        line = new or old or {}
        before, after = (old or {}).get(title, ""), (new or {}).get(title, "")
        return [Difference(part, key, line.get(title, ""), "", before, after)]
    return [
        Difference(part, key, new[title], name, old.get(name), new.get(name))
        for name in new
        if old.get(name) != new.get(name)
    ]


def versions_of(plan: RemediationPlan) -> QuerySet[PlanVersion]:
    return plan.versions.select_related("approved_by").order_by("-number")


@dataclass(frozen=True)
class Stage:
    """The actions that are due by a number of days from the beginning of a plan."""

    days: int
    until: dt.date
    actions: tuple[RemediationAction, ...]


def stages_of(plan: RemediationPlan) -> tuple[list[Stage], list[RemediationAction]]:
    """Return a plan by 30, 60 and 90 days, and the actions that are due later or on no day."""
    rest = [one for one in actions_of(plan) if one.state != ActionState.DROPPED]
    found = []
    for days in STAGES if plan.starts_on else ():
        until = plan.starts_on + dt.timedelta(days=days) if plan.starts_on else dt.date.max
        due = [one for one in rest if one.due_on is not None and one.due_on <= until]
        rest = [one for one in rest if one not in due]
        found.append(Stage(days, until, tuple(due)))
    return found, rest
