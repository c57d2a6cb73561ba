"""Reviews as their authors would leave them, written through the operations."""

import datetime as dt
from decimal import Decimal

from tests.factories import cycles
from tests.remembering import remembered
from tusoi.cycles.models import Obligation
from tusoi.reviews import operations, queries
from tusoi.reviews.enums import RowKind
from tusoi.reviews.queries.content import TEXT_KINDS
from tusoi.rulebooks.schema import QuestionKind


def at(day=10, hour=9, minute=0):
    """Return a moment in October 2022, while the cycle is open."""
    return cycles.moment(2022, 10, day, hour) + dt.timedelta(minutes=minute)


@remembered
def started(obligation, actor, *, when=None):
    return operations.start_review(obligation_id=obligation.pk, actor=actor, at=when or at())


def draft_of(review, text="Đã làm đúng việc được giao, có số liệu kèm theo."):
    """Return answers to everything that the form of this review demands."""
    content = queries.content_of(review)
    texts = [
        operations.TextEdit(one.id, "25" if one.kind is QuestionKind.SCORE else text)
        for one in queries.required_questions(content)
        if one.kind in TEXT_KINDS and not content.text(one.id)
    ]
    grades = {
        one.criterion: "good" for one in content.form.questions if one.kind is QuestionKind.GRADE
    }
    return operations.Draft(answers=texts, grades=grades, level="good")


@remembered
def filled(review, actor, *, when=None):
    """Write everything that is demanded, with one shortcoming."""
    when = when or at(minute=30)
    operations.save_draft(review_id=review.pk, draft=draft_of(review), actor=actor, at=when)
    kinds = {one.kind for one in queries.form_of(review.obligation).questions}
    if QuestionKind.TARGETS in kinds:
        operations.add_row(
            review_id=review.pk,
            kind=RowKind.TARGET,
            values={"name": "Thu Quỹ", "planned": Decimal(100), "actual": Decimal(74)},
            actor=actor,
            at=when,
        )
    for kind, field, chosen in (
        (RowKind.SHORTCOMING, "nature", {"topic": "finance", "cause_kind": "subjective"}),
        (RowKind.REMEDY, "text", {}),
    ):
        operations.add_row(
            review_id=review.pk,
            kind=kind,
            values={field: "Thu Quỹ phòng, chống thiên tai chưa đạt"} | chosen,
            actor=actor,
            at=when,
        )
    review.refresh_from_db()
    return review


@remembered
def submitted(obligation, actor, *, when=None):
    review = filled(started(obligation, actor), actor)
    return operations.submit_review(review_id=review.pk, actor=actor, at=when or at(minute=40))


def obligation_of(people, cycle, name="an"):
    return Obligation.objects.get(
        cycle=cycle, person=getattr(people, name).person, subject_kind="member"
    )
