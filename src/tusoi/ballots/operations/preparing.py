"""What is asked: a poll is written down, and changed until it is opened."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tusoi.ballots.enums import PollMode, PollState, QuestionKind
from tusoi.ballots.errors import (
    MeetingNotUnderWay,
    PollNotVoid,
    QuestionNotUnderstood,
    ReviewNotConcluded,
    SubjectNotRated,
    SubjectOnAnotherPoll,
    TooManyQuestions,
)
from tusoi.ballots.models import Poll, PollQuestion
from tusoi.ballots.operations.shared import called_poll, must_be_in, record
from tusoi.ballots.permissions import require_call
from tusoi.ballots.queries import NO, YES
from tusoi.core.clock import local_day
from tusoi.cycles.queries import rulebook_of
from tusoi.meetings.enums import ItemState, MeetingState
from tusoi.meetings.models import ReviewMeeting
from tusoi.people.models import Account


MOST_QUESTIONS: Final = 80
MOST_OPTIONS: Final = 40
LONGEST_TEXT: Final = 300


@dataclass(frozen=True)
class QuestionDraft:
    """A question as it is asked for: of a level only the subject, of a choice the list."""

    kind: QuestionKind
    obligation_id: int | None = None
    text: str = ""
    options: Sequence[str] = ()
    most_choices: int = 1


@transaction.atomic
def prepare_poll(
    *,
    meeting_id: int,
    mode: PollMode,
    questions: Sequence[QuestionDraft],
    actor: Account,
    at: dt.datetime,
) -> Poll:
    """Write down a poll; nobody votes before it is opened.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: there is nobody to ask.
        BallotError: one of the questions cannot be asked; see `add_question`.
    """
    meeting = ReviewMeeting.objects.select_for_update().get(pk=meeting_id)
    require_call(actor, unit_id=meeting.unit_id, on=local_day(at))
    if meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay
    poll = _new_poll(meeting, mode=mode, actor=actor, at=at)
    for draft in questions:
        _add(poll, draft)
    return poll


@transaction.atomic
def add_question(
    *, poll_id: int, draft: QuestionDraft, actor: Account, at: dt.datetime
) -> PollQuestion:
    """Put one more question on the ballot.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the poll was opened already, or is being rehearsed.
        ReviewNotConcluded: the meeting has not discussed the subject, or put it off.
        SubjectNotRated: the rules review the subject but do not rate it.
        SubjectOnAnotherPoll: a vote on it is in force.
        QuestionNotUnderstood, TooManyQuestions: what is asked cannot be counted.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    question = _add(poll, draft)
    record("change", poll, actor=actor, at=at)
    return question


@transaction.atomic
def remove_question(*, question_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Take a question off the ballot; the others move up.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the poll was opened already, or is being rehearsed.
    """
    question = PollQuestion.objects.get(pk=question_id)
    poll = called_poll(question.poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    question.delete()
    for position, one in enumerate(poll.questions.order_by("position"), start=1):
        PollQuestion.objects.filter(pk=one.pk).update(position=position)
    record("change", poll, actor=actor, at=at)
    return poll


@transaction.atomic
def change_mode(*, poll_id: int, mode: PollMode, actor: Account, at: dt.datetime) -> Poll:
    """Let the body choose between papers and drawn codes.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: the poll was opened already, or is being rehearsed.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    poll.mode = mode
    poll.save(update_fields=["mode"])
    record("change", poll, actor=actor, at=at)
    return poll


@transaction.atomic
def discard_poll(*, poll_id: int, actor: Account, at: dt.datetime) -> None:
    """Throw a poll away that was never opened.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        WrongState: it was opened; it can only be voided.
    """
    poll = called_poll(poll_id, actor=actor, at=at)
    must_be_in(poll, {PollState.PREPARED})
    record("discard", poll, actor=actor, at=at)
    poll.delete()


@transaction.atomic
def repeat_poll(*, poll_id: int, actor: Account, at: dt.datetime) -> Poll:
    """Prepare the same questions anew after a poll was voided.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        PollNotVoid: it stands, or was repeated already.
        MeetingNotUnderWay: there is nobody to ask.
        BallotError: a question cannot be asked any more; see `add_question`.
    """
    void = called_poll(poll_id, actor=actor, at=at)
    if void.state != PollState.VOID or void.repeated_by.exists():
        raise PollNotVoid
    if void.meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay
    poll = _new_poll(void.meeting, mode=PollMode(void.mode), actor=actor, at=at, repeats=void)
    for one in void.questions.order_by("position"):
        _add(
            poll,
            QuestionDraft(
                kind=QuestionKind(one.kind),
                obligation_id=one.obligation_id,
                text=one.text,
                options=[option["title"] for option in one.options],
                most_choices=one.most_choices,
            ),
        )
    return poll


def _new_poll(
    meeting: ReviewMeeting,
    *,
    mode: PollMode,
    actor: Account,
    at: dt.datetime,
    repeats: Poll | None = None,
) -> Poll:
    last = meeting.polls.aggregate(last=Max("number"))["last"] or 0
    poll = Poll.objects.create(
        meeting=meeting,
        number=last + 1,
        mode=mode,
        repeats=repeats,
        prepared_at=at,
        prepared_by=actor,
    )
    record("prepare", poll, actor=actor, at=at, to_state=PollState.PREPARED)
    return poll


def _add(poll: Poll, draft: QuestionDraft) -> PollQuestion:
    position = poll.questions.count() + 1
    if position > MOST_QUESTIONS:
        raise TooManyQuestions(MOST_QUESTIONS)
    fields = _level(poll, draft) if draft.kind is QuestionKind.LEVEL else _free(draft)
    return PollQuestion.objects.create(poll=poll, position=position, kind=draft.kind, **fields)


def _level(poll: Poll, draft: QuestionDraft) -> dict[str, Any]:
    # Two polls prepared at once would both ask about a subject; the meeting's row keeps the order.
    ReviewMeeting.objects.select_for_update().get(pk=poll.meeting_id)
    item = poll.meeting.items.filter(
        obligation=draft.obligation_id or 0, state=ItemState.CONCLUDED
    ).first()
    if item is None:
        raise ReviewNotConcluded
    if not item.obligation.is_rateable:
        raise SubjectNotRated
    taken = item.obligation.questions.exclude(poll__state=PollState.VOID)
    if taken.exists():
        raise SubjectOnAnotherPoll
    levels = rulebook_of(poll.meeting.cycle).levels
    return {
        "obligation": item.obligation,
        "text": item.obligation.name[:LONGEST_TEXT],
        "options": [{"id": one.id, "title": one.title.vi} for one in levels],
    }


def _free(draft: QuestionDraft) -> dict[str, Any]:
    text = " ".join(draft.text.split())
    if not text:
        raise QuestionNotUnderstood(_("Hãy ghi câu hỏi."))
    if len(text) > LONGEST_TEXT:
        raise QuestionNotUnderstood(_("Câu hỏi dài quá %(most)d ký tự.") % {"most": LONGEST_TEXT})
    if draft.kind is QuestionKind.YES_NO:
        options = [{"id": YES, "title": "Đồng ý"}, {"id": NO, "title": "Không đồng ý"}]
        return {"text": text, "options": options}
    titles = [" ".join(one.split()) for one in draft.options if one.strip()]
    if len(set(titles)) != len(titles) or not 2 <= len(titles) <= MOST_OPTIONS:  # noqa: PLR2004 -- a choice has two sides
        raise QuestionNotUnderstood(
            _("Ghi từ 2 đến %(most)d phương án khác nhau, mỗi dòng một phương án.")
            % {"most": MOST_OPTIONS}
        )
    if not 1 <= draft.most_choices <= len(titles):
        raise QuestionNotUnderstood(
            _("Số phương án được chọn phải từ 1 đến %(most)d.") % {"most": len(titles)}
        )
    return {
        "text": text,
        "options": [{"id": str(n), "title": one} for n, one in enumerate(titles, start=1)],
        "most_choices": draft.most_choices,
    }
