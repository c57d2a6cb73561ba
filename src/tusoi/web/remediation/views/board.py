"""A unit's board: a list, columns by state or a month; narrowed, changed together, taken away."""

import calendar
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.core.tables import open_workbook
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.remediation import queries
from tusoi.remediation.enums import ActionState
from tusoi.remediation.models import FollowedShortcoming, RemediationAction
from tusoi.units.models import Unit
from tusoi.web.forms import plausible_year
from tusoi.web.http import SignedInRequest, Tab, held_permissions, page, today
from tusoi.web.remediation.views.narrowing import (
    COLUMNS,
    GAPS,
    LIST,
    MONTH,
    TOLD,
    Narrowed,
    caption,
    choices_for,
    in_state,
    link,
    narrowed,
    room_tabs,
    rows_of,
    states_of,
)
from tusoi.web.remediation.views.places import ROWS, cycle_of, cycle_or_404
from tusoi.web.templatetags.tusoi import number


MOST_EXPORTED: Final = 20_000
# Of each column so many; the rest is one tap away, in the list.
IN_COLUMN: Final = 12
# A month with more is narrowed first.
IN_MONTH: Final = 400
IN_DAY: Final = 5
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(permission=Permission.REMEDIATION_VIEW)
def board(request: SignedInRequest) -> HttpResponse:
    cycle = cycle_of(request)
    if cycle is None:
        return render(request, "remediation/action_board.html", {"cycle": None})
    asked_for = narrowed(request)
    shown = _frame(request, cycle, asked_for)
    if asked_for.view == COLUMNS:
        shown["columns"] = _columns(request, cycle, asked_for)
    elif asked_for.view == MONTH:
        shown |= _month(request, cycle, asked_for)
    else:
        found = rows_of(request, cycle, asked_for)
        part = queries.page_after(found, request.GET.get("after", ""), size=ROWS)
        shown |= {"rows": part.rows, "after": part.after}
    return render(request, "remediation/action_board.html", shown)


def _frame(request: SignedInRequest, cycle: ReviewCycle, asked_for: Narrowed) -> dict[str, Any]:
    held = held_permissions(request.user)
    counts = queries.board_counts(
        request.user,
        cycle,
        on=today(),
        unit_id=asked_for.filter.unit_id,
        with_people=asked_for.filter.with_people,
    )
    views = ((LIST, _("Danh sách")), (COLUMNS, _("Theo trạng thái")), (MONTH, _("Theo tháng")))
    return {
        "cycle": cycle,
        "cycles": cycles_for(request.user, today()).exclude(state=CycleState.DRAFT),
        "today": today(),
        "narrowed": asked_for.filter,
        "is_narrowed": asked_for.is_narrowed,
        "whole_url": _whole_url(request),
        "lists_shortcomings": asked_for.lists_shortcomings,
        "show": asked_for.show,
        "view": asked_for.view,
        "unit": asked_for.unit,
        "owner": asked_for.owner,
        "day": asked_for.day,
        "owner_key": request.GET.get("owner", ""),
        "caption": caption(asked_for, cycle),
        "counts": counts,
        "figures": _figures(request, counts, asked_for),
        "to_plan": list(queries.units_without_plan(request.user, cycle, on=today())[:10]),
        "tabs": room_tabs(
            cycle,
            asked_for.show or "actions",
            unit=request.GET.get("unit", ""),
            people=asked_for.filter.with_people,
        ),
        "view_tabs": [
            Tab(
                title,
                link(request, view="" if value == LIST else value, day=""),
                value == asked_for.view,
            )
            for value, title in views
        ],
        "may_record": bool(held & {Permission.REMEDIATION_PLAN, Permission.REMEDIATION_CHECK}),
        "may_change": Permission.REMEDIATION_PLAN in held,
        **choices_for(asked_for),
    }


@dataclass(frozen=True)
class Figure:
    """What is counted of the whole board, and the list of just that."""

    title: str
    count: int
    url: str
    is_warning: bool = False


def _figures(
    request: SignedInRequest, counts: queries.BoardCounts, asked_for: Narrowed
) -> list[Figure]:
    """Return the figures; their lists keep of the address only what the figures count by."""
    kept = {name: request.GET.get(name, "") for name in ("cycle", "unit")}
    kept["people"] = "1" if asked_for.filter.with_people else ""

    def figure(title: str, count: int, *, warns: bool = False, **narrowed_to: str) -> Figure:
        query = {name: value for name, value in (kept | narrowed_to).items() if value}
        url = f"{reverse('remediation:board')}?{urlencode(query)}#list"
        return Figure(title, count, url, warns and count > 0)

    return [
        figure(_("hạn chế, khuyết điểm"), counts.shortcomings, show=TOLD),
        figure(_("chưa có việc khắc phục"), counts.without_action, warns=True, show=GAPS),
        figure(_("việc khắc phục"), counts.actions),
        figure(_("đã làm xong"), counts.done, state=ActionState.DONE),
        figure(_("quá hạn"), counts.overdue, warns=True, flag=queries.OVERDUE),
        figure(_("việc chưa có nơi chủ trì"), counts.no_owner, warns=True, flag=queries.NO_OWNER),
        figure(_("việc chưa có thước đo"), counts.no_measure, warns=True, flag=queries.NO_MEASURE),
    ]


def _whole_url(request: SignedInRequest) -> str:
    """Return the address of the same list without what narrows it."""
    kept = ("cycle", "unit", "people", "view")
    query = {name: request.GET[name] for name in kept if request.GET.get(name)}
    if request.GET.get("show") in {TOLD, GAPS}:
        query["show"] = TOLD
    return f"{reverse('remediation:board')}?{urlencode(query)}#list"


# -- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    state: str
    title: str
    rows: list[Any]
    has_more: bool
    url: str


def _columns(request: SignedInRequest, cycle: ReviewCycle, asked_for: Narrowed) -> list[Column]:
    """Read the first of each state; as many statements however many rows there are."""
    found = []
    for state, title in states_of(asked_for):
        if asked_for.filter.state and asked_for.filter.state != state:
            continue
        rows = list(rows_of(request, cycle, in_state(asked_for, state))[: IN_COLUMN + 1])
        found.append(
            Column(
                state,
                str(title),
                rows[:IN_COLUMN],
                len(rows) > IN_COLUMN,
                f"{link(request, view='', state=state)}#list",
            )
        )
    return found


# -- a month -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    day: dt.date
    is_within: bool
    rows: list[Any]
    # How many more there are, in the list at the address.
    more: int
    url: str


def _month(request: SignedInRequest, cycle: ReviewCycle, asked_for: Narrowed) -> dict[str, Any]:
    """Put what is due into the days of a month, and what has no deadline nowhere."""
    first = _first_day(request.GET.get("month", ""))
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    field = asked_for.day_field
    within = {f"{field}__gte": weeks[0][0], f"{field}__lte": weeks[-1][-1]}
    found = rows_of(request, cycle, asked_for).filter(**within).order_by(field, "pk")
    rows = list(found[: IN_MONTH + 1])
    by_day: dict[dt.date, list[Any]] = {}
    for one in rows[:IN_MONTH]:
        by_day.setdefault(getattr(one, field), []).append(one)

    def placed(day: dt.date) -> Day:
        due = by_day.get(day, [])
        url = f"{link(request, view='', day=day.isoformat())}#list"
        return Day(day, day.month == first.month, due[:IN_DAY], len(due[IN_DAY:]), url)

    before = (first - dt.timedelta(days=1)).replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return {
        "first": first,
        "weeks": [[placed(day) for day in week] for week in weeks],
        "tells_unit": len({_unit_id(one) for one in rows}) > 1,
        "is_too_much": len(rows) > IN_MONTH,
        "is_empty": not rows,
        "month_before": f"{before:%Y-%m}",
        "month_after": f"{after:%Y-%m}",
        "weekdays": [_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN")],
    }


def _unit_id(row: RemediationAction | FollowedShortcoming) -> int:
    return row.plan.unit_id if isinstance(row, RemediationAction) else row.unit_id


def _first_day(text: str) -> dt.date:
    """Return the first of the month that an address names; of today's for what is no month."""
    try:
        first = dt.date.fromisoformat(f"{text}-01")
        plausible_year(first)
    except (ValueError, ValidationError):
        return today().replace(day=1)
    return first


# -- a file --------------------------------------------------------------------------------------


@page(permission=Permission.REMEDIATION_VIEW)
def export(request: SignedInRequest) -> HttpResponse:
    """Give the list of the board, narrowed in the same way, as a sheet."""
    cycle = cycle_or_404(request)
    asked_for = narrowed(request)
    rows = rows_of(request, cycle, asked_for)
    if asked_for.lists_shortcomings:
        header, lines = _shortcoming_header(), map(_shortcoming_line, rows[:MOST_EXPORTED])
    else:
        rows = rows.prefetch_related("partner_units")[:MOST_EXPORTED]
        header, lines = _action_header(), map(_action_line, rows)
    answer = HttpResponse(_sheet(caption(asked_for, cycle), header, lines), content_type=_SHEET)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename="khac-phuc.xlsx"
    )
    return answer


def _sheet(title: str, header: list[tuple[str, int]], lines: Iterable[list[object]]) -> bytes:
    buffer = io.BytesIO()
    book = open_workbook(buffer)
    sheet = book.add_worksheet(_("Khắc phục"))
    bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF6", "border": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
    for column, (name, width) in enumerate(header):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, name, bold)
    last = 2
    for last, line in enumerate(lines, start=3):
        for column, value in enumerate(line):
            if isinstance(value, dt.date):
                sheet.write_datetime(last, column, dt.datetime.combine(value, dt.time()), day)
            else:
                sheet.write_string(last, column, str(value or ""), plain)
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, last, len(header) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return buffer.getvalue()


def _full_name(unit: Unit) -> str:
    """Name a unit so that it can be told from others of its name: ten are called "Chi bộ 1"."""
    return f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name


def _value(value: Decimal | None, value_unit: str) -> str:
    return "" if value is None else f"{number(value, 3)} {value_unit}".strip()


def _action_header() -> list[tuple[str, int]]:
    return [
        (_("Tổ chức đảng"), 24),
        (_("Hạn chế, khuyết điểm"), 40),
        (_("Việc phải làm"), 40),
        (_("Nơi chủ trì"), 22),
        (_("Phối hợp"), 22),
        (_("Nơi thực hiện"), 20),
        (_("Thời hạn"), 12),
        (_("Thước đo kết quả"), 24),
        (_("Mức phải đạt"), 14),
        (_("Đạt được"), 14),
        (_("Trạng thái"), 16),
        (_("Mức độ hoàn thành (%)"), 12),
        (_("Kết quả đến nay"), 40),
    ]


def _action_line(action: RemediationAction) -> list[object]:
    notes = getattr(action, "latest_notes", [])
    partners = [action.partners, *(one.name for one in action.partner_units.all())]
    percent = notes[0].percent if notes else None
    return [
        _full_name(action.plan.unit),
        "; ".join(one.nature for one in action.shortcomings.all()),
        action.text,
        str(action.owner_person or action.owner_unit or ""),
        ", ".join(one for one in partners if one),
        action.places,
        action.due_on,
        action.measure,
        _value(action.planned_value, action.value_unit),
        _value(action.reached_value, action.value_unit),
        str(action.get_state_display()),
        "" if percent is None else str(percent),
        notes[0].text if notes else "",
    ]


def _shortcoming_header() -> list[tuple[str, int]]:
    return [
        (_("Tổ chức đảng"), 24),
        (_("Hạn chế, khuyết điểm"), 50),
        (_("Mức độ, số liệu"), 24),
        (_("Nội dung"), 22),
        (_("Nguồn"), 18),
        (_("Nguyên nhân"), 40),
        (_("Trạng thái"), 22),
        (_("Số kỳ liên tiếp"), 10),
        (_("Ngày kiểm tra hiệu quả"), 14),
        (_("Kết luận về hiệu quả"), 20),
    ]


def _shortcoming_line(one: FollowedShortcoming) -> list[object]:
    return [
        _full_name(one.unit),
        one.nature,
        one.extent,
        str(one.get_topic_display()),
        str(one.get_source_display()),
        one.cause,
        str(one.get_state_display()),
        str(one.years_in_row),
        one.check_on,
        str(one.get_verdict_display()) if one.verdict else "",
    ]
