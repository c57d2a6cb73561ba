"""People and Party members: their facts, the cells they belong to, their leaving."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.models import new_public_id
from tusoi.core.text import display_name
from tusoi.people.enums import Gender, LeavingReason
from tusoi.people.models import Account, PartyMember, Person
from tusoi.units.enums import (
    CELL_KINDS,
    COMMITTEE_POSITIONS,
    MembershipKind,
    Permission,
)
from tusoi.units.errors import (
    AlreadyAMember,
    AlreadyEnded,
    AlreadyInACell,
    AlreadyThere,
    BeforeAdmission,
    BeforeBirth,
    CodeTaken,
    DatesOutOfOrder,
    HasLeftTheParty,
    HasNoMembers,
    NotACellMember,
    NothingChanges,
    NotPermitted,
    OfficialBeforeAdmission,
    TooYoungToJoin,
)
from tusoi.units.models import Membership, Post, Unit
from tusoi.units.operations.basis import check_exists, check_not_future
from tusoi.units.permissions import require
from tusoi.units.queries import home_unit_ids


# The Charter admits people who have reached this age.
_AGE_OF_ADMISSION = 18


@dataclass(frozen=True)
class PersonFacts:
    full_name: str
    code: str = ""
    birth_on: dt.date | None = None
    birth_year_only: bool = False
    gender: Gender = Gender.UNKNOWN
    ethnicity: str = ""
    phone: str = ""
    occupation: str = ""
    is_civil_servant: bool = False


@dataclass(frozen=True)
class MemberFacts:
    admitted_on: dt.date
    official_on: dt.date | None = None
    card_number: str = ""


# -- guards and checks ---------------------------------------------------------------------------


def require_over_person(person: Person, *, actor: Account, at: dt.datetime) -> int:
    """Refuse unless the actor may edit people in a unit that answers for the person.

    Returns:
        The unit by whose right it is done.

    Raises:
        NotPermitted: no such unit lies within the actor's roles.
    """
    for unit_id in home_unit_ids(person):
        try:
            require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
        except NotPermitted:
            continue
        return unit_id
    raise NotPermitted


def lock_member(member_id: int) -> PartyMember:
    return (
        PartyMember.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=member_id)
    )


def check_in_party(member: PartyMember, *, on: dt.date) -> None:
    if on < member.admitted_on:
        raise BeforeAdmission(member.admitted_on)
    if member.left_on is not None:
        raise HasLeftTheParty(member.left_on)


def _check_birth(person: PersonFacts | Person, *, at: dt.datetime) -> None:
    if person.birth_on is not None and person.birth_on > local_day(at):
        raise BeforeBirth


def _check_admission(person: PersonFacts | Person, facts: MemberFacts) -> None:
    if facts.official_on is not None and facts.official_on < facts.admitted_on:
        raise OfficialBeforeAdmission
    if person.birth_on is None:
        return
    # A year alone stands for 1 January, so it refuses only what no birthday in it allows.
    if facts.admitted_on < person.birth_on:
        raise BeforeBirth
    born = person.birth_on.replace(day=1) if person.birth_on.day > 28 else person.birth_on  # noqa: PLR2004 -- 29 February has no birthday in most years
    if facts.admitted_on < born.replace(year=born.year + _AGE_OF_ADMISSION):
        raise TooYoungToJoin


# -- facts of a person ---------------------------------------------------------------------------


def _write_person(person: Person, facts: PersonFacts) -> list[str]:
    """Put the facts on a person; return the names of the fields that differ."""
    values = asdict(facts)
    values["full_name"] = display_name(facts.full_name)
    values["code"] = facts.code.strip() or person.code or person.public_id.upper()
    values |= Person.keys_of(values["full_name"])
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    if "code" in changed:
        clash = Person.objects.filter(code__iexact=values["code"]).exclude(pk=person.pk)
        if clash.exists():
            raise CodeTaken(values["code"])
    for name in changed:
        setattr(person, name, values[name])
    return changed


@transaction.atomic
def add_person(*, facts: PersonFacts, unit_id: int, actor: Account, at: dt.datetime) -> Person:
    """Make a person known, for a post or a membership that the caller records next.

    Raises:
        NotPermitted: the actor may not edit people of the unit.
        CodeTaken, BeforeBirth: the facts cannot be right.
    """
    require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
    unit = Unit.objects.get(pk=unit_id)
    _check_birth(facts, at=at)
    person = Person(public_id=new_public_id(), is_sample=unit.is_sample)
    _write_person(person, facts)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as clash:
        # Somebody took the code between the look-up and here.
        raise CodeTaken(person.code) from clash
    audit.record(actor=actor, at=at, action="people.add", obj=person, unit_id=unit_id)
    return person


@transaction.atomic
def edit_person(*, person_id: int, facts: PersonFacts, actor: Account, at: dt.datetime) -> Person:
    """Correct what is known of a person; the log names the fields, never what they held.

    Raises:
        NotPermitted: no unit that answers for the person lies within the actor's roles.
        NothingChanges: all of it is known already.
        CodeTaken, BeforeBirth, TooYoungToJoin: the facts cannot be right.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    unit_id = require_over_person(person, actor=actor, at=at)
    _check_birth(facts, at=at)
    member = PartyMember.objects.filter(person=person).first()
    if member is not None:
        _check_admission(facts, MemberFacts(member.admitted_on, member.official_on))
    changed = _write_person(person, facts)
    if not changed:
        raise NothingChanges
    person.save(update_fields=changed)
    _record_fields(person, changed, action="people.edit", unit_id=unit_id, actor=actor, at=at)
    return person


def _record_fields(
    obj: Person | PartyMember,
    names: list[str],
    *,
    action: str,
    unit_id: int,
    actor: Account,
    at: dt.datetime,
) -> None:
    labels = (str(obj._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]  # fields of our own all have one
    kept = [label for label, name in zip(labels, names, strict=True) if not name.endswith("_key")]
    audit.record(actor=actor, at=at, action=action, obj=obj, unit_id=unit_id, note=", ".join(kept))


# -- membership of the Party ---------------------------------------------------------------------


@transaction.atomic
def add_member(
    *,
    person: PersonFacts | int,
    facts: MemberFacts,
    unit_id: int,
    joined_on: dt.date,
    actor: Account,
    at: dt.datetime,
) -> PartyMember:
    """Admit somebody to a cell, or take over the file of one who was admitted elsewhere.

    Raises:
        NotPermitted: the actor may not edit people of the cell.
        AlreadyAMember: a file exists; their place is changed by `move_member`.
        UnitError: the dates or the cell do not allow it; the sentence says which.
    """
    require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
    check_not_future(facts.admitted_on, at=at)
    who = (
        Person.objects.select_for_update().get(pk=person)
        if isinstance(person, int)
        else add_person(facts=person, unit_id=unit_id, actor=actor, at=at)
    )
    if PartyMember.objects.filter(person=who).exists():
        raise AlreadyAMember
    _check_admission(who, facts)
    member = PartyMember.objects.create(person=who, **asdict(facts))
    audit.record(actor=actor, at=at, action="people.admit", obj=member, unit_id=unit_id)
    join_unit(
        member_id=member.pk,
        unit_id=unit_id,
        kind=MembershipKind.OFFICIAL,
        valid_from=joined_on,
        actor=actor,
        at=at,
    )
    return member


@transaction.atomic
def edit_member(
    *, member_id: int, facts: MemberFacts, actor: Account, at: dt.datetime
) -> PartyMember:
    """Correct a membership's dates or card, or record that probation has ended.

    Raises:
        NotPermitted: no unit that answers for the member lies within the actor's roles.
        NothingChanges: all of it is known already.
        UnitError: the dates cannot be right; the sentence says why.
    """
    member = lock_member(member_id)
    unit_id = require_over_person(member.person, actor=actor, at=at)
    for day in filter(None, (facts.admitted_on, facts.official_on)):
        check_not_future(day, at=at)
    _check_admission(member.person, facts)
    first = Membership.objects.filter(member=member).order_by("valid_from").first()
    if first is not None and first.valid_from < facts.admitted_on:
        raise BeforeAdmission(facts.admitted_on)
    values = asdict(facts)
    changed = [name for name, value in values.items() if getattr(member, name) != value]
    if not changed:
        raise NothingChanges
    for name in changed:
        setattr(member, name, values[name])
    member.save(update_fields=changed)
    _record_fields(
        member, changed, action="people.edit_member", unit_id=unit_id, actor=actor, at=at
    )
    return member


# -- belonging to a cell -------------------------------------------------------------------------


def _check_place(member: PartyMember, unit: Unit, kind: MembershipKind, *, on: dt.date) -> None:
    check_in_party(member, on=on)
    check_exists(unit, on=on)
    if unit.kind not in CELL_KINDS:
        raise HasNoMembers(unit.name)
    overlapping = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), member=member
    ).select_related("unit")
    same = overlapping.filter(unit=unit).first()
    if same is not None:
        raise AlreadyThere(unit.name)
    official = overlapping.filter(kind=MembershipKind.OFFICIAL).first()
    if kind == MembershipKind.OFFICIAL and official is not None:
        raise AlreadyInACell(official.unit.name)
    if kind == MembershipKind.TEMPORARY and official is None:
        raise NotACellMember


@transaction.atomic
def join_unit(
    *,
    member_id: int,
    unit_id: int,
    kind: MembershipKind,
    valid_from: dt.date,
    actor: Account,
    at: dt.datetime,
) -> Membership:
    """Record that a member belongs to a cell, officially or for a time.

    Raises:
        NotPermitted: the actor may not edit people of the cell.
        AlreadyInACell: the member belongs officially elsewhere in that time.
        UnitError: the dates or the cell do not allow it; the sentence says which.
    """
    require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
    member = lock_member(member_id)
    unit = Unit.objects.get(pk=unit_id)
    check_not_future(valid_from, at=at)
    _check_place(member, unit, kind, on=valid_from)
    row = Membership.objects.create(member=member, unit=unit, kind=kind, valid_from=valid_from)
    audit.record(
        actor=actor, at=at, action="units.join", obj=row, unit_id=unit_id, to_state=kind.value
    )
    return row


@transaction.atomic
def move_member(
    *, member_id: int, to_unit_id: int, on: dt.date, actor: Account, at: dt.datetime
) -> Membership:
    """Transfer a member's official place to another cell; seats in the old committee end.

    Raises:
        NotPermitted: the actor may not edit people of one of the two cells.
        NotACellMember: there is no place to move from.
        UnitError: the dates or the cell do not allow it; the sentence says which.
    """
    member = lock_member(member_id)
    current = (
        Membership.objects.select_for_update(of=("self",))
        .filter(member=member, kind=MembershipKind.OFFICIAL, valid_to__isnull=True)
        .select_related("unit")
        .first()
    )
    if current is None:
        raise NotACellMember
    for pk in (current.unit_id, to_unit_id):
        require(actor, Permission.PERSON_EDIT, unit_id=pk, on=local_day(at))
    check_not_future(on, at=at)
    if current.unit_id == to_unit_id:
        raise AlreadyThere(current.unit.name)
    _end_membership(current, on=on)
    _end_temporary(member, to_unit_id, on=on)
    _end_committee_seats(member, current.unit, on=on)
    unit = Unit.objects.get(pk=to_unit_id)
    _check_place(member, unit, MembershipKind.OFFICIAL, on=on)
    row = Membership.objects.create(member=member, unit=unit, valid_from=on)
    audit.record(
        actor=actor,
        at=at,
        action="units.transfer",
        obj=row,
        unit_id=to_unit_id,
        from_state=current.unit.code,
        to_state=unit.code,
    )
    return row


def _end_membership(row: Membership, *, on: dt.date) -> None:
    if on <= row.valid_from:
        raise DatesOutOfOrder(row.valid_from)
    row.valid_to = on
    row.save(update_fields=["valid_to"])


def _end_temporary(member: PartyMember, unit_id: int, *, on: dt.date) -> None:
    Membership.objects.filter(
        member=member,
        unit=unit_id,
        kind=MembershipKind.TEMPORARY,
        valid_to__isnull=True,
        valid_from__lte=on,
    ).update(valid_to=on)


def _end_committee_seats(member: PartyMember, unit: Unit, *, on: dt.date) -> None:
    Post.objects.filter(
        person=member.person_id,
        unit=unit,
        position__in=COMMITTEE_POSITIONS,
        valid_to__isnull=True,
        valid_from__lte=on,
    ).update(valid_to=on)


@transaction.atomic
def leave_unit(*, membership_id: int, on: dt.date, actor: Account, at: dt.datetime) -> Membership:
    """End a member's temporary place in a cell; an official one ends by a transfer or by leaving.

    Raises:
        NotPermitted: the actor may not edit people of the cell.
        AlreadyEnded, DatesOutOfOrder, NotACellMember: there is nothing to end on that day.
    """
    row = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=membership_id)
    )
    require(actor, Permission.PERSON_EDIT, unit_id=row.unit_id, on=local_day(at))
    check_not_future(on, at=at)
    if row.valid_to is not None:
        raise AlreadyEnded(row.valid_to)
    if row.kind != MembershipKind.TEMPORARY:
        raise AlreadyInACell(row.unit.name)
    _end_membership(row, on=on)
    audit.record(actor=actor, at=at, action="units.leave", obj=row, unit_id=row.unit_id)
    return row


@transaction.atomic
def leave_party(
    *, member_id: int, reason: LeavingReason, on: dt.date, actor: Account, at: dt.datetime
) -> PartyMember:
    """Record that somebody is a member no more; their places, seats and standings end that day.

    Raises:
        NotPermitted: no unit that answers for the member lies within the actor's roles.
        HasLeftTheParty: it is recorded already.
        DatesOutOfOrder, BeforeAdmission: something is recorded to have begun after that day.
    """
    member = lock_member(member_id)
    unit_id = require_over_person(member.person, actor=actor, at=at)
    check_not_future(on, at=at)
    check_in_party(member, on=on)
    places = Membership.objects.filter(member=member, valid_to__isnull=True)
    for row in places.order_by("pk"):
        _end_membership(row, on=on)
    Post.objects.filter(
        person=member.person_id,
        position__in=COMMITTEE_POSITIONS,
        valid_to__isnull=True,
        valid_from__lte=on,
    ).update(valid_to=on)
    # A standing names its last day, and may not end before it began.
    member.standings.filter(valid_to__isnull=True, valid_from__lte=on).update(valid_to=on)
    member.left_on, member.left_reason = on, reason
    member.save(update_fields=["left_on", "left_reason"])
    audit.record(
        actor=actor, at=at, action="people.leave", obj=member, unit_id=unit_id, to_state=reason
    )
    return member
