"""Totals against an independent count, and when a majority leads."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import meetings
from tests.factories.ballots import LEVELS, enter, figures, open_round, reconciled
from tests.factories.meetings import NOW
from tusoi.ballots import errors, permissions, queries
from tusoi.ballots.enums import PassRule
from tusoi.ballots.queries import LevelVotes, ReconciledCounts, TallyFigures


DAY = NOW.date()


def counted(*votes, invalid=0, rule=PassRule.MORE_THAN_HALF):
    valid = sum(votes)
    return ReconciledCounts(
        round_id=1,
        number=1,
        voter_count=valid + invalid,
        issued_count=valid + invalid,
        returned_count=valid + invalid,
        valid_count=valid,
        invalid_count=invalid,
        votes=tuple(LevelVotes(one, n) for one, n in zip(LEVELS, votes, strict=True)),
        pass_rule=rule,
        pass_needs_checking=True,
    )


@pytest.mark.parametrize(
    ("votes", "invalid", "rule", "leader"),
    [
        ((2, 3, 0, 0), 0, "more-than-half", "good"),
        # Exactly a half is no majority.
        ((3, 3, 0, 0), 0, "more-than-half", ""),
        ((0, 3, 2, 0), 1, "more-than-half", ""),
        ((0, 4, 2, 0), 1, "more-than-half", "good"),
        # Exactly two thirds is.
        ((4, 2, 0, 0), 0, "two-thirds", "excellent"),
        ((3, 2, 0, 0), 0, "two-thirds", ""),
        ((0, 0, 0, 0), 0, "two-thirds", ""),
        ((0, 0, 0, 0), 0, "more-than-half", ""),
    ],
)
def test_a_majority_leads_by_whole_numbers(votes, invalid, rule, leader):
    assert counted(*votes, invalid=invalid, rule=PassRule(rule)).leading_level_id == leader


def test_small_and_unanimous_votes_are_marked():
    assert counted(0, 4, 0, 0).is_small
    assert not counted(0, 5, 0, 0).is_small
    assert counted(0, 5, 0, 0).is_unanimous
    assert counted(0, 5, 0, 0, invalid=1).is_unanimous
    assert not counted(1, 4, 0, 0).is_unanimous
    assert not counted(0, 0, 0, 0, invalid=5).is_unanimous


def box(seed):
    """Fill a ballot box: what each paper says, one by one, as an honest teller reads it."""
    drawn = random.Random(seed)  # noqa: S311 -- a fixture, not a secret
    voters = drawn.randint(1, 60)
    issued = drawn.randint(1, voters)
    papers = [
        drawn.choices([*LEVELS, "", "two at once"], [20, 60, 8, 2, 5, 5])[0]
        for _ in range(drawn.randint(0, issued))
    ]
    return voters, issued, papers


def counted_by_hand(issued, papers):
    count = Counter(papers)
    valid = sum(count[one] for one in LEVELS)
    return TallyFigures(
        issued, len(papers), valid, len(papers) - valid, {one: count[one] for one in LEVELS}
    )


@pytest.mark.parametrize("seed", range(60))
def test_an_honest_count_always_adds_up_and_its_leader_is_the_majority(seed):
    voters, issued, papers = box(seed)
    sheet = counted_by_hand(issued, papers)

    assert queries.problems_with(sheet, voter_count=voters, levels=LEVELS) == []

    for rule, is_passed in (
        (PassRule.MORE_THAN_HALF, lambda share: share > Fraction(1, 2)),
        (PassRule.TWO_THIRDS, lambda share: share >= Fraction(2, 3)),
    ):
        result = counted(*sheet.votes.values(), invalid=sheet.invalid_count, rule=rule)
        passed = [
            one for one in LEVELS if papers and is_passed(Fraction(papers.count(one), len(papers)))
        ]
        assert result.leading_level_id == (passed[0] if passed else "")


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("line", ["issued", "returned", "valid", "invalid", *LEVELS])
def test_a_slip_in_one_line_is_found(seed, line):
    """Every line but the number issued stands in an equation that one slip breaks."""
    voters, issued, papers = box(seed)
    right = counted_by_hand(issued, papers)
    values = {
        "issued": right.issued_count,
        "returned": right.returned_count,
        "valid": right.valid_count,
        "invalid": right.invalid_count,
        **right.votes,
    }
    values[line] += 1
    wrong = TallyFigures(
        values["issued"],
        values["returned"],
        values["valid"],
        values["invalid"],
        {one: values[one] for one in LEVELS},
    )

    problems = queries.problems_with(wrong, voter_count=voters, levels=LEVELS)

    if line == "issued":
        assert bool(problems) is (issued + 1 > voters)
    else:
        assert problems


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_two_readings_of_one_box_reconcile_and_two_boxes_do_not(seed):
    scene = meetings.scene(more_members=4)
    made = open_round(scene)
    drawn = random.Random(seed)  # noqa: S311 -- a fixture, not a secret
    papers = [drawn.choice([*LEVELS, ""]) for _ in range(6)]
    other = [*papers[1:], next(one for one in LEVELS if one != papers[0])]
    read_again = list(papers)
    drawn.shuffle(read_again)

    enter(made, scene.binh, counted_by_hand(6, papers))
    enter(made, scene.teller, counted_by_hand(6, other))
    assert queries.reconciled_counts(made.obligation) is None
    enter(made, scene.teller, counted_by_hand(6, read_again))

    result = queries.reconciled_counts(made.obligation)
    assert {one.level_id: one.count for one in result.votes} == {
        one: papers.count(one) for one in LEVELS
    }
    assert result.invalid_count == papers.count("")


@pytest.mark.django_db
@pytest.mark.slow
def test_the_authority_chooses_the_share_and_silence_leaves_a_half(monkeypatch):
    scene = meetings.scene()
    assert queries.pass_rule(scene.cycle) == (PassRule.MORE_THAN_HALF, True)
    scene.cycle.rulebook_settings = {"ballot-pass": "two-thirds"}
    assert queries.pass_rule(scene.cycle) == (PassRule.TWO_THIRDS, True)

    class Silent:
        settings = ()

    monkeypatch.setattr(queries, "rulebook_of", lambda _cycle: Silent())
    assert queries.pass_rule(scene.cycle) == (PassRule.MORE_THAN_HALF, True)


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
        reconciled(scene, figures(2, 4), item)

    with CaptureQueriesContext(connection) as statements:
        found = queries.counts_by_obligation(
            [one.obligation_id for one in items], cycle=scene.cycle
        )

    assert len(found) == how_many
    assert all(one.leading_level_id == "good" for one in found.values())
    assert len(statements) == 2
    assert queries.rounds_of(meeting).count() == how_many


@pytest.mark.django_db
@pytest.mark.slow
def test_scope_of_rounds():
    scene = meetings.scene()
    made = open_round(scene)

    for who, may in (("binh", True), ("cuc", True), ("an", False), ("dung", False)):
        actor = getattr(scene.people, who)
        assert queries.rounds_for(actor, on=DAY).exists() is may
        assert permissions.can_enter(actor, made, on=DAY) is may


def test_refusals_say_nothing_about_the_other():
    for refusal in (errors.TwoPeopleEnteredAlready(), errors.RoundNotOpen()):
        assert not any(letter.isdigit() for letter in str(refusal))
