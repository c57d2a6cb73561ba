"""What must be true of any facts at all, tried with the rules of every edition that ships."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tusoi.engine import NOT_APPLICABLE, Facts, Truth, evaluate
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.schema import FactKind


EDITIONS = [load(one.id) for one in available()]
LEVELS = [one.id for one in EDITIONS[0].levels]
VALUES = {
    FactKind.BOOLEAN: st.booleans(),
    FactKind.MONTHS: st.integers(0, 12),
    FactKind.RATIO: st.fractions(0, 2, max_denominator=20),
    FactKind.LEVEL: st.sampled_from(LEVELS) | st.just(NOT_APPLICABLE),
    FactKind.COUNT: st.integers(0, 9),
}
# Parts never exceed their whole: such facts are refused before any rule is weighed.
PARTS = {
    "children-rated-count": tuple(f"children-{level}-count" for level in LEVELS),
    "tasks-done-count": ("tasks-exceeded-count",),
    "tasks-assigned-count": ("tasks-done-count", "tasks-late-count"),
    "unit-tasks-done-count": ("unit-tasks-exceeded-count",),
    "unit-tasks-assigned-count": ("unit-tasks-done-count", "unit-tasks-late-count"),
    "faults-pointed-out-count": ("faults-remedied-count",),
    "units-led-count": ("units-led-unsatisfactory-count",),
    "subordinates-count": ("subordinates-disciplined-count",),
}


@st.composite
def whole_facts(draw, rulebook, subject_class):
    """A value for every fact that the rules of a class may read, none against another."""
    values = {one.name: draw(VALUES[one.kind]) for one in rulebook.facts}
    for whole, parts in PARTS.items():
        if whole in values:
            values[whole] = sum(values[one] for one in parts)
    for one in rulebook.criteria_for(subject_class):
        if rulebook.grades:
            grades = [grade.id for grade in rulebook.grades]
            values[f"grade.{one.id}"] = draw(st.sampled_from(grades))
    for one in rulebook.score_groups_for(subject_class):
        most = int(one.max_score) * 2
        values[f"score.{one.id}"] = Fraction(draw(st.integers(0, most)), 2)
    return values


@st.composite
def subjects(draw):
    rulebook = draw(st.sampled_from(EDITIONS))
    subject_class = draw(st.sampled_from(rulebook.subject_classes))
    return rulebook, subject_class, draw(whole_facts(rulebook, subject_class))


def place(level):
    """Where a level stands, the best first; no level at all stands last."""
    return LEVELS.index(level) if level else len(LEVELS)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(subject=subjects(), data=st.data())
def test_what_is_undecided_is_decided_only_by_a_fact(subject, data):
    """Forgetting facts may unsettle a level; it never turns yes into no or back."""
    rulebook, subject_class, values = subject
    kept = data.draw(st.sets(st.sampled_from(sorted(values))))
    rules = rulebook.rules_for(subject_class)

    full = evaluate(rules, Facts(values))
    part = evaluate(rules, Facts({name: values[name] for name in kept}))

    for more, less in zip(full.openings, part.openings, strict=True):
        assert less.truth in {more.truth, Truth.UNDECIDED}
        assert less.advised in {more.advised, Truth.UNDECIDED}
        assert less.is_offered or not more.is_offered


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(subject=subjects(), data=st.data())
def test_a_better_grade_or_more_points_never_lower_the_outcome(subject, data):
    rulebook, subject_class, values = subject
    name = data.draw(
        st.sampled_from([one for one in values if one.startswith(("grade.", "score."))])
    )
    if name.startswith("grade."):
        grades = [one.id for one in rulebook.grades]
        better = data.draw(st.sampled_from(grades[: grades.index(values[name]) + 1]))
    else:
        group = next(
            one for one in rulebook.score_groups_for(subject_class) if name == f"score.{one.id}"
        )
        more = data.draw(st.integers(int(values[name] * 2), int(group.max_score) * 2))
        better = Fraction(more, 2)
    rules = rulebook.rules_for(subject_class)

    before = evaluate(rules, Facts(values))
    after = evaluate(rules, Facts({**values, name: better}))

    # No level at all is not below the lowest: points above fifty may lead from it into the hole.
    if before.best_open and after.best_open:
        assert place(after.best_open) <= place(before.best_open)
    if before.best_advised and after.best_advised:
        assert place(after.best_advised) <= place(before.best_advised)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(subject=subjects(), data=st.data())
def test_somebody_can_always_be_given_some_level(subject, data):
    """Even where no level matches the authority has levels to choose from."""
    rulebook, subject_class, values = subject
    kept = data.draw(st.sets(st.sampled_from(sorted(values))))

    outcome = evaluate(
        rulebook.rules_for(subject_class), Facts({name: values[name] for name in kept})
    )

    assert outcome.offered
    if outcome.no_level_matches is Truth.FAILS:
        assert outcome.best_open in outcome.offered
        assert outcome.best_advised in outcome.offered
    assert set(outcome.flagged) <= set(outcome.offered)
