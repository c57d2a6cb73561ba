"""Charts as data: ECharts options, drawn by the page beside a table of the same numbers."""

from typing import Any

from django.utils.translation import gettext as _

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.queries.progress import Week
from tusoi.remediation.queries import TopicCounts
from tusoi.reviews.enums import Topic


# Enough lines to read; the table beside the chart has every kind.
_DRAWN = (
    SubjectKind.GRASSROOTS_ORGANIZATION,
    SubjectKind.SECTION,
    SubjectKind.CELL,
    SubjectKind.MEMBER,
    SubjectKind.COLLECTIVE,
)


def weeks_option(weeks: list[Week], kinds: tuple[SubjectKind, ...]) -> dict[str, Any]:
    """Draw the share done per kind of subject over the weeks, in per cent."""
    return {
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 96, "containLabel": True},
        "xAxis": {"type": "category", "data": [f"{week.ends_on:%d/%m}" for week in weeks]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "name": "%"},
        "series": [
            {
                "name": str(kind.label),
                "type": "line",
                "showSymbol": False,
                "data": [_share(week, kind) for week in weeks],
            }
            for kind in kinds
            if kind in _DRAWN
        ],
    }


def _share(week: Week, kind: SubjectKind) -> float | None:
    expected = week.expected(kind)
    return round(week.done(kind) * 100 / expected, 1) if expected else None


def topics_option(topics: list[TopicCounts]) -> dict[str, Any]:
    """Draw how the shortcomings of each topic stand, one bar a topic."""
    rows, labels = list(reversed(topics)), dict(Topic.choices)
    parts = (
        (_("đã làm xong"), "#2f9e44", "resolved"),
        (_("đang làm, còn hạn"), "#4299e1", "in_hand"),
        (_("quá hạn"), "#d63939", "overdue"),
        (_("chưa có việc khắc phục"), "#868e96", "without_action"),
    )
    return {
        "grid": {"left": 8, "right": 24, "top": 64, "bottom": 8, "containLabel": True},
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "data": [str(labels[row.topic]) for row in rows],
            "axisLabel": {"width": 130, "overflow": "break", "lineHeight": 14, "fontSize": 12},
        },
        "series": [
            {
                "name": name,
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 20,
                "itemStyle": {"color": color},
                "data": [getattr(row, field) for row in rows],
            }
            for name, color, field in parts
        ],
    }
