"""What waits for a person, what is late, and what they may look at: one page for every role.

Figures over a scope come from the roll-up at the highest units of that scope, so the page costs
the same over a cell and over a province. What cannot be read there is counted up to a bound.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import roles_of, units_for
from tusoi.access.roles import ROLES
from tusoi.ballots.enums import PollState
from tusoi.ballots.models import Tally
from tusoi.ballots.queries import polls_for
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, ProgressStep, SubjectKind
from tusoi.cycles.models import CycleUnit, Obligation, ProgressRollup, ReviewCycle
from tusoi.cycles.queries import current_cycles_for, state_of
from tusoi.meetings.enums import FREE_KINDS, MeetingState, Reply
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.meetings.queries import own_calls
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating
from tusoi.ratings.queries import (
    READY,
    BoardFilter,
    board,
    may_be_overtaken,
    waiting_for_decision,
)
from tusoi.remediation.enums import (
    UNTOUCHED_STATES,
    WRITTEN_STATES,
    ActionState,
    GapKind,
    PlanState,
    ShortcomingState,
)
from tusoi.remediation.models import (
    FollowedShortcoming,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries import (
    acceptances_to_answer,
    extensions_to_answer,
    fell_short,
    is_explained,
    is_overdue,
)
from tusoi.reviews.models import ReviewPrompt
from tusoi.reviews.queries.scopes import obligations_to_write, overdue_dossiers
from tusoi.units.models import Unit, UnitClosure


# More lines than this are a list, and the list has its own page.
LINES: Final = 6
# Counting stops here; the page then says "more than".
BOUND: Final = 999
_COUNTED: Final = ("expected", *(step.value for step in ProgressStep))
UNDONE: Final = (ActionState.PLANNED, ActionState.IN_HAND)


class Place(StrEnum):
    """The page on which a line is dealt with; the web knows its address."""

    MY_REVIEWS = auto()
    MY_ACTIONS = auto()
    CYCLE_UNIT = auto()
    REVIEWS = auto()
    MEETING = auto()
    POLL = auto()
    RATINGS = auto()
    DECISIONS = auto()
    OVERTAKEN = auto()
    REMEDIES = auto()
    PLAN = auto()
    PLAN_START = auto()
    PLANS = auto()
    ANSWERS = auto()


@dataclass(frozen=True)
class Line:
    place: Place
    title: str
    text: str = ""
    keys: tuple[str, ...] = ()
    # What the page is to show of its list.
    narrowed: str = ""
    # Where on that page it is done.
    anchor: str = ""
    count: int | None = None
    due_on: dt.date | None = None
    state: str = ""
    tone: str = ""
    is_late: bool = False
    # Its page weighs each row, so it counts there, after the home page is shown.
    is_counted_there: bool = False

    @property
    def is_beyond_bound(self) -> bool:
        return self.count is not None and self.count > BOUND


@dataclass(frozen=True)
class Overview:
    """One unit of one open cycle, and how far those below it are."""

    cycle: ReviewCycle
    unit: Unit
    kinds: tuple["KindCount", ...]


@dataclass(frozen=True)
class KindCount:
    kind: SubjectKind
    expected: int
    submitted: int
    reviewed: int


@dataclass(frozen=True)
class Home:
    mine: list[Line] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    overviews: list[Overview] = field(default_factory=list)

    @property
    def late(self) -> list[Line]:
        return [line for line in (*self.mine, *self.waiting) if line.is_late]

    @property
    def on_time(self) -> list[Line]:
        return [line for line in (*self.mine, *self.waiting) if not line.is_late]


@dataclass(frozen=True)
class _Desk:
    """Who sits there, on which day, and on which units they were given what."""

    actor: Account
    on: dt.date
    nodes: dict[Permission, frozenset[int]]
    # Pairs of those units of which the second lies below the first.
    nested: frozenset[tuple[int, int]]

    def at(self, permission: Permission) -> frozenset[int]:
        """Return the units on which the permission was given, not those below them."""
        return self.nodes.get(permission, frozenset())

    def highest(self, permission: Permission) -> frozenset[int]:
        """Return those of them that lie below no other, so that nothing counts twice."""
        nodes = self.at(permission)
        return nodes - {lower for upper, lower in self.nested if upper in nodes}

    def below(self, permission: Permission) -> QuerySet[Unit]:
        return units_for(self.actor, permission, on=self.on)


def home_for(actor: Account, *, on: dt.date) -> Home:
    nodes = _nodes(actor, on=on)
    desk = _Desk(actor, on, nodes, _nested(frozenset[int]().union(*nodes.values())))
    rollups = _rollups(desk)
    waiting: list[Line] = []
    for gather in _SCOPED:
        waiting += gather(desk)
    return Home(
        mine=[*_own_reviews(desk), *_own_prompts(desk), *_own_meetings(desk), *_own_actions(desk)],
        waiting=[*waiting, *_steps_open(desk, rollups)],
        overviews=_overviews(desk, rollups),
    )


# -- mine ----------------------------------------------------------------------------------------


def _own_reviews(desk: _Desk) -> list[Line]:
    rows = obligations_to_write(desk.actor, on=desk.on).filter(
        cycle__state=CycleState.OPEN, submitted_at__isnull=True
    )
    return [_own_review(one, on=desk.on) for one in rows[:LINES]]


def _own_review(obligation: Obligation, *, on: dt.date) -> Line:
    is_late = obligation.due_on < on
    # Of a late one the distance to its day says enough, unless it was sent back.
    state, tone = (
        ("", "") if is_late and not obligation.returned_at else state_of(obligation, on=on)
    )
    is_own = obligation.person_id is not None
    # A member who leads writes two: as one of the members, and as one who leads.
    whose = obligation.get_subject_kind_display() if is_own else obligation.name
    return Line(
        Place.MY_REVIEWS,
        _("Bản kiểm điểm của tôi") if is_own else _("Báo cáo kiểm điểm tập thể"),
        f"{whose} · {obligation.cycle.name}",
        due_on=obligation.due_on,
        state=state,
        tone=tone,
        is_late=is_late,
    )


def _own_prompts(desk: _Desk) -> list[Line]:
    mine = obligations_to_write(desk.actor, on=desk.on).order_by().values("pk")
    count = _bounded(
        ReviewPrompt.objects.filter(
            obligation__in=mine,
            obligation__cycle__state=CycleState.OPEN,
            obligation__submitted_at__isnull=True,
            response__isnull=True,
        )
    )
    if not count:
        return []
    return [Line(Place.MY_REVIEWS, _("Gợi ý kiểm điểm chưa tiếp thu, giải trình"), count=count)]


def _own_meetings(desk: _Desk) -> list[Line]:
    if desk.actor.person_id is None:
        return []
    return [_own_call(one) for one in own_calls(desk.actor.person_id)[:LINES]]


def _own_call(call: Attendance) -> Line:
    # Nobody waits for the answer of a guest, or of somebody who comes if they like.
    waits = call.reply == Reply.NONE and call.kind not in FREE_KINDS
    return Line(
        Place.MEETING,
        _("Dự hội nghị kiểm điểm"),
        f"{call.meeting.name} · {call.meeting.unit}",
        keys=(str(call.meeting.public_id),),
        due_on=local_day(call.meeting.meets_at),
        state=_("chưa trả lời giấy mời") if waits else _replied(call),
        tone="yellow" if waits else "green" if call.reply == Reply.COMING else "secondary",
        anchor="reply" if waits else "",
    )


def _replied(call: Attendance) -> str:
    return "" if call.reply == Reply.NONE else str(call.get_reply_display())


def _own_actions(desk: _Desk) -> list[Line]:
    # Whatever becomes of an issued plan higher up, its actions go on.
    mine = RemediationAction.objects.filter(
        ~Q(plan__state=PlanState.DRAFT), owner_person_id=desk.actor.person_id, state__in=UNDONE
    ).order_by("due_on", "pk")
    if desk.actor.person_id is None:
        return []
    return [
        Line(
            Place.MY_ACTIONS,
            _("Việc khắc phục của tôi"),
            action.text,
            due_on=action.due_on,
            is_late=action.due_on is not None and action.due_on < desk.on,
        )
        for action in mine[:LINES]
    ]


# -- what my role has to do ----------------------------------------------------------------------


def _directives(desk: _Desk) -> list[Line]:
    nodes = desk.at(Permission.DIRECTIVE_ACKNOWLEDGE)
    if not nodes:
        return []
    rows = (
        CycleUnit.objects.filter(
            unit__in=nodes, acknowledged_at__isnull=True, cycle__state=CycleState.OPEN, depth__gt=0
        )
        .select_related("cycle", "unit")
        .order_by("depth", "sort_key")
    )
    return [
        Line(
            Place.CYCLE_UNIT,
            _("Xác nhận đã quán triệt chỉ đạo"),
            f"{row.unit} · {row.cycle.name}",
            keys=(str(row.cycle.public_id), str(row.unit.public_id)),
        )
        for row in rows[:LINES]
    ]


def _overdue(desk: _Desk) -> list[Line]:
    if not desk.at(Permission.REVIEW_RETURN):
        return []
    count = _bounded(overdue_dossiers(desk.actor, on=desk.on))
    if not count:
        return []
    return [
        Line(
            Place.REVIEWS,
            _("Hồ sơ quá hạn chưa nộp"),
            count=count,
            is_late=True,
            narrowed="state=overdue&charge=1",
        )
    ]


def _meetings(desk: _Desk) -> list[Line]:
    nodes = desk.at(Permission.MEETING_HOLD)
    if not nodes:
        return []
    rows = (
        ReviewMeeting.objects.filter(
            unit__in=nodes, state__in=(MeetingState.PLANNED, MeetingState.UNDER_WAY)
        )
        .select_related("unit")
        .order_by("meets_at", "pk")
    )
    return [
        Line(
            Place.MEETING,
            _("Tổ chức hội nghị kiểm điểm"),
            f"{meeting.name} · {meeting.unit}",
            keys=(str(meeting.public_id),),
            due_on=local_day(meeting.meets_at),
            state=str(meeting.get_state_display()),
            tone="azure",
            is_late=local_day(meeting.meets_at) < desk.on,
        )
        for meeting in rows[:LINES]
    ]


def _ballots(desk: _Desk) -> list[Line]:
    own = Tally.objects.filter(poll=OuterRef("pk"), entered_by=desk.actor)
    rows = (
        polls_for(desk.actor, on=desk.on)
        .filter(~Exists(own), state=PollState.CLOSED)
        .select_related("meeting__unit")
        .order_by("pk")
    )
    return [
        Line(
            Place.POLL,
            _("Nhập kết quả kiểm phiếu"),
            f"{one.meeting.name} · {one.meeting.unit}",
            keys=(str(one.pk),),
        )
        for one in rows[:LINES]
    ]


def _ratings(desk: _Desk) -> list[Line]:
    """Count what stands on the board at each own unit; a line opens the board so narrowed."""
    asked = (
        (Permission.RATING_PROPOSE, READY, _("Đã kiểm điểm, chờ đề xuất xếp loại")),
        (Permission.RATING_APPRAISE, RatingStep.PROPOSED.value, _("Xếp loại chờ thẩm định")),
    )
    nodes = frozenset[int]().union(*(desk.highest(permission) for permission, _, _ in asked))
    places = _open_places(nodes)
    found = []
    for permission, step, title in asked:
        for place in places:
            if place.unit_id not in desk.highest(permission):
                continue
            narrowed = BoardFilter(step=step, unit_id=place.unit_id)
            count = _bounded(board(desk.actor, place.cycle, narrowed, on=desk.on))
            if count:
                query = {"cycle": place.cycle.public_id, "step": step}
                query["unit"] = place.unit.public_id
                text = _named(place) if len(places) > 1 else ""
                found.append(
                    Line(Place.RATINGS, title, text, count=count, narrowed=urlencode(query))
                )
    return [*found, *_decisions(desk), *_overtaken(desk)]


def _open_places(nodes: Collection[int]) -> list[CycleUnit]:
    if not nodes:
        return []
    rows = CycleUnit.objects.filter(unit__in=nodes, cycle__state=CycleState.OPEN)
    return list(rows.select_related("cycle", "unit").order_by("-cycle", "sort_key")[:LINES])


def _named(place: CycleUnit) -> str:
    return f"{place.unit} · {place.cycle.name}"


def _decisions(desk: _Desk) -> list[Line]:
    """Count by cycle what may be decided; a line opens the page on which that is done."""
    nodes = desk.at(Permission.RATING_DECIDE)
    if not nodes:
        return []
    waiting = Rating.objects.filter(
        step__in=(RatingStep.PROPOSED, RatingStep.APPRAISED), deciding_unit__in=nodes
    )
    found = []
    for cycle in _open_cycles(waiting):
        count = _bounded(waiting_for_decision(desk.actor, cycle, on=desk.on))
        if count:
            narrowed = urlencode({"cycle": cycle.public_id})
            title = _("Xếp loại chờ quyết định")
            found.append(Line(Place.DECISIONS, title, cycle.name, count=count, narrowed=narrowed))
    return found


def _overtaken(desk: _Desk) -> list[Line]:
    """Name the cycles with decisions to hold against later facts; their page weighs them."""
    nodes = desk.at(Permission.RATING_DECIDE)
    if not nodes:
        return []
    decided = Rating.objects.filter(step=RatingStep.DECIDED, deciding_unit__in=nodes)
    return [
        overtaken_line(cycle)
        for cycle in _open_cycles(decided)
        if may_be_overtaken(desk.actor, cycle, on=desk.on)
    ]


def overtaken_line(cycle: ReviewCycle, count: int | None = None, *, more: bool = False) -> Line:
    """Tell how many decided levels later facts closed; without a count, that one is to look."""
    text = _("%(cycle)s · chưa kể phần sau của danh sách") if more else "%(cycle)s"
    if count is None:
        title = _("Mức đã quyết định cần đối chiếu với dữ kiện mới")
    elif count or more:
        title = _("Mức đã quyết định, nay không còn phù hợp với dữ kiện")
    else:
        title = _("Mọi mức đã quyết định vẫn phù hợp với dữ kiện hiện nay")
    return Line(
        Place.OVERTAKEN,
        title,
        text % {"cycle": cycle.name},
        count=count or None,
        narrowed=urlencode({"cycle": cycle.public_id}),
        is_counted_there=count is None,
    )


def _open_cycles(ratings: QuerySet[Rating]) -> QuerySet[ReviewCycle]:
    return ReviewCycle.objects.filter(
        state=CycleState.OPEN, pk__in=ratings.values("obligation__cycle")
    ).order_by("-year", "-pk")[:LINES]


def _remedies(desk: _Desk) -> list[Line]:
    found = []
    # What came back waits first: "returned" comes after "draft".
    begun = (
        RemediationPlan.objects.filter(
            unit__in=desk.at(Permission.REMEDIATION_PLAN),
            state__in=WRITTEN_STATES,
        )
        .select_related("unit", "cycle")
        .order_by("-state", "pk")
    )
    if desk.at(Permission.REMEDIATION_PLAN):
        found += [
            Line(
                Place.PLAN,
                _("Kế hoạch khắc phục cấp trên trả lại")
                if plan.state == PlanState.RETURNED
                else _("Kế hoạch khắc phục đang lập"),
                f"{plan.unit} · {plan.cycle}",
                keys=(str(plan.public_id),),
            )
            for plan in begun[:LINES]
        ]
        found += _without_plan(desk) + _to_act_on(desk)
    if desk.at(Permission.REMEDIATION_VIEW):
        found += _overdue_remedies(desk)
    if desk.at(Permission.REMEDIATION_CHECK):
        found += _checks_due(desk) + _to_close(desk)
    if desk.at(Permission.REMEDIATION_JUDGE):
        found += _plans_to_answer(desk)
    return found + _requests_to_answer(desk)


def _requests_to_answer(desk: _Desk) -> list[Line]:
    """Count who asks for more time or for acceptance, as the page that answers lists them."""
    if not desk.at(Permission.REMEDIATION_PLAN) | desk.at(Permission.REMEDIATION_JUDGE):
        return []
    asked = (
        (_("Đề nghị gia hạn chờ trả lời"), extensions_to_answer(desk.actor, on=desk.on)),
        (_("Đề nghị tạm chấp nhận chờ trả lời"), acceptances_to_answer(desk.actor, on=desk.on)),
    )
    counted = [(title, _bounded(rows)) for title, rows in asked]
    return [Line(Place.ANSWERS, title, count=count) for title, count in counted if count]


def _to_act_on(desk: _Desk) -> list[Line]:
    """Name the issued plans in which something needs another action, or came up since."""
    own = FollowedShortcoming.objects.filter(
        cycle=OuterRef("cycle"), unit=OuterRef("unit"), person__isnull=True
    )
    fresh = own.filter(
        ~is_explained(GapKind.NO_ACTION, on=desk.on),
        state__in=UNTOUCHED_STATES,
        has_action=False,
    )
    plans = (
        RemediationPlan.objects.filter(
            unit__in=desk.at(Permission.REMEDIATION_PLAN), person__isnull=True
        )
        .exclude(state=PlanState.DRAFT)
        .annotate(
            has_failed=Exists(own.filter(state=ShortcomingState.NOT_EFFECTIVE)),
            has_fresh=Exists(fresh),
        )
        .filter(Q(has_failed=True) | Q(has_fresh=True))
        .select_related("unit", "cycle")
        .order_by("-cycle__year", "pk")
    )
    return [
        Line(
            Place.PLAN,
            _("Khắc phục chưa hiệu quả, cần việc mới")
            if plan.has_failed
            else _("Hạn chế mới ghi nhận, chưa có việc khắc phục"),
            f"{plan.unit} · {plan.cycle}",
            keys=(str(plan.public_id),),
            is_late=plan.has_failed,
        )
        for plan in plans[:LINES]
    ]


def _to_close(desk: _Desk) -> list[Line]:
    """Count what was found effective and only waits to be closed."""
    rows = FollowedShortcoming.objects.filter(
        state=ShortcomingState.EFFECT_CHECKED,
        person__isnull=True,
        unit__in=desk.below(Permission.REMEDIATION_VIEW),
    )
    title = _("Hạn chế đã kiểm tra hiệu quả, chờ kết thúc theo dõi")
    return _by_cycle(rows, "cycle", Place.REMEDIES, title, "show=told&state=effect_checked")


def _checks_due(desk: _Desk) -> list[Line]:
    """Count what is done and should have been looked at by now, as the board lists it."""
    rows = FollowedShortcoming.objects.filter(
        state=ShortcomingState.DONE,
        late_after__lt=desk.on,
        person__isnull=True,
        unit__in=desk.below(Permission.REMEDIATION_VIEW),
    )
    return _by_cycle(
        rows,
        "cycle",
        Place.REMEDIES,
        _("Hạn chế quá ngày kiểm tra hiệu quả"),
        "show=told&flag=check_due",
        is_late=True,
    )


def _plans_to_answer(desk: _Desk) -> list[Line]:
    """Count the plans that were sent up, as their list shows them."""
    rows = RemediationPlan.objects.filter(
        state=PlanState.SENT,
        person__isnull=True,
        unit__in=desk.below(Permission.REMEDIATION_VIEW),
    )
    title = _("Kế hoạch khắc phục chờ trả lời")
    return _by_cycle(rows, "cycle", Place.PLANS, title, "state=sent")


def _overdue_remedies(desk: _Desk) -> list[Line]:
    """Count them as the board lists them: what was promised outlives its year."""
    rows = RemediationAction.objects.filter(
        is_overdue(desk.on), plan__unit__in=desk.below(Permission.REMEDIATION_VIEW)
    )
    title = _("Việc khắc phục quá hạn")
    return _by_cycle(rows, "plan__cycle", Place.REMEDIES, title, "flag=overdue", is_late=True)


def _by_cycle(
    rows: QuerySet[Any],
    cycle: str,
    place: Place,
    title: str,
    narrowed: str,
    *,
    is_late: bool = False,
) -> list[Line]:
    """Count rows of every cycle, the newest first; a line opens the list of that cycle."""
    counted = (
        rows.order_by(f"-{cycle}__year", cycle)
        .values_list(f"{cycle}__public_id", f"{cycle}__name")
        .annotate(count=Count("pk"))
    )
    return [
        Line(
            place,
            title,
            name,
            count=count,
            is_late=is_late,
            narrowed=f"{narrowed}&cycle={public_id}",
        )
        for public_id, name, count in counted[:LINES]
    ]


def _without_plan(desk: _Desk) -> list[Line]:
    """Name the units of their own whose shortcomings nobody has taken up yet."""
    plans = RemediationPlan.objects.filter(
        unit=OuterRef("unit"), cycle=OuterRef("cycle"), person__isnull=True
    )
    rows = CycleUnit.objects.filter(
        ~Exists(plans),
        fell_short(),
        unit__in=desk.at(Permission.REMEDIATION_PLAN),
        cycle__state=CycleState.OPEN,
    )
    return [
        Line(
            Place.PLAN_START,
            _("Hạn chế, khuyết điểm chưa có kế hoạch khắc phục"),
            _named(place),
            narrowed=urlencode({"cycle": place.cycle.public_id}),
        )
        for place in rows.select_related("cycle", "unit").order_by("sort_key", "pk")[:LINES]
    ]


_SCOPED: Final[tuple[Callable[[_Desk], list[Line]], ...]] = (
    _directives,
    _overdue,
    _meetings,
    _ballots,
    _ratings,
    _remedies,
)


# -- figures of the roll-up ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Rollup:
    cycle_id: int
    unit_id: int
    kind: SubjectKind
    counts: dict[str, int]


def _nodes(actor: Account, *, on: dt.date) -> dict[Permission, frozenset[int]]:
    """Return, by permission, the highest units on which the actor's roles give it."""
    if actor.is_system or not actor.is_active:
        return {}
    found: dict[Permission, set[int]] = {}
    for held in roles_of(actor, on=on):
        for permission in ROLES[held.role].permissions:
            found.setdefault(permission, set()).add(held.unit_id)
    return {permission: frozenset(units) for permission, units in found.items()}


def _nested(nodes: frozenset[int]) -> frozenset[tuple[int, int]]:
    if len(nodes) < 2:  # noqa: PLR2004 -- one unit lies below no other
        return frozenset()
    pairs = UnitClosure.objects.filter(ancestor__in=nodes, descendant__in=nodes, depth__gt=0)
    return frozenset(pairs.values_list("ancestor_id", "descendant_id"))


def _rollups(desk: _Desk) -> list[_Rollup]:
    """Read the roll-up of every open cycle at the units on which the actor follows progress."""
    nodes = desk.at(Permission.PROGRESS_VIEW)
    if not nodes:
        return []
    rows = ProgressRollup.objects.filter(cycle__state=CycleState.OPEN, unit__in=nodes)
    return [
        _Rollup(
            row.cycle_id,
            row.unit_id,
            SubjectKind(row.subject_kind),
            {name: getattr(row, name) for name in _COUNTED},
        )
        for row in rows.order_by("-cycle_id", "unit__sort_key")
    ]


def _steps_open(desk: _Desk, rollups: list[_Rollup]) -> list[Line]:
    """Name the steps that others have prepared and this role takes next."""
    found = []
    for permission, before, after, state, title in (
        (
            Permission.REVIEW_RETURN,
            ProgressStep.SUBMITTED,
            ProgressStep.ACCEPTED,
            ProgressStep.SUBMITTED.value,
            _("Hồ sơ đã nộp, chờ tiếp nhận"),
        ),
        (
            Permission.MEETING_HOLD,
            ProgressStep.SUBMITTED,
            ProgressStep.REVIEWED,
            "unheard",
            _("Hồ sơ đã nộp, chờ đưa ra hội nghị"),
        ),
    ):
        here = desk.highest(permission)
        left = sum(
            one.counts[before] - one.counts[after] for one in rollups if one.unit_id in here
        )
        if left > 0:
            narrowed = f"state={state}&charge=1"
            found.append(Line(Place.REVIEWS, title, count=left, narrowed=narrowed))
    return found


def _overviews(desk: _Desk, rollups: list[_Rollup]) -> list[Overview]:
    shown = desk.highest(Permission.PROGRESS_VIEW)
    rollups = [one for one in rollups if one.unit_id in shown]
    if not rollups:
        return []
    cycles = {cycle.pk: cycle for cycle in current_cycles_for(desk.actor, desk.on)}
    units = Unit.objects.in_bulk({one.unit_id for one in rollups})
    grouped: dict[tuple[int, int], list[_Rollup]] = {}
    for one in rollups:
        grouped.setdefault((one.cycle_id, one.unit_id), []).append(one)
    return [
        Overview(cycles[cycle_id], units[unit_id], _kinds(group))
        for (cycle_id, unit_id), group in list(grouped.items())[:LINES]
        if cycle_id in cycles
    ]


def _kinds(group: list[_Rollup]) -> tuple[KindCount, ...]:
    by_kind = {one.kind: one.counts for one in group}
    return tuple(
        KindCount(kind, counts["expected"], counts["submitted"], counts["reviewed"])
        for kind in SubjectKind
        if (counts := by_kind.get(kind)) and counts["expected"]
    )


def _bounded(rows: QuerySet[Any]) -> int:
    """Count no further than the bound: a page says "more than 999" and asks for no more."""
    return rows.order_by()[: BOUND + 1].count()
