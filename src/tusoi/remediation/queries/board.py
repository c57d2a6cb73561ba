"""Lists of what is to be put right, by whom and until when; a page of them at a time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import (
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import search_key
from tusoi.cycles.models import CycleClosure, CycleUnit, ReviewCycle
from tusoi.people.models import Account
from tusoi.remediation.enums import (
    REMEDIED_STATES,
    ActionState,
    ShortcomingState,
    Verdict,
)
from tusoi.remediation.models import (
    Acceptance,
    ActionLink,
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries.figures import board_roots
from tusoi.remediation.queries.plans import LIVE, OPEN_STATES
from tusoi.remediation.queries.shortcomings import followed_for
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import Shortcoming
from tusoi.units.models import Membership, Post, UnitClosure


R = TypeVar("R", bound=Model)
OVERDUE: Final = "overdue"
NO_OWNER: Final = "no_owner"
NO_MEASURE: Final = "no_measure"
# More of them for shortcomings.
NO_ACTION: Final = "no_action"
CHECK_DUE: Final = "check_due"
VAGUE: Final = "vague"
REPEATED: Final = "repeated"
ACCEPTED: Final = "accepted"
EFFECTIVE: Final = "effective"
OPEN: Final = "open"
NOT_EFFECTIVE: Final = "not_effective"


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
    # Those of members beside those of organisations.
    with_people: bool = False
    # Who is in charge of an action, or where a shortcoming was pointed out.
    owner_person_id: int | None = None
    owner_unit_id: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Page(Generic[R]):
    """A part of a long list, and the key from which the next part goes on; empty at the end."""

    rows: list[R]
    after: str


def page_after(found: QuerySet[R], after: str, *, size: int) -> Page[R]:
    """Return the next rows of a list ordered by deadline, from a key that a page gave.

    Found by an index, so the thousandth part costs as much as the first. A key that nobody gave
    begins at the front.
    """
    day, _dot, pk = after.partition(".")
    try:
        late_after, last = dt.date.fromisoformat(day), int(pk)
    except ValueError:
        late_after, last = dt.date.min, 0
    beyond = Q(late_after__gt=late_after) | Q(late_after=late_after, pk__gt=last)
    ordered = found.filter(beyond, late_after__gte=late_after).order_by("late_after", "pk")
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    tail: Any = rows[size - 1] if more else None
    return Page(rows[:size], f"{tail.late_after.isoformat()}.{tail.pk}" if more else "")


# -- actions -------------------------------------------------------------------------------------


def actions_for(actor: Account, *, on: dt.date) -> QuerySet[RemediationAction]:
    """Return the actions of plans in the actor's scope, and those that are the actor's own."""
    every = RemediationAction.objects.all()
    if actor.is_system:
        return every
    units = units_for(actor, Permission.REMEDIATION_VIEW, on=on).values("pk")
    scope = Q(plan__unit__in=units) | Q(plan__keeper__in=units)
    if actor.person_id is not None:
        scope |= Q(owner_person=actor.person_id) | Q(plan__person=actor.person_id)
    return every.filter(scope)


def own_actions(actor: Account) -> QuerySet[RemediationAction]:
    """Return what the actor's person has to do, the nearest deadline first, the done last."""
    if actor.person_id is None:
        return RemediationAction.objects.none()
    return (
        RemediationAction.objects.filter(LIVE, owner_person=actor.person_id)
        .select_related("plan__unit", "plan__cycle", "plan__person")
        .prefetch_related(_latest_notes())
        .order_by("late_after", "done_at", "pk")
    )


def actions_on_board(
    actor: Account, cycle: ReviewCycle, narrowed: ActionFilter, *, on: dt.date
) -> QuerySet[RemediationAction]:
    """Return the actions of a cycle within the actor's scope, the most overdue first."""
    plans = RemediationPlan.objects.filter(cycle=cycle)
    if not narrowed.with_people:
        plans = plans.filter(person__isnull=True)
    if not actor.is_system:
        scope = units_for(actor, Permission.REMEDIATION_VIEW, on=on)
        plans = plans.filter(unit__in=scope.values("pk"))
    if narrowed.unit_id:
        plans = plans.filter(unit__in=_below(cycle, narrowed.unit_id))
    # Over a whole cycle the order decides, so that a page of it costs the same at any size; over
    # a part of it the few plans do.
    if not narrowed.unit_id and board_roots(actor, cycle, on=on) == [cycle.root_id]:
        in_view = Q(Exists(plans.filter(pk=OuterRef("plan"))))
    else:
        in_view = Q(plan__in=plans.values("pk"))
    found = RemediationAction.objects.filter(LIVE, in_view)
    if narrowed.topic:
        about = ActionLink.objects.filter(action=OuterRef("pk"), shortcoming__topic=narrowed.topic)
        found = found.filter(Exists(about))
    if narrowed.state:
        found = found.filter(state=narrowed.state)
    found = found.filter(_flagged(narrowed.flag, on), _owned(narrowed))
    for word in search_key(narrowed.query).split():
        found = found.filter(
            Q(search_key__contains=word)
            | Q(plan__unit__search_key__contains=word)
            | Q(owner_person__search_key__contains=word)
            | Q(owner_unit__search_key__contains=word)
        )
    return (
        found.select_related(
            "plan__unit__parent", "plan__cycle", "plan__person", "owner_person", "owner_unit"
        )
        .prefetch_related("shortcomings", _latest_notes())
        .order_by("late_after", "pk")
    )


def _below(cycle: ReviewCycle, unit_id: int) -> Any:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
    return below.values("descendant")


def _owned(narrowed: ActionFilter) -> Q:
    if narrowed.owner_person_id:
        return Q(owner_person=narrowed.owner_person_id)
    return Q(owner_unit=narrowed.owner_unit_id) if narrowed.owner_unit_id else Q()


def _flagged(flag: str, on: dt.date) -> Q:
    live = {
        OVERDUE: Q(late_after__lt=on),
        NO_OWNER: without_owner() & Q(state__in=OPEN_STATES),
        NO_MEASURE: Q(measure="", state__in=OPEN_STATES),
        OPEN: Q(state__in=OPEN_STATES),
    }
    return live.get(flag, Q())


def _latest_notes() -> "Prefetch[Any]":
    newest = (
        ProgressNote.objects.filter(action=OuterRef("action")).order_by("-pk").values("pk")[:1]
    )
    return Prefetch(
        "notes",
        queryset=ProgressNote.objects.filter(pk=Subquery(newest)).select_related("noted_by"),
        to_attr="latest_notes",
    )


# -- shortcomings --------------------------------------------------------------------------------


def shortcomings_on_board(
    actor: Account,
    cycle: ReviewCycle,
    narrowed: ActionFilter,
    *,
    on: dt.date,
    only_gaps: bool = False,
) -> QuerySet[FollowedShortcoming]:
    """Return what fell short in the actor's scope, the most overdue first."""
    found = FollowedShortcoming.objects.filter(cycle=cycle)
    if not narrowed.with_people:
        found = found.filter(person__isnull=True)
    if not actor.is_system:
        scope = units_for(actor, Permission.REMEDIATION_VIEW, on=on)
        found = found.filter(unit__in=scope.values("pk"))
    if narrowed.unit_id:
        found = found.filter(unit__in=_below(cycle, narrowed.unit_id))
    if narrowed.topic:
        found = found.filter(topic=narrowed.topic)
    if narrowed.state in ShortcomingState.values:
        found = found.filter(state=narrowed.state)
    if narrowed.source:
        found = found.filter(source=narrowed.source)
    found = found.filter(_short_flag(NO_ACTION if only_gaps else narrowed.flag, on))
    for word in search_key(narrowed.query).split():
        found = found.filter(Q(search_key__contains=word) | Q(unit__search_key__contains=word))
    plans = RemediationPlan.objects.filter(cycle=cycle, unit=OuterRef("unit"))
    plan_of_unit = plans.filter(person__isnull=True).values("public_id")[:1]
    plan_of_person = plans.filter(person=OuterRef("person")).values("public_id")[:1]
    return (
        found.annotate(
            plan_id=Case(
                When(person__isnull=True, then=Subquery(plan_of_unit)),
                default=Subquery(plan_of_person),
            ),
            accepted_until=Subquery(_in_force(on).values("until")[:1]),
        )
        .select_related("unit__parent", "cycle", "collective", "person", "topic_entry")
        .order_by("late_after", "pk")
    )


def _in_force(on: dt.date) -> QuerySet[Acceptance]:
    """Return the acceptances that hold on a day; nobody has to end them."""
    return Acceptance.objects.filter(
        shortcoming=OuterRef("pk"),
        granted_at__isnull=False,
        revoked_at__isnull=True,
        until__gte=on,
    ).order_by("-until")


def _short_flag(flag: str, on: dt.date) -> Q:
    still_open = ~Q(state=ShortcomingState.CLOSED)
    live = {
        OVERDUE: Q(late_after__lt=on) & ~Q(state=ShortcomingState.DONE),
        CHECK_DUE: Q(late_after__lt=on, state=ShortcomingState.DONE),
        NO_ACTION: Q(has_action=False) & still_open,
        NO_OWNER: Q(lacks_owner=True) & still_open,
        NO_MEASURE: Q(lacks_measure=True) & still_open,
        VAGUE: Q(is_vague=True) & still_open,
        REPEATED: Q(years_in_row__gt=1),
        ACCEPTED: Q(Exists(_in_force(on))),
        EFFECTIVE: Q(verdict__in=[Verdict.EFFECTIVE, Verdict.PARTLY]),
        NOT_EFFECTIVE: Q(state=ShortcomingState.NOT_EFFECTIVE),
        OPEN: still_open,
    }
    return live.get(flag, Q())


def accepted_until(one: FollowedShortcoming, *, on: dt.date) -> dt.date | None:
    """Return until when a shortcoming may be left as it is; nothing once that day is over."""
    found = one.acceptances.filter(
        granted_at__isnull=False, revoked_at__isnull=True, until__gte=on
    )
    return found.order_by("-until").values_list("until", flat=True).first()


def units_without_plan(actor: Account, cycle: ReviewCycle, *, on: dt.date) -> QuerySet[CycleUnit]:
    """Return the units that the actor plans for and whose shortcomings have no plan yet."""
    plans = RemediationPlan.objects.filter(cycle=cycle, person__isnull=True)
    found = CycleUnit.objects.filter(cycle=cycle).exclude(unit__in=plans.values("unit"))
    if not actor.is_system:
        found = found.filter(unit__in=units_for(actor, Permission.REMEDIATION_PLAN, on=on))
    found = found.filter(fell_short())
    return found.select_related("unit__parent").order_by("sort_key", "pk")


def fell_short() -> Q:
    """Return the condition that a unit of a cycle, a `CycleUnit`, has something to put right."""
    told = Shortcoming.objects.filter(
        review__obligation__cycle=OuterRef("cycle"),
        review__obligation__unit=OuterRef("unit"),
        review__obligation__person__isnull=True,
        review__obligation__cancelled_on__isnull=True,
        review__state__in=HANDED_IN_STATES,
    )
    # What a meeting or an inspection found, or the unit wrote down by hand.
    other = FollowedShortcoming.objects.filter(
        cycle=OuterRef("cycle"), unit=OuterRef("unit"), person__isnull=True
    )
    return Q(Exists(told)) | Q(Exists(other))


# -- nothing stays with nobody -------------------------------------------------------------------


def without_living_owner(actor: Account, *, on: dt.date) -> QuerySet[RemediationAction]:
    """Return open actions in the actor's scope that nobody can carry out any more.

    Nobody is in charge, or a body that is closed, or a person who belongs to the unit of the plan
    no longer and holds no post there. What a person undertakes about themselves goes with them.
    """
    below = UnitClosure.objects.filter(
        ancestor=OuterRef(OuterRef("answering")), descendant=OuterRef("unit")
    )
    belongs = Membership.objects.filter(
        Exists(below), member__person=OuterRef("owner_person"), valid_to__isnull=True
    )
    serves = Post.objects.filter(
        Exists(below), person=OuterRef("owner_person"), valid_to__isnull=True
    )
    gone = (
        Q(owner_person__isnull=False, plan__person__isnull=True)
        & ~Exists(belongs)
        & ~Exists(serves)
    )
    return (
        actions_for(actor, on=on)
        .filter(state__in=OPEN_STATES)
        .annotate(answering=Coalesce("plan__keeper", "plan__unit"))
        .filter(without_owner() | Q(owner_unit__closed_on__lte=on) | gone)
        .select_related("plan__unit", "plan__cycle", "owner_person", "owner_unit")
        .order_by("late_after", "pk")
    )


def plans_without_unit(actor: Account, *, on: dt.date) -> QuerySet[RemediationPlan]:
    """Return plans of units that are closed and that nobody has taken over."""
    found = RemediationPlan.objects.filter(unit__closed_on__lte=on, keeper__isnull=True)
    if not actor.is_system:
        found = found.filter(unit__in=units_for(actor, Permission.REMEDIATION_VIEW, on=on))
    return found.select_related("unit", "cycle").order_by("pk")


# -- what worked elsewhere -----------------------------------------------------------------------


@dataclass(frozen=True)
class Elsewhere:
    """What another unit did about the same topic, and what came of it."""

    shortcoming: FollowedShortcoming
    actions: Sequence[RemediationAction]


def worked_elsewhere(
    actor: Account, one: FollowedShortcoming, *, on: dt.date, limit: int = 5
) -> list[Elsewhere]:
    """Return what helped against the same in other units that the actor may see, newest first."""
    done = RemediationAction.objects.filter(state=ActionState.DONE).select_related(
        "owner_person", "owner_unit"
    )
    found = (
        followed_for(actor, on=on)
        .filter(
            topic=one.topic,
            person__isnull=True,
            state__in=REMEDIED_STATES,
            verdict__in=[Verdict.EFFECTIVE, Verdict.PARTLY],
        )
        .exclude(unit=one.unit_id)
        .select_related("unit", "cycle")
        .prefetch_related(Prefetch("actions", queryset=done), "checks")
        .order_by(F("checked_at").desc(), "-pk")[:limit]
    )
    return [Elsewhere(row, list(row.actions.all())) for row in found]
