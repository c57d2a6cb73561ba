"""What the database holds of the units and people that a file speaks of, in a few statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from django.db.models import F, Q

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import accented_key
from tusoi.imports.planning.steps import Gone
from tusoi.people.models import Account, Person
from tusoi.units.enums import MembershipKind
from tusoi.units.models import Membership, Post, Unit, UnitParentage


# Both databases bound the parameters of one statement.
_CHUNK: Final = 5_000


class StoredUnit(NamedTuple):
    pk: int
    code: str
    name: str
    accented_key: str
    kind: str
    sector: str
    parent_id: int | None
    established_on: dt.date
    closed_on: dt.date | None


class StoredPerson(NamedTuple):
    pk: int
    code: str
    full_name: str
    accented_key: str
    search_key: str
    birth_on: dt.date | None
    birth_year_only: bool
    gender: str
    ethnicity: str
    phone: str
    occupation: str
    is_civil_servant: bool
    member_id: int | None
    card_number: str | None
    admitted_on: dt.date | None
    official_on: dt.date | None
    left_on: dt.date | None


class StoredMembership(NamedTuple):
    pk: int
    member_id: int
    unit_id: int
    kind: str
    valid_from: dt.date


class StoredPost(NamedTuple):
    pk: int
    person_id: int
    unit_id: int
    position: str
    valid_from: dt.date


_PERSON_FIELDS: Final = (
    "pk",
    "code",
    "full_name",
    "accented_key",
    "search_key",
    "birth_on",
    "birth_year_only",
    "gender",
    "ethnicity",
    "phone",
    "occupation",
    "is_civil_servant",
    "party_member__pk",
    "party_member__card_number",
    "party_member__admitted_on",
    "party_member__official_on",
    "party_member__left_on",
)


@dataclass(slots=True)
class StoredUnits:
    by_code: dict[str, StoredUnit] = field(default_factory=dict)
    by_id: dict[int, StoredUnit] = field(default_factory=dict)
    in_scope: frozenset[int] = frozenset()
    parent_from: dict[int, dt.date] = field(default_factory=dict)
    root_name: str | None = None

    def add(self, unit: StoredUnit) -> None:
        self.by_code[unit.code] = unit
        self.by_id[unit.pk] = unit


@dataclass(slots=True)
class StoredPeople:
    by_id: dict[int, StoredPerson] = field(default_factory=dict)
    by_code: dict[str, StoredPerson] = field(default_factory=dict)
    by_card: dict[str, StoredPerson] = field(default_factory=dict)
    by_name: dict[str, list[StoredPerson]] = field(default_factory=lambda: defaultdict(list))
    official: dict[int, StoredMembership] = field(default_factory=dict)
    temporary: dict[int, list[StoredMembership]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[int, list[StoredPost]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: StoredPerson) -> None:
        if person.pk in self.by_id:
            return
        self.by_id[person.pk] = person
        self.by_code[person.code] = person
        self.by_name[person.accented_key].append(person)
        if person.card_number:
            self.by_card[person.card_number] = person


T = TypeVar("T")


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


Keyed = TypeVar("Keyed", StoredUnit, StoredPerson)


def _with_key(row: Keyed, name: str) -> Keyed:
    """Fill in the key of rows written before it was kept."""
    return row if row.accented_key else row._replace(accented_key=accented_key(name))


def stored_units(*, actor: Account, codes: Collection[str], on: dt.date) -> StoredUnits:
    """Return the units in the actor's scope and those that the file names by code."""
    found = StoredUnits()
    scope = units_for(actor, Permission.DATA_IMPORT, on=on)
    fields = StoredUnit._fields
    for values in scope.values_list(*fields).iterator():
        found.add(_with_key(StoredUnit(*values), values[2]))
    found.in_scope = frozenset(found.by_id)
    for chunk in chunks(set(codes) - found.by_code.keys()):
        for values in Unit.objects.filter(code__in=chunk).values_list(*fields):
            found.add(_with_key(StoredUnit(*values), values[2]))
    found.root_name = (
        Unit.objects.filter(parent__isnull=True, closed_on__isnull=True)
        .order_by("pk")
        .values_list("name", flat=True)
        .first()
    )
    parentages = UnitParentage.objects.filter(valid_to__isnull=True)
    if not actor.is_system:
        parentages = parentages.filter(unit__in=scope)
    found.parent_from = dict(parentages.values_list("unit_id", "valid_from"))
    return found


def stored_people(
    *, codes: Collection[str], cards: Collection[str], names: Collection[str]
) -> StoredPeople:
    """Return everybody whom a row could mean: by code, by card, by name."""
    found = StoredPeople()
    if not Person.objects.exists():
        return found
    for lookup, values in (
        ("code__in", codes),
        ("party_member__card_number__in", cards),
        ("search_key__in", names),
    ):
        for chunk in chunks(values):
            rows = Person.objects.filter(**{lookup: chunk}).values_list(*_PERSON_FIELDS)
            for row in rows:
                found.add(_with_key(StoredPerson(*row), row[2]))
    _add_places(found)
    return found


def _add_places(found: StoredPeople) -> None:
    members = (person.member_id for person in found.by_id.values() if person.member_id)
    for chunk in chunks(members):
        memberships = Membership.objects.filter(member__in=chunk, valid_to__isnull=True)
        for values in memberships.values_list(*StoredMembership._fields):
            membership = StoredMembership(*values)
            if membership.kind == MembershipKind.OFFICIAL:
                found.official[membership.member_id] = membership
            else:
                found.temporary[membership.member_id].append(membership)
    for chunk in chunks(found.by_id):
        posts = Post.objects.filter(
            person__in=chunk, valid_to__isnull=True, collective__isnull=True
        )
        for values in posts.values_list(*StoredPost._fields):
            post = StoredPost(*values)
            found.posts[post.person_id].append(post)


def members_not_listed(*, unit_ids: Collection[int], listed: Collection[int]) -> list[Gone]:
    """Return the members of the given cells who are not among those listed."""
    known = set(listed)
    gone = []
    for chunk in chunks(unit_ids):
        rows = (
            Membership.objects.filter(
                Q(member__left_on__isnull=True),
                unit__in=chunk,
                valid_to__isnull=True,
                kind=MembershipKind.OFFICIAL,
            )
            .order_by("unit__sort_key", "member__person__sort_key", "pk")
            .annotate(code=F("member__person__code"), name=F("member__person__full_name"))
            .values_list("member__person_id", "code", "name", "unit__name")
        )
        gone += [Gone(*row) for row in rows if row[0] not in known]
    return gone


def cells_with_members(unit_ids: Collection[int]) -> set[int]:
    """Return those of the units to which somebody belongs today."""
    held: set[int] = set()
    for chunk in chunks(unit_ids):
        rows = Membership.objects.filter(unit__in=chunk, valid_to__isnull=True)
        held.update(rows.values_list("unit_id", flat=True).distinct())
    return held
