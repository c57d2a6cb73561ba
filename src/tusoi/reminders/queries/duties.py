"""What a person has to do and by when, read from the records each time it is asked.

Nothing is queued: whoever hands a thing over, finishes it or moves its day has thereby changed
every reminder of it.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import HeldRole, roles_of
from tusoi.access.roles import roles_with
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, StageKey
from tusoi.cycles.models import CycleStage, Obligation, ReviewCycle
from tusoi.meetings.enums import MeetingState
from tusoi.meetings.models import Attendance
from tusoi.people.models import Account
from tusoi.ratings.queries import waiting_for_decision
from tusoi.remediation.enums import PlanState, ShortcomingState
from tusoi.remediation.models import (
    ActionLink,
    FollowedShortcoming,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries import (
    OPEN_STATES,
    acceptances_to_answer,
    extensions_to_answer,
    open_gaps,
)
from tusoi.reminders.enums import Place, ReminderKind
from tusoi.reviews.queries.scopes import obligations_to_write
from tusoi.units.models import Unit


# Of one kind a letter names no more; the page of the application has them all.
MOST: Final = 50


@dataclass(frozen=True)
class Duty:
    """One thing with a day by which it is to be done."""

    kind: ReminderKind
    # Stays the same for as long as the thing exists, whatever becomes of its text and day.
    uid: str
    title: str
    text: str
    due_on: dt.date
    place: Place
    keys: tuple[str, ...] = ()
    narrowed: str = ""
    # Of what begins at an hour, such as a meeting; `where` is its room.
    starts_at: dt.datetime | None = None
    where: str = ""
    count: int | None = None


def duties_of(account: Account, *, on: dt.date) -> list[Duty]:
    """Return what waits for a person and has a day, the nearest first."""
    if account.is_system or not account.is_active:
        return []
    who = _Reader(account, on)
    found = [duty for gather in _GATHERED for duty in gather(who)]
    return sorted(found, key=lambda duty: (duty.due_on, duty.kind, duty.uid))


def nodes_with(account: Account, permission: Permission, *, on: dt.date) -> set[int]:
    """Return the units on which the account was given the permission, not those below them."""
    return _Reader(account, on).nodes(permission)


@dataclass(frozen=True)
class _Reader:
    """Who asks on which day; the roles are read once for all."""

    account: Account
    on: dt.date

    def nodes(self, permission: Permission) -> set[int]:
        giving = roles_with(permission)
        return {held.unit_id for held in self._held if held.role.value in giving}

    @cached_property
    def _held(self) -> Collection[HeldRole]:
        return roles_of(self.account, on=self.on)


def _self_reviews(who: _Reader) -> Iterator[Duty]:
    rows = obligations_to_write(who.account, on=who.on).filter(
        cycle__state=CycleState.OPEN, submitted_at__isnull=True
    )
    for owed in rows.order_by("due_on", "pk")[:MOST]:
        yield _self_review(owed)


def _self_review(owed: Obligation) -> Duty:
    is_own = owed.person_id is not None
    return Duty(
        kind=ReminderKind.SELF_REVIEW,
        uid=f"dossier-{owed.pk}",
        title=_("Nộp bản kiểm điểm của tôi") if is_own else _("Nộp báo cáo kiểm điểm tập thể"),
        text=owed.cycle.name if is_own else f"{owed.name} · {owed.cycle.name}",
        due_on=owed.due_on,
        place=Place.MY_REVIEWS,
    )


def _meetings(who: _Reader) -> Iterator[Duty]:
    if who.account.person_id is None:
        return
    sees = bool(who.nodes(Permission.MEETING_VIEW))
    calls = (
        Attendance.objects.filter(
            person_id=who.account.person_id, meeting__state=MeetingState.PLANNED
        )
        .select_related("meeting__unit")
        .order_by("meeting__meets_at", "pk")
    )
    for call in calls[:MOST]:
        meeting = call.meeting
        yield Duty(
            kind=ReminderKind.MEETING,
            uid=f"meeting-{meeting.public_id}",
            title=_("Dự hội nghị kiểm điểm"),
            text=f"{meeting.name} · {meeting.unit}",
            due_on=local_day(meeting.meets_at),
            # The page of a meeting opens to those who may see it; others have the day here.
            place=Place.MEETING if sees else Place.REMINDERS,
            keys=(str(meeting.public_id),) if sees else (),
            starts_at=meeting.meets_at,
            where=meeting.place,
        )


def _actions(who: _Reader) -> Iterator[Duty]:
    mine = Q(owner_unit__in=who.nodes(Permission.REMEDIATION_UPDATE))
    if who.account.person_id is not None:
        mine |= Q(owner_person=who.account.person_id)
    rows = (
        RemediationAction.objects.filter(mine, state__in=OPEN_STATES, due_on__isnull=False)
        .exclude(plan__state=PlanState.DRAFT)
        .select_related("plan__unit")
        .order_by("due_on", "pk")
    )
    for action in rows[:MOST]:
        yield Duty(
            kind=ReminderKind.ACTION,
            uid=f"action-{action.public_id}",
            title=_("Việc khắc phục"),
            text=_said_of(action, who),
            due_on=action.due_on or who.on,
            place=Place.ACTION,
            keys=(str(action.public_id),),
        )


def _said_of(action: RemediationAction, who: _Reader) -> str:
    """Return what a letter or a calendar says of an action.

    What a member has to put right is said to nobody else there.
    """
    person_id = action.plan.person_id
    return action.text if person_id in {None, who.account.person_id} else str(action.plan.unit)


def _said_of_shortcoming(one: FollowedShortcoming) -> str:
    """Return the same of a shortcoming; those it is told to are never whose it is."""
    return str(one.unit) if one.person_id is not None else f"{one.unit} · {one.nature}"


def _decisions(who: _Reader) -> Iterator[Duty]:
    """Count by cycle what waits for a decision, by the last day that its calendar gives."""
    nodes = who.nodes(Permission.RATING_DECIDE)
    if not nodes:
        return
    cycles = ReviewCycle.objects.filter(
        state=CycleState.OPEN, cycle_units__unit__in=nodes
    ).distinct()
    last = dict(
        CycleStage.objects.filter(cycle__in=cycles.values("pk"), key=StageKey.DECIDE)
        .values_list("cycle")
        .annotate(last=Max("due_on"))
    )
    for cycle in cycles.order_by("-year", "-pk")[:MOST]:
        count = (
            waiting_for_decision(who.account, cycle, on=who.on).count() if cycle.pk in last else 0
        )
        if count:
            yield Duty(
                kind=ReminderKind.APPROVAL,
                uid=f"decide-{cycle.public_id}",
                title=_("Xếp loại chờ quyết định"),
                text=cycle.name,
                due_on=last[cycle.pk],
                place=Place.DECISIONS,
                narrowed=urlencode({"cycle": cycle.public_id}),
                count=count,
            )


def _effect_checks(who: _Reader) -> Iterator[Duty]:
    """What is done and waits for a verdict, for those who may give it: never who was in charge."""
    nodes = who.nodes(Permission.REMEDIATION_CHECK)
    if not nodes:
        return
    in_charge = Q(action__done_by=who.account.pk) | Q(
        action__owner_unit__in=who.nodes(Permission.REMEDIATION_UPDATE)
    )
    mine = Q(pk__in=[])
    if who.account.person_id is not None:
        in_charge |= Q(action__owner_person=who.account.person_id)
        mine = Q(person=who.account.person_id)
    links = ActionLink.objects.filter(
        in_charge, shortcoming=OuterRef("pk"), attempt=OuterRef("attempt")
    )
    rows = (
        FollowedShortcoming.objects.filter(
            Q(unit__in=nodes) | Q(unit__parent__in=nodes),
            ~Exists(links),
            ~mine,
            state=ShortcomingState.DONE,
            check_on__isnull=False,
        )
        .select_related("unit")
        .order_by("check_on", "pk")
    )
    for one in rows[:MOST]:
        yield Duty(
            kind=ReminderKind.EFFECT_CHECK,
            uid=f"effect-{one.public_id}-{one.attempt}",
            title=_("Kiểm tra hiệu quả khắc phục"),
            text=_said_of_shortcoming(one),
            due_on=one.check_on or who.on,
            place=Place.SHORTCOMING,
            keys=(str(one.public_id),),
        )


def _plans_to_judge(who: _Reader) -> Iterator[Duty]:
    """Count by cycle the plans sent up to where the account answers, by the day for plans."""
    nodes = who.nodes(Permission.REMEDIATION_JUDGE)
    if not nodes:
        return
    sent = (
        RemediationPlan.objects.filter(
            Q(keeper__isnull=True, unit__parent__in=nodes) | Q(keeper__parent__in=nodes),
            state=PlanState.SENT,
            person__isnull=True,
        )
        .exclude(approved_by=who.account.pk)
        .exclude(sent_by=who.account.pk)
    )
    last = dict(
        CycleStage.objects.filter(cycle__in=sent.values("cycle"), key=StageKey.REMEDY)
        .values_list("cycle")
        .annotate(last=Max("due_on"))
    )
    counted = sent.order_by("cycle").values_list("cycle", "cycle__public_id", "cycle__name")
    for cycle, public_id, name, count in counted.annotate(count=Count("pk")):
        if cycle in last:
            yield Duty(
                kind=ReminderKind.APPROVAL,
                uid=f"plans-{public_id}",
                title=_("Kế hoạch khắc phục chờ trả lời"),
                text=name,
                due_on=last[cycle],
                place=Place.PLANS,
                narrowed=urlencode({"cycle": public_id, "state": "sent"}),
                count=count,
            )


def _extensions(who: _Reader) -> Iterator[Duty]:
    """Requests for more time that the account may answer, until the deadline they ask to move.

    Of those below only from directly below; the page of requests lists the others too.
    """
    plans = who.nodes(Permission.REMEDIATION_PLAN)
    nodes = who.nodes(Permission.REMEDIATION_JUDGE)
    if not plans and not nodes:
        return
    near = Q(answering__in=plans) | Q(
        answering__in=Unit.objects.filter(parent__in=nodes).values("pk")
    )
    for asked in extensions_to_answer(who.account, on=who.on).filter(near)[:MOST]:
        yield Duty(
            kind=ReminderKind.APPROVAL,
            uid=f"extension-{asked.pk}",
            title=_("Đề nghị gia hạn chờ cho phép"),
            text=_said_of(asked.action, who),
            due_on=asked.from_due_on or asked.until,
            place=Place.ACTION,
            keys=(str(asked.action.public_id),),
        )


def _acceptances(who: _Reader) -> Iterator[Duty]:
    """Requests to let a shortcoming be that the account may answer, until it is late.

    Of those below only from directly below; the page of requests lists the others too.
    """
    nodes = who.nodes(Permission.REMEDIATION_JUDGE)
    if not nodes:
        return
    near = Q(shortcoming__unit__in=Unit.objects.filter(parent__in=nodes).values("pk")) | Q(
        shortcoming__unit__in=nodes
    )
    for asked in acceptances_to_answer(who.account, on=who.on).filter(near)[:MOST]:
        one = asked.shortcoming
        yield Duty(
            kind=ReminderKind.APPROVAL,
            uid=f"acceptance-{asked.pk}",
            title=_("Đề nghị tạm chấp nhận chờ trả lời"),
            text=_said_of_shortcoming(one),
            due_on=min(asked.until, one.late_after),
            place=Place.SHORTCOMING,
            keys=(str(one.public_id),),
        )


def _plans_with_gaps(who: _Reader) -> Iterator[Duty]:
    """Plans issued with gaps that are still open, by the day that the plan names."""
    nodes = who.nodes(Permission.REMEDIATION_PLAN)
    mine = Q(person__isnull=True, answering__in=nodes)
    if who.account.person_id is not None:
        mine |= Q(person=who.account.person_id, person__isnull=False)
    rows = (
        RemediationPlan.objects.annotate(answering=Coalesce("keeper", "unit"))
        .filter(mine, Exists(open_gaps().filter(plan=OuterRef("pk"))))
        .select_related("unit", "cycle")
        .order_by("gaps_until", "pk")
    )
    for plan in rows[:MOST]:
        yield Duty(
            kind=ReminderKind.ACTION,
            uid=f"gaps-{plan.public_id}",
            title=_("Bổ sung điểm còn thiếu của kế hoạch khắc phục"),
            text=f"{plan.unit} · {plan.cycle}",
            due_on=plan.gaps_until or who.on,
            place=Place.PLAN,
            keys=(str(plan.public_id),),
        )


_GATHERED: Final[tuple[Callable[[_Reader], Iterator[Duty]], ...]] = (
    _self_reviews,
    _meetings,
    _actions,
    _effect_checks,
    _decisions,
    _plans_to_judge,
    _extensions,
    _acceptances,
    _plans_with_gaps,
)
