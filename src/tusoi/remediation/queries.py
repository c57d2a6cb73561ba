"""What is to be put right, by whom and until when; counted by the database."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import search_key
from tusoi.cycles.models import CycleClosure, CycleUnit, ReviewCycle
from tusoi.people.models import Account, Person
from tusoi.remediation.enums import ActionState
from tusoi.remediation.models import ProgressNote, RemediationAction, RemediationPlan
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import ProposedRemedy, Shortcoming
from tusoi.units.models import Post, Unit
from tusoi.units.queries import people_in, subtree_of


OPEN_STATES: Final = (ActionState.PLANNED, ActionState.IN_HAND)
LIVE: Final = ~Q(state=ActionState.DROPPED)
OVERDUE: Final = "overdue"
NO_OWNER: Final = "no_owner"
NO_MEASURE: Final = "no_measure"


def is_overdue(on: dt.date) -> Q:
    return Q(state__in=OPEN_STATES, due_on__lt=on)


def without_owner() -> Q:
    return Q(owner_person__isnull=True, owner_unit__isnull=True)


@dataclass(frozen=True)
class ActionFilter:
    """What a person narrowed the list to; empty means everything."""

    topic: str = ""
    state: str = ""
    flag: str = ""
    unit_id: int | None = None
    query: str = ""


# -- scopes --------------------------------------------------------------------------------------


def plans_for(actor: Account, *, on: dt.date) -> QuerySet[RemediationPlan]:
    every = RemediationPlan.objects.select_related("cycle", "unit")
    if actor.is_system:
        return every
    return every.filter(unit__in=units_for(actor, Permission.REMEDIATION_VIEW, on=on))


def actions_for(actor: Account, *, on: dt.date) -> QuerySet[RemediationAction]:
    """Return the actions of plans in the actor's scope, and those that are the actor's own."""
    every = RemediationAction.objects.all()
    if actor.is_system:
        return every
    scope = Q(plan__unit__in=units_for(actor, Permission.REMEDIATION_VIEW, on=on))
    if actor.person_id is not None:
        scope |= Q(owner_person=actor.person_id)
    return every.filter(scope)


def own_actions(actor: Account) -> QuerySet[RemediationAction]:
    """Return what the actor's person has to do, the nearest deadline first."""
    if actor.person_id is None:
        return RemediationAction.objects.none()
    return (
        RemediationAction.objects.filter(LIVE, owner_person=actor.person_id)
        .select_related("plan__unit", "plan__cycle")
        .prefetch_related(_latest_notes())
        .order_by("done_at", "due_on", "pk")
    )


def shortcomings_of(cycle: ReviewCycle, unit_id: int) -> QuerySet[Shortcoming]:
    """Return what the organisation's and its collectives' handed-in reviews say fell short."""
    return _told_shortcomings(cycle).filter(review__obligation__unit=unit_id)


def proposed_remedies_of(cycle: ReviewCycle, unit_id: int) -> QuerySet[ProposedRemedy]:
    return ProposedRemedy.objects.filter(
        review__obligation__cycle=cycle,
        review__obligation__unit=unit_id,
        review__obligation__person__isnull=True,
        review__obligation__cancelled_on__isnull=True,
        review__state__in=HANDED_IN_STATES,
    ).order_by("review_id", "position", "pk")


def _told_shortcomings(cycle: ReviewCycle) -> QuerySet[Shortcoming]:
    # What members wrote about themselves is theirs; plans are made by organisations.
    return Shortcoming.objects.filter(
        review__obligation__cycle=cycle,
        review__obligation__person__isnull=True,
        review__obligation__cancelled_on__isnull=True,
        review__state__in=HANDED_IN_STATES,
    ).order_by("review_id", "position", "pk")


def shortcomings_for(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None
) -> QuerySet[Any]:
    """Return the shortcomings of all units in the actor's scope, marked with their remedies."""
    found = _told_shortcomings(cycle)
    if not actor.is_system:
        scope = units_for(actor, Permission.REMEDIATION_VIEW, on=on)
        found = found.filter(review__obligation__unit__in=scope)
    if unit_id:
        found = found.filter(review__obligation__unit__in=_below(cycle, unit_id))
    live = RemediationAction.objects.filter(LIVE, shortcomings=OuterRef("pk"))
    return found.annotate(
        has_action=Exists(live),
        has_overdue=Exists(live.filter(is_overdue(on))),
        has_open=Exists(live.filter(state__in=OPEN_STATES)),
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


# -- the board -----------------------------------------------------------------------------------


def _below(cycle: ReviewCycle, unit_id: int) -> Any:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
    return below.values("descendant")


def actions_on_board(
    actor: Account, cycle: ReviewCycle, narrowed: ActionFilter, *, on: dt.date
) -> QuerySet[RemediationAction]:
    """Return the actions of a cycle within the actor's scope, the most overdue first."""
    found = _in_view(actor, cycle, on=on, unit_id=narrowed.unit_id)
    if narrowed.topic:
        about = Shortcoming.objects.filter(actions=OuterRef("pk"), topic=narrowed.topic)
        found = found.filter(Exists(about))
    if narrowed.state:
        found = found.filter(state=narrowed.state)
    found = found.filter(_flagged(narrowed.flag, on))
    for word in search_key(narrowed.query).split():
        found = found.filter(
            _found_in(word, "search_key", "text") | Q(plan__unit__search_key__contains=word)
        )
    return (
        found.select_related("plan__unit__parent", "plan__cycle", "owner_person", "owner_unit")
        .prefetch_related("shortcomings", _latest_notes())
        .order_by("due_on", "plan__unit__sort_key", "pk")
    )


def _in_view(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None
) -> QuerySet[RemediationAction]:
    found = RemediationAction.objects.filter(LIVE, plan__cycle=cycle)
    if not actor.is_system:
        scope = units_for(actor, Permission.REMEDIATION_VIEW, on=on)
        found = found.filter(plan__unit__in=scope)
    if unit_id:
        found = found.filter(plan__unit__in=_below(cycle, unit_id))
    return found


def _found_in(word: str, key: str, text: str) -> Q:
    # Rows written before the key was kept are compared as they are.
    return Q(**{f"{key}__contains": word}) | Q(**{key: "", f"{text}__icontains": word})


def shortcomings_on_board(
    actor: Account, cycle: ReviewCycle, narrowed: ActionFilter, *, on: dt.date, only_gaps: bool
) -> QuerySet[Any]:
    """Return what fell short, unit by unit; alone what nobody has undertaken anything about."""
    found: QuerySet[Any] = shortcomings_for(actor, cycle, on=on, unit_id=narrowed.unit_id)
    if only_gaps:
        found = found.filter(has_action=False)
    if narrowed.topic:
        found = found.filter(topic=narrowed.topic)
    for word in search_key(narrowed.query).split():
        unit = Q(review__obligation__unit__search_key__contains=word)
        found = found.filter(_found_in(word, "search_key", "nature") | unit)
    place = "review__obligation__unit"
    plan = RemediationPlan.objects.filter(cycle=cycle, unit=OuterRef(place))
    found = found.annotate(plan_id=Subquery(plan.values("public_id")[:1]))
    return found.select_related(f"{place}__parent").order_by(
        f"{place}__sort_key", f"{place}__pk", "review_id", "position", "pk"
    )


def _flagged(flag: str, on: dt.date) -> Q:
    live = {
        OVERDUE: is_overdue(on),
        NO_OWNER: without_owner() & Q(state__in=OPEN_STATES),
        NO_MEASURE: Q(measure="", state__in=OPEN_STATES),
    }
    return live.get(flag, Q())


def _latest_notes() -> Prefetch[Any]:
    newest = (
        ProgressNote.objects.filter(action=OuterRef("action")).order_by("-pk").values("pk")[:1]
    )
    return Prefetch(
        "notes",
        queryset=ProgressNote.objects.filter(pk=Subquery(newest)).select_related("noted_by"),
        to_attr="latest_notes",
    )


@dataclass(frozen=True)
class BoardCounts:
    """How remedies stand below a unit."""

    actions: int
    open: int
    done: int
    overdue: int
    no_owner: int
    no_measure: int
    shortcomings: int
    without_action: int


def board_counts(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None
) -> BoardCounts:
    """Count in two statements, however many units lie below."""
    actions = _in_view(actor, cycle, on=on, unit_id=unit_id).aggregate(
        actions=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        overdue=Count("pk", filter=is_overdue(on)),
        no_owner=Count("pk", filter=_flagged(NO_OWNER, on)),
        no_measure=Count("pk", filter=_flagged(NO_MEASURE, on)),
    )
    told = shortcomings_for(actor, cycle, on=on, unit_id=unit_id).order_by()
    shortcomings = told.aggregate(
        shortcomings=Count("pk"), without_action=Count("pk", filter=Q(has_action=False))
    )
    return BoardCounts(**actions, **shortcomings)


@dataclass(frozen=True)
class TopicCounts:
    topic: str
    shortcomings: int
    without_action: int
    overdue: int
    resolved: int

    @property
    def in_hand(self) -> int:
        return self.shortcomings - self.without_action - self.overdue - self.resolved


def counts_by_topic(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None
) -> list[TopicCounts]:
    """Return for each topic how many shortcomings stand how; each counts once."""
    rows = (
        shortcomings_for(actor, cycle, on=on, unit_id=unit_id)
        .order_by()
        .values("topic")
        .annotate(
            shortcomings=Count("pk"),
            without_action=Count("pk", filter=Q(has_action=False)),
            overdue=Count("pk", filter=Q(has_overdue=True)),
            resolved=Count("pk", filter=Q(has_action=True, has_open=False)),
        )
    )
    return sorted(
        (TopicCounts(**row) for row in rows), key=lambda one: (-one.shortcomings, one.topic)
    )


def counts_by_unit(
    actor: Account, cycle: ReviewCycle, *, on: dt.date, unit_id: int | None = None, limit: int = 10
) -> list[dict[str, Any]]:
    """Return the units with the most overdue actions, then with the most open ones."""
    rows = (
        _in_view(actor, cycle, on=on, unit_id=unit_id)
        .order_by()
        .values(
            "plan__public_id", "plan__unit__name", "plan__unit__kind", "plan__unit__parent__name"
        )
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            overdue=Count("pk", filter=is_overdue(on)),
            no_owner=Count("pk", filter=_flagged(NO_OWNER, on)),
        )
        .order_by("-overdue", "-open", "plan__unit__sort_key")
    )
    return [dict(row) for row in rows[:limit]]


def units_without_plan(actor: Account, cycle: ReviewCycle, *, on: dt.date) -> QuerySet[CycleUnit]:
    """Return the units that the actor plans for and whose shortcomings have no plan yet."""
    found = CycleUnit.objects.filter(cycle=cycle).exclude(
        unit__in=RemediationPlan.objects.filter(cycle=cycle).values("unit")
    )
    if not actor.is_system:
        found = found.filter(unit__in=units_for(actor, Permission.REMEDIATION_PLAN, on=on))
    told = _told_shortcomings(cycle).filter(review__obligation__unit=OuterRef("unit"))
    return found.filter(Exists(told)).select_related("unit__parent").order_by("sort_key", "pk")


# -- one plan ------------------------------------------------------------------------------------


def actions_of(plan: RemediationPlan) -> QuerySet[RemediationAction]:
    notes = ProgressNote.objects.select_related("noted_by").order_by("-pk")
    return (
        plan.actions.select_related("owner_person", "owner_unit", "plan")
        .prefetch_related("shortcomings", "partner_units", Prefetch("notes", queryset=notes))
        .order_by("due_on", "pk")
    )


def gaps_of(plan: RemediationPlan) -> list[str]:
    """Return what keeps a plan from being complete, one sentence each, in three statements."""
    actions = list(plan.actions.filter(LIVE).prefetch_related("shortcomings").order_by("pk"))
    answered = {one.pk for action in actions for one in action.shortcomings.all()}
    gaps = [
        _("Chưa có việc khắc phục: %(text)s") % {"text": one.nature}
        for one in shortcomings_of(plan.cycle, plan.unit_id)
        if one.pk not in answered
    ]
    for action in actions:
        lacks = _lacks(action)
        if lacks:
            gaps.append(
                _("Việc “%(text)s” chưa có: %(lacks)s.")
                % {"text": action.text[:120], "lacks": ", ".join(lacks)}
            )
    return gaps


def _lacks(action: RemediationAction) -> list[str]:
    lacks = {
        _("hạn chế, khuyết điểm được khắc phục"): bool(action.shortcomings.all()),
        _("nơi chủ trì"): bool(action.owner_person_id or action.owner_unit_id),
        _("thời hạn"): action.due_on is not None,
        _("thước đo kết quả"): bool(action.measure),
    }
    return [word for word, is_there in lacks.items() if not is_there]
