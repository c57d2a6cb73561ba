"""Founding, renaming, moving: the dated rows, the closure, the refusals, the log."""

import datetime as dt

import pytest
from django.db.models.signals import pre_save

from tests.factories import cast, units
from tusoi.audit.models import AuditEvent
from tusoi.core.clock import now
from tusoi.people.queries import system_account
from tusoi.units import errors
from tusoi.units.enums import UnitChangeKind, UnitKind
from tusoi.units.errors import NotPermitted
from tusoi.units.models import Unit, UnitChange, UnitClosure, UnitName, UnitParentage
from tusoi.units.operations import (
    Basis,
    NewUnit,
    close_unit,
    found_unit,
    move_unit,
    rebuild_closure,
    rename_unit,
)
from tusoi.units.queries import check_closure, children_of, path_of, tree_as_of


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 7, 1)
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)
BASIS = Basis(DAY, document="QĐ 12-QĐ/QU", note="Sắp xếp lại")


def _new(parent, *, code="M1", name="Chi bộ  Khu vực 7", kind=UnitKind.CELL):
    return NewUnit(code=code, name=name, kind=kind, parent_id=parent.pk if parent else None)


def _names(nodes):
    return [node.name for node in nodes]


def test_found_unit_writes_name_parentage_closure_change_and_log():
    people = cast.make()

    unit = found_unit(facts=_new(people.ward), basis=BASIS, actor=people.board, at=AT)

    assert (unit.name, unit.established_on) == ("Chi bộ Khu vực 7", DAY)
    assert unit.names.get().valid_from == DAY
    assert unit.parentages.get().parent == people.ward
    above = UnitClosure.objects.filter(descendant=unit).order_by("depth")
    assert [row.ancestor for row in above] == [unit, people.ward, people.district]
    change = UnitChange.objects.get()
    assert (change.kind, change.other, change.document) == ("found", people.ward, "QĐ 12-QĐ/QU")
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.unit_id) == ("units.found", str(unit.pk), unit.pk)


def test_the_topmost_unit_is_founded_once_and_by_the_system():
    cast_free_system = system_account()

    root = found_unit(
        facts=_new(None, kind=UnitKind.DISTRICT), basis=BASIS, actor=cast_free_system, at=AT
    )

    assert root.parent is None
    with pytest.raises(errors.SecondRoot):
        found_unit(facts=_new(None, code="M2"), basis=BASIS, actor=cast_free_system, at=AT)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": UnitKind.CELL_GROUP}, errors.KindDoesNotFit),
        ({"kind": UnitKind.DISTRICT}, errors.KindDoesNotFit),
        ({"code": "p1-1"}, errors.CodeTaken),
    ],
)
def test_found_unit_refuses_what_cannot_stand_there(change, refusal):
    people = cast.make()

    with pytest.raises(refusal):
        found_unit(facts=_new(people.ward, **change), basis=BASIS, actor=people.board, at=AT)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (dt.date(2022, 12, 1), errors.EffectiveInFuture),
        (dt.date(2014, 12, 31), errors.UnitNotYetFounded),
    ],
)
def test_found_unit_refuses_days_that_have_not_come_or_precede_the_superior(day, refusal):
    people = cast.make()

    with pytest.raises(refusal):
        found_unit(facts=_new(people.ward), basis=Basis(day), actor=people.board, at=AT)


def test_found_unit_under_a_closed_one_is_refused():
    people = cast.make()
    empty = units.unit("Đảng bộ bộ phận", UnitKind.SECTION, people.ward)
    close_unit(unit_id=empty.pk, basis=BASIS, actor=people.board, at=AT)

    with pytest.raises(errors.UnitClosed):
        found_unit(facts=_new(empty), basis=BASIS, actor=people.board, at=AT)


@pytest.mark.parametrize("who", ["an", "binh", "cuc", "dung", "inspector", "administrator"])
def test_only_the_organisation_board_reorganises(who):
    people = cast.make()
    actor = getattr(people, who)

    for attempt in (
        lambda: found_unit(facts=_new(people.ward), basis=BASIS, actor=actor, at=AT),
        lambda: rename_unit(
            unit_id=people.cell.pk, name="Chi bộ Mới", basis=BASIS, actor=actor, at=AT
        ),
        lambda: move_unit(
            unit_id=people.cell.pk,
            parent_id=people.other_ward.pk,
            basis=BASIS,
            actor=actor,
            at=AT,
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert not UnitChange.objects.exists()


def test_rename_keeps_the_earlier_name_of_the_day():
    people = cast.make()

    rename_unit(
        unit_id=people.cell.pk, name="Chi bộ Khu vực Một", basis=BASIS, actor=people.board, at=AT
    )

    people.cell.refresh_from_db()
    assert people.cell.name == "Chi bộ Khu vực Một"
    assert people.cell.search_key == "chi bo khu vuc mot"
    before, after = DAY - dt.timedelta(days=1), DAY
    assert _names(children_of(people.ward, on=before)) == ["Chi bộ Khu vực 1"]
    assert _names(children_of(people.ward, on=after)) == ["Chi bộ Khu vực Một"]
    assert AuditEvent.objects.get().action == "units.rename"


def test_rename_on_the_same_day_mends_the_name_instead_of_adding_one():
    people = cast.make()

    for name in ("Chi bộ A", "Chi bộ B"):
        rename_unit(unit_id=people.cell.pk, name=name, basis=BASIS, actor=people.board, at=AT)

    names = UnitName.objects.filter(unit=people.cell).order_by("valid_from")
    assert [(row.name, row.valid_to) for row in names] == [
        ("Chi bộ Khu vực 1", DAY),
        ("Chi bộ B", None),
    ]


def test_rename_refuses_the_same_name_and_days_before_the_last():
    people = cast.make()
    same = {"unit_id": people.cell.pk, "actor": people.board, "at": AT}

    with pytest.raises(errors.NothingChanges):
        rename_unit(name="Chi bộ  Khu vực 1", basis=BASIS, **same)
    rename_unit(name="Chi bộ Mới", basis=BASIS, **same)
    with pytest.raises(errors.BeforeLastChange):
        rename_unit(name="Chi bộ Cũ", basis=Basis(dt.date(2020, 1, 1)), **same)


def test_move_changes_today_and_leaves_the_past_alone():
    people = cast.make()
    group = units.unit("Tổ đảng 1", UnitKind.CELL_GROUP, people.cell)

    move_unit(
        unit_id=people.cell.pk,
        parent_id=people.other_ward.pk,
        basis=BASIS,
        actor=people.board,
        at=AT,
    )

    assert _names(path_of(group, on=DAY)) == [
        "Đảng bộ quận Mẫu",
        "Đảng bộ phường Hai",
        "Chi bộ Khu vực 1",
        "Tổ đảng 1",
    ]
    day_before = DAY - dt.timedelta(days=1)
    assert "Đảng bộ phường Một" in _names(path_of(group, on=day_before))
    assert len(tree_as_of(day_before, people.ward)) == 3
    assert len(tree_as_of(DAY, people.ward)) == 1
    assert check_closure() == []
    change = UnitChange.objects.get()
    assert (change.kind, change.other) == (UnitChangeKind.MOVE, people.other_ward)


@pytest.mark.parametrize("place", ["ward", "cell"])
def test_move_refuses_a_place_in_itself_or_below(place):
    people = cast.make()

    with pytest.raises(errors.CircularTree):
        move_unit(
            unit_id=people.ward.pk,
            parent_id=getattr(people, place).pk,
            basis=BASIS,
            actor=people.board,
            at=AT,
        )


def test_move_refuses_a_superior_that_stood_below_the_unit_on_a_day_in_between():
    """A district moves under one that was its own lower organisation until a month later."""
    board = system_account()
    province = units.unit("Đảng bộ tỉnh", UnitKind.PROVINCE)
    superior = units.unit("Đảng bộ khối", UnitKind.DISTRICT, province)
    other = units.unit("Đảng bộ huyện", UnitKind.DISTRICT, province)
    inner = units.unit("Đảng bộ cấp trên", UnitKind.SUPERIOR, superior)
    move_unit(
        unit_id=inner.pk,
        parent_id=other.pk,
        basis=Basis(dt.date(2022, 8, 1)),
        actor=board,
        at=AT,
    )
    Unit.objects.filter(pk=superior.pk).update(kind=UnitKind.GRASSROOTS_ORGANIZATION)

    with pytest.raises(errors.CircularTree):
        move_unit(unit_id=superior.pk, parent_id=inner.pk, basis=BASIS, actor=board, at=AT)
    move_unit(
        unit_id=superior.pk,
        parent_id=inner.pk,
        basis=Basis(dt.date(2022, 8, 1)),
        actor=board,
        at=AT,
    )
    assert check_closure() == []


@pytest.mark.parametrize(
    ("unit", "parent", "day", "refusal"),
    [
        ("district", "ward", DAY, errors.RootStays),
        ("cell", "ward", DAY, errors.NothingChanges),
        ("cell", "district", DAY, errors.KindDoesNotFit),
        ("cell", "other_ward", dt.date(2010, 1, 1), errors.UnitNotYetFounded),
        ("cell", "other_ward", dt.date(2023, 1, 1), errors.EffectiveInFuture),
    ],
)
def test_move_refusals(unit, parent, day, refusal):
    people = cast.make()

    with pytest.raises(refusal):
        move_unit(
            unit_id=getattr(people, unit).pk,
            parent_id=getattr(people, parent).pk,
            basis=Basis(day),
            actor=people.board,
            at=AT,
        )
    assert UnitParentage.objects.filter(valid_to__isnull=False).count() == 0


def test_move_refuses_a_day_before_the_last_move():
    people = cast.make()
    arguments = {"unit_id": people.cell.pk, "actor": people.board, "at": AT}
    move_unit(parent_id=people.other_ward.pk, basis=BASIS, **arguments)

    with pytest.raises(errors.BeforeLastChange):
        move_unit(parent_id=people.ward.pk, basis=Basis(dt.date(2022, 1, 1)), **arguments)


def test_rebuild_closure_finds_and_mends_differences():
    people = cast.make()
    UnitClosure.objects.filter(descendant=people.cell, ancestor=people.district).delete()
    UnitClosure.objects.create(ancestor=people.cell, descendant=people.ward, depth=1)

    assert {(row.is_missing, row.ancestor_id) for row in check_closure()} == {
        (True, people.district.pk),
        (False, people.cell.pk),
    }
    rebuild_closure()
    assert check_closure() == []


def test_the_clock_is_not_read_by_operations():
    people = cast.make()
    long_ago = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)

    with pytest.raises(errors.EffectiveInFuture):
        rename_unit(
            unit_id=people.cell.pk,
            name="Chi bộ Mới",
            basis=Basis(now().date()),
            actor=people.board,
            at=long_ago,
        )


def test_a_cell_stands_directly_below_a_committee_above_the_grassroots():
    """Normal since July 2025: below a commune no grassroots committee lies between."""
    people = cast.make()
    commune = Unit.objects.get(pk=people.other_ward.pk)
    Unit.objects.filter(pk=commune.pk).update(kind=UnitKind.SUPERIOR)

    move_unit(unit_id=people.cell.pk, parent_id=commune.pk, basis=BASIS, actor=people.board, at=AT)

    people.cell.refresh_from_db()
    assert (people.cell.kind, people.cell.parent) == (UnitKind.CELL, commune)
    assert check_closure() == []


def test_a_code_taken_meanwhile_is_refused_in_words():
    world = cast.make()

    def rival(instance, **_signal):
        """Write the same code after the look-up, as another founding would."""
        twin = Unit(code=instance.code, name="Chi bộ khác", kind=UnitKind.CELL)
        twin.parent, twin.established_on = world.ward, DAY
        Unit.objects.bulk_create([twin])

    pre_save.connect(rival, sender=Unit)
    try:
        with pytest.raises(errors.CodeTaken):
            found_unit(facts=_new(world.ward), basis=BASIS, actor=world.board, at=AT)
    finally:
        pre_save.disconnect(rival, sender=Unit)
    assert not Unit.objects.filter(code="M1").exists()
