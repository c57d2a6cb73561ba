"""What may be shown: K1 to K7 of the design, each with a case that would give somebody away."""

from fractions import Fraction

import pytest

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, cast, close, opened
from tusoi.ballots import queries
from tusoi.ballots.queries import LEVEL_MIX, YES_NO_MIX, small_body_odds


@pytest.mark.parametrize(
    ("voters", "mix", "unanimous", "others"),
    [
        (3, LEVEL_MIX, 35, 54),
        (4, LEVEL_MIX, 24, 35),
        (5, LEVEL_MIX, 17, 24),
        (7, LEVEL_MIX, 8, 12),
        (9, LEVEL_MIX, 4, 6),
        (30, LEVEL_MIX, 0, 0),
        (3, YES_NO_MIX, 62, 75),
        (5, YES_NO_MIX, 44, 52),
        (9, YES_NO_MIX, 23, 27),
        (15, YES_NO_MIX, 9, 10),
    ],
)
def test_the_odds_of_small_bodies(voters, mix, unanimous, others):
    """The unanimous column is the table of the study; the other follows from it by one voter."""
    odds = small_body_odds(voters, mix)

    assert (odds.unanimous_percent, odds.others_agree_percent) == (unanimous, others)
    assert odds.voter_count == voters


def test_the_odds_are_exact():
    assert small_body_odds(2, (1, 1)).unanimous == Fraction(1, 2)
    assert small_body_odds(1, (1, 3)).unanimous == 1
    assert small_body_odds(0, (1, 1)).others_agree == 2


def test_who_is_warned():
    assert queries.is_warned(3)
    assert queries.is_warned(8)
    assert not queries.is_warned(9)


@pytest.mark.django_db
@pytest.mark.slow
def test_progress_is_a_number_not_the_first_and_never_one_left():
    """K6: with two ballots in, or one out, the number would point at somebody."""
    scene = meetings.scene(more_members=5)
    made = opened(scene, mode=CODES)
    ballots.issue_all(scene, made.poll)
    seen = []
    for code in made.codes:
        seen.append(queries.progress_of(made.poll).cast_count)
        cast(made, code, "good")
    seen.append(queries.progress_of(made.poll).cast_count)

    assert seen == [None, None, None, 3, 4, 5, 5, 7]
    assert queries.progress_of(made.poll).issued_count == 7
    assert queries.progress_of(close(scene, made.poll)).cast_count is None


@pytest.mark.django_db
@pytest.mark.slow
def test_papers_have_no_progress_but_who_holds_one():
    scene = meetings.scene(more_members=5)
    poll = ballots.prepared(scene)
    assert queries.progress_of(poll).issued_count == 0
    assert queries.tellers_of(poll) == []
    ballots.open_it(scene, poll)
    ballots.issue_all(scene, poll, leave_out=2)

    assert queries.progress_of(poll) == queries.Progress(None, 5)
