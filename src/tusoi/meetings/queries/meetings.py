"""Meetings as lists and as one: who reads them, what they hold, what is to be done next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.meetings.enums import (
    AttendeeKind,
    CorrectionState,
    ItemState,
    MeetingState,
    MeetingTask,
    MinutesState,
)
from tusoi.meetings.models import (
    AgendaItem,
    Attendance,
    Minutes,
    Remark,
    RemarkAnswer,
    RequestedCorrection,
    ReviewMeeting,
)
from tusoi.meetings.queries.quorum import Quorum
from tusoi.meetings.queries.ranks import rank_in_unit
from tusoi.people.models import Account
from tusoi.units.models import Unit


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
    return waiting().filter(cycle_id=cycle_id, unit_id=unit_id)


def units_to_meet(actor: Account, *, on: dt.date, search: str = "") -> QuerySet[Obligation, Any]:
    """Return rows (cycle, unit, waiting, submitted) of units whose meetings the actor may call."""
    rows = waiting().filter(
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


def waiting() -> QuerySet[Obligation]:
    taken = AgendaItem.objects.filter(obligation=OuterRef("pk")).exclude(state=ItemState.POSTPONED)
    return Obligation.objects.filter(
        ~Exists(taken), reviewed_at__isnull=True, cancelled_on__isnull=True
    )


# A meeting and its parts


def attendances_of(meeting: ReviewMeeting) -> QuerySet[Attendance]:
    """Return who was summoned: the head first, guests last."""
    return (
        meeting.attendances.select_related("person")
        .annotate(
            post_rank=rank_in_unit(
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
    """Return the agenda with each review's dossier and what was said about it."""
    remarks = (
        Remark.objects.select_related("author")
        .prefetch_related(Prefetch("answers", RemarkAnswer.objects.order_by("recorded_at", "pk")))
        .order_by("recorded_at", "pk")
    )
    answers = RemarkAnswer.objects.filter(remark__isnull=True).order_by("recorded_at", "pk")
    corrections = RequestedCorrection.objects.order_by("asked_at", "pk")
    return (
        meeting.items.select_related(
            "obligation", "obligation__review", "obligation__person", "postponed_to"
        )
        .prefetch_related(
            Prefetch("remarks", queryset=remarks),
            Prefetch("answers", queryset=answers, to_attr="general_answers"),
            Prefetch("corrections", queryset=corrections),
        )
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


def corrections_for(obligation: Obligation) -> QuerySet[RequestedCorrection]:
    """Return what meetings asked to be changed in a review, the open ones first."""
    return (
        RequestedCorrection.objects.filter(item__obligation=obligation)
        .select_related("item__meeting")
        .annotate(
            is_settled=Case(
                When(state=CorrectionState.ASKED, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("is_settled", "asked_at", "pk")
    )


def own_calls(person_id: int) -> QuerySet[Attendance]:
    """Return the summons of a person to meetings that are still to come."""
    return (
        Attendance.objects.filter(person_id=person_id, meeting__state=MeetingState.PLANNED)
        .select_related("meeting__unit")
        .order_by("meeting__meets_at", "pk")
    )


def next_task(
    meeting: ReviewMeeting,
    *,
    quorum: Quorum,
    items: Sequence[AgendaItem],
    minutes: Minutes | None = None,
) -> MeetingTask:
    """Return what the person with the laptop does next."""
    if meeting.state == MeetingState.UNDER_WAY:
        return _task_under_way(meeting, quorum, items)
    if meeting.state == MeetingState.CLOSED:
        is_signed = minutes is not None and minutes.state == MinutesState.LOCKED
        return MeetingTask.NONE if is_signed else MeetingTask.MINUTES
    return MeetingTask.OPEN if meeting.state == MeetingState.PLANNED else MeetingTask.NONE


def _task_under_way(
    meeting: ReviewMeeting, quorum: Quorum, items: Sequence[AgendaItem]
) -> MeetingTask:
    if quorum.unmarked_count:
        return MeetingTask.ATTENDANCE
    if meeting.chair_id is None or meeting.secretary_id is None:
        return MeetingTask.OFFICERS
    if any(one.state == ItemState.OPEN for one in items):
        return MeetingTask.DISCUSS
    return MeetingTask.CLOSE
