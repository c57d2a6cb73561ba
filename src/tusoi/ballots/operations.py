"""Totals of paper ballots: called, entered twice by two people, reconciled, voided by two.

Nothing here takes part in choosing: people vote on paper in the room. What is stored are counts
of papers and of votes per level, and who typed them.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Max

from tusoi.audit import operations as audit
from tusoi.ballots.enums import RoundState
from tusoi.ballots.errors import (
    AlreadyDecided,
    FiguresDoNotAddUp,
    MeetingNotUnderWay,
    NobodyMayVote,
    NothingEntered,
    ReasonMissing,
    ReviewNotConcluded,
    RoundInForce,
    RoundIsVoid,
    RoundNotOpen,
    SubjectNotRated,
    TwoPeopleEnteredAlready,
    VoidAskedAlready,
    VoidNeedsSecondPerson,
    VoidNotAsked,
)
from tusoi.ballots.models import BallotRound, LevelCount, Tally
from tusoi.ballots.permissions import require_call, require_enter
from tusoi.ballots.queries import TallyFigures, figures_of, level_ids, problems_with
from tusoi.core.clock import local_day
from tusoi.meetings.enums import ItemState, MeetingState, Presence
from tusoi.meetings.models import ReviewMeeting
from tusoi.people.models import Account


ENTRIES = 2


@transaction.atomic
def open_round(
    *, meeting_id: int, obligation_id: int, actor: Account, at: dt.datetime
) -> BallotRound:
    """Call a vote on the level of a subject that the meeting has discussed.

    The number of those with a vote is taken now: who comes later waits for the next vote.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: there is nobody to hand papers to.
        ReviewNotConcluded: the meeting has not discussed the subject, or put it off.
        SubjectNotRated: the rules review the subject but do not rate it.
        NobodyMayVote: nobody with a vote is marked as present.
        RoundInForce: a vote was called already and not voided.
    """
    meeting = ReviewMeeting.objects.select_for_update().get(pk=meeting_id)
    require_call(actor, unit_id=meeting.unit_id, on=local_day(at))
    if meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay
    item = meeting.items.filter(obligation_id=obligation_id, state=ItemState.CONCLUDED).first()
    if item is None:
        raise ReviewNotConcluded
    if not item.obligation.is_rateable:
        raise SubjectNotRated
    voters = meeting.attendances.filter(has_vote=True, presence=Presence.PRESENT).count()
    if not voters:
        raise NobodyMayVote
    ballot_round = BallotRound.objects.create(
        meeting=meeting,
        obligation=item.obligation,
        number=_next_number(meeting, obligation_id),
        voter_count=voters,
        opened_at=at,
        opened_by=actor,
    )
    _record("open", ballot_round, actor=actor, at=at, to_state=RoundState.OPEN)
    return ballot_round


@transaction.atomic
def enter_tally(
    *, round_id: int, figures: TallyFigures, actor: Account, at: dt.datetime
) -> BallotRound:
    """Enter what one person counted; a second, equal entry of somebody else makes it count.

    Unequal entries stay and may be typed anew by those two. Neither the refusals nor the log say
    anything about the figures of the other.

    Raises:
        NotPermitted: the actor may not enter totals for the unit.
        RoundNotOpen: it was reconciled or voided.
        ReviewNotConcluded: the meeting took its conclusion back.
        FiguresDoNotAddUp: an equation of the sheet does not hold; it lists which.
        TwoPeopleEnteredAlready: two others have.
    """
    ballot_round = _locked(round_id, actor=actor, at=at)
    if ballot_round.state != RoundState.OPEN:
        raise RoundNotOpen
    _must_be_concluded(ballot_round)
    problems = problems_with(
        figures,
        voter_count=ballot_round.voter_count,
        levels=level_ids(ballot_round.obligation.cycle),
    )
    if problems:
        raise FiguresDoNotAddUp(problems)
    tally = _own_place(ballot_round, actor)
    verb = "reenter" if tally.pk else "enter"
    _write(tally, figures, at=at)
    _record(verb, ballot_round, actor=actor, at=at)
    _reconcile(ballot_round, actor=actor, at=at)
    return ballot_round


@transaction.atomic
def withdraw_tally(*, round_id: int, actor: Account, at: dt.datetime) -> BallotRound:
    """Take the own entry back, so that somebody else can enter in this place.

    Raises:
        NotPermitted: the actor may not enter totals for the unit.
        RoundNotOpen: it was reconciled or voided.
        NothingEntered: the actor has no entry.
    """
    ballot_round = _locked(round_id, actor=actor, at=at)
    if ballot_round.state != RoundState.OPEN:
        raise RoundNotOpen
    deleted, _by_model = ballot_round.tallies.filter(entered_by=actor).delete()
    if not deleted:
        raise NothingEntered
    _record("withdraw", ballot_round, actor=actor, at=at)
    return ballot_round


@transaction.atomic
def ask_void(*, round_id: int, reason: str, actor: Account, at: dt.datetime) -> BallotRound:
    """Ask that a vote be voided and held again; a second person has to agree.

    Raises:
        NotPermitted: the actor may not enter totals for the unit.
        RoundIsVoid: it is void already.
        AlreadyDecided: a level was decided on it.
        VoidAskedAlready: somebody asked before.
        ReasonMissing: no reason was given.
    """
    ballot_round = _locked(round_id, actor=actor, at=at)
    _must_be_voidable(ballot_round)
    if ballot_round.void_asked_at is not None:
        raise VoidAskedAlready
    if not reason.strip():
        raise ReasonMissing
    ballot_round.void_reason = reason.strip()
    ballot_round.void_asked_at, ballot_round.void_asked_by = at, actor
    ballot_round.save()
    _record("void_ask", ballot_round, actor=actor, at=at, note=ballot_round.void_reason)
    return ballot_round


@transaction.atomic
def withdraw_void(*, round_id: int, actor: Account, at: dt.datetime) -> BallotRound:
    """Take the request back, or turn it down: the vote stands.

    Raises:
        NotPermitted: the actor may not enter totals for the unit.
        RoundIsVoid: a second person has agreed already.
        VoidNotAsked: nobody asked.
    """
    ballot_round = _locked(round_id, actor=actor, at=at)
    _must_not_be_void(ballot_round)
    if ballot_round.void_asked_at is None:
        raise VoidNotAsked
    ballot_round.void_reason = ""
    ballot_round.void_asked_at, ballot_round.void_asked_by = None, None
    ballot_round.save()
    _record("void_withdraw", ballot_round, actor=actor, at=at)
    return ballot_round


@transaction.atomic
def void_round(*, round_id: int, actor: Account, at: dt.datetime) -> BallotRound:
    """Agree, as the second person, that a vote is void; its totals no longer count.

    Raises:
        NotPermitted: the actor may not enter totals for the unit.
        RoundIsVoid: it is void already.
        AlreadyDecided: a level was decided on it.
        VoidNotAsked: nobody asked.
        VoidNeedsSecondPerson: the actor is the one who asked.
    """
    ballot_round = _locked(round_id, actor=actor, at=at)
    _must_be_voidable(ballot_round)
    if ballot_round.void_asked_at is None:
        raise VoidNotAsked
    if ballot_round.void_asked_by_id == actor.pk:
        raise VoidNeedsSecondPerson
    before = ballot_round.state
    ballot_round.state = RoundState.VOID
    ballot_round.voided_at, ballot_round.voided_by = at, actor
    ballot_round.save()
    _record(
        "void",
        ballot_round,
        actor=actor,
        at=at,
        from_state=before,
        to_state=RoundState.VOID,
        note=ballot_round.void_reason,
    )
    return ballot_round


def _locked(round_id: int, *, actor: Account, at: dt.datetime) -> BallotRound:
    ballot_round = BallotRound.objects.select_for_update().get(pk=round_id)
    require_enter(actor, unit_id=ballot_round.meeting.unit_id, on=local_day(at))
    return ballot_round


def _next_number(meeting: ReviewMeeting, obligation_id: int) -> int:
    rounds = BallotRound.objects.filter(meeting=meeting, obligation_id=obligation_id)
    if rounds.exclude(state=RoundState.VOID).exists():
        raise RoundInForce
    last = rounds.aggregate(last=Max("number"))["last"] or 0
    return int(last) + 1


def _must_be_concluded(ballot_round: BallotRound) -> None:
    concluded = ballot_round.meeting.items.filter(
        obligation_id=ballot_round.obligation_id, state=ItemState.CONCLUDED
    )
    if not concluded.exists():
        raise ReviewNotConcluded


def _must_not_be_void(ballot_round: BallotRound) -> None:
    if ballot_round.state == RoundState.VOID:
        raise RoundIsVoid


def _must_be_voidable(ballot_round: BallotRound) -> None:
    _must_not_be_void(ballot_round)
    if ballot_round.obligation.decided_at is not None:
        raise AlreadyDecided


def _own_place(ballot_round: BallotRound, actor: Account) -> Tally:
    """Return the actor's entry, or the free place of the two."""
    tallies = {one.entry: one for one in ballot_round.tallies.all()}
    for tally in tallies.values():
        if tally.entered_by_id == actor.pk:
            tally.correction_count += 1
            return tally
    if len(tallies) >= ENTRIES:
        raise TwoPeopleEnteredAlready
    return Tally(round=ballot_round, entry=2 if 1 in tallies else 1, entered_by=actor)


def _write(tally: Tally, figures: TallyFigures, *, at: dt.datetime) -> None:
    tally.issued_count = figures.issued_count
    tally.returned_count = figures.returned_count
    tally.valid_count = figures.valid_count
    tally.invalid_count = figures.invalid_count
    tally.entered_at = at
    tally.save()
    tally.counts.all().delete()
    LevelCount.objects.bulk_create(
        LevelCount(tally=tally, level_id=level_id, vote_count=count)
        for level_id, count in figures.votes.items()
    )


def _reconcile(ballot_round: BallotRound, *, actor: Account, at: dt.datetime) -> None:
    tallies = list(ballot_round.tallies.prefetch_related("counts"))
    if len(tallies) < ENTRIES:
        return
    first, second = (figures_of(one).rows() for one in tallies)
    if first != second:
        _record("differ", ballot_round, actor=actor, at=at)
        return
    ballot_round.state = RoundState.RECONCILED
    ballot_round.reconciled_at, ballot_round.reconciled_by = at, actor
    ballot_round.save()
    _record(
        "reconcile",
        ballot_round,
        actor=actor,
        at=at,
        from_state=RoundState.OPEN,
        to_state=RoundState.RECONCILED,
    )


def _record(  # noqa: PLR0913 -- the parts of a log line
    verb: str,
    ballot_round: BallotRound,
    *,
    actor: Account,
    at: dt.datetime,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> None:
    """Write the log; never a figure, which would be an interim result."""
    audit.record(
        actor=actor,
        at=at,
        action=f"ballots.{verb}",
        obj=ballot_round,
        unit_id=ballot_round.meeting.unit_id,
        from_state=from_state,
        to_state=to_state,
        note=note,
    )
