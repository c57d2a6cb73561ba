"""Changes of the expected set and exceptions from the lock, at a unit and below it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
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
from tusoi.units.errors import AccessError
from tusoi.units.models import Unit
from tusoi.web.answers import posted, refused
from tusoi.web.cycles.forms import ExceptionForm, ReasonForm
from tusoi.web.cycles.lookups import find_cycle, find_place, trail_to
from tusoi.web.http import SignedInRequest, page, paged, today, whole_number


@page(permission=Permission.CYCLE_ADJUST)
def adjustments(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    here = _here(cycle, place)
    made = (
        _made(cycle, here)
        .select_related("obligation__unit", "adjusted_by", "from_unit", "to_unit", "undone_by")
        .annotate(is_last=~Exists(_later()), together=_together())
        .order_by("-adjusted_at", "-pk")
    )
    context = {
        "cycle": cycle,
        "place": place,
        "page": paged(request, made),
        "excused": _excused(cycle, here.values("unit")),
        "trail": trail_to(request, cycle, place, last=_("Điều chỉnh danh sách")),
        **_found(request, cycle, place, here),
    }
    return render(request, "cycles/adjustments.html", context)


def _here(cycle: ReviewCycle, place: CycleUnit) -> QuerySet[CycleUnit]:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=place.unit_id).values("descendant")
    return CycleUnit.objects.filter(cycle=cycle, unit__in=below)


def _made(cycle: ReviewCycle, here: QuerySet[CycleUnit]) -> QuerySet[Adjustment]:
    """Return what was adjusted here, dossiers that went elsewhere included."""
    units = here.values("unit")
    return Adjustment.objects.filter(
        Q(obligation__unit__in=units) | Q(from_unit__in=units), cycle=cycle
    )


def _together() -> Subquery:
    """Return how many adjustments were entered in the same moment by the same person."""
    same = Adjustment.objects.filter(
        cycle=OuterRef("cycle"),
        adjusted_at=OuterRef("adjusted_at"),
        adjusted_by=OuterRef("adjusted_by"),
    )
    return Subquery(same.order_by().values("cycle").annotate(n=Count("pk")).values("n"))


def _later() -> QuerySet[Adjustment]:
    return Adjustment.objects.filter(obligation=OuterRef("obligation"), pk__gt=OuterRef("pk"))


def _found(
    request: SignedInRequest, cycle: ReviewCycle, place: CycleUnit, here: QuerySet[CycleUnit]
) -> dict[str, Any]:
    """Return what changed since the cycle opened and waits for somebody to decide."""
    on = today()
    found = {
        "joined": changes.joined(cycle, place.unit_id, on=on),
        "handing": list(_handing(request, cycle, here)[: changes.LIMIT]),
        "left": list(changes.left_subjects(cycle, here, on=on)[: changes.LIMIT]),
        "newly_excused": list(changes.excused_since(cycle, here, on=on)[: changes.LIMIT]),
        "founded": list(changes.founded_units(cycle, place.unit_id, on=on)[: changes.LIMIT]),
        "closed": list(changes.closed_units(cycle, here, on=on)[: changes.LIMIT]),
        "moved": list(changes.moved_units(cycle, here)[: changes.LIMIT]),
    }
    return {**found, "is_settled": not any(found.values()), "limit": changes.LIMIT}


def _handing(
    request: SignedInRequest, cycle: ReviewCycle, here: QuerySet[CycleUnit]
) -> QuerySet[Obligation]:
    """Return dossiers to be handed over; `may_move` where both units are within the scope."""
    scope = units_for(request.user, Permission.CYCLE_ADJUST, on=today())
    return changes.moved_members(cycle, here, on=today()).annotate(
        may_move=Exists(scope.filter(pk=OuterRef("cell_id")))
    )


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
    return _back(request, cycle, place)


def _back(request: SignedInRequest, cycle: ReviewCycle, place: CycleUnit) -> HttpResponse:
    """Return to the page from which the change was made: that of the unit or of one above it."""
    origin = request.POST.get("origin")
    if origin:
        place = find_place(request, cycle, origin, Permission.CYCLE_ADJUST)
    return redirect("cycles:adjustments", cycle_id=cycle.public_id, unit_id=place.unit.public_id)


def _nobody_ticked(request: SignedInRequest, cycle: ReviewCycle, place: CycleUnit) -> HttpResponse:
    messages.info(request, _("Hãy chọn ít nhất một đối tượng trong danh sách."))
    return _back(request, cycle, place)


def _ticked(request: SignedInRequest) -> list[int]:
    sent = map(whole_number, request.POST.getlist("dossier"))
    return [one for one in sent if one is not None][: changes.LIMIT]


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def add(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    """Expect dossiers of the ticked people and collectives, all or none."""
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    wanted = set(request.POST.getlist("subject"))
    found = changes.joined(cycle, place.unit_id, on=today())
    subjects = [(one.kind, one.subject_id) for one in found if one.key in wanted]
    if not subjects:
        return _nobody_ticked(request, cycle, place)
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.add_obligations(
            cycle_id=cycle.pk,
            subjects=subjects,
            reason=reason,
            actor=request.user,
            at=clock.now(),
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def hand_over(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    """Hand the ticked dossiers over to the cells where the members belong today."""
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    found = _handing(request, cycle, _here(cycle, place)).filter(pk__in=_ticked(request))
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        return _nobody_ticked(request, cycle, place)
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.hand_over(
            cycle_id=cycle.pk,
            obligation_ids=ids,
            reason=reason,
            actor=request.user,
            at=clock.now(),
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def cancel_many(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    """Stop expecting the ticked dossiers, all or none."""
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    found = queries.dossiers_at(cycle, place.unit_id, with_below=True).filter(
        pk__in=_ticked(request), cancelled_on__isnull=True
    )
    ids = list(found.values_list("pk", flat=True))
    if not ids:
        return _nobody_ticked(request, cycle, place)
    return _adjust(
        request,
        cycle,
        place,
        lambda reason: operations.cancel_obligations(
            obligation_ids=ids, reason=reason, actor=request.user, at=clock.now()
        ),
    )


@page(permission=Permission.CYCLE_ADJUST, writes={"POST"})
@require_POST
def undo(
    request: SignedInRequest, cycle_id: str, unit_id: str, adjustment_id: int
) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = find_place(request, cycle, unit_id, Permission.CYCLE_ADJUST)
    adjustment = get_object_or_404(_made(cycle, _here(cycle, place)), pk=adjustment_id)
    undo_it = (
        operations.undo_together if request.POST.get("together") else operations.undo_adjustment
    )
    try:
        undo_it(
            adjustment_id=adjustment.pk,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            at=clock.now(),
        )
    except (CycleError, AccessError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã hoàn tác; tiến độ tính lại từ hôm nay."))
    return _back(request, cycle, place)


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
