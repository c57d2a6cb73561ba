"""A cycle under any edition that ships can be opened, written and handed in."""

from fractions import Fraction

import pytest

from tests.factories import cycles, reviews
from tusoi.reviews import operations, queries
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.errors import ReviewIncomplete
from tusoi.reviews.operations import TextEdit
from tusoi.rulebooks.library import available


pytestmark = pytest.mark.slow

EDITIONS = [one.id for one in available()]


def of_member(people, cycle):
    return reviews.started(reviews.obligation_of(people, cycle), people.an)


def score(review, actor, general, tasks=None):
    edits = [TextEdit("score-general", general)]
    edits += [TextEdit("score-tasks", tasks)] if tasks is not None else []
    operations.save_draft(
        review_id=review.pk,
        draft=operations.Draft(answers=edits),
        actor=actor,
        at=reviews.at(hour=10),
    )
    review.refresh_from_db()
    return [one.message for one in queries.gaps_in(queries.content_of(review))]


@pytest.mark.parametrize("edition", EDITIONS)
def test_member_and_cell_hand_in_what_the_edition_asks(people, edition):
    cycle = cycles.cycle(people.district, rulebook_identity=edition)
    cell = reviews.started(cycles.obligation(cycle, people.cell), people.binh)

    for review, actor in ((of_member(people, cycle), people.an), (cell, people.binh)):
        reviews.filled(review, actor)
        operations.submit_review(review_id=review.pk, actor=actor, at=reviews.at(hour=11))
        review.refresh_from_db()
        assert review.state == ReviewState.SUBMITTED


@pytest.fixture
def scored(people):
    cycle = cycles.cycle(people.district, rulebook_identity="366-2025")
    return of_member(people, cycle)


def test_points_are_read_with_a_comma(people, scored):
    gaps = score(scored, people.an, "27,5", "63")

    assert not [one for one in gaps if "chấm" in one or "số điểm" in one]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("30,5", "Mục này chấm từ 0 đến 30 điểm."),
        ("-1", "Mục này chấm từ 0 đến 30 điểm."),
        ("gần ba mươi", "Hãy ghi số điểm, ví dụ 27 hoặc 27,5."),
    ],
)
def test_points_that_cannot_be_are_told_before_handing_in(people, scored, typed, told):
    assert told in score(scored, people.an, typed, "60")


def test_points_count_only_once_they_are_handed_in(people, scored):
    cycle, pk = scored.obligation.cycle, scored.obligation_id
    score(scored, people.an, "27,5", "63")
    reviews.filled(scored, people.an)
    before = queries.scores_handed_in(cycle, [pk])

    operations.submit_review(review_id=scored.pk, actor=people.an, at=reviews.at(hour=11))

    assert before == {}
    assert queries.scores_handed_in(cycle, [pk]) == {
        pk: {"score.general": Fraction(55, 2), "score.tasks": Fraction(63)}
    }


def test_a_form_with_grades_has_no_points(people, cycle):
    review = of_member(people, cycle)

    assert queries.scores_handed_in(cycle, [review.obligation_id]) == {}


def test_a_review_without_points_is_not_complete(people, scored):
    with pytest.raises(ReviewIncomplete) as refused:
        operations.submit_review(review_id=scored.pk, actor=people.an, at=reviews.at(hour=11))

    assert {"score-general", "score-tasks"} <= {one.question_id for one in refused.value.gaps}
