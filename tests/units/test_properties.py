"""Whatever is done to the tree, in whatever order: it stays a tree and the past stays put."""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import people, units
from tusoi.people.queries import system_account
from tusoi.units.enums import MembershipKind, UnitKind
from tusoi.units.errors import UnitError
from tusoi.units.models import Membership, Unit
from tusoi.units.operations import (
    Basis,
    NewUnit,
    Part,
    close_unit,
    found_unit,
    merge_units,
    move_unit,
    split_unit,
)
from tusoi.units.queries import check_closure, in_force, tree_as_of


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
START = dt.date(2020, 1, 1)
AT = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)

# A verb, two places to apply it to (any number picks a unit), and days since the last step.
_steps = st.lists(
    st.tuples(
        st.sampled_from(["found", "move", "merge", "split", "divide", "close"]),
        st.integers(0, 40),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=12,
)


def _small_tree():
    district = units.unit("Quận", UnitKind.DISTRICT, established_on=START, code="Q")
    for ward_number in (1, 2):
        ward = units.unit(
            f"Phường {ward_number}",
            UnitKind.GRASSROOTS_ORGANIZATION,
            district,
            established_on=START,
            code=f"P{ward_number}",
        )
        for cell_number in (1, 2):
            code = f"P{ward_number}-{cell_number}"
            cell = units.unit(
                f"Chi bộ {code}", UnitKind.CELL, ward, established_on=START, code=code
            )
            for _ in range(2):
                units.membership(people.member(), cell, valid_from=START)
    return district


class _Run:
    def __init__(self, district):
        self.district, self.actor = district, system_account()
        self.day, self.count = START, 0
        self.days = [START]

    def pick(self, number):
        every = list(Unit.objects.order_by("pk"))
        return every[number % len(every)]

    def facts(self, parent):
        self.count += 1
        kind = {
            UnitKind.DISTRICT: UnitKind.GRASSROOTS_ORGANIZATION,
            UnitKind.GRASSROOTS_ORGANIZATION: UnitKind.CELL,
        }.get(UnitKind(parent.kind), UnitKind.CELL_GROUP)
        return NewUnit(f"M{self.count}", f"Mới {self.count}", kind, parent.pk)

    def part(self, unit, rows):
        facts = self.facts(unit.parent or unit)
        return Part(
            NewUnit(facts.code, facts.name, UnitKind(unit.kind), None),
            member_ids=[row.member_id for row in rows],
        )

    def do(self, verb, first, second):
        one, other = self.pick(first), self.pick(second)
        common = {"basis": Basis(self.day), "actor": self.actor, "at": AT}
        if verb == "found":
            found_unit(facts=self.facts(one), **common)
        elif verb == "move":
            move_unit(unit_id=one.pk, parent_id=other.pk, **common)
        elif verb == "merge":
            merge_units(source_ids=[one.pk], into=other.pk, **common)
        elif verb == "close":
            close_unit(unit_id=one.pk, **common)
        else:
            rows = list(Membership.objects.filter(unit=one, valid_to__isnull=True).order_by("pk"))
            half = len(rows) // 2
            parts = [self.part(one, rows[:half]), self.part(one, rows[half:])]
            closes = verb == "divide"
            split_unit(
                unit_id=one.pk, parts=parts if closes else parts[:1], closes=closes, **common
            )

    def tree(self, day):
        return [
            (node.unit_id, node.parent_id, node.name) for node in tree_as_of(day, self.district)
        ]

    def step(self, verb, first, second, days):
        self.day = min(self.day + dt.timedelta(days=days), AT.date())
        self.days.append(self.day)
        earlier = [day for day in self.days if day < self.day]
        before = {day: self.tree(day) for day in earlier}
        try:
            with transaction.atomic():
                self.do(verb, first, second)
        except UnitError:
            pass
        assert {day: self.tree(day) for day in earlier} == before


def _assert_whole(run, members):
    assert check_closure() == []
    assert Unit.objects.filter(parent__isnull=True).count() == 1
    open_ids = set(Unit.objects.filter(closed_on__isnull=True).values_list("pk", flat=True))
    today = [row[0] for row in run.tree(AT.date())]
    assert sorted(today) == sorted(open_ids), "every open unit stands in the tree exactly once"
    for day in [*run.days, AT.date()]:
        rows = Membership.objects.filter(in_force(day), kind=MembershipKind.OFFICIAL)
        places = Counter(rows.values_list("member_id", flat=True))
        assert set(places.values()) == {1}, "nobody is in two cells on one day"
        assert len(places) == members, "and nobody is in none"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_steps)
def test_any_sequence_of_changes_keeps_one_tree_its_closure_and_its_past(db, steps):
    with transaction.atomic():
        run = _Run(_small_tree())
        for step in steps:
            run.step(*step)
        _assert_whole(run, members=8)
        transaction.set_rollback(True)
