"""The head of the printed form: who writes to whom, where and when."""

import datetime as dt
from dataclasses import dataclass

from tusoi.core.clock import local_day
from tusoi.reviews.models import SelfReview
from tusoi.reviews.queries import form_of
from tusoi.reviews.queries.prefill import prefilled


@dataclass(frozen=True)
class Letterhead:
    superior: str
    body: str
    place: str
    day: dt.date | None


def letterhead(review: SelfReview, *, on: dt.date) -> Letterhead:
    """Take the head from the answers, and from what is known where nobody answered."""
    obligation = review.obligation
    form = form_of(obligation)
    known = prefilled(obligation, form, on=on)
    told = dict(review.answers.values_list("question_id", "text"))
    by_source = {
        one.prefill: told.get(one.id) or ("" if one.prefill == "today" else known.get(one.id, ""))
        for one in form.questions
        if one.prefill
    }
    is_person = obligation.person_id is not None
    return Letterhead(
        superior=by_source.get("organization-name" if is_person else "superior-name", ""),
        body=by_source.get("cell-name" if is_person else "subject-name", ""),
        place=by_source.get("place", ""),
        day=_day(by_source.get("today", "")) or _submitted_on(review),
    )


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return None


def _submitted_on(review: SelfReview) -> dt.date | None:
    return local_day(review.submitted_at) if review.submitted_at else None
