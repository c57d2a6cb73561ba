"""The floor written by hand answers what the rulebooks answer; else it would measure nothing."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tusoi.engine import FactInvalid, Facts, evaluate
from tusoi.jobs.bench.byhand import Impossible, member_132, member_366
from tusoi.jobs.bench.rating import facts_132, facts_366
from tusoi.rulebooks.library import load


def answers(rulebook_id, values):
    outcome = evaluate(load(rulebook_id).rules_for("member"), Facts(values))
    return outcome.weighed.binding, outcome.weighed.advised


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    keep=st.floats(0, 1),
    edition=st.sampled_from(
        [("132-2018", facts_132, member_132), ("366-2025", facts_366, member_366)]
    ),
)
def test_by_hand_and_by_rulebook_agree(seed, keep, edition):
    rulebook_id, invented, by_hand = edition
    rng = random.Random(seed)  # noqa: S311 -- invented facts
    whole = load(rulebook_id).read_facts(invented(rng)).values
    values = {name: value for name, value in whole.items() if rng.random() <= keep}

    try:
        expected = answers(rulebook_id, values)
    except FactInvalid:
        with pytest.raises(Impossible):
            by_hand(values)
    else:
        assert by_hand(values) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"score.general": 31},
        {"score.general": 20, "score.tasks": 60, "score.total": 90},
        {"tasks-done-count": 4, "tasks-assigned-count": 3},
        {"faults-remedied-count": 4, "faults-pointed-out-count": 3},
    ],
)
def test_both_refuse_what_can_not_be(values):
    with pytest.raises(FactInvalid):
        answers("366-2025", values)
    with pytest.raises(Impossible):
        member_366(values)
