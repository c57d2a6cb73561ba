"""One review after the other: what was said, what the meeting concluded, what it put off."""

import datetime as dt

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.models import Obligation
from tusoi.cycles.operations import record_step, undo_step
from tusoi.meetings.enums import CAME, ItemState, MeetingState, SpeakerNaming
from tusoi.meetings.errors import (
    AlreadyRated,
    ConclusionMissing,
    CycleNotOpen,
    ItemMovedOn,
    ItemStillOpen,
    OutOfOrder,
    OutOfOrderNeedsReason,
    PostponedToSameMeeting,
    QuorumNotReached,
    RemarkIsEmpty,
    ReviewNoLongerExpected,
    ReviewNotSubmitted,
    SpeakerMustBeNamed,
    SpeakerMustBePresent,
    SpeakersAreNotNamed,
)
from tusoi.meetings.models import AgendaItem, Attendance, Remark, ReviewMeeting
from tusoi.meetings.operations.locking import (
    locked_item,
    locked_meeting,
    locked_open_item,
    must_be_under_way,
    needed_reason,
    record,
    stop_clock,
)
from tusoi.meetings.queries import later_meetings, quorum_of, reviews_ahead
from tusoi.people.models import Account


@transaction.atomic
def add_remark(
    *,
    item_id: int,
    text: str,
    actor: Account,
    at: dt.datetime,
    attendance_id: int | None = None,
) -> Remark:
    """Write down what somebody present said; without `attendance_id` no name is kept.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: nobody speaks before the opening or after the close.
        ItemNotOpen: the review was concluded or put off.
        RemarkIsEmpty: nothing was said.
        SpeakerMustBePresent: the speaker is not marked as present.
        SpeakerMustBeNamed, SpeakersAreNotNamed: the meeting chose otherwise.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    remark = Remark(item=item, recorded_at=at, recorded_by=actor)
    _fill(remark, text=text, attendance_id=attendance_id, meeting=item.meeting)
    if (twin := added_already(remark, when="recorded_at", at=at)) is not None:
        return twin
    remark.save()
    record("remark", remark, meeting=item.meeting, actor=actor, at=at)
    return remark


@transaction.atomic
def edit_remark(
    *,
    remark_id: int,
    text: str,
    actor: Account,
    at: dt.datetime,
    attendance_id: int | None = None,
) -> Remark:
    """Correct a remark while its review is being discussed.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting was closed.
        ItemNotOpen: the review was concluded or put off.
        RemarkIsEmpty: the text is gone; delete the remark instead.
        SpeakerMustBePresent: the speaker is not marked as present.
        SpeakerMustBeNamed, SpeakersAreNotNamed: the meeting chose otherwise.
    """
    item_id = Remark.objects.values_list("item_id", flat=True).get(pk=remark_id)
    item = locked_open_item(item_id, actor=actor, at=at)
    remark = item.remarks.get(pk=remark_id)
    _fill(remark, text=text, attendance_id=attendance_id, meeting=item.meeting)
    remark.save(update_fields=["text", "author", "author_name"])
    record("remark_edit", remark, meeting=item.meeting, actor=actor, at=at)
    return remark


@transaction.atomic
def delete_remark(*, remark_id: int, actor: Account, at: dt.datetime) -> None:
    """Take a remark out of the minutes while its review is being discussed.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting was closed.
        ItemNotOpen: the review was concluded or put off.
    """
    item_id = Remark.objects.values_list("item_id", flat=True).get(pk=remark_id)
    item = locked_open_item(item_id, actor=actor, at=at)
    remark = item.remarks.get(pk=remark_id)
    record("remark_delete", remark, meeting=item.meeting, actor=actor, at=at)
    remark.delete()


@transaction.atomic
def conclude_item(
    *,
    item_id: int,
    conclusion: str,
    actor: Account,
    at: dt.datetime,
    quorum_note: str = "",
    order_note: str = "",
) -> AgendaItem:
    """Write the conclusion down and count the review as discussed.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting has not begun or was closed.
        CycleNotOpen: the cycle was closed meanwhile.
        ItemNotOpen: the review was concluded or put off.
        ConclusionMissing: there is no text.
        ReviewNoLongerExpected: the subject was taken out of the cycle.
        ReviewNotSubmitted: there is nothing to discuss yet; a reason does not help.
        QuorumNotReached: too few came and no reason says why the meeting goes on.
        OutOfOrder: the rulebook puts other reviews first, and that rule binds.
        OutOfOrderNeedsReason: it puts other reviews first, and no reason was given.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    if item.meeting.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if not conclusion.strip():
        raise ConclusionMissing
    _check_reviewable(item.obligation)
    item.order_note = _order_note(item, order_note, at)
    note = _quorum_note(item.meeting, quorum_note)
    item.state, item.conclusion, item.quorum_note = ItemState.CONCLUDED, conclusion.strip(), note
    item.concluded_at, item.concluded_by = at, actor
    stop_clock(item, at)
    item.save()
    record_step(obligation_id=item.obligation_id, step=ProgressStep.REVIEWED, actor=actor, at=at)
    _record_move("conclude", item, ItemState.OPEN, actor=actor, at=at, note=note)
    return item


@transaction.atomic
def reopen_item(*, item_id: int, reason: str, actor: Account, at: dt.datetime) -> AgendaItem:
    """Take a conclusion or a postponement back, so that the review is discussed on.

    The text of the conclusion stays to be worked on. An item that was moved to a meeting which
    has not begun leaves that agenda.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: the meeting was closed; reopen it first.
        ReasonMissing: no reason was given.
        ItemStillOpen: there is nothing to take back.
        AlreadyRated: a level rests on the conclusion.
        ItemMovedOn: another meeting has it on its agenda.
    """
    item = locked_item(item_id, actor=actor, at=at)
    reason = needed_reason(reason)
    before = ItemState(item.state)
    if before is ItemState.OPEN:
        raise ItemStillOpen
    if before is ItemState.CONCLUDED:
        _undo_conclusion(item, reason, actor=actor, at=at)
    else:
        _undo_postponement(item)
    item.state = ItemState.OPEN
    item.save()
    _record_move("reopen_item", item, before, actor=actor, at=at, note=reason)
    return item


@transaction.atomic
def postpone_item(
    *,
    item_id: int,
    reason: str,
    actor: Account,
    at: dt.datetime,
    to_meeting_id: int | None = None,
) -> AgendaItem:
    """Put a review off, to a planned meeting of the unit or to one still to be called.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: before the opening the agenda is edited instead.
        ReasonMissing: no reason was given.
        ItemNotOpen: the review was concluded or put off.
        PostponedToSameMeeting: the other meeting is not a planned one of this unit.
    """
    item = locked_open_item(item_id, actor=actor, at=at)
    item.postpone_reason = needed_reason(reason)
    item.state, item.postponed_at, item.postponed_by = ItemState.POSTPONED, at, actor
    stop_clock(item, at)
    if to_meeting_id is not None:
        item.postponed_to = _target(item.meeting, to_meeting_id)
    item.save()
    if item.postponed_to is not None:
        _append(item.postponed_to, item.obligation)
    _record_move("postpone", item, ItemState.OPEN, actor=actor, at=at, note=item.postpone_reason)
    return item


@transaction.atomic
def postpone_rest(
    *,
    meeting_id: int,
    reason: str,
    actor: Account,
    at: dt.datetime,
    to_meeting_id: int | None = None,
) -> int:
    """Put off, all or none, whatever the meeting has not come to; return how many.

    Raises:
        Whatever `postpone_item` raises.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_be_under_way(meeting)
    still_open = meeting.items.filter(state=ItemState.OPEN).order_by("position", "pk")
    ids = list(still_open.values_list("pk", flat=True))
    for pk in ids:
        postpone_item(item_id=pk, reason=reason, actor=actor, at=at, to_meeting_id=to_meeting_id)
    return len(ids)


def _fill(remark: Remark, *, text: str, attendance_id: int | None, meeting: ReviewMeeting) -> None:
    if not text.strip():
        raise RemarkIsEmpty
    if attendance_id is None and meeting.speaker_naming == SpeakerNaming.REQUIRED:
        raise SpeakerMustBeNamed
    if attendance_id is not None and meeting.speaker_naming == SpeakerNaming.NONE:
        raise SpeakersAreNotNamed
    remark.text = text.strip()
    remark.author, remark.author_name = None, ""
    if attendance_id is not None:
        speaker = _speaker(meeting, attendance_id)
        remark.author, remark.author_name = speaker.person, speaker.guest_name


def _speaker(meeting: ReviewMeeting, attendance_id: int) -> Attendance:
    try:
        return meeting.attendances.select_related("person").get(
            pk=attendance_id, presence__in=CAME
        )
    except Attendance.DoesNotExist:
        raise SpeakerMustBePresent from None


def _check_reviewable(obligation: Obligation) -> None:
    if obligation.cancelled_on is not None:
        raise ReviewNoLongerExpected(obligation.name)
    if obligation.submitted_at is None:
        raise ReviewNotSubmitted(obligation.name)


def _order_note(item: AgendaItem, given: str, at: dt.datetime) -> str:
    """Return why the item is concluded before others; empty when nothing comes first."""
    ahead = reviews_ahead(item.obligation, on=local_day(at))
    for one in ahead:
        if one.rule.is_binding:
            raise OutOfOrder(one.rule.title, one.names)
    if not ahead:
        return ""
    if not given.strip():
        raise OutOfOrderNeedsReason(ahead[0].rule.title, ahead[0].names)
    return given.strip()


def _quorum_note(meeting: ReviewMeeting, given: str) -> str:
    """Return why the meeting concludes without a quorum; empty when there is one."""
    quorum = quorum_of(meeting)
    if quorum.is_reached:
        return ""
    if not given.strip():
        raise QuorumNotReached(present=quorum.present_count, needed=quorum.needed_count)
    return given.strip()


def _undo_conclusion(item: AgendaItem, reason: str, *, actor: Account, at: dt.datetime) -> None:
    obligation = item.obligation
    if obligation.rated_at is not None or obligation.decided_at is not None:
        raise AlreadyRated
    item.concluded_at, item.concluded_by = None, None
    item.quorum_note, item.order_note = "", ""
    undo_step(
        obligation_id=obligation.pk,
        step=ProgressStep.REVIEWED,
        actor=actor,
        at=at,
        note=reason,
    )


def _undo_postponement(item: AgendaItem) -> None:
    # Back from an agenda that is still only planned; anywhere else it has gone its own way.
    AgendaItem.objects.filter(
        obligation_id=item.obligation_id,
        state=ItemState.OPEN,
        meeting__state=MeetingState.PLANNED,
    ).delete()
    elsewhere = AgendaItem.objects.filter(obligation_id=item.obligation_id).exclude(
        state=ItemState.POSTPONED
    )
    if elsewhere.exists():
        raise ItemMovedOn
    item.postponed_at, item.postponed_by, item.postponed_to = None, None, None
    item.postpone_reason = ""


def _target(meeting: ReviewMeeting, wanted: int) -> ReviewMeeting:
    try:
        return later_meetings(meeting).select_for_update().get(pk=wanted)
    except ReviewMeeting.DoesNotExist:
        raise PostponedToSameMeeting from None


def _append(meeting: ReviewMeeting, obligation: Obligation) -> None:
    AgendaItem.objects.create(
        meeting=meeting, obligation=obligation, position=meeting.items.count() + 1
    )


def _record_move(
    verb: str,
    item: AgendaItem,
    before: ItemState,
    *,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> None:
    record(
        verb,
        item,
        meeting=item.meeting,
        actor=actor,
        at=at,
        from_state=before,
        to_state=item.state,
        note=note,
    )
