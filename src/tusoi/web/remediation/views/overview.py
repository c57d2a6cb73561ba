"""The board of who stands above: what fell short below, by topic and unit, the weakest first.

Every figure comes from sums that the room keeps, and leads to the list of just what it counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.remediation import queries
from tusoi.remediation.queries import Figures, RemedyNode, RemedyWeek
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.remediation.views.narrowing import TOLD, room_tabs
from tusoi.web.remediation.views.places import cycle_of


# Weeks that a chart has room for.
_WEEKS: Final = 26
_SHADES: Final = 4
_t = gettext_lazy


@dataclass(frozen=True)
class Measure:
    """What the heat table counts, and which list of shortcomings it leads to."""

    key: str
    title: StrOrPromise
    count: Callable[[Figures], int]
    flag: str = ""


MEASURES: Final = (
    Measure("open", _t("chưa khắc phục xong"), lambda one: one.open, queries.OPEN),
    Measure("late", _t("quá hạn"), lambda one: one.late, queries.OVERDUE),
    Measure(
        "without_action",
        _t("chưa có việc khắc phục"),
        lambda one: one.without_action,
        queries.NO_ACTION,
    ),
    Measure(
        "without_owner",
        _t("chưa có nơi chủ trì"),
        lambda one: one.without_owner,
        queries.NO_OWNER,
    ),
    Measure(
        "without_measure",
        _t("chưa có thước đo"),
        lambda one: one.without_measure,
        queries.NO_MEASURE,
    ),
    Measure("vague", _t("còn chung chung"), lambda one: one.vague, queries.VAGUE),
    Measure("repeated", _t("tái diễn"), lambda one: one.repeated, queries.REPEATED),
    Measure(
        "checks_late",
        _t("quá ngày kiểm tra hiệu quả"),
        lambda one: one.checks_late,
        queries.CHECK_DUE,
    ),
    Measure(
        "not_effective",
        _t("chưa hiệu quả"),
        lambda one: one.not_effective,
        queries.NOT_EFFECTIVE,
    ),
    Measure(
        "effective",
        _t("có hiệu quả"),
        lambda one: one.effective + one.partly,
        queries.EFFECTIVE,
    ),
    Measure("all", _t("tất cả hạn chế đã ghi"), lambda one: one.shortcomings),
)
_BY_KEY: Final = {one.key: one for one in MEASURES}


@dataclass(frozen=True)
class Cell:
    count: int
    # From 0, nothing, to the deepest: a support for the eye, never the only sign.
    shade: int
    url: str


@dataclass(frozen=True)
class Line:
    node: RemedyNode
    total: Cell
    cells: list[Cell]
    late: Cell
    without_action: Cell
    url: str


@page(permission=Permission.REMEDIATION_VIEW)
def overview(request: SignedInRequest) -> HttpResponse:
    cycle = cycle_of(request)
    if cycle is None:
        return redirect("remediation:board")
    scope = units_for(request.user, Permission.REMEDIATION_VIEW, on=today())
    key = request.GET.get("unit", "")
    unit = scope.filter(public_id=key).first() if key else None
    if key and unit is None:
        raise Http404
    roots = queries.board_roots(request.user, cycle, on=today(), unit_id=unit.pk if unit else None)
    if not roots:
        return redirect(f"{reverse('remediation:board')}?cycle={cycle.public_id}")
    with_people = request.GET.get("people") == "1"
    board = queries.remedy_board(cycle, roots[0], on=today(), with_people=with_people)
    if board is None:
        raise Http404
    measure = _BY_KEY.get(request.GET.get("measure", ""), MEASURES[0])
    links = _Links.of(cycle, with_people=with_people)
    weeks = queries.weekly_remedies(cycle, roots[0], until=today(), with_people=with_people)
    week_lines = _week_lines(weeks[-_WEEKS:])
    shown = {
        "cycle": cycle,
        "tabs": room_tabs(cycle, "overview", unit=board.node.public_id, people=with_people),
        "cycles": cycles_for(request.user, today()).exclude(state=CycleState.DRAFT),
        "board": board,
        "other_roots": Unit.objects.filter(pk__in=roots[1:]).order_by("sort_key"),
        "parent": scope.filter(pk=board.node.parent_id).first() if board.node.parent_id else None,
        "with_people": with_people,
        "measure": measure,
        "measures": MEASURES,
        "topics": [(topic, dict(Topic.choices)[topic]) for topic in board.topics],
        "figures": _figures(links, board.node),
        "total": _line(links, board.node, board, measure, most=0),
        "lines": _lines(links, board, measure),
        "weeks_option": _weeks_option(week_lines),
        "week_parts": [name for name, _states, _color in _PARTS],
        "week_lines": week_lines,
    }
    return render(request, "remediation/overview.html", shown)


@dataclass(frozen=True)
class _Links:
    """Where the figures lead. A board has hundreds, so what they share is worked out once."""

    boards: str
    lists: str

    @classmethod
    def of(cls, cycle: ReviewCycle, *, with_people: bool) -> "_Links":
        shared = {"cycle": str(cycle.public_id)} | ({"people": "1"} if with_people else {})
        board, lists = reverse("remediation:overview"), reverse("remediation:board")
        return cls(
            f"{board}?{urlencode(shared)}",
            f"{lists}?{urlencode(shared | {'show': TOLD})}",
        )

    def board(self, node: RemedyNode, measure: Measure) -> str:
        # Keys of ours, in which nothing needs to be escaped.
        return f"{self.boards}&unit={node.public_id}&measure={measure.key}"

    def list(self, node: RemedyNode, measure: Measure, topic: str = "") -> str:
        address = f"{self.lists}&unit={node.public_id}"
        address += f"&topic={topic}" if topic else ""
        return address + (f"&flag={measure.flag}" if measure.flag else "")


def _figures(links: _Links, node: RemedyNode) -> list[tuple[Measure, Cell]]:
    return [
        (one, Cell(one.count(node.total), 0, links.list(node, one)))
        for one in (MEASURES[-1], *MEASURES[:-1])
    ]


def _lines(links: _Links, board: queries.RemedyBoard, measure: Measure) -> list[Line]:
    most = max(
        (measure.count(one.of(topic)) for one in board.children for topic in board.topics),
        default=0,
    )
    return [_line(links, one, board, measure, most=most) for one in board.children]


def _line(
    links: _Links, node: RemedyNode, board: queries.RemedyBoard, measure: Measure, *, most: int
) -> Line:
    def cell(figures: Figures, topic: str, counted: Measure, most: int = 0) -> Cell:
        count = counted.count(figures)
        shade = -(-count * _SHADES // most) if most else 0
        return Cell(count, shade, links.list(node, counted, topic))

    return Line(
        node,
        cell(node.total, "", measure),
        [cell(node.of(topic), topic, measure, most) for topic in board.topics],
        cell(node.total, "", _BY_KEY["late"]),
        cell(node.total, "", _BY_KEY["without_action"]),
        links.board(node, measure),
    )


# How those of a week stood: what the chart stacks and the table beside it lists.
_PARTS: Final = (
    (
        _t("mới ghi nhận hoặc phải làm lại"),
        ("recorded", "cause_analyzed", "not_effective"),
        "#868e96",
    ),
    (_t("đã có kế hoạch, đang khắc phục"), ("action_planned", "in_hand"), "#4299e1"),
    (_t("chờ kết luận, kết thúc"), ("done", "effect_checked"), "#f59f00"),
    (_t("đã khắc phục"), ("closed",), "#2f9e44"),
)


def _week_lines(weeks: list[RemedyWeek]) -> list[tuple[RemedyWeek, list[int]]]:
    return [
        (week, [sum(week.counts[state] for state in states) for _name, states, _color in _PARTS])
        for week in weeks
    ]


def _weeks_option(lines: list[tuple[RemedyWeek, list[int]]]) -> dict[str, Any]:
    """Draw how many there were at the end of each week, and how they stood."""
    return {
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 72, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "category",
            "data": [f"{week.ends_on:%d/%m}" for week, _counts in lines],
        },
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "name": str(name),
                "type": "bar",
                "stack": "all",
                "itemStyle": {"color": color},
                "data": [counts[place] for _week, counts in lines],
            }
            for place, (name, _states, color) in enumerate(_PARTS)
        ],
    }
