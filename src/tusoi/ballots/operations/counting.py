"""From the last ballot to signed minutes: closed, counted by two, opened by two, signed."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

from django.db import transaction

from tusoi.ballots.enums import COUNTED_STATES, PollState
from tusoi.ballots.errors import (
    BallotError,
    CountDiffers,
    FiguresDoNotAddUp,
    KeyDestroyed,
    NothingEntered,
    ReviewNotConcluded,
    SignersMissing,
    TalliesDoNotAgree,
    TwoPeopleEnteredAlready,
    UrnDamaged,
    UrnLocked,
    UrnNotLocked,
    WordsNotRight,
)
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Tally, Urn, UrnKey
from tusoi.ballots.operations.opening import config_digest
from tusoi.ballots.operations.shared import (
    called_poll,
    counted_poll,
    move,
    must_be_in,
    needed_reason,
    record,
    scrub_when_done,
)
from tusoi.ballots.queries import (
    BallotNotReadable,
    QuestionCounts,
    TallyFigures,
    agreed_figures,
    count_ballots,
    figures_of,
    pieces,
    problems_with,
    question_adds_up,
    sheet_facts,
)
from tusoi.core import sealing
from tusoi.meetings.enums import ItemState
from tusoi.people.models import Account, Person


ENTRIES: Final = 2
WRONG_TRIES: Final = 5
Words = tuple[int, str]


@transaction.atomic
def close_poll(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Close the vote; whoever did not vote has not voted. Closing once more changes nothing.

    The mark of the urn is taken now: from here on no ballot comes in or goes.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it was never opened.
        PollIsVoid: it was voided.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.OPEN, PollState.CLOSED, *COUNTED_STATES})
    if poll.state != PollState.OPEN:
        return poll
    urn = Urn.objects.filter(poll=poll).first()
    if urn is not None:
        poll.urn_digest = sealing.digest(bytes(urn.sealed))
        # What was not used is worth nothing from now on; what was used still answers a retry.
        urn.free_codes = urn.spare_codes = b""
        urn.save(update_fields=["free_codes", "spare_codes"])
    poll.closed_at, poll.closed_by = at, actor
    move(poll, "close", PollState.CLOSED, actor=actor, at=at)
    scrub_when_done()
    return poll


@transaction.atomic
def enter_tally(*, poll_id: int, figures: TallyFigures, actor: Account, at: dt.datetime) -> Poll:
    """Enter what one person counted by hand; a second, equal entry of somebody else counts.

    Unequal entries stay and may be typed anew by those two. Neither the refusals nor the log say
    anything about the figures of the other. Where all voted on paper the poll is then counted.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it is not closed, or counted already.
        ReviewNotConcluded: the meeting took a conclusion back.
        FiguresDoNotAddUp: an equation of the sheet does not hold; it lists which.
        TwoPeopleEnteredAlready: two others have.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.CLOSED})
    _must_be_concluded(poll)
    problems = problems_with(figures, sheet_facts(poll))
    if problems:
        raise FiguresDoNotAddUp(problems)
    tally = _own_place(poll, actor)
    verb = "reenter" if tally.pk else "enter"
    _write(tally, figures, at=at)
    record(verb, poll, actor=actor, at=at)
    tallies = list(poll.tallies.all())
    agreed = agreed_figures(tallies)
    if agreed is None:
        if len(tallies) == ENTRIES:
            record("differ", poll, actor=actor, at=at)
        return poll
    record("agree", poll, actor=actor, at=at)
    if not poll.has_codes:
        _count(poll, agreed, electronic={}, actor=actor, at=at)
    return poll


@transaction.atomic
def withdraw_tally(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Take the own entry back, so that somebody else can enter in this place.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it is not closed, or counted already.
        NothingEntered: the actor has no entry.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.CLOSED})
    deleted, _by_model = poll.tallies.filter(entered_by=actor).delete()
    if not deleted:
        raise NothingEntered
    record("withdraw", poll, actor=actor, at=at)
    return poll


def open_urn(*, poll_id: int, words: tuple[Words, Words], actor: Account, at: dt.datetime) -> Poll:
    """Open the urn with the words of two holders, add up, and keep nothing but the totals.

    Papers and codes are joined before anybody sees either. `words` are places among the holders
    with what was typed. Wrong words are counted; the fifth time the urn is locked.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it is not closed, or counted already.
        TalliesDoNotAgree: two people have not counted the box alike yet.
        WordsNotRight, UrnLocked: it was not opened.
        UrnDamaged: it does not hold what it held when it was closed.
    """
    poll, refusal = _open_urn(poll_id, words, actor=actor, at=at)
    if refusal is not None:
        raise refusal
    return poll


@transaction.atomic
def _open_urn(
    poll_id: int, words: tuple[Words, Words], *, actor: Account, at: dt.datetime
) -> tuple[Poll, BallotError | None]:
    """Return a refusal where a raised one would also take back that a try was counted."""
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.CLOSED})
    agreed = agreed_figures(list(poll.tallies.all()))
    if agreed is None or not poll.has_codes:
        raise TalliesDoNotAgree
    secret, refusal = _secret(poll, words, actor=actor, at=at)
    if refusal is None:
        _count(poll, agreed, electronic=_opened(poll, secret), actor=actor, at=at)
    return poll, refusal


def check_count(
    *, poll_id: int, words: tuple[Words, Words], actor: Account, at: dt.datetime
) -> Poll:
    """Open the urn once more within the time for complaints; the same totals must come out.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: it was not counted.
        KeyDestroyed: the time is over, or all voted on paper.
        WordsNotRight, UrnLocked: it was not opened.
        UrnDamaged, CountDiffers: the urn or the minutes are not what they were.
    """
    poll, refusal = _check_count(poll_id, words, actor=actor, at=at)
    if refusal is not None:
        raise refusal
    return poll


@transaction.atomic
def _check_count(
    poll_id: int, words: tuple[Words, Words], *, actor: Account, at: dt.datetime
) -> tuple[Poll, BallotError | None]:
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, COUNTED_STATES)
    if not UrnKey.objects.filter(poll=poll).exists():
        raise KeyDestroyed
    secret, refusal = _secret(poll, words, actor=actor, at=at)
    if refusal is not None:
        return poll, refusal
    agreed = agreed_figures(list(poll.tallies.all()))
    if agreed is None or not _is_the_same(poll, _joined(agreed, _opened(poll, secret))):
        record("recount_differs", poll, actor=actor, at=at)
        return poll, CountDiffers()
    record("recount", poll, actor=actor, at=at)
    return poll, None


@transaction.atomic
def unlock_urn(*, poll_id: int, reason: str, actor: Account, at: dt.datetime) -> Poll:
    """Let words be tried again after five wrong tries; whoever holds the meeting says why.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        UrnNotLocked: there is nothing to unlock.
        ReasonMissing: no reason was given.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    key = UrnKey.objects.filter(poll=poll, wrong_count__gte=WRONG_TRIES).first()
    if key is None:
        raise UrnNotLocked
    reason = needed_reason(reason)
    key.wrong_count = 0
    key.save(update_fields=["wrong_count"])
    record("unlock", poll, actor=actor, at=at, note=reason)
    return poll


@transaction.atomic
def sign_poll(
    *, poll_id: int, signer_ids: Collection[int], actor: Account, at: dt.datetime
) -> Poll:
    """Record that the tally minutes were signed; every equation has to hold once more.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: it is not counted, or signed already.
        SignersMissing: the chair or a teller did not sign.
        FiguresDoNotAddUp: an equation does not hold; it lists which.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.COUNTED})
    roster = PollRoster.objects.get(poll=poll)
    needed = [roster.chair, *roster.tellers]
    if set(signer_ids) != set(needed):
        raise SignersMissing
    problems = _problems(poll)
    if problems:
        raise FiguresDoNotAddUp(problems)
    names = Person.objects.in_bulk(needed)
    poll.signers = [names[one].full_name for one in needed]
    poll.signed_at, poll.signed_by = at, actor
    move(poll, "sign", PollState.SIGNED, actor=actor, at=at)
    return poll


# Inside


def _must_be_concluded(poll: Poll) -> None:
    subjects = poll.questions.filter(obligation__isnull=False)
    concluded = poll.meeting.items.filter(
        obligation__in=subjects.values("obligation"), state=ItemState.CONCLUDED
    )
    if concluded.count() != subjects.count():
        raise ReviewNotConcluded


def _own_place(poll: Poll, actor: Account) -> Tally:
    """Return the actor's entry, or the free place of the two."""
    tallies = {one.entry: one for one in poll.tallies.all()}
    for tally in tallies.values():
        if tally.entered_by_id == actor.pk:
            tally.correction_count += 1
            return tally
    if len(tallies) >= ENTRIES:
        raise TwoPeopleEnteredAlready
    return Tally(poll=poll, entry=2 if 1 in tallies else 1, entered_by=actor)


def _write(tally: Tally, figures: TallyFigures, *, at: dt.datetime) -> None:
    tally.issued_count = figures.issued_count
    tally.returned_count = figures.returned_count
    tally.slip_count = figures.slip_count
    tally.unused_count = figures.unused_count
    tally.counts = {str(key): one.as_record() for key, one in figures.counts.items()}
    tally.entered_at = at
    tally.save()


def _secret(
    poll: Poll, words: Sequence[Words], *, actor: Account, at: dt.datetime
) -> tuple[bytes, BallotError | None]:
    """Return the urn's key; a wrong try is counted and logged, without what was typed."""
    key = UrnKey.objects.get(poll=poll)
    if key.wrong_count >= WRONG_TRIES:
        return b"", UrnLocked()
    try:
        secret = sealing.unwrap(key.wrapped, words[0], words[1])
    except sealing.NotOpened:
        key.wrong_count += 1
        key.save(update_fields=["wrong_count"])
        record("wrong_words", poll, actor=actor, at=at)
        left = WRONG_TRIES - key.wrong_count
        return b"", WordsNotRight(left) if left else UrnLocked()
    if key.wrong_count:
        key.wrong_count = 0
        key.save(update_fields=["wrong_count"])
    return secret, None


def _opened(poll: Poll, secret: bytes) -> dict[int, QuestionCounts]:
    """Open every ballot in memory and add up; the plain texts end with this function."""
    urn = Urn.objects.get(poll=poll)
    questions = list(poll.questions.order_by("position"))
    sealed = pieces(urn.sealed, urn.sealed_size)
    roster = PollRoster.objects.get(poll=poll)
    if (
        sealing.digest(bytes(urn.sealed)) != poll.urn_digest
        or len(sealed) != urn.ballot_count
        or config_digest(poll, questions, roster) != poll.config_digest
    ):
        raise UrnDamaged
    try:
        return count_ballots(questions, (sealing.unseal(secret, one) for one in sealed))
    except (sealing.NotOpened, BallotNotReadable):
        raise UrnDamaged from None


def _joined(
    agreed: TallyFigures, electronic: dict[int, QuestionCounts]
) -> dict[int, QuestionCounts]:
    none = QuestionCounts({})
    return {
        key: electronic.get(key, none).plus(agreed.counts.get(key, none))
        for key in dict.fromkeys([*electronic, *agreed.counts])
    }


def _count(
    poll: Poll,
    agreed: TallyFigures,
    *,
    electronic: dict[int, QuestionCounts],
    actor: Account,
    at: dt.datetime,
) -> None:
    problems = problems_with(agreed, sheet_facts(poll))
    if problems:
        raise FiguresDoNotAddUp(problems)
    for question_id, counts in _joined(agreed, electronic).items():
        PollQuestion.objects.filter(pk=question_id, poll=poll).update(result=counts.as_record())
    poll.issued_count = agreed.issued_count
    poll.returned_count = agreed.returned_count + agreed.slip_count
    poll.counted_at, poll.counted_by = at, actor
    move(poll, "count", PollState.COUNTED, actor=actor, at=at)


def _is_the_same(poll: Poll, counts: dict[int, QuestionCounts]) -> bool:
    kept = {one.pk: one.result for one in poll.questions.all()}
    return kept == {key: one.as_record() for key, one in counts.items()}


def _problems(poll: Poll) -> list[str]:
    """Hold everything that will be signed against everything else, as it is stored now."""
    tallies = list(poll.tallies.all())
    agreed = agreed_figures(tallies)
    if agreed is None:
        return [str(TalliesDoNotAgree())]
    problems = problems_with(agreed, sheet_facts(poll))
    returned = agreed.returned_count + agreed.slip_count
    if (poll.issued_count, poll.returned_count) != (figures_of(tallies[0]).issued_count, returned):
        problems.append(str(CountDiffers()))
    for question in poll.questions.order_by("position"):
        result = question.result or {"options": {}, "blank": 0, "invalid": 0}
        counts = QuestionCounts(result["options"], result["blank"], result["invalid"])
        if not question_adds_up(question, counts, returned):
            problems.append(str(CountDiffers()))
    return list(dict.fromkeys(problems))
