"""Which polls somebody may see and work on, and what the minutes say of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.ballots.enums import COUNTED_STATES, PollMode, PollState, QuestionKind
from tusoi.ballots.models import Poll, PollQuestion, PollRoster
from tusoi.ballots.queries.results import QuestionResult, result_of, rules_of
from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import ItemState, Presence
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.people.models import Account, Person


def polls_for(actor: Account, *, on: dt.date) -> QuerySet[Poll]:
    """Return the polls that the account may work on: by a role, or as a teller."""
    scope = Q(meeting__unit__in=units_for(actor, Permission.BALLOT_ENTER, on=on))
    if actor.person_id is not None and actor.is_active:
        scope |= Q(pk__in=_counted_by(actor.person_id))
    return Poll.objects.filter(scope)


def _counted_by(person_id: int) -> list[int]:
    """Return polls not over that a person counts; few are, and databases search JSON unlike."""
    going_on = [PollState.OPEN, PollState.CLOSED, PollState.COUNTED]
    rosters = PollRoster.objects.filter(poll__state__in=going_on)
    rows = rosters.values_list("poll_id", "tellers")
    return [poll_id for poll_id, tellers in rows if person_id in tellers]


def polls_of(meeting: ReviewMeeting) -> QuerySet[Poll]:
    return meeting.polls.order_by("number")


def questions_on(meeting: ReviewMeeting, obligation_id: int) -> QuerySet[PollQuestion]:
    """Return the votes on one subject in a meeting, void ones included, in their order."""
    return (
        PollQuestion.objects.filter(poll__meeting=meeting, obligation_id=obligation_id)
        .select_related("poll")
        .order_by("poll__number")
    )


def obligations_to_vote_on(meeting: ReviewMeeting) -> QuerySet[Obligation]:
    """Return concluded subjects to be rated on which no vote in force exists, in agenda order."""
    taken = PollQuestion.objects.filter(obligation__isnull=False).exclude(
        poll__state=PollState.VOID
    )
    return (
        Obligation.objects.filter(
            agenda_items__meeting=meeting,
            agenda_items__state=ItemState.CONCLUDED,
            is_rateable=True,
        )
        .exclude(pk__in=taken.values("obligation"))
        .order_by("agenda_items__position", "agenda_items__pk")
    )


def voters_present(meeting: ReviewMeeting) -> QuerySet[Attendance]:
    """Return those who may vote and came, in the order of their names."""
    return (
        meeting.attendances.filter(has_vote=True, presence=Presence.PRESENT)
        .select_related("person")
        .order_by("person__sort_key", "pk")
    )


@dataclass(frozen=True)
class RosterLine:
    person: Person
    is_issued: bool


def roster_lines(poll: Poll) -> list[RosterLine]:
    """Return who may vote and whether a slip was handed out; nothing else is known of anybody."""
    roster = PollRoster.objects.get(poll=poll)
    people = Person.objects.filter(pk__in=roster.present).order_by("sort_key", "pk")
    return [RosterLine(one, one.pk in roster.issued) for one in people]


def tellers_of(poll: Poll) -> list[Person]:
    roster = PollRoster.objects.filter(poll=poll).first()
    return _by_name(roster.tellers if roster else [])


def tellers_in(meeting: ReviewMeeting) -> list[Person]:
    """Return who counted a vote of the meeting that stands, each once, in the order of names."""
    rosters = PollRoster.objects.filter(
        poll__meeting=meeting, poll__opened_at__isnull=False
    ).exclude(poll__state=PollState.VOID)
    return _by_name({one for held in rosters.values_list("tellers", flat=True) for one in held})


def _by_name(keys: Collection[int]) -> list[Person]:
    return list(Person.objects.filter(pk__in=keys).order_by("sort_key", "pk"))


def complaint_window() -> dt.timedelta:
    """Return for how long the urn can be opened again after the minutes were signed."""
    return dt.timedelta(days=settings.TUSOI_BALLOT_COMPLAINT_DAYS)


def polls_with_key_due(*, at: dt.datetime) -> QuerySet[Poll]:
    """Return polls whose key nobody may need any more."""
    return Poll.objects.filter(
        state=PollState.SIGNED, key__isnull=False, signed_at__lte=at - complaint_window()
    ).order_by("pk")


# Minutes


@dataclass(frozen=True)
class VoteInMinutes:
    """All that the minutes of a meeting say of one poll; totals only once they are counted."""

    poll_id: int
    public_id: str
    number: int
    mode: PollMode
    state: PollState
    repeats_number: int | None
    opened_at: dt.datetime | None
    void_reason: str
    void_asked_by: str
    voided_by: str
    entitled_count: int
    voter_count: int
    issued_count: int | None
    returned_count: int | None
    spare_count: int
    spoiled_count: int
    has_paper_part: bool
    config_digest: str
    urn_digest: str
    signers: tuple[str, ...]
    subjects: tuple[str, ...]
    obligation_ids: tuple[int, ...]
    results: tuple[QuestionResult, ...]

    @property
    def mode_label(self) -> str:
        return str(self.mode.label)

    @property
    def is_void(self) -> bool:
        return self.state is PollState.VOID

    @property
    def is_small(self) -> bool:
        return any(one.is_small for one in self.results)

    @property
    def not_returned_count(self) -> int:
        return (self.issued_count or 0) - (self.returned_count or 0)


def votes_for_minutes(meeting: ReviewMeeting) -> tuple[VoteInMinutes, ...]:
    """Return every poll that was opened, void ones too, in the order in which they were held.

    Whoever shows fewer than five ballots on a screen leaves their counts out (`is_small`).
    """
    polls = (
        polls_of(meeting)
        .filter(opened_at__isnull=False)
        .select_related("repeats", "void_asked_by__person", "voided_by__person")
        .prefetch_related("questions")
    )
    needs_checking = rules_of(meeting.cycle).needs_checking
    return tuple(_in_minutes(one, needs_checking=needs_checking) for one in polls)


def _in_minutes(poll: Poll, *, needs_checking: bool) -> VoteInMinutes:
    questions = sorted(poll.questions.all(), key=lambda one: one.position)
    for one in questions:
        one.poll = poll
    is_counted = poll.state in COUNTED_STATES
    is_void = poll.state == PollState.VOID
    return VoteInMinutes(
        poll_id=poll.pk,
        public_id=poll.public_id,
        number=poll.number,
        mode=PollMode(poll.mode),
        state=PollState(poll.state),
        repeats_number=poll.repeats.number if poll.repeats else None,
        opened_at=poll.opened_at,
        void_reason=poll.void_reason if is_void else "",
        void_asked_by=_name_of(poll.void_asked_by) if is_void else "",
        voided_by=_name_of(poll.voided_by) if is_void else "",
        entitled_count=poll.entitled_count,
        voter_count=poll.voter_count,
        issued_count=poll.issued_count if is_counted else None,
        returned_count=poll.returned_count if is_counted else None,
        spare_count=poll.spare_count,
        spoiled_count=poll.spoiled_count,
        has_paper_part=poll.has_codes and poll.paper_count > 0,
        config_digest=poll.config_digest,
        urn_digest=poll.urn_digest,
        signers=tuple(poll.signers),
        subjects=tuple(one.text for one in questions),
        obligation_ids=tuple(
            one.obligation_id
            for one in questions
            if one.kind == QuestionKind.LEVEL and one.obligation_id is not None
        ),
        results=tuple(result_of(one, needs_checking=needs_checking) for one in questions)
        if is_counted
        else (),
    )


def _name_of(account: Account | None) -> str:
    return str(getattr(account, "person", None) or account or "")
