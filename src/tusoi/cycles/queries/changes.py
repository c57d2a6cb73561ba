"""What happened to the tree and its members since a cycle opened; a person decides about each."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from tusoi.cycles.enums import CycleState, SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.cycles.queries.opening import units_on
from tusoi.cycles.queries.sql import fetch
from tusoi.cycles.queries.subjects import subjects_of
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.units.enums import MembershipKind, UnitKind
from tusoi.units.models import Membership, Post, Unit, UnitClosure
from tusoi.units.queries import in_force, subtree_of


LIMIT = 100


@dataclass(frozen=True)
class Joined:
    """A person or a collective without a dossier that belongs to a unit of the cycle today."""

    kind: SubjectKind
    subject_id: int
    name: str
    unit_name: str

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.subject_id}"


def joined(cycle: ReviewCycle, unit_id: int, *, on: dt.date) -> list[Joined]:
    """Return who at and below a unit owes nothing yet; a hundred of each kind at most.

    Whose dossier was cancelled in the same unit is no newcomer: that is taken back instead.
    """
    return [
        one
        for kind in (SubjectKind.MEMBER, SubjectKind.COLLECTIVE, SubjectKind.LEADER)
        for one in _joined(cycle, kind, unit_id, on)
    ]


def _joined(cycle: ReviewCycle, kind: SubjectKind, unit_id: int, on: dt.date) -> list[Joined]:
    found = subjects_of(kind, root_id=unit_id, on=on)
    column = "collective_id" if kind is SubjectKind.COLLECTIVE else "person_id"
    rows = fetch(
        f"""
        SELECT s.{column}, s.name, u.name
        FROM ({found.sql}) s
        JOIN cycles_cycleunit u ON u.unit_id = s.unit_id AND u.cycle_id = %s
        WHERE s.exempt = 0 AND s.suspended = 0 AND NOT EXISTS (
            SELECT 1 FROM cycles_obligation o
            WHERE o.cycle_id = %s AND o.{column} = s.{column} AND o.subject_kind = %s
              AND (o.cancelled_on IS NULL OR o.unit_id = s.unit_id))
        ORDER BY u.sort_key, s.sort_key LIMIT {LIMIT}
        """,  # noqa: S608 -- the statement is ours
        [*found.parameters, cycle.pk, cycle.pk, kind.value],
    )
    return [Joined(kind, *row) for row in rows]


def moved_members(
    cycle: ReviewCycle, units: QuerySet[CycleUnit], *, on: dt.date
) -> QuerySet[Obligation]:
    """Return dossiers of members who belong to another unit of the tree today: `cell_id`, `cell`.

    Those that a meeting dealt with stay where that was done; `receives` says whether the other
    unit is part of the cycle.
    """
    elsewhere = _cells(cycle, on).exclude(unit=OuterRef("unit"))
    known = CycleUnit.objects.filter(cycle=cycle, unit=OuterRef("cell_id"))
    return (
        _waiting(cycle, units, on)
        .filter(~Exists(_here(on)), subject_kind=SubjectKind.MEMBER)
        .annotate(
            cell_id=Subquery(elsewhere.values("unit")[:1]),
            cell=Subquery(elsewhere.values("unit__name")[:1]),
            receives=Exists(known),
        )
        .filter(cell_id__isnull=False)
    )


def left_subjects(
    cycle: ReviewCycle, units: QuerySet[CycleUnit], *, on: dt.date
) -> QuerySet[Obligation]:
    """Return dossiers of those who are not here any more: members, seat holders, collectives."""
    seats = Post.objects.filter(
        in_force(on), person=OuterRef("person"), collective=OuterRef("collective")
    )
    gone = (
        Q(subject_kind=SubjectKind.MEMBER) & ~Exists(_here(on)) & ~Exists(_cells(cycle, on))
        | Q(subject_kind=SubjectKind.LEADER) & ~Exists(seats)
        | Q(subject_kind=SubjectKind.COLLECTIVE, collective__closed_on__lte=on)
    )
    return _waiting(cycle, units, on).filter(gone)


def excused_since(
    cycle: ReviewCycle, units: QuerySet[CycleUnit], *, on: dt.date
) -> QuerySet[Obligation]:
    """Return dossiers of members whom a standing excuses since the cycle opened."""
    standing = MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        member__person=OuterRef("person"),
        kind__in=(StandingKind.EXEMPT, StandingKind.SUSPENDED),
        valid_from__lte=on,
    )
    return (
        _waiting(cycle, units, on)
        .filter(subject_kind=SubjectKind.MEMBER)
        .annotate(standing=Subquery(standing.order_by("-valid_from").values("kind")[:1]))
        .filter(standing__isnull=False)
    )


def cells_today(
    cycle: ReviewCycle, obligation_ids: Sequence[int], *, on: dt.date
) -> dict[int, int]:
    """Return in which cell of the tree the member of each dossier belongs, if in any."""
    rows = (
        Obligation.objects.filter(pk__in=obligation_ids)
        .annotate(cell_id=Subquery(_cells(cycle, on).values("unit")[:1]))
        .filter(cell_id__isnull=False)
    )
    return dict(rows.values_list("pk", "cell_id"))


def _waiting(cycle: ReviewCycle, units: QuerySet[CycleUnit], on: dt.date) -> QuerySet[Obligation]:
    """Return what is expected of some units and no meeting has dealt with.

    A unit that has closed is settled as a whole.
    """
    return (
        Obligation.objects.filter(
            Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gt=on),
            cycle=cycle,
            cancelled_on__isnull=True,
            reviewed_at__isnull=True,
            rated_at__isnull=True,
            decided_at__isnull=True,
            unit__in=units.values("unit"),
        )
        .select_related("unit")
        .order_by("unit__sort_key", "sort_key", "pk")
    )


def _official(on: dt.date) -> QuerySet[Membership]:
    return Membership.objects.filter(
        in_force(on),
        kind=MembershipKind.OFFICIAL,
        member__left_on__isnull=True,
        member__person=OuterRef("person"),
    )


def _here(on: dt.date) -> QuerySet[Membership]:
    return _official(on).filter(unit=OuterRef("unit"))


def _cells(cycle: ReviewCycle, on: dt.date) -> QuerySet[Membership]:
    """Memberships in cells that are in the cycle, or stand below its root today."""
    known = CycleUnit.objects.filter(cycle=cycle).values("unit")
    below = UnitClosure.objects.filter(ancestor=cycle.root_id).values("descendant")
    return _official(on).filter(Q(unit__in=known) | Q(unit__in=below)).order_by("pk")


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
    """Return units that have closed while something is still expected of them.

    Each with how many dossiers are `expected` there and below, and how many of these were `kept`
    by a meeting or a rating.
    """
    live = Obligation.objects.filter(cycle=cycle, cancelled_on__isnull=True)
    waiting = live.filter(reviewed_at__isnull=True, rated_at__isnull=True, decided_at__isnull=True)
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=OuterRef(OuterRef("unit")))
    here = below.values("descendant")
    return (
        units.filter(unit__closed_on__lte=on, unit__in=waiting.values("unit"))
        .annotate(
            expected=_counted(live.filter(unit__in=here)),
            waiting=_counted(waiting.filter(unit__in=here)),
        )
        .select_related("unit")
        .order_by("sort_key")
    )


def moved_units(cycle: ReviewCycle, units: QuerySet[CycleUnit]) -> QuerySet[CycleUnit]:
    """Return units that have another superior today; they go on counting where they were.

    `is_gone` says that one no longer stands below the root of the cycle.
    """
    below_root = UnitClosure.objects.filter(ancestor=cycle.root_id, descendant=OuterRef("unit"))
    live = Obligation.objects.filter(cycle=cycle, cancelled_on__isnull=True, unit=OuterRef("unit"))
    return (
        units.filter(Exists(live), depth__gt=0, unit__closed_on__isnull=True)
        .exclude(parent=F("unit__parent"))
        .annotate(is_gone=~Exists(below_root))
        .select_related("unit__parent", "parent")
        .order_by("sort_key")
    )


@dataclass(frozen=True)
class Touched:
    """An open cycle in which units take part that are about to be reorganised."""

    cycle: ReviewCycle
    dossiers: int
    submitted: int
    # Reviewed or rated: they stay where that was done.
    kept: int


def touched_cycles(unit_ids: Collection[int]) -> list[Touched]:
    """Return the open cycles that expect something at or below these units."""
    kept = Q(reviewed_at__isnull=False) | Q(rated_at__isnull=False) | Q(decided_at__isnull=False)
    rows = (
        Obligation.objects.filter(
            cycle__state=CycleState.OPEN,
            cancelled_on__isnull=True,
            unit__in=subtree_of(unit_ids).values("pk"),
        )
        .order_by()
        .values("cycle")
        .annotate(
            dossiers=Count("pk"),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            kept=Count("pk", filter=kept),
        )
    )
    found = {row["cycle"]: row for row in rows}
    cycles = ReviewCycle.objects.filter(pk__in=found).order_by("-year", "-pk")
    return [
        Touched(one, *(found[one.pk][name] for name in ("dossiers", "submitted", "kept")))
        for one in cycles
    ]


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
