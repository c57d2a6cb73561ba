"""A vote counts when two people counted alike; nothing is known before."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.factories import access, ballots, meetings, people
from tests.factories.ballots import enter, figures, open_round, reconciled
from tests.factories.meetings import NOW
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import ROUND_TRANSITIONS, RoundState
from tusoi.ballots.models import BallotRound, Tally
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import Obligation
from tusoi.cycles.operations import record_step
from tusoi.meetings import operations as meeting_operations
from tusoi.meetings.errors import VotesNotCounted


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def events(action):
    return AuditEvent.objects.filter(action=f"ballots.{action}")


# Calling a vote


def test_a_vote_takes_the_number_of_those_present():
    scene = meetings.scene(more_members=3)

    made = open_round(scene)

    assert (made.state, made.number, made.voter_count) == (RoundState.OPEN, 1, 5)
    assert events("open").get().to_state == RoundState.OPEN


def test_a_vote_waits_for_the_conclusion_and_the_meeting():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    with pytest.raises(errors.MeetingNotUnderWay):
        open_round(scene, item)
    meetings.everybody_present(meeting, scene.binh)
    meeting_operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.ReviewNotConcluded):
        open_round(scene, item)


def test_a_subject_that_is_not_rated_is_not_voted_on():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    Obligation.objects.filter(pk=item.obligation_id).update(is_rateable=False)

    with pytest.raises(errors.SubjectNotRated):
        open_round(scene, item)


def test_without_voters_there_is_no_vote():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    item.meeting.attendances.update(has_vote=False)

    with pytest.raises(errors.NobodyMayVote):
        open_round(scene, item)


def test_only_one_vote_is_in_force():
    scene = meetings.scene()
    made = open_round(scene)

    with pytest.raises(errors.RoundInForce):
        operations.open_round(
            meeting_id=made.meeting_id,
            obligation_id=made.obligation_id,
            actor=scene.binh,
            at=NOW,
        )


CAST = pytest.mark.parametrize(
    ("who", "may"),
    [
        ("an", False),
        ("binh", True),
        ("cuc", True),
        ("dung", False),
        ("board", False),
        ("authority", False),
        ("inspector", False),
        ("administrator", False),
        ("outsider", False),
    ],
)


@CAST
def test_who_may_call_enter_and_void(who, may):
    scene = meetings.scene(more_members=3)
    item = meetings.concluded(scene)
    actor = getattr(scene.people, who)
    if not may:
        with pytest.raises(NotPermitted):
            open_round(scene, item, actor=actor)
    made = open_round(scene, item, actor=actor if may else scene.binh)
    verbs = [
        lambda: enter(made, actor, figures(5)),
        lambda: operations.withdraw_tally(round_id=made.pk, actor=actor, at=NOW),
        lambda: operations.ask_void(round_id=made.pk, reason="x", actor=actor, at=NOW),
        lambda: operations.withdraw_void(round_id=made.pk, actor=actor, at=NOW),
        lambda: operations.ask_void(round_id=made.pk, reason="x", actor=scene.teller, at=NOW),
        lambda: operations.void_round(round_id=made.pk, actor=actor, at=NOW),
    ]
    for number, verb in enumerate(verbs):
        if may or number == 4:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()
    made.refresh_from_db()
    assert (made.state == RoundState.VOID) is may


# Entering


def test_two_equal_entries_reconcile():
    scene = meetings.scene(more_members=4)
    made = open_round(scene)

    enter(made, scene.binh, figures(1, 4, 0, 0, invalid=1))
    made.refresh_from_db()
    assert made.state == RoundState.OPEN
    assert queries.reconciled_counts(made.obligation) is None
    enter(made, scene.teller, figures(1, 4, 0, 0, invalid=1))

    made.refresh_from_db()
    assert (made.state, made.reconciled_at, made.reconciled_by) == (
        RoundState.RECONCILED,
        NOW,
        scene.teller,
    )
    counts = queries.reconciled_counts(made.obligation)
    assert [(one.level_id, one.count) for one in counts.votes] == [
        ("excellent", 1),
        ("good", 4),
        ("satisfactory", 0),
        ("unsatisfactory", 0),
    ]
    assert (counts.voter_count, counts.issued_count, counts.returned_count) == (6, 6, 6)
    assert (counts.valid_count, counts.invalid_count, counts.number) == (5, 1, 1)
    assert events("reconcile").get().to_state == RoundState.RECONCILED
    with pytest.raises(errors.RoundNotOpen):
        enter(made, scene.binh, figures(6))


def test_one_person_alone_never_reconciles():
    scene = meetings.scene(more_members=3)
    made = open_round(scene)

    enter(made, scene.binh, figures(5))
    enter(made, scene.binh, figures(5))

    made.refresh_from_db()
    assert made.state == RoundState.OPEN
    assert queries.entry_count(made) == 1
    assert queries.own_tally(made, scene.binh).correction_count == 1
    assert events("enter").count() == events("reenter").count() == 1


def test_unequal_entries_are_shown_to_both_only_after_both_entered():
    scene = meetings.scene(more_members=3)
    made = open_round(scene)

    enter(made, scene.binh, figures(1, 4))
    assert queries.differing_rows(made, scene.teller) == []
    assert queries.differing_rows(made, scene.binh) == []
    assert queries.own_tally(made, scene.teller) is None
    enter(made, scene.teller, figures(2, 3))

    made.refresh_from_db()
    assert made.state == RoundState.OPEN
    assert queries.differing_rows(made, scene.binh) == [
        queries.DifferingRow("level:excellent", own_count=1),
        queries.DifferingRow("level:good", own_count=4),
    ]
    assert queries.differing_rows(made, scene.teller) == [
        queries.DifferingRow("level:excellent", own_count=2),
        queries.DifferingRow("level:good", own_count=3),
    ]
    assert queries.differing_rows(made, scene.people.cuc) == []
    assert queries.reconciled_counts(made.obligation) is None
    assert events("differ").count() == 1

    enter(made, scene.binh, figures(2, 3))

    made.refresh_from_db()
    assert made.state == RoundState.RECONCILED
    assert made.tallies.get(entered_by=scene.binh).correction_count == 1


def test_a_third_person_enters_only_in_a_place_that_was_given_up():
    scene = meetings.scene(more_members=3)
    made = open_round(scene)
    enter(made, scene.binh, figures(1, 4))
    enter(made, scene.teller, figures(2, 3))
    with pytest.raises(errors.TwoPeopleEnteredAlready):
        enter(made, scene.people.cuc, figures(2, 3))
    with pytest.raises(errors.NothingEntered):
        operations.withdraw_tally(round_id=made.pk, actor=scene.people.cuc, at=NOW)

    operations.withdraw_tally(round_id=made.pk, actor=scene.binh, at=NOW)
    enter(made, scene.people.cuc, figures(2, 3))

    made.refresh_from_db()
    assert made.state == RoundState.RECONCILED
    assert events("withdraw").count() == 1
    with pytest.raises(errors.RoundNotOpen):
        operations.withdraw_tally(round_id=made.pk, actor=scene.people.cuc, at=NOW)


@pytest.mark.parametrize(
    ("sheet", "problem_count"),
    [
        (figures(issued=0, returned=0), 1),
        (figures(6), 1),
        (figures(4, issued=3), 1),
        (figures(4, returned=5), 1),
        (figures(4, valid=3), 1),
        (figures(-1, 5), 1),
        (figures(7, issued=6, returned=8, valid=9), 4),
        (queries.TallyFigures(5, 5, 5, 0, {"excellent": 5}), 1),
        (queries.TallyFigures(5, 5, 5, 0, {**figures(5).votes, "superb": 0}), 1),
    ],
)
def test_every_equation_that_does_not_hold_is_named(sheet, problem_count):
    scene = meetings.scene(more_members=3)
    made = open_round(scene)

    with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
        enter(made, scene.binh, sheet)

    assert len(refusal.value.problems) == problem_count
    assert all(one.endswith(".") for one in refusal.value.problems)
    assert not Tally.objects.exists()


def test_an_entry_waits_while_the_conclusion_is_taken_back():
    scene = meetings.scene(more_members=3)
    item = meetings.concluded(scene)
    made = open_round(scene, item)
    meeting_operations.reopen_item(item_id=item.pk, reason="x", actor=scene.binh, at=NOW)

    with pytest.raises(errors.ReviewNotConcluded):
        enter(made, scene.binh, figures(5))


def test_the_log_holds_no_figure():
    scene = meetings.scene(more_members=3)
    made = open_round(scene)
    enter(made, scene.binh, figures(1, 4))
    enter(made, scene.teller, figures(2, 3))
    enter(made, scene.teller, figures(1, 4))

    assert events("enter").count() + events("reenter").count() == 3
    for event in AuditEvent.objects.filter(action__startswith="ballots."):
        assert event.note == ""
        assert event.from_state in {"", *RoundState.values}
        assert event.to_state in {"", *RoundState.values}


# Voiding


def ask(made, actor, reason="Đếm sót phiếu"):
    return operations.ask_void(round_id=made.pk, reason=reason, actor=actor, at=NOW)


def void(made, actor):
    return operations.void_round(round_id=made.pk, actor=actor, at=NOW)


def test_two_people_void_and_the_vote_is_held_again():
    scene = meetings.scene(more_members=3)
    made = reconciled(scene, figures(5))
    with pytest.raises(errors.VoidNotAsked):
        void(made, scene.teller)
    with pytest.raises(errors.ReasonMissing):
        ask(made, scene.binh, " ")

    ask(made, scene.binh)
    assert queries.reconciled_counts(made.obligation) is not None
    with pytest.raises(errors.VoidAskedAlready):
        ask(made, scene.teller)
    with pytest.raises(errors.VoidNeedsSecondPerson):
        void(made, scene.binh)
    void(made, scene.teller)

    made.refresh_from_db()
    assert (made.state, made.void_reason, made.voided_by) == (
        RoundState.VOID,
        "Đếm sót phiếu",
        scene.teller,
    )
    assert queries.reconciled_counts(made.obligation) is None
    event = events("void").get()
    assert (event.from_state, event.to_state, event.note) == (
        RoundState.RECONCILED,
        RoundState.VOID,
        "Đếm sót phiếu",
    )
    assert RoundState.VOID in ROUND_TRANSITIONS[RoundState.RECONCILED]
    again = operations.open_round(
        meeting_id=made.meeting_id, obligation_id=made.obligation_id, actor=scene.binh, at=NOW
    )
    assert again.number == 2
    for verb in (
        lambda: ask(made, scene.binh),
        lambda: void(made, scene.teller),
        lambda: operations.withdraw_void(round_id=made.pk, actor=scene.binh, at=NOW),
    ):
        with pytest.raises(errors.RoundIsVoid):
            verb()


def test_a_request_to_void_is_taken_back():
    scene = meetings.scene(more_members=3)
    made = open_round(scene)
    with pytest.raises(errors.VoidNotAsked):
        operations.withdraw_void(round_id=made.pk, actor=scene.binh, at=NOW)
    ask(made, scene.binh)

    operations.withdraw_void(round_id=made.pk, actor=scene.teller, at=NOW)

    made.refresh_from_db()
    assert (made.void_asked_at, made.void_reason) == (None, "")
    assert events("void_withdraw").count() == 1
    with pytest.raises(errors.VoidNotAsked):
        void(made, scene.teller)


def test_a_vote_on_which_a_decision_rests_stays():
    scene = meetings.scene(more_members=3)
    made = reconciled(scene, figures(5))
    record_step(
        obligation_id=made.obligation_id, step=ProgressStep.DECIDED, actor=scene.binh, at=NOW
    )

    with pytest.raises(errors.AlreadyDecided):
        ask(made, scene.binh)


@pytest.mark.parametrize(
    "change",
    [
        {"state": RoundState.RECONCILED},
        {"state": RoundState.VOID},
        {"void_asked_at": NOW},
        {"reconciled_at": NOW},
    ],
)
def test_the_database_keeps_state_and_moment_together(change):
    scene = meetings.scene()
    made = open_round(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        BallotRound.objects.filter(pk=made.pk).update(**change)


def test_the_database_refuses_a_void_by_one_person():
    scene = meetings.scene()
    made = open_round(scene)
    ask(made, scene.binh)

    with pytest.raises(IntegrityError), transaction.atomic():
        BallotRound.objects.filter(pk=made.pk).update(
            state=RoundState.VOID, voided_at=NOW, voided_by=scene.binh
        )


def test_names_for_people():
    scene = meetings.scene(more_members=3)
    made = reconciled(scene, figures(5))
    tally = made.tallies.first()

    assert str(made) == f"{made.obligation} (1)"
    assert str(tally).endswith(f"#{tally.entry}")
    assert str(tally.counts.get(level_id="good")) == "good: 0"


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_the_same_moment_reconcile_once():
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads cannot share this database in memory; a file or PostgreSQL shows it")
    scene = meetings.scene(more_members=3)
    made = open_round(scene)
    third = people.account(username="third")
    access.grant(third, RoleKey.CELL_COMMITTEE, scene.people.cell)
    start = threading.Barrier(3)
    outcomes = []

    def type_in(actor):
        try:
            start.wait()
            enter(made, actor, figures(5))
            outcomes.append("entered")
        except (errors.RoundNotOpen, errors.TwoPeopleEnteredAlready):
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=type_in, args=(actor,))
        for actor in (scene.binh, scene.teller, third)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made.refresh_from_db()
    assert sorted(outcomes) == ["entered", "entered", "refused"]
    assert made.state == RoundState.RECONCILED
    assert queries.entry_count(made) == 2
    assert events("reconcile").count() == 1
    assert tuple(queries.level_ids(scene.cycle)) == ballots.LEVELS


# The end of the meeting


def _closed(scene, meeting):
    left = meeting.items.filter(state="open")
    for item in left:
        meeting_operations.postpone_item(item_id=item.pk, reason="Hoãn", actor=scene.binh, at=NOW)
    meeting_operations.set_officers(
        meeting_id=meeting.pk,
        chair_id=scene.people.binh.person_id,
        secretary_id=scene.people.an_person.pk,
        actor=scene.binh,
        at=NOW,
    )
    return meeting_operations.close_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


@pytest.mark.parametrize("counts", [0, 1, 2])
def test_a_meeting_does_not_end_over_a_vote_that_is_not_counted(counts):
    scene = meetings.scene(more_members=2)
    made = open_round(scene)
    for teller, sheet in ((scene.binh, figures(0, 4)), (scene.teller, figures(1, 3)))[:counts]:
        enter(made, teller, sheet)

    with pytest.raises(VotesNotCounted) as refusal:
        _closed(scene, made.meeting)

    assert refusal.value.names == (made.obligation.name,)
    operations.ask_void(round_id=made.pk, reason="Đếm lại", actor=scene.binh, at=NOW)
    operations.void_round(round_id=made.pk, actor=scene.teller, at=NOW)
    assert _closed(scene, made.meeting).state == "closed"
