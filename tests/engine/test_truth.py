import itertools

import pytest

from tusoi.engine import Truth, all_of, any_of, at_least, negate


H, F, U = Truth.HOLDS, Truth.FAILS, Truth.UNDECIDED


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (H, H, H, H),
        (H, F, F, H),
        (H, U, U, H),
        (F, F, F, F),
        (F, U, F, U),
        (U, U, U, U),
    ],
)
def test_tables_are_kleenes_and_symmetric(left, right, both, either):
    for pair in [(left, right), (right, left)]:
        assert all_of(pair) is both
        assert any_of(pair) is either


@pytest.mark.parametrize(("truth", "other"), [(H, F), (F, H), (U, U)])
def test_negate_leaves_the_unknown_unknown(truth, other):
    assert negate(truth) is other


def test_of_nothing_all_hold_and_none_does():
    assert all_of([]) is H
    assert any_of([]) is F


@pytest.mark.parametrize(
    ("count", "truths", "expected"),
    [
        (0, [], H),
        (1, [], F),
        (2, [H, H, F], H),
        (2, [H, F, F], F),
        (2, [H, U, F], U),
        (2, [F, U, F], F),
        (3, [U, U, U], U),
    ],
)
def test_at_least_counts_what_could_still_hold(count, truths, expected):
    assert at_least(count, truths) is expected


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_decided_combination_stays_when_the_unknown_is_filled_in(size):
    def fillings(truths):
        return itertools.product(*[(one,) if one.is_decided else (H, F) for one in truths])

    for truths in itertools.product(Truth, repeat=size):
        for combine in (all_of, any_of, lambda some: at_least(2, some)):
            results = {combine(filled) for filled in fillings(truths)}
            result = combine(truths)
            assert results == {result} if result.is_decided else result is U


def test_truth_of_a_bool():
    assert Truth.of(value=True) is H
    assert Truth.of(value=False) is F
