"""Pages on cycles themselves: their list, one cycle, drafting, opening, closing."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tusoi.access.enums import Permission
from tusoi.access.guard import holds
from tusoi.access.queries import roles_of, scope_roots, units_for
from tusoi.access.roles import ROLES
from tusoi.core import clock
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import CycleState, StageKey, SubjectKind
from tusoi.cycles.errors import CycleCannotOpen, CycleError
from tusoi.cycles.models import CycleStage, CycleUnit, ProgressRollup, ReviewCycle
from tusoi.files.operations import store_file
from tusoi.people.models import Account
from tusoi.rulebooks.errors import RulebookUnknown
from tusoi.rulebooks.library import available, load_identity
from tusoi.rulebooks.rulebook import Rulebook, localized
from tusoi.web.answers import posted, refused
from tusoi.web.cycles.forms import DraftForm, initial_of, initial_of_new
from tusoi.web.cycles.lookups import find_cycle
from tusoi.web.exporting import stored_response
from tusoi.web.http import SignedInRequest, page, paged, today


_NAMED = 12


def _up() -> dict[str, str]:
    return {"title": _("Đợt kiểm điểm"), "url": reverse("cycles:list")}


@page(permission=Permission.CYCLE_VIEW)
def cycle_list(request: SignedInRequest) -> HttpResponse:
    at_root = ProgressRollup.objects.filter(cycle=OuterRef("pk"), unit=OuterRef("root"))
    cycles = queries.cycles_for(request.user, today()).annotate(
        expected=Subquery(at_root.values("cycle").annotate(n=Sum("expected")).values("n"))
    )
    context = {
        "page": paged(request, cycles),
        "may_open": scope_roots(request.user, Permission.CYCLE_OPEN, on=today()).exists(),
    }
    return render(request, "cycles/cycle_list.html", context)


@page(permission=Permission.CYCLE_VIEW)
def detail(request: SignedInRequest, cycle_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    context = {
        "cycle": cycle,
        "files": cycle.directive_files.order_by("pk"),
        "calendar": _calendar(cycle),
        "rulebook": queries.rulebook_of(cycle),
        "rulebook_title": localized(queries.rulebook_of(cycle).title, get_language() or "vi"),
        "choices": _choices(cycle),
        "may_open": holds(request.user, Permission.CYCLE_OPEN, unit_id=cycle.root_id, on=today()),
        "trail": [
            {"title": _("Đợt kiểm điểm"), "url": reverse("cycles:list")},
            {"title": cycle.name},
        ],
    }
    if cycle.state != CycleState.DRAFT:
        context |= _running(request, cycle)
    return render(request, "cycles/cycle_detail.html", context)


def _running(request: SignedInRequest, cycle: ReviewCycle) -> dict[str, Any]:
    """Return what there is to see of a cycle once it is open."""
    actor = request.user
    seen = units_for(actor, Permission.PROGRESS_VIEW, on=today())
    waiting = queries.unacknowledged(cycle).filter(unit__in=seen)
    counts = CycleUnit.objects.filter(cycle=cycle, depth__gt=0, unit__in=seen).aggregate(
        expected=Count("pk"), done=Count("pk", filter=Q(acknowledged_at__isnull=False))
    )
    answering = [
        held.unit_id
        for held in roles_of(actor, on=today())
        if Permission.DIRECTIVE_ACKNOWLEDGE in ROLES[held.role].permissions
    ]
    own = CycleUnit.objects.filter(cycle=cycle, unit__in=answering, acknowledged_at__isnull=True)
    return {
        "acknowledged": counts,
        "waiting": paged(request, waiting, per_page=_NAMED),
        "to_acknowledge": own.select_related("unit").order_by("depth", "sort_key"),
        "entrances": list(_entrances(actor, cycle)[:_NAMED]),
        "own": [
            (one, *queries.state_of(one, on=today()))
            for one in queries.own_obligations(actor).filter(cycle=cycle).select_related("unit")
        ],
    }


def _entrances(actor: Account, cycle: ReviewCycle) -> QuerySet[CycleUnit]:
    return queries.entrances(cycle, actor, Permission.PROGRESS_VIEW, on=today())


def _calendar(cycle: ReviewCycle) -> list[dict[str, Any]]:
    """Return the calendar by step; kinds of subject with the same day stand together."""
    days: dict[str, dict[Any, list[str]]] = {}
    for one in CycleStage.objects.filter(cycle=cycle).order_by("pk"):
        kinds = days.setdefault(one.key, {}).setdefault(one.due_on, [])
        kinds.append(str(SubjectKind(one.subject_kind).label))
    return [
        {
            "title": key.label,
            "days": [
                {"day": day, "kinds": [] if len(kinds) == len(SubjectKind) else kinds}
                for day, kinds in sorted(days[key].items())
            ],
        }
        for key in StageKey
        if key in days
    ]


def _choices(cycle: ReviewCycle) -> list[tuple[str, str, str]]:
    """Return what the authority chose where the rulebook leaves a choice, and what it does."""
    language = get_language() or "vi"
    found = []
    for setting in queries.rulebook_of(cycle).settings:
        chosen = cycle.rulebook_settings.get(setting.id, setting.default)
        title = next((one.title for one in setting.choices if one.id == chosen), None)
        found.append(
            (
                localized(setting.title, language),
                localized(title, language) or chosen,
                localized(setting.effect, language),
            )
        )
    return found


@page(permission=Permission.CYCLE_VIEW)
def directive_file(request: SignedInRequest, cycle_id: str, file_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    stored = get_object_or_404(cycle.directive_files, public_id=file_id)
    return stored_response(request, stored)


@page(permission=Permission.CYCLE_OPEN, writes={"POST"})
def create(request: SignedInRequest) -> HttpResponse:
    rulebook = _chosen_rulebook(request)
    roots = scope_roots(request.user, Permission.CYCLE_OPEN, on=today())
    form = DraftForm(
        posted(request),
        request.FILES or None,
        rulebook=rulebook,
        roots=roots,
        initial={"root": roots.first(), **initial_of_new(rulebook, today().year)},
    )
    if request.method == "POST" and form.is_valid():
        with refused(form), transaction.atomic():
            cycle = operations.create_cycle(
                root_id=form.cleaned_data["root"].pk,
                draft=form.draft(_stored(request, form)),
                actor=request.user,
                at=clock.now(),
            )
            return redirect("cycles:opening", cycle_id=cycle.public_id)
    return _draft_page(request, form, {"rulebooks": available()})


@page(permission=Permission.CYCLE_OPEN, writes={"POST"})
def edit(request: SignedInRequest, cycle_id: str) -> HttpResponse:
    cycle = _own_draft(request, cycle_id)
    form = DraftForm(
        posted(request),
        request.FILES or None,
        # A draft made before an upgrade goes on with the revision that is here now.
        rulebook=_rulebook(cycle.rulebook_identity.partition("@")[0]),
        roots=type(cycle.root).objects.filter(pk=cycle.root_id),
        initial=initial_of(cycle),
    )
    if request.method == "POST" and form.is_valid():
        with refused(form), transaction.atomic():
            files = [*cycle.directive_files.all(), *_stored(request, form)]
            operations.edit_cycle(
                cycle_id=cycle.pk, draft=form.draft(files), actor=request.user, at=clock.now()
            )
            return redirect("cycles:opening", cycle_id=cycle.public_id)
    return _draft_page(request, form, {"cycle": cycle})


def _draft_page(
    request: SignedInRequest, form: DraftForm, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "form": form,
        "trail": [_up(), {"title": _("Lập đợt kiểm điểm")}],
        "rulebook_title": localized(form.rulebook.title, get_language() or "vi"),
    }
    status = 422 if form.errors else 200
    return render(request, "cycles/cycle_form.html", context, status=status)


def _chosen_rulebook(request: SignedInRequest) -> Rulebook:
    chosen = request.POST.get("rulebook") or request.GET.get("rulebook")
    return _rulebook(chosen or available()[0].identity)


def _rulebook(identity: str) -> Rulebook:
    try:
        return load_identity(identity)
    except RulebookUnknown as error:
        raise Http404 from error


def _stored(request: SignedInRequest, form: DraftForm) -> list[Any]:
    return [
        store_file(content=one.read(), name=one.name, actor=request.user, at=clock.now())
        for one in form.cleaned_data["attachments"]
    ]


def _own_draft(request: SignedInRequest, cycle_id: str) -> ReviewCycle:
    cycle = find_cycle(request, cycle_id)
    may = holds(request.user, Permission.CYCLE_OPEN, unit_id=cycle.root_id, on=today())
    if cycle.state != CycleState.DRAFT or not may:
        raise Http404
    return cycle


@page(permission=Permission.CYCLE_OPEN, writes={"POST"})
def opening(request: SignedInRequest, cycle_id: str) -> HttpResponse:
    cycle = _own_draft(request, cycle_id)
    if request.method == "POST":
        try:
            operations.open_cycle(cycle_id=cycle.pk, actor=request.user, at=clock.now())
        except CycleCannotOpen:
            pass  # the preview below says why
        except CycleError as refusal:
            messages.error(request, str(refusal))
            return redirect("cycles:detail", cycle_id=cycle.public_id)
        else:
            messages.success(request, _("Đợt kiểm điểm đã mở."))
            return redirect("cycles:detail", cycle_id=cycle.public_id)
    context = {
        "cycle": cycle,
        "preview": queries.preview_opening(cycle, on=today()),
        "trail": [
            _up(),
            {"title": cycle.name, "url": reverse("cycles:detail", args=[cycle.public_id])},
            {"title": _("Xem trước khi mở")},
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cycles/opening.html", context, status=status)


@page(permission=Permission.CYCLE_OPEN, writes={"POST"})
@require_POST
def close(request: SignedInRequest, cycle_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    try:
        operations.close_cycle(cycle_id=cycle.pk, actor=request.user, at=clock.now())
    except CycleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đợt kiểm điểm đã kết thúc."))
    return redirect("cycles:detail", cycle_id=cycle.public_id)


@page(permission=Permission.DIRECTIVE_ACKNOWLEDGE, writes={"POST"})
@require_POST
def acknowledge(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle = find_cycle(request, cycle_id)
    place = queries.unit_in_scope(
        cycle,
        unit_id,
        actor=request.user,
        permission=Permission.DIRECTIVE_ACKNOWLEDGE,
        on=today(),
    )
    if place is None:
        raise Http404
    try:
        operations.acknowledge_directive(
            cycle_id=cycle.pk, unit_id=place.unit_id, actor=request.user, at=clock.now()
        )
    except CycleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Đã ghi nhận %(unit)s quán triệt chỉ đạo.") % {"unit": place.name}
        )
    return redirect("cycles:detail", cycle_id=cycle.public_id)
