from fractions import Fraction

import pytest

from tusoi.engine import (
    NOT_APPLICABLE,
    AllOf,
    AnyOf,
    AtLeastOf,
    Comparison,
    FactInvalid,
    Facts,
    GradesAtLeast,
    Not,
    Operator,
    Scale,
    Share,
    Truth,
)


H, F, U = Truth.HOLDS, Truth.FAILS, Truth.UNDECIDED
GRADES = Scale("grades", ("excellent", "good", "fair", "poor"))


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        (Operator.IS, F, H, F),
        (Operator.AT_LEAST, F, H, H),
        (Operator.AT_MOST, H, H, F),
        (Operator.ABOVE, F, F, H),
        (Operator.BELOW, H, F, F),
    ],
)
def test_comparison_of_numbers_is_exact(operator, below, equal, above):
    condition = Comparison("ratio", operator, Fraction(1, 3))
    values = [Fraction(333333, 1000000), Fraction(1, 3), Fraction(333334, 1000000)]

    found = [condition.truth(Facts({"ratio": value})) for value in values]

    assert found == [below, equal, above]
    assert condition.truth(Facts()) is U


def test_comparison_on_a_scale_knows_what_is_better():
    condition = Comparison("level", Operator.AT_LEAST, "good", GRADES)

    found = [condition.truth(Facts({"level": step})) for step in GRADES.steps]

    assert found == [H, H, F, F]


@pytest.mark.parametrize("operator", [Operator.IS, Operator.AT_LEAST])
def test_comparison_refuses_a_step_that_is_not_on_the_scale(operator):
    condition = Comparison("level", operator, "good", GRADES)

    with pytest.raises(FactInvalid, match="'great' is not on the scale grades"):
        condition.truth(Facts({"level": "great"}))


def test_comparison_refuses_to_take_true_for_one():
    with pytest.raises(FactInvalid, match="a number is needed"):
        Comparison("months", Operator.AT_LEAST, 1).truth(Facts({"months": True}))


@pytest.mark.parametrize("wanted", list(Truth))
def test_comparison_says_what_it_was_told_about_the_not_applicable(wanted):
    condition = Comparison("peers", Operator.AT_LEAST, "good", GRADES, wanted)

    assert condition.truth(Facts({"peers": NOT_APPLICABLE})) is wanted


def test_a_bool_is_compared_as_it_is():
    condition = Comparison("head", Operator.IS, value=False)

    assert condition.truth(Facts({"head": False})) is H
    assert condition.truth(Facts({"head": True})) is F


def test_grades_wait_for_every_criterion_and_pass_over_the_not_applicable():
    condition = GradesAtLeast(("a", "b"), "good", GRADES)

    assert condition.truth(Facts({"grade.a": "good"})) is U
    assert condition.truth(Facts({"grade.a": "fair"})) is F
    assert condition.truth(Facts({"grade.a": "good", "grade.b": NOT_APPLICABLE})) is H
    assert condition.reads() == ("grade.a", "grade.b")


@pytest.mark.parametrize(
    ("good", "whole", "expected"),
    [(4, 5, H), (3, 4, F), (79, 99, F), (80, 100, H), (0, 0, U), (1, NOT_APPLICABLE, U)],
)
def test_share_is_exact(good, whole, expected):
    condition = Share(("good",), "rated", Operator.AT_LEAST, Fraction(4, 5))

    assert condition.truth(Facts({"good": good, "rated": whole})) is expected


def test_share_waits_for_its_parts_and_its_whole():
    condition = Share(("a", "b"), "rated", Operator.ABOVE, Fraction(1, 5), Truth.FAILS)

    assert condition.truth(Facts({"a": 1, "rated": 10})) is U
    assert condition.truth(Facts({"a": 1, "b": 2})) is U
    assert condition.truth(Facts({"a": 1, "b": NOT_APPLICABLE, "rated": 4})) is H
    assert condition.truth(Facts({"rated": 0})) is F
    assert condition.reads() == ("a", "b", "rated")


def test_share_refuses_a_part_greater_than_its_whole():
    condition = Share(("a", "b"), "rated", Operator.ABOVE, Fraction(1, 5))

    with pytest.raises(FactInvalid, match=r"a \+ b is more than rated"):
        condition.truth(Facts({"a": 3, "b": 3, "rated": 5}))


def test_combinations_read_each_fact_once_in_order():
    one, two = Comparison("one", Operator.IS, value=True), Comparison("two", Operator.ABOVE, 2)
    facts = Facts({"one": True, "two": 2})

    assert AllOf((one, two)).truth(facts) is F
    assert AnyOf((one, two)).truth(facts) is H
    assert Not(two).truth(facts) is H
    assert AtLeastOf(2, (one, two, Not(two))).truth(facts) is H
    assert tuple(AllOf((two, AnyOf((one, Not(two))))).reads()) == ("two", "one")
    assert AtLeastOf(1, (one,)).reads() == ("one",)
