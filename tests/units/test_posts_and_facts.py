"""Posts, seats, standings, discipline and commendation."""

import datetime as dt

import pytest
from django.db.models.signals import pre_save

from tests.factories import cast, people, units
from tusoi.audit.models import AuditEvent
from tusoi.people.enums import StandingKind
from tusoi.people.models import Person
from tusoi.units import errors
from tusoi.units.enums import CommendationKind, DisciplineKind, Position
from tusoi.units.errors import NotPermitted
from tusoi.units.models import Commendation, Discipline, LeadershipCollective, Post
from tusoi.units.operations import (
    appoint,
    close_collective,
    end_post,
    end_standing,
    found_collective,
    record_commendation,
    record_discipline,
    record_standing,
    seat,
)


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 7, 1)
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)
LATER = dt.date(2023, 1, 1)


def _board(world):
    return {"actor": world.board, "at": AT}


def _appoint(world, **changes):
    arguments = {
        "person_id": world.an_person.pk,
        "unit_id": world.cell.pk,
        "position": Position.DEPUTY_SECRETARY,
        "valid_from": DAY,
        "title": " Phó bí thư thường trực ",
    }
    return appoint(**(arguments | _board(world) | changes))


def test_appoint_and_end_a_post():
    world = cast.make()

    post = _appoint(world)
    end_post(post_id=post.pk, on=dt.date(2022, 9, 1), **_board(world))

    post.refresh_from_db()
    assert (post.title, post.valid_to) == ("Phó bí thư thường trực", dt.date(2022, 9, 1))
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["units.appoint", "units.end_post"]
    with pytest.raises(errors.AlreadyEnded):
        end_post(post_id=post.pk, on=dt.date(2022, 10, 1), **_board(world))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"position": Position.SECRETARY}, errors.PostTaken),
        ({"position": Position.LEADER}, errors.CollectiveNeeded),
        ({"valid_from": LATER}, errors.EffectiveInFuture),
        ({"valid_from": dt.date(2014, 1, 1)}, errors.UnitNotYetFounded),
    ],
)
def test_appoint_refusals(change, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        _appoint(world, **change)
    assert Post.objects.filter(person=world.an_person).count() == 0


def test_a_post_is_not_held_twice_at_the_same_time():
    world = cast.make()
    _appoint(world)

    with pytest.raises(errors.PostAlreadyHeld):
        _appoint(world)


def test_a_second_secretary_follows_once_the_first_has_ended():
    world = cast.make()
    first = Post.objects.get(person=world.binh.person)
    end_post(post_id=first.pk, on=DAY, **_board(world))

    assert _appoint(world, position=Position.SECRETARY).valid_from == DAY


def test_nobody_holds_a_post_before_they_were_born():
    world = cast.make()
    Person.objects.filter(pk=world.an_person.pk).update(birth_on=dt.date(2022, 8, 1))

    with pytest.raises(errors.BeforeBirth):
        _appoint(world)


def test_committees_are_for_full_members():
    world = cast.make()
    probationary = people.member(official_on=None)
    outsider = people.make_person("Ngoài Đảng")

    for person in (probationary.person, outsider):
        with pytest.raises(errors.NotAFullMember):
            _appoint(world, person_id=person.pk)


def test_a_post_ends_no_earlier_than_it_began():
    world = cast.make()
    post = _appoint(world)

    with pytest.raises(errors.DatesOutOfOrder):
        end_post(post_id=post.pk, on=dt.date(2022, 1, 1), **_board(world))
    with pytest.raises(errors.EffectiveInFuture):
        end_post(post_id=post.pk, on=LATER, **_board(world))


# -- collectives ---------------------------------------------------------------------------------


def _found(world, **changes):
    arguments = {
        "unit_id": world.ward.pk,
        "code": "BTV-P1",
        "name": "Ban  Thường vụ",
        "established_on": dt.date(2020, 7, 1),
    }
    return found_collective(**(arguments | _board(world) | changes))


def test_a_collective_is_founded_seated_and_closed():
    world = cast.make()
    body = _found(world)
    outsider = people.make_person("Phó Chủ Tịch Ngoài Đảng")

    post = seat(
        person_id=outsider.pk,
        collective_id=body.pk,
        position=Position.DEPUTY_HEAD,
        valid_from=DAY,
        **_board(world),
    )
    with pytest.raises(errors.DatesOutOfOrder):
        close_collective(collective_id=body.pk, on=dt.date(2021, 1, 1), **_board(world))
    close_collective(collective_id=body.pk, on=dt.date(2022, 9, 1), **_board(world))

    post.refresh_from_db()
    assert (body.name, post.unit, post.valid_to) == (
        "Ban Thường vụ",
        world.ward,
        dt.date(2022, 9, 1),
    )
    with pytest.raises(errors.AlreadyEnded):
        close_collective(collective_id=body.pk, on=dt.date(2022, 9, 1), **_board(world))
    with pytest.raises(errors.WrongCollective):
        seat(
            person_id=outsider.pk,
            collective_id=body.pk,
            position=Position.LEADER,
            valid_from=DAY,
            **_board(world),
        )
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["units.found_collective", "units.appoint", "units.close_collective"]


def test_collective_refusals():
    world = cast.make()
    body = _found(world)
    arguments = {"collective_id": body.pk, "position": Position.HEAD} | _board(world)

    with pytest.raises(errors.CodeTaken):
        _found(world, code="btv-p1")
    with pytest.raises(errors.UnitNotYetFounded):
        _found(world, code="X", established_on=dt.date(2010, 1, 1))
    with pytest.raises(errors.WrongCollective):
        seat(person_id=world.an_person.pk, valid_from=dt.date(2019, 1, 1), **arguments)
    seat(person_id=world.an_person.pk, valid_from=DAY, **arguments)
    with pytest.raises(errors.PostTaken):
        seat(person_id=world.binh.person.pk, valid_from=DAY, **arguments)


# -- standings -----------------------------------------------------------------------------------


def _stand(world, **changes):
    arguments = {
        "member_id": world.an_person.party_member.pk,
        "kind": StandingKind.EXEMPT,
        "valid_from": DAY,
    }
    return record_standing(**(arguments | _board(world) | changes))


def test_a_standing_is_recorded_and_ended():
    world = cast.make()

    row = _stand(world, document="QĐ 7")
    with pytest.raises(errors.DatesOutOfOrder):
        end_standing(standing_id=row.pk, last_day=dt.date(2022, 6, 30), **_board(world))
    end_standing(standing_id=row.pk, last_day=dt.date(2022, 9, 30), **_board(world))

    with pytest.raises(errors.AlreadyEnded):
        end_standing(standing_id=row.pk, last_day=DAY, **_board(world))
    assert _stand(world, valid_from=dt.date(2022, 10, 1)).pk != row.pk
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["people.standing", "people.end_standing", "people.standing"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"valid_from": LATER}, errors.EffectiveInFuture),
        ({"valid_from": dt.date(2009, 1, 1)}, errors.BeforeAdmission),
        ({"valid_to": dt.date(2022, 6, 1)}, errors.DatesOutOfOrder),
        ({"valid_from": dt.date(2022, 6, 1)}, errors.StandingOverlaps),
        ({"valid_from": dt.date(2022, 6, 1), "valid_to": DAY}, errors.StandingOverlaps),
    ],
)
def test_standing_refusals(change, refusal):
    world = cast.make()
    _stand(world)

    with pytest.raises(refusal):
        _stand(world, **change)


def test_a_standing_that_ended_before_another_began_does_not_overlap():
    world = cast.make()
    _stand(world)

    earlier = _stand(world, valid_from=dt.date(2022, 1, 1), valid_to=dt.date(2022, 6, 30))

    assert earlier.pk


# -- discipline and commendation -----------------------------------------------------------------


def _discipline(world, **changes):
    arguments = {
        "member_id": world.an_person.party_member.pk,
        "kind": DisciplineKind.DISMISSAL,
        "decided_on": DAY,
        "arose_in_id": world.cell.pk,
        "is_duty_related": True,
        "document": "QĐ 9",
    }
    return record_discipline(**(arguments | _board(world) | changes))


def test_discipline_of_a_member_and_of_an_organisation():
    world = cast.make()

    _discipline(world)
    _discipline(world, member_id=None, unit_id=world.ward.pk, kind=DisciplineKind.WARNING)

    with pytest.raises(errors.AlreadyRecorded):
        _discipline(world)
    _discipline(world, document="QĐ 10")
    Discipline.objects.filter(document="QĐ 10").delete()
    rows = list(Discipline.objects.order_by("pk"))
    assert (rows[0].arose_in, rows[0].is_duty_related) == (world.cell, True)
    assert rows[1].unit == world.ward
    assert AuditEvent.objects.filter(action="people.discipline").count() == 3


def test_forms_of_discipline_follow_the_charter():
    world = cast.make()
    probationary = people.member(official_on=None)
    units.membership(probationary, world.cell)

    for change in (
        {"kind": DisciplineKind.DISSOLUTION},
        {"member_id": probationary.pk},
        {"member_id": None, "unit_id": world.ward.pk},
    ):
        with pytest.raises(errors.DisciplineDoesNotApply):
            _discipline(world, **change)
    _discipline(world, member_id=probationary.pk, kind=DisciplineKind.WARNING)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"decided_on": LATER}, errors.EffectiveInFuture),
        ({"decided_on": dt.date(2009, 1, 1)}, errors.BeforeAdmission),
        ({"unit_id": 1}, ValueError),
        ({"member_id": None}, ValueError),
    ],
)
def test_discipline_refusals(change, refusal):
    world = cast.make()

    with pytest.raises(refusal):
        _discipline(world, **change)


def test_commendation_of_a_member_and_of_an_organisation():
    world = cast.make()
    facts = {"kind": CommendationKind.MERIT, "decided_on": DAY, "reason": "Chống dịch"}

    record_commendation(member_id=world.an_person.party_member.pk, **facts, **_board(world))
    record_commendation(unit_id=world.ward.pk, **facts, **_board(world))

    with pytest.raises(errors.AlreadyRecorded):
        record_commendation(unit_id=world.ward.pk, **facts, **_board(world))
    assert Commendation.objects.filter(reason="Chống dịch").count() == 2
    assert AuditEvent.objects.filter(action="people.commendation").count() == 2
    with pytest.raises(errors.UnitNotYetFounded):
        record_commendation(
            unit_id=world.ward.pk,
            kind=CommendationKind.MERIT,
            decided_on=dt.date(2001, 1, 1),
            **_board(world),
        )


@pytest.mark.parametrize("who", ["an", "binh", "cuc", "dung", "inspector", "administrator"])
def test_only_those_who_edit_people_record_facts(who):
    world = cast.make()
    actor = {"actor": getattr(world, who), "at": AT}
    standing = _stand(world)
    post = Post.objects.get(person=world.binh.person)
    body = units.collective(world.ward)
    AuditEvent.objects.all().delete()

    for attempt in (
        lambda: _appoint(world, **actor),
        lambda: end_post(post_id=post.pk, on=DAY, **actor),
        lambda: _found(world, **actor),
        lambda: seat(
            person_id=world.an_person.pk,
            collective_id=body.pk,
            position=Position.LEADER,
            valid_from=DAY,
            **actor,
        ),
        lambda: close_collective(collective_id=body.pk, on=DAY, **actor),
        lambda: _stand(world, kind=StandingKind.SICK_LEAVE, **actor),
        lambda: end_standing(standing_id=standing.pk, last_day=DAY, **actor),
        lambda: _discipline(world, **actor),
        lambda: _discipline(world, member_id=None, unit_id=world.cell.pk, **actor),
        lambda: record_commendation(
            unit_id=world.cell.pk, kind=CommendationKind.MERIT, decided_on=DAY, **actor
        ),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert not AuditEvent.objects.exists()


def test_a_collective_code_taken_meanwhile_is_refused_in_words():
    world = cast.make()

    def rival(instance, **_signal):
        """Write the same code after the look-up, as another would."""
        LeadershipCollective.objects.bulk_create(
            [
                LeadershipCollective(
                    unit=world.ward, code=instance.code, name="Tập thể khác", established_on=DAY
                )
            ]
        )

    pre_save.connect(rival, sender=LeadershipCollective)
    try:
        with pytest.raises(errors.CodeTaken):
            _found(world, code="M1")
    finally:
        pre_save.disconnect(rival, sender=LeadershipCollective)
    assert not LeadershipCollective.objects.filter(code="M1").exists()
