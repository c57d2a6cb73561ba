"""Whom a meeting calls, and until when they have to have its papers."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from tusoi.core.clock import local_day
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine.citations import Citation
from tusoi.meetings.enums import VOTING_KINDS, AttendeeKind
from tusoi.meetings.models import MeetingDocument, ReviewMeeting
from tusoi.meetings.queries.ranks import in_force, standings
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding, Person
from tusoi.rulebooks.schema import StageStep
from tusoi.units.enums import MembershipKind
from tusoi.units.models import Membership, Post, Unit, UnitClosure


# What later texts ask for, taken as advice where the rulebook of the cycle says nothing.
CUSTOMARY_NOTICE: Final = 3
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Summons:
    person_id: int
    kind: AttendeeKind

    @property
    def has_vote(self) -> bool:
        return self.kind in VOTING_KINDS


def summons_for(unit: Unit, *, on: dt.date) -> list[Summons]:
    """Return whom a meeting of the unit calls: a cell its members, a committee its seats.

    Those on probation, of another cell, suspended or excused from Party activities take part
    without a vote; who is excused comes if they like.
    """
    if unit.has_members:
        return _members_summoned(unit, on=on)
    return _seats_summoned(unit, on=on)


def _members_summoned(unit: Unit, *, on: dt.date) -> list[Summons]:
    rows = (
        in_force(Membership.objects.filter(unit=unit), on=on)
        .filter(Q(member__left_on__isnull=True) | Q(member__left_on__gt=on))
        .annotate(
            is_suspended=Exists(_standing(StandingKind.SUSPENDED, on=on)),
            is_exempt=Exists(_standing(StandingKind.EXEMPT, on=on)),
        )
        .order_by("member__person__sort_key", "kind")
        .values_list(
            "member__person_id", "kind", "member__official_on", "is_suspended", "is_exempt"
        )
    )
    found: dict[int, Summons] = {}
    for person_id, kind, official_on, is_suspended, is_exempt in rows:
        capacity = AttendeeKind.FULL
        if is_suspended:
            capacity = AttendeeKind.SUSPENDED
        elif is_exempt:
            capacity = AttendeeKind.EXEMPT
        elif official_on is None or official_on > on:
            capacity = AttendeeKind.PROBATIONARY
        elif kind == MembershipKind.TEMPORARY:
            capacity = AttendeeKind.TEMPORARY
        found.setdefault(person_id, Summons(person_id, capacity))
    return list(found.values())


def _seats_summoned(unit: Unit, *, on: dt.date) -> list[Summons]:
    barred = set(
        standings(on=on)
        .filter(kind__in=[StandingKind.SUSPENDED, StandingKind.COMMITTEE_SUSPENDED])
        .values_list("member__person_id", flat=True)
    )
    people = (
        in_force(Post.objects.filter(unit=unit), on=on)
        .order_by("person__sort_key", "person_id")
        .values_list("person_id", flat=True)
    )
    return [
        Summons(one, AttendeeKind.SUSPENDED if one in barred else AttendeeKind.SEAT)
        for one in dict.fromkeys(people)
    ]


def possible_guests(meeting: ReviewMeeting, *, on: dt.date) -> QuerySet[Person]:
    """Return committee members of the organisations above and leaders of the unit's collectives.

    Only these are offered by name; any other guest is written in, so that nobody can look people
    up in a part of the tree that is not theirs.
    """
    above = UnitClosure.objects.filter(descendant=meeting.unit_id).values("ancestor")
    posts = in_force(Post.objects.filter(unit__in=above), on=on)
    return (
        Person.objects.filter(pk__in=posts.values("person"))
        .exclude(attendances__meeting=meeting)
        .order_by("sort_key", "pk")
    )


def _standing(kind: StandingKind, *, on: dt.date) -> QuerySet[MemberStanding]:
    return standings(on=on).filter(member=OuterRef("member"), kind=kind)


@dataclass(frozen=True)
class Notice:
    """How early those summoned have to have the documents, and by which text."""

    working_days: int
    latest_on: dt.date
    needs_checking: bool
    citations: tuple[Citation, ...] = ()

    def is_late(self, day: dt.date) -> bool:
        return day > self.latest_on


def notice_for(cycle: ReviewCycle, *, meets_on: dt.date) -> Notice:
    """Return until when documents go out for a meeting on that day.

    Only Saturdays and Sundays are left out: which other days are free is decided every year.
    """
    rulebook = rulebook_of(cycle)
    for stage in rulebook.stages:
        if stage.step is StageStep.MEETING and stage.notice_working_days:
            return Notice(
                stage.notice_working_days,
                working_day_before(meets_on, stage.notice_working_days),
                stage.needs_checking,
                rulebook.citations(stage.cites),
            )
    latest_on = working_day_before(meets_on, CUSTOMARY_NOTICE)
    return Notice(CUSTOMARY_NOTICE, latest_on, needs_checking=True)


def notice_of(meeting: ReviewMeeting) -> Notice:
    return notice_for(meeting.cycle, meets_on=local_day(meeting.meets_at))


@dataclass(frozen=True)
class DocumentLine:
    """A file beside the summons, and whether it came in time."""

    document: MeetingDocument
    is_late: bool


def documents_of(meeting: ReviewMeeting) -> list[DocumentLine]:
    """Return the files of a meeting in the order in which they came, those taken away too."""
    notice = notice_of(meeting)
    rows = meeting.documents.select_related("file", "added_by", "removed_by")
    return [
        DocumentLine(one, notice.is_late(local_day(one.added_at)))
        for one in rows.order_by("added_at", "pk")
    ]


def working_day_before(day: dt.date, count: int) -> dt.date:
    """Return the day that lies `count` working days before another."""
    while count:
        day -= dt.timedelta(days=1)
        if day.weekday() < _SATURDAY:
            count -= 1
    return day
