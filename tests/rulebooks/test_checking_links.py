"""Points, choices and names in a rulebook with points: each mistake gets its sentence."""

import shutil
from importlib.resources import files

import pytest

from tusoi.rulebooks.errors import RulebookInvalid
from tusoi.rulebooks.loading import load_folder


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "366-2025"
    shutil.copytree(str(files("tusoi.rulebooks.library") / "366-2025"), target)
    return target


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def told(folder):
    with pytest.raises(RulebookInvalid) as caught:
        load_folder(folder)
    return [str(one) for one in caught.value.problems]


def test_a_copy_is_in_order(folder):
    assert load_folder(folder).id == "366-2025"


MEMBER = "criteria/member.yaml"
SELF = "  - id: member-self-criticism\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (MEMBER, "max_score: 30", "max_score: 31", "groups that make 101 points; expected 100"),
        (MEMBER, "- id: general", "- id: member-self-criticism", "that is not `total`"),
        (MEMBER, "score_group: general", "score_group: extra", "the group of points 'extra'"),
        (MEMBER, "[party-advisory]", "[choir]", "the sector block 'choir'"),
        (MEMBER, SELF, f"{SELF}    max_score: 5\n", "no points for member-politics-ethics"),
        (
            "criteria/outside-member.yaml",
            "  - id: outside-self-criticism\n",
            "  - id: outside-self-criticism\n    max_score: 8\n",
            "no points for outside-politics-ethics",
        ),
        ("rulebook.yaml", "no_match_setting: ", "no_match_setting: x", "a setting of settings"),
        (
            "rulebook.yaml",
            "no_match_setting: no-level-matches",
            "no_match_setting: quota-base",
            "expected only authority-decides, lowest-level",
        ),
        ("quotas.yaml", "base_setting: quota-base", "base_setting: quota-rounding", "only all_r"),
        (
            "quotas.yaml",
            "superior: [superior]}",
            "other: [superior]}",
            "quota-group with superior",
        ),
        ("quotas.yaml", "fact: outstanding-organization", "fact: no-such", "a boolean fact"),
        ("gates.yaml", "when: {score-above-band: ", "when: {no-such: ", "a setting of settings"),
        (
            "gates.yaml",
            "{score-above-band: authority-decides}",
            "{score-above-band: x}",
            "choices of score-above-band",
        ),
        (
            "gates.yaml",
            "{score: {of: total, at_least: 90}}",
            "{score: {of: totals, at_least: 90}}",
            "'totals' has no points",
        ),
        ("gates.yaml", "grounds: [", "grounds: [tasks-done-count, ", "no yes-or-no fact"),
        ("participation.yaml", "comment: ", "comment: x", "an id of comments.yaml"),
        ("rerating.yaml", "document: ", "document: x", "an id of documents.yaml"),
        ("duties.yaml", "feeds: ", "feeds: x", "it in facts.yaml"),
        (
            "facts.yaml",
            "contradictions:\n",
            "contradictions:\n  - {id: x, title: X, if: {fact: y, is: true}}\n",
            "'y' is not a fact",
        ),
        (
            "facts.yaml",
            "contradictions:\n",
            (
                "contradictions:\n  - {id: x, title: X, if: {compare: "
                "{fact: exempt, is: suspended}}}\n"
            ),
            "exempt is boolean, suspended is boolean",
        ),
    ],
)
def test_what_does_not_fit_is_told(folder, file, old, new, words):
    edit(folder, file, old, new)

    found = told(folder)

    assert any(words in one for one in found), found


def test_points_of_the_criteria_have_to_make_those_of_the_group(folder):
    for place, name in enumerate(("politics-ethics-discipline", "competence-innovation")):
        edit(
            folder,
            MEMBER,
            f"- id: member-{name}\n",
            f"- id: member-{name}\n    max_score: {9 + place}\n",
        )
    edit(folder, MEMBER, SELF, f"{SELF}    max_score: 9\n")

    assert any("criteria that make 28 points" in one for one in told(folder))


def test_a_form_asks_for_every_group_of_points_once(folder):
    form = folder / "forms" / "form-2b-2025.yaml"
    text = form.read_text("utf-8")
    assert "score-general" in text
    form.write_text(text.replace("score-general, ", "").replace("- score-general\n", ""), "utf-8")

    assert any("0 questions for the points of general" in one for one in told(folder))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: requirement\n    level: excellent", "kind: ground\n    level: excellent", "`if:`"),
        ("kind: requirement\n    level: excellent",
         "kind: requirement\n    presumption: {grounds: [force-majeure]}\n    level: excellent",
         "only a trigger"),
        ("kind: ground", "kind: ground\n    only_this_level: true", "only a requirement"),
        ("{of: total, at_least: 90}", "{of: total, at_least: 90, above: 3}", "one of each"),
        ("{of: total, at_least: 90}", "{of: total, at_least: 90%}", "write points as 8.5"),
        ("{of: total, at_least: 90}", "{of: total, at_least: many}", "write points as 8.5"),
    ],
)  # fmt: skip
def test_rules_that_mean_nothing_are_told(folder, old, new, words):
    edit(folder, "gates.yaml", old, new)

    found = told(folder)

    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("facts.yaml", "kind: boolean", "kind: choice", "has `choices:`"),
        ("rulebook.yaml", "grades: []", "grades: [{id: one, title: Một}]", "two grades or more"),
    ],
)
def test_a_choice_has_choices_and_grades_are_several(folder, file, old, new, words):
    edit(folder, file, old, new)

    assert any(words in one for one in told(folder))
