"""Every rulebook that ships: complete, cited, bilingual, with cases, and unchanged."""

import json
from importlib.resources import files

import pytest

from tusoi.engine import TOTAL, RuleKind, Rules, Severity, Status, Text, Truth
from tusoi.rulebooks.cases import (
    differences,
    facts_of,
    participation_differences,
    quota_differences,
    rating_differences,
    read_cases,
    rule_differences,
)
from tusoi.rulebooks.errors import RulebookUnknown
from tusoi.rulebooks.library import available, load, load_identity
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import Part, QuestionKind, Sourced, SubjectClass


# A rulebook that a cycle may already have pinned is not edited: raise its revision and say why
# in its CHANGELOG.md, then write the new fingerprint here.
FINGERPRINTS = {
    "124-2023@4": "bdc517c1635abe42682c157df3dad08768e7797a2bad4796e8341ebd1b99adeb",
    "132-2018@5": "f82dca6207357a6135381163708d8609d29f20ef5893f26060ffbbf236a5b6e5",
    "366-2025@3": "f1cc9fb19413b6a169422d16885452444b68bb5251cc738808a30369945c0eb3",
}

IDS = [one.id for one in available()]
CLASSES = {one: load(one).subject_classes for one in IDS}
BOTH = [
    pytest.param(one, name, id=f"{one}-{name}") for one, names in CLASSES.items() for name in names
]


def folder(rulebook_id):
    return files("tusoi.rulebooks.library") / rulebook_id


CASES = {one: read_cases(folder(one)) for one in IDS}


def params(attribute):
    return [
        pytest.param(one, case, id=f"{one}-{getattr(case, 'id', '') or case.rule}")
        for one, cases in CASES.items()
        for case in getattr(cases, attribute)
    ]


def every_choice(rulebook):
    """The choices of all settings, each taken once."""
    return [{one.id: choice.id} for one in rulebook.settings for choice in one.choices]


def parts_of(part):
    """Every part inside a part, itself included."""
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for one in value if isinstance(value, tuple) else [value]:
            if isinstance(one, Part):
                yield from parts_of(one)


def test_the_library_has_rulebooks():
    assert IDS
    assert {one.identity for one in available()} == set(FINGERPRINTS)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_a_published_rulebook_keeps_its_fingerprint(rulebook_id):
    rulebook = load(rulebook_id)

    assert rulebook.fingerprint == FINGERPRINTS[rulebook.identity]


@pytest.mark.parametrize("rulebook_id", IDS)
def test_a_stored_copy_is_the_rulebook(rulebook_id):
    rulebook = load(rulebook_id)

    copy = Rulebook.from_snapshot(json.loads(json.dumps(rulebook.snapshot())))

    assert copy == rulebook
    assert copy.fingerprint == rulebook.fingerprint
    for name in CLASSES[rulebook_id]:
        assert copy.rules_for(name) == rulebook.rules_for(name)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_text_is_also_in_english(rulebook_id):
    texts = [
        (part, name, getattr(part, name))
        for part in parts_of(load(rulebook_id).content)
        for name in type(part).model_fields
        if isinstance(getattr(part, name), Text)
    ]

    assert len(texts) > 100
    assert not [(part, name) for part, name, text in texts if not text.en]


@pytest.mark.parametrize("rulebook_id", IDS)
def test_everything_that_binds_says_where_it_is_written(rulebook_id):
    rulebook = load(rulebook_id)
    sourced = [one for one in parts_of(rulebook.content) if isinstance(one, Sourced)]

    assert len(sourced) > 100
    assert all(rulebook.citations(one.cites) for one in sourced)
    assert all(one.issued_on for one in rulebook.content.instruments)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_a_rule_nobody_compared_blocks_nobody(rulebook_id):
    rules = [
        one for name in CLASSES[rulebook_id] for one in load(rulebook_id).rules_for(name).rules
    ]

    assert rules
    unverified = [one for one in rules if one.status is Status.UNVERIFIED]
    assert all(one.severity is Severity.WARN for one in unverified)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_rule_has_its_three_cases_for_some_subject(rulebook_id):
    with_cases = {one.rule for one in CASES[rulebook_id].rules}

    assert with_cases == {one.id for one in load(rulebook_id).content.rules}


@pytest.mark.parametrize(("rulebook_id", "case"), params("rules"))
def test_rule_holds_fails_and_waits_as_its_case_says(rulebook_id, case):
    assert not list(rule_differences(load(rulebook_id), case))


@pytest.mark.parametrize(("rulebook_id", "case"), params("ratings"))
def test_rating_case(rulebook_id, case):
    backgrounds = CASES[rulebook_id].backgrounds

    assert not list(rating_differences(load(rulebook_id), case, backgrounds))


@pytest.mark.parametrize(("rulebook_id", "case"), params("quotas"))
def test_quota_case(rulebook_id, case):
    assert not list(quota_differences(load(rulebook_id), case))


@pytest.mark.parametrize(("rulebook_id", "case"), params("participation"))
def test_participation_case(rulebook_id, case):
    assert not list(participation_differences(load(rulebook_id), case))


@pytest.mark.parametrize("rulebook_id", IDS)
def test_a_wrong_case_is_told(rulebook_id):
    rulebook, cases = load(rulebook_id), CASES[rulebook_id]
    turned = cases.rules[0].model_copy(update={"holds": cases.rules[0].fails})
    rating = cases.ratings[0].model_copy(
        update={"expect": cases.ratings[0].expect.model_copy(update={"best_open": "poor"})}
    )
    quota = cases.quotas[0].model_copy(update={"limit": 999, "over": 999})
    participation = cases.participation[0].model_copy(update={"rate": True})

    told = list(
        differences(
            rulebook,
            cases.model_copy(
                update={
                    "rules": (turned,),
                    "ratings": (rating,),
                    "quotas": (quota,),
                    "participation": (participation,),
                }
            ),
        )
    )

    assert len(told) == 5
    assert told[0].startswith(f"rule {turned.rule}: fails where the case says holds")


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_every_class_has_a_form_that_ends_in_a_level(rulebook_id, name):
    form = load(rulebook_id).form_for(name)

    kinds = [one.kind for one in form.questions]

    assert kinds.count(QuestionKind.LEVEL) == 1
    assert {QuestionKind.SHORTCOMINGS, QuestionKind.REMEDIES, QuestionKind.TARGETS} <= set(kinds)
    assert all(one.questions for one in form.sections)
    assert len({one.id for one in form.questions}) == len(kinds)


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_rules_read_only_facts_that_are_documented(rulebook_id, name):
    rulebook = load(rulebook_id)
    documented = {one.name for one in rulebook.facts}
    documented |= {f"grade.{one.id}" for one in rulebook.criteria_for(name)}
    rules: Rules = rulebook.rules_for(name)
    documented |= set(rules.sheet.parts(TOTAL) if rules.sheet else ())

    assert rules.facts_read <= documented


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_documented_fact_is_read_by_something(rulebook_id):
    rulebook = load(rulebook_id)
    content = rulebook.content
    compiler = rulebook.compiler("member")
    written = [one.if_ for one in (*content.participation, *content.contradictions)]
    written += [one.if_ for one in content.rerating if one.if_]

    read = {fact for one in written for fact in compiler.condition(one).reads()}
    for settings in every_choice(rulebook):
        for name in CLASSES[rulebook_id]:
            read |= rulebook.rules_for(name, settings).facts_read
    read |= {one.feeds for one in content.duties}
    read |= {one.exception.fact for one in content.quotas if one.exception}

    assert not {one.name for one in rulebook.facts} - read


@pytest.mark.parametrize("rulebook_id", IDS)
def test_the_lowest_level_has_its_reasons_named(rulebook_id):
    rules = load(rulebook_id).rules_for("member").rules

    assert [one for one in rules if one.kind is RuleKind.TRIGGER]


def test_load_refuses_what_is_not_there():
    with pytest.raises(RulebookUnknown, match="the library has 124-2023, 132-2018, 366-2025"):
        load("999-2099")
    with pytest.raises(RulebookUnknown, match="not revision 7"):
        load("132-2018", 7)


def test_load_by_identity_is_the_same_object():
    assert load_identity("132-2018@5").identity == "132-2018@5"
    assert load("132-2018") is load("132-2018")


def test_facts_of_a_case_fill_groups_and_let_the_later_win():
    rulebook = load("132-2018")
    case = next(one for one in CASES["132-2018"].rules if one.rule == "member-excellent-others")

    facts = facts_of(rulebook, SubjectClass.MEMBER, [case.fails])

    assert facts.get("grade.member-discipline") == "fair"
    assert facts.get("grade.member-working-style") == "excellent"
    assert Truth.of(value="grade.member-assigned-duties" in facts) is Truth.FAILS
