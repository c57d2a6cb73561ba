"""Changes of the expected set and exceptions from the lock, at a unit and below it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tusoi.access.enums import Permission
from tusoi.core import clock
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import AdjustmentKind, SubjectKind
from tusoi.cycles.errors import CycleError
from tusoi.cycles.models import (
    Adjustment,
    CycleClosure,
    CycleUnit,
    ExcusedSubject,
    LockException,
    Obligation,
    ReviewCycle,
)
from tusoi.cycles.queries import changes
from tusoi.people.models import Person
from tusoi.units.errors import AccessError
from tusoi.units.models import Unit
from tusoi.web.answers import posted, refused
from tusoi.web.cycles.forms import ExceptionForm, ReasonForm
from tusoi.web.cycles.lookups import find_cycle, find_place, trail_to
from tusoi.web.http import SignedInRequest, page, paged, today


@page(permission=Permission.CYCLE_ADJUST)
def adjustments(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=place.unit_id).values("descendant")
    here = CycleUnit.objects.filter(cycle=cycle, unit__in=below)
    made = (
        Adjustment.objects.filter(cycle=cycle, obligation__unit__in=below)
        .select_related("obligation__unit", "adjusted_by")
        .order_by("-adjusted_at", "-pk")
    )
    context = {
        "cycle": cycle,
        "place": place,
        "page": paged(request, made),
        "joined": changes.joined_members(cycle, place.unit_id, on=today()),
        "left": changes.left_members(cycle, here, on=today())[: changes.LIMIT],
        "founded": changes.founded_units(cycle, place.unit_id, on=today())[: changes.LIMIT],
        "closed": changes.closed_units(cycle, here, on=today())[: changes.LIMIT],
        "moved": changes.moved_units(here)[: changes.LIMIT],
        "excused": _excused(cycle, below),
        "adjustment_kinds": AdjustmentKind.choices,
        "trail": trail_to(request, cycle, place, last=_("Điều chỉnh")),
    }
    return render(request, "cycles/adjustments.html", context)


def _excused(cycle: ReviewCycle, below: Any) -> list[dict[str, Any]]:
    """Return how many were left out at opening, by kind and rule."""
    rows = (
        ExcusedSubject.objects.filter(cycle=cycle, unit__in=below)
        .values("subject_kind", "code")
        .annotate(count=Count("pk"))
        .order_by("subject_kind", "code")
    )
    return [
        {
            "kind": SubjectKind(row["subject_kind"]).label,
            "reason": queries.reason_of(cycle, row["code"], row["count"]),
        }
        for row in rows
    ]


def _adjust(
    request: SignedInRequest,
    cycle: ReviewCycle,
    place: CycleUnit,
    change: Callable[[operations.Reason], object],
) -> HttpResponse:
    """Make one change with the reason that was sent, and go back to the list."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        reason = operations.Reason(AdjustmentKind(data["kind"]), data["reason"], data["since"])
        try:
            change(reason)
        except (CycleError, AccessError) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã ghi điều chỉnh; tiến độ tính lại từ hôm nay."))
    else:
        messages.error(request, _("Hãy ghi đủ loại điều chỉnh, ngày có hiệu lực và lý do."))
    return redirect("cycles:adjustments", cycle_id=cycle.public_id, unit_id=place.unit.public_id)


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def add_member(
    request: SignedInRequest, cycle_id: str, unit_id: str, person_id: str
) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    joined = changes.joined_members(cycle, place.unit_id, on=today())
    person = get_object_or_404(
        Person, public_id=person_id, pk__in=[one.person_id for one in joined]
    )
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.add_obligation(
            cycle_id=cycle.pk,
            kind=SubjectKind.MEMBER,
            subject_id=person.pk,
            reason=reason,
            actor=request.user,
            at=clock.now(),
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def add_unit(request: SignedInRequest, cycle_id: str, unit_id: str, added_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    unit: Unit = get_object_or_404(
        changes.founded_units(cycle, place.unit_id, on=today()), public_id=added_id
    )
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.add_unit(
            cycle_id=cycle.pk, unit_id=unit.pk, reason=reason, actor=request.user, at=clock.now()
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def cancel_unit(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.cancel_unit(
            cycle_id=cycle.pk,
            unit_id=place.unit_id,
            reason=reason,
            actor=request.user,
            at=clock.now(),
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def cancel(
    request: SignedInRequest, cycle_id: str, unit_id: str, obligation_id: int
) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    owed: Obligation | None = (
        queries.dossiers_at(cycle, place.unit_id, with_below=True).filter(pk=obligation_id).first()
    )
    if owed is None:
        raise Http404
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.cancel_obligation(
            obligation_id=owed.pk, reason=reason, actor=request.user, at=clock.now()
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
def exceptions(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    form = ExceptionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refused(form):
            operations.grant_lock_exception(
                cycle_id=cycle.pk,
                unit_id=place.unit_id,
                until=_end_of(form.cleaned_data["until"]),
                reason=form.cleaned_data["reason"],
                actor=request.user,
                at=clock.now(),
            )
            messages.success(request, _("Đã cho phép; hết thời hạn sẽ tự khóa lại."))
            return redirect(request.path)
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=place.unit_id)
    granted = LockException.objects.filter(cycle=cycle, unit__in=below.values("descendant"))
    context = {
        "cycle": cycle,
        "place": place,
        "form": form,
        "now": clock.now(),
        "page": paged(
            request, granted.select_related("unit", "granted_by").order_by("-until", "-pk")
        ),
        "trail": trail_to(request, cycle, place, last=_("Cho phép nộp muộn")),
    }
    status = 422 if form.errors else 200
    return render(request, "cycles/exceptions.html", context, status=status)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))
