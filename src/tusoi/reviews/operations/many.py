"""Accepting and returning several reviews at once: each by itself, none held up by another."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from tusoi.access.errors import AccessError
from tusoi.cycles.errors import CycleError
from tusoi.people.models import Account
from tusoi.reviews.errors import ReasonMissing, ReviewError
from tusoi.reviews.models import SelfReview
from tusoi.reviews.operations.way import accept_review, return_review


@dataclass(frozen=True)
class Refusal:
    """A review that stayed as it was, and the sentence that says why."""

    review: SelfReview
    sentence: str


@dataclass
class Outcome:
    """What became of each of several reviews."""

    done: list[SelfReview] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def accept_reviews(*, review_ids: Sequence[int], actor: Account, at: dt.datetime) -> Outcome:
    """Accept those that may be accepted; the others are told one by one."""
    return _each(
        review_ids, lambda review_id: accept_review(review_id=review_id, actor=actor, at=at)
    )


def return_reviews(
    *, review_ids: Sequence[int], reason: str, actor: Account, at: dt.datetime
) -> Outcome:
    """Return those that may be returned, for one reason; the others are told one by one.

    Raises:
        ReasonMissing: no reason was given; nothing is returned.
    """
    if not reason.strip():
        raise ReasonMissing
    return _each(
        review_ids,
        lambda review_id: return_review(review_id=review_id, reason=reason, actor=actor, at=at),
    )


def _each(review_ids: Sequence[int], step: Callable[[int], SelfReview]) -> Outcome:
    outcome = Outcome()
    for review_id in sorted(set(review_ids)):
        try:
            with transaction.atomic():
                outcome.done.append(step(review_id))
        except (ReviewError, CycleError, AccessError) as refusal:
            review = SelfReview.objects.select_related("obligation__unit").get(pk=review_id)
            outcome.refused.append(Refusal(review, str(refusal)))
    return outcome
