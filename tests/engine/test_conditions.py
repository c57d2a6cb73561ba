from fractions import Fraction

import pytest

from tusoi.engine import (
    NOT_APPLICABLE,
    AllOf,
    AnyOf,
    AtLeastOf,
    Compared,
    Comparison,
    Condition,
    FactInvalid,
    Facts,
    GradesAtLeast,
    Not,
    OneOf,
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


def test_a_condition_without_a_function_of_its_own_is_none():
    with pytest.raises(NotImplementedError):
        Condition().reads()
    with pytest.raises(NotImplementedError):
        Condition().compiled()


@pytest.mark.parametrize(("value", "expected"), [(3, H), (4, F), (None, U), (NOT_APPLICABLE, U)])
def test_a_number_can_be_asked_for_as_it_is(value, expected):
    facts = Facts({} if value is None else {"count": value})

    assert Comparison("count", Operator.IS, 3).truth(facts) is expected


def test_a_number_that_does_not_apply_is_what_the_rule_says():
    condition = Comparison("count", Operator.AT_LEAST, 3, not_applicable=Truth.FAILS)

    assert condition.truth(Facts({"count": NOT_APPLICABLE})) is F


def test_a_yes_or_no_does_not_take_a_number():
    with pytest.raises(FactInvalid, match="a yes or a no is needed"):
        Comparison("head", Operator.IS, value=True).truth(Facts({"head": 1}))
    assert (
        Comparison("head", Operator.IS, value=True, not_applicable=H).truth(
            Facts({"head": NOT_APPLICABLE})
        )
        is H
    )


CHOICES = ("none", "reprimand", "warning")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("warning", H), ("none", F), (None, U), (NOT_APPLICABLE, F)],
)
def test_one_of_some_choices(value, expected):
    condition = OneOf("form", ("reprimand", "warning"), CHOICES, Truth.FAILS)
    facts = Facts({} if value is None else {"form": value})

    assert condition.truth(facts) is expected
    assert condition.reads() == ("form",)


def test_a_choice_that_is_none_is_refused():
    with pytest.raises(FactInvalid, match="one of none, reprimand, warning"):
        OneOf("form", ("warning",), CHOICES).truth(Facts({"form": "exile"}))


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(3, 2, H), (2, 2, F), (None, 2, U), (2, NOT_APPLICABLE, U)]
)
def test_two_facts_against_each_other(one, other, expected):
    told = {"done": one, "assigned": other}
    facts = Facts({name: value for name, value in told.items() if value is not None})

    condition = Compared("done", Operator.ABOVE, "assigned")

    assert condition.truth(facts) is expected
    assert condition.reads() == ("done", "assigned")


def test_two_levels_against_each_other():
    condition = Compared("own", Operator.ABOVE, "unit", GRADES)

    assert condition.truth(Facts({"own": "excellent", "unit": "good"})) is H


def test_a_number_or_a_grade_that_is_none_is_refused():
    with pytest.raises(FactInvalid, match="not on the scale"):
        GradesAtLeast(("a",), "good", GRADES).truth(Facts({"grade.a": "great"}))
    with pytest.raises(FactInvalid, match="a number is needed"):
        Comparison("count", Operator.ABOVE, 3).truth(Facts({"count": "many"}))


def test_not_waits_for_what_its_condition_waits_for():
    assert Not(yes("a")).missing(Facts()) == ("a",)


def test_a_fact_on_a_scale_that_does_not_apply_is_what_the_rule_says():
    condition = Comparison("level", Operator.IS, "good", GRADES, not_applicable=Truth.FAILS)

    assert condition.truth(Facts({"level": NOT_APPLICABLE})) is F
    assert condition.truth(Facts()) is U


def test_only_what_can_still_settle_it_is_missing():
    settled = AllOf((yes("a"), yes("b")))
    condition = AnyOf((settled, Not(yes("c"))))

    assert condition.missing(Facts({"a": False})) == ("c",)
    assert condition.missing(Facts({"c": False})) == ()
    assert yes("a").missing(Facts({"a": False})) == ()
    assert AtLeastOf(2, (yes("a"), yes("b"))).missing(Facts({"a": True})) == ("b",)


def yes(fact):
    return Comparison(fact, Operator.IS, value=True)


def test_of_nothing_all_holds_and_any_fails():
    assert AllOf(()).truth(Facts()) is H
    assert AnyOf(()).truth(Facts()) is F
    assert AnyOf((yes("a"),)).truth(Facts({"a": True})) is H
    assert AllOf((yes("a"),)).truth(Facts({"a": True})) is H


def test_too_few_are_left_to_hold():
    condition = AtLeastOf(2, (yes("a"), yes("b"), yes("c")))

    assert condition.truth(Facts({"a": False, "b": False})) is F
    assert condition.truth(Facts({"a": True, "b": False})) is U
