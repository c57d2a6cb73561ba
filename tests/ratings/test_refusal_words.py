"""How a refusal names what keeps a level closed."""

import pytest

from tusoi.engine import RuleKind
from tusoi.ratings.operations.checks import _in_the_way


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RuleKind.REQUIREMENT, "chưa đạt “Hoàn thành 100% nhiệm vụ”"),
        (RuleKind.GROUND, "không có căn cứ “Hoàn thành 100% nhiệm vụ”"),
    ],
)
def test_a_refusal_says_whether_a_condition_or_a_ground_is_missing(kind, words):
    assert _in_the_way(kind, "Hoàn thành 100% nhiệm vụ") == words
