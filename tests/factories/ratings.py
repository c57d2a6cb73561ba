"""Dossiers that came as far as the meeting, and ratings that took some steps."""

from tests.factories.cycles import moment
from tests.remembering import remembered
from tusoi.cycles.enums import SUBJECT_CLASS, ProgressStep, SubjectKind
from tusoi.cycles.operations import record_step
from tusoi.cycles.queries import rulebook_of
from tusoi.people.queries import system_account
from tusoi.ratings import operations
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.models import CriterionGrade, SelfReview


HELD = moment(2022, 11, 20)


@remembered
def review(obligation, *, grade="good", level="good", **grades):
    """Write a handed-in review with the same grade everywhere but where told otherwise."""
    actor = system_account()
    made = SelfReview.objects.create(
        obligation=obligation,
        state=ReviewState.SUBMITTED,
        proposed_level=level,
        created_at=moment(2022, 11, 1),
        created_by=actor,
        saved_at=moment(2022, 11, 2),
        saved_by=actor,
        submitted_at=moment(2022, 11, 3),
        submitted_by=actor,
    )
    subject_class = SUBJECT_CLASS[SubjectKind(obligation.subject_kind)]
    CriterionGrade.objects.bulk_create(
        CriterionGrade(
            review=made,
            criterion_id=one.id,
            grade_id=grades.get(one.id.replace("-", "_"), grade),
        )
        for one in rulebook_of(obligation.cycle).criteria_for(subject_class)
    )
    return made


@remembered
def reviewed(obligation, **fields):
    """Bring a dossier past its meeting; returns it as stored then."""
    review(obligation, **fields)
    record_step(
        obligation_id=obligation.pk, step=ProgressStep.REVIEWED, actor=system_account(), at=HELD
    )
    obligation.refresh_from_db()
    return obligation


def choice(level="good", reasons="", **facts):
    return operations.Choice(level_id=level, reasons=reasons, facts=facts)


@remembered
def proposed(obligation, level="good", *, actor=None, at=HELD, reasons="", **facts):
    return operations.propose_rating(
        obligation_id=obligation.pk,
        choice=choice(level, reasons, **facts),
        actor=actor or system_account(),
        at=at,
    )


@remembered
def decided(obligation, level="good", *, actor=None, at=HELD, reasons=""):
    """Bring a dossier from the meeting to the decision."""
    proposed(obligation, level, at=at, reasons=reasons)
    return operations.decide_rating(
        obligation_id=obligation.pk,
        choice=choice(level, reasons),
        actor=actor or system_account(),
        at=at,
        quota_reasons="Được cấp có thẩm quyền chấp thuận.",
    )
