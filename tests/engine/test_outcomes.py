"""Presumptions, levels that no rule matches, contradictions, and who takes part."""

import json
from dataclasses import replace

import pytest

from tests.engine.test_evaluate import LEVELS, rule, yes
from tusoi.engine import (
    NOT_APPLICABLE,
    AllOf,
    AnyOf,
    Contradiction,
    FactInvalid,
    Facts,
    FactsContradict,
    LiftRefused,
    Operator,
    ParticipationClause,
    Presumption,
    RuleKind,
    Rules,
    RulesConflict,
    ScoreBound,
    ScoreGroupSheet,
    ScoreSheet,
    Severity,
    Status,
    Text,
    Truth,
    evaluate,
)


H, F, U = Truth.HOLDS, Truth.FAILS, Truth.UNDECIDED
SHEET = ScoreSheet((ScoreGroupSheet("general", 30), ScoreGroupSheet("tasks", 70)))


def points(**bounds):
    how = {"at_least": Operator.AT_LEAST, "below": Operator.BELOW}
    return ScoreBound("total", SHEET, tuple((how[name], to) for name, to in bounds.items()))


LADDER = (
    rule("ninety", RuleKind.REQUIREMENT, points(at_least=90), level="excellent"),
    rule("exceeded", RuleKind.REQUIREMENT, yes("exceeded"), level="excellent"),
    rule("seventy", RuleKind.REQUIREMENT, points(at_least=70), level="good"),
    rule("fifty", RuleKind.REQUIREMENT, points(at_least=50), level="satisfactory"),
    rule("all-done", RuleKind.REQUIREMENT, yes("all-done"), level="satisfactory"),
    rule("under-fifty", RuleKind.GROUND, points(below=50), level="unsatisfactory"),
    rule(
        "disciplined",
        RuleKind.TRIGGER,
        yes("disciplined"),
        level="unsatisfactory",
        presumption=Presumption((yes("force-majeure"), yes("self-reported")), Text("cấp trên")),
    ),
)
BAND = rule("band", RuleKind.REQUIREMENT, points(below=90), level="good", only_this_level=True)
GOOD = {"score.total": 80, "all-done": True, "exceeded": False, "disciplined": False}


def rules(*more, stated=True, **others):
    return Rules(
        "member", LEVELS, (*LADDER, *more), sheet=SHEET, lowest_is_stated=stated, **others
    )


def weigh(facts, *more, lifted=(), **others):
    return evaluate(rules(*more, **others), Facts(facts), lifted=lifted)


# A hole in the text


def test_where_no_level_matches_the_authority_decides():
    outcome = weigh({**GOOD, "all-done": False})

    assert outcome.no_level_matches is H
    assert outcome.candidates == ("satisfactory", "unsatisfactory")
    assert outcome.offered == ("satisfactory", "unsatisfactory")
    assert (outcome.best_open, outcome.best_advised, outcome.cap) == ("", "", None)
    assert outcome.as_record()["no_level_matches"] == "holds"


def test_the_lowest_level_is_stated_by_a_ground():
    outcome = weigh({**GOOD, "score.total": 49})

    assert outcome.offered == ("unsatisfactory",)
    assert outcome.no_level_matches is F
    assert outcome.candidates == ()
    (finding,) = [one for one in outcome.opening("unsatisfactory").findings if one.effect is H]
    assert finding.rule.id == "under-fifty"


def test_whether_a_level_matches_may_be_undecided():
    outcome = weigh({"score.total": 80, "disciplined": False})

    assert outcome.no_level_matches is U
    assert "all-done" in outcome.missing


def test_the_lowest_level_is_not_put_forward_before_it_is_stated():
    waiting = {name: value for name, value in GOOD.items() if name != "disciplined"}

    undecided = weigh({**waiting, "all-done": False})

    assert undecided.truth("unsatisfactory") is U
    assert undecided.no_level_matches is U
    assert (undecided.best_open, undecided.best_advised) == ("", "")
    assert undecided.offered == ("unsatisfactory",)
    assert undecided.missing == ("disciplined",)


def test_what_is_left_is_the_lowest_level_where_the_authority_chose_so():
    outcome = weigh({**GOOD, "all-done": False}, stated=False)

    assert outcome.offered == ("unsatisfactory",)
    assert outcome.no_level_matches is F


def test_the_upper_end_of_a_band_concerns_its_own_level_only():
    excellent = {**GOOD, "score.total": 95, "exceeded": True}

    assert weigh(excellent, BAND).offered == ("excellent", "satisfactory")
    short = weigh({**excellent, "exceeded": False}, BAND)
    assert short.offered == ("satisfactory",)
    assert [one.rule.id for one in short.opening("good").reasons] == ["band"]
    assert "band" not in {one.rule.id for one in short.opening("excellent").findings}


def test_a_hole_between_bands_offers_the_levels_beside_it():
    lower = replace(BAND, id="lower-band", level="satisfactory", condition=points(below=70))

    outcome = weigh({**GOOD, "score.total": 95}, BAND, lower)

    assert outcome.no_level_matches is H
    assert outcome.candidates == ("good", "satisfactory")


def test_a_band_nobody_compared_only_advises():
    soft = replace(BAND, severity=Severity.WARN, status=Status.UNVERIFIED)

    outcome = weigh({**GOOD, "score.total": 95}, soft)

    assert outcome.flagged == ("good",)
    assert outcome.best_advised == "satisfactory"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("unsatisfactory", H), ("good", F), (NOT_APPLICABLE, F), (None, U)],
)
def test_a_bound_by_a_fact_can_be_cause_for_the_lowest_level(unit, expected):
    cap = rule("unit", RuleKind.CAP, AllOf(()), level_fact="unit-level")
    facts = {**GOOD} if unit is None else {**GOOD, "unit-level": unit}

    outcome = weigh(facts, cap)

    assert outcome.truth("unsatisfactory") is expected
    found = {one.rule.id: one.effect for one in outcome.opening("unsatisfactory").findings}
    assert found["unit"] is expected
    assert [one.rule.id for one in outcome.caps] == (
        ["unit"] if unit in {"good", "unsatisfactory"} else []
    )


def test_an_unchecked_bound_by_a_fact_only_advises():
    cap = rule(
        "unit",
        RuleKind.CAP,
        AllOf(()),
        level_fact="unit-level",
        severity=Severity.WARN,
        status=Status.UNVERIFIED,
    )

    outcome = weigh({**GOOD, "unit-level": "satisfactory"}, cap)

    assert (outcome.best_open, outcome.best_advised) == ("good", "satisfactory")
    assert outcome.flagged == ("good",)


# Presumptions


def test_a_presumption_closes_until_an_authority_lifts_it():
    outcome = weigh({**GOOD, "disciplined": True, "self-reported": True})

    assert outcome.offered == ("unsatisfactory",)
    assert outcome.presumed == ("good", "satisfactory")
    assert outcome.opening("good").is_presumed
    assert not outcome.opening("excellent").is_presumed
    (finding,) = outcome.presumptions
    assert finding.grounds == (("force-majeure", U), ("self-reported", H))
    assert finding.as_record()["grounds"] == {
        "force-majeure": "undecided",
        "self-reported": "holds",
    }


def test_a_lifted_presumption_closes_nothing_and_stays_on_record():
    facts = {**GOOD, "disciplined": True, "self-reported": True}

    outcome = weigh(facts, lifted=("disciplined",))

    assert outcome.offered == ("good", "satisfactory")
    assert outcome.presumed == ()
    finding = next(one for one in outcome.opening("good").findings if one.rule.id == "disciplined")
    assert (finding.condition, finding.effect, finding.lifted) == (H, H, True)
    record = json.loads(json.dumps(outcome.as_record()))
    assert record["lifted"] == ["disciplined"]


def test_a_presumption_lifted_on_a_ground_nobody_told_waits_for_it():
    outcome = weigh({**GOOD, "disciplined": True}, lifted=("disciplined",))

    assert outcome.truth("good") is U
    assert outcome.missing == ("force-majeure", "self-reported")


@pytest.mark.parametrize(
    ("name", "facts", "sentence"),
    [
        ("no-such", {}, "no rule 'no-such'"),
        ("fifty", {}, "no presumption"),
        ("disciplined", {"force-majeure": False, "self-reported": False}, "none of the grounds"),
    ],
)
def test_nothing_else_can_be_lifted(name, facts, sentence):
    with pytest.raises(LiftRefused, match=sentence):
        weigh({**GOOD, **facts}, lifted=(name,))


def test_what_a_firm_rule_closes_is_not_presumed():
    firm = rule("firm", RuleKind.TRIGGER, yes("convicted"), level="unsatisfactory")

    outcome = weigh({**GOOD, "disciplined": True, "convicted": True}, firm)

    assert outcome.presumed == ()
    assert [one.rule.id for one in outcome.presumptions] == ["disciplined"]


# What cannot be


def test_facts_that_contradict_each_other_are_refused_with_every_sentence():
    clash = [
        Contradiction("one", Text("Không thể vừa A vừa B.", "Not both."), yes("a")),
        Contradiction("two", Text("Không thể có C.", "Not C."), yes("c")),
        Contradiction("three", Text("Không thể có D.", "Not D."), yes("d")),
    ]

    with pytest.raises(FactsContradict) as caught:
        weigh({**GOOD, "a": True, "c": True, "d": False}, contradictions=tuple(clash))

    assert str(caught.value) == "Không thể vừa A vừa B. Không thể có C."
    assert caught.value.text.en == "Not both. Not C."


def test_points_that_can_not_be_are_refused_before_anything_is_weighed():
    with pytest.raises(FactInvalid):
        weigh({**GOOD, "score.total": 101})


def test_rules_that_mean_nothing_are_refused():
    for kind, level in ((RuleKind.GROUND, "good"), (RuleKind.REQUIREMENT, "")):
        with pytest.raises(RulesConflict):
            rules(rule("x", kind, yes("x"), level=level, level_fact="" if level else "y"))


# Who takes part


def clause(name, **more):
    return ParticipationClause(name, Text(name), yes(name), (), Status.VERIFIED, **more)


CLAUSES = (
    clause("exempt", review=False, rate=False),
    clause("maternity", only_notes=True),
    clause("new", rate=False),
    clause("moved"),
)


@pytest.mark.parametrize(
    ("facts", "decides", "review", "rate"),
    [
        ({"exempt": True, "new": True}, "exempt", F, F),
        ({"exempt": False, "new": True}, "new", H, F),
        ({"exempt": False, "new": False, "moved": True}, "moved", H, H),
        ({"exempt": False, "new": False, "moved": False}, None, H, H),
    ],
)
def test_the_first_clause_that_holds_decides(facts, decides, review, rate):
    outcome = weigh({**GOOD, **facts}, participation=CLAUSES)

    found = outcome.participation
    assert (found.clause and found.clause.id) == decides
    assert (outcome.may_be_reviewed, outcome.may_be_rated) == (review, rate)
    assert found.as_record()["clause"] == (decides or "")


def test_notes_are_told_and_what_is_not_known_takes_nobody_out():
    outcome = weigh({**GOOD, "maternity": True, "new": False}, participation=CLAUSES)

    found = outcome.participation
    assert [one.id for one in found.notes] == ["maternity"]
    assert [one.id for one in found.undecided] == ["exempt", "moved"]
    assert found.missing == ("exempt", "moved")
    assert outcome.may_be_rated is H


def test_facts_read_are_all_that_can_matter():
    assert rules(participation=CLAUSES).facts_read >= {
        "exempt",
        "force-majeure",
        "score.tasks",
        "disciplined",
    }


def test_what_is_missing_before_the_rating_is_named():
    first = rule("first", RuleKind.PRECONDITION, AnyOf((yes("reviewed"), yes("waived"))))
    soft = rule("soft", RuleKind.PRECONDITION, yes("heard"), severity=Severity.WARN)

    outcome = weigh({**GOOD, "reviewed": False, "heard": False}, first, soft)

    assert outcome.missing_before_rating == ("waived",)
    assert outcome.may_be_rated is U
    assert weigh({**GOOD, "waived": True}, first, soft).may_be_rated is H
