from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tusoi.engine import (
    NOT_APPLICABLE,
    AbsentScore,
    FactInvalid,
    Facts,
    FactsContradict,
    Operator,
    ScoreBound,
    ScoreGroupSheet,
    ScoreItem,
    ScoreSheet,
    Text,
    Truth,
    shown,
)


H, F, U = Truth.HOLDS, Truth.FAILS, Truth.UNDECIDED
PLAIN = ScoreSheet((ScoreGroupSheet("general", 30), ScoreGroupSheet("tasks", 70)))
DETAILED = ScoreSheet(
    (
        ScoreGroupSheet("general", 30, (ScoreItem("ethics", 20), ScoreItem("style", 10))),
        ScoreGroupSheet("tasks", 70),
    )
)


def at_least(points, target="total", sheet=PLAIN):
    return ScoreBound(target, sheet, ((Operator.AT_LEAST, points),))


def told(**scores):
    return Facts({f"score.{name}": points for name, points in scores.items()})


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({}, U),
        ({"general": 30}, U),
        ({"general": 19}, F),
        ({"general": 20, "tasks": 70}, H),
        ({"general": 20, "tasks": Fraction(139, 2)}, F),
        ({"total": 90}, H),
        ({"total": 90, "general": 25}, H),
        ({"tasks": 70, "general": NOT_APPLICABLE}, U),
    ],
)
def test_points_nobody_told_are_neither_zero_nor_full(scores, expected):
    assert at_least(90).truth(told(**scores)) is expected


def test_a_band_has_two_ends():
    band = ScoreBound("total", PLAIN, ((Operator.AT_LEAST, 70), (Operator.BELOW, 90)))

    found = [band.truth(told(total=points)) for points in (69, 70, Fraction(1799, 20), 90)]

    assert found == [F, H, H, F]
    assert band.truth(told(general=0)) is U
    assert band.truth(told(tasks=70)) is U
    assert ScoreBound("total", PLAIN, ((Operator.AT_MOST, 69),)).truth(told(tasks=70)) is F


def test_the_points_of_criteria_make_their_group():
    condition = at_least(25, "general", DETAILED)

    assert condition.truth(told(ethics=20, style=5)) is H
    assert condition.truth(told(ethics=14)) is F
    assert condition.truth(told(ethics=16)) is U
    assert condition.truth(told(general=25)) is H
    assert at_least(15, "ethics", DETAILED).truth(told(ethics=15)) is H


def test_what_is_missing_is_named_by_its_smallest_parts():
    condition = at_least(90, sheet=DETAILED)

    assert condition.missing(told(style=5)) == ("score.ethics", "score.tasks")
    assert condition.missing(told(general=30)) == ("score.tasks",)
    assert condition.missing(told(total=95)) == ()
    assert at_least(9, "style", DETAILED).missing(told()) == ("score.style",)
    assert tuple(condition.reads()) == (
        "score.total",
        "score.general",
        "score.ethics",
        "score.style",
        "score.tasks",
    )


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ({"general": 31}, "Điểm “general” là 31; chỉ được từ 0 đến 30."),
        ({"ethics": Fraction(41, 2)}, "Điểm “ethics” là 20,5; chỉ được từ 0 đến 20."),
        ({"tasks": -1}, "Điểm “tasks” là -1; chỉ được từ 0 đến 70."),
        ({"total": 101}, "Tổng điểm là 101; chỉ được từ 0 đến 100."),
        ({"ethics": 5, "style": 5, "general": 11}, "ghi 11 nhưng cộng các phần được 10."),
        ({"ethics": 15, "general": 11}, "ghi 11 nhưng cộng các phần được 15."),
        (
            {"general": 20, "tasks": 60, "total": 81},
            "Tổng điểm ghi 81 nhưng cộng các phần được 80.",
        ),
    ],
)
def test_points_that_can_not_be_are_refused_with_a_sentence(scores, sentence):
    with pytest.raises(FactInvalid) as caught:
        DETAILED.check(told(**scores).values)

    assert sentence in caught.value.text.vi
    assert caught.value.text.en


def test_points_are_named_as_the_screen_names_them():
    style = ScoreItem("style", 10, Text("Phong cách", "Style"))
    group = ScoreGroupSheet("general", 30, (style,), title=Text("Tiêu chí chung", "In general"))
    sheet = ScoreSheet((group,))

    for scores, vietnamese, english in (
        ({"style": 11}, "Điểm “Phong cách” là 11", "The points for “Style” are 11"),
        ({"general": 31}, "Điểm “Tiêu chí chung” là 31", "The points for “In general” are 31"),
        ({"style": 5, "general": 6}, "Điểm “Tiêu chí chung” ghi 6", "“In general” are given as 6"),
    ):
        with pytest.raises(FactInvalid) as caught:
            sheet.check(told(**scores).values)
        assert vietnamese in caught.value.text.vi
        assert english in caught.value.text.en


def test_every_wrong_sum_is_told():
    with pytest.raises(FactsContradict) as caught:
        DETAILED.check(told(ethics=5, style=5, general=11, tasks=60, total=90).values)

    assert len(caught.value.texts) == 2
    assert str(caught.value).count("cộng các phần") == 2


def test_points_that_fit_are_not_refused():
    DETAILED.check(told(ethics=5, style=Fraction(11, 2), total=20).values)


def test_points_that_are_no_number_are_refused():
    with pytest.raises(FactInvalid, match="a number is needed"):
        PLAIN.check(Facts({"score.total": True}).values)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (17, "17"),
        (Fraction(17, 2), "8,5"),
        (Fraction(-17, 2), "-8,5"),
        (Fraction(1, 8), "0,125"),
        (Fraction(1, 20), "0,05"),
        (Fraction(1, 3), "1/3"),
        (Fraction(6, 3), "2"),
    ],
)
def test_a_number_is_written_as_people_do(number, words):
    assert shown(number) == words


@given(
    ethics=st.none() | st.integers(0, 20),
    style=st.none() | st.fractions(0, 10, max_denominator=4),
    tasks=st.none() | st.integers(0, 70),
    bound=st.integers(0, 100),
)
def test_points_decide_only_what_every_filling_in_decides_alike(*, ethics, style, tasks, bound):
    given_scores = {"ethics": ethics, "style": style, "tasks": tasks}
    known = {name: points for name, points in given_scores.items() if points is not None}
    worst = {"ethics": 0, "style": 0, "tasks": 0} | known
    best = {"ethics": 20, "style": 10, "tasks": 70} | known

    found = at_least(bound, sheet=DETAILED).truth(told(**known))

    ends = {sum(worst.values()) >= bound, sum(best.values()) >= bound}
    assert found is (Truth.of(ends.pop()) if len(ends) == 1 else U)


@pytest.mark.parametrize(
    ("absent", "interval"),
    [
        (None, (8, 18)),
        (AbsentScore.ZERO, (8, 13)),
        (AbsentScore.MAXIMUM, (13, 18)),
        (AbsentScore.SPREAD, (Fraction(32, 3), Fraction(52, 3))),
    ],
)
def test_points_of_a_criterion_that_does_not_apply(absent, interval):
    items = (ScoreItem("a", 10), ScoreItem("b", 5), ScoreItem("c", 5))
    group = ScoreGroupSheet("general", 20, items, absent)

    told = {"score.a": 8, "score.b": NOT_APPLICABLE}

    assert group.summed(told) == interval


def test_where_no_criterion_applies_nobody_can_say_what_the_group_is_worth():
    group = ScoreGroupSheet("general", 20, (ScoreItem("a", 20),), AbsentScore.SPREAD)

    assert group.summed({"score.a": NOT_APPLICABLE}) == (0, 20)
