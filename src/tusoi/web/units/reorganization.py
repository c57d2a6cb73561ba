"""The three steps of every reorganisation: fill in, see what it touches, confirm."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.operations import reorganize
from tusoi.access.queries import grants_touched, units_for
from tusoi.core import clock
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import Obligation
from tusoi.people.models import Account
from tusoi.units.models import Unit
from tusoi.units.queries import preview_change, subtree_of
from tusoi.web.answers import posted, refused
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.units.forms import FORMS, Change, ReorganizationForm


@page(permission=Permission.UNIT_REORGANIZE, writes={"POST"})
def reshape(request: SignedInRequest, public_id: str, verb: str) -> HttpResponse:
    scope = units_for(request.user, Permission.UNIT_REORGANIZE, on=today())
    unit = get_object_or_404(scope, public_id=public_id, closed_on__isnull=True)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](
        posted(request),
        unit=unit,
        scope=scope,
        initial={"parts": request.GET.get("parts", ""), "effective_on": today()},
    )
    if request.method == "POST" and form.is_valid():
        answer = _go_on(request, unit, form)
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "unit": unit, "verb": verb}
    return render(request, "units/reorganization_form.html", context, status=status)


def _go_on(request: SignedInRequest, unit: Unit, form: ReorganizationForm) -> HttpResponse | None:
    change = form.change()
    if request.POST.get("step") != "confirm":
        context = {"form": form, "unit": unit, "placed": form.placed()}
        context |= _consequences(change, form)
        with refused(form), transaction.atomic():
            # Tried in earnest and undone: whatever would refuse tomorrow refuses now.
            _carry_out(change, request.user)
            transaction.set_rollback(True)
        if form.errors:
            return None
        return render(request, "units/reorganization_preview.html", context)
    with refused(form):
        _carry_out(change, request.user)
        messages.success(request, _("Đã ghi: %(what)s.") % {"what": change.kind.label})
        return redirect("units:detail", public_id=unit.public_id)
    return None


def _carry_out(change: Change, actor: Account) -> None:
    reorganize(change.operation, actor=actor, at=clock.now(), **change.arguments)


def _consequences(change: Change, form: ReorganizationForm) -> dict[str, Any]:
    """Put together what the rooms know: units and people, rights, open reviews."""
    ids = change.unit_ids
    obligations = Obligation.objects.filter(
        unit__in=subtree_of(ids), cancelled_on__isnull=True, cycle__state=CycleState.OPEN
    )
    grants = grants_touched(
        ids, on=today(), closing=change.closes, new_parent_id=change.new_parent_id
    )
    return {
        "preview": preview_change(change.kind, ids, effective_on=form.basis().effective_on),
        "grants": grants if ids else [],
        "obligation_count": obligations.count() if ids else 0,
    }
