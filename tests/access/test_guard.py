"""Deny by default: every permission × person × place is what the roles say, and no more."""

import datetime as dt

import pytest

from tests.factories import access, cast
from tusoi.access.enums import Permission, RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, holds_at, permissions_anywhere, require, require_at
from tusoi.access.queries import scope_roots, units_for
from tusoi.people.queries import system_account


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 11, 30)


@pytest.mark.parametrize("permission", list(Permission))
def test_an_account_without_roles_holds_nothing(permission):
    people = cast.make()

    assert not holds(people.outsider, permission, unit_id=people.district.pk, on=DAY)


def test_a_role_covers_its_node_and_below_and_nothing_else():
    people = cast.make()
    ask = Permission.REVIEW_READ

    assert holds(people.cuc, ask, unit_id=people.ward.pk, on=DAY)
    assert holds(people.cuc, ask, unit_id=people.cell.pk, on=DAY)
    assert not holds(people.cuc, ask, unit_id=people.district.pk, on=DAY)
    assert not holds(people.cuc, ask, unit_id=people.other_cell.pk, on=DAY)


def test_a_role_ends_with_its_last_day():
    people = cast.make()
    access.grant(people.outsider, RoleKey.INSPECTOR, people.ward, valid_from=DAY, valid_to=DAY)

    assert holds(people.outsider, Permission.REVIEW_READ, unit_id=people.cell.pk, on=DAY)
    for other in (DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)):
        assert not holds(people.outsider, Permission.REVIEW_READ, unit_id=people.cell.pk, on=other)


def test_deciding_belongs_to_the_body_itself_not_to_the_one_above():
    people = cast.make()

    assert holds_at(
        people.ward_authority, Permission.RATING_DECIDE, unit_id=people.ward.pk, on=DAY
    )
    assert not holds_at(people.authority, Permission.RATING_DECIDE, unit_id=people.ward.pk, on=DAY)


def test_the_administrator_reads_no_content():
    people = cast.make()

    with pytest.raises(NotPermitted):
        require(people.administrator, Permission.REVIEW_READ, unit_id=people.cell.pk, on=DAY)


def test_a_locked_account_holds_nothing_anywhere():
    people = cast.make()
    people.binh.is_active = False

    assert not holds_at(people.binh, Permission.MEETING_HOLD, unit_id=people.cell.pk, on=DAY)
    assert permissions_anywhere(people.binh, on=DAY) == frozenset()
    assert not units_for(people.binh, Permission.MEETING_HOLD, on=DAY).exists()


def test_the_system_account_holds_everything_everywhere():
    people = cast.make()
    system = system_account()

    assert permissions_anywhere(system, on=DAY) == frozenset(Permission)
    assert holds_at(system, Permission.RATING_DECIDE, unit_id=people.cell.pk, on=DAY)
    assert units_for(system, Permission.UNIT_VIEW, on=DAY).count() == 5
    assert list(scope_roots(system, Permission.UNIT_VIEW, on=DAY)) == [people.district]


def test_require_at_wants_the_role_on_the_unit_itself():
    people = cast.make()

    require_at(people.ward_authority, Permission.RATING_DECIDE, unit_id=people.ward.pk, on=DAY)
    with pytest.raises(NotPermitted):
        require_at(people.ward_authority, Permission.RATING_DECIDE, unit_id=people.cell.pk, on=DAY)


def test_scope_roots_leave_out_what_lies_below_another():
    people = cast.make()
    access.grant(people.cuc, RoleKey.CELL_COMMITTEE, people.cell)
    access.grant(people.cuc, RoleKey.CELL_COMMITTEE, people.other_cell)

    roots = set(scope_roots(people.cuc, Permission.REVIEW_READ, on=DAY))

    assert roots == {people.ward, people.other_cell}


def test_a_grant_is_named_by_its_role_and_unit():
    people = cast.make()

    grant = access.grant(people.outsider, RoleKey.INSPECTOR, people.cell)

    assert str(grant) == "ủy ban kiểm tra – Chi bộ Khu vực 1"
