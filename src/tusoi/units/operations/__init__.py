"""Everything that changes organisations, who belongs to them and who holds their posts."""

from tusoi.units.operations.basis import Basis
from tusoi.units.operations.closure import rebuild_closure
from tusoi.units.operations.facts import (
    end_standing,
    record_commendation,
    record_discipline,
    record_standing,
)
from tusoi.units.operations.members import (
    MemberFacts,
    PersonFacts,
    add_member,
    add_person,
    edit_member,
    edit_person,
    join_unit,
    leave_party,
    leave_unit,
    move_member,
)
from tusoi.units.operations.posts import (
    appoint,
    close_collective,
    end_post,
    found_collective,
    seat,
)
from tusoi.units.operations.reshape import Part, close_unit, merge_units, split_unit
from tusoi.units.operations.tree import NewUnit, found_unit, move_unit, rename_unit


__all__ = [
    "Basis",
    "MemberFacts",
    "NewUnit",
    "Part",
    "PersonFacts",
    "add_member",
    "add_person",
    "appoint",
    "close_collective",
    "close_unit",
    "edit_member",
    "edit_person",
    "end_post",
    "end_standing",
    "found_collective",
    "found_unit",
    "join_unit",
    "leave_party",
    "leave_unit",
    "merge_units",
    "move_member",
    "move_unit",
    "rebuild_closure",
    "record_commendation",
    "record_discipline",
    "record_standing",
    "rename_unit",
    "seat",
    "split_unit",
]
