import json

import pytest

from tusoi.engine import Status, Text
from tusoi.rulebooks.comparing import ChangeKind, diff
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.rulebook import Rulebook


def _changed(rulebook, **parts):
    return Rulebook(rulebook.content.model_copy(update=parts))


@pytest.mark.parametrize("rulebook_id", sorted(one.id for one in available()))
def test_a_rulebook_does_not_differ_from_itself(rulebook_id):
    assert diff(load(rulebook_id), load(rulebook_id)).changes == ()


def test_a_change_names_what_differs_before_and_after():
    before = load("132-2018")
    first, *others = before.content.rules
    renamed = first.model_copy(update={"title": Text("Câu mới", "New words")})

    (change,) = diff(before, _changed(before, rules=(renamed, *others))).changes

    assert change.kind is ChangeKind.CHANGED
    assert change.section == "rules"
    ((label, old, new),) = change.fields
    assert (label.vi, old, new.vi) == ("Nội dung", first.title, "Câu mới")


def test_what_only_one_has_is_added_or_removed():
    before = load("132-2018")
    fewer = _changed(before, rules=before.content.rules[1:])

    (gone,) = diff(before, fewer).changes
    (come,) = diff(fewer, before).changes

    assert (gone.kind, gone.fields) == (ChangeKind.REMOVED, ())
    assert (come.kind, come.fields) == (ChangeKind.ADDED, ())
    assert gone.before == come.after


def test_parts_about_the_same_thing_stand_side_by_side_whatever_their_id():
    before = load("132-2018")
    first, *others = before.content.rules
    old = _changed(before, rules=(first.model_copy(update={"topic": "same"}), *others))
    new = first.model_copy(update={"topic": "same", "id": "renamed", "title": Text("Khác")})

    (change,) = diff(old, _changed(before, rules=(new, *others))).changes

    assert (change.before.id, change.after.id) == (first.id, "renamed")


def test_another_source_is_told_apart_from_other_words():
    before = load("132-2018")
    first, *others = before.content.rules
    doubted = first.model_copy(update={"status": Status.PRACTICE})

    (change,) = diff(before, _changed(before, rules=(doubted, *others))).changes
    (section,) = diff(before, _changed(before, rules=(doubted, *others))).sections

    assert change.is_of_source_only
    assert (section.reworded, section.moved_count) == ((), 1)
    assert [label.vi for label, _old, _new in change.fields] == ["Mức đối chiếu"]


def test_the_difference_can_be_written_as_json():
    found = diff(load("132-2018"), load("124-2023"))

    data = json.loads(json.dumps(found.as_data()))

    assert (data["before"], data["after"]) == (found.before, found.after)
    assert len(data["changes"]) == len(found.changes)
    assert {one["kind"] for one in data["changes"]} == {"added", "removed", "changed"}
