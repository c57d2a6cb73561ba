"""Totals against an independent count, and what follows from them in whole numbers."""

import dataclasses
import random
from collections import Counter
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, LEVELS, cast, choose, coded, counted, open_urn, yes_no
from tests.factories.meetings import NOW
from tusoi.ballots import permissions, queries
from tusoi.ballots.enums import BaseRule, PassRule, QuestionKind, TieRule
from tusoi.ballots.models import PollQuestion
from tusoi.ballots.queries import OptionVotes, QuestionResult


DAY = NOW.date()


def result(*votes, blank=0, invalid=0, kind="level", most=1, **fields):
    names = {"level": LEVELS, "yes_no": ("yes", "no")}.get(kind, [str(n) for n in range(9)])
    returned = fields.pop("returned", sum(votes) + blank + invalid)
    return QuestionResult(
        question_id=1,
        obligation_id=None,
        poll_id=1,
        number=1,
        kind=QuestionKind(kind),
        text="",
        most_choices=most,
        is_signed=False,
        entitled_count=fields.pop("entitled", returned),
        voter_count=fields.pop("present", returned),
        issued_count=returned,
        returned_count=returned,
        blank_count=blank,
        invalid_count=invalid,
        votes=tuple(OptionVotes(one, one, n) for one, n in zip(names, votes, strict=False)),
        pass_rule=PassRule(fields.pop("rule", "more-than-half")),
        base_rule=BaseRule(fields.pop("base", "returned")),
        tie_rule=TieRule(fields.pop("tie", "none")),
    )


@pytest.mark.parametrize(
    ("votes", "fields", "leader"),
    [
        ((2, 3, 0, 0), {}, "good"),
        # Exactly a half is no majority.
        ((3, 3, 0, 0), {}, ""),
        ((0, 3, 2, 0), {"invalid": 1}, ""),
        ((0, 4, 2, 0), {"invalid": 1}, "good"),
        # Exactly two thirds is.
        ((4, 2, 0, 0), {"rule": "two-thirds"}, "excellent"),
        ((3, 2, 0, 0), {"rule": "two-thirds"}, ""),
        ((0, 0, 0, 0), {"rule": "two-thirds"}, ""),
        ((0, 0, 0, 0), {}, ""),
        # The share may be taken of more people than those who voted.
        ((0, 4, 0, 0), {"base": "present", "present": 7}, "good"),
        ((0, 4, 0, 0), {"base": "present", "present": 8}, ""),
        ((0, 4, 0, 0), {"base": "members", "present": 4, "entitled": 8}, ""),
        ((0, 6, 0, 0), {"base": "members", "entitled": 9, "rule": "two-thirds"}, "good"),
        # A tie at the top: nothing, or the lower one if both together have the share.
        ((3, 3, 0, 0), {"tie": "lower"}, "good"),
        ((2, 2, 2, 0), {"tie": "lower"}, "satisfactory"),
        ((1, 1, 0, 0), {"tie": "lower", "invalid": 2}, ""),
        ((3, 2, 1, 0), {"tie": "lower"}, ""),
        ((0, 0, 0, 0), {"tie": "lower"}, ""),
    ],
)
def test_a_level_leads_by_whole_numbers(votes, fields, leader):
    assert result(*votes, **fields).leading_level_id == leader


def test_yes_and_no():
    assert result(3, 2, kind="yes_no").is_passed
    assert not result(2, 3, kind="yes_no").is_passed
    assert not result(2, 2, kind="yes_no").is_passed
    assert not result(2, 2, kind="yes_no", tie="lower").is_passed
    assert result(3, 2, kind="yes_no").leading_level_id == ""


@pytest.mark.parametrize(
    ("votes", "most", "chosen"),
    [
        ((5, 4, 1), 2, ("0", "1")),
        ((5, 5, 4), 2, ("0", "1")),
        # The last place ties with one too many: neither has it.
        ((6, 4, 4), 2, ("0",)),
        ((4, 4, 4), 2, ()),
        ((3, 3, 3), 3, ()),
    ],
)
def test_the_most_voted_have_the_places(votes, most, chosen):
    assert result(*votes, kind="choose", most=most, returned=6).chosen_ids == chosen


@given(st.integers(0, 60), st.integers(0, 60))
def test_shares_are_compared_exactly(count, base):
    assert queries.passes(PassRule.MORE_THAN_HALF, count, base) == (
        base > 0 and Fraction(count, base) > Fraction(1, 2)
    )
    assert queries.passes(PassRule.TWO_THIRDS, count, base) == (
        base > 0 and Fraction(count, base) >= Fraction(2, 3)
    )


def test_small_and_unanimous_votes_are_marked():
    assert result(0, 4, 0, 0).is_small
    assert not result(0, 5, 0, 0).is_small
    assert result(0, 5, 0, 0).is_unanimous
    assert result(0, 5, 0, 0, invalid=1).is_unanimous
    assert not result(1, 4, 0, 0).is_unanimous
    assert not result(0, 0, 0, 0, invalid=5).is_unanimous
    assert result(1, 2, 0, 0, blank=1, invalid=2).valid_count == 3
    assert result(1).votes[0].level_id == "excellent"


# An independent count


def questions_of(drawn, how_many):
    made = []
    for pk in range(1, how_many + 1):
        kind = drawn.choice(list(QuestionKind))
        count = {"level": 4, "yes_no": 2, "choose": drawn.randint(2, 12)}[kind]
        most = drawn.randint(1, count) if kind is QuestionKind.CHOOSE else 1
        options = [{"id": f"o{n}", "title": ""} for n in range(count)]
        made.append(PollQuestion(pk=pk, kind=kind, options=options, most_choices=most))
    return made


def by_hand(question, papers):
    """Count as an honest teller reads, one paper after the other."""
    votes, blank, invalid = Counter(), 0, 0
    for marked in papers:
        if len(marked) == 0:
            blank += 1
        elif len(marked) > question.most_choices:
            invalid += 1
        else:
            votes.update(marked)
    return {
        "options": {o: votes[o] for o in question.option_ids},
        "blank": blank,
        "invalid": invalid,
    }


@given(st.integers(0, 10**9))
def test_counting_agrees_with_a_count_by_hand(seed):
    drawn = random.Random(seed)  # noqa: S311 -- a fixture, not a secret
    questions = questions_of(drawn, drawn.choice([1, 2, 5, 80]))
    voters = [
        {
            one.pk: drawn.sample(
                one.option_ids, drawn.randint(0, min(len(one.options), one.most_choices + 1))
            )
            for one in questions
        }
        for _ in range(drawn.randint(1, 60 if len(questions) < 9 else 6))
    ]

    written = [queries.write_ballot(questions, one) for one in voters]
    counts = queries.count_ballots(questions, written)

    assert {len(one) for one in written} == {queries.ballot_size(questions)}
    for question in questions:
        papers = [one[question.pk] for one in voters]
        assert counts[question.pk].as_record() == by_hand(question, papers)
        assert queries.question_adds_up(question, counts[question.pk], len(voters))


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_whole_vote_with_codes_agrees_with_a_count_by_hand(seed):
    drawn = random.Random(seed)  # noqa: S311 -- a fixture, not a secret
    scene = meetings.scene(more_members=7)
    made = ballots.opened(scene, mode=CODES, more=[yes_no(), choose("a", "b", "c", "d", most=2)])
    ballots.issue_all(scene, made.poll)
    questions = list(made.poll.questions.order_by("position"))
    voters = [
        [drawn.sample(one.option_ids, drawn.randint(0, 2)) for one in questions] for _ in range(7)
    ]
    for code, answers in zip(drawn.sample(made.codes, 7), voters, strict=True):
        cast(made, code, *answers)
    ballots.close(scene, made.poll)
    sheet = queries.TallyFigures(made.poll.voter_count, slip_count=7)
    ballots.enter_twice(scene, made.poll, sheet)

    open_urn(scene, made)

    for place, question in enumerate(made.poll.questions.order_by("position")):
        assert question.result == by_hand(question, [one[place] for one in voters])


# What the rulebook leaves


@pytest.mark.django_db
@pytest.mark.slow
def test_the_authority_chooses_and_silence_leaves_custom(monkeypatch):
    scene = meetings.scene()
    assert queries.pass_rule(scene.cycle) == (PassRule.MORE_THAN_HALF, True)
    scene.cycle.rulebook_settings = {"ballot-pass": "two-thirds"}
    assert queries.pass_rule(scene.cycle) == (PassRule.TWO_THIRDS, True)
    assert queries.level_ids(scene.cycle) == list(LEVELS)

    class Silent:
        settings = ()

    monkeypatch.setattr("tusoi.ballots.queries.results.rulebook_of", lambda _cycle: Silent())
    rules = queries.rules_of(scene.cycle)
    assert dataclasses.astuple(rules) == (
        PassRule.MORE_THAN_HALF,
        BaseRule.RETURNED,
        TieRule.NONE,
        False,
        True,
    )


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("how_many", [1, 3])
def test_many_results_cost_the_same(how_many):
    scene = meetings.scene(more_members=4)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    items = list(meeting.items.order_by("position"))[:how_many]
    for item in items:
        meetings.conclude(scene, item)
        counted(scene, 2, 4, item=item)

    with CaptureQueriesContext(connection) as statements:
        found = queries.counts_by_obligation(
            [one.obligation_id for one in items], cycle=scene.cycle
        )
    assert len(found) == how_many
    assert all(one.leading_level_id == "good" for one in found.values())
    assert len(statements) == 1
    with CaptureQueriesContext(connection) as statements:
        assert len(queries.votes_for_minutes(meeting)) == how_many
    assert len(statements) == 2
    assert queries.polls_of(meeting).count() == how_many


@pytest.mark.django_db
@pytest.mark.slow
def test_scope_of_polls():
    scene = meetings.scene()
    made = ballots.opened(scene)

    for who, may in (("binh", True), ("cuc", True), ("dung", False), ("outsider", False)):
        actor = getattr(scene.people, who)
        assert queries.polls_for(actor, on=DAY).exists() is may
        assert permissions.can_count(actor, made.poll, on=DAY) is may
        assert permissions.can_call(actor, made.poll, on=DAY) is may


@pytest.mark.django_db
@pytest.mark.slow
def test_the_latest_count_of_a_subject_is_in_force():
    scene = meetings.scene(more_members=4)
    made = coded(scene, answers=[("good",)] * 6)
    open_urn(scene, made)

    found = queries.reconciled_counts(made.poll.questions.get().obligation)

    assert (found.number, found.leading_level_id, found.is_signed) == (1, "good", False)
