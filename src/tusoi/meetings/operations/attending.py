"""Who came, who did not and why, who chairs, who writes, and who was invited besides."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from tusoi.meetings.enums import CAME, AttendeeKind, MeetingState, Presence
from tusoi.meetings.errors import (
    AlreadySummoned,
    ExcuseMissing,
    GuestNameMissing,
    MeetingNotUnderWay,
    NotHereYet,
    NotSummoned,
    OfficerMustBePresent,
    OnlyGuestsAreRemoved,
    TimesOutOfOrder,
)
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.meetings.operations.locking import (
    locked_meeting,
    must_not_be_over,
    record,
)
from tusoi.people.models import Account


@dataclass(frozen=True)
class PresenceEntry:
    attendance_id: int
    presence: Presence
    reason: str = ""


@transaction.atomic
def record_attendance(
    *, meeting_id: int, entries: Sequence[PresenceEntry], actor: Account, at: dt.datetime
) -> int:
    """Write down who came; return how many rows changed. All entries count, or none.

    Possible from the summons on, since people ask to be excused in advance, until the close.
    Who was marked away and comes after all, or leaves, gets the moment of that.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingIsOver: it was closed or called off.
        NotSummoned: an entry is of another meeting.
        ExcuseMissing: somebody is excused without a reason.
        NotHereYet: somebody would leave who is not here, or before the meeting has begun.
        OfficerMustBePresent: the chair or the secretary would be marked away.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_not_be_over(meeting)
    rows = {one.pk: one for one in meeting.attendances.select_related("person")}
    if any(entry.attendance_id not in rows for entry in entries):
        raise NotSummoned
    _check_leaving(meeting, rows, entries)
    changed = [
        rows[entry.attendance_id]
        for entry in entries
        if _apply(rows[entry.attendance_id], entry, _now_of(meeting, at))
    ]
    _check(meeting, changed)
    _save(meeting, changed, actor=actor, at=at)
    return len(changed)


@transaction.atomic
def record_times(
    *,
    attendance_id: int,
    actor: Account,
    at: dt.datetime,
    arrived_at: dt.datetime | None = None,
    left_at: dt.datetime | None = None,
) -> Attendance:
    """Correct when somebody came and left; nothing given means from beginning to end.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingNotUnderWay: it has not begun or was closed.
        NotHereYet: the person is not marked as having come.
        TimesOutOfOrder: they left before they came, or one of the moments lies ahead.
        OfficerMustBePresent: the chair or the secretary would have left.
    """
    meeting_id = Attendance.objects.values_list("meeting_id", flat=True).get(pk=attendance_id)
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state != MeetingState.UNDER_WAY:
        raise MeetingNotUnderWay
    row = meeting.attendances.select_related("person").get(pk=attendance_id)
    if row.presence not in CAME:
        raise NotHereYet([row.name])
    moments = [one for one in (arrived_at, left_at) if one is not None]
    if moments != sorted(moments) or any(one > at for one in moments):
        raise TimesOutOfOrder
    row.arrived_at, row.left_at = arrived_at, left_at
    row.presence = Presence.PRESENT if left_at is None else Presence.LEFT
    _check(meeting, [row])
    _save(meeting, [row], actor=actor, at=at)
    return row


@transaction.atomic
def set_officers(
    *, meeting_id: int, chair_id: int, secretary_id: int, actor: Account, at: dt.datetime
) -> ReviewMeeting:
    """Say who chairs and who writes; in a small cell it may be the same person.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingIsOver: it was closed or called off.
        OfficerMustBePresent: one of them is not marked as present.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_not_be_over(meeting)
    wanted = {chair_id, secretary_id}
    present = meeting.attendances.filter(person__in=wanted, presence=Presence.PRESENT)
    if present.count() != len(wanted):
        raise OfficerMustBePresent
    meeting.chair_id, meeting.secretary_id = chair_id, secretary_id
    meeting.save(update_fields=["chair", "secretary"])
    record("officers", meeting, meeting=meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def add_guest(
    *,
    meeting_id: int,
    actor: Account,
    at: dt.datetime,
    person_id: int | None = None,
    guest_name: str = "",
) -> Attendance:
    """Invite somebody who takes part without a vote: known by name, or written in.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingIsOver: it was closed or called off.
        GuestNameMissing: neither a person nor a name was given.
        AlreadySummoned: the person, or the name, is on the list.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_not_be_over(meeting)
    guest_name = "" if person_id is not None else guest_name.strip()
    if person_id is None and not guest_name:
        raise GuestNameMissing
    same = Q(guest_name=guest_name) if person_id is None else Q(person_id=person_id)
    if meeting.attendances.filter(same).exists():
        raise AlreadySummoned
    guest = Attendance.objects.create(
        meeting=meeting,
        person_id=person_id,
        guest_name=guest_name,
        kind=AttendeeKind.GUEST,
        has_vote=False,
    )
    record("invite", guest, meeting=meeting, actor=actor, at=at)
    return guest


@transaction.atomic
def remove_guest(*, attendance_id: int, actor: Account, at: dt.datetime) -> None:
    """Take back an invitation.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MeetingIsOver: it was closed or called off.
        OnlyGuestsAreRemoved: the person was summoned by right.
        OfficerMustBePresent: the guest chairs or writes.
    """
    meeting_id = Attendance.objects.values_list("meeting_id", flat=True).get(pk=attendance_id)
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    must_not_be_over(meeting)
    guest = meeting.attendances.get(pk=attendance_id)
    if guest.kind != AttendeeKind.GUEST:
        raise OnlyGuestsAreRemoved
    if guest.person_id is not None and guest.person_id in _officers(meeting):
        raise OfficerMustBePresent
    record("uninvite", guest, meeting=meeting, actor=actor, at=at)
    guest.delete()


def _now_of(meeting: ReviewMeeting, at: dt.datetime) -> dt.datetime | None:
    """Return the moment of a coming or going; before the opening nobody is late."""
    return at if meeting.state == MeetingState.UNDER_WAY else None


def _check_leaving(
    meeting: ReviewMeeting, rows: dict[int, Attendance], entries: Sequence[PresenceEntry]
) -> None:
    leaving = [rows[one.attendance_id] for one in entries if one.presence == Presence.LEFT]
    strange = [
        one.name
        for one in leaving
        if meeting.state != MeetingState.UNDER_WAY or one.presence not in CAME
    ]
    if strange:
        raise NotHereYet(strange)


def _apply(row: Attendance, entry: PresenceEntry, moment: dt.datetime | None) -> bool:
    """Put the entry into the row and say whether that changed it."""
    before = (row.presence, row.reason)
    if entry.presence != row.presence:
        _move(row, entry.presence, moment)
    # A reason given with an absence that was not excused stays: the meeting may want it later.
    is_away = entry.presence in {Presence.EXCUSED, Presence.ABSENT}
    row.reason = entry.reason.strip() if is_away else ""
    return before != (row.presence, row.reason)


def _move(row: Attendance, presence: Presence, moment: dt.datetime | None) -> None:
    was_away = row.presence in {Presence.EXCUSED, Presence.ABSENT}
    row.presence = presence
    row.left_at = moment if presence == Presence.LEFT else None
    if presence not in CAME:
        row.arrived_at = None
    elif was_away:
        row.arrived_at = moment


def _check(meeting: ReviewMeeting, changed: Sequence[Attendance]) -> None:
    unexcused = [
        one.name for one in changed if one.presence == Presence.EXCUSED and not one.reason
    ]
    if unexcused:
        raise ExcuseMissing(unexcused)
    away = {one.person_id for one in changed if one.presence != Presence.PRESENT}
    if away & _officers(meeting):
        raise OfficerMustBePresent


def _officers(meeting: ReviewMeeting) -> set[int | None]:
    return {meeting.chair_id, meeting.secretary_id} - {None}


def _save(
    meeting: ReviewMeeting, rows: Sequence[Attendance], *, actor: Account, at: dt.datetime
) -> None:
    if rows:
        Attendance.objects.bulk_update(rows, ["presence", "reason", "arrived_at", "left_at"])
        record("attendance", meeting, meeting=meeting, actor=actor, at=at, note=str(len(rows)))
