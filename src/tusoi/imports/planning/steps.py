"""The parts of a plan: one step per row of the file."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tusoi.imports.enums import Outcome
from tusoi.imports.reading.rows import PersonRow, UnitRow
from tusoi.units.enums import MembershipKind, Position


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would change, as a person reads it."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class UnitStep:
    row: UnitRow
    code: str
    name: str
    unit_id: int | None = None
    parent_code: str | None = None
    # The name of the unit above, for people to read.
    place: str = ""
    # Fields of Unit to write; for a new unit all of them.
    values: dict[str, Any] = field(default_factory=dict)
    starts_on: dt.date | None = None
    # Set when the unit moves under another parent; the day from which it holds.
    moves_on: dt.date | None = None
    is_renamed: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.unit_id is None:
            return Outcome.ADDED
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class MembershipStep:
    """A membership to begin, and the one it ends, if any."""

    unit_code: str
    kind: MembershipKind
    starts_on: dt.date
    ends_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostStep:
    """A post to begin, and the one in the same unit that it ends, if any."""

    unit_code: str
    position: Position
    title: str
    starts_on: dt.date
    ends_id: int | None = None


@dataclass(slots=True)
class PersonStep:
    row: PersonRow
    code: str
    full_name: str
    is_new: bool = False
    # Ids of what is stored; writing fills them in for those it adds.
    person_id: int | None = None
    member_id: int | None = None
    # The step of the same person on an earlier row, when this row only adds a membership.
    first: "PersonStep | None" = None
    person_values: dict[str, Any] = field(default_factory=dict)
    member_values: dict[str, Any] = field(default_factory=dict)
    # Where the person belongs once the file holds.
    unit_code: str | None = None
    place: str = ""
    membership: MembershipStep | None = None
    post: PostStep | None = None
    # Posts in the unit that the person leaves, and the day on which they end.
    ended_posts: tuple[int, ...] = ()
    changes: list[Change] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.is_new:
            return Outcome.ADDED
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Gone:
    """A unit or member that stands below what the file lists, but not in the file."""

    pk: int
    code: str
    name: str
    place: str = ""
