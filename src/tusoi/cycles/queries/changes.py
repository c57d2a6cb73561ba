"""What happened to the tree and its members since a cycle opened; a person decides about each."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.cycles.queries.opening import units_on
from tusoi.cycles.queries.sql import fetch
from tusoi.cycles.queries.subjects import subjects_of
from tusoi.units.enums import MembershipKind, UnitKind
from tusoi.units.models import Membership, Unit, UnitClosure


LIMIT = 100


@dataclass(frozen=True)
class Joined:
    """A member without a dossier, who was neither here nor excused at opening."""

    person_id: int
    public_id: str
    name: str
    unit_id: int
    unit_name: str


def joined_members(cycle: ReviewCycle, unit_id: int, *, on: dt.date) -> list[Joined]:
    """Return members of cells at and below a unit who owe nothing yet; a hundred at most."""
    found = subjects_of(SubjectKind.MEMBER, root_id=unit_id, on=on)
    rows = fetch(
        f"""
        SELECT s.person_id, p.public_id, s.name, s.unit_id, u.name
        FROM ({found.sql}) s
        JOIN people_person p ON p.id = s.person_id
        JOIN cycles_cycleunit u ON u.unit_id = s.unit_id AND u.cycle_id = %s
        WHERE s.exempt = 0 AND s.suspended = 0 AND NOT EXISTS (
            SELECT 1 FROM cycles_obligation o
            WHERE o.cycle_id = %s AND o.person_id = s.person_id AND o.subject_kind = %s
              AND o.cancelled_on IS NULL)
        ORDER BY u.sort_key, s.sort_key LIMIT {LIMIT}
        """,  # noqa: S608 -- the statement is ours
        [*found.parameters, cycle.pk, cycle.pk, SubjectKind.MEMBER.value],
    )
    return [Joined(*row) for row in rows]


def left_members(
    cycle: ReviewCycle, units: QuerySet[CycleUnit], *, on: dt.date
) -> QuerySet[Obligation]:
    """Return dossiers of members who no longer belong to the cell where they count."""
    here = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        kind=MembershipKind.OFFICIAL,
        valid_from__lte=on,
        member__left_on__isnull=True,
        unit=OuterRef("unit"),
        member__person=OuterRef("person"),
    )
    return (
        Obligation.objects.filter(
            ~Exists(here),
            cycle=cycle,
            subject_kind=SubjectKind.MEMBER,
            cancelled_on__isnull=True,
            unit__in=units.values("unit"),
        )
        .select_related("unit")
        .order_by("unit__sort_key", "sort_key")
    )


def founded_units(cycle: ReviewCycle, unit_id: int, *, on: dt.date) -> QuerySet[Unit]:
    """Return units that joined the tree after opening, the highest of each branch.

    Each with the number of `members` in it and below it.
    """
    known = CycleUnit.objects.filter(cycle=cycle).values("unit")
    return (
        units_on(unit_id, on)
        .exclude(pk__in=known)
        .exclude(kind=UnitKind.CELL_GROUP)
        .filter(parent__in=known)
        .annotate(members=_members_below(on))
        .order_by("sort_key")
    )


def closed_units(
    cycle: ReviewCycle, units: QuerySet[CycleUnit], *, on: dt.date
) -> QuerySet[CycleUnit]:
    """Return units that have closed while something is still `expected` of them or below."""
    live = Obligation.objects.filter(cycle=cycle, cancelled_on__isnull=True)
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=OuterRef(OuterRef("unit")))
    return (
        units.filter(unit__closed_on__lte=on, unit__in=live.values("unit"))
        .annotate(expected=_counted(live.filter(unit__in=below.values("descendant"))))
        .select_related("unit")
        .order_by("sort_key")
    )


def moved_units(units: QuerySet[CycleUnit]) -> QuerySet[CycleUnit]:
    """Return units that have another superior today; they go on counting where they were."""
    return (
        units.filter(depth__gt=0, unit__closed_on__isnull=True)
        .exclude(parent=F("unit__parent"))
        .select_related("unit__parent", "parent")
        .order_by("sort_key")
    )


def _members_below(on: dt.date) -> Subquery:
    below = UnitClosure.objects.filter(ancestor=OuterRef(OuterRef("pk")))
    return _counted(
        Membership.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on),
            kind=MembershipKind.OFFICIAL,
            valid_from__lte=on,
            unit__in=below.values("descendant"),
        )
    )


def _counted(rows: QuerySet[Any]) -> Subquery:
    """Return how many rows there are, as a column."""
    count = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return Subquery(count.values("n"))
