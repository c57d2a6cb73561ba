"""Facts about dossiers, and that each is counted once at every level."""

import datetime as dt

import pytest

from tests.factories import cast, cycles
from tusoi.cycles import operations
from tusoi.cycles.enums import CycleState, ProgressStep, SubjectKind
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled, StepOutOfOrder
from tusoi.cycles.models import Obligation, ObligationFact, ProgressRollup, ReviewCycle


pytestmark = pytest.mark.django_db
AT = cycles.moment(2022, 11, 10)


@pytest.fixture
def people():
    return cast.make()


@pytest.fixture
def cycle(people):
    return cycles.cycle(people.district)


@pytest.fixture
def owed(cycle, people):
    return cycles.obligation(cycle, people.an_person)


def record(owed, step, actor, at=AT, note=""):
    return operations.record_step(obligation_id=owed.pk, step=step, actor=actor, at=at, note=note)


def undo(owed, step, actor, at=AT):
    return operations.undo_step(obligation_id=owed.pk, step=step, actor=actor, at=at)


def counted(step):
    rows = ProgressRollup.objects.filter(subject_kind=SubjectKind.MEMBER)
    return dict(rows.values_list("unit__code", step))


def test_a_fact_is_kept_and_counted_at_every_level(people, owed):
    assert record(owed, ProgressStep.STARTED, people.an)

    owed.refresh_from_db()
    assert owed.started_at == AT
    fact = ObligationFact.objects.get(obligation=owed)
    assert (fact.step, fact.delta, fact.day, fact.actor) == (
        "started",
        1,
        dt.date(2022, 11, 10),
        people.an,
    )
    assert counted("started") == {"Q": 1, "P1": 1, "P1-1": 1, "P2": 0, "P2-9": 0}


def test_the_same_fact_twice_changes_nothing(people, owed):
    record(owed, ProgressStep.STARTED, people.an)

    assert not record(owed, ProgressStep.STARTED, people.binh)

    assert ObligationFact.objects.count() == 1
    assert counted("started")["Q"] == 1


def test_undoing_takes_the_count_back(people, owed):
    record(owed, ProgressStep.REVIEWED, people.binh)

    assert undo(owed, ProgressStep.REVIEWED, people.binh)
    assert not undo(owed, ProgressStep.REVIEWED, people.binh)

    owed.refresh_from_db()
    assert owed.reviewed_at is None
    assert counted("reviewed")["Q"] == 0
    assert list(ObligationFact.objects.order_by("id").values_list("delta", flat=True)) == [1, -1]


def test_a_dossier_is_either_handed_in_or_returned(people, owed):
    record(owed, ProgressStep.SUBMITTED, people.an)
    record(owed, ProgressStep.RETURNED, people.binh, note="Chưa nêu trách nhiệm.")

    owed.refresh_from_db()
    assert (owed.submitted_at, owed.returned_at, owed.first_submitted_at) == (None, AT, AT)
    assert (counted("submitted")["P1"], counted("returned")["P1"]) == (0, 1)

    record(owed, ProgressStep.SUBMITTED, people.an, at=cycles.moment(2022, 11, 12))

    owed.refresh_from_db()
    assert owed.returned_at is None
    assert owed.first_submitted_at == AT
    assert (counted("submitted")["P1"], counted("returned")["P1"]) == (1, 0)
    notes = ObligationFact.objects.exclude(note="").values_list("step", "note")
    assert list(notes) == [("returned", "Chưa nêu trách nhiệm.")]


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (cycles.moment(2022, 11, 15, 0), False),
        (cycles.moment(2022, 11, 15, 23), False),
        (cycles.moment(2022, 11, 16, 0), True),
    ],
)
def test_the_first_submission_settles_whether_it_was_late(people, owed, at, late):
    record(owed, ProgressStep.SUBMITTED, people.an, at=at)
    undo(owed, ProgressStep.SUBMITTED, people.an, at=cycles.moment(2022, 12, 1))
    record(owed, ProgressStep.SUBMITTED, people.an, at=cycles.moment(2022, 12, 2))

    owed.refresh_from_db()
    assert owed.was_late is late
    assert counted("late")["Q"] == int(late)


def test_many_dossiers_at_once(people, cycle):
    ids = list(Obligation.objects.filter(subject_kind="member").values_list("pk", flat=True))
    record(Obligation(pk=ids[0]), ProgressStep.REVIEWED, people.binh)

    changed = operations.record_steps(
        obligation_ids=ids, step=ProgressStep.REVIEWED, actor=people.binh, at=AT
    )

    assert changed == 3
    assert counted("reviewed") == {"Q": 4, "P1": 2, "P1-1": 2, "P2": 2, "P2-9": 2}
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


@pytest.mark.slow
def test_the_number_of_statements_does_not_grow(people, cycle, django_assert_num_queries):
    ids = list(Obligation.objects.filter(subject_kind="member").values_list("pk", flat=True))
    for some in (ids[:1], ids[1:]):
        with django_assert_num_queries(9):
            operations.record_steps(
                obligation_ids=some, step=ProgressStep.REVIEWED, actor=people.binh, at=AT
            )


@pytest.mark.parametrize("at", [cycles.moment(2022, 10, 2), cycles.moment(2022, 11, 9)])
def test_facts_do_not_go_back_in_time(people, owed, at):
    record(owed, ProgressStep.STARTED, people.an)

    with pytest.raises(StepOutOfOrder):
        undo(owed, ProgressStep.STARTED, people.an, at=at)


def test_nothing_happens_before_the_dossier_is_expected(people, owed):
    with pytest.raises(StepOutOfOrder):
        record(owed, ProgressStep.STARTED, people.an, at=cycles.moment(2022, 10, 2))


def test_nothing_is_recorded_on_a_cancelled_dossier(people, owed):
    Obligation.objects.filter(pk=owed.pk).update(cancelled_on=AT.date())

    with pytest.raises(ObligationCancelled):
        record(owed, ProgressStep.STARTED, people.an)


def test_nothing_is_recorded_in_a_closed_cycle(people, cycle, owed):
    ReviewCycle.objects.filter(pk=cycle.pk).update(
        state=CycleState.CLOSED, closed_at=AT, closed_by=people.board
    )

    with pytest.raises(CycleNotOpen):
        record(owed, ProgressStep.STARTED, people.an)


def test_lateness_is_nobodys_to_record(people, owed):
    with pytest.raises(KeyError):
        record(owed, ProgressStep.LATE, people.an)
