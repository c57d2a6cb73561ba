"""The way of a review: begun, complete, handed in, returned or accepted."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import CycleClosure, LockException, Obligation
from tusoi.cycles.operations import record_step, undo_step
from tusoi.people.models import Account
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.errors import (
    AlreadyDealtWith,
    ReasonMissing,
    ReviewAlreadyStarted,
    ReviewIncomplete,
    StepNotAllowed,
    SubmissionLocked,
)
from tusoi.reviews.models import EarlierShortcoming, ReviewAnswer, ReviewTransition, SelfReview
from tusoi.reviews.operations.gate import Editing, locked, move, opened_for_writing, require_open
from tusoi.reviews.operations.rows import drop_empty_rows
from tusoi.reviews.permissions import can_judge, can_write, require
from tusoi.reviews.queries.content import content_of, form_of, gaps_in, unsettled_in
from tusoi.reviews.queries.earlier import previous_review
from tusoi.reviews.queries.prefill import prefilled


@transaction.atomic
def start_review(*, obligation_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    """Begin the review of a dossier: header fields filled in, last year's shortcomings listed.

    Raises:
        NotPermitted: the actor does not write for this subject.
        CycleNotOpen, ObligationCancelled: nothing is owed (any more).
        ReviewAlreadyStarted: it is there; somebody was quicker.
    """
    obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("cycle", "unit__parent", "person", "collective")
        .get(pk=obligation_id)
    )
    require(can_write(actor, obligation, on=local_day(at)))
    if obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if obligation.cancelled_on is not None:
        raise ObligationCancelled
    if SelfReview.objects.filter(obligation=obligation).exists():
        raise ReviewAlreadyStarted
    review = SelfReview.objects.create(
        obligation=obligation, created_at=at, created_by=actor, saved_at=at, saved_by=actor
    )
    _prefill(review, actor, at)
    _carry_over(review, actor, at)
    record_step(obligation_id=obligation.pk, step=ProgressStep.STARTED, actor=actor, at=at)
    audit.record(
        actor=actor,
        at=at,
        action="reviews.start",
        obj=review,
        unit_id=obligation.unit_id,
        to_state=review.state,
    )
    return review


@transaction.atomic
def complete_review(*, review_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    """Declare that everything is written; nothing is handed in yet.

    Raises:
        ReviewIncomplete: required parts are missing; it names them.
        StepNotAllowed, ReviewNotEditable, CycleNotOpen, NotPermitted: not now, or not by you.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    _complete(editing)
    return editing.review


@transaction.atomic
def submit_review(*, review_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    """Hand the review in: its text stands still until somebody returns it.

    A draft is declared complete on the way.

    Raises:
        SubmissionLocked: the cycle takes nothing after its deadline, and nobody lifted that.
        ReviewIncomplete, ReviewNotEditable, CycleNotOpen, NotPermitted: see `complete_review`.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    review = editing.review
    _require_unlocked(review.obligation, at)
    if review.state == ReviewState.COMPLETED:
        _require_no_gaps(review)
    else:
        _complete(editing)
    move(review, ReviewState.SUBMITTED, actor=actor, at=at)
    _record(review, ProgressStep.SUBMITTED, actor, at)
    return review


@transaction.atomic
def withdraw_review(*, review_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    """Take back what was handed in, to write on, as long as nobody has accepted it.

    Raises:
        StepNotAllowed: it is not handed in, or it is accepted.
        CycleNotOpen, NotPermitted: the cycle is over, or the actor is not the author.
    """
    review = locked(review_id)
    require(can_write(actor, review.obligation, on=local_day(at)))
    require_open(review)
    if review.state != ReviewState.SUBMITTED:
        raise StepNotAllowed(str(ReviewState(review.state).label))
    move(review, ReviewState.DRAFT, actor=actor, at=at)
    for step in (ProgressStep.SUBMITTED, ProgressStep.COMPLETED):
        _undo(review, step, actor, at)
    return review


@transaction.atomic
def return_review(*, review_id: int, reason: str, actor: Account, at: dt.datetime) -> SelfReview:
    """Send a review back to its author with a reason, before or after accepting it.

    Raises:
        NotPermitted: the actor does not stand above the subject, or wrote it.
        ReasonMissing: no reason was given.
        AlreadyDealtWith: the meeting has reviewed it or it is rated.
        StepNotAllowed, CycleNotOpen: it is not handed in, or the cycle is over.
    """
    review = _judged(review_id, actor, at)
    send_back(review, reason, actor=actor, at=at)
    return review


@transaction.atomic
def accept_review(*, review_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    """Take a handed-in review on; from here its text is what the meeting reads.

    Raises:
        NotPermitted: the actor does not stand above the subject, or wrote it.
        StepNotAllowed, CycleNotOpen: it is not handed in, or the cycle is over.
    """
    review = _judged(review_id, actor, at)
    take_on(review, actor=actor, at=at)
    return review


def take_on(review: SelfReview, *, actor: Account, at: dt.datetime) -> ReviewTransition:
    """Accept a review; the caller has asked who may."""
    made = move(review, ReviewState.ACCEPTED, actor=actor, at=at)
    _record(review, ProgressStep.ACCEPTED, actor, at)
    return made


def send_back(
    review: SelfReview, reason: str, *, actor: Account, at: dt.datetime
) -> ReviewTransition:
    """Return a review; the caller has asked who may."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    obligation = review.obligation
    if obligation.reviewed_at or obligation.rated_at or obligation.decided_at:
        raise AlreadyDealtWith
    was_accepted = review.state == ReviewState.ACCEPTED
    made = move(review, ReviewState.RETURNED, actor=actor, at=at, note=reason)
    if was_accepted:
        _undo(review, ProgressStep.ACCEPTED, actor, at)
    _undo(review, ProgressStep.COMPLETED, actor, at)
    # Ends the submission too: a dossier lies with one side only.
    _record(review, ProgressStep.RETURNED, actor, at, note=reason)
    return made


def _judged(review_id: int, actor: Account, at: dt.datetime) -> SelfReview:
    review = locked(review_id)
    require(can_judge(actor, review, on=local_day(at)))
    require_open(review)
    return review


def _complete(editing: Editing) -> None:
    review, actor, at = editing.review, editing.actor, editing.at
    drop_empty_rows(editing, form_of(review.obligation))
    _require_no_gaps(review)
    move(review, ReviewState.COMPLETED, actor=actor, at=at)
    _record(review, ProgressStep.COMPLETED, actor, at)


def _require_no_gaps(review: SelfReview) -> None:
    content = content_of(review)
    gaps = [*gaps_in(content), *unsettled_in(content)]
    if gaps:
        raise ReviewIncomplete(gaps)


def _require_unlocked(obligation: Obligation, at: dt.datetime) -> None:
    """After the deadline a locked cycle refuses first submissions, unless somebody lets them in.

    What was handed in before may always come back, returned or withdrawn.
    """
    cycle = obligation.cycle
    in_time = local_day(at) <= obligation.due_on
    if not cycle.locks_after_due or in_time or obligation.first_submitted_at:
        return
    above = CycleClosure.objects.filter(cycle=cycle, descendant=obligation.unit_id)
    in_force = Q(cycle=cycle, until__gte=at, granted_at__lte=at)
    if not LockException.objects.filter(in_force, unit__in=above.values("ancestor")).exists():
        raise SubmissionLocked


def _record(
    review: SelfReview, step: ProgressStep, actor: Account, at: dt.datetime, note: str = ""
) -> None:
    record_step(obligation_id=review.obligation_id, step=step, actor=actor, at=at, note=note)


def _undo(review: SelfReview, step: ProgressStep, actor: Account, at: dt.datetime) -> None:
    undo_step(obligation_id=review.obligation_id, step=step, actor=actor, at=at)


def _prefill(review: SelfReview, actor: Account, at: dt.datetime) -> None:
    obligation = review.obligation
    texts = prefilled(obligation, form_of(obligation), on=local_day(at))
    ReviewAnswer.objects.bulk_create(
        ReviewAnswer(
            review=review, question_id=question_id, text=text, saved_at=at, saved_by=actor
        )
        for question_id, text in texts.items()
    )


def _carry_over(review: SelfReview, actor: Account, at: dt.datetime) -> None:
    """List what was pointed out in the period before, to be answered one by one."""
    earlier = previous_review(review.obligation)
    if earlier is None:
        return
    found = earlier.shortcomings.exclude(nature="").order_by("position", "pk")
    EarlierShortcoming.objects.bulk_create(
        EarlierShortcoming(
            review=review,
            position=position,
            origin=one,
            nature=one.nature,
            saved_at=at,
            saved_by=actor,
        )
        for position, one in enumerate(found, start=1)
    )
