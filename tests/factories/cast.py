"""An, Bình, Cúc and Dũng: the same four people in every test of access.

An is a member of the cell, Bình its secretary, Cúc an officer of the superior committee, Dũng
the secretary of a cell in another branch of the tree, who must see nothing of theirs.
"""

from dataclasses import dataclass

from tests.factories import access, people, units
from tests.remembering import remembered
from tusoi.access.enums import RoleKey
from tusoi.people.models import Account, Person
from tusoi.units.enums import Position, UnitKind
from tusoi.units.models import Unit


@dataclass(frozen=True)
class Cast:
    district: Unit
    ward: Unit
    cell: Unit
    other_ward: Unit
    other_cell: Unit
    an: Account
    binh: Account
    cuc: Account
    dung: Account
    board: Account
    authority: Account
    ward_authority: Account
    inspector: Account
    administrator: Account
    outsider: Account

    @property
    def an_person(self) -> Person:
        return self.an.person


def _member_of(cell, name, username):
    person = people.make_person(name)
    units.membership(people.member(person), cell)
    return people.account(person, username=username)


@remembered
def make(mark: str = "") -> Cast:
    """Make the cast; a second one beside it needs a mark for its codes and sign-in names."""
    district = units.unit("Đảng bộ quận Mẫu", UnitKind.DISTRICT, code=f"{mark}Q")
    ward = units.unit(
        "Đảng bộ phường Một", UnitKind.GRASSROOTS_ORGANIZATION, district, code=f"{mark}P1"
    )
    cell = units.unit("Chi bộ Khu vực 1", UnitKind.CELL, ward, code=f"{mark}P1-1")
    other_ward = units.unit(
        "Đảng bộ phường Hai", UnitKind.GRASSROOTS_ORGANIZATION, district, code=f"{mark}P2"
    )
    other_cell = units.unit("Chi bộ Khu vực 9", UnitKind.CELL, other_ward, code=f"{mark}P2-9")
    an = _member_of(cell, "Lê Thị An", f"{mark}an")
    binh = _member_of(cell, "Trần Văn Bình", f"{mark}binh")
    cuc = _member_of(other_cell, "Phạm Thị Cúc", f"{mark}cuc")
    dung = _member_of(other_cell, "Ngô Tiến Dũng", f"{mark}dung")
    units.post(binh.person, cell, Position.SECRETARY)
    units.post(dung.person, other_cell, Position.SECRETARY)
    access.grant(an, RoleKey.MEMBER, cell)
    access.grant(binh, RoleKey.CELL_COMMITTEE, cell)
    access.grant(cuc, RoleKey.COMMITTEE_OFFICER, ward)
    access.grant(dung, RoleKey.CELL_COMMITTEE, other_cell)
    named = {}
    for username, role, unit in (
        ("board", RoleKey.ORGANIZATION_BOARD, district),
        ("authority", RoleKey.DECIDING_AUTHORITY, district),
        ("ward_authority", RoleKey.DECIDING_AUTHORITY, ward),
        ("inspector", RoleKey.INSPECTOR, district),
        ("administrator", RoleKey.ADMINISTRATOR, district),
    ):
        named[username] = people.account(username=mark + username)
        access.grant(named[username], role, unit)
    return Cast(
        district=district,
        ward=ward,
        cell=cell,
        other_ward=other_ward,
        other_cell=other_cell,
        an=an,
        binh=binh,
        cuc=cuc,
        dung=dung,
        outsider=people.account(username=f"{mark}outsider"),
        **named,
    )
