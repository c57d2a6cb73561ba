"""What concerns a unit as a whole: its own words in the shared lists, and handing over at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tusoi.access.enums import Permission
from tusoi.access.queries import scope_roots, units_for
from tusoi.core import clock
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import CauseClass, ListKind
from tusoi.remediation.errors import RemediationError
from tusoi.remediation.models import ListEntry, RemediationPlan
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.remediation.unit_forms import EntryForm, HandOverAllForm, UnitForm


def _unit_of(request: SignedInRequest) -> Unit | None:
    """Return the unit that the address names, or the only one for which the account plans."""
    scope = units_for(request.user, Permission.REMEDIATION_PLAN, on=today())
    key = request.GET.get("unit", "")
    if key:
        return get_object_or_404(scope.filter(closed_on__isnull=True), public_id=key)
    roots = list(scope_roots(request.user, Permission.REMEDIATION_PLAN, on=today())[:2])
    if not roots:
        raise PermissionDenied
    return roots[0] if len(roots) == 1 else None


def _chooser(request: SignedInRequest) -> UnitForm:
    """Find the unit by its name or code; the address then holds its key."""
    scope = units_for(request.user, Permission.REMEDIATION_PLAN, on=today())
    return UnitForm(request.GET if "name" in request.GET else None, scope=scope)


# -- the shared lists ----------------------------------------------------------------------------


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def lists(request: SignedInRequest) -> HttpResponse:
    """Show an organisation's own topics and causes, those from above, and take new ones."""
    unit = _unit_of(request)
    chooser = _chooser(request)
    if chooser.is_bound and chooser.is_valid():
        found = chooser.cleaned_data["name"]
        return redirect(f"{reverse('remediation:lists')}?unit={found.public_id}")
    form = EntryForm(request.POST or None)
    if unit is not None and request.method == "POST" and form.is_valid():
        kind, under = form.place()
        try:
            operations.add_list_entry(
                kind=kind,
                under=under,
                label=form.cleaned_data["label"],
                unit_id=unit.pk,
                actor=request.user,
                at=clock.now(),
            )
        except RemediationError as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, _("Đã thêm mục vào danh mục."))
            return redirect(f"{reverse('remediation:lists')}?unit={unit.public_id}")
    context = {
        "unit": unit,
        "chooser": chooser,
        "form": form,
        "groups": [(kind.label, _entries(unit, kind)) for kind in ListKind] if unit else [],
    }
    status = 422 if form.errors or chooser.errors else 200
    return render(request, "remediation/list_entries.html", context, status=status)


def _entries(unit: Unit, kind: ListKind) -> list[tuple[str, ListEntry]]:
    shared = dict(Topic.choices if kind is ListKind.TOPIC else CauseClass.choices)
    rows = queries.entries_for(unit.pk, kind, on=today()).select_related("unit")
    return [(str(shared.get(row.under, row.under)), row) for row in rows]


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def end_entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Offer a word no longer; what bears it keeps it."""
    scope = units_for(request.user, Permission.REMEDIATION_PLAN, on=today())
    entry = get_object_or_404(ListEntry.objects.select_related("unit"), pk=pk, unit__in=scope)
    if request.method == "POST":
        operations.end_list_entry(entry_id=entry.pk, actor=request.user, at=clock.now())
        messages.success(request, _("Đã thôi dùng mục này; hạn chế đã ghi vẫn giữ tên mục."))
    return redirect(f"{reverse('remediation:lists')}?unit={entry.unit.public_id}")


# -- handing over at once ------------------------------------------------------------------------


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def hand_over_all(request: SignedInRequest) -> HttpResponse:
    """Give everything that one person or body has in charge in a unit's plans to another."""
    unit = _unit_of(request)
    chooser = _chooser(request)
    if chooser.is_bound and chooser.is_valid():
        found = chooser.cleaned_data["name"]
        return redirect(f"{reverse('remediation:hand-over-all')}?unit={found.public_id}")
    if unit is None:
        return render(
            request,
            "remediation/hand_over_all.html",
            {"unit": None, "chooser": chooser},
            status=422 if chooser.errors else 200,
        )
    form = _hand_over_form(request, unit)
    looks_up = "find" in request.POST
    if form is None:
        pass
    elif request.method == "POST" and looks_up:
        form.look_up()
    elif request.method == "POST" and form.is_valid():
        answer = _handed_over(request, unit, form)
        if answer is not None:
            return answer
    context = {"unit": unit, "chooser": chooser, "form": form, "looked_up": looks_up}
    status = 422 if chooser.errors or (form is not None and form.errors) else 200
    return render(request, "remediation/hand_over_all.html", context, status=status)


def _hand_over_form(request: SignedInRequest, unit: Unit) -> HandOverAllForm | None:
    """Return the form, or none where nobody has anything in charge."""
    givers = [_giver(one) for one in queries.owners_of_open_actions(unit.pk)]
    kept = Q(keeper=unit) | Q(keeper__isnull=True, unit=unit)
    plan = RemediationPlan.objects.filter(kept, person__isnull=True).order_by("-pk").first()
    if plan is None or not givers:
        return None
    return HandOverAllForm(
        request.POST or None,
        # Whoever may take over is the same in all plans of the unit.
        plan=plan,
        givers=givers,
        initial={"giver": request.GET.get("from", "")},
    )


def _handed_over(
    request: SignedInRequest, unit: Unit, form: HandOverAllForm
) -> HttpResponse | None:
    from_person, from_unit = form.giver()
    to_person, to_unit = form.chosen()
    try:
        count = operations.hand_over_all(
            unit_id=unit.pk,
            from_person_id=from_person,
            from_unit_id=from_unit,
            to_person_id=to_person,
            to_unit_id=to_unit,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            at=clock.now(),
        )
    except RemediationError as refusal:
        form.add_error(None, str(refusal))
        return None
    said = ngettext("Đã bàn giao %(count)d việc.", "Đã bàn giao %(count)d việc.", count)
    messages.success(request, said % {"count": count})
    return redirect(f"{reverse('remediation:hand-over-all')}?unit={unit.public_id}")


def _giver(one: queries.Burden) -> tuple[str, str]:
    count = ngettext("%(count)d việc", "%(count)d việc", one.count) % {"count": one.count}
    if one.person is not None:
        return f"person:{one.person.pk}", f"{one.person.full_name} – {count}"
    return f"unit:{one.unit.pk if one.unit else ''}", f"{one.unit} – {count}"
