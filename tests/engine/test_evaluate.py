import datetime as dt
import json
from fractions import Fraction

import pytest

from tusoi.engine import (
    NOT_APPLICABLE,
    AllOf,
    Citation,
    Comparison,
    Facts,
    GradesAtLeast,
    Operator,
    Rule,
    RuleKind,
    Rules,
    RulesConflict,
    Scale,
    Severity,
    Status,
    Text,
    Truth,
    evaluate,
    levels_offered,
)


H, F, U = Truth.HOLDS, Truth.FAILS, Truth.UNDECIDED
LEVELS = Scale("levels", ("excellent", "good", "satisfactory", "unsatisfactory"))
GRADES = Scale("grades", ("excellent", "good", "fair", "poor"))
CITATION = Citation("HD21", "21-HD/BTCTW", dt.date(2019, 10, 18), heading="II.B.2.3", point="a")


def rule(rule_id, kind, condition, **more):
    more = {"status": Status.VERIFIED, **more}
    return Rule(rule_id, kind, Text("quy tắc", "rule"), condition, (CITATION,), **more)


def yes(fact):
    return Comparison(fact, Operator.IS, value=True)


def grades(grade):
    return GradesAtLeast(("work",), grade, GRADES)


def rules(*some):
    return Rules("member", LEVELS, some)


LADDER = (
    rule("best", RuleKind.REQUIREMENT, grades("excellent"), level="excellent"),
    rule("better", RuleKind.REQUIREMENT, grades("good"), level="good"),
    rule("enough", RuleKind.REQUIREMENT, grades("fair"), level="satisfactory"),
    rule("disciplined", RuleKind.TRIGGER, yes("disciplined"), level="unsatisfactory"),
    rule("sick", RuleKind.CAP, yes("sick"), level="satisfactory"),
    rule("reviewed", RuleKind.PRECONDITION, yes("reviewed")),
)
HEALTHY = {"disciplined": False, "sick": False, "reviewed": True}


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("excellent", ("excellent", "good", "satisfactory")),
        ("good", ("good", "satisfactory")),
        ("fair", ("satisfactory",)),
        ("poor", ("unsatisfactory",)),
    ],
)
def test_levels_offered_follow_the_requirements(grade, expected):
    facts = Facts({"grade.work": grade, **HEALTHY})

    assert levels_offered(rules(*LADDER), facts) == expected


def test_a_trigger_leaves_only_its_level_and_says_so():
    facts = Facts({"grade.work": "excellent", **HEALTHY, "disciplined": True})

    outcome = evaluate(rules(*LADDER), facts)

    assert outcome.offered == ("unsatisfactory",)
    assert [one.rule.id for one in outcome.opening("good").reasons] == ["disciplined"]
    (finding,) = outcome.opening("unsatisfactory").findings
    assert (finding.rule.id, finding.condition) == ("disciplined", H)
    assert finding.facts_read == (("disciplined", True),)


def test_a_cap_leaves_its_level_open():
    facts = Facts({"grade.work": "excellent", **HEALTHY, "sick": True})

    assert evaluate(rules(*LADDER), facts).best_open == "satisfactory"


def test_what_is_undecided_stays_open_and_names_what_is_missing():
    outcome = evaluate(rules(*LADDER), Facts({"grade.work": "good", "sick": False}))

    assert outcome.offered == ("good", "satisfactory", "unsatisfactory")
    assert outcome.opening("good").truth is U
    assert outcome.cap is None
    assert outcome.missing == ("disciplined",)
    assert outcome.may_be_rated is U


def test_the_cap_is_told_once_nothing_can_lower_it():
    facts = Facts({"grade.work": "good", **HEALTHY})

    outcome = evaluate(rules(*LADDER), facts)

    assert outcome.cap == "good"
    assert outcome.missing == ()


def test_a_better_level_asks_what_the_lower_ones_ask():
    enough = rule("enough", RuleKind.REQUIREMENT, yes("clean"), level="satisfactory")

    outcome = evaluate(rules(enough), Facts({"clean": False}))

    assert outcome.offered == ("unsatisfactory",)


def test_an_unchecked_rule_flags_but_closes_nothing():
    warn = rule(
        "unchecked",
        RuleKind.REQUIREMENT,
        grades("good"),
        level="good",
        severity=Severity.WARN,
        status=Status.UNVERIFIED,
    )

    outcome = evaluate(rules(warn), Facts({"grade.work": "poor"}))

    assert outcome.offered == ("excellent", "good", "satisfactory")
    assert outcome.flagged == ("excellent", "good")
    assert (outcome.best_open, outcome.best_advised) == ("excellent", "satisfactory")


def test_the_lowest_level_can_be_chosen_when_only_an_unchecked_rule_opens_it():
    warn = rule(
        "unchecked", RuleKind.TRIGGER, yes("many"), level="unsatisfactory", severity=Severity.WARN
    )

    outcome = evaluate(rules(warn), Facts({"many": True}))

    assert outcome.best_advised == "unsatisfactory"
    assert "unsatisfactory" in outcome.offered
    assert not outcome.opening("unsatisfactory").is_flagged


@pytest.mark.parametrize(
    ("unit", "truths"),
    [
        ("good", [F, H, H]),
        ("unsatisfactory", [F, F, F]),
        (NOT_APPLICABLE, [H, H, H]),
        (None, [U, U, U]),
    ],
)
def test_a_bound_that_a_fact_says(unit, truths):
    cap = rule("unit", RuleKind.CAP, AllOf(()), level_fact="unit-level")
    facts = Facts({} if unit is None else {"unit-level": unit})

    outcome = evaluate(rules(cap), facts)

    assert [one.truth for one in outcome.openings[:3]] == truths
    assert outcome.openings[0].findings[0].facts_read[0][0] == "unit-level"


def test_a_bound_that_concerns_only_some_is_decided_without_its_fact():
    cap = rule("head", RuleKind.CAP, yes("is-head"), level_fact="unit-level")

    assert evaluate(rules(cap), Facts({"is-head": False})).opening("excellent").truth is H


def test_a_failed_precondition_forbids_the_rating_but_not_the_look_ahead():
    facts = Facts({"grade.work": "good", **HEALTHY, "reviewed": False})

    outcome = evaluate(rules(*LADDER), facts)

    assert outcome.may_be_rated is F
    assert outcome.best_open == "good"


def test_the_record_is_json_and_explains_itself():
    facts = Facts(
        {"grade.work": "good", **HEALTHY, "ratio": Fraction(2, 3), "none": NOT_APPLICABLE}
    )
    extra = (
        rule("ratio", RuleKind.CAP, Comparison("ratio", Operator.BELOW, 1), level="good"),
        rule("none", RuleKind.CAP, yes("none"), level="good"),
    )

    record = json.loads(json.dumps(evaluate(rules(*LADDER, *extra), facts).as_record()))

    assert record["best_open"] == "good"
    finding = next(one for one in record["levels"][0]["findings"] if one["rule"] == "best")
    assert finding["facts"] == {"grade.work": "good"}
    assert finding["citations"] == ["điểm a, mục II.B.2.3, 21-HD/BTCTW ngày 18/10/2019"]
    assert finding["effect"] == "fails"
    told = {name: v for one in record["levels"][0]["findings"] for name, v in one["facts"].items()}
    assert (told["ratio"], told["none"]) == ("2/3", "not-applicable")


@pytest.mark.parametrize(
    ("some", "message"),
    [
        ([LADDER[0], LADDER[0]], "same id: best"),
        ([rule("x", RuleKind.CAP, yes("x"), level="great")], "no level"),
        ([rule("x", RuleKind.CAP, yes("x"))], "either a level or a fact"),
        ([rule("x", RuleKind.CAP, yes("x"), level="good", level_fact="y")], "either a level"),
        ([rule("x", RuleKind.REQUIREMENT, yes("x"), level="unsatisfactory")], "lowest level"),
    ],
)
def test_rules_that_contradict_are_refused(some, message):
    with pytest.raises(RulesConflict, match=message):
        rules(*some)


def test_citation_speaks_both_languages():
    assert CITATION.in_language("en") == "point a, section II.B.2.3, 21-HD/BTCTW of 18/10/2019"
    assert str(Citation("x", "Quy định 1")) == "Quy định 1"
    assert Text("một").in_language("en-gb") == "một"
    assert str(Text("một", "one")) == "một"


def test_status_tells_what_needs_checking():
    assert [one for one in Status if not one.needs_checking] == [Status.VERIFIED]


def test_the_record_keeps_what_was_missing_as_nothing():
    record = evaluate(rules(*LADDER), Facts()).as_record()

    assert record["levels"][0]["findings"][0]["facts"] == {"grade.work": None}
    assert record["may_be_rated"] == "undecided"
