"""Founding, renaming and moving an organisation."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.text import display_name
from tusoi.people.models import Account
from tusoi.units.enums import PARENT_KINDS, Permission, UnitChangeKind, UnitKind, UnitSector
from tusoi.units.errors import (
    BeforeLastChange,
    CircularTree,
    CodeTaken,
    KindDoesNotFit,
    NothingChanges,
    RootStays,
    SecondRoot,
)
from tusoi.units.models import Unit, UnitChange, UnitName, UnitParentage
from tusoi.units.operations.basis import Basis, check_exists, check_not_future
from tusoi.units.operations.closure import add_leaf, graft
from tusoi.units.permissions import require
from tusoi.units.queries import stands_above


@dataclass(frozen=True)
class NewUnit:
    """What must be known of an organisation to found it."""

    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    sector: UnitSector = UnitSector.OTHER


# -- steps that reshape.py shares ----------------------------------------------------------------


def lock_unit(unit_id: int) -> Unit:
    return Unit.objects.select_for_update().get(pk=unit_id)


def note_change(
    kind: UnitChangeKind,
    unit: Unit,
    *,
    basis: Basis,
    actor: Account,
    at: dt.datetime,
    other: Unit | None = None,
) -> UnitChange:
    """Keep the change itself and its line in the log."""
    audit.record(
        actor=actor,
        at=at,
        action=f"units.{kind.value}",
        obj=unit,
        unit_id=unit.pk,
        to_state=basis.effective_on.isoformat(),
        note="\n".join(filter(None, (basis.document, basis.note))),
    )
    return UnitChange.objects.create(
        kind=kind,
        unit=unit,
        other=other,
        effective_on=basis.effective_on,
        document=basis.document,
        note=basis.note,
        changed_at=at,
        changed_by=actor,
    )


def check_kind_fits(kind: str, parent: Unit) -> None:
    if UnitKind(parent.kind) not in PARENT_KINDS[UnitKind(kind)]:
        raise KindDoesNotFit(
            kind=str(UnitKind(kind).label), parent_kind=str(UnitKind(parent.kind).label)
        )


def create_unit(facts: NewUnit, parent: Unit | None, *, on: dt.date) -> Unit:
    """Write a unit with its name, parentage and closure; the caller has checked and locked."""
    name, code = display_name(facts.name), facts.code.strip()
    if Unit.objects.filter(code__iexact=code).exists():
        raise CodeTaken(code)
    unit = Unit(
        code=code,
        name=name,
        kind=facts.kind,
        sector=facts.sector,
        parent=parent,
        established_on=on,
        is_sample=parent.is_sample if parent else False,
        **Unit.keys_of(name),
    )
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as clash:
        # Somebody took the code between the look-up and here.
        raise CodeTaken(code) from clash
    UnitName.objects.create(unit=unit, name=name, valid_from=on)
    if parent is not None:
        UnitParentage.objects.create(unit=unit, parent=parent, valid_from=on)
    add_leaf(unit.pk, parent.pk if parent else None)
    return unit


def rehang(units: list[Unit], parent: Unit, *, on: dt.date) -> None:
    """End the present parentage of units and begin the next; rows of the same day are mended."""
    ids = [unit.pk for unit in units]
    open_rows = UnitParentage.objects.filter(unit__in=ids, valid_to__isnull=True)
    open_rows.filter(valid_from=on).update(parent=parent)
    begun = set(open_rows.filter(valid_from=on).values_list("unit_id", flat=True))
    open_rows.filter(valid_from__lt=on).update(valid_to=on)
    UnitParentage.objects.bulk_create(
        UnitParentage(unit_id=pk, parent=parent, valid_from=on) for pk in ids if pk not in begun
    )
    Unit.objects.filter(pk__in=ids).update(parent=parent)
    graft(ids, onto=parent.pk)


def check_can_move(unit: Unit, parent: Unit, *, on: dt.date) -> None:
    """Refuse a move that the kinds, the days or the shape of the tree do not allow."""
    check_exists(unit, on=on)
    check_exists(parent, on=on)
    if stands_above(unit.pk, parent.pk, since=on):
        raise CircularTree(unit.name, parent.name)
    check_kind_fits(unit.kind, parent)
    since = UnitParentage.objects.filter(unit=unit, valid_from__gt=on).order_by("-valid_from")
    latest = since.first()
    if latest is not None:
        raise BeforeLastChange(unit.name, latest.valid_from)


# -- operations ----------------------------------------------------------------------------------


@transaction.atomic
def found_unit(*, facts: NewUnit, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    """Found an organisation under another, or the one topmost organisation.

    Raises:
        NotPermitted: the actor may not reorganise the superior organisation.
        SecondRoot: there is a topmost organisation already.
        UnitError: the kind, the code or the day does not allow it; the sentence says which.
    """
    if facts.parent_id is None:
        return _found_root(facts=facts, basis=basis, actor=actor, at=at)
    require(actor, Permission.UNIT_REORGANIZE, unit_id=facts.parent_id, on=local_day(at))
    parent = lock_unit(facts.parent_id)
    check_not_future(basis.effective_on, at=at)
    check_exists(parent, on=basis.effective_on)
    check_kind_fits(facts.kind, parent)
    unit = create_unit(facts, parent, on=basis.effective_on)
    note_change(UnitChangeKind.FOUND, unit, basis=basis, actor=actor, at=at, other=parent)
    return unit


def _found_root(*, facts: NewUnit, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    if Unit.objects.filter(parent__isnull=True).exists():
        raise SecondRoot
    # No role can cover a tree that has no unit: only the system account passes.
    require(actor, Permission.UNIT_REORGANIZE, unit_id=0, on=local_day(at))
    check_not_future(basis.effective_on, at=at)
    unit = create_unit(facts, None, on=basis.effective_on)
    note_change(UnitChangeKind.FOUND, unit, basis=basis, actor=actor, at=at)
    return unit


@transaction.atomic
def rename_unit(*, unit_id: int, name: str, basis: Basis, actor: Account, at: dt.datetime) -> Unit:
    """Give an organisation another name from a day on; its earlier names stay known.

    Raises:
        NotPermitted: the actor may not reorganise it.
        NothingChanges: it bears that name.
        BeforeLastChange: a later name is already recorded.
    """
    require(actor, Permission.UNIT_REORGANIZE, unit_id=unit_id, on=local_day(at))
    unit, name = lock_unit(unit_id), display_name(name)
    check_not_future(basis.effective_on, at=at)
    check_exists(unit, on=basis.effective_on)
    if name == unit.name:
        raise NothingChanges
    _rename_from(unit, name, on=basis.effective_on)
    unit.name = name
    for field, key in Unit.keys_of(name).items():
        setattr(unit, field, key)
    unit.save(update_fields=["name", *Unit.keys_of(name)])
    note_change(UnitChangeKind.RENAME, unit, basis=basis, actor=actor, at=at)
    return unit


def _rename_from(unit: Unit, name: str, *, on: dt.date) -> None:
    latest = UnitName.objects.filter(unit=unit).order_by("-valid_from", "-pk").first()
    if latest is not None and latest.valid_from > on:
        raise BeforeLastChange(unit.name, latest.valid_from)
    if latest is not None and latest.valid_from == on:
        UnitName.objects.filter(pk=latest.pk).update(name=name)
        return
    UnitName.objects.filter(unit=unit, valid_to__isnull=True).update(valid_to=on)
    UnitName.objects.create(unit=unit, name=name, valid_from=on)


@transaction.atomic
def move_unit(
    *, unit_id: int, parent_id: int, basis: Basis, actor: Account, at: dt.datetime
) -> Unit:
    """Place an organisation, with all below it, under another superior from a day on.

    Raises:
        NotPermitted: the actor may not reorganise it, or not the new superior.
        RootStays: the topmost organisation has nowhere to go.
        UnitError: the kinds, the days or the tree do not allow it; the sentence says which.
    """
    for pk in (unit_id, parent_id):
        require(actor, Permission.UNIT_REORGANIZE, unit_id=pk, on=local_day(at))
    unit, parent = lock_unit(unit_id), lock_unit(parent_id)
    check_not_future(basis.effective_on, at=at)
    if unit.parent_id is None:
        raise RootStays(unit.name)
    if unit.parent_id == parent.pk:
        raise NothingChanges
    check_can_move(unit, parent, on=basis.effective_on)
    rehang([unit], parent, on=basis.effective_on)
    unit.parent = parent
    note_change(UnitChangeKind.MOVE, unit, basis=basis, actor=actor, at=at, other=parent)
    return unit
