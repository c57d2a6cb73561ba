"""Writes the meetings in which the sample's reviews were discussed."""

import random
from collections import defaultdict

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import ReviewCycle
from tusoi.meetings.enums import VOTING_KINDS, AttendeeKind, ItemState, MeetingState, Presence
from tusoi.meetings.models import AgendaItem, Attendance, Remark, ReviewMeeting
from tusoi.meetings.queries import working_day_before
from tusoi.people.models import Account, Person
from tusoi.sample.dossiers import Dossier, Writer, moment
from tusoi.sample.population import Population


_REMARKS = (
    "Đề nghị nêu rõ hơn kết quả so với chỉ tiêu đầu năm.",
    "Nhất trí với bản kiểm điểm; đề nghị phát huy trong năm tới.",
    "Cần mạnh dạn góp ý hơn trong sinh hoạt.",
    "Đề nghị bổ sung thời hạn cho từng giải pháp.",
)
# More working days than any rulebook here asks for.
_NOTICE = 7
_ABSENT_SHARE = 0.06
_REMARK_SHARE = 0.2


def write_meetings(
    *,
    cycle: ReviewCycle,
    dossiers: list[Dossier],
    population: Population,
    rng: random.Random,
    actor: Account,
) -> int:
    """Write one closed meeting for each unit that discussed a review; return how many."""
    by_unit: dict[int, list[Dossier]] = defaultdict(list)
    for dossier in dossiers:
        if dossier.meets_on is not None:
            by_unit[dossier.obligation.unit_id].append(dossier)
    codes = {unit.pk: code for code, unit in population.units.items()}
    writer = Writer()
    for unit_id, own in by_unit.items():
        _write_meeting(cycle, codes[unit_id], own, population, rng, actor, writer)
    for kind in (ReviewMeeting, AgendaItem, Attendance, Remark):
        writer.flush(kind)
    return len(by_unit)


def _write_meeting(  # noqa: PLR0913, PLR0917 -- one place for all that a meeting needs
    cycle: ReviewCycle,
    code: str,
    dossiers: list[Dossier],
    population: Population,
    rng: random.Random,
    actor: Account,
    writer: Writer,
) -> None:
    unit, day = population.units[code], dossiers[0].meets_on
    if day is None:
        return
    called, called_on = called_to(code, population), working_day_before(day, _NOTICE)
    meeting = ReviewMeeting(
        cycle=cycle,
        unit=unit,
        name=f"Hội nghị kiểm điểm năm {cycle.year}",
        meets_at=moment(day, 8),
        place="Phòng họp của đơn vị",
        state=MeetingState.CLOSED,
        chair=called[0][0] if called else None,
        secretary=called[1][0] if len(called) > 1 else None,
        conclusion="Hội nghị thống nhất nội dung kiểm điểm và các giải pháp khắc phục.",
        documents_sent_at=moment(called_on, 10),
        documents_sent_by=actor,
        documents_note="Báo cáo kiểm điểm, bản tự kiểm điểm; gửi bản giấy",
        created_at=moment(called_on, 9),
        created_by=actor,
        opened_at=moment(day, 8),
        opened_by=actor,
        closed_at=moment(day, 11),
        closed_by=actor,
    )
    writer.add(meeting)
    for place, (person, capacity) in enumerate(called):
        away = place > 1 and rng.random() < _ABSENT_SHARE
        writer.add(
            Attendance(
                meeting=meeting,
                person=person,
                kind=capacity,
                has_vote=capacity in VOTING_KINDS,
                presence=Presence.EXCUSED if away else Presence.PRESENT,
                reason="Đi công tác, đã báo cáo chi ủy" if away else "",
            )
        )
    for place, dossier in enumerate(sorted(dossiers, key=_collective_first)):
        item = AgendaItem(
            meeting=meeting,
            obligation=dossier.obligation,
            position=place,
            state=ItemState.CONCLUDED,
            conclusion="Thống nhất với bản kiểm điểm.",
            concluded_at=dossier.obligation.reviewed_at,
            concluded_by=actor,
        )
        writer.add(item)
        if rng.random() < _REMARK_SHARE:
            writer.add(
                Remark(
                    item=item,
                    text=rng.choice(_REMARKS),
                    recorded_at=moment(day, 9),
                    recorded_by=actor,
                )
            )


def called_to(code: str, population: Population) -> list[tuple[Person, AttendeeKind]]:
    """Return the members of a cell, or the seats of a committee, those who preside first."""
    if code not in population.members_of:
        return [(one, AttendeeKind.SEAT) for one in population.committees.get(code, [])]
    return [
        (one.person, AttendeeKind.FULL if one.official_on else AttendeeKind.PROBATIONARY)
        for one in population.members_of[code]
    ]


def _collective_first(dossier: Dossier) -> tuple[int, int]:
    order = {SubjectKind.COLLECTIVE: 1, SubjectKind.LEADER: 2, SubjectKind.MEMBER: 3}
    return order.get(SubjectKind(dossier.obligation.subject_kind), 0), dossier.obligation.pk
