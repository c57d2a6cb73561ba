"""Closing, merging, splitting: nobody is lost, nothing is in two places."""

import datetime as dt

import pytest

from tests.factories import access, cast, people, units
from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.access.operations import reorganize
from tusoi.access.queries import RightsEffect, grants_touched, units_for
from tusoi.audit.models import AuditEvent
from tusoi.units import errors
from tusoi.units.enums import MembershipKind, Permission, Position, UnitChangeKind, UnitKind
from tusoi.units.errors import NotPermitted
from tusoi.units.models import Membership, Post, UnitChange
from tusoi.units.operations import (
    Basis,
    NewUnit,
    Part,
    close_unit,
    merge_units,
    split_unit,
)
from tusoi.units.queries import (
    check_closure,
    children_of,
    in_force,
    memberships_of,
    preview_change,
)


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 7, 1)
BEFORE = DAY - dt.timedelta(days=1)
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)
BASIS = Basis(DAY, document="QĐ 12-QĐ/QU")


def _members(unit, day=DAY):
    return [str(row.member) for row in memberships_of(unit, on=day)]


# -- closing -------------------------------------------------------------------------------------


def test_close_ends_the_unit_its_posts_and_collectives():
    who = cast.make()
    cell = units.unit("Chi bộ trống", UnitKind.CELL, who.ward)
    units.post(who.binh.person, cell, Position.SECRETARY)
    body = units.collective(cell)

    close_unit(unit_id=cell.pk, basis=BASIS, actor=who.board, at=AT)

    cell.refresh_from_db()
    body.refresh_from_db()
    assert (cell.closed_on, body.closed_on) == (DAY, DAY)
    assert Post.objects.get(unit=cell).valid_to == DAY
    assert "Chi bộ trống" in [node.name for node in children_of(who.ward, on=BEFORE)]
    assert "Chi bộ trống" not in [node.name for node in children_of(who.ward, on=DAY)]
    assert AuditEvent.objects.get().action == "units.close"
    assert UnitChange.objects.get().document == "QĐ 12-QĐ/QU"


def test_close_refuses_what_is_not_empty_topmost_or_closed():
    who = cast.make()
    empty = units.unit("Chi bộ trống", UnitKind.CELL, who.ward)
    board = {"basis": BASIS, "actor": who.board, "at": AT}
    close_unit(unit_id=empty.pk, **board)

    for unit, refusal in (
        (who.cell, errors.MembersRemain),
        (who.ward, errors.ChildrenRemain),
        (who.district, errors.RootStays),
        (empty, errors.UnitClosed),
    ):
        with pytest.raises(refusal):
            close_unit(unit_id=unit.pk, **board)


def test_close_refuses_a_day_before_something_began():
    who = cast.make()
    cell = units.unit("Chi bộ trống", UnitKind.CELL, who.ward)
    units.post(who.binh.person, cell, Position.SECRETARY, valid_from=dt.date(2022, 9, 1))

    with pytest.raises(errors.BeforeLastChange):
        close_unit(unit_id=cell.pk, basis=BASIS, actor=who.board, at=AT)


@pytest.mark.parametrize("name", ["an", "binh", "cuc", "dung", "inspector", "administrator"])
def test_only_the_organisation_board_closes_merges_and_splits(name):
    who = cast.make()
    actor = getattr(who, name)
    facts = NewUnit("M", "Chi bộ Mới", UnitKind.CELL, who.ward.pk)

    for attempt in (
        lambda: close_unit(unit_id=who.cell.pk, basis=BASIS, actor=actor, at=AT),
        lambda: merge_units(
            source_ids=[who.cell.pk], into=who.other_cell.pk, basis=BASIS, actor=actor, at=AT
        ),
        lambda: split_unit(
            unit_id=who.cell.pk,
            parts=[Part(facts)],
            closes=False,
            basis=BASIS,
            actor=actor,
            at=AT,
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()


# -- merging -------------------------------------------------------------------------------------


def test_merge_into_an_existing_cell_passes_members_on():
    who = cast.make()

    merge_units(
        source_ids=[who.cell.pk], into=who.other_cell.pk, basis=BASIS, actor=who.board, at=AT
    )

    assert _members(who.other_cell) == [
        "Lê Thị An",
        "Trần Văn Bình",
        "Phạm Thị Cúc",
        "Ngô Tiến Dũng",
    ]
    assert _members(who.cell, BEFORE) == ["Lê Thị An", "Trần Văn Bình"]
    assert _members(who.cell) == []
    who.cell.refresh_from_db()
    assert who.cell.closed_on == DAY
    assert Post.objects.get(unit=who.cell).valid_to == DAY
    change = UnitChange.objects.get()
    assert (change.kind, change.unit, change.other) == ("merge", who.cell, who.other_cell)


def test_merge_into_a_new_organisation_passes_lower_organisations_on():
    who = cast.make()
    facts = NewUnit(
        "P12", "Đảng bộ phường Mười Hai", UnitKind.GRASSROOTS_ORGANIZATION, who.district.pk
    )

    made = merge_units(
        source_ids=[who.ward.pk, who.other_ward.pk],
        into=facts,
        basis=BASIS,
        actor=who.board,
        at=AT,
    )

    assert [node.name for node in children_of(made, on=DAY)] == [
        "Chi bộ Khu vực 1",
        "Chi bộ Khu vực 9",
    ]
    assert [node.name for node in children_of(who.ward, on=BEFORE)] == ["Chi bộ Khu vực 1"]
    assert [node.name for node in children_of(who.district, on=DAY)] == ["Đảng bộ phường Mười Hai"]
    assert check_closure() == []
    kinds = UnitChange.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [UnitChangeKind.FOUND, UnitChangeKind.MERGE, UnitChangeKind.MERGE]
    assert AuditEvent.objects.count() == 3


def test_merge_keeps_one_place_of_someone_who_had_two():
    who = cast.make()
    third = units.unit("Chi bộ Khu vực 2", UnitKind.CELL, who.ward)
    an = who.an.person.party_member
    units.membership(an, third, MembershipKind.TEMPORARY, valid_from=dt.date(2022, 1, 1))
    units.membership(an, who.other_cell, MembershipKind.TEMPORARY, valid_from=DAY)

    merge_units(
        source_ids=[third.pk, who.cell.pk],
        into=who.other_cell.pk,
        basis=BASIS,
        actor=who.board,
        at=AT,
    )

    places = Membership.objects.filter(in_force(DAY), member=an)
    assert [(row.unit, row.kind) for row in places] == [(who.other_cell, MembershipKind.OFFICIAL)]


def test_merge_refusals_leave_everything_as_it_was():
    who = cast.make()
    group = units.unit("Tổ đảng 1", UnitKind.CELL_GROUP, who.cell)
    board = {"basis": BASIS, "actor": who.board, "at": AT}

    for sources, into, refusal in (
        ([], who.cell.pk, errors.NothingToMerge),
        ([who.cell.pk], who.cell.pk, errors.MergesWithItself),
        ([who.cell.pk], group.pk, errors.MergesWithItself),
        ([who.ward.pk, who.cell.pk], who.other_ward.pk, errors.MergesWithItself),
        ([who.district.pk], who.ward.pk, errors.RootStays),
        ([who.other_cell.pk], who.ward.pk, errors.HasNoMembers),
        ([who.other_ward.pk], who.cell.pk, errors.KindDoesNotFit),
        (
            [who.cell.pk],
            NewUnit("Q", "Trùng mã", UnitKind.CELL, who.ward.pk),
            errors.CodeTaken,
        ),
        (
            [who.cell.pk],
            NewUnit("M", "Không cấp trên", UnitKind.CELL, None),
            errors.NothingToMerge,
        ),
    ):
        with pytest.raises(refusal):
            merge_units(source_ids=sources, into=into, **board)
    assert not UnitChange.objects.exists()
    assert not AuditEvent.objects.exists()
    assert check_closure() == []


def test_merge_refuses_a_day_before_a_member_came():
    who = cast.make()
    late = people.member()
    units.membership(late, who.cell, valid_from=dt.date(2022, 9, 1))

    with pytest.raises(errors.BeforeLastChange):
        merge_units(
            source_ids=[who.cell.pk], into=who.other_cell.pk, basis=BASIS, actor=who.board, at=AT
        )


# -- splitting -----------------------------------------------------------------------------------


def _part(who, code, *members, children=()):
    return Part(
        NewUnit(code, f"Chi bộ {code}", UnitKind.CELL, None),
        member_ids=[account.person.party_member.pk for account in members],
        child_ids=[unit.pk for unit in children],
    )


def test_split_off_keeps_the_rest_where_it_was():
    who = cast.make()
    group = units.unit("Tổ đảng 1", UnitKind.CELL_GROUP, who.cell)

    (made,) = split_unit(
        unit_id=who.cell.pk,
        parts=[_part(who, "1A", who.an, children=[group])],
        closes=False,
        basis=BASIS,
        actor=who.board,
        at=AT,
    )

    assert made.parent == who.ward
    assert (_members(made), _members(who.cell)) == (["Lê Thị An"], ["Trần Văn Bình"])
    assert [node.name for node in children_of(made, on=DAY)] == ["Tổ đảng 1"]
    assert check_closure() == []
    change = UnitChange.objects.get()
    assert (change.kind, change.unit, change.other) == ("split", who.cell, made)
    assert AuditEvent.objects.get().action == "units.split"


def test_split_up_ends_the_unit_once_everybody_has_a_place():
    who = cast.make()
    arguments = {
        "unit_id": who.cell.pk,
        "closes": True,
        "basis": BASIS,
        "actor": who.board,
        "at": AT,
    }

    with pytest.raises(errors.MembersRemain):
        split_unit(parts=[_part(who, "1A", who.an)], **arguments)
    split_unit(parts=[_part(who, "1A", who.an), _part(who, "1B", who.binh)], **arguments)

    who.cell.refresh_from_db()
    assert who.cell.closed_on == DAY


def test_split_refusals():
    who = cast.make()
    arguments = {
        "unit_id": who.cell.pk,
        "closes": False,
        "basis": BASIS,
        "actor": who.board,
        "at": AT,
    }

    for parts, refusal in (
        ([], errors.NoParts),
        ([_part(who, "1A", who.an), _part(who, "1B", who.an)], errors.ChosenTwice),
        ([_part(who, "1A", who.dung)], errors.NotOfThisUnit),
        ([_part(who, "1A", children=[who.other_cell])], errors.NotOfThisUnit),
    ):
        with pytest.raises(refusal):
            split_unit(parts=parts, **arguments)
    root = arguments | {"unit_id": who.district.pk}
    with pytest.raises(errors.RootStays):
        split_unit(parts=[_part(who, "1A")], **root)


# -- previews and rights -------------------------------------------------------------------------


def test_preview_names_everything_below_and_its_counts():
    who = cast.make()
    units.collective(who.ward)

    preview = preview_change(UnitChangeKind.MERGE, [who.ward.pk], effective_on=DAY)

    assert (preview.unit_count, preview.member_count, preview.post_count) == (2, 2, 1)
    assert preview.collective_count == 1
    assert [str(row.member) for row in preview.members] == ["Lê Thị An", "Trần Văn Bình"]


def test_grants_touched_names_who_loses_gains_and_ends():
    who = cast.make()

    touched = grants_touched([who.cell.pk], on=DAY, new_parent_id=who.other_ward.pk)

    found = {(row.grant.account.username, row.effect) for row in touched}
    assert found == {
        ("an", RightsEffect.STAYS),
        ("binh", RightsEffect.STAYS),
        ("cuc", RightsEffect.LOSES),
        ("ward_authority", RightsEffect.LOSES),
    }


def test_a_move_takes_rights_from_the_old_superior_as_foretold():
    who = cast.make()
    access.grant(who.outsider, RoleKey.INSPECTOR, who.other_ward)
    touched = grants_touched([who.cell.pk], on=DAY, closing=True, new_parent_id=who.other_ward.pk)

    reorganize(
        merge_units,
        source_ids=[who.cell.pk],
        into=who.other_cell.pk,
        basis=BASIS,
        actor=who.board,
        at=AT,
    )

    ended = {row.grant.pk for row in touched if row.effect == RightsEffect.ENDS}
    assert ended == set(RoleGrant.objects.filter(revoked_at=AT).values_list("pk", flat=True))
    assert not units_for(who.binh, Permission.UNIT_VIEW, on=AT.date()).exists()
    assert AuditEvent.objects.filter(action="access.revoke").count() == len(ended) == 2
    assert ("outsider", RightsEffect.GAINS) in {
        (row.grant.account.username, row.effect) for row in touched
    }
