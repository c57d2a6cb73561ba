"""What the booth shows to whoever holds a slip, and how a ballot is written down."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tusoi.ballots.enums import CASTING_STATES, PollState, QuestionKind
from tusoi.ballots.models import Poll, PollQuestion
from tusoi.ballots.queries.sheets import QuestionCounts
from tusoi.core.sealing import HASH_SIZE, hash_code


_FORM: Final = b"\x01"


class BallotNotReadable(Exception):
    """What came out of the urn is no ballot of this poll."""


# Sets of pieces of one length


def pieces(run: bytes | memoryview, size: int = HASH_SIZE) -> list[bytes]:
    whole = bytes(run)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def run_of(parts: Iterable[bytes]) -> bytes:
    """Join pieces in an order that says nothing of the one in which they came."""
    return b"".join(sorted(parts))


# A ballot: for each question a row of bits, one for each option


def ballot_size(questions: Sequence[PollQuestion]) -> int:
    return len(_FORM) + sum(_width(one) for one in questions)


def write_ballot(questions: Sequence[PollQuestion], marks: Mapping[int, Collection[str]]) -> bytes:
    """Return a text of one length whatever is marked; ValueError for an unknown mark."""
    if not set(marks) <= {one.pk for one in questions}:
        raise ValueError("a question that is not on the ballot")
    rows = [_row(one, marks.get(one.pk, ())) for one in questions]
    return _FORM + b"".join(rows)


def _row(question: PollQuestion, marked: Collection[str]) -> bytes:
    places = {one: place for place, one in enumerate(question.option_ids)}
    if not set(marked) <= set(places):
        raise ValueError("an option that is not on the ballot")
    bits = sum(1 << places[one] for one in set(marked))
    return bits.to_bytes(_width(question), "big")


def count_ballots(
    questions: Sequence[PollQuestion], ballots: Iterable[bytes]
) -> dict[int, QuestionCounts]:
    """Add up opened ballots, question by question; which answers came together is dropped.

    Raises:
        BallotNotReadable: one of them is no ballot of this poll.
    """
    totals = {one.pk: dict.fromkeys(one.option_ids, 0) for one in questions}
    blank = dict.fromkeys(totals, 0)
    invalid = dict.fromkeys(totals, 0)
    size = ballot_size(questions)
    for ballot in ballots:
        if len(ballot) != size or not ballot.startswith(_FORM):
            raise BallotNotReadable
        start = len(_FORM)
        for question in questions:
            end = start + _width(question)
            marked = _marked(question, ballot[start:end])
            start = end
            if not marked:
                blank[question.pk] += 1
            elif len(marked) > question.most_choices:
                invalid[question.pk] += 1
            else:
                for option in marked:
                    totals[question.pk][option] += 1
    return {key: QuestionCounts(votes, blank[key], invalid[key]) for key, votes in totals.items()}


def _marked(question: PollQuestion, row: bytes) -> list[str]:
    bits = int.from_bytes(row, "big")
    if bits >> len(question.options):
        raise BallotNotReadable
    return [one for place, one in enumerate(question.option_ids) if bits >> place & 1]


def _width(question: PollQuestion) -> int:
    return -(-len(question.options) // 8)


# The booth


@dataclass(frozen=True)
class BoothQuestion:
    id: int
    kind: QuestionKind
    text: str
    most_choices: int
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BoothPoll:
    """Everything the booth may know: questions, and whether this code was used."""

    public_id: str
    is_rehearsal: bool
    is_open: bool
    is_burnt: bool
    unit_name: str
    questions: tuple[BoothQuestion, ...]


def poll_named(public_id: str) -> BoothPoll | None:
    """Return the poll that a slip names, whoever holds it and whatever its code."""
    # One statement: a whole district asks within a minute. No poll is opened without a question.
    asked = PollQuestion.objects.filter(poll__public_id=public_id).order_by("position")
    rows = list(
        asked.values_list(
            "poll__state",
            "poll__meeting__unit__name",
            "pk",
            "kind",
            "text",
            "most_choices",
            "options",
        )
    )
    if not rows:
        return None
    state, unit_name, *_question = rows[0]
    return BoothPoll(
        public_id=public_id,
        is_rehearsal=state == PollState.REHEARSING,
        is_open=state in CASTING_STATES,
        is_burnt=False,
        unit_name=unit_name,
        questions=tuple(
            BoothQuestion(
                id=one,
                kind=QuestionKind(kind),
                text=text,
                most_choices=most,
                options=tuple((option["id"], option["title"]) for option in options),
            )
            for _state, _unit_name, one, kind, text, most, options in rows
        ),
    )


def poll_for_code(code: str, *, poll: str = "") -> BoothPoll | None:
    """Return the poll that a code belongs to; None for a code nobody was given.

    `poll` is the public id that the picture on the slip carries; a code typed by hand is looked
    for in every poll under way. A burnt code is still known, so that a voter whose connection was
    lost learns that the ballot is in the urn, and nothing else.
    """
    polls = Poll.objects.filter(key__isnull=False)
    polls = polls.filter(public_id=poll) if poll else polls.filter(state__in=CASTING_STATES)
    codes = polls.order_by("pk").values_list(
        "public_id", "key__code_secret", "urn__free_codes", "urn__burnt_codes"
    )
    for public_id, secret, free, burnt in codes:
        hashed = hash_code(code, secret=bytes(secret))
        is_burnt = hashed in pieces(burnt)
        if is_burnt or hashed in pieces(free):
            found = poll_named(public_id)
            return replace(found, is_burnt=is_burnt) if found else None
    return None
