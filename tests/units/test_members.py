"""People and members: what is recorded, what is refused, who may, what the log keeps."""

import datetime as dt

import pytest

from tests.factories import cast, people, units
from tusoi.audit.models import AuditEvent
from tusoi.people.enums import LeavingReason, StandingKind
from tusoi.people.models import PartyMember, Person
from tusoi.units import errors
from tusoi.units.enums import MembershipKind, Position, UnitKind
from tusoi.units.errors import NotPermitted
from tusoi.units.models import Membership, Post
from tusoi.units.operations import (
    Basis,
    MemberFacts,
    PersonFacts,
    add_member,
    add_person,
    close_unit,
    edit_member,
    edit_person,
    join_unit,
    leave_party,
    leave_unit,
    move_member,
    record_standing,
)


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 7, 1)
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)
LATER = dt.date(2023, 1, 1)
FACTS = PersonFacts("Lý  Thị Mới", birth_on=dt.date(1999, 2, 3))
NEW = MemberFacts(admitted_on=dt.date(2022, 2, 3))


def _an(world):
    return world.an_person.party_member


def _add(world, **changes):
    arguments = {"person": FACTS, "facts": NEW, "unit_id": world.cell.pk, "joined_on": DAY}
    return add_member(**(arguments | {"actor": world.board, "at": AT} | changes))


def _log():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


# -- facts of a person ---------------------------------------------------------------------------


def test_add_person_tidies_the_name_and_makes_keys_and_a_code():
    world = cast.make()

    person = add_person(facts=FACTS, unit_id=world.cell.pk, actor=world.board, at=AT)

    person.refresh_from_db()
    assert person.full_name == "Lý Thị Mới"
    assert person.search_key == "ly thi moi"
    assert person.accented_key == "lý thị mới"
    assert person.code
    assert _log() == ["people.add"]


def test_edit_person_logs_the_fields_and_never_their_contents():
    world = cast.make()

    edit_person(
        person_id=world.an_person.pk,
        facts=PersonFacts("Lê Thị Ân", code=world.an_person.code, phone="0912345678"),
        actor=world.board,
        at=AT,
    )

    event = AuditEvent.objects.get()
    assert event.action == "people.edit"
    assert event.note == "họ và tên, điện thoại"
    assert Person.objects.get(pk=world.an_person.pk).search_key == "le thi an"


def test_edit_person_refusals():
    world = cast.make()
    person = world.an_person
    arguments = {"person_id": person.pk, "actor": world.board, "at": AT}
    same = PersonFacts(person.full_name, code=person.code)

    for facts, refusal in (
        (same, errors.NothingChanges),
        (PersonFacts("A", code=world.binh.person.code.lower()), errors.CodeTaken),
        (PersonFacts("A", birth_on=LATER), errors.BeforeBirth),
        (PersonFacts("A", birth_on=dt.date(2000, 1, 1)), errors.TooYoungToJoin),
    ):
        if facts is same:
            Person.objects.filter(pk=person.pk).update(**Person.keys_of(person.full_name))
        with pytest.raises(refusal):
            edit_person(facts=facts, **arguments)
    assert not AuditEvent.objects.exists()


# -- membership of the Party ---------------------------------------------------------------------


def test_add_member_admits_and_places_in_the_cell():
    world = cast.make()

    member = _add(world)

    assert member.memberships.get().valid_from == DAY
    assert _log() == ["people.add", "people.admit", "units.join"]


def test_add_member_takes_a_person_who_is_known_already_but_only_once():
    world = cast.make()
    person = people.make_person("Người Ngoài Đảng")

    _add(world, person=person.pk)

    with pytest.raises(errors.AlreadyAMember):
        _add(world, person=person.pk)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"facts": MemberFacts(LATER)}, errors.EffectiveInFuture),
        (
            {"facts": MemberFacts(DAY, official_on=dt.date(2022, 1, 1))},
            errors.OfficialBeforeAdmission,
        ),
        ({"facts": MemberFacts(dt.date(2016, 1, 1))}, errors.TooYoungToJoin),
        ({"facts": MemberFacts(dt.date(1990, 1, 1))}, errors.BeforeBirth),
        ({"joined_on": dt.date(2022, 1, 1)}, errors.BeforeAdmission),
        ({"joined_on": LATER}, errors.EffectiveInFuture),
        ({"person": PersonFacts("Ai Đó", birth_on=LATER)}, errors.BeforeBirth),
    ],
)
def test_add_member_refuses_impossible_days_and_leaves_nothing(change, refusal):
    world = cast.make()
    before = Person.objects.count()

    with pytest.raises(refusal):
        _add(world, **change)

    assert Person.objects.count() == before
    assert not AuditEvent.objects.exists()


def test_the_eighteenth_birthday_is_old_enough_also_for_those_born_on_29_february():
    world = cast.make()
    leap = PersonFacts("Sinh Năm Nhuận", birth_on=dt.date(2004, 2, 29))

    member = _add(world, person=leap, facts=MemberFacts(dt.date(2022, 2, 28)))

    assert member.pk


def test_add_member_refuses_a_unit_that_has_no_members_of_its_own():
    world = cast.make()

    with pytest.raises(errors.HasNoMembers):
        _add(world, unit_id=world.ward.pk)


def test_edit_member_records_the_end_of_probation():
    world = cast.make()
    member = _add(world)

    edit_member(
        member_id=member.pk,
        facts=MemberFacts(NEW.admitted_on, official_on=dt.date(2022, 11, 1), card_number="92.1"),
        actor=world.board,
        at=AT,
    )

    assert PartyMember.objects.get(pk=member.pk).official_on == dt.date(2022, 11, 1)
    assert AuditEvent.objects.last().note == "ngày chính thức, số thẻ đảng viên"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (MemberFacts(dt.date(2010, 5, 19), dt.date(2011, 5, 19)), errors.NothingChanges),
        (MemberFacts(dt.date(2016, 1, 1)), errors.BeforeAdmission),
        (MemberFacts(dt.date(2010, 5, 19), LATER), errors.EffectiveInFuture),
        (MemberFacts(dt.date(2010, 5, 19), dt.date(2010, 1, 1)), errors.OfficialBeforeAdmission),
    ],
)
def test_edit_member_refusals(facts, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        edit_member(member_id=_an(world).pk, facts=facts, actor=world.board, at=AT)


# -- belonging to a cell -------------------------------------------------------------------------


def test_join_for_a_time_beside_the_official_cell_and_end_it():
    world = cast.make()
    arguments = {"actor": world.board, "at": AT}

    row = join_unit(
        member_id=_an(world).pk,
        unit_id=world.other_cell.pk,
        kind=MembershipKind.TEMPORARY,
        valid_from=DAY,
        **arguments,
    )
    with pytest.raises(errors.DatesOutOfOrder):
        leave_unit(membership_id=row.pk, on=DAY, **arguments)
    leave_unit(membership_id=row.pk, on=dt.date(2022, 9, 1), **arguments)

    with pytest.raises(errors.AlreadyEnded):
        leave_unit(membership_id=row.pk, on=dt.date(2022, 9, 1), **arguments)
    assert _log() == ["units.join", "units.leave"]


def test_an_official_place_is_not_ended_without_another():
    world = cast.make()
    row = Membership.objects.get(member=_an(world))

    with pytest.raises(errors.AlreadyInACell):
        leave_unit(membership_id=row.pk, on=DAY, actor=world.board, at=AT)


@pytest.mark.parametrize(
    ("unit", "kind", "day", "refusal"),
    [
        ("other_cell", "official", DAY, errors.AlreadyInACell),
        ("cell", "temporary", DAY, errors.AlreadyThere),
        ("ward", "temporary", DAY, errors.HasNoMembers),
        ("other_cell", "temporary", LATER, errors.EffectiveInFuture),
        ("other_cell", "temporary", dt.date(2009, 1, 1), errors.BeforeAdmission),
        ("other_cell", "temporary", dt.date(2014, 1, 1), errors.UnitNotYetFounded),
    ],
)
def test_join_refusals(unit, kind, day, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        join_unit(
            member_id=_an(world).pk,
            unit_id=getattr(world, unit).pk,
            kind=MembershipKind(kind),
            valid_from=day,
            actor=world.board,
            at=AT,
        )


def test_a_temporary_place_needs_an_official_one():
    world = cast.make()
    member = people.member()

    with pytest.raises(errors.NotACellMember):
        join_unit(
            member_id=member.pk,
            unit_id=world.cell.pk,
            kind=MembershipKind.TEMPORARY,
            valid_from=DAY,
            actor=world.board,
            at=AT,
        )


def test_nobody_joins_a_closed_cell():
    world = cast.make()
    empty = units.unit("Chi bộ trống", UnitKind.CELL, world.ward)
    close_unit(unit_id=empty.pk, basis=Basis(DAY), actor=world.board, at=AT)

    with pytest.raises(errors.UnitClosed):
        move_member(member_id=_an(world).pk, to_unit_id=empty.pk, on=DAY, actor=world.board, at=AT)


def test_a_transfer_is_dated_and_ends_the_seat_in_the_old_committee():
    world = cast.make()
    binh = world.binh.person.party_member
    join_unit(
        member_id=binh.pk,
        unit_id=world.other_cell.pk,
        kind=MembershipKind.TEMPORARY,
        valid_from=dt.date(2022, 3, 1),
        actor=world.board,
        at=AT,
    )

    move_member(
        member_id=binh.pk, to_unit_id=world.other_cell.pk, on=DAY, actor=world.board, at=AT
    )

    rows = Membership.objects.filter(member=binh).order_by("valid_from", "pk")
    assert [(row.unit, row.kind, row.valid_to) for row in rows] == [
        (world.cell, "official", DAY),
        (world.other_cell, "temporary", DAY),
        (world.other_cell, "official", None),
    ]
    assert Post.objects.get(person=world.binh.person).valid_to == DAY
    event = AuditEvent.objects.last()
    assert (event.action, event.from_state, event.to_state) == ("units.transfer", "P1-1", "P2-9")


@pytest.mark.parametrize(
    ("unit", "day", "refusal"),
    [
        ("cell", DAY, errors.AlreadyThere),
        ("ward", DAY, errors.HasNoMembers),
        ("other_cell", LATER, errors.EffectiveInFuture),
        ("other_cell", units.START, errors.DatesOutOfOrder),
    ],
)
def test_transfer_refusals_change_nothing(unit, day, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        move_member(
            member_id=_an(world).pk,
            to_unit_id=getattr(world, unit).pk,
            on=day,
            actor=world.board,
            at=AT,
        )
    assert Membership.objects.get(member=_an(world)).valid_to is None


def test_who_has_no_cell_cannot_be_transferred():
    world = cast.make()

    with pytest.raises(errors.NotACellMember):
        move_member(
            member_id=people.member().pk,
            to_unit_id=world.cell.pk,
            on=DAY,
            actor=world.board,
            at=AT,
        )


def test_leaving_the_party_ends_places_seats_and_standings():
    world = cast.make()
    member = world.binh.person.party_member
    record_standing(
        member_id=member.pk,
        kind=StandingKind.SICK_LEAVE,
        valid_from=dt.date(2022, 1, 1),
        actor=world.board,
        at=AT,
    )
    arguments = {"member_id": member.pk, "reason": LeavingReason.RESIGNED}

    leave_party(on=DAY, actor=world.board, at=AT, **arguments)

    member.refresh_from_db()
    assert (member.left_on, member.left_reason) == (DAY, LeavingReason.RESIGNED)
    assert Membership.objects.get(member=member).valid_to == DAY
    assert Post.objects.get(person=world.binh.person).valid_to == DAY
    assert member.standings.get().valid_to == DAY
    assert _log()[-1] == "people.leave"
    with pytest.raises(errors.HasLeftTheParty):
        leave_party(on=DAY, actor=world.board, at=AT, **arguments)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (LATER, errors.EffectiveInFuture),
        (dt.date(2010, 1, 1), errors.BeforeAdmission),
        (units.START, errors.DatesOutOfOrder),
    ],
)
def test_leaving_refusals(day, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        leave_party(
            member_id=_an(world).pk,
            reason=LeavingReason.DIED,
            on=day,
            actor=world.board,
            at=AT,
        )


# -- permissions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["an", "binh", "cuc", "dung", "inspector", "administrator"])
def test_only_those_who_edit_people_change_them(who):
    world = cast.make()
    actor = {"actor": getattr(world, who), "at": AT}
    member = _an(world)

    for attempt in (
        lambda: add_person(facts=FACTS, unit_id=world.cell.pk, **actor),
        lambda: edit_person(person_id=world.an_person.pk, facts=FACTS, **actor),
        lambda: _add(world, **actor),
        lambda: edit_member(member_id=member.pk, facts=NEW, **actor),
        lambda: join_unit(
            member_id=member.pk,
            unit_id=world.other_cell.pk,
            kind=MembershipKind.TEMPORARY,
            valid_from=DAY,
            **actor,
        ),
        lambda: move_member(member_id=member.pk, to_unit_id=world.other_cell.pk, on=DAY, **actor),
        lambda: leave_unit(membership_id=Membership.objects.first().pk, on=DAY, **actor),
        lambda: leave_party(member_id=member.pk, reason=LeavingReason.DIED, on=DAY, **actor),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert not AuditEvent.objects.exists()


def test_a_board_of_one_ward_cannot_pull_a_member_out_of_another():
    world = cast.make()
    world.board.grants.update(unit=world.other_ward)

    with pytest.raises(NotPermitted):
        move_member(
            member_id=_an(world).pk,
            to_unit_id=world.other_cell.pk,
            on=DAY,
            actor=world.board,
            at=AT,
        )


def test_the_unit_of_a_post_answers_for_somebody_without_a_cell():
    world = cast.make()
    leader = people.make_person("Người Ngoài Đảng")
    units.post(leader, world.ward, Position.LEADER, collective=units.collective(world.ward))
    stranger = people.make_person("Chưa Ở Đâu")
    board = {"actor": world.board, "at": AT}

    edit_person(person_id=leader.pk, facts=PersonFacts("Người Khác"), **board)

    with pytest.raises(NotPermitted):
        edit_person(person_id=stranger.pk, facts=PersonFacts("Người Khác"), **board)
