import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.clock import local_day
from tusoi.cycles.enums import ORGANIZATION_KINDS, CycleState, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.meetings.enums import (
    VOTING_KINDS,
    AttendeeKind,
    ItemState,
    MeetingState,
    MeetingTask,
    Presence,
    QuorumRule,
)
from tusoi.meetings.models import AgendaItem, Attendance, Remark, ReviewMeeting
from tusoi.people.enums import StandingKind
from tusoi.people.models import Account, MemberStanding, Person
from tusoi.units.enums import MembershipKind, Position
from tusoi.units.models import Membership, Post, Unit, UnitClosure


QUORUM_SETTING = "meeting-quorum"
_LAST_RANK = 9
M = TypeVar("M", Membership, Post)
_RANKS = {
    Position.SECRETARY: 0,
    Position.HEAD: 0,
    Position.DEPUTY_SECRETARY: 1,
    Position.DEPUTY_HEAD: 1,
    Position.STANDING_MEMBER: 2,
    Position.COMMITTEE_MEMBER: 3,
    Position.LEADER: 3,
}


# Who reads what


def meetings_for(actor: Account, *, on: dt.date) -> QuerySet[ReviewMeeting]:
    """Return the meetings whose agenda and minutes the account may read."""
    if not actor.is_active:
        return ReviewMeeting.objects.none()
    scope = Q(unit__in=units_for(actor, Permission.MEETING_VIEW, on=on))
    if actor.person_id is not None:
        own = Attendance.objects.filter(meeting=OuterRef("pk"), person_id=actor.person_id)
        scope |= Q(Exists(own))
    return ReviewMeeting.objects.filter(scope)


def meetings_held_by(actor: Account, *, on: dt.date) -> QuerySet[ReviewMeeting]:
    """Return the meetings that the account may call, hold and write down."""
    return ReviewMeeting.objects.filter(unit__in=units_for(actor, Permission.MEETING_HOLD, on=on))


def with_counts(meetings: QuerySet[ReviewMeeting]) -> QuerySet[ReviewMeeting]:
    """Add how many items there are and how many were concluded."""
    items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    done = items.filter(state=ItemState.CONCLUDED)
    return meetings.annotate(
        item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
        concluded_count=Coalesce(Subquery(done.annotate(n=Count("pk")).values("n")), 0),
    )


# What to put on the agenda


@dataclass(frozen=True)
class UnitToMeet:
    """A unit with reviews that wait for a meeting."""

    cycle: ReviewCycle
    unit: Unit
    waiting_count: int
    submitted_count: int


def waiting_for_meeting(*, cycle_id: int, unit_id: int) -> QuerySet[Obligation]:
    """Return the unit's reviews that no meeting has concluded or has on its agenda."""
    return _waiting().filter(cycle_id=cycle_id, unit_id=unit_id)


def suggested_agenda(*, cycle_id: int, unit_id: int, on: dt.date) -> QuerySet[Obligation]:
    """Return what waits in the order of the guideline: collective first, head first."""
    return in_order(waiting_for_meeting(cycle_id=cycle_id, unit_id=unit_id), on=on)


def in_order(obligations: QuerySet[Obligation], *, on: dt.date) -> QuerySet[Obligation]:
    """Sort the organisation itself, collectives, leaders and members, the head of each first."""
    return obligations.annotate(
        subject_rank=Case(
            When(subject_kind__in=ORGANIZATION_KINDS, then=Value(0)),
            When(subject_kind=SubjectKind.COLLECTIVE, then=Value(1)),
            When(subject_kind=SubjectKind.LEADER, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
        post_rank=_post_rank(OuterRef("person"), OuterRef("unit"), on=on),
    ).order_by("subject_rank", "post_rank", "sort_key", "pk")


def units_to_meet(actor: Account, *, on: dt.date, search: str = "") -> QuerySet[Obligation, Any]:
    """Return rows (cycle, unit, waiting, submitted) of units whose meetings the actor may call."""
    rows = _waiting().filter(
        cycle__state=CycleState.OPEN, unit__in=units_for(actor, Permission.MEETING_HOLD, on=on)
    )
    if search:
        rows = rows.filter(unit__search_key__contains=search)
    return (
        rows.values("cycle_id", "unit_id")
        .annotate(
            waiting=Count("pk"),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
        )
        .order_by("unit__sort_key", "unit_id", "cycle_id")
    )


def _waiting() -> QuerySet[Obligation]:
    taken = AgendaItem.objects.filter(obligation=OuterRef("pk")).exclude(state=ItemState.POSTPONED)
    return Obligation.objects.filter(
        ~Exists(taken), reviewed_at__isnull=True, cancelled_on__isnull=True
    )


# Whom to summon


@dataclass(frozen=True)
class Summons:
    person_id: int
    kind: AttendeeKind

    @property
    def has_vote(self) -> bool:
        return self.kind in VOTING_KINDS


def summons_for(unit: Unit, *, on: dt.date) -> list[Summons]:
    """Return whom a meeting of the unit calls: a cell its members, a committee its seats.

    Members excused from Party activities are not called. Those on probation, of another cell or
    suspended take part without a vote.
    """
    if unit.has_members:
        return _members_summoned(unit, on=on)
    return _seats_summoned(unit, on=on)


def _members_summoned(unit: Unit, *, on: dt.date) -> list[Summons]:
    rows = (
        _in_force(Membership.objects.filter(unit=unit), on=on)
        .filter(Q(member__left_on__isnull=True) | Q(member__left_on__gt=on))
        .exclude(member__in=_with_standing(StandingKind.EXEMPT, on=on))
        .annotate(
            is_suspended=Exists(
                _standings(on=on).filter(member=OuterRef("member"), kind=StandingKind.SUSPENDED)
            )
        )
        .order_by("member__person__sort_key", "kind")
        .values_list("member__person_id", "kind", "member__official_on", "is_suspended")
    )
    found: dict[int, Summons] = {}
    for person_id, kind, official_on, is_suspended in rows:
        capacity = AttendeeKind.FULL
        if is_suspended:
            capacity = AttendeeKind.SUSPENDED
        elif official_on is None or official_on > on:
            capacity = AttendeeKind.PROBATIONARY
        elif kind == MembershipKind.TEMPORARY:
            capacity = AttendeeKind.TEMPORARY
        found.setdefault(person_id, Summons(person_id, capacity))
    return list(found.values())


def _seats_summoned(unit: Unit, *, on: dt.date) -> list[Summons]:
    barred = set(
        _standings(on=on)
        .filter(kind__in=[StandingKind.SUSPENDED, StandingKind.COMMITTEE_SUSPENDED])
        .values_list("member__person_id", flat=True)
    )
    people = (
        _in_force(Post.objects.filter(unit=unit), on=on)
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
    posts = _in_force(Post.objects.filter(unit__in=above), on=on)
    return (
        Person.objects.filter(pk__in=posts.values("person"))
        .exclude(attendances__meeting=meeting)
        .order_by("sort_key", "pk")
    )


# A meeting and its parts


def attendances_of(meeting: ReviewMeeting) -> QuerySet[Attendance]:
    """Return who was summoned: the head first, guests last."""
    return (
        meeting.attendances.select_related("person")
        .annotate(
            post_rank=_post_rank(
                OuterRef("person"), OuterRef("meeting__unit"), on=local_day(meeting.meets_at)
            ),
            is_guest=Case(
                When(kind=AttendeeKind.GUEST, then=Value(1)),
                default=Value(0),
                output_field=IntegerField(),
            ),
        )
        .order_by("is_guest", "post_rank", "person__sort_key", "guest_name", "pk")
    )


def items_of(meeting: ReviewMeeting) -> QuerySet[AgendaItem]:
    """Return the agenda with each review's dossier and the remarks made."""
    remarks = Remark.objects.select_related("author").order_by("recorded_at", "pk")
    return (
        meeting.items.select_related(
            "obligation", "obligation__review", "obligation__person", "postponed_to"
        )
        .prefetch_related(Prefetch("remarks", queryset=remarks))
        .order_by("position", "pk")
    )


def later_meetings(meeting: ReviewMeeting) -> QuerySet[ReviewMeeting]:
    """Return the planned meetings to which an item may be moved."""
    return (
        ReviewMeeting.objects.filter(
            unit_id=meeting.unit_id, cycle_id=meeting.cycle_id, state=MeetingState.PLANNED
        )
        .exclude(pk=meeting.pk)
        .order_by("meets_at", "pk")
    )


@dataclass(frozen=True)
class Quorum:
    """How many of those with a vote were summoned, came, and must come."""

    summoned_count: int
    present_count: int
    needed_count: int
    rule: StrOrPromise
    needs_checking: bool
    unmarked_count: int = 0

    @property
    def is_reached(self) -> bool:
        return self.present_count >= self.needed_count


def quorum_of(meeting: ReviewMeeting) -> Quorum:
    """Count who may vote and came against the choice of the cycle's rulebook."""
    votes = Q(has_vote=True)
    counts = meeting.attendances.aggregate(
        summoned=Count("pk", filter=votes),
        present=Count("pk", filter=votes & Q(presence=Presence.PRESENT)),
        unmarked=Count("pk", filter=Q(presence=Presence.SUMMONED)),
    )
    rule, needs_checking = quorum_rule(meeting.cycle)
    return Quorum(
        summoned_count=counts["summoned"],
        present_count=counts["present"],
        needed_count=_needed(rule, counts["summoned"]),
        rule=rule.label,
        needs_checking=needs_checking,
        unmarked_count=counts["unmarked"],
    )


def quorum_rule(cycle: ReviewCycle) -> tuple[QuorumRule, bool]:
    """Return the rule and whether it still has to be compared with the original text.

    A rulebook without the setting leaves two thirds, by custom; that is always to be checked.
    """
    rulebook = rulebook_of(cycle)
    for setting in rulebook.settings:
        if setting.id == QUORUM_SETTING:
            chosen = rulebook.setting(QUORUM_SETTING, cycle.rulebook_settings)
            return QuorumRule(chosen), setting.needs_checking
    return QuorumRule.TWO_THIRDS, True


def next_task(
    meeting: ReviewMeeting, *, quorum: Quorum, items: Sequence[AgendaItem]
) -> MeetingTask:
    """Return what the person with the laptop does next."""
    if meeting.state == MeetingState.PLANNED:
        return MeetingTask.OPEN
    if meeting.state != MeetingState.UNDER_WAY:
        return MeetingTask.NONE
    if quorum.unmarked_count:
        return MeetingTask.ATTENDANCE
    if meeting.chair_id is None or meeting.secretary_id is None:
        return MeetingTask.OFFICERS
    if any(one.state == ItemState.OPEN for one in items):
        return MeetingTask.DISCUSS
    return MeetingTask.CLOSE


def _needed(rule: QuorumRule, summoned: int) -> int:
    if rule is QuorumRule.MORE_THAN_HALF:
        return summoned // 2 + 1
    if rule is QuorumRule.NONE:
        return 0
    return -(-summoned * 2 // 3)


# Inside


def _post_rank(person: OuterRef, unit: OuterRef, *, on: dt.date) -> Coalesce:
    ranks = (
        _in_force(Post.objects.filter(person=person, unit=unit), on=on)
        .order_by()
        .values("person")
        .annotate(
            rank=Min(
                Case(
                    *(When(position=key, then=Value(rank)) for key, rank in _RANKS.items()),
                    default=Value(_LAST_RANK),
                    output_field=IntegerField(),
                )
            )
        )
        .values("rank")
    )
    return Coalesce(Subquery(ranks, output_field=IntegerField()), Value(_LAST_RANK))


def _in_force(rows: QuerySet[M], *, on: dt.date) -> QuerySet[M]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def _standings(*, on: dt.date) -> QuerySet[MemberStanding]:
    return MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on
    )


def _with_standing(kind: StandingKind, *, on: dt.date) -> QuerySet[MemberStanding, Any]:
    return _standings(on=on).filter(kind=kind).values("member")
