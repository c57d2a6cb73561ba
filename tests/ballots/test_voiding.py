"""Two people void a poll; what it held is gone, and how often is not."""

import datetime as dt

import pytest
from django.db import connection

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, coded, counted, open_urn, opened, prepared, sign, void
from tests.factories.meetings import NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import PollState
from tusoi.ballots.models import Poll, PollQuestion, Tally, Urn, UrnKey
from tusoi.ballots.operations.shared import move
from tusoi.cycles.models import Obligation
from tusoi.meetings import operations as meeting_operations
from tusoi.meetings.errors import VotesNotCounted
from tusoi.people.queries import system_account


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


def test_two_people_and_a_reason(scene):
    poll = opened(scene).poll
    calls = {"poll_id": poll.pk, "at": NOW}
    with pytest.raises(errors.VoidNotAsked):
        operations.agree_void(actor=scene.teller, **calls)
    with pytest.raises(errors.VoidNotAsked):
        operations.withdraw_void(actor=scene.teller, **calls)
    with pytest.raises(errors.ReasonMissing):
        operations.ask_void(reason="  ", actor=scene.binh, **calls)
    operations.ask_void(reason=" Mất một phiếu ", actor=scene.binh, **calls)
    with pytest.raises(errors.VoidAskedAlready):
        operations.ask_void(reason="x", actor=scene.teller, **calls)
    with pytest.raises(errors.VoidNeedsSecondPerson):
        operations.agree_void(actor=scene.binh, **calls)
    operations.withdraw_void(actor=scene.teller, **calls)
    operations.ask_void(reason="Mất một phiếu", actor=scene.binh, **calls)

    done = operations.agree_void(actor=scene.teller, **calls)

    assert (done.state, done.void_reason) == (PollState.VOID, "Mất một phiếu")
    assert AuditEvent.objects.get(action="ballots.void").note == "Mất một phiếu"
    for verb in (
        lambda: operations.ask_void(reason="x", actor=scene.binh, **calls),
        lambda: operations.withdraw_void(actor=scene.binh, **calls),
        lambda: operations.agree_void(actor=scene.binh, **calls),
    ):
        with pytest.raises(errors.PollIsVoid):
            verb()


def test_a_poll_that_was_not_opened_is_discarded_not_voided(scene):
    with pytest.raises(errors.WrongState):
        operations.ask_void(poll_id=prepared(scene).pk, reason="x", actor=scene.binh, at=NOW)


def test_what_a_void_poll_held_is_gone(scene):
    """K4: a second total of the same people less one would tell how that one voted."""
    made = coded(scene, answers=[("good",)] * 6)
    open_urn(scene, made)
    sign(scene, made.poll)

    void(scene, made.poll)

    poll = Poll.objects.get()
    assert not Urn.objects.exists()
    assert not UrnKey.objects.exists()
    assert not Tally.objects.exists()
    assert PollQuestion.objects.get().result is None
    assert (poll.issued_count, poll.returned_count) == (None, None)
    assert queries.results_of(poll) == ()


def test_once_a_level_is_decided_the_vote_stands(scene):
    poll = counted(scene, 1, 5)
    operations.ask_void(poll_id=poll.pk, reason="Đếm sót", actor=scene.binh, at=NOW)
    Obligation.objects.filter(questions__poll=poll).update(decided_at=NOW)

    with pytest.raises(errors.AlreadyDecided):
        operations.agree_void(poll_id=poll.pk, actor=scene.teller, at=NOW)
    operations.withdraw_void(poll_id=poll.pk, actor=scene.teller, at=NOW)
    with pytest.raises(errors.AlreadyDecided):
        operations.ask_void(poll_id=poll.pk, reason="x", actor=scene.binh, at=NOW)


@pytest.mark.parametrize("who", ["an", "dung", "board", "authority", "inspector", "administrator"])
def test_who_may_not_void(scene, who):
    poll = opened(scene).poll
    actor = getattr(scene.people, who)
    for verb in (
        lambda: operations.ask_void(poll_id=poll.pk, reason="x", actor=actor, at=NOW),
        lambda: operations.withdraw_void(poll_id=poll.pk, actor=actor, at=NOW),
        lambda: operations.agree_void(poll_id=poll.pk, actor=actor, at=NOW),
        lambda: operations.repeat_poll(poll_id=poll.pk, actor=actor, at=NOW),
        lambda: operations.unlock_urn(poll_id=poll.pk, reason="x", actor=actor, at=NOW),
        lambda: operations.destroy_key(poll_id=poll.pk, actor=actor, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            verb()


# The key


def test_the_key_is_destroyed_after_the_time_for_complaints(scene, settings):
    settings.TUSOI_BALLOT_COMPLAINT_DAYS = 30
    made = coded(scene, answers=[("good",)] * 6)
    open_urn(scene, made)
    calls = {"poll_id": made.poll.pk, "actor": scene.binh}
    with pytest.raises(errors.WrongState):
        operations.destroy_key(at=NOW, **calls)
    sign(scene, made.poll)
    with pytest.raises(errors.ComplaintsStillPossible):
        operations.destroy_key(at=NOW + dt.timedelta(days=29), **calls)

    later = NOW + dt.timedelta(days=30)
    poll = operations.destroy_key(at=later, **calls)

    urn = Urn.objects.get()
    assert not UrnKey.objects.exists()
    assert bytes(urn.burnt_codes) == bytes(urn.void_codes) == b""
    assert len(urn.sealed) == 6 * urn.sealed_size
    assert poll.key_destroyed_at == later
    assert AuditEvent.objects.get(action="ballots.destroy_key").note == ""
    assert queries.results_of(poll)[0].leading_level_id == "good"
    with pytest.raises(errors.KeyDestroyed):
        operations.destroy_key(at=later, **calls)


def test_keys_that_are_due_are_destroyed_by_themselves(scene):
    made = coded(scene, answers=[("good",)] * 6)
    open_urn(scene, made)
    sign(scene, made.poll)

    assert operations.destroy_due_keys(actor=system_account(), at=NOW) == 0
    later = NOW + dt.timedelta(days=31)
    assert operations.destroy_due_keys(actor=system_account(), at=later) == 1
    assert operations.destroy_due_keys(actor=system_account(), at=later) == 0


def test_papers_have_no_key_to_destroy(scene):
    poll = sign(scene, counted(scene, 1, 5))
    with pytest.raises(errors.KeyDestroyed):
        operations.destroy_key(poll_id=poll.pk, actor=scene.binh, at=NOW + dt.timedelta(days=40))


@pytest.mark.django_db(transaction=True)
def test_the_storage_is_cleaned_outside_a_transaction():
    scene = meetings.scene(more_members=4)
    made = opened(scene, mode=CODES)
    ballots.cast(made, made.codes[0], "good")
    ballots.close(scene, made.poll)
    void(scene, made.poll)

    operations.scrub_storage()

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            assert cursor.fetchone() == (1,)
    assert not Urn.objects.exists()


# The meeting


def test_a_meeting_is_not_closed_over_votes_that_are_not_signed(scene):
    poll = opened(scene).poll
    meeting = poll.meeting
    for item in meeting.items.filter(state="open"):
        meetings.conclude(scene, item)
    meeting.secretary_id = meeting.chair_id
    meeting.save()

    def close():
        return meeting_operations.close_meeting(
            meeting_id=meeting.pk, conclusion="", actor=scene.binh, at=NOW
        )

    with pytest.raises(VotesNotCounted) as refusal:
        close()
    assert refusal.value.names == (poll.questions.get().text,)
    void(scene, poll)
    assert close().state == "closed"


def test_no_step_leads_where_the_map_has_none(scene):
    poll = prepared(scene)

    with pytest.raises(errors.WrongState):
        move(poll, "sign", PollState.SIGNED, actor=scene.binh, at=NOW)
