"""The content of minutes, gathered from what the room holds; its one canonical spelling."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import translation

from tusoi.core.text import nfc
from tusoi.meetings.enums import (
    CAME,
    FREE_KINDS,
    ItemState,
    MeetingKind,
    MinutesPart,
    MinutesState,
    Presence,
    SpeakerNaming,
)
from tusoi.meetings.models import (
    AgendaItem,
    Attendance,
    Minutes,
    MinutesRequest,
    MinutesTemplate,
    MinutesText,
    MinutesTextVersion,
    RemarkAnswer,
    ReviewMeeting,
)
from tusoi.meetings.queries.meetings import attendances_of, items_of
from tusoi.meetings.queries.quorum import quorum_of
from tusoi.meetings.queries.summons import notice_of
from tusoi.units.models import Unit


FORMAT: Final = "tusoi-minutes-1"

# The words that a new record begins with, until the unit writes its own. What stands in braces
# is filled in from the meeting, so that nobody types a name or an hour a second time.
BUILT_IN: Final[Mapping[tuple[MeetingKind, MinutesPart], str]] = {
    (MeetingKind.CELL, MinutesPart.OPENING): (
        "Đồng chí {chủ trì} tuyên bố lý do, giới thiệu đại biểu, thông báo số đảng viên có mặt, "
        "vắng mặt và thông qua chương trình hội nghị. Chi bộ nhất trí cử đồng chí {thư ký} làm "
        "thư ký."
    ),
    (MeetingKind.CELL, MinutesPart.ITEM): (
        "Trình bày bản kiểm điểm của {đối tượng}. Chi bộ thảo luận, góp ý."
    ),
    (MeetingKind.CELL, MinutesPart.CLOSING): (
        "Đồng chí {thư ký} đọc lại biên bản trước chi bộ. Đồng chí {chủ trì} bế mạc hội nghị."
    ),
    (MeetingKind.COMMITTEE, MinutesPart.OPENING): (
        "Đồng chí {chủ trì} tuyên bố lý do, giới thiệu đại biểu, báo cáo việc chuẩn bị kiểm điểm "
        "của tập thể và cá nhân, thông qua chương trình và cách tiến hành. Hội nghị nhất trí cử "
        "đồng chí {thư ký} làm thư ký."
    ),
    (MeetingKind.COMMITTEE, MinutesPart.ITEM): (
        "Trình bày bản kiểm điểm của {đối tượng}. Hội nghị thảo luận, góp ý; đại biểu dự có ý "
        "kiến."
    ),
    (MeetingKind.COMMITTEE, MinutesPart.CLOSING): (
        "Đồng chí {thư ký} đọc lại biên bản trước hội nghị. Đồng chí {chủ trì} bế mạc hội nghị."
    ),
}
TOKENS: Final = ("{chủ trì}", "{thư ký}", "{đơn vị}", "{đối tượng}")
_BLANK: Final = "…………………"


@dataclass(frozen=True)
class VoteFigure:
    title: str
    figure: str


@dataclass(frozen=True)
class MinutesVote:
    """The result of one vote as the minutes print it; the room of ballots is above this one.

    `opened_at` tells a vote of an earlier discussion, before the item was opened again. Without
    a dossier it was about something else than a level, and stands below all items.
    """

    obligation_id: int | None
    title: str
    opened_at: dt.datetime | None = None
    mode: str = ""
    figures: tuple[VoteFigure, ...] = ()
    outcome: str = ""
    void_reason: str = ""
    # Who took it back, and in which vote of the meeting the same was asked again.
    void_people: str = ""
    repeated_number: int | None = None
    # So few voted that the counts stay on the paper that is signed.
    hides_figures: bool = False


@dataclass(frozen=True)
class PartText:
    """What stands under one heading: the stored text, or the words that it begins with."""

    part: MinutesPart
    item_id: int | None
    text: str
    version: int = 0
    saved_at: dt.datetime | None = None
    text_id: int | None = None


@dataclass(frozen=True)
class Verification:
    """Whether the content of locked minutes still is what was signed."""

    stored: str
    computed: str

    @property
    def is_intact(self) -> bool:
        return bool(self.stored) and self.stored == self.computed


# Versions


def minutes_of(meeting: ReviewMeeting) -> QuerySet[Minutes]:
    """Return the versions of the record, the newest first."""
    return meeting.minutes.order_by("-number")


def current_minutes(meeting: ReviewMeeting) -> Minutes | None:
    return minutes_of(meeting).first()


def meeting_kind(unit: Unit) -> MeetingKind:
    return MeetingKind.CELL if unit.has_members else MeetingKind.COMMITTEE


# Texts


def template_texts(unit: Unit) -> dict[str, str]:
    """Return by part the words with which the unit's minutes begin."""
    kind = meeting_kind(unit)
    own = MinutesTemplate.objects.filter(unit=unit, meeting_kind=kind)
    words = dict(own.values_list("part", "text"))
    return {part.value: words.get(part.value, BUILT_IN[kind, part]) for part in MinutesPart}


def texts_of(minutes: Minutes, items: Sequence[AgendaItem]) -> list[PartText]:
    """Return every text of the record in its order, written or not.

    What was put off before anybody took it up begins empty: the words would say that it was
    discussed.
    """
    words = template_texts(minutes.meeting.unit)
    untouched = {one.pk for one in items if _was_put_off_untouched(one)}
    stored = {
        (one.part, one.item_id): one for one in MinutesText.objects.filter(minutes_id=minutes.pk)
    }
    places: list[tuple[MinutesPart, int | None]] = [
        (MinutesPart.OPENING, None),
        *((MinutesPart.ITEM, one.pk) for one in items),
        (MinutesPart.CLOSING, None),
    ]
    return [
        PartText(part, item_id, one.text, one.version, one.saved_at, one.pk)
        if (one := stored.get((part, item_id)))
        else PartText(part, item_id, "" if item_id in untouched else words[part])
        for part, item_id in places
    ]


def _was_put_off_untouched(item: AgendaItem) -> bool:
    return (
        item.state == ItemState.POSTPONED
        and not item.spent_seconds
        and not (item.remarks.all() or item.answers.all() or item.corrections.all())
    )


def open_text_conflicts(minutes: Minutes) -> QuerySet[MinutesTextVersion]:
    """Return the texts that ran into another save and wait for a decision."""
    return (
        MinutesTextVersion.objects.filter(
            minutes_text__minutes=minutes, is_conflict=True, resolved_at__isnull=True
        )
        .select_related("minutes_text__item__obligation", "saved_by__person")
        .order_by("saved_at", "pk")
    )


def filled(text: str, meeting: ReviewMeeting, *, subject: str = "") -> str:
    """Put the names of the meeting where a text has their place in braces."""
    values = {
        "{chủ trì}": meeting.chair.full_name if meeting.chair else _BLANK,
        "{thư ký}": meeting.secretary.full_name if meeting.secretary else _BLANK,
        "{đơn vị}": meeting.unit.name,
        "{đối tượng}": subject or _BLANK,
    }
    for token, value in values.items():
        text = text.replace(token, value)
    return text


# Content


def minutes_content(minutes: Minutes, *, votes: Sequence[MinutesVote] = ()) -> dict[str, Any]:
    """Gather everything that the record says, as JSON; labels are those of the Vietnamese text."""
    if minutes.content is not None:
        frozen: dict[str, Any] = minutes.content
        return frozen
    with translation.override("vi"):
        return _gathered(minutes, votes)


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest_of_content(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def verify(minutes: Minutes) -> Verification:
    """Compute the digest of what is stored now and put it beside the one that was locked."""
    return Verification(minutes.digest, digest_of_content(minutes.content or {}))


def _gathered(minutes: Minutes, votes: Sequence[MinutesVote]) -> dict[str, Any]:
    meeting = minutes.meeting
    items = list(items_of(meeting))
    texts = {(one.part, one.item_id): one.text for one in texts_of(minutes, items)}
    return {
        "format": FORMAT,
        "number": minutes.number,
        "reason": minutes.reason,
        "unit": meeting.unit.name,
        "superior": meeting.unit.parent.name if meeting.unit.parent else "",
        "cycle": meeting.cycle.name,
        "meeting": _meeting_part(meeting),
        "documents": _documents_part(meeting),
        **_attendance_part(meeting),
        "opening": filled(texts[MinutesPart.OPENING, None], meeting),
        "closing": filled(texts[MinutesPart.CLOSING, None], meeting),
        "items": [
            _item_part(number, one, texts[MinutesPart.ITEM, one.pk], votes)
            for number, one in enumerate(items, start=1)
        ],
        "votes": [_vote_part(one, None) for one in votes if one.obligation_id is None],
        "conclusion": nfc(meeting.conclusion),
        "requests": [
            {
                "person": one.person.full_name,
                "text": one.text,
                "state": str(one.get_state_display()),
                "note": one.settle_note,
            }
            for one in requests_of(minutes)
        ],
    }


def requests_of(minutes: Minutes) -> QuerySet[MinutesRequest]:
    found = MinutesRequest.objects.filter(minutes_id=minutes.pk)
    return found.select_related("person").order_by("asked_at", "pk")


def _meeting_part(meeting: ReviewMeeting) -> dict[str, Any]:
    return {
        "name": meeting.name,
        "public_id": meeting.public_id,
        "place": meeting.place,
        "meets_at": _moment(meeting.meets_at),
        "opened_at": _moment(meeting.opened_at),
        "closed_at": _moment(meeting.closed_at),
        "chair": meeting.chair.full_name if meeting.chair else "",
        "secretary": meeting.secretary.full_name if meeting.secretary else "",
        "keeps_no_names": meeting.speaker_naming == SpeakerNaming.NONE,
        "order_note": meeting.order_note,
    }


def _documents_part(meeting: ReviewMeeting) -> dict[str, Any]:
    notice = notice_of(meeting)
    return {
        "sent_at": _moment(meeting.documents_sent_at),
        "note": meeting.documents_note,
        "files": [
            one.file.name
            for one in meeting.documents.filter(removed_at__isnull=True)
            .select_related("file")
            .order_by("added_at", "pk")
        ],
        "late_reason": meeting.documents_late_reason,
        "working_days": notice.working_days,
        "needs_checking": notice.needs_checking,
    }


def _attendance_part(meeting: ReviewMeeting) -> dict[str, Any]:
    attendances = list(attendances_of(meeting))
    quorum = quorum_of(meeting)
    came = [one for one in attendances if one.presence in CAME]
    away = [one for one in attendances if one.presence not in CAME]
    return {
        "present": [_person_part(one) for one in came],
        "away": [_person_part(one) for one in away if one.presence != Presence.SUMMONED],
        "unmarked": [
            _person_part(one)
            for one in away
            if one.presence == Presence.SUMMONED and one.kind not in FREE_KINDS
        ],
        "quorum": {
            "summoned": quorum.summoned_count,
            "came": sum(one.has_vote for one in came),
            "left": quorum.left_count,
            "needed": quorum.needed_count,
            "rule": str(quorum.rule),
            "needs_checking": quorum.needs_checking,
            "left_out": [
                {"kind": str(one.kind.label), "count": one.count} for one in quorum.left_out
            ],
        },
    }


def _person_part(one: Attendance) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": str(one.get_kind_display()),
        "has_vote": one.has_vote,
        "presence": str(one.get_presence_display()),
        "reason": one.reason,
        "arrived_at": _moment(one.arrived_at),
        "left_at": _moment(one.left_at),
    }


def _item_part(
    number: int, item: AgendaItem, text: str, votes: Sequence[MinutesVote]
) -> dict[str, Any]:
    obligation = item.obligation
    return {
        "number": number,
        "name": obligation.name,
        "kind": str(obligation.get_subject_kind_display()),
        "state": item.state,
        "course": filled(text, item.meeting, subject=obligation.name),
        "remarks": [
            {
                "speaker": one.speaker,
                "text": one.text,
                "answers": [_answer_part(answer) for answer in one.answers.all()],
            }
            for one in item.remarks.all()
        ],
        "answers": [_answer_part(one) for one in item.general_answers],  # type: ignore[attr-defined]  # prefetched by items_of
        "corrections": [
            {
                "text": one.text,
                "state": str(one.get_state_display()),
                "note": one.settle_note,
            }
            for one in item.corrections.all()
        ],
        "conclusion": item.conclusion if item.state == ItemState.CONCLUDED else "",
        "quorum_note": item.quorum_note,
        "order_note": item.order_note,
        "postpone_reason": item.postpone_reason,
        "spent_minutes": -(-item.spent_seconds // 60),
        "votes": [
            _vote_part(one, item) for one in votes if one.obligation_id == item.obligation_id
        ],
    }


def _answer_part(answer: RemarkAnswer) -> dict[str, str]:
    return {"stance": str(answer.get_stance_display()), "text": answer.text}


def _vote_part(vote: MinutesVote, item: AgendaItem | None) -> dict[str, Any]:
    return {
        "title": vote.title,
        "mode": vote.mode,
        "figures": [[one.title, one.figure] for one in vote.figures],
        "outcome": vote.outcome,
        "void_reason": vote.void_reason,
        "void_people": vote.void_people,
        "repeated_number": vote.repeated_number,
        "hides_figures": vote.hides_figures,
        "is_of_earlier_discussion": item is not None and is_of_earlier_discussion(vote, item),
    }


def is_of_earlier_discussion(vote: MinutesVote, item: AgendaItem) -> bool:
    """Say whether the item was opened again and concluded anew after the vote was held."""
    if vote.opened_at is None or item.state != ItemState.CONCLUDED:
        return False
    return item.concluded_at is not None and vote.opened_at < item.concluded_at


def _moment(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else ""


def unsigned_minutes_for(person_id: int) -> QuerySet[Minutes]:
    """Return the approved minutes that wait for this person's name."""
    return (
        Minutes.objects.filter(
            Q(signatures__person_id=person_id, signatures__signed_at__isnull=True),
            state=MinutesState.APPROVED,
        )
        .select_related("meeting__unit")
        .distinct()
        .order_by("approved_at", "pk")
    )
