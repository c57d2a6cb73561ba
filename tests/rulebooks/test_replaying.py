"""What if: the same facts under another edition; and who owes what is missing."""

import pytest

from tusoi.engine import FactInvalid, Truth, evaluate
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.explaining import missing_facts, owed, value_text
from tusoi.rulebooks.library import load
from tusoi.rulebooks.replaying import Edition, class_in, replay, what_if


SICK = {
    "reviewed": True,
    "is-civil-servant": False,
    "verification-pending": False,
    "sick-leave-months": 4,
    "disciplined-in-year": False,
    "score.general": 28,
    "score.tasks": "64,5",
    "tasks-assigned-count": 10,
    "tasks-done-count": 10,
    "tasks-late-count": 0,
    "tasks-exceeded-count": 4,
    "faults-pointed-out-count": 0,
    "faults-remedied-count": 0,
    "degradation-concluded": False,
    "duty-discipline-in-year": False,
    "forbidden-acts-concluded": False,
    "exemplary-breach-concluded": False,
}


def test_the_same_facts_under_two_editions_stand_side_by_side():
    found = what_if(Edition(load("132-2018")), Edition(load("366-2025")), "member", SICK)

    assert found.base.outcome.best_advised == "satisfactory"
    assert found.other.outcome.best_advised == "excellent"
    assert found.differs
    assert found.missing == ()
    assert "score.tasks" in found.base.unread
    assert "disciplined-in-year" in found.other.unread
    change = next(one for one in found.levels if one.level == "good")
    assert (change.before, change.after, change.differs) == (Truth.FAILS, Truth.HOLDS, True)


def test_an_edition_beside_itself_does_not_differ():
    edition = Edition(load("366-2025"))

    found = what_if(edition, edition, "member", SICK)

    assert not found.differs
    assert not any(one.differs for one in found.levels)


@pytest.mark.parametrize(
    ("subject_class", "old", "new"),
    [
        ("outside_member", "member", "outside_member"),
        ("central_leader", "leader", "central_leader"),
        ("collective", "collective", "collective"),
    ],
)
def test_an_edition_that_knows_no_such_class_takes_the_wider_one(subject_class, old, new):
    assert class_in(load("132-2018"), subject_class) == old
    assert class_in(load("366-2025"), subject_class) == new


@pytest.mark.parametrize(
    ("kind", "flag", "old", "new"),
    [
        ("member", {}, "member", "member"),
        ("member", {"outside": True}, "member", "outside_member"),
        ("leader", {"central": True}, "leader", "central_leader"),
        ("collective", {"central": True}, "collective", "collective"),
    ],
)
def test_the_class_in_which_somebody_is_rated(kind, flag, old, new):
    assert load("132-2018").class_for(kind, **flag) == old
    assert load("366-2025").class_for(kind, **flag) == new


def test_settings_and_a_lifted_presumption_are_replayed_too():
    facts = {**SICK, "forbidden-acts-concluded": True, "self-reported": True}
    edition = Edition(load("366-2025"), {"no-level-matches": "lowest-level"})

    closed = replay(edition, "member", facts)
    lifted = replay(edition, "member", facts, lifted=("person-forbidden-acts",))

    assert closed.outcome.best_advised == "unsatisfactory"
    assert lifted.outcome.best_advised == "excellent"


def test_what_is_missing_names_who_owes_it():
    rulebook = load("366-2025")
    outcome = evaluate(rulebook.rules_for("member"), rulebook.read_facts({}))

    found = {one.name: one for one in missing_facts(rulebook, outcome)}

    assert found["verification-pending"].owed_by.vi
    assert found["score.general"].title.vi.startswith("Điểm: ")
    assert found["score.general"].supplied_by == "person"
    assert all(one.owed_by.vi and one.owed_by.en for one in found.values())


def test_points_and_grades_are_named_and_written_as_people_do():
    rulebook = load("366-2025")

    assert owed(rulebook, "score.total").title.vi == "Tổng điểm"
    assert value_text(rulebook, "score.total", "17/2").vi == "8,5"
    assert value_text(rulebook, "score.total", "17/2").en == "8.5"
    assert owed(rulebook, "score.member-self-criticism").title.en.startswith("Points: ")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tasks-done-count", -1, "chỉ nhận giá trị từ 0"),
        ("tasks-done-count", "2.5", "một số nguyên"),
        ("tasks-done-count", True, "một số nguyên"),
        ("low-confidence-ratio", "many", "tỷ lệ như 40%"),
        ("degradation-concluded", "có", "có hoặc không"),
        ("score.total", "90%", "số điểm như 8,5"),
    ],
)
def test_values_that_can_not_be_are_refused_with_a_sentence(name, value, words):
    with pytest.raises(FactInvalid) as caught:
        load("366-2025").read_facts({name: value})

    assert words in caught.value.text.vi
    assert caught.value.text.en != caught.value.text.vi


@pytest.mark.parametrize("value", ["great", 3, True])
def test_a_level_that_is_none_is_refused_with_a_sentence(value):
    with pytest.raises(FactInvalid) as caught:
        load("132-2018").read_facts({"unit-level": value})

    assert "một mức xếp loại" in caught.value.text.vi


def test_a_fact_that_no_rule_could_read_is_refused():
    with pytest.raises(NotInRulebook, match="no-such"):
        load("366-2025").facts_from({"no-such": True})
    with pytest.raises(NotInRulebook, match=r"grade\.choir"):
        load("132-2018").read_facts({"grade.choir": "good"})


def test_the_order_of_an_edition_is_a_graph_that_works():
    for name in ("132-2018", "124-2023", "366-2025"):
        graph = load(name).order_graph

        assert graph.sequence
        assert set(graph.sequence) == graph.acts
