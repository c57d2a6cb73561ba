"""What a superior body outside this installation answered, noted with its document."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.reviews.errors import DocumentInFuture, DocumentMissing
from tusoi.reviews.models import ReviewTransition, SelfReview, SuperiorDocument
from tusoi.reviews.operations.gate import locked, require_open
from tusoi.reviews.operations.way import send_back, take_on
from tusoi.reviews.permissions import can_record_superior, require


@dataclass(frozen=True)
class Document:
    """The superior's letter: what makes the noting more than somebody's word."""

    number: str
    issued_on: dt.date
    issuer: str


@transaction.atomic
def record_superior_acceptance(
    *, review_id: int, document: Document, actor: Account, at: dt.datetime
) -> SelfReview:
    """Note that the body above the topmost organisation has accepted its review.

    Raises:
        NotPermitted: the review has somebody above it here, or the actor may not note it.
        DocumentMissing, DocumentInFuture: the document is not told, or not possible.
        StepNotAllowed, CycleNotOpen: it is not handed in, or the cycle is over.
    """
    review = _answered(review_id, document, actor, at)
    _keep(take_on(review, actor=actor, at=at), document)
    return review


@transaction.atomic
def record_superior_return(
    *, review_id: int, document: Document, reason: str, actor: Account, at: dt.datetime
) -> SelfReview:
    """Note that the body above asks for more; the review goes back to those who write it.

    Raises:
        ReasonMissing, AlreadyDealtWith: see `return_review`.
        NotPermitted, DocumentMissing, DocumentInFuture, StepNotAllowed, CycleNotOpen: see above.
    """
    review = _answered(review_id, document, actor, at)
    _keep(send_back(review, reason, actor=actor, at=at), document)
    return review


def _answered(review_id: int, document: Document, actor: Account, at: dt.datetime) -> SelfReview:
    review = locked(review_id)
    require(can_record_superior(actor, review, on=local_day(at)))
    require_open(review)
    if not document.number.strip() or not document.issuer.strip():
        raise DocumentMissing
    if document.issued_on > local_day(at):
        raise DocumentInFuture
    return review


def _keep(transition: ReviewTransition, document: Document) -> None:
    SuperiorDocument.objects.create(
        transition=transition,
        number=document.number.strip(),
        issued_on=document.issued_on,
        issuer=document.issuer.strip(),
    )
