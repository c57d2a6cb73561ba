"""An overlay says what it replaces, may be stricter, and never looser than what is fixed."""

import shutil
from importlib.resources import files

import pytest

from tusoi.engine import evaluate
from tusoi.rulebooks.__main__ import changes, main, told
from tusoi.rulebooks.cases import differences, read_cases
from tusoi.rulebooks.errors import RulebookInvalid
from tusoi.rulebooks.library import available, load, load_from, samples
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import ConditionSpec
from tusoi.rulebooks.tightening import implies


SAMPLE = "sample-tinh-mau-2025"
LISTED = {"gates.yaml": "rules", "settings.yaml": "settings", "deadlines.yaml": "deadlines"}
DONE = "{share: {of: [tasks-done-count], out_of: tasks-assigned-count, below: %s}}"
WEIGHTS = '{replaces: member-self-criticism, max_score: "4.5"}'
SOURCE = "cites: [{instrument: HDM-2025}]\n    status: practice"


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / SAMPLE
    shutil.copytree(str(files("tusoi.rulebooks.library") / SAMPLE), target)
    return target


def problems(folder):
    with pytest.raises(RulebookInvalid) as caught:
        load_from(folder)
    return caught.value.problems


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_sample_is_shipped_and_offered_to_nobody():
    assert [one.id for one in samples()] == [SAMPLE]
    assert SAMPLE not in {one.id for one in available()}
    assert "không có thật" in load(SAMPLE).title.vi


def test_an_overlay_is_a_whole_rulebook_that_names_its_parent():
    parent, overlay = load("366-2025"), load(SAMPLE)

    assert overlay.content.extends == parent.identity
    assert overlay.content.extends_fingerprint == parent.fingerprint
    assert overlay.fingerprint != parent.fingerprint
    assert len(overlay.content.rules) == len(parent.content.rules) + 1
    assert Rulebook.from_snapshot(overlay.snapshot()) == overlay


def test_the_cases_of_the_sample_hold():
    folder = files("tusoi.rulebooks.library") / SAMPLE

    assert not list(differences(load(SAMPLE), read_cases(folder)))
    assert [line for line, is_wrong in told(folder) if is_wrong] == []


def test_the_points_of_the_overlay_make_the_sums():
    rulebook = load(SAMPLE)
    rules = rulebook.rules_for("outside_member")
    scores = {"outside-politics-ethics": 20, "outside-self-criticism": "7,5"}

    outcome = evaluate(
        rules, rulebook.read_facts({f"score.{name}": one for name, one in scores.items()})
    )

    assert "score.outside-rights-duties" in outcome.missing
    assert "score.tasks" not in outcome.missing
    assert rules.sheet.intervals({"score.outside-self-criticism": 8})["general"] == (8, 30)


def test_the_loader_prints_the_difference(capsys, folder):
    assert main([str(folder)]) == 0

    out = capsys.readouterr().out
    assert "changed quotas: Đảng viên không giữ chức vụ" in out
    assert "added rules: Đóng đảng phí đúng hạn" in out
    assert not list(changes(files("tusoi.rulebooks.library") / "366-2025"))
    assert not list(changes(folder / "cases"))


@pytest.mark.parametrize(
    ("file", "old", "new", "subject", "word"),
    [
        ("overlay.yaml", "extends: 366-2025@3", "extends: 999-2099@1", SAMPLE, "999-2099"),
        ("overlay.yaml", "sample: true", "colour: red", SAMPLE, "'colour'"),
        (
            "gates.yaml",
            "replaces: excellent-tasks-exceeded",
            "id: excellent-score",
            "excellent-score",
            "replaces: excellent-score",
        ),
        ("gates.yaml", "replaces: excellent-tasks-exceeded", "replaces: no-such", "", "no-such"),
        (
            "gates.yaml",
            "replaces: excellent-tasks-exceeded",
            "replaces: excellent-score\n    id: other",
            "other",
            "excellent-score",
        ),
        ("gates.yaml", "rules:", "rule:", "", "'rule'"),
        (
            "criteria/member.yaml",
            "subject_class: member",
            "subject_class: choir",
            "",
            "one of its classes",
        ),
        ("criteria/member.yaml", "max_score: 15", "max_score: 16", "general", "make 31 points"),
        (
            "criteria/member.yaml",
            WEIGHTS,
            "{replaces: member-self-criticism, help: Khác}",
            "general",
            "no points for member-self-criticism",
        ),
        (
            "gates.yaml",
            "at_least: 40%",
            "at_least: 20%",
            "excellent-tasks-exceeded",
            "another requires",
        ),
        ("quotas.yaml", "ratio: 15%", "ratio: 21%", "member-excellent", "another ratio"),
        ("quotas.yaml", "ratio: 15%", "level: good", "member-excellent", "another level"),
        (
            "facts.yaml",
            "facts:\n",
            "facts:\n  - {replaces: low-confidence-ratio, kind: months}\n",
            "low-confidence-ratio",
            "as months",
        ),
    ],
)
def test_what_an_overlay_may_not_do_is_told(folder, file, old, new, subject, word):
    edit(folder, file, old, new)

    found = [one for one in problems(folder) if word in str(one)]

    assert found, [str(one) for one in problems(folder)]
    assert subject in found[0].subject


def test_a_mistake_names_the_line_of_the_overlay(folder):
    line = edit(folder, "gates.yaml", "at_least: 40%", "at_least: 20%")

    (problem,) = problems(folder)

    assert problem.file == "gates.yaml"
    assert problem.line in {line - 2, line}


def test_a_file_that_nothing_reads_is_told(folder):
    (folder / "extra.yaml").write_text("a: 1\n", "utf-8")

    assert "nothing reads" in problems(folder)[0].found


@pytest.mark.parametrize(
    "entry",
    [
        "replaces: temporary-activities\n    kind: decides\n    review: false",
        "replaces: exempt\n    if: {fact: reviewed, is: false}",
        (
            f"id: too-old\n    title: Cao tuổi\n    applies_to: [member]\n    {SOURCE}\n"
            "    if: {fact: exempt, is: false}\n    review: false\n    rate: false"
        ),
    ],
)
def test_nobody_is_taken_out_by_an_overlay(folder, entry):
    (folder / "participation.yaml").write_text(f"participation:\n  - {entry}\n", "utf-8")

    assert "takes somebody out" in problems(folder)[0].found


@pytest.mark.parametrize(
    ("file", "text", "word"),
    [
        ("settings.yaml", "quota-base\n    default: good_or_above\n", ""),
        ("deadlines.yaml", "everything\n    due: {month: 12, day: 20}\n", ""),
        ("gates.yaml", f"person-tasks-undone\n    if: {DONE % '60%'}\n", ""),
        ("gates.yaml", f"person-tasks-undone\n    if: {DONE % '40%'}\n", "another if"),
        ("gates.yaml", "person-degradation\n    severity: warn\n", "another severity"),
        ("gates.yaml", "person-degradation\n    presumption: {grounds: [self-reported]}\n", ""),
        (
            "gates.yaml",
            "person-degradation\n    presumption: {grounds: [reviewed]}\n",
            "another presumption",
        ),
        ("gates.yaml", "excellent-score\n    applies_to: [member]\n", "another applies_to"),
        (
            "gates.yaml",
            (
                "excellent-score\n    requires: {all: [{score: {of: total, at_least: 90}}, "
                "{fact: reviewed, is: true}]}\n"
            ),
            "",
        ),
        ("gates.yaml", "excellent-score\n    requires: {score: {of: total, above: 92}}\n", ""),
        (
            "gates.yaml",
            "excellent-score\n    requires: {score: {of: total, at_least: 85}}\n",
            "another requires",
        ),
        (
            "criteria/leader.yaml",
            (
                "subject_class: leader\nscore_groups:\n  - {replaces: general, max_score: 40}\n"
                "  - {replaces: tasks, max_score: 60}\n"
            ),
            "another max_score",
        ),
        ("criteria/leader.yaml", "subject_class: leader\ntitle: Tên khác\n", ""),
    ],
)
def test_stricter_is_allowed_and_looser_is_not(folder, file, text, word):
    shutil.rmtree(folder / "cases")
    key = LISTED.get(file)
    text = f"{key}:\n  - replaces: {text}" if key else text
    for one in ("gates.yaml", "settings.yaml"):
        (folder / one).unlink()
    (folder / file).write_text(text, "utf-8")

    if word:
        assert any(word in one.found for one in problems(folder))
    else:
        assert load_from(folder).content.extends == "366-2025@3"


def test_an_authority_of_the_overlay_comes_before_those_of_the_parent(folder):
    text = "authorities:\n"
    for title in ("Một", "Hai"):
        text += f"  - subject_class: leader\n    authority: superior\n    title: {title}\n"
        text += f"    {SOURCE}\n"
    (folder / "authorities.yaml").write_text(text, "utf-8")

    rulebook = load_from(folder)

    assert [one.title.vi for one in rulebook.content.authorities[:2]] == ["Một", "Hai"]
    assert rulebook.authority_for("leader").title.vi == "Một"


RANKS = {"excellent": 4, "good": 3, "satisfactory": 2}


def spec(**written):
    return ConditionSpec.model_validate(written)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"fact": "a", "is": True}, {"fact": "a", "is": True}, True),
        ({"fact": "a", "is": True}, {"fact": "a", "is": False}, False),
        ({"fact": "a", "at_least": 3}, {"fact": "a", "at_least": 2}, True),
        ({"fact": "a", "at_least": 2}, {"fact": "a", "at_least": 3}, False),
        ({"fact": "a", "above": 2}, {"fact": "a", "at_least": 2}, True),
        ({"fact": "a", "at_least": 2}, {"fact": "a", "above": 2}, False),
        ({"fact": "a", "at_most": 2}, {"fact": "a", "below": 3}, True),
        ({"fact": "a", "at_most": 2}, {"fact": "a", "at_least": 1}, False),
        ({"fact": "a", "is": "good"}, {"fact": "a", "at_least": "satisfactory"}, True),
        ({"fact": "a", "is": "other"}, {"fact": "a", "at_least": "satisfactory"}, False),
        ({"fact": "a", "one_of": ["x"]}, {"fact": "a", "one_of": ["x", "y"]}, False),
        ({"fact": "a", "at_least": 1}, {"fact": "b", "at_least": 1}, False),
        (
            {"grades": {"of": "every", "at_least": "good"}},
            {"grades": {"of": "every", "at_least": "satisfactory"}},
            True,
        ),
        (
            {"grades": {"of": "results", "at_least": "good"}},
            {"grades": {"of": "every", "at_least": "good"}},
            False,
        ),
        (
            {"all": [{"fact": "a", "is": True}, {"fact": "b", "is": True}]},
            {"fact": "b", "is": True},
            True,
        ),
        (
            {"fact": "a", "is": True},
            {"any": [{"fact": "a", "is": True}, {"fact": "b", "is": True}]},
            True,
        ),
        (
            {"any": [{"fact": "a", "is": True}, {"fact": "b", "is": True}]},
            {"fact": "a", "is": True},
            False,
        ),
        (
            {"fact": "a", "is": True},
            {"all": [{"fact": "a", "is": True}, {"fact": "b", "is": True}]},
            False,
        ),
        (
            {"share": {"of": "a", "out_of": "b", "at_least": "90%"}},
            {"share": {"of": "a", "out_of": "b", "at_least": "80%"}},
            True,
        ),
        (
            {"share": {"of": "a", "out_of": "c", "at_least": "90%"}},
            {"share": {"of": "a", "out_of": "b", "at_least": "80%"}},
            False,
        ),
    ],
)
def test_implication_is_seen_from_how_conditions_are_written(one, other, expected):
    assert implies(spec(**one), spec(**other), RANKS) is expected
