"""From a prepared poll to one in which people vote; practice before it, slips during it."""

import datetime as dt
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tusoi.ballots.enums import PollMode, PollState
from tusoi.ballots.errors import (
    AttendanceNotTaken,
    CodeUnknown,
    CodeUsed,
    MeetingNotUnderWay,
    NobodyMayVote,
    NoChair,
    NoQuestions,
    NoSpares,
    NotOnTheRoster,
    PaperPartTooSmall,
    RehearsalNeedsCodes,
    ReviewNotConcluded,
    SparesAsked,
    SparesNeedSecondPerson,
    SparesNotAsked,
    TellerIsRated,
    TellersMissing,
    WarningNotRead,
)
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Urn, UrnKey
from tusoi.ballots.operations.shared import called_poll, counted_poll, move, must_be_in, record
from tusoi.ballots.queries import (
    SMALL_BODY,
    PollRules,
    ballot_size,
    pieces,
    rules_of,
    run_of,
    voters_present,
)
from tusoi.core import sealing
from tusoi.meetings.enums import ItemState, MeetingState, Presence
from tusoi.people.models import Account, Person


REHEARSAL_CODES: Final = 3
FEWEST_TELLERS: Final = 2
FEWEST_SPARES: Final = 2
ONE_SPARE_FOR: Final = 10


@dataclass(frozen=True, repr=False)
class HolderWords:
    """Words that one holder keeps in an envelope; with those of another they open the urn."""

    holder: str
    words: str


@dataclass(frozen=True, repr=False)
class PollOpened:
    """What is printed once and never again: nothing of it is stored in clear.

    `codes` come in an order drawn by lot, one for each slip; `spares` go on a sheet of their own.
    Both are empty where everybody votes on paper.
    """

    poll: Poll
    codes: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    words: tuple[HolderWords, ...] = ()


@transaction.atomic
def start_rehearsal(*, poll_id: int, actor: Account, at: dt.datetime) -> tuple[str, ...]:
    """Let people try the booth; return codes that work until the rehearsal ends.

    What is put in is sealed to a key that nobody keeps.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the poll is not being prepared.
        NoQuestions: there is nothing to ask yet.
        RehearsalNeedsCodes: papers need no practice.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    if not poll.has_codes:
        raise RehearsalNeedsCodes
    questions = _questions(poll)
    codes, _words = _set_up_urn(
        poll, questions, code_count=REHEARSAL_CODES, spare_count=0, holders=[]
    )
    move(poll, "rehearse", PollState.REHEARSING, actor=actor, at=at)
    return codes


@transaction.atomic
def end_rehearsal(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """End the practice; its codes and ballots are gone.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: nothing is being rehearsed.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.REHEARSING})
    Urn.objects.filter(poll=poll).delete()
    UrnKey.objects.filter(poll=poll).delete()
    move(poll, "rehearse_end", PollState.PREPARED, actor=actor, at=at)
    return poll


@transaction.atomic
def open_poll(
    *,
    poll_id: int,
    teller_ids: Collection[int],
    actor: Account,
    at: dt.datetime,
    paper_count: int = 0,
    has_heard_warning: bool = False,
) -> PollOpened:
    """Open the vote: the roster, the questions and the rules are frozen.

    The codes and words returned are nowhere else; whoever loses them voids the poll.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the poll is not being prepared.
        MeetingNotUnderWay, ReviewNotConcluded, NoQuestions: there is nothing to vote on now.
        AttendanceNotTaken, NobodyMayVote: it is not known who may vote.
        NoChair, TellersMissing, TellerIsRated: those who answer for the count are not named.
        PaperPartTooSmall: so few would vote the other way that they were found out.
        WarningNotRead: fewer than five vote, and the meeting was not told what that means.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    questions = _questions(poll)
    rules = rules_of(poll.meeting.cycle)
    roster = _roster(poll, questions, teller_ids, rules)
    voters = len(roster.present)
    if voters < SMALL_BODY and not has_heard_warning:
        raise WarningNotRead
    _freeze(poll, roster, rules, paper_count=_paper_part(poll, voters, paper_count))
    roster.save()
    codes: tuple[str, ...] = ()
    words: tuple[HolderWords, ...] = ()
    if poll.has_codes:
        poll.spare_count = max(FEWEST_SPARES, -(-voters // ONE_SPARE_FOR))
        codes, words = _set_up_urn(
            poll,
            questions,
            code_count=voters - poll.paper_count,
            spare_count=poll.spare_count,
            holders=_holders(roster),
        )
    poll.config_digest = config_digest(poll, questions, roster)
    poll.opened_at, poll.opened_by = at, actor
    move(poll, "open", PollState.OPEN, actor=actor, at=at)
    slips = len(codes) - poll.spare_count
    return PollOpened(poll=poll, codes=codes[:slips], spares=codes[slips:], words=words)


@transaction.atomic
def mark_issued(
    *,
    poll_id: int,
    person_ids: Collection[int],
    actor: Account,
    at: dt.datetime,
    is_issued: bool = True,
) -> None:
    """Tick who drew a slip or took a paper; take a tick back that was a mistake.

    Nothing is logged: a moment beside a name would say in which order people came to the box.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: the poll is not open.
        NotOnTheRoster: somebody was not present with a vote when it was opened.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.OPEN})
    roster = PollRoster.objects.get(poll=poll)
    if not set(person_ids) <= set(roster.present):
        raise NotOnTheRoster
    before = set(roster.issued)
    roster.issued = sorted(before | set(person_ids) if is_issued else before - set(person_ids))
    roster.save(update_fields=["issued"])


@transaction.atomic
def void_code(*, poll_id: int, code: str, actor: Account, at: dt.datetime) -> Poll:
    """Make the code of a spoiled slip useless, once the slip was handed back unused.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: the poll is not open.
        CodeUsed: a ballot was put in with it.
        CodeUnknown: nobody was given it, or it is void already.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.OPEN})
    urn = Urn.objects.get(poll=poll) if poll.has_codes else None
    if urn is None:
        raise CodeUnknown
    hashed = sealing.hash_code(code, secret=bytes(poll.key.code_secret))
    if hashed in pieces(urn.burnt_codes):
        raise CodeUsed
    free = pieces(urn.free_codes)
    if hashed not in free:
        raise CodeUnknown
    free.remove(hashed)
    urn.free_codes = run_of(free)
    urn.void_codes = run_of([*pieces(urn.void_codes), hashed])
    urn.save(update_fields=["free_codes", "void_codes"])
    poll.spoiled_count += 1
    poll.save(update_fields=["spoiled_count"])
    record("void_code", poll, actor=actor, at=at)
    return poll


@transaction.atomic
def ask_spares(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Ask that the sheet of spare slips be opened; a second person has to agree.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: the poll is not open.
        NoSpares: there are none.
        SparesAsked: somebody asked before.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.OPEN})
    if not poll.spare_count:
        raise NoSpares
    if poll.spares_asked_at is not None:
        raise SparesAsked
    poll.spares_asked_at, poll.spares_asked_by = at, actor
    poll.save(update_fields=["spares_asked_at", "spares_asked_by"])
    record("spares_ask", poll, actor=actor, at=at)
    return poll


@transaction.atomic
def activate_spares(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Agree, as the second person: from now on the spare slips are slips like the others.

    Raises:
        NotPermitted: the actor may not count this poll.
        WrongState: the poll is not open.
        SparesNotAsked: nobody asked.
        SparesAsked: they are active already.
        SparesNeedSecondPerson: the actor is the one who asked.
    """
    poll = counted_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.OPEN})
    if poll.spares_asked_at is None:
        raise SparesNotAsked
    if poll.spares_active_at is not None:
        raise SparesAsked
    if poll.spares_asked_by_id == actor.pk:
        raise SparesNeedSecondPerson
    urn = Urn.objects.get(poll=poll)
    urn.free_codes = run_of([*pieces(urn.free_codes), *pieces(urn.spare_codes)])
    urn.spare_codes = b""
    urn.save(update_fields=["free_codes", "spare_codes"])
    poll.spares_active_at, poll.spares_active_by = at, actor
    poll.save(update_fields=["spares_active_at", "spares_active_by"])
    record("spares", poll, actor=actor, at=at)
    return poll


def config_digest(poll: Poll, questions: Sequence[PollQuestion], roster: PollRoster) -> str:
    """Return a mark of all that is frozen when a poll is opened; it is printed in the minutes."""
    urn = Urn.objects.filter(poll=poll).first()
    frozen = {
        "poll": poll.public_id,
        "mode": poll.mode,
        "paper": poll.paper_count,
        "rules": [poll.pass_rule, poll.base_rule, poll.tie_rule],
        "entitled": roster.entitled,
        "present": roster.present,
        "tellers": roster.tellers,
        "chair": roster.chair,
        "key": bytes(urn.public_key).hex() if urn else "",
        "questions": [
            [one.pk, one.kind, one.obligation_id, one.text, one.options, one.most_choices]
            for one in questions
        ],
    }
    return sealing.digest(json.dumps(frozen, sort_keys=True).encode())


# Inside


def _questions(poll: Poll) -> list[PollQuestion]:
    """Return what is asked, if the meeting may still ask it."""
    questions = list(poll.questions.order_by("position"))
    if not questions:
        raise NoQuestions
    if poll.meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay
    subjects = {one.obligation_id for one in questions if one.obligation_id is not None}
    concluded = poll.meeting.items.filter(
        obligation__in=subjects, obligation__is_rateable=True, state=ItemState.CONCLUDED
    )
    if concluded.count() != len(subjects):
        raise ReviewNotConcluded
    return questions


def _roster(
    poll: Poll, questions: Sequence[PollQuestion], teller_ids: Collection[int], rules: PollRules
) -> PollRoster:
    meeting = poll.meeting
    with_vote = meeting.attendances.filter(has_vote=True)
    unmarked = with_vote.filter(presence=Presence.SUMMONED).count()
    if unmarked:
        raise AttendanceNotTaken(unmarked)
    present = sorted(voters_present(meeting).order_by().values_list("person_id", flat=True))
    if not present:
        raise NobodyMayVote
    if meeting.chair_id is None:
        raise NoChair
    tellers = set(teller_ids)
    here = meeting.attendances.filter(presence=Presence.PRESENT, person__in=tellers)
    if len(tellers) < FEWEST_TELLERS or meeting.chair_id in tellers or here.count() < len(tellers):
        raise TellersMissing
    rated = {one.obligation.person_id for one in questions if one.obligation is not None}
    if rules.tellers_not_rated and rated & tellers:
        raise TellerIsRated
    entitled = with_vote.exclude(presence=Presence.EXCUSED).values_list("person_id", flat=True)
    return PollRoster(
        poll=poll,
        entitled=sorted(entitled),
        present=present,
        tellers=sorted(tellers),
        chair=meeting.chair_id,
    )


def _paper_part(poll: Poll, voters: int, paper_count: int) -> int:
    """Return how many vote on paper beside the codes: none, or enough on both sides."""
    if poll.mode == PollMode.PAPER or not paper_count:
        return 0
    if paper_count < SMALL_BODY or voters - paper_count < SMALL_BODY:
        raise PaperPartTooSmall(SMALL_BODY)
    return paper_count


def _freeze(poll: Poll, roster: PollRoster, rules: PollRules, *, paper_count: int) -> None:
    poll.entitled_count = len(roster.entitled)
    poll.voter_count = len(roster.present)
    poll.paper_count = paper_count
    poll.pass_rule, poll.base_rule = rules.pass_rule, rules.base_rule
    poll.tie_rule = rules.tie_rule


def _holders(roster: PollRoster) -> list[str]:
    tellers = Person.objects.filter(pk__in=roster.tellers).order_by("sort_key", "pk")
    envelope = [_("Phong bì dự phòng của chủ trì, tờ %(number)d") % {"number": n} for n in (1, 2)]
    return [*(one.full_name for one in tellers), *envelope]


def _set_up_urn(
    poll: Poll,
    questions: Sequence[PollQuestion],
    *,
    code_count: int,
    spare_count: int,
    holders: Sequence[str],
) -> tuple[tuple[str, ...], tuple[HolderWords, ...]]:
    """Make the keys and the codes; spares come last among the codes returned."""
    pair = sealing.new_key_pair()
    codes = _codes(code_count + spare_count)
    code_secret = secrets.token_bytes(sealing.HASH_SIZE)
    hashed = [sealing.hash_code(one, secret=code_secret) for one in codes]
    words = tuple(HolderWords(one, sealing.new_words()) for one in holders)
    Urn.objects.create(
        poll=poll,
        public_key=pair.public,
        sealed_size=ballot_size(questions) + sealing.SEAL_SIZE,
        free_codes=run_of(hashed[:code_count]),
        spare_codes=run_of(hashed[code_count:]),
    )
    UrnKey.objects.create(
        poll=poll,
        wrapped=sealing.wrap(pair.secret, [one.words for one in words]) if words else "",
        code_secret=code_secret,
        holders=list(holders),
    )
    return codes, words


def _codes(count: int) -> tuple[str, ...]:
    """Draw codes that differ; the order in which they are drawn is as good as any lot."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[sealing.new_code()] = None
    return tuple(codes)
