"""Which cycle, which filter and which subject an address names, within the account's scope."""

from django.shortcuts import get_object_or_404

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.ratings import queries
from tusoi.units.models import Unit
from tusoi.web.http import SignedInRequest, today
from tusoi.web.searches import asked


def cycle_of(request: SignedInRequest) -> ReviewCycle | None:
    """Return the cycle that the address names, or the newest that is open."""
    seen = cycles_for(request.user, today()).exclude(state=CycleState.DRAFT)
    named = request.GET.get("cycle", "")
    if named:
        return get_object_or_404(seen.select_related("rulebook_copy"), public_id=named)
    return seen.select_related("rulebook_copy").order_by("-state", "-year", "-pk").first()


def narrowed_of(request: SignedInRequest) -> tuple[queries.BoardFilter, Unit | None]:
    scope = units_for(request.user, Permission.RATING_VIEW, on=today())
    unit = scope.filter(public_id=request.GET.get("unit", "")).first()
    deciding = scope.filter(public_id=request.GET.get("deciding", "")).first()
    get = request.GET.get
    narrowed = queries.BoardFilter(
        step=get("step", ""),
        kind=get("kind", ""),
        level=get("level", ""),
        unit_id=unit.pk if unit else None,
        deciding_unit_id=deciding.pk if deciding else None,
        group=get("group", ""),
        query=asked(request).get("q", ""),
    )
    return narrowed, unit


def subject_of(request: SignedInRequest, pk: int) -> Obligation:
    scope = queries.obligations_rated_under(request.user, on=today())
    related = ("cycle__rulebook_copy", "unit", "review", "rating__deciding_unit")
    return get_object_or_404(scope.select_related(*related), pk=pk)
