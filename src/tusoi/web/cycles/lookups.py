"""What the pages on cycles look up before anything else; outside the scope is 404."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.cycles.queries import cycles_for, path_to, unit_in_scope
from tusoi.web.http import SignedInRequest, today


def find_cycle(request: SignedInRequest, public_id: str) -> ReviewCycle:
    cycle = cycles_for(request.user, today()).filter(public_id=public_id).first()
    if cycle is None:
        raise Http404
    return cycle


def find_place(
    request: SignedInRequest,
    cycle: ReviewCycle,
    public_id: str,
    permission: Permission = Permission.PROGRESS_VIEW,
) -> CycleUnit:
    place = unit_in_scope(cycle, public_id, actor=request.user, permission=permission, on=today())
    if place is None:
        raise Http404
    return place


def trail_to(
    request: SignedInRequest, cycle: ReviewCycle, place: CycleUnit, *, last: str = ""
) -> list[dict[str, Any]]:
    """Return the way down to a unit; those above the actor's scope are named without a link."""
    path = list(path_to(cycle, place.unit_id))
    open_ids = set(
        units_for(request.user, Permission.PROGRESS_VIEW, on=today())
        .filter(pk__in=[one.unit_id for one in path])
        .values_list("pk", flat=True)
    )
    trail = [{"title": cycle.name, "url": reverse("cycles:detail", args=[cycle.public_id])}]
    trail += [
        {
            "title": one.name,
            "url": reverse("cycles:unit", args=[cycle.public_id, one.unit.public_id])
            if one.unit_id in open_ids and (last or one.unit_id != place.unit_id)
            else "",
        }
        for one in path
    ]
    return [*trail, {"title": last, "url": ""}] if last else trail
