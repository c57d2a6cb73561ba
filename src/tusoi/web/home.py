"""Where the lines of the home page lead."""

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse

from tusoi.reports.home import Home, Line, Overview, Place


@dataclass(frozen=True)
class _Target:
    url_name: str
    icon: str


_TARGETS: Final = {
    Place.MY_REVIEWS: _Target("reviews:mine", "writing"),
    Place.MY_ACTIONS: _Target("remediation:mine", "checklist"),
    Place.CYCLE_UNIT: _Target("cycles:unit", "flag"),
    Place.REVIEWS: _Target("reviews:list", "file-text"),
    Place.MEETING: _Target("meetings:detail", "calendar-event"),
    Place.POLL: _Target("ballots:poll", "checkbox"),
    Place.RATINGS: _Target("ratings:board", "award"),
    Place.DECISIONS: _Target("ratings:batch", "award"),
    Place.OVERTAKEN: _Target("ratings:overtaken", "award"),
    Place.REMEDIES: _Target("remediation:board", "tools"),
    Place.PLAN: _Target("remediation:plan", "tools"),
    Place.PLAN_START: _Target("remediation:start", "tools"),
    Place.PLANS: _Target("remediation:plans", "list-check"),
    Place.ANSWERS: _Target("remediation:waiting", "tools"),
}


@dataclass(frozen=True)
class HomeLine:
    line: Line
    icon: str
    url: str


@dataclass(frozen=True)
class HomeOverview:
    overview: Overview
    url: str


def lines_of(lines: list[Line]) -> list[HomeLine]:
    return [HomeLine(line, _TARGETS[line.place].icon, _address(line)) for line in lines]


def overviews_of(home: Home) -> list[HomeOverview]:
    return [
        HomeOverview(
            one,
            _url("reports:unit-dashboard", str(one.cycle.public_id), str(one.unit.public_id)),
        )
        for one in home.overviews
    ]


def _address(line: Line) -> str:
    url = _url(_TARGETS[line.place].url_name, *line.keys)
    if url and line.narrowed:
        url = f"{url}?{line.narrowed}"
    return f"{url}#{line.anchor}" if url and line.anchor else url


def _url(name: str, *keys: str) -> str:
    try:
        return reverse(name, args=keys)
    except NoReverseMatch:
        return ""
