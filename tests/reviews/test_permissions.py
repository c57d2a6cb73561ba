"""Who writes, reads and judges: the cast of people before every state of a review."""

import pytest

from tests.factories import access, cycles, reviews
from tusoi.access.enums import Permission, RoleKey
from tusoi.reviews import operations, permissions, queries
from tusoi.reviews.enums import ReviewState


pytestmark = pytest.mark.slow


EVERYBODY = (
    "an",
    "binh",
    "cuc",
    "dung",
    "board",
    "authority",
    "ward_authority",
    "inspector",
    "administrator",
    "outsider",
)
ABOVE_CELL = {"binh", "cuc", "board", "authority", "ward_authority"}
READERS = ABOVE_CELL | {"inspector"}
ON = reviews.at(20).date()


def _who(people, question):
    return {name for name in EVERYBODY if question(getattr(people, name))}


@pytest.mark.parametrize("state", list(ReviewState))
def test_a_members_review(people, cycle, state):
    review = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    review.state = state
    is_handed_in = state in {ReviewState.SUBMITTED, ReviewState.ACCEPTED}

    assert _who(people, lambda a: permissions.can_write(a, review.obligation, on=ON)) == {"an"}
    assert _who(people, lambda a: permissions.can_read(a, review, on=ON)) == (
        {"an"} | READERS if is_handed_in else {"an"}
    )
    assert _who(people, lambda a: permissions.can_judge(a, review, on=ON)) == ABOVE_CELL


def test_nobody_judges_their_own(people, cycle):
    review = reviews.submitted(reviews.obligation_of(people, cycle, "binh"), people.binh)

    assert _who(people, lambda a: permissions.can_judge(a, review, on=ON)) == ABOVE_CELL - {"binh"}


def test_a_cells_review_is_judged_from_above_alone(people, cycle):
    review = reviews.submitted(cycles.obligation(cycle, people.cell), people.binh)
    access.grant(people.outsider, RoleKey.CELL_COMMITTEE, people.cell)

    def asked(question):
        return _who(people, lambda account: question(account, review.obligation, on=ON))

    # A second member of the cell's committee writes, yet does not accept.
    assert asked(permissions.can_write) == {"binh", "outsider"}
    assert _who(people, lambda a: permissions.can_judge(a, review, on=ON)) == {
        "cuc",
        "board",
        "authority",
        "ward_authority",
    }
    assert asked(permissions.can_issue_prompt) == {"cuc", "board", "authority", "ward_authority"}


def test_who_wrote_it_does_not_judge_it_after_moving_up(people, cycle):
    review = reviews.submitted(cycles.obligation(cycle, people.cell), people.binh)
    access.grant(people.binh, RoleKey.COMMITTEE_OFFICER, people.ward)

    assert not permissions.can_judge(people.binh, review, on=ON)
    assert permissions.can_judge(people.cuc, review, on=ON)


def test_comments_are_attached_by_the_member_and_by_committees(people, cycle):
    owed = reviews.obligation_of(people, cycle)

    found = _who(people, lambda a: permissions.can_attach_comment(a, owed, on=ON))

    assert found == {"an", "binh", "cuc", "board"}


def test_an_account_that_was_closed_does_nothing(people, cycle):
    review = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    people.an.is_active = people.cuc.is_active = False

    assert not permissions.can_write(people.an, review.obligation, on=ON)
    assert not permissions.can_judge(people.cuc, review, on=ON)


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_querysets_show_what_the_questions_allow(people, cycle, state):
    """The list and the question about one of its rows never disagree."""
    made = [
        reviews.submitted(reviews.obligation_of(people, cycle), people.an),
        reviews.submitted(cycles.obligation(cycle, people.cell), people.binh),
        reviews.submitted(reviews.obligation_of(people, cycle, "dung"), people.dung),
    ]
    if state == "draft":
        for review in made:
            author = review.created_by
            operations.withdraw_review(review_id=review.pk, actor=author, at=reviews.at(11))
            review.refresh_from_db()
    seen_by_somebody = set()
    for name in EVERYBODY:
        account = getattr(people, name)
        listed = set(queries.reviews_for(account, on=ON))
        assert listed == {one for one in made if permissions.can_read(account, one, on=ON)}, name
        written = set(queries.reviews_written_by(account, on=ON))
        assert written == {
            one for one in made if permissions.can_write(account, one.obligation, on=ON)
        }, name
        seen_by_somebody |= listed
    assert seen_by_somebody == set(made)


def test_facts_stay_within_sight(people, cycle):
    reviews.submitted(cycles.obligation(cycle, people.cell), people.binh)
    foreign = reviews.submitted(cycles.obligation(cycle, people.other_cell), people.dung)

    for question in (queries.shortcomings_for, queries.initiatives_for):
        assert foreign.pk not in {one.review_id for one in question(people.cuc, on=ON)}
        assert not list(question(people.administrator, on=ON))
        assert not list(question(people.an, on=ON))
    assert {one.review_id for one in queries.shortcomings_for(people.dung, on=ON)} == {foreign.pk}
    assert queries.shortcomings_for(people.board, on=ON).count() == 2
    assert queries.targets_for(people.board, cycle, on=ON).count() == 2
    assert queries.targets_for(people.cuc, cycle, on=ON).count() == 1
    in_scope = queries.obligations_in_scope(people.cuc, Permission.REVIEW_READ, on=ON)
    assert not in_scope.filter(unit=people.other_cell).exists()
    assert in_scope.filter(unit=people.cell).exists()
