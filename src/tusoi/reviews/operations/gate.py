"""What every change of a review passes through: right, lock, state, and the log."""

import datetime as dt
from dataclasses import dataclass, field

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.operations import undo_step
from tusoi.people.models import Account
from tusoi.reviews.enums import EDITABLE_STATES, TRANSITIONS, ReviewState
from tusoi.reviews.errors import ReviewNotEditable, StepNotAllowed
from tusoi.reviews.models import ReviewTransition, SelfReview
from tusoi.reviews.permissions import can_write, require


@dataclass
class Editing:
    """One save of one review: who, when, and whether anything became different."""

    review: SelfReview
    actor: Account
    at: dt.datetime
    has_changed: bool = field(default=False)

    def finish(self) -> None:
        """Note the save; a text called complete that is written on becomes a draft again."""
        if not self.has_changed:
            return
        review = self.review
        review.saved_at, review.saved_by = self.at, self.actor
        review.save(update_fields=["saved_at", "saved_by"])
        if review.state == ReviewState.COMPLETED:
            move(review, ReviewState.DRAFT, actor=self.actor, at=self.at)
            undo_step(
                obligation_id=review.obligation_id,
                step=ProgressStep.COMPLETED,
                actor=self.actor,
                at=self.at,
            )


def locked(review_id: int) -> SelfReview:
    """Read a review for change; nobody else changes it before the transaction ends."""
    return (
        SelfReview.objects.select_for_update(of=("self",))
        .select_related("obligation__cycle", "obligation__unit")
        .get(pk=review_id)
    )


def opened_for_writing(review_id: int, *, actor: Account, at: dt.datetime) -> Editing:
    """Lock a review for its author to write in.

    Raises:
        NotPermitted: the actor does not write this review.
        CycleNotOpen: the cycle has not begun or is over.
        ReviewNotEditable: the text is handed in.
    """
    review = locked(review_id)
    require(can_write(actor, review.obligation, on=local_day(at)))
    require_open(review)
    if review.state not in EDITABLE_STATES:
        raise ReviewNotEditable
    return Editing(review, actor, at)


def require_open(review: SelfReview) -> None:
    if review.obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen


def move(
    review: SelfReview, to: ReviewState, *, actor: Account, at: dt.datetime, note: str = ""
) -> ReviewTransition:
    """Take one step of the way, if it may be taken from here, and log it.

    Raises:
        StepNotAllowed: there is no such step from the state in which the review is.
    """
    before = ReviewState(review.state)
    if to not in TRANSITIONS[before]:
        raise StepNotAllowed(str(before.label))
    review.state = to
    fields = ["state"]
    if to == ReviewState.SUBMITTED:
        review.submitted_at, review.submitted_by = at, actor
        fields += ["submitted_at", "submitted_by"]
    if ReviewState.ACCEPTED in {before, to}:
        accepted = to == ReviewState.ACCEPTED
        review.accepted_at, review.accepted_by = (at, actor) if accepted else (None, None)
        fields += ["accepted_at", "accepted_by"]
    review.save(update_fields=fields)
    made = ReviewTransition.objects.create(
        review=review, from_state=before, to_state=to, note=note, at=at, actor=actor
    )
    audit.record(
        actor=actor,
        at=at,
        action=f"reviews.{to.value}",
        obj=review,
        unit_id=review.obligation.unit_id,
        from_state=before,
        to_state=to,
        note=note,
    )
    return made
