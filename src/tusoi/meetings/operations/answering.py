"""The subject's answers, the corrections that the meeting asks for, and the clock of an item."""

import datetime as dt

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.meetings.enums import (
    CORRECTION_TRANSITIONS,
    CorrectionState,
    Stance,
)
from tusoi.meetings.errors import (
    AnswerIsEmpty,
    CorrectionIsEmpty,
    CorrectionNotYours,
    CorrectionStateUnchanged,
)
from tusoi.meetings.models import AgendaItem, RemarkAnswer, RequestedCorrection, ReviewMeeting
from tusoi.meetings.operations.locking import (
    locked_meeting,
    locked_open_item,
    must_be_under_way,
    needed_reason,
    record,
    stop_clock,
)
from tusoi.meetings.permissions import can_settle
from tusoi.people.models import Account


@transaction.atomic
def add_answer(
    *,
    item_id: int,
    stance: Stance,
    actor: Account,
    at: dt.datetime,
    text: str = "",
    remark_id: int | None = None,
) -> RemarkAnswer:
    """Write down what the subject answered, to one remark or to all that was said.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting has not begun or was closed.
        ItemNotOpen: the review was concluded or put off.
        AnswerIsEmpty: only "taken up", said to one remark, needs no words.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    text = text.strip()
    if not text and (stance != Stance.ACCEPTED or remark_id is None):
        raise AnswerIsEmpty
    answer = RemarkAnswer(
        item=item,
        remark=item.remarks.get(pk=remark_id) if remark_id is not None else None,
        stance=stance,
        text=text,
        recorded_at=at,
        recorded_by=actor,
    )
    if (twin := added_already(answer, when="recorded_at", at=at)) is not None:
        return twin
    answer.save()
    record("answer", answer, meeting=item.meeting, actor=actor, at=at)
    return answer


@transaction.atomic
def delete_answer(*, answer_id: int, actor: Account, at: dt.datetime) -> None:
    """Take an answer out of the minutes while its review is being discussed.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting was closed.
        ItemNotOpen: the review was concluded or put off.
    """
    item_id = RemarkAnswer.objects.values_list("item_id", flat=True).get(pk=answer_id)
    item = locked_open_item(item_id, actor=actor, at=at)
    answer = item.answers.get(pk=answer_id)
    record("answer_delete", answer, meeting=item.meeting, actor=actor, at=at)
    answer.delete()


@transaction.atomic
def ask_correction(
    *, item_id: int, text: str, actor: Account, at: dt.datetime
) -> RequestedCorrection:
    """Write down that the meeting asks the author to change the review.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting has not begun or was closed.
        ItemNotOpen: the review was concluded or put off.
        CorrectionIsEmpty: it is not said what is to be changed.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    if not text.strip():
        raise CorrectionIsEmpty
    correction = RequestedCorrection(item=item, text=text.strip(), asked_at=at, asked_by=actor)
    if (twin := added_already(correction, when="asked_at", at=at)) is not None:
        return twin
    correction.save()
    record("correction", correction, meeting=item.meeting, actor=actor, at=at)
    return correction


@transaction.atomic
def settle_correction(
    *,
    correction_id: int,
    state: CorrectionState,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> RequestedCorrection:
    """Say what became of a correction: made, declined with a reason, or asked for again.

    Possible after the meeting too: the author works on the review then.

    Raises:
        CorrectionNotYours: the actor neither writes the review nor holds the meeting.
        CorrectionStateUnchanged: somebody said so before, or it goes another way.
        ReasonMissing: it is declined, or asked for again, without a reason.
    """
    found = RequestedCorrection.objects.select_related("item__obligation").get(pk=correction_id)
    meeting = ReviewMeeting.objects.select_for_update().get(pk=found.item.meeting_id)
    correction = RequestedCorrection.objects.select_for_update().get(pk=correction_id)
    item = found.item
    item.meeting = meeting
    if not can_settle(actor, item, on=local_day(at)):
        raise CorrectionNotYours
    if state not in CORRECTION_TRANSITIONS[correction.state]:
        raise CorrectionStateUnchanged
    if state != CorrectionState.DONE:
        note = needed_reason(note)
    before, correction.state = correction.state, state
    correction.settle_note = note.strip()
    is_open = state == CorrectionState.ASKED
    correction.settled_at, correction.settled_by = (None, None) if is_open else (at, actor)
    correction.save()
    record(
        "correction_settle",
        correction,
        meeting=meeting,
        actor=actor,
        at=at,
        from_state=before,
        to_state=state,
        note=correction.settle_note,
    )
    return correction


@transaction.atomic
def take_up_item(*, item_id: int, actor: Account, at: dt.datetime) -> AgendaItem:
    """Start the clock of an item; that of another one stops.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting has not begun or was closed.
        ItemNotOpen: the review was concluded or put off.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    if item.running_since is not None:
        return item
    _stop_running(item.meeting, at)
    item.running_since = at
    item.save(update_fields=["running_since"])
    record("take_up", item, meeting=item.meeting, actor=actor, at=at)
    return item


@transaction.atomic
def pause(*, meeting_id: int, actor: Account, at: dt.datetime) -> None:
    """Stop the clock for a break.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting has not begun or was closed.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_be_under_way(meeting)
    if _stop_running(meeting, at):
        record("pause", meeting, meeting=meeting, actor=actor, at=at)


def _stop_running(meeting: ReviewMeeting, at: dt.datetime) -> bool:
    running = meeting.items.filter(running_since__isnull=False).first()
    if running is None:
        return False
    stop_clock(running, at)
    running.save(update_fields=["spent_seconds", "running_since"])
    return True
