"""What must be true of any facts at all, tried with the rules that ship."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tusoi.engine import NOT_APPLICABLE, Facts, Truth, evaluate
from tusoi.rulebooks.library import load
from tusoi.rulebooks.schema import FactKind


RULEBOOK = load("132-2018")
GRADES = [one.id for one in RULEBOOK.grades]
LEVELS = [one.id for one in RULEBOOK.levels]
VALUES = {
    FactKind.BOOLEAN: st.booleans(),
    FactKind.MONTHS: st.integers(0, 12),
    FactKind.RATIO: st.fractions(0, 2, max_denominator=20),
    FactKind.LEVEL: st.sampled_from(LEVELS) | st.just(NOT_APPLICABLE),
    FactKind.COUNT: st.integers(0, 9),
}


@st.composite
def whole_facts(draw, subject_class):
    """A value for every fact that the rules of a class may read."""
    values = {
        one.name: draw(VALUES[one.kind])
        for one in RULEBOOK.facts
        if one.name != "children-rated-count"
    }
    counts = [values[f"children-{level}-count"] for level in LEVELS]
    values["children-rated-count"] = sum(counts)
    for one in RULEBOOK.criteria_for(subject_class):
        values[f"grade.{one.id}"] = draw(st.sampled_from(GRADES))
    return values


SUBJECTS = st.sampled_from(RULEBOOK.subject_classes).flatmap(
    lambda one: st.tuples(st.just(one), whole_facts(one))
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(subject=SUBJECTS, data=st.data())
def test_what_is_undecided_is_decided_only_by_a_fact(subject, data):
    """Forgetting facts may unsettle a level; it never turns yes into no or back."""
    subject_class, values = subject
    kept = data.draw(st.sets(st.sampled_from(sorted(values))))
    rules = RULEBOOK.rules_for(subject_class)

    full = evaluate(rules, Facts(values))
    part = evaluate(rules, Facts({name: values[name] for name in kept}))

    for more, less in zip(full.openings, part.openings, strict=True):
        assert less.truth in {more.truth, Truth.UNDECIDED}
        assert less.advised in {more.advised, Truth.UNDECIDED}
        assert less.is_offered or not more.is_offered


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(subject=SUBJECTS, data=st.data())
def test_a_better_grade_never_lowers_the_best_open_level(subject, data):
    subject_class, values = subject
    criterion = data.draw(st.sampled_from(RULEBOOK.criteria_for(subject_class)))
    name = f"grade.{criterion.id}"
    better = data.draw(st.sampled_from(GRADES[: GRADES.index(values[name]) + 1]))
    rules = RULEBOOK.rules_for(subject_class)

    before = evaluate(rules, Facts(values))
    after = evaluate(rules, Facts({**values, name: better}))

    assert LEVELS.index(after.best_open) <= LEVELS.index(before.best_open)
    assert LEVELS.index(after.best_advised) <= LEVELS.index(before.best_advised)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(subject=SUBJECTS, data=st.data())
def test_somebody_can_always_be_given_some_level(subject, data):
    subject_class, values = subject
    kept = data.draw(st.sets(st.sampled_from(sorted(values))))

    outcome = evaluate(
        RULEBOOK.rules_for(subject_class), Facts({name: values[name] for name in kept})
    )

    assert outcome.offered
    assert outcome.best_open in outcome.offered
    assert outcome.best_advised in outcome.offered
    assert set(outcome.flagged) <= set(outcome.offered)
