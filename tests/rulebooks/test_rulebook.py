import datetime as dt
from fractions import Fraction

import pytest

from tusoi.engine import NOT_APPLICABLE, Base, FactInvalid, Rounding, Status, Text
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.library import load
from tusoi.rulebooks.rulebook import ParticipationFacts, localized
from tusoi.rulebooks.schema import AuthorityLevel, StageStep, parse_ratio


@pytest.fixture(scope="module")
def rulebook():
    return load("132-2018")


def test_levels_and_grades_are_best_first(rulebook):
    assert [one.id for one in rulebook.levels] == [
        "excellent",
        "good",
        "satisfactory",
        "unsatisfactory",
    ]
    assert [one.id for one in rulebook.grades] == ["excellent", "good", "fair", "poor"]
    assert rulebook.level("good").short_title.in_language("vi") == "HTT"
    assert rulebook.grade("fair").title.vi == "Trung bình"


def test_a_leader_is_graded_on_what_a_member_is_and_more(rulebook):
    member = [one.id for one in rulebook.criteria_for("member")]
    leader = [one.id for one in rulebook.criteria_for("leader")]

    assert leader[: len(member)] == member
    assert "leader-exemplary" in leader[len(member) :]


def test_a_member_gets_the_leaders_questions_only_as_a_leader(rulebook):
    plain = {one.id for one in rulebook.form_for("member").questions}
    leading = {one.id for one in rulebook.form_for("member", is_leader=True).questions}

    assert leading - plain == {
        "personal-leadership-results",
        "personal-leadership-responsibility",
        "personal-leadership-innovation",
        "personal-leadership-example",
        "grade-leader-results",
        "grade-leader-responsibility",
        "grade-leader-innovation",
        "grade-leader-exemplary",
    }
    assert plain < leading


def test_a_form_has_no_section_without_questions(rulebook):
    assert "leading" not in [one.id for one in rulebook.form_for("member").sections]


def test_a_question_is_found_by_its_id(rulebook):
    form = rulebook.form_for("collective")

    assert form.question("collective-targets").limits.min_rows == 1
    with pytest.raises(NotInRulebook, match="no question 'personal-name'"):
        form.question("personal-name")


def test_an_unknown_class_is_refused(rulebook):
    with pytest.raises(NotInRulebook, match="'people' is no class of subject; there are party_"):
        rulebook.form_for("people")


def test_an_unknown_level_is_refused(rulebook):
    with pytest.raises(NotInRulebook, match="132-2018@5 has nothing called 'great'"):
        rulebook.level("great")


@pytest.mark.parametrize(
    ("subject_class", "unit_kind", "authority"),
    [
        ("member", "", AuthorityLevel.GRASSROOTS),
        ("party_organization", "cell", AuthorityLevel.GRASSROOTS),
        ("party_organization", "section", AuthorityLevel.GRASSROOTS),
        ("party_organization", "grassroots_organization", AuthorityLevel.SUPERIOR),
        ("party_organization", "grassroots_cell", AuthorityLevel.SUPERIOR),
        ("party_organization", "district", AuthorityLevel.SUPERIOR),
        ("collective", "", AuthorityLevel.SUPERIOR),
        ("leader", "", AuthorityLevel.SUPERIOR),
    ],
)
def test_deciding_authority(rulebook, subject_class, unit_kind, authority):
    assert rulebook.deciding_authority(subject_class, unit_kind) is authority


def test_quota_takes_what_the_authority_chose(rulebook):
    chosen = {"quota-base": "good_or_above", "quota-rounding": "ceil"}

    default, other = rulebook.quota_for("member"), rulebook.quota_for("member", chosen)

    assert (default.base, default.rounding) == (Base.GOOD_ONLY, Rounding.FLOOR)
    assert (other.base, other.rounding) == (Base.GOOD_OR_ABOVE, Rounding.CEIL)
    assert default.ratio == Fraction(1, 5)
    assert default.group_by == ("grassroots_organization",)
    assert rulebook.quota_for("party_organization").status is Status.UNVERIFIED


def test_a_choice_that_is_none_is_refused(rulebook):
    with pytest.raises(NotInRulebook, match="quota-base has no choice 'all'"):
        rulebook.quota_for("member", {"quota-base": "all"})


def test_facts_are_read_as_json_keeps_them(rulebook):
    facts = rulebook.read_facts(
        {
            "task-completion-ratio": "49%",
            "sick-leave-months": 3,
            "peer-lowest-level": "not-applicable",
            "grade.member-discipline": "good",
            "disciplined-in-year": False,
        }
    )

    assert facts.get("task-completion-ratio") == Fraction(49, 100)
    assert facts.get("peer-lowest-level") is NOT_APPLICABLE
    assert facts.get("disciplined-in-year") is False


def test_an_unknown_fact_is_refused_by_name(rulebook):
    with pytest.raises(NotInRulebook, match=r"knows no fact grade\.member-height"):
        rulebook.read_facts({"grade.member-height": "good"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("disciplined-in-year", "yes"),
        ("disciplined-in-year", 1),
        ("sick-leave-months", "three"),
        ("sick-leave-months", 2.5),
        ("unit-level", 2),
    ],
)
def test_a_fact_of_another_kind_is_refused(rulebook, name, value):
    with pytest.raises(FactInvalid, match=name):
        rulebook.read_facts({name: value})


def test_participation_takes_a_dict_or_the_dataclass(rulebook):
    values = {"cycle_ends_on": dt.date(2022, 12, 31), "admitted_on": dt.date(2022, 9, 2)}

    found = rulebook.participation_for(values)

    assert found == rulebook.participation_for(ParticipationFacts(**values))
    assert (found.review, found.rate, found.code) == (True, False, "newly-admitted")
    assert found.cites[0].heading == "II.B.6"
    assert localized(found.title, "en") == "Admitted less than six months ago"


@pytest.mark.parametrize(
    ("admitted", "ends", "rated"),
    [
        (dt.date(2022, 6, 30), dt.date(2022, 12, 31), True),
        (dt.date(2022, 7, 1), dt.date(2022, 12, 31), False),
        (dt.date(2021, 8, 31), dt.date(2022, 2, 28), True),
        (dt.date(2021, 8, 29), dt.date(2022, 2, 27), False),
        (dt.date(2023, 1, 5), dt.date(2022, 12, 31), False),
    ],
)
def test_six_months_end_with_the_month(rulebook, admitted, ends, rated):
    facts = {"cycle_ends_on": ends, "admitted_on": admitted}

    assert rulebook.participation_for(facts).rate is rated


def test_participation_of_an_organization_asks_for_its_own_age(rulebook):
    ends = dt.date(2022, 12, 31)

    young = rulebook.participation_for(
        {
            "subject_class": "party_organization",
            "cycle_ends_on": ends,
            "established_on": dt.date(2022, 10, 1),
        }
    )

    assert (young.review, young.rate, young.code) == (True, False, "newly-established")


def test_nobody_is_taken_out_by_what_nobody_knows(rulebook):
    facts = ParticipationFacts(cycle_ends_on=dt.date(2022, 12, 31), exempt=None, suspended=None)

    found = rulebook.participation_for(facts)

    assert (found.review, found.rate) == (True, True)
    assert found.undecided == ("exempt", "suspended", "newly-admitted")


def test_stages_suggest_days_of_the_year_under_review(rulebook):
    due = {one.step: one.due_on(2022) for one in rulebook.stages}

    assert list(due) == list(StageStep)
    assert list(due.values()) == sorted(due.values())
    assert due[StageStep.REMEDY].year == 2023


def test_comments_are_those_of_the_class(rulebook):
    assert "residence" in [one.id for one in rulebook.comments_for("member")]
    assert rulebook.comments_for("party_organization") == ()


def test_settings_say_what_the_text_leaves_open(rulebook):
    assert rulebook.setting("quota-rounding") == "floor"
    assert {one.text_says for one in rulebook.settings} <= {"unspecified", "unclear"}


def test_citations_carry_number_and_date(rulebook):
    rule = rulebook.rules_for("member").rules[0]

    told = [one.in_language("vi") for one in rule.citations]

    assert told[0] == "mục II.B.6, Hướng dẫn 21-HD/BTCTW ngày 18/10/2019"


@pytest.mark.parametrize(
    ("written", "ratio"),
    [("20%", Fraction(1, 5)), ("1/3", Fraction(1, 3)), (2, 2), ("12.5 %", Fraction(1, 8))],
)
def test_a_share_is_read_exactly(written, ratio):
    assert parse_ratio(written) == ratio


@pytest.mark.parametrize("written", ["a fifth", "1/0", True, None])
def test_a_share_that_is_none_is_refused(written):
    with pytest.raises(ValueError, match="20% or 1/5"):
        parse_ratio(written)


def test_localized_falls_back_to_vietnamese():
    assert localized(None, "vi") == ""
    assert localized(Text("Tốt"), "en") == "Tốt"
