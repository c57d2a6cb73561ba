"""The points that authors give themselves, on forms that ask for points."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import shown
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import ReviewAnswer
from tusoi.rulebooks.rulebook import Form, Rulebook
from tusoi.rulebooks.schema import Criterion, Question, QuestionKind, parse_score


def points_in(text: str) -> Fraction | None:
    """Read points exactly; nothing where the text is no number."""
    try:
        return parse_score(text)
    except ValueError:
        return None


def in_steps(cycle: ReviewCycle, points: Fraction) -> bool:
    """Say whether points are whole steps of what the authority chose for the cycle."""
    step = rulebook_of(cycle).score_step(cycle.rulebook_settings)
    return step is None or (points / step).denominator == 1


def score_step_sentence(cycle: ReviewCycle) -> str:
    step = rulebook_of(cycle).score_step(cycle.rulebook_settings)
    return _("Đợt này chấm điểm theo bước %(step)s điểm; hãy làm tròn điểm theo bước đó.") % {
        "step": shown(step or Fraction(1))
    }


def score_name(question: Question) -> str:
    """Return the name under which the rules read these points."""
    return f"score.{question.score_group or question.criterion}"


def most_points(rulebook: Rulebook, subject_class: str, question: Question) -> Fraction | None:
    """Return how many points there are at most, as far as the rulebook says."""
    if question.score_group:
        groups = rulebook.score_groups_for(subject_class)
        return next((one.max_score for one in groups if one.id == question.score_group), None)
    return rulebook.criterion(question.criterion).max_score


def total_points(form: Form, texts: Mapping[str, str]) -> Fraction | None:
    """Add up what was written; nothing while a part is missing or is no number."""
    asked = [one.id for one in form.questions if one.kind is QuestionKind.SCORE]
    points = [points_in(texts.get(one, "").strip()) for one in asked]
    known = [one for one in points if one is not None]
    return sum(known, Fraction(0)) if asked and len(known) == len(asked) else None


def scored_criteria(
    rulebook: Rulebook, subject_class: str, question: Question, block: str = ""
) -> tuple[Criterion, ...]:
    """Return the criteria that a group of points is about, in the subject's sector block."""
    criteria = rulebook.criteria_for(subject_class, block)
    return tuple(one for one in criteria if one.score_group == question.score_group)


def scores_handed_in(
    cycle: ReviewCycle, obligation_ids: Iterable[int]
) -> dict[int, dict[str, Fraction]]:
    """Return the authors' own points by obligation, as facts; one statement.

    What is still being written is its author's alone.
    """
    names = _names(rulebook_of(cycle))
    if not names:
        return {}
    rows = ReviewAnswer.objects.filter(
        review__obligation__in=list(obligation_ids),
        review__state__in=HANDED_IN_STATES,
        question_id__in=names,
    ).values_list("review__obligation_id", "question_id", "text")
    found: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for obligation_id, question_id, text in rows:
        points = points_in(text)
        if points is not None:
            found[obligation_id][names[question_id]] = points
    return dict(found)


def _names(rulebook: Rulebook) -> dict[str, str]:
    forms: list[Form] = [rulebook.form_for(one) for one in rulebook.subject_classes]
    return {
        one.id: score_name(one)
        for form in forms
        for one in form.questions
        if one.kind is QuestionKind.SCORE
    }
