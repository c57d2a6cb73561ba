"""Decisions that facts which came later would close: found, scoped, and not by weighing all."""

import datetime as dt

import pytest

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import people, units
from tests.factories import ratings as rating_of
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.queries import rulebook_of
from tusoi.people.queries import system_account
from tusoi.ratings import operations
from tusoi.ratings.queries import later, overtaken_decisions
from tusoi.units.enums import DisciplineKind, Position
from tusoi.units.models import Discipline


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ON = dt.date(2022, 12, 20)
LATER = cycle_of.moment(2022, 12, 10)


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def an(cast, cycle):
    found = rating_of.reviewed(cycle_of.obligation(cycle, cast.an_person))
    rating_of.decided(found, reasons="Đã cân nhắc.")
    return found


def disciplined(**whose):
    whose.setdefault("kind", DisciplineKind.REPRIMAND)
    return Discipline.objects.create(decided_on=dt.date(2022, 12, 1), **whose)


def again_rule(cycle):
    return rulebook_of(cycle).rerating[0].id


def found(actor, cycle, **options):
    page = overtaken_decisions(actor, cycle, on=ON, **options)
    return [one.assessment.obligation.pk for one in page.found]


def test_discipline_recorded_after_the_decision_is_found(cast, cycle, an):
    assert found(cast.ward_authority, cycle) == []

    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)

    (one,) = overtaken_decisions(cast.ward_authority, cycle, on=ON).found
    assert one.assessment.obligation == an
    assert one.record.level_id == "good"
    assert "good" not in one.assessment.outcome.offered


def test_what_was_known_when_it_was_decided_is_no_news(cast, cycle):
    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)
    one = rating_of.reviewed(cycle_of.obligation(cycle, cast.an_person))
    rating_of.decided(one, "unsatisfactory", reasons="Đã bị khiển trách.")

    assert found(cast.ward_authority, cycle) == []


def test_only_the_authority_that_decided_sees_it(cast, cycle, an):
    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)

    assert found(cast.ward_authority, cycle) == [an.pk]
    assert found(system_account(), cycle) == [an.pk]
    for actor in (cast.authority, cast.board, cast.an, cast.outsider):
        assert found(actor, cycle) == []


def test_deciding_again_takes_it_off_the_list(cast, cycle, an):
    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)

    operations.rate_again(
        obligation_id=an.pk,
        choice=rating_of.choice("unsatisfactory", "Có quyết định kỷ luật."),
        again=operations.Again(again_rule(cycle), "Quyết định kỷ luật 5"),
        actor=cast.ward_authority,
        at=LATER,
    )

    assert found(cast.ward_authority, cycle) == []


def test_a_lower_level_below_is_found_for_the_organisation_above(cast, cycle, an):
    binh = rating_of.reviewed(cycle_of.obligation(cycle, cast.binh.person))
    rating_of.decided(binh, reasons="Đã cân nhắc.")
    cell = rating_of.reviewed(cycle_of.obligation(cycle, cast.cell))
    rating_of.decided(cell, reasons="Đã cân nhắc.")
    assert found(cast.ward_authority, cycle) == []

    operations.rate_again(
        obligation_id=an.pk,
        choice=rating_of.choice("unsatisfactory", "Có kết luận kiểm tra."),
        again=operations.Again(again_rule(cycle), "Kết luận 9"),
        actor=cast.ward_authority,
        at=LATER,
    )

    assert found(cast.ward_authority, cycle) == [cell.pk]


def test_bodies_and_leaders_are_found_when_what_they_rest_on_is_decided_lower(cast):
    body = units.collective(cast.ward, "Ban Thường vụ")
    units.post(cast.binh.person, cast.ward, Position.HEAD, collective=body)
    cycle = cycle_of.cycle(cast.district)
    rating_of.decided(
        rating_of.reviewed(cycle_of.obligation(cycle, cast.cell)), reasons="Đã cân nhắc."
    )
    dossiers = {
        "unit": cycle_of.obligation(cycle, cast.ward),
        "body": cycle_of.obligation(cycle, body),
        "head": cycle_of.obligation(cycle, cast.binh.person, SubjectKind.LEADER),
    }
    for one in dossiers.values():
        rating_of.decided(rating_of.reviewed(one), reasons="Đã cân nhắc.")
    assert found(cast.authority, cycle) == []

    operations.rate_again(
        obligation_id=dossiers["unit"].pk,
        choice=rating_of.choice("satisfactory", "Có kết luận kiểm tra."),
        again=operations.Again(again_rule(cycle), "Kết luận 9"),
        actor=cast.authority,
        at=LATER,
    )

    assert found(cast.authority, cycle) == sorted([dossiers["body"].pk, dossiers["head"].pk])


def test_candidates_are_few_and_the_rest_is_never_weighed(cast, cycle, an, monkeypatch):
    for number in range(5):
        person = people.make_person(f"Nguyễn Văn Số{number}")
        units.membership(people.member(person), cast.cell)
    weighed = []
    real = later.assess
    monkeypatch.setattr(
        later, "assess", lambda cycle, ones: weighed.extend(ones) or real(cycle, ones)
    )
    found(cast.ward_authority, cycle)
    assert weighed == []

    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)
    found(cast.ward_authority, cycle)

    assert weighed == [an]


def test_long_lists_go_on_from_a_key(cast, cycle, an, monkeypatch):
    monkeypatch.setattr(later, "WEIGHED_AT_ONCE", 1)
    binh = rating_of.reviewed(cycle_of.obligation(cycle, cast.binh.person))
    rating_of.decided(binh, reasons="Đã cân nhắc.")
    for person in (cast.an_person, cast.binh.person):
        disciplined(member=person.party_member, arose_in=cast.cell)
    first, second = sorted([an.pk, binh.pk])

    page = overtaken_decisions(cast.ward_authority, cycle, on=ON)
    rest = overtaken_decisions(cast.ward_authority, cycle, on=ON, after=page.next_key)

    assert [one.assessment.obligation.pk for one in page.found] == [first]
    assert [one.assessment.obligation.pk for one in rest.found] == [second]
    assert rest.next_key is None


def test_statements_do_not_grow_with_the_list(cast, cycle, an, django_assert_max_num_queries):
    disciplined(member=cast.an_person.party_member, arose_in=cast.cell)
    with django_assert_max_num_queries(25):
        found(cast.ward_authority, cycle)
