"""Writes the signed minutes of the sample's meetings, and calls one that is still to come."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from tusoi.ballots.queries import minutes_votes
from tusoi.core.clock import local_day
from tusoi.cycles.models import ReviewCycle
from tusoi.meetings.enums import VOTING_KINDS, MeetingState, MinutesState, Reply, SignerRole
from tusoi.meetings.models import (
    AgendaItem,
    Attendance,
    Minutes,
    MinutesSignature,
    ReviewMeeting,
)
from tusoi.meetings.queries import digest_of_content, minutes_content, suggested_agenda
from tusoi.people.models import Account
from tusoi.sample.dossiers import Writer, moment
from tusoi.sample.meetings import called_to
from tusoi.sample.population import Population


# Where the record is kept here; elsewhere, as everywhere before, it lies signed in a drawer.
WITH_MINUTES: Final = frozenset({"BT-KT", "BT-TA", "BT-DT"})
_CALLED: Final = "BT-NV"
_MEETS_ON: Final = dt.date(2022, 12, 5)
_CALLED_ON: Final = dt.date(2022, 11, 28)
# In turn; the seventh is whom the sample lets sign in as a member, and owes an answer.
_ANSWERS: Final = (*[Reply.COMING] * 3, Reply.AWAY, *[Reply.COMING] * 2, Reply.NONE)


def write_minutes(
    *, cycle: ReviewCycle, population: Population, codes: Collection[str], actor: Account
) -> int:
    """Write locked minutes of the closed meetings below these organisations; return how many."""
    meetings = ReviewMeeting.objects.filter(
        cycle=cycle, state=MeetingState.CLOSED, chair__isnull=False, secretary__isnull=False
    ).select_related("unit__parent", "cycle", "chair", "secretary")
    writer = Writer()
    shown = [one for one in meetings if population.grassroots_code(one.unit_id) in codes]
    for meeting in shown:
        _write(meeting, actor, writer)
    for kind in (Minutes, MinutesSignature):
        writer.flush(kind)
    return len(shown)


def _write(meeting: ReviewMeeting, actor: Account, writer: Writer) -> None:
    signed_at = moment(local_day(meeting.closed_at or meeting.meets_at), 16)
    minutes = Minutes(
        meeting=meeting,
        state=MinutesState.LOCKED,
        created_at=meeting.opened_at or meeting.meets_at,
        created_by=actor,
        approved_at=signed_at,
        approved_by=actor,
        locked_at=signed_at,
        locked_by=actor,
    )
    content = minutes_content(minutes, votes=minutes_votes(meeting))
    names = [
        (role, person)
        for role, person in (
            (SignerRole.CHAIR, meeting.chair),
            (SignerRole.SECRETARY, meeting.secretary),
        )
        if person is not None
    ]
    minutes.content = {
        **content,
        "signatures": [_signed(role, one.full_name, signed_at) for role, one in names],
    }
    minutes.digest = digest_of_content(minutes.content)
    writer.add(minutes)
    for position, (role, person) in enumerate(names, start=1):
        writer.add(
            MinutesSignature(
                minutes=minutes,
                role=role,
                position=position,
                person=person,
                name=person.full_name,
                signed_at=signed_at,
                signed_by=actor,
                is_on_paper=True,
            )
        )


def _signed(role: SignerRole, name: str, at: dt.datetime) -> dict[str, Any]:
    return {
        "role": role.value,
        "name": name,
        "signed_on": f"{local_day(at):%Y-%m-%d}",
        "is_on_paper": True,
    }


def call_a_meeting(*, cycle: ReviewCycle, population: Population, actor: Account) -> None:
    """Call the meeting of a cell whose reviews are still being written; some have replied."""
    unit = population.units[_CALLED]
    called = called_to(_CALLED, population)
    called_at = moment(_CALLED_ON, 9)
    meeting = ReviewMeeting.objects.create(
        cycle=cycle,
        unit=unit,
        name=f"Hội nghị kiểm điểm năm {cycle.year}",
        meets_at=moment(_MEETS_ON, 8),
        place="Phòng họp của đơn vị",
        chair=called[0][0],
        secretary=called[1][0],
        documents_sent_at=called_at,
        documents_sent_by=actor,
        documents_note="Báo cáo kiểm điểm, bản tự kiểm điểm; gửi bản giấy",
        created_at=called_at,
        created_by=actor,
    )
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            person=person,
            kind=kind,
            has_vote=kind in VOTING_KINDS,
            **_replied(_ANSWERS[place % len(_ANSWERS)], actor),
        )
        for place, (person, kind) in enumerate(called)
    )
    agenda = suggested_agenda(cycle_id=cycle.pk, unit_id=unit.pk, on=_CALLED_ON)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, obligation=one, position=place)
        for place, one in enumerate(agenda)
    )


def _replied(reply: Reply, actor: Account) -> dict[str, Any]:
    if reply is Reply.NONE:
        return {}
    return {
        "reply": reply,
        "reply_reason": "Đi công tác" if reply is Reply.AWAY else "",
        "replied_at": moment(_CALLED_ON, 15),
        "replied_by": actor,
    }
