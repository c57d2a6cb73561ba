"""What the pages of remedies look up first: the cycle, the plan, the action, the shortcoming."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.remediation import queries
from tusoi.remediation.models import FollowedShortcoming, RemediationAction, RemediationPlan
from tusoi.web.http import SignedInRequest, today


ROWS = 50


def cycle_of(request: SignedInRequest) -> ReviewCycle | None:
    """Return the cycle that the address names, or the one that is followed now."""
    seen = cycles_for(request.user, today()).exclude(state=CycleState.DRAFT)
    named = request.GET.get("cycle", "")
    if named:
        return get_object_or_404(seen, public_id=named)
    # What was promised outlives its year: a newer cycle without any action yet is one choice away.
    acted_on = RemediationAction.objects.filter(
        plan__cycle=OuterRef("pk"), state__in=queries.OPEN_STATES
    )
    newest = seen.order_by("-state", "-year", "-pk")
    return newest.filter(Exists(acted_on)).first() or newest.first()


def cycle_or_404(request: SignedInRequest) -> ReviewCycle:
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    return cycle


def plan_of(request: SignedInRequest, public_id: str) -> RemediationPlan:
    return get_object_or_404(queries.plans_for(request.user, on=today()), public_id=public_id)


def action_of(request: SignedInRequest, public_id: str) -> RemediationAction:
    scope = queries.actions_for(request.user, on=today()).select_related(
        "plan__cycle", "plan__unit", "plan__person", "owner_person", "owner_unit", "follows"
    )
    return get_object_or_404(scope, public_id=public_id)


def shortcoming_of(request: SignedInRequest, public_id: str) -> FollowedShortcoming:
    scope = queries.followed_for(request.user, on=today()).select_related(
        "cycle",
        "unit__parent",
        "person",
        "collective",
        "told__review",
        "prompt",
        "target",
        "topic_entry",
        "cause_entry",
        "previous__cycle",
    )
    return get_object_or_404(scope, public_id=public_id)
