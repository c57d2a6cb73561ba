"""Calling a meeting: time, place, agenda, and whom the summons reach."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.meetings.enums import (
    AttendeeKind,
    MeetingState,
    Presence,
    Reply,
    SpeakerNaming,
)
from tusoi.meetings.errors import (
    AgendaIsEmpty,
    CycleNotOpen,
    MeetingNotPlanned,
    OrderNeedsReason,
    ReviewNotForThisAgenda,
    UnitOutsideCycle,
)
from tusoi.meetings.models import AgendaItem, Attendance, ReviewMeeting
from tusoi.meetings.operations.locking import locked_meeting, record
from tusoi.meetings.permissions import require_hold
from tusoi.meetings.queries import (
    agenda_subjects,
    misplaced,
    review_orders,
    suggested_agenda,
    summons_for,
    waiting_for_meeting,
)
from tusoi.people.models import Account


@transaction.atomic
def plan_meeting(  # noqa: PLR0913 -- what stands on a letter of summons
    *,
    cycle_id: int,
    unit_id: int,
    name: str,
    meets_at: dt.datetime,
    actor: Account,
    at: dt.datetime,
    place: str = "",
    obligation_ids: Sequence[int] | None = None,
    order_note: str = "",
    speaker_naming: SpeakerNaming = SpeakerNaming.OPTIONAL,
) -> ReviewMeeting:
    """Call a meeting of a unit and summon those who belong to it on that day.

    Without `obligation_ids` the agenda is everything of the unit that waits, in the order of the
    rulebook. A given agenda keeps the order given; another one than the rulebook's needs a note.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        CycleNotOpen: the cycle has not begun or is over.
        UnitOutsideCycle: the unit was not in the tree that the cycle froze.
        AgendaIsEmpty: nothing waits, or nothing was chosen.
        ReviewNotForThisAgenda: a chosen review is of another unit, done, or on another agenda.
        OrderNeedsReason: the order breaks a rule, and no note says why.
    """
    require_hold(actor, unit_id=unit_id, on=local_day(at))
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if not CycleUnit.objects.filter(cycle=cycle, unit_id=unit_id).exists():
        raise UnitOutsideCycle
    meeting = ReviewMeeting(
        cycle=cycle,
        unit_id=unit_id,
        name=name,
        meets_at=meets_at,
        place=place,
        speaker_naming=speaker_naming,
        created_at=at,
        created_by=actor,
    )
    agenda = _checked_agenda(meeting, obligation_ids)
    meeting.order_note = _order_note(meeting, agenda, order_note)
    meeting.save()
    _write_agenda(meeting, agenda)
    _write_summons(meeting)
    record("plan", meeting, meeting=meeting, actor=actor, at=at, to_state=meeting.state)
    return meeting


@transaction.atomic
def edit_meeting(  # noqa: PLR0913 -- the same letter, corrected
    *,
    meeting_id: int,
    name: str,
    meets_at: dt.datetime,
    place: str,
    obligation_ids: Sequence[int],
    actor: Account,
    at: dt.datetime,
    order_note: str = "",
    speaker_naming: SpeakerNaming | None = None,
) -> ReviewMeeting:
    """Change a meeting that has not begun; a new day may bring other members.

    When day or hour change, answers to the summons are asked for anew: they were given for
    another time.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotPlanned: it has begun or was called off.
        AgendaIsEmpty: nothing was chosen.
        ReviewNotForThisAgenda: a chosen review is of another unit, done, or on another agenda.
        OrderNeedsReason: the order breaks a rule, and no note says why.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.PLANNED:
        raise MeetingNotPlanned
    if meeting.meets_at != meets_at:
        _forget_replies(meeting)
    meeting.name, meeting.meets_at, meeting.place = name, meets_at, place
    meeting.speaker_naming = speaker_naming or meeting.speaker_naming
    meeting.items.all().delete()
    agenda = _checked_agenda(meeting, obligation_ids)
    meeting.order_note = _order_note(meeting, agenda, order_note)
    meeting.save(update_fields=["name", "meets_at", "place", "speaker_naming", "order_note"])
    _write_agenda(meeting, agenda)
    _write_summons(meeting)
    record("edit", meeting, meeting=meeting, actor=actor, at=at)
    return meeting


def _checked_agenda(meeting: ReviewMeeting, wanted: Sequence[int] | None) -> list[int]:
    if wanted is None:
        suggested = suggested_agenda(
            cycle_id=meeting.cycle_id, unit_id=meeting.unit_id, on=local_day(meeting.meets_at)
        )
        agenda = [one.pk for one in suggested]
    else:
        agenda = list(dict.fromkeys(wanted))
        waiting = waiting_for_meeting(cycle_id=meeting.cycle_id, unit_id=meeting.unit_id)
        if waiting.filter(pk__in=agenda).count() != len(agenda):
            raise ReviewNotForThisAgenda
    if not agenda:
        raise AgendaIsEmpty
    return agenda


def _order_note(meeting: ReviewMeeting, agenda: Sequence[int], given: str) -> str:
    """Return why the agenda stands as it does; empty when the rulebook's order is kept."""
    subjects = agenda_subjects(agenda, on=local_day(meeting.meets_at))
    broken = misplaced(subjects, review_orders(meeting.cycle))
    if not broken:
        return ""
    if not given.strip():
        raise OrderNeedsReason([one.rule.title for one in broken])
    return given.strip()


def _forget_replies(meeting: ReviewMeeting) -> None:
    meeting.attendances.update(reply=Reply.NONE, reply_reason="", replied_at=None, replied_by=None)


def _write_agenda(meeting: ReviewMeeting, agenda: Sequence[int]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, obligation_id=one, position=position)
        for position, one in enumerate(agenda, start=1)
    )


def _write_summons(meeting: ReviewMeeting) -> None:
    """Bring the list in line with the day of the meeting; what was recorded already stays."""
    wanted = {
        one.person_id: one for one in summons_for(meeting.unit, on=local_day(meeting.meets_at))
    }
    summoned = meeting.attendances.exclude(kind=AttendeeKind.GUEST)
    summoned.filter(presence=Presence.SUMMONED).exclude(person__in=wanted).delete()
    meeting.attendances.filter(kind=AttendeeKind.GUEST, person__in=wanted).delete()
    kept = {one.person_id: one for one in meeting.attendances.filter(person__in=wanted)}
    for one in wanted.values():
        if one.person_id in kept:
            kept[one.person_id].kind = one.kind
            kept[one.person_id].has_vote = one.has_vote
    Attendance.objects.bulk_update(kept.values(), ["kind", "has_vote"])
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, person_id=one.person_id, kind=one.kind, has_vote=one.has_vote)
        for one in wanted.values()
        if one.person_id not in kept
    )
