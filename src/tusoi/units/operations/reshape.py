"""Closing, merging and splitting organisations: what they held passes on or ends the same day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.units.enums import CELL_KINDS, MembershipKind, Permission, UnitChangeKind
from tusoi.units.errors import (
    BeforeLastChange,
    ChildrenRemain,
    ChosenTwice,
    HasNoMembers,
    MembersRemain,
    MergesWithItself,
    NoParts,
    NothingToMerge,
    NotOfThisUnit,
    RootStays,
)
from tusoi.units.models import (
    LeadershipCollective,
    Membership,
    Post,
    Unit,
    UnitClosure,
    UnitName,
    UnitParentage,
)
from tusoi.units.operations.basis import Basis, check_exists, check_not_future
from tusoi.units.operations.tree import (
    NewUnit,
    check_can_move,
    check_kind_fits,
    create_unit,
    lock_unit,
    note_change,
    rehang,
)
from tusoi.units.permissions import require
from tusoi.units.queries import stands_above


@dataclass(frozen=True)
class Part:
    """An organisation split off, with the members and lower organisations that go with it."""

    facts: NewUnit
    member_ids: Sequence[int] = ()
    child_ids: Sequence[int] = ()


# -- closing -------------------------------------------------------------------------------------


@transaction.atomic
def close_unit(*, unit_id: int, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    """End an organisation that has neither members nor organisations below it any more.

    Its posts and leadership collectives end the same day. Roles given over it are ended by
    `access.operations.reorganize`, which calls this.

    Raises:
        NotPermitted: the actor may not reorganise it.
        ChildrenRemain, MembersRemain: somebody or something is still there on that day or after.
        UnitError: it is the topmost one, or the day does not allow it.
    """
    require(actor, Permission.UNIT_REORGANIZE, unit_id=unit_id, on=local_day(at))
    unit = lock_unit(unit_id)
    check_not_future(basis.effective_on, at=at)
    _close(unit, on=basis.effective_on)
    note_change(UnitChangeKind.CLOSE, unit, basis=basis, actor=actor, at=at)
    return unit


def _close(unit: Unit, *, on: dt.date) -> None:
    check_exists(unit, on=on)
    if unit.parent_id is None:
        raise RootStays(unit.name)
    _check_nothing_later(unit, on=on)
    _check_empty(unit, on=on)
    _end_posts(unit, on=on)
    UnitParentage.objects.filter(unit=unit, valid_to__isnull=True).update(valid_to=on)
    UnitName.objects.filter(unit=unit, valid_to__isnull=True).update(valid_to=on)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])


def _still_on(day: dt.date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


def _check_empty(unit: Unit, *, on: dt.date) -> None:
    children = UnitParentage.objects.filter(_still_on(on), parent=unit).values("unit").distinct()
    if count := children.count():
        raise ChildrenRemain(unit.name, count)
    members = Membership.objects.filter(_still_on(on), unit=unit).values("member").distinct()
    if count := members.count():
        raise MembersRemain(unit.name, count)


def _check_nothing_later(unit: Unit, *, on: dt.date) -> None:
    """Refuse to end on a day something that is recorded to have begun after it."""
    days = [
        rows.filter(valid_from__gt=on).order_by("-valid_from").values_list("valid_from").first()
        for rows in (
            UnitParentage.objects.filter(unit=unit),
            UnitName.objects.filter(unit=unit),
            Post.objects.filter(unit=unit),
        )
    ]
    days.append(
        LeadershipCollective.objects.filter(unit=unit, established_on__gt=on)
        .order_by("-established_on")
        .values_list("established_on")
        .first()
    )
    later = [day[0] for day in days if day]
    if later:
        raise BeforeLastChange(unit.name, max(later))


def _end_posts(unit: Unit, *, on: dt.date) -> None:
    Post.objects.filter(_still_on(on), unit=unit).update(valid_to=on)
    LeadershipCollective.objects.filter(
        unit=unit, closed_on__isnull=True, established_on__lte=on
    ).update(closed_on=on)


# -- merging -------------------------------------------------------------------------------------


@transaction.atomic
def merge_units(
    *,
    source_ids: Sequence[int],
    into: int | NewUnit,
    basis: Basis,
    actor: Account,
    at: dt.datetime,
) -> Unit:
    """Join organisations into one that exists or is founded for it; the joined ones close.

    Members and lower organisations pass to it on the day; posts and collectives of the joined
    ones end, for the joined organisation elects or appoints its own.

    Raises:
        NotPermitted: the actor may not reorganise one of them.
        UnitError: the choice, the kinds or the days do not allow it; the sentence says which.
    """
    sources = _sources(source_ids, actor=actor, at=at)
    check_not_future(basis.effective_on, at=at)
    target = _target(into, basis=basis, actor=actor, at=at)
    _check_apart(sources, target, on=basis.effective_on)
    for source in sources:
        _pass_on(source, target, on=basis.effective_on)
        _close(source, on=basis.effective_on)
        note_change(UnitChangeKind.MERGE, source, basis=basis, actor=actor, at=at, other=target)
    return target


def _sources(ids: Sequence[int], *, actor: Account, at: dt.datetime) -> list[Unit]:
    if not ids:
        raise NothingToMerge
    for pk in ids:
        require(actor, Permission.UNIT_REORGANIZE, unit_id=pk, on=local_day(at))
    return list(Unit.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _target(into: int | NewUnit, *, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    if not isinstance(into, NewUnit):
        require(actor, Permission.UNIT_REORGANIZE, unit_id=into, on=local_day(at))
        target = lock_unit(into)
        check_exists(target, on=basis.effective_on)
        return target
    if into.parent_id is None:
        raise NothingToMerge
    require(actor, Permission.UNIT_REORGANIZE, unit_id=into.parent_id, on=local_day(at))
    parent = lock_unit(into.parent_id)
    check_exists(parent, on=basis.effective_on)
    check_kind_fits(into.kind, parent)
    target = create_unit(into, parent, on=basis.effective_on)
    note_change(UnitChangeKind.FOUND, target, basis=basis, actor=actor, at=at, other=parent)
    return target


def _check_apart(sources: Sequence[Unit], target: Unit, *, on: dt.date) -> None:
    ids = {unit.pk for unit in sources}
    for unit in sources:
        if unit.parent_id is None:
            raise RootStays(unit.name)
        if unit.pk == target.pk or stands_above(unit.pk, target.pk, since=on):
            raise MergesWithItself(unit.name)
    nested = UnitClosure.objects.filter(ancestor__in=ids, descendant__in=ids, depth__gt=0)
    row = nested.select_related("ancestor").first()
    if row is not None:
        raise MergesWithItself(row.ancestor.name)


def _pass_on(source: Unit, target: Unit, *, on: dt.date) -> None:
    check_exists(source, on=on)
    children = list(Unit.objects.filter(parent=source, closed_on__isnull=True).order_by("pk"))
    for child in children:
        check_can_move(child, target, on=on)
    if children:
        rehang(children, target, on=on)
    _transfer(Membership.objects.filter(unit=source), target, on=on)


def _transfer(memberships: QuerySet[Membership], target: Unit, *, on: dt.date) -> None:
    """End open memberships on a day and begin the same ones in another cell."""
    rows = list(memberships.filter(valid_to__isnull=True).order_by("kind", "pk"))
    if not rows:
        return
    if target.kind not in CELL_KINDS:
        raise HasNoMembers(target.name)
    latest = max(row.valid_from for row in rows)
    if latest > on:
        raise BeforeLastChange(rows[0].unit.name, latest)
    # Nobody is in one cell twice: an official member needs no temporary place there.
    here = Membership.objects.filter(unit=target, valid_to__isnull=True)
    taken = set(here.values_list("member_id", flat=True))
    passing = [row for row in rows if row.member_id not in taken]
    passing += [row for row in rows if row.member_id in taken and _is_official(row)]
    _drop_temporary(here, [row.member_id for row in rows if _is_official(row)], on=on)
    ids = [row.pk for row in passing]
    own = Membership.objects.filter(pk__in=[row.pk for row in rows])
    # Those that began on this very day never held anywhere else.
    own.filter(valid_from=on, pk__in=ids).update(unit=target)
    own.filter(valid_from=on).exclude(unit=target).delete()
    own.filter(valid_from__lt=on).update(valid_to=on)
    Membership.objects.bulk_create(
        Membership(member_id=row.member_id, unit=target, kind=row.kind, valid_from=on)
        for row in passing
        if row.valid_from < on
    )


def _drop_temporary(here: QuerySet[Membership], member_ids: Sequence[int], *, on: dt.date) -> None:
    """End temporary places of members who now belong officially to the same cell."""
    places = here.filter(member__in=member_ids, kind=MembershipKind.TEMPORARY)
    places.filter(valid_from__gte=on).delete()
    places.update(valid_to=on)


def _is_official(row: Membership) -> bool:
    return row.kind == MembershipKind.OFFICIAL


# -- splitting -----------------------------------------------------------------------------------


@transaction.atomic
def split_unit(
    *,
    unit_id: int,
    parts: Sequence[Part],
    closes: bool,
    basis: Basis,
    actor: Account,
    at: dt.datetime,
) -> list[Unit]:
    """Found organisations out of one, with the members and lower organisations chosen for each.

    With `closes` the first one ends (chia); then everybody must have been given a place.
    Otherwise it goes on with those who were not chosen (tách).

    Raises:
        NotPermitted: the actor may not reorganise it or a superior of a part.
        MembersRemain, ChildrenRemain: it should close and somebody was not given a place.
        UnitError: the choice, the kinds or the days do not allow it; the sentence says which.
    """
    require(actor, Permission.UNIT_REORGANIZE, unit_id=unit_id, on=local_day(at))
    unit = lock_unit(unit_id)
    check_not_future(basis.effective_on, at=at)
    check_exists(unit, on=basis.effective_on)
    _check_choice(unit, parts)
    made = [_split_off(unit, part, basis=basis, actor=actor, at=at) for part in parts]
    if closes:
        _close(unit, on=basis.effective_on)
    return made


def _check_choice(unit: Unit, parts: Sequence[Part]) -> None:
    if not parts:
        raise NoParts
    members = [pk for part in parts for pk in part.member_ids]
    children = [pk for part in parts for pk in part.child_ids]
    if len(set(members)) < len(members) or len(set(children)) < len(children):
        raise ChosenTwice
    known_members = Membership.objects.filter(
        unit=unit, valid_to__isnull=True, member__in=members
    ).values("member")
    known_children = Unit.objects.filter(parent=unit, closed_on__isnull=True, pk__in=children)
    if known_members.distinct().count() < len(members) or known_children.count() < len(children):
        raise NotOfThisUnit(unit.name)


def _split_off(unit: Unit, part: Part, *, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    parent_id = part.facts.parent_id or unit.parent_id
    if parent_id is None:
        raise RootStays(unit.name)
    require(actor, Permission.UNIT_REORGANIZE, unit_id=parent_id, on=local_day(at))
    parent = lock_unit(parent_id)
    check_exists(parent, on=basis.effective_on)
    check_kind_fits(part.facts.kind, parent)
    made = create_unit(part.facts, parent, on=basis.effective_on)
    children = list(Unit.objects.filter(pk__in=part.child_ids).order_by("pk"))
    for child in children:
        check_can_move(child, made, on=basis.effective_on)
    if children:
        rehang(children, made, on=basis.effective_on)
    chosen = Membership.objects.filter(unit=unit, member__in=part.member_ids)
    _transfer(chosen, made, on=basis.effective_on)
    note_change(UnitChangeKind.SPLIT, unit, basis=basis, actor=actor, at=at, other=made)
    return made
