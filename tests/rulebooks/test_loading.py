"""Each mistake an editor can make gets its sentence: where, what, what instead, how to mend."""

import shutil
from importlib.resources import files

import pytest

from tusoi.rulebooks.cases import read_cases
from tusoi.rulebooks.errors import RulebookInvalid
from tusoi.rulebooks.loading import load_folder
from tusoi.rulebooks.reading import read


@pytest.fixture
def folder(tmp_path):
    source = files("tusoi.rulebooks.library") / "132-2018"
    target = tmp_path / "132-2018"
    shutil.copytree(str(source), target)
    return target


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder):
    with pytest.raises(RulebookInvalid) as caught:
        load_folder(folder)
    return caught.value.problems


def only_problem(folder):
    (problem,) = problems(folder)
    return problem


def test_a_copy_loads_and_has_the_same_fingerprint(folder):
    assert load_folder(folder).identity == "132-2018@5"


def test_an_unknown_key_names_file_line_and_rule(folder):
    line = edit(folder, "gates.yaml", "    discretionary: true", "    discretion: true")

    found = only_problem(folder)

    assert (found.file, found.line) == ("gates.yaml", line)
    assert found.subject == "member-excellent-outstanding"
    assert "'discretion'" in found.found
    assert "spelling" in found.remedy
    assert str(found).startswith(f"gates.yaml:{line} [member-excellent-outstanding]: found")


def test_a_key_written_twice_is_told_with_both_lines(folder):
    line = edit(
        folder,
        "quotas.yaml",
        "    ratio: 20%\n",
        "    ratio: 20%\n    ratio: 25%\n",
    )

    found = only_problem(folder)

    assert (found.file, found.line, found.subject) == ("quotas.yaml", line + 1, "member-excellent")
    assert f"line {line}" in found.expected


def test_a_missing_key_is_named(folder):
    edit(folder, "participation.yaml", "    review: false\n", "")

    found = only_problem(folder)

    assert (found.file, found.subject) == ("participation.yaml", "exempt")
    assert found.expected == "the key 'review'"


def test_a_rule_without_citation_is_refused(folder):
    edit(
        folder,
        "gates.yaml",
        "    cites: [{instrument: HD21-2019, heading: II.B.2.3, point: a, source: S24}]",
        "    cites: []",
    )

    found = only_problem(folder)

    assert found.subject == "member-excellent-outstanding"
    assert "at least 1" in found.expected


def test_an_unverified_rule_may_not_block(folder):
    edit(folder, "gates.yaml", "    severity: warn\n", "")

    found = only_problem(folder)

    assert found.subject == "member-good-results"
    assert "severity: warn" in found.expected


def test_an_unknown_instrument_is_told_with_the_known_ones(folder):
    line = edit(folder, "levels.yaml", "HD21-2019", "HD21-2008")

    found = only_problem(folder)

    assert (found.file, found.line) == ("levels.yaml", line)
    assert "'HD21-2008'" in found.found
    assert "HD21-2019" in found.expected


@pytest.mark.parametrize(
    ("file", "old", "new", "subject", "word"),
    [
        (
            "gates.yaml",
            "fact: sick-leave-months",
            "fact: sickness",
            "member-long-sick-leave",
            "sickness",
        ),
        (
            "gates.yaml",
            "at_least: excellent}}",
            "at_least: great}}",
            "member-excellent-results",
            "great",
        ),
        ("gates.yaml", "of: results", "of: outcomes", "member-excellent-results", "outcomes"),
        (
            "gates.yaml",
            "level_from: unit-level",
            "level_from: unit",
            "collective-not-above-unit",
            "unit",
        ),
        ("gates.yaml", "is: true}", "is: 1}", "reviewed-before-rated", "true or false"),
        ("participation.yaml", "below: 6}", "below: six}", "newly-admitted", "20%"),
        (
            "settings.yaml",
            "default: floor",
            "default: down",
            "quota-rounding",
            "one of the choices",
        ),
        (
            "quotas.yaml",
            "base_setting: quota-base",
            "base_setting: base",
            "member-excellent",
            "'base'",
        ),
        ("quotas.yaml", "ratio: 20%", "ratio: a fifth", "member-excellent", "20% or 1/5"),
        ("levels.yaml", "status: verified", "status: sure", "excellent", "'sure'"),
        (
            "gates.yaml",
            "    if: {fact: degradation",
            "    requires: {fact: degradation",
            "member-degradation",
            "if:",
        ),
        (
            "gates.yaml",
            "fact: sick-leave-months, at_least: 3",
            "fact: sick-leave-months",
            "member-long-sick-leave",
            "needs one of",
        ),
        ("gates.yaml", "{fact: reviewed, is: true}", "{}", "reviewed-before-rated", "one of: all"),
        (
            "gates.yaml",
            "at_least: 100%}",
            "at_least: 100%, above: 2%}",
            "org-excellent-all-below-satisfactory",
            "one of",
        ),
        ("rulebook.yaml", "  - {key: S05", "  - {key: S99", "review-collective-first", "S05"),
        (
            "stages.yaml",
            "before: review-of-collective\n    after: review-of-person",
            "before: rating\n    after: review",
            "rating-after-review",
            "other way round",
        ),
        (
            "criteria/member.yaml",
            "id: member-discipline",
            "id: member-working-style",
            "member-working-style",
            "2 times",
        ),
    ],
)
def test_what_does_not_fit_is_told(folder, file, old, new, subject, word):
    edit(folder, file, old, new)

    found = problems(folder)

    about = [one for one in found if one.subject == subject]
    assert about, [str(one) for one in found]
    assert any(word in str(one) for one in about), [str(one) for one in about]
    assert all(one.line for one in about)


def test_a_rule_id_used_twice_is_told(folder):
    line = edit(
        folder, "gates.yaml", "id: member-excellent-others", "id: member-excellent-results"
    )

    found = only_problem(folder)

    assert (found.line, found.found) == (line, "'member-excellent-results' 2 times")


def test_a_question_that_no_form_puts_is_told(folder):
    edit(folder, "forms/form-02-2019.yaml", "      - personal-targets\n", "")

    found = only_problem(folder)

    assert found.file == "forms/questions/personal-targets.yaml"
    assert "no form puts" in found.found


def test_a_question_that_has_no_file_is_told(folder):
    line = edit(folder, "forms/form-02-2019.yaml", "- personal-name\n", "- personal-nickname\n")

    found = {one.subject: one for one in problems(folder)}

    assert found["header"].line == line
    assert "personal-nickname" in found["header"].found
    assert "personal-name" in found


def test_a_criterion_that_no_form_grades_is_told(folder):
    edit(folder, "forms/form-02-2019.yaml", "      - grade-leader-results\n", "")
    (folder / "forms/questions/grade-leader-results.yaml").unlink()

    found = only_problem(folder)

    assert found.subject == "leader-results"
    assert found.found.startswith("0 questions")


def test_a_class_without_criteria_is_told(folder):
    (folder / "criteria/collective.yaml").unlink()

    assert "nothing for collective" in [one.found for one in problems(folder)]


def test_a_grade_question_names_its_criterion(folder):
    edit(folder, "forms/questions/personal-name.yaml", "kind: short_text", "kind: grade")

    assert "names its `criterion:`" in only_problem(folder).expected


def test_a_file_that_is_missing_or_strange_is_told(folder):
    (folder / "quotas.yaml").unlink()
    (folder / "quota.yaml").write_text("quotas: []\n", "utf-8")
    (folder / "levels.yaml").write_text("steps: []\n", "utf-8")

    found = {one.file: one for one in problems(folder)}

    assert found["quotas.yaml"].found == "no such file"
    assert found["quota.yaml"].found == "a file that nothing reads"
    assert (found["levels.yaml"].found, found["levels.yaml"].expected) == ("steps", "levels")


def test_broken_yaml_in_two_files_is_told_at_once(folder):
    (folder / "levels.yaml").write_text("levels:\n  - id: 'good\n", "utf-8")
    (folder / "facts.yaml").write_text("", "utf-8")

    found = {one.file: one for one in problems(folder)}

    assert found["levels.yaml"].line
    assert found["facts.yaml"].found == "nothing"


def test_a_wrong_case_file_is_told_with_its_line(folder):
    line = edit(folder, "cases/worked.yaml", "    pool_count: 61", "    pool: 61")

    with pytest.raises(RulebookInvalid) as caught:
        read_cases(folder)

    found = [str(one) for one in caught.value.problems]
    assert any(one.startswith(f"cases/worked.yaml:{line} [pool-61-good-only]") for one in found)


def test_words_of_yaml_stay_words():
    document = read("a: no\nb: 2022-12-31\nc: 1:30\nd: true\ne: 12\nf: 007\ng: null\n", "x")

    assert document.content == {
        "a": "no",
        "b": "2022-12-31",
        "c": "1:30",
        "d": True,
        "e": 12,
        "f": "007",
        "g": None,
    }
