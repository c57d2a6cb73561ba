"""The three steps of every reorganisation: fill in, see what it touches, confirm."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import grants_touched, units_for
from tusoi.core import clock
from tusoi.cycles.models import CycleUnit
from tusoi.cycles.operations import reorganize_units
from tusoi.cycles.queries.changes import touched_cycles
from tusoi.people.models import Account
from tusoi.units.enums import UnitChangeKind
from tusoi.units.models import Unit
from tusoi.units.queries import preview_change
from tusoi.web.answers import posted, refused
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.units.forms import FORMS, Change, ReorganizationForm


# After these, an open cycle expects something of a unit that is no more, or not of a new one.
_SETTLED_IN_CYCLE: Final = (
    UnitChangeKind.FOUND,
    UnitChangeKind.MERGE,
    UnitChangeKind.SPLIT,
    UnitChangeKind.CLOSE,
)


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
        answer = _go_on(request, unit, form, verb)
        if answer is not None:
            return answer
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "unit": unit, "verb": verb}
    return render(request, "units/reorganization_form.html", context, status=status)


def _go_on(
    request: SignedInRequest, unit: Unit, form: ReorganizationForm, verb: str
) -> HttpResponse | None:
    change = form.change()
    if request.POST.get("step") != "confirm":
        context = {"form": form, "unit": unit, "placed": form.placed(), "verb": verb}
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
        return _go_to(request, unit, change)
    return None


def _carry_out(change: Change, actor: Account) -> None:
    reorganize_units(
        change.operation,
        closing_ids=change.unit_ids if change.closes else (),
        actor=actor,
        at=clock.now(),
        **change.arguments,
    )


def _go_to(request: SignedInRequest, unit: Unit, change: Change) -> HttpResponse:
    """Lead on to the list of an open cycle that now waits for an adjustment, or to the unit."""
    if change.kind in _SETTLED_IN_CYCLE:
        place = _place_to_adjust(request, [unit.pk, *change.unit_ids])
        if place is not None:
            messages.info(
                request, _("Đợt kiểm điểm đang mở chờ điều chỉnh danh sách theo thay đổi này.")
            )
            return redirect(
                "cycles:adjustments",
                cycle_id=place.cycle.public_id,
                unit_id=place.unit.public_id,
            )
    return redirect("units:detail", public_id=unit.public_id)


def _place_to_adjust(request: SignedInRequest, unit_ids: Sequence[int]) -> CycleUnit | None:
    """Find the superior of the units in an open cycle, if the actor adjusts lists there."""
    cycle = next(iter(touched_cycles(unit_ids)), None)
    scope = units_for(request.user, Permission.CYCLE_ADJUST, on=today())
    if cycle is None:
        return None
    above = CycleUnit.objects.filter(cycle=cycle.cycle, unit__in=unit_ids).values("parent")
    here = (
        CycleUnit.objects.filter(cycle=cycle.cycle, unit__in=scope)
        .select_related("cycle", "unit")
        .order_by("depth", "sort_key")
    )
    return here.filter(unit__in=above).first() or here.filter(unit__in=unit_ids).first()


def _consequences(change: Change, form: ReorganizationForm) -> dict[str, Any]:
    """Put together what the rooms know: units and people, rights, open reviews."""
    ids = change.unit_ids
    # A unit to be founded comes under another one, whose cycles it then takes part in.
    cycles = touched_cycles(ids or [form.unit.pk])
    grants = grants_touched(
        ids, on=today(), closing=change.closes, new_parent_id=change.new_parent_id
    )
    return {
        "preview": preview_change(change.kind, ids, effective_on=form.basis().effective_on),
        "grants": grants if ids else [],
        "cycles": cycles,
        "obligation_count": sum(one.dossiers for one in cycles) if ids else 0,
    }
