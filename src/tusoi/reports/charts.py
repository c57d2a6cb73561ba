"""Charts as data: ECharts options, drawn by the page beside a table of the same numbers."""

from typing import Any

from django.utils.translation import gettext as _

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.queries.progress import Week
from tusoi.reports.dashboard import TopicCount


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


def topics_option(topics: list[TopicCount]) -> dict[str, Any]:
    """Draw the shortcomings by topic, those without a remedy apart."""
    rows = list(reversed(topics))
    return {
        "legend": {"top": 0},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "data": [str(row.topic.label) for row in rows],
            "axisLabel": {"width": 150, "overflow": "break"},
        },
        "series": [
            {
                "name": _("đã có giải pháp"),
                "type": "bar",
                "stack": "all",
                "data": [row.shortcomings - row.without_action for row in rows],
            },
            {
                "name": _("chưa có giải pháp"),
                "type": "bar",
                "stack": "all",
                "data": [row.without_action for row in rows],
            },
        ],
    }
