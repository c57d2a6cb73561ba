import pytest

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import people, units
from tusoi.cycles.enums import SubjectKind
from tusoi.ratings.queries import deciding_unit_of, placements, quota_group_of
from tusoi.units.enums import Position, UnitKind, UnitSector


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return cast_of.make()


def test_members_are_decided_and_compared_in_their_grassroots_organization(cast):
    cycle = cycle_of.cycle(cast.district)
    obligation = cycle_of.obligation(cycle, cast.an_person)

    assert deciding_unit_of(obligation) == cast.ward.pk
    assert quota_group_of(obligation) == f"member:{cast.ward.pk}"


def test_a_cell_is_decided_by_its_ward_and_the_ward_by_the_district(cast):
    cycle = cycle_of.cycle(cast.district)

    assert deciding_unit_of(cycle_of.obligation(cycle, cast.cell)) == cast.ward.pk
    assert deciding_unit_of(cycle_of.obligation(cycle, cast.ward)) == cast.district.pk
    assert quota_group_of(cycle_of.obligation(cycle, cast.ward)) == (
        f"party_organization:grassroots_organization:{cast.district.pk}"
    )


def test_a_grassroots_cell_decides_its_own_members(cast):
    office = units.unit("Chi bộ Phòng Kinh tế", UnitKind.GRASSROOTS_CELL, cast.district)
    person = people.make_person("Đỗ Thị Em")
    units.membership(people.member(person), office)
    cycle = cycle_of.cycle(cast.district)

    assert deciding_unit_of(cycle_of.obligation(cycle, person)) == office.pk
    assert deciding_unit_of(cycle_of.obligation(cycle, office)) == cast.district.pk


def test_the_root_decides_about_itself_when_nothing_stands_above(cast):
    cycle = cycle_of.cycle(cast.district)

    assert deciding_unit_of(cycle_of.obligation(cycle, cast.district)) == cast.district.pk


def test_collectives_and_leaders_are_compared_with_their_like(cast):
    cast.ward.sector = UnitSector.LOCALITY
    cast.ward.save()
    body = units.collective(cast.ward, "Ban Thường vụ", peer_group="Ban thường vụ: phường")
    units.post(cast.binh.person, cast.ward, Position.HEAD, collective=body)
    cycle = cycle_of.cycle(cast.district)
    leader = cycle_of.obligation(cycle, cast.binh.person, SubjectKind.LEADER)

    assert quota_group_of(cycle_of.obligation(cycle, body)) == (
        f"collective:Ban thường vụ  phường:{cast.district.pk}"
    )
    assert quota_group_of(leader) == "leader:head:grassroots_organization:locality"
    assert deciding_unit_of(leader) == cast.district.pk


def test_placements_cost_the_same_for_one_and_for_all(cast, django_assert_num_queries):
    cycle = cycle_of.cycle(cast.district)
    placements(cycle)  # reads the rulebook once per process

    with django_assert_num_queries(1):
        found = placements(cycle)

    assert set(found) == set(cycle.obligations.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("choice", "group"),
    [("inside", "leader:head:grassroots_organization:"), ("outside", "uncounted:leader")],
)
def test_heads_are_in_a_group_or_in_none_as_the_authority_chose(cast, choice, group):
    body = units.collective(cast.ward, "Ban Thường vụ")
    units.post(cast.binh.person, cast.ward, Position.HEAD, collective=body)
    units.post(cast.an_person, cast.ward, Position.DEPUTY_HEAD, collective=body)
    cycle = cycle_of.cycle(
        cast.district,
        rulebook_identity="366-2025",
        rulebook_settings={"quota-head": choice, "quota-group": "superior"},
    )

    head = cycle_of.obligation(cycle, cast.binh.person, SubjectKind.LEADER)
    deputy = cycle_of.obligation(cycle, cast.an_person, SubjectKind.LEADER)

    assert quota_group_of(head).startswith(group)
    assert quota_group_of(deputy).startswith("leader:deputy_head")
