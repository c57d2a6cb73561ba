"""Pages that show organisations: the tree, one unit, its members, its past."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.guard import holds
from tusoi.access.queries import scope_roots, units_for
from tusoi.audit.queries import events_in
from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.units.models import LeadershipCollective, Post, Unit, UnitChange
from tusoi.units.operations import found_collective
from tusoi.units.queries import (
    children_of,
    existing_on,
    in_force,
    memberships_of,
    path_of,
    posts_of,
    units_for_search,
)
from tusoi.web.answers import posted, refused
from tusoi.web.fields import day_from
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.keyset import slice_of
from tusoi.web.units.forms import FACT_FORMS, CollectiveForm


ROWS_PER_PAGE = 50


def visible_units(account: Account) -> QuerySet[Unit]:
    return units_for(account, Permission.UNIT_VIEW, on=today())


def _tabs(unit: Unit, current: str, account: Account) -> list[dict[str, Any]]:
    shown = [("detail", _("Thông tin")), ("history", _("Quá trình"))]
    if unit.has_members and holds(account, Permission.PERSON_VIEW, unit_id=unit.pk, on=today()):
        shown.insert(1, ("members", _("Đảng viên")))
    if holds(account, Permission.AUDIT_VIEW, unit_id=unit.pk, on=today()):
        shown.append(("log", _("Nhật ký")))
    return [
        {
            "title": title,
            "url": reverse(f"units:{name}", args=[unit.public_id]),
            "is_current": name == current,
            "count": None,
        }
        for name, title in shown
    ]


def _frame(unit: Unit, current: str, account: Account) -> dict[str, Any]:
    """Return what the head of every page about one unit shows."""
    scope = visible_units(account)
    path = path_of(unit, on=unit.closed_on - dt.timedelta(days=1) if unit.closed_on else today())
    open_ids = set(
        scope.filter(pk__in=[node.unit_id for node in path]).values_list("pk", flat=True)
    )
    trail = [
        {
            "title": node.name,
            "url": reverse("units:detail", args=[node.public_id])
            if node.unit_id in open_ids
            else "",
        }
        for node in path[:-1]
    ]
    return {"unit": unit, "above": trail, "tabs": _tabs(unit, current, account)}


@page(permission=Permission.UNIT_VIEW)
def tree(request: SignedInRequest) -> HttpResponse:
    scope, on = visible_units(request.user), day_from(request.GET.get("on"), default=today())
    query = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"query": query, "on": on, "is_past": on < today()}
    if query:
        found = slice_of(units_for_search(query, scope).select_related("parent"), request)
        return render(request, "units/unit_search.html", context | {"slice": found})
    root = None
    if "root" in request.GET:
        root = get_object_or_404(scope, public_id=request.GET["root"])
    if root is not None and request.htmx:
        context |= {"nodes": children_of(root, on=on), "level": 1}
        return render(request, "units/unit_tree.html#branch", context)
    tops = [root] if root else list(scope_roots(request.user, Permission.UNIT_VIEW, on=today()))
    branches = [{"unit": top, "nodes": children_of(top, on=on)} for top in tops[:10]]
    context |= {"branches": branches, "root": root}
    context["above"] = path_of(root, on=on)[:-1] if root else []
    return render(request, "units/unit_tree.html", context)


@page(permission=Permission.UNIT_VIEW)
def detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    unit = get_object_or_404(visible_units(request.user), public_id=public_id)
    sees_people = holds(request.user, Permission.PERSON_VIEW, unit_id=unit.pk, on=today())
    context = _frame(unit, "detail", request.user) | {
        "children": children_of(unit, on=today()),
        "collectives": _collectives(unit, with_seats=sees_people),
        "posts": posts_of(unit, on=today()) if sees_people else [],
        "disciplines": unit.disciplines.order_by("-decided_on", "-pk") if sees_people else [],
        "commendations": unit.commendations.order_by("-decided_on", "-pk") if sees_people else [],
        "sees_people": sees_people,
        "may_edit": _may_edit(request.user, unit),
        "may_reorganize": _may_reorganize(request.user, unit),
    }
    return render(request, "units/unit_detail.html", context)


def _may_edit(account: Account, unit: Unit) -> bool:
    return unit.closed_on is None and holds(
        account, Permission.PERSON_EDIT, unit_id=unit.pk, on=today()
    )


def _may_reorganize(account: Account, unit: Unit) -> bool:
    return unit.closed_on is None and holds(
        account, Permission.UNIT_REORGANIZE, unit_id=unit.pk, on=today()
    )


def _collectives(unit: Unit, *, with_seats: bool) -> list[dict[str, Any]]:
    bodies = list(
        LeadershipCollective.objects.filter(existing_on(today()), unit=unit).order_by(
            "sort_key", "pk"
        )
    )
    seats: dict[int, list[Post]] = {body.pk: [] for body in bodies}
    if with_seats and bodies:
        rows = Post.objects.filter(in_force(today()), collective__in=seats)
        for post in rows.select_related("person").order_by("person__sort_key", "pk"):
            seats[post.collective_id or 0].append(post)
    return [{"body": body, "seats": seats[body.pk]} for body in bodies]


@page(permission=Permission.PERSON_VIEW)
def members(request: SignedInRequest, public_id: str) -> HttpResponse:
    scope = units_for(request.user, Permission.PERSON_VIEW, on=today())
    unit = get_object_or_404(scope, public_id=public_id)
    on = day_from(request.GET.get("on"), default=today())
    rows = Paginator(memberships_of(unit, on=on), ROWS_PER_PAGE)
    page_obj = rows.get_page(request.GET.get("page"))
    lines = [{"row": row, "stage": row.member.stage_on(on)} for row in page_obj]
    context = _frame(unit, "members", request.user) | {
        "lines": lines,
        "page_obj": page_obj,
        "on": on,
        "is_past": on < today(),
        "may_edit": _may_edit(request.user, unit),
    }
    return render(request, "units/unit_members.html", context)


@page(permission=Permission.UNIT_VIEW)
def history(request: SignedInRequest, public_id: str) -> HttpResponse:
    unit = get_object_or_404(visible_units(request.user), public_id=public_id)
    changes = UnitChange.objects.filter(unit=unit) | UnitChange.objects.filter(other=unit)
    context = _frame(unit, "history", request.user) | {
        "changes": changes.select_related("unit", "other").order_by("-effective_on", "-pk"),
        "names": unit.names.order_by("-valid_from", "-pk"),
        "parentages": unit.parentages.select_related("parent").order_by("-valid_from", "-pk"),
    }
    return render(request, "units/unit_history.html", context)


@page(permission=Permission.AUDIT_VIEW)
def log(request: SignedInRequest, public_id: str) -> HttpResponse:
    scope = units_for(request.user, Permission.AUDIT_VIEW, on=today())
    unit = get_object_or_404(scope, public_id=public_id)
    rows = Paginator(events_in([unit.pk]), ROWS_PER_PAGE)
    context = _frame(unit, "log", request.user) | {
        "page_obj": rows.get_page(request.GET.get("page"))
    }
    return render(request, "units/unit_log.html", context)


@page(permission=Permission.PERSON_EDIT, writes={"POST"})
def add_collective(request: SignedInRequest, public_id: str) -> HttpResponse:
    scope = units_for(request.user, Permission.PERSON_EDIT, on=today())
    unit = get_object_or_404(scope, public_id=public_id)
    form = CollectiveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refused(form):
            body = found_collective(
                unit_id=unit.pk, actor=request.user, at=clock.now(), **form.cleaned_data
            )
            messages.success(request, _("Đã lập %(name)s.") % {"name": body.name})
            return redirect("units:detail", public_id=unit.public_id)
    context = {"form": form, "unit": unit, "title": _("Lập tập thể lãnh đạo, quản lý")}
    status = 422 if request.method == "POST" else 200
    return render(request, "units/unit_form.html", context, status=status)


@page(permission=Permission.PERSON_EDIT, writes={"POST"})
def add_fact(request: SignedInRequest, public_id: str, verb: str) -> HttpResponse:
    scope = units_for(request.user, Permission.PERSON_EDIT, on=today())
    unit = get_object_or_404(scope, public_id=public_id)
    if verb not in FACT_FORMS:
        raise Http404
    form = FACT_FORMS[verb](posted(request))
    if request.method == "POST" and form.is_valid():
        with refused(form):
            form.carry_out(unit=unit, actor=request.user, at=clock.now())
            messages.success(request, _("Đã ghi: %(what)s.") % {"what": form.title})
            return redirect("units:detail", public_id=unit.public_id)
    context = {"form": form, "unit": unit, "title": form.title}
    status = 422 if request.method == "POST" else 200
    return render(request, "units/unit_form.html", context, status=status)
