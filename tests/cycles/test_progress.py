"""Progress at every node, now and on any past day, whatever happened in between."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories import cast, cycles, people, units
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import AdjustmentKind, ProgressStep, SubjectKind
from tusoi.cycles.errors import CycleError
from tusoi.cycles.models import CycleClosure, Obligation, ProgressDay, ProgressRollup
from tusoi.people.queries import system_account


MEMBER, CELL = SubjectKind.MEMBER, SubjectKind.CELL
REVIEWED = ProgressStep.REVIEWED


def record(cycle, subject, step, day):
    operations.record_step(
        obligation_id=cycles.obligation(cycle, subject).pk,
        step=step,
        actor=system_account(),
        at=cycles.moment(2022, 11, day),
    )


@pytest.mark.django_db
def test_a_node_and_its_children_come_by_one_statement(django_assert_num_queries):
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    record(cycle, people_.an_person, REVIEWED, 10)

    with django_assert_num_queries(1):
        found = queries.progress_of(cycle, people_.district.pk)

    assert found.node.of(MEMBER).done(REVIEWED) == 1
    assert found.node.of(MEMBER).expected == 4
    assert [
        (c.name, c.of(MEMBER).done(REVIEWED), c.of(MEMBER).expected) for c in found.children
    ] == [
        ("Đảng bộ phường Hai", 0, 2),
        ("Đảng bộ phường Một", 1, 2),
    ]


@pytest.mark.django_db
def test_a_past_day_is_told_as_it_was(django_assert_num_queries):
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    record(cycle, people_.an_person, REVIEWED, 10)
    record(cycle, people_.binh.person, REVIEWED, 12)

    done = []
    for day in (9, 10, 11, 12, 30):
        with django_assert_num_queries(1):
            found = queries.progress_of(cycle, people_.ward.pk, dt.date(2022, 11, day))
        done.append(
            (found.node.of(MEMBER).done(REVIEWED), found.children[0].of(MEMBER).done(REVIEWED))
        )

    assert done == [(0, 0), (1, 1), (1, 1), (2, 2), (2, 2)]
    before = queries.progress_of(cycle, people_.ward.pk, dt.date(2022, 10, 2))
    assert before.node.total.expected == 0


@pytest.mark.django_db
def test_ready_means_nothing_below_is_open():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    for subject in (people_.an_person, people_.binh.person):
        record(cycle, subject, REVIEWED, 10)

    assert queries.progress_of(cycle, people_.cell.pk).is_ready(REVIEWED)
    assert not queries.progress_of(cycle, people_.ward.pk).is_ready(REVIEWED)

    record(cycle, people_.cell, REVIEWED, 11)

    assert queries.progress_of(cycle, people_.ward.pk).is_ready(REVIEWED)
    assert not queries.progress_of(cycle, people_.district.pk).is_ready(REVIEWED)


@pytest.mark.django_db
def test_a_unit_outside_the_cycle_has_no_progress():
    people_ = cast.make()
    cycle = cycles.cycle(people_.ward)

    assert queries.progress_of(cycle, people_.other_cell.pk) is None


@pytest.mark.django_db
def test_the_weeks_add_up(django_assert_num_queries):
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    record(cycle, people_.an_person, REVIEWED, 10)
    record(cycle, people_.dung.person, REVIEWED, 21)

    with django_assert_num_queries(1):
        weeks = queries.weekly_progress(
            cycle, people_.district.pk, REVIEWED, until=dt.date(2022, 11, 30)
        )

    assert weeks[0].ends_on == dt.date(2022, 10, 9)
    assert weeks[-1].ends_on == dt.date(2022, 11, 30)
    told = {week.ends_on: week.done(MEMBER) for week in weeks}
    assert told[dt.date(2022, 11, 6)] == 0
    assert told[dt.date(2022, 11, 13)] == 1
    assert told[dt.date(2022, 11, 27)] == 2
    assert {week.expected(MEMBER) for week in weeks} == {4}


@pytest.mark.django_db
def test_rebuilding_finds_and_mends_what_is_wrong():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    record(cycle, people_.an_person, REVIEWED, 10)
    ProgressRollup.objects.filter(unit=people_.ward, subject_kind=MEMBER).update(reviewed=7)
    ProgressDay.objects.filter(unit=people_.cell, subject_kind=CELL).delete()

    found = operations.rebuild_progress(cycle_id=cycle.pk, check_only=True)

    assert [(one.table, one.unit_id, one.surplus) for one in found] == [
        ("cycles_progressrollup", people_.ward.pk, {"reviewed": 6}),
        ("cycles_progressday", people_.cell.pk, {"expected": -1}),
    ]
    assert ProgressRollup.objects.get(unit=people_.ward, subject_kind=MEMBER).reviewed == 7
    assert operations.rebuild_progress(cycle_id=cycle.pk) == found
    assert operations.rebuild_progress(cycle_id=cycle.pk) == []
    assert ProgressRollup.objects.get(unit=people_.ward, subject_kind=MEMBER).reviewed == 1


@pytest.mark.django_db
def test_a_column_that_no_fact_explains_is_found():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    Obligation.objects.filter(person=people_.an_person).update(
        decided_at=cycles.moment(2022, 11, 1)
    )

    (found,) = operations.rebuild_progress(cycle_id=cycle.pk, check_only=True)

    assert (found.table, found.unit_id, found.surplus) == (
        "cycles_obligation",
        people_.cell.pk,
        {"decided": 1},
    )


STEPS = [step for step in ProgressStep if step is not ProgressStep.LATE]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record", "record", "undo", "cancel", "add"]),
        st.integers(0, 30),
        st.sampled_from(STEPS),
        st.integers(0, 3),
    ),
    max_size=25,
)


@pytest.mark.slow
class TestWhateverHappens(TestCase):
    """Random histories; a class only because Hypothesis resets the database per example."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTIONS)
    def test_figures_follow_from_facts(self, actions):
        people_ = cast.make()
        young = people.make_person("Mai Thị Mới")
        units.membership(people.member(young), people_.cell, valid_from=dt.date(2022, 10, 4))
        cycle = cycles.cycle(people_.district)
        reported = {}
        day = dt.date(2022, 10, 5)
        for action in actions:
            for ended in range(action[3]):
                before = day + dt.timedelta(days=ended)
                reported[before] = queries.progress_of(cycle, people_.district.pk, before)
            day += dt.timedelta(days=action[3])
            self.happen(cycle, young, *action[:3], day)

        assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []
        for past, told in reported.items():
            assert queries.progress_of(cycle, people_.district.pk, past) == told
        self.never_more_than_expected(cycle, people_, day)
        self.equals_a_count_by_hand(cycle)

    def happen(self, cycle, young, action, number, step, day):
        at = cycles.moment(day.year, day.month, day.day)
        actor = system_account()
        reason = operations.Reason(AdjustmentKind.OTHER, "Thử", day)
        ids = list(Obligation.objects.order_by("pk").values_list("pk", flat=True))
        chosen = ids[number % len(ids)]
        try:
            if action == "record":
                operations.record_step(obligation_id=chosen, step=step, actor=actor, at=at)
            elif action == "undo":
                operations.undo_step(obligation_id=chosen, step=step, actor=actor, at=at)
            elif action == "cancel":
                operations.cancel_obligation(
                    obligation_id=chosen, reason=reason, actor=actor, at=at
                )
            else:
                operations.add_obligation(
                    cycle_id=cycle.pk,
                    kind=MEMBER,
                    subject_id=young.pk,
                    reason=reason,
                    actor=actor,
                    at=at,
                )
        except CycleError:
            pass

    def never_more_than_expected(self, cycle, people_, last):
        for passed in range((last - dt.date(2022, 10, 2)).days + 1):
            day = dt.date(2022, 10, 2) + dt.timedelta(days=passed)
            found = queries.progress_of(cycle, people_.district.pk, day)
            for node in (found.node, *found.children):
                for counts in node.counts.values():
                    assert all(0 <= done <= counts.expected for done in counts.steps.values())

    def equals_a_count_by_hand(self, cycle):
        for row in ProgressRollup.objects.filter(cycle=cycle):
            below = CycleClosure.objects.filter(cycle=cycle, ancestor=row.unit_id)
            owed = Obligation.objects.filter(
                cycle=cycle,
                subject_kind=row.subject_kind,
                cancelled_on=None,
                unit__in=below.values("descendant"),
            )
            assert row.expected == owed.count()
            for step in STEPS:
                assert getattr(row, step) == owed.filter(**{f"{step}_at__isnull": False}).count()
            assert row.late == owed.filter(was_late=True).count()
