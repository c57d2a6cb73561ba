"""What a self-review tells of targets, duties and earlier faults becomes facts or stays open."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import ratings as rating_of
from tusoi.people.queries import system_account
from tusoi.ratings import errors, operations
from tusoi.ratings.enums import FactSource
from tusoi.ratings.queries import facts_of
from tusoi.reviews.models import EarlierShortcoming, Target
from tusoi.units.models import Discipline


pytestmark = pytest.mark.django_db
AT = cycle_of.moment(2025, 12, 20)


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def reviewed(cast):
    """Return the reviewed dossier of An in a cycle under an edition, with settings."""

    def make(edition="366-2025", **settings):
        chosen = {name.replace("_", "-"): value for name, value in settings.items()}
        cycle = cycle_of.cycle(cast.district, rulebook_identity=edition, rulebook_settings=chosen)
        return rating_of.reviewed(cycle_of.obligation(cycle, cast.an_person))

    return make


def target(obligation, planned=10, actual=10, **fields):
    return Target.objects.create(
        review=obligation.review,
        position=1,
        name=fields.pop("name", "Thu Quỹ phòng, chống thiên tai"),
        planned=None if planned is None else Decimal(planned),
        actual=None if actual is None else Decimal(actual),
        saved_at=AT,
        saved_by=system_account(),
        **fields,
    )


def told(obligation):
    return {
        name: entry.value
        for name, entry in facts_of(obligation).sheet.items()
        if name.startswith(("tasks-", "task-", "faults-"))
    }


def test_targets_with_figures_are_counted_and_say_where_they_come_from(reviewed):
    mine = reviewed()
    target(mine, 10, 12, progress="on_time")
    target(mine, 10, 10, progress="late")
    target(mine, 10, 7, progress="late")

    assert told(mine) == {
        "tasks-assigned-count": 3,
        "tasks-done-count": 2,
        "tasks-late-count": 2,
        "tasks-exceeded-count": 1,
    }
    entry = facts_of(mine).sheet["tasks-done-count"]
    assert entry.by is FactSource.SELF_REVIEW


def test_one_row_without_figures_leaves_the_counts_open_and_never_zero(reviewed):
    mine = reviewed()
    target(mine, 10, 12, progress="on_time")
    target(mine, 10, None)

    found = facts_of(mine)

    assert told(mine) == {"tasks-assigned-count": 2}
    assert "tasks-done-count" in found.outcome.missing


def test_a_review_without_targets_tells_nothing(reviewed):
    mine = reviewed()
    target(mine, name="  ")

    assert told(mine) == {}


def test_everything_of_a_target_is_done_and_not_exceeded(reviewed):
    mine = reviewed()
    target(mine, None, None, qualifier="all", progress="on_time")
    target(mine, None, None, stated_percent=Decimal(179), progress="on_time")

    assert told(mine)["tasks-done-count"] == 2
    assert told(mine)["tasks-exceeded-count"] == 1


@pytest.mark.parametrize(("choice", "assigned"), [("excluded", 1), ("included", 2)])
def test_what_was_impossible_counts_as_the_authority_chose(reviewed, choice, assigned):
    mine = reviewed(task_denominator=choice)
    target(mine, 10, 10, progress="on_time")
    target(mine, 10, None, progress="hindered")

    assert told(mine) == {
        "tasks-assigned-count": assigned,
        "tasks-done-count": 1,
        "tasks-late-count": 0,
        "tasks-exceeded-count": 0,
    }


@pytest.mark.parametrize("edition", ["132-2018", "124-2023"])
def test_the_share_of_targets_is_drawn_under_grades(reviewed, edition):
    mine = reviewed(edition)
    target(mine, 10, 12)
    target(mine, 10, 9)
    target(mine, 10, 9)

    assert told(mine) == {"task-completion-ratio": "1/3"}


def test_the_last_word_of_a_person_counts_over_the_review(reviewed):
    mine = reviewed("132-2018")
    target(mine, 10, 3)

    rating_of.proposed(
        mine,
        "unsatisfactory",
        reasons="Xác nhận của cấp có thẩm quyền",
        **{"task-completion-ratio": operations.EnteredFact("80%", "Biên bản 12")},
    )

    entry = facts_of(mine).sheet["task-completion-ratio"]
    assert (entry.value, entry.by, entry.source) == ("80%", FactSource.ENTERED, "Biên bản 12")


def earlier(obligation, outcome):
    EarlierShortcoming.objects.create(
        review=obligation.review,
        position=1,
        nature="Chưa sâu sát cơ sở",
        outcome=outcome,
        saved_at=AT,
        saved_by=system_account(),
    )


def test_earlier_faults_count_once_every_one_is_answered(reviewed):
    mine = reviewed()
    earlier(mine, "done")
    earlier(mine, "under_way")

    assert told(mine) == {"faults-pointed-out-count": 2, "faults-remedied-count": 1}

    earlier(mine, "")

    assert told(mine) == {"faults-pointed-out-count": 3}


def test_one_statement_reads_the_targets_of_everybody(
    reviewed, django_assert_max_num_queries, cast
):
    mine = reviewed()
    target(mine)
    with django_assert_max_num_queries(25):
        facts_of(mine)


def test_points_outside_the_step_are_refused_with_the_step(reviewed):
    mine = reviewed(score_step="half")
    entered = {"score.general": operations.EnteredFact("27.3", "Bảng điểm")}

    with pytest.raises(errors.FactNotUnderstood, match="0,5"):
        rating_of.proposed(mine, "good", **entered)

    entered = {"score.general": operations.EnteredFact("27.5", "Bảng điểm")}
    record = rating_of.proposed(mine, "good", reasons="Theo bảng điểm", **entered)
    assert record.facts["score.general"]["value"] == "27.5"


@pytest.mark.parametrize(("choice", "known"), [("decision-year", True), ("act-year", None)])
def test_discipline_counts_in_the_year_the_authority_chose(reviewed, cast, choice, known):
    mine = reviewed("132-2018", violation_counted_in=choice)
    before = facts_of(mine).sheet["disciplined-in-year"].value
    Discipline.objects.create(
        member=cast.an_person.party_member,
        arose_in=cast.cell,
        kind="reprimand",
        decided_on=dt.date(2022, 5, 5),
    )

    entry = facts_of(mine).sheet.get("disciplined-in-year")

    assert before is False
    assert (entry.value if entry else None) is known
