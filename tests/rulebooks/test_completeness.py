"""What every edition must say about every kind of subject, so that a cycle can end."""

from collections import Counter

import pytest

from tusoi.engine import RuleKind
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.schema import ParticipationKind, QuestionKind, StageStep


IDS = [one.id for one in available()]
BOTH = [
    pytest.param(one, name, id=f"{one}-{name}")
    for one in IDS
    for name in load(one).subject_classes
]
PERSONS = {"member", "outside_member", "leader", "central_leader"}
EVERY_EDITION = {"132-2018", "124-2023", "366-2025"}


def own_cases(rulebook_id, name):
    return [one for one in load(rulebook_id).content.rules if name in one.applies_to]


def test_three_generations_of_regulation_are_here():
    assert set(IDS) >= EVERY_EDITION


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_class_has_conditions_for_each_level_but_the_lowest(rulebook_id, name):
    rulebook = load(rulebook_id)
    asked = {
        one.level
        for one in own_cases(rulebook_id, name)
        if one.kind is RuleKind.REQUIREMENT and not one.when
    }

    assert asked == {one.id for one in rulebook.levels[:-1]}


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_form_asks_for_each_grade_or_each_group_of_points_once(rulebook_id, name):
    rulebook = load(rulebook_id)
    questions = list(rulebook.form_for(name).questions)
    graded = Counter(one.criterion for one in questions if one.kind is QuestionKind.GRADE)
    scored = Counter(one.score_group for one in questions if one.kind is QuestionKind.SCORE)

    if rulebook.content.score_total is None:
        assert graded == {one.id: 1 for one in rulebook.criteria_for(name)}
        assert not scored
    else:
        assert scored == {one.id: 1 for one in rulebook.score_groups_for(name)}
        assert not graded


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_points_of_the_groups_make_the_whole(rulebook_id, name):
    rulebook = load(rulebook_id)
    total = rulebook.content.score_total
    groups = rulebook.score_groups_for(name)

    assert sum(one.max_score for one in groups) == (total or 0)
    known = {one.id for one in groups}
    block = next((one.id for one in rulebook.content.blocks), "")
    criteria = rulebook.criteria_for(name, block=block)
    assert criteria
    if total is not None:
        assert {one.score_group for one in criteria} == known


@pytest.mark.parametrize(("rulebook_id", "name"), BOTH)
def test_class_has_a_quota_somebody_who_decides_and_a_form(rulebook_id, name):
    rulebook = load(rulebook_id)
    quota = rulebook.quota_for(name)

    assert quota is not None
    assert quota.level == "excellent"
    assert quota.base_level == "good"
    assert rulebook.authority_for(name).title.vi
    assert rulebook.form_for(name).code


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_step_of_a_cycle_is_described_with_its_actor(rulebook_id):
    stages = load(rulebook_id).stages

    assert [one.step for one in stages] == list(StageStep)
    assert all(one.actor.vi for one in stages)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_who_takes_no_part_is_named_for_persons(rulebook_id):
    rulebook = load(rulebook_id)
    deciding = {
        one.id: one for one in rulebook.participation if one.kind is ParticipationKind.DECIDES
    }

    assert {"exempt", "suspended", "newly-admitted", "newly-established"} <= set(deciding)
    for name in ("exempt", "suspended"):
        assert not deciding[name].review
        assert not deciding[name].rate
        assert set(rulebook.subject_classes) & PERSONS <= set(deciding[name].applies_to)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_what_the_centre_leaves_open_is_a_setting_with_choices(rulebook_id):
    settings = {one.id for one in load(rulebook_id).settings}

    assert {"quota-base", "quota-rounding", "meeting-quorum", "ballot-pass"} <= settings


@pytest.mark.parametrize("rulebook_id", IDS)
def test_what_follows_a_decision_is_written_down(rulebook_id):
    content = load(rulebook_id).content

    assert {"notify", "file", "remedy_plan"} <= {one.kind.value for one in content.duties}
    assert content.rerating
    assert content.deadlines
    assert content.orders


@pytest.mark.parametrize("rulebook_id", IDS)
def test_a_topic_is_used_once_in_an_edition(rulebook_id):
    content = load(rulebook_id).content
    lists = (content.rules, content.participation, content.settings, content.quotas)
    lists += (content.authorities, content.orders, content.deadlines, content.duties)

    for parts in lists:
        topics = Counter(one.topic for one in parts if one.topic)
        assert not [topic for topic, count in topics.items() if count > 1]


def test_the_editions_are_lined_up_by_topic():
    topics = {
        one: {rule.topic for rule in load(one).content.rules if rule.topic}
        for one in EVERY_EDITION
    }

    common = set.intersection(*topics.values())
    assert {
        "reviewed-first",
        "civil-rating-first",
        "member-excellent-results",
        "member-good-results",
        "member-under-half-of-duties",
        "member-disciplined",
        "collective-disunity",
    } <= common


def test_366_has_its_five_annexes_and_nine_blocks():
    rulebook = load("366-2025")
    sets = {one.subject_class.value: one for one in rulebook.content.criteria}

    assert {name: one.annex for name, one in sets.items()} == {
        "party_organization": "1",
        "collective": "1",
        "central_leader": "2",
        "leader": "3",
        "member": "4",
        "outside_member": "5",
    }
    assert len(rulebook.content.blocks) == 9
    blocks = {one.id for one in rulebook.content.blocks}
    for name in ("member", "collective"):
        assert {b for one in sets[name].criteria for b in one.blocks} == blocks
    assert not [
        one.id
        for part in rulebook.content.criteria
        for one in part.criteria
        if one.max_score is not None
    ]


def test_letters_of_the_forms_changed_sides_between_2023_and_2025():
    codes = {
        (one, name): load(one).form_for(name).code
        for one in ("124-2023", "366-2025")
        for name in ("member", "leader")
    }

    assert codes["124-2023", "member"].startswith("Mẫu 02A")
    assert codes["124-2023", "leader"].startswith("Mẫu 02B")
    assert codes["366-2025", "member"].startswith("Mẫu 2B")
    assert codes["366-2025", "leader"].startswith("Mẫu 2A")
    assert load("366-2025").form_for("outside_member").code.startswith("Mẫu 2C")


@pytest.mark.parametrize("rulebook_id", IDS)
def test_absences_and_moves_are_spoken_of(rulebook_id):
    topics = {one.topic for one in load(rulebook_id).participation}

    assert {
        "participation-maternity",
        "participation-temporary",
        "participation-transferred",
    } <= topics


def test_a_fact_is_the_same_thing_in_every_edition():
    kinds = {}
    for one in IDS:
        for fact in load(one).facts:
            kinds.setdefault(fact.name, set()).add(fact.kind)

    assert not {name: found for name, found in kinds.items() if len(found) > 1}
