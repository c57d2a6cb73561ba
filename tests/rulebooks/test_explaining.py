import json
from fractions import Fraction

import pytest

from tusoi.engine import NOT_APPLICABLE, Facts, evaluate
from tusoi.rulebooks.explaining import explain, fact_title, readings, value_text
from tusoi.rulebooks.library import load


@pytest.fixture(scope="module")
def rulebook():
    return load("132-2018")


@pytest.mark.parametrize(
    ("name", "value", "vi", "en"),
    [
        ("disciplined-in-year", True, "có", "yes"),
        ("disciplined-in-year", False, "không", "no"),
        ("disciplined-in-year", None, "chưa có thông tin", "not known yet"),
        ("peer-lowest-level", NOT_APPLICABLE, "không áp dụng", "not applicable"),
        ("peer-lowest-level", "not-applicable", "không áp dụng", "not applicable"),
        ("unit-level", "good", "Hoàn thành tốt nhiệm vụ", "Duties fulfilled well"),
        ("grade.member-discipline", "good", "Tốt", "Good"),
        ("task-completion-ratio", Fraction(2, 3), "66,7%", "66.7%"),
        ("task-completion-ratio", "1/2", "50%", "50%"),
        ("sick-leave-months", 3, "3", "3"),
        ("sick-leave-months", "long", "long", "long"),
    ],
)
def test_values_in_words(rulebook, name, value, vi, en):
    text = value_text(rulebook, name, value)

    assert (text.in_language("vi"), text.in_language("en")) == (vi, en)


def test_a_grade_is_called_after_its_criterion(rulebook):
    assert fact_title(rulebook, "grade.member-discipline").vi == "Ý thức tổ chức kỷ luật"
    assert fact_title(rulebook, "is-head").en == "Is the head"


def test_a_stored_record_reads_like_the_finding(rulebook):
    facts = Facts({"grade.member-assigned-duties": "good", "sick-leave-months": Fraction(7, 2)})
    outcome = evaluate(rulebook.rules_for("member"), facts)
    record = json.loads(json.dumps(outcome.as_record()))

    for opening, level in zip(outcome.openings, record["levels"], strict=True):
        for finding, stored in zip(opening.findings, level["findings"], strict=True):
            assert readings(rulebook, stored["facts"].items()) == explain(rulebook, finding)


def test_points_of_all_groups_add_up_to_a_total_nobody_told():
    edition = load("366-2025")
    told = (("score.total", None), ("score.general", "55/2"), ("score.tasks", 63))

    total, *_groups = readings(edition, told)
    unknown, *_rest = readings(edition, (*told[:2], ("score.tasks", None)))

    assert (total.value.vi, total.is_missing) == ("90,5", False)
    assert unknown.is_missing
