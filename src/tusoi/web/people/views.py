"""Pages on people: the list, one person, and what may be recorded about them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.audit.models import AuditEvent
from tusoi.audit.queries import events_about
from tusoi.core import clock
from tusoi.core.text import search_key
from tusoi.people.enums import MemberStage
from tusoi.people.models import Account, MemberStanding, PartyMember, Person
from tusoi.people.queries import at_stage
from tusoi.units.enums import CELL_KINDS, MembershipKind
from tusoi.units.models import Commendation, Discipline, Membership, Post, Unit
from tusoi.units.queries import name_matches, people_in, subtree_of
from tusoi.web.answers import posted, refused
from tusoi.web.fields import UnitField
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today
from tusoi.web.keyset import slice_of
from tusoi.web.people.forms import ACTIONS, AddMemberForm, PersonAction
from tusoi.web.searches import asked


LEFT = "left"
EVENTS_PER_PAGE = 50


def _people_for(account: Account, permission: Permission) -> QuerySet[Person]:
    return people_in(units_for(account, permission, on=today()))


# -- the list ------------------------------------------------------------------------------------


def _units_asked(text: str, scope: QuerySet[Unit]) -> QuerySet[Unit] | None:
    """Return the unit that the filter names with all below it; None when it names nothing."""
    field = UnitField(scope=scope, required=False)
    try:
        unit = field.clean(text)
    except ValidationError:
        return Unit.objects.none()
    return subtree_of([unit.pk]) if unit else None


def _filtered(request: SignedInRequest) -> QuerySet[Person]:
    scope = units_for(request.user, Permission.PERSON_VIEW, on=today())
    below = _units_asked(request.GET.get("unit", ""), scope)
    found = people_in(scope if below is None else scope.filter(pk__in=below.values("pk")))
    query = asked(request).get("q", "")
    if search_key(query):
        found = found.filter(name_matches(query))
    return found.filter(_stage_condition(request.GET.get("stage", "")))


def _stage_condition(stage: str) -> Q:
    has_left = Q(party_member__left_on__isnull=False, party_member__left_on__lte=today())
    if stage == LEFT:
        return has_left
    if stage in MemberStage.values:
        members = PartyMember.objects.filter(at_stage(MemberStage(stage), today()))
        return ~has_left & Q(party_member__in=members)
    return ~has_left


@page(permission=Permission.PERSON_VIEW)
def people(request: SignedInRequest) -> HttpResponse:
    found = slice_of(_filtered(request).select_related("party_member"), request)
    context = {
        "slice": found,
        "lines": _lines(found.rows),
        "query": asked(request).get("q", ""),
        "unit_text": request.GET.get("unit", ""),
        "stage": request.GET.get("stage", ""),
        "stages": [
            ("", _("đang sinh hoạt")),
            *MemberStage.choices,
            (LEFT, _("đã ra khỏi Đảng")),
        ],
    }
    return render(request, "people/person_list.html", context)


def _lines(rows: list[Person]) -> list[dict[str, Any]]:
    places = Membership.objects.filter(
        member__person__in=rows, valid_to__isnull=True, kind=MembershipKind.OFFICIAL
    ).select_related("unit__parent", "member")
    cells = {place.member.person_id: place.unit for place in places}
    return [
        {
            "person": row,
            "member": getattr(row, "party_member", None),
            "cell": cells.get(row.pk),
            "stage": row.party_member.stage_on(today()) if hasattr(row, "party_member") else None,
        }
        for row in rows
    ]


# -- one person ----------------------------------------------------------------------------------


def _visible_person(account: Account, public_id: str) -> Person:
    """Return a person within the account's right to see people, or the account's own."""
    people_seen = Person.objects.select_related("party_member")
    if account.person_id is not None:
        own = people_seen.filter(pk=account.person_id, public_id=public_id).first()
        if own is not None:
            return own
    scope = _people_for(account, Permission.PERSON_VIEW)
    return get_object_or_404(scope.select_related("party_member"), public_id=public_id)


@page(permission=SIGNED_IN)
def detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    person = _visible_person(request.user, public_id)
    member = getattr(person, "party_member", None)
    context = {
        "person": person,
        "member": member,
        "stage": member.stage_on(today()) if member else None,
        "posts": _recent(Post.objects.filter(person=person).select_related("unit", "collective")),
        "may_edit": _is_within(request.user, Permission.PERSON_EDIT, person),
        "sees_log": _is_within(request.user, Permission.AUDIT_VIEW, person),
    }
    if member is not None:
        context |= _member_facts(member)
    return render(request, "people/person_detail.html", context)


def _is_within(account: Account, permission: Permission, person: Person) -> bool:
    return _people_for(account, permission).filter(pk=person.pk).exists()


def _recent(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-valid_from", "-pk")


def _member_facts(member: PartyMember) -> dict[str, Any]:
    return {
        "memberships": _recent(Membership.objects.filter(member=member).select_related("unit")),
        "standings": _recent(MemberStanding.objects.filter(member=member)),
        "disciplines": Discipline.objects.filter(member=member)
        .select_related("arose_in")
        .order_by("-decided_on", "-pk"),
        "commendations": Commendation.objects.filter(member=member).order_by("-decided_on", "-pk"),
    }


def _events_of(person: Person) -> QuerySet[AuditEvent]:
    member = getattr(person, "party_member", None)
    objects: dict[str, Any] = {
        "people.person": [person.pk],
        "units.post": Post.objects.filter(person=person).values_list("pk", flat=True),
    }
    if member is not None:
        of_member: list[tuple[str, type[Model]]] = [
            ("units.membership", Membership),
            ("people.memberstanding", MemberStanding),
            ("units.discipline", Discipline),
            ("units.commendation", Commendation),
        ]
        objects["people.partymember"] = [member.pk]
        for kind, model in of_member:
            rows = model._default_manager.filter(member=member)
            objects[kind] = rows.values_list("pk", flat=True)
    return events_about(objects)


@page(permission=Permission.AUDIT_VIEW)
def log(request: SignedInRequest, public_id: str) -> HttpResponse:
    scope = _people_for(request.user, Permission.AUDIT_VIEW).select_related("party_member")
    person = get_object_or_404(scope, public_id=public_id)
    rows = Paginator(_events_of(person), EVENTS_PER_PAGE)
    context = {"person": person, "page_obj": rows.get_page(request.GET.get("page"))}
    return render(request, "people/person_log.html", context)


# -- recording -----------------------------------------------------------------------------------


@page(permission=Permission.PERSON_EDIT, writes={"POST"})
def add(request: SignedInRequest, unit_id: str) -> HttpResponse:
    scope = units_for(request.user, Permission.PERSON_EDIT, on=today())
    unit = get_object_or_404(scope, public_id=unit_id, kind__in=CELL_KINDS, closed_on__isnull=True)
    form = AddMemberForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refused(form):
            person = form.carry_out(unit_id=unit.pk, actor=request.user, at=clock.now())
            messages.success(request, _("Đã lập hồ sơ đảng viên."))
            return redirect("people:detail", public_id=person.public_id)
    context = {"form": form, "unit": unit, "title": _("Thêm đảng viên")}
    status = 422 if request.method == "POST" else 200
    return render(request, "units/unit_form.html", context, status=status)


@page(permission=Permission.PERSON_EDIT, writes={"POST"})
def act(
    request: SignedInRequest, public_id: str, verb: str, pk: int | None = None
) -> HttpResponse:
    scope = _people_for(request.user, Permission.PERSON_EDIT).select_related("party_member")
    person = get_object_or_404(scope, public_id=public_id)
    kind = _action(verb, person, pk)
    form = kind(
        posted(request),
        person=person,
        scope=units_for(request.user, Permission.PERSON_EDIT, on=today()),
        pk=pk,
    )
    if request.method == "POST" and form.is_valid():
        with refused(form):
            form.carry_out(actor=request.user, at=clock.now())
            messages.success(request, _("Đã ghi: %(what)s.") % {"what": kind.title})
            return redirect("people:detail", public_id=public_id)
    context = {"form": form, "person": person}
    status = 422 if request.method == "POST" else 200
    return render(request, "people/person_form.html", context, status=status)


def _action(verb: str, person: Person, pk: int | None) -> type[PersonAction]:
    """Return the form of a verb, if it can be used on this person and this row of theirs."""
    kind = ACTIONS.get(verb)
    if kind is None or (kind.ends is None) is not (pk is None):
        raise Http404
    if kind.asks_member and not hasattr(person, "party_member"):
        raise Http404
    if kind.ends is not None:
        owner = {"person": person} if kind.ends is Post else {"member": person.party_member}
        get_object_or_404(kind.ends, pk=pk, **owner)
    return kind
