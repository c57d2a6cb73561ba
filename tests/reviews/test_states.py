"""However the steps come, a review goes no forbidden way, and the cycle's facts agree with it."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import cast, cycles, reviews
from tusoi.access.errors import NotPermitted
from tusoi.cycles.operations import rebuild_progress
from tusoi.reviews import errors, operations
from tusoi.reviews.enums import EDITABLE_STATES, TRANSITIONS, ReviewState
from tusoi.reviews.models import ReviewTransition
from tusoi.reviews.queries import text_base


FACTS = {
    ReviewState.DRAFT: {"started"},
    ReviewState.COMPLETED: {"started", "completed"},
    ReviewState.SUBMITTED: {"started", "completed", "submitted"},
    ReviewState.RETURNED: {"started"},
    ReviewState.ACCEPTED: {"started", "completed", "submitted", "accepted"},
}
STEPS = ("started", "completed", "submitted", "returned", "accepted")


def test_every_state_has_its_ways():
    assert set(TRANSITIONS) == set(ReviewState)
    reachable = {to for targets in TRANSITIONS.values() for to in targets}
    assert reachable == set(ReviewState)
    assert ReviewState.ACCEPTED not in EDITABLE_STATES


class Way(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.people = cast.make()
        self.cycle = cycles.cycle(self.people.district)
        owed = reviews.obligation_of(self.people, self.cycle)
        self.review = reviews.filled(reviews.started(owed, self.people.an), self.people.an)
        self.state = ReviewState.DRAFT
        # From the return until it is handed in again, whatever is written in between.
        self.is_returned = False
        self.minutes = 0

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def _attempt(self, operation, *, actor, expected, **arguments):
        """Take a step: it succeeds exactly where the table of ways says so."""
        self.minutes += 1
        at = reviews.at(12) + dt.timedelta(minutes=self.minutes)
        before = self.state
        if expected is None:
            with pytest.raises((errors.ReviewError, NotPermitted)), transaction.atomic():
                operation(review_id=self.review.pk, actor=actor, at=at, **arguments)
        else:
            operation(review_id=self.review.pk, actor=actor, at=at, **arguments)
            self.state = expected
            if expected in {ReviewState.RETURNED, ReviewState.SUBMITTED}:
                self.is_returned = expected == ReviewState.RETURNED
        self.review.refresh_from_db()
        assert self.review.state == self.state, (operation.__name__, before)

    @rule()
    def complete(self):
        may = self.state in {ReviewState.DRAFT, ReviewState.RETURNED}
        self._attempt(
            operations.complete_review,
            actor=self.people.an,
            expected=ReviewState.COMPLETED if may else None,
        )

    @rule()
    def submit(self):
        may = self.state in EDITABLE_STATES
        self._attempt(
            operations.submit_review,
            actor=self.people.an,
            expected=ReviewState.SUBMITTED if may else None,
        )

    @rule()
    def withdraw(self):
        may = self.state == ReviewState.SUBMITTED
        self._attempt(
            operations.withdraw_review,
            actor=self.people.an,
            expected=ReviewState.DRAFT if may else None,
        )

    @rule()
    def send_back(self):
        may = self.state in {ReviewState.SUBMITTED, ReviewState.ACCEPTED}
        self._attempt(
            operations.return_review,
            actor=self.people.binh,
            expected=ReviewState.RETURNED if may else None,
            reason="Bổ sung.",
        )

    @rule()
    def accept(self):
        may = self.state == ReviewState.SUBMITTED
        self._attempt(
            operations.accept_review,
            actor=self.people.cuc,
            expected=ReviewState.ACCEPTED if may else None,
        )

    @rule()
    def write(self):
        expected = None
        if self.state in EDITABLE_STATES:
            is_complete = self.state == ReviewState.COMPLETED
            expected = ReviewState.DRAFT if is_complete else self.state
        self._attempt(
            operations.save_answer,
            actor=self.people.an,
            expected=expected,
            question_id="personal-direction",
            text=f"Lần {self.minutes}",
            base=self._base(),
        )

    def _base(self):
        stored = self.review.answers.filter(question_id="personal-direction").first()
        return text_base(stored.text, stored.version) if stored else None

    @rule()
    def meddle(self):
        self._attempt(operations.submit_review, actor=self.people.binh, expected=None)
        self._attempt(operations.accept_review, actor=self.people.an, expected=None)

    @precondition(lambda self: hasattr(self, "review"))
    @invariant()
    def the_cycle_agrees(self):
        obligation = self.review.obligation
        obligation.refresh_from_db()
        found = {step for step in STEPS if getattr(obligation, f"{step}_at") is not None}
        returned = {"returned"} if self.is_returned else set()
        assert found == FACTS[ReviewState(self.review.state)] | returned

    @precondition(lambda self: hasattr(self, "review"))
    @invariant()
    def the_log_is_unbroken(self):
        at = ReviewState.DRAFT
        for one in ReviewTransition.objects.filter(review=self.review).order_by("pk"):
            assert one.from_state == at
            assert one.to_state in TRANSITIONS[ReviewState(at)]
            at = one.to_state
        assert at == self.review.state

    @precondition(lambda self: hasattr(self, "review"))
    @rule()
    def the_roll_up_agrees(self):
        assert not list(rebuild_progress(cycle_id=self.cycle.pk))


@pytest.mark.slow
@pytest.mark.django_db
def test_no_order_of_steps_breaks_the_way():
    run_state_machine_as_test(
        Way,
        settings=settings(
            max_examples=5,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
