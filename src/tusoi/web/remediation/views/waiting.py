"""What waits for my answer, and what was left behind: the desk of who plans and who judges."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.remediation import queries
from tusoi.remediation.models import RemediationAction
from tusoi.web.http import SignedInRequest, held_permissions, page, today
from tusoi.web.remediation.views.narrowing import room_tabs
from tusoi.web.remediation.views.places import ROWS, cycle_of


@page(permission=Permission.REMEDIATION_VIEW)
def waiting(request: SignedInRequest) -> HttpResponse:
    """List requests for more time and for acceptance, plans sent up, and those of closed units.

    Of every cycle: what was promised outlives its year.
    """
    on = today()
    cycle = cycle_of(request)
    may_plan = Permission.REMEDIATION_PLAN in held_permissions(request.user)
    context = {
        "tabs": room_tabs(cycle, "waiting") if cycle else [],
        "extensions": queries.extensions_to_answer(request.user, on=on)[:ROWS],
        "acceptances": queries.acceptances_to_answer(request.user, on=on)[:ROWS],
        "sent_plans": queries.plans_to_answer(request.user, on=on)[:ROWS],
        "may_plan": may_plan,
        "left_plans": queries.plans_without_unit(request.user, on=on)[:ROWS] if may_plan else [],
        "left_actions": _left_actions(request) if may_plan else [],
    }
    return render(request, "remediation/waiting.html", context)


def _left_actions(request: SignedInRequest) -> list[RemediationAction]:
    """Return what nobody can carry out any more, where the account may give it to another."""
    planned = units_for(request.user, Permission.REMEDIATION_PLAN, on=today()).values("pk")
    kept = Q(plan__keeper__isnull=True, plan__unit__in=planned) | Q(plan__keeper__in=planned)
    return list(queries.without_living_owner(request.user, on=today()).filter(kept)[:ROWS])
