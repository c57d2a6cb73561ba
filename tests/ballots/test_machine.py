"""One poll, any steps in any order: never a lost, doubled or half vote, never an illegal state."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.factories import ballots, meetings
from tests.factories.meetings import NOW
from tusoi.ballots import operations, queries
from tusoi.ballots.enums import COUNTED_STATES, POLL_TRANSITIONS, CastOutcome, PollState
from tusoi.ballots.errors import BallotError
from tusoi.ballots.models import Poll, PollQuestion, Urn, UrnKey


pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.slow]

WHO = st.sampled_from(["binh", "teller", "cuc"])
LEVEL = st.sampled_from([*ballots.LEVELS, ""])


class PollMachine(RuleBasedStateMachine):
    """Keeps what honest people know: whose code was used for what, and what stood before."""

    scene = None

    @initialize()
    def prepare(self):
        self.point = transaction.atomic()
        self.point.__enter__()
        self.scene = meetings.scene(more_members=4)
        self.poll = ballots.prepared(self.scene, mode=ballots.CODES)
        self.made = None
        self.cast = {}
        self.state = PollState.PREPARED
        self.rehearsal = ()

    def teardown(self):
        if self.scene is not None:
            transaction.set_rollback(True)
            self.point.__exit__(None, None, None)

    def actor(self, who):
        return self.scene.people.cuc if who == "cuc" else getattr(self.scene, who)

    def attempt(self, verb, **fields):
        """Try a step that may be out of place; what is refused must have changed nothing."""
        before = self._row()
        try:
            with transaction.atomic():
                return verb(**fields)
        except BallotError as refusal:
            if verb is not operations.open_urn:
                self.unchanged(before, refusal)
            return None

    def unchanged(self, before, refusal):
        assert self._row() == before, refusal

    def _row(self):
        urn = Urn.objects.filter(poll=self.poll).values().first()
        return Poll.objects.values().get(pk=self.poll.pk), str(urn)

    def step(self, verb, who, **fields):
        return self.attempt(verb, poll_id=self.poll.pk, actor=self.actor(who), at=NOW, **fields)

    @rule(who=WHO)
    def rehearse(self, who):
        self.rehearsal = self.step(operations.start_rehearsal, who) or self.rehearsal

    @rule(who=WHO)
    def stop_rehearsing(self, who):
        self.step(operations.end_rehearsal, who)

    @rule(who=WHO)
    def open(self, who):
        made = self.step(
            operations.open_poll,
            who,
            teller_ids=ballots.tellers_for(self.poll.meeting),
            has_heard_warning=True,
        )
        if made is not None:
            assert self.made is None
            self.made = made
            ballots.issue_all(self.scene, self.poll)

    @precondition(lambda self: self.made is not None)
    @rule(place=st.integers(0, 7), level=LEVEL)
    def vote(self, place, level):
        code = [*self.made.codes, *self.made.spares][place]
        marks = {self.poll.questions.get().pk: [level] if level else []}
        outcome = self.attempt(operations.cast_ballot, code=code, marks=marks)
        if outcome is CastOutcome.CAST:
            assert code not in self.cast
            assert self.state == PollState.OPEN
            self.cast[code] = level
        elif outcome is CastOutcome.ALREADY_CAST:
            assert code in self.cast

    @precondition(lambda self: self.rehearsal)
    @rule(place=st.integers(0, 2))
    def try_the_booth(self, place):
        before = len(self.cast)
        self.attempt(operations.cast_ballot, code=self.rehearsal[place], marks={})
        assert len(self.cast) == before

    @precondition(lambda self: self.made is not None)
    @rule(who=WHO, place=st.integers(0, 5))
    def spoil(self, who, place):
        self.step(operations.void_code, who, code=self.made.codes[place])

    @rule(who=WHO)
    def ask_for_spares(self, who):
        self.step(operations.ask_spares, who)

    @rule(who=WHO)
    def use_spares(self, who):
        self.step(operations.activate_spares, who)

    @rule(who=WHO)
    def close(self, who):
        self.step(operations.close_poll, who)

    @rule(who=WHO, wrong=st.integers(0, 1))
    def enter(self, who, wrong):
        sheet = queries.TallyFigures(6, slip_count=len(self.cast), unused_count=wrong)
        self.step(operations.enter_tally, who, figures=sheet)

    @rule(who=WHO)
    def withdraw(self, who):
        self.step(operations.withdraw_tally, who)

    @precondition(lambda self: self.made is not None)
    @rule(who=WHO, one=st.integers(0, 3), two=st.integers(0, 3), is_right=st.booleans())
    def open_urn(self, who, one, two, is_right):
        words = ballots.words(self.made, one, two)
        if not is_right:
            words = ((one, "sai"), words[1])
        done = self.step(operations.open_urn, who, words=words)
        assert done is None or (is_right and one != two)

    @rule(who=WHO)
    def sign(self, who):
        roster = [self.poll.meeting.chair_id, *ballots.tellers_for(self.poll.meeting)]
        self.step(operations.sign_poll, who, signer_ids=roster)

    @rule(who=WHO)
    def ask_void(self, who):
        self.step(operations.ask_void, who, reason="Thử")

    @rule(who=WHO)
    def withdraw_void(self, who):
        self.step(operations.withdraw_void, who)

    @rule(who=WHO)
    def agree_void(self, who):
        self.step(operations.agree_void, who)

    @rule(who=WHO, days=st.sampled_from([1, 31]))
    def destroy(self, who, days):
        self.attempt(
            operations.destroy_key,
            poll_id=self.poll.pk,
            actor=self.actor(who),
            at=NOW + dt.timedelta(days=days),
        )

    @invariant()
    def the_state_moved_as_the_table_says(self):
        if self.scene is None:
            return
        poll = Poll.objects.get(pk=self.poll.pk)
        if poll.state != self.state:
            assert poll.state in POLL_TRANSITIONS[self.state]
            self.state = PollState(poll.state)

    @invariant()
    def every_vote_is_in_the_urn_once(self):
        urn = Urn.objects.filter(poll=self.poll).first() if self.scene else None
        if urn is None or self.made is None:
            return
        assert urn.ballot_count == len(self.cast)
        assert len(urn.sealed) == urn.ballot_count * urn.sealed_size
        burnt = queries.pieces(urn.burnt_codes)
        if UrnKey.objects.filter(poll=self.poll).exists():
            assert len(burnt) == len(set(burnt)) == len(self.cast)
        assert not set(burnt) & set(queries.pieces(urn.free_codes))

    @invariant()
    def totals_are_there_after_the_count_and_right(self):
        if self.scene is None:
            return
        question = PollQuestion.objects.get(poll=self.poll)
        if self.state not in COUNTED_STATES:
            assert question.result is None
            return
        votes = list(self.cast.values())
        assert question.result == {
            "options": {one: votes.count(one) for one in ballots.LEVELS},
            "blank": votes.count(""),
            "invalid": 0,
        }


def test_any_steps_in_any_order(db):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        PollMachine,
        settings=settings(max_examples=25, stateful_step_count=40, deadline=None),
    )
