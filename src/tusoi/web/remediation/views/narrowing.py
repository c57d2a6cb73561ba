"""What the address narrows a board to: kept in it, so that a link shows the same list."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import display_name
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Person
from tusoi.remediation import queries
from tusoi.remediation.enums import ActionState, ShortcomingState, SourceKind
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.web.http import SignedInRequest, Tab, today
from tusoi.web.searches import asked


# What is listed instead of actions: shortcomings, or those that nothing is done about.
TOLD: Final = "told"
GAPS: Final = "gaps"
LIST: Final = "list"
COLUMNS: Final = "columns"
MONTH: Final = "month"
# A list begins anew with other filters.
_POSITIONS: Final = ("after", "page", "month")


@dataclass(frozen=True)
class Narrowed:
    """The board that an address asks for."""

    show: str
    view: str
    filter: queries.ActionFilter
    unit: Unit | None
    owner: Person | Unit | None
    # The review whose shortcomings are listed.
    review: str = ""
    # The day on which what is listed is due, or is to be checked.
    day: dt.date | None = None

    @property
    def day_field(self) -> str:
        return "check_on" if self.lists_shortcomings else "due_on"

    @property
    def lists_shortcomings(self) -> bool:
        return self.show == TOLD

    @property
    def is_narrowed(self) -> bool:
        one = self.filter
        asked_for = (one.topic, one.state, one.flag, one.query, one.source, self.review, self.day)
        return any(asked_for) or self.owner is not None


def narrowed(request: SignedInRequest, query: QueryDict | None = None) -> Narrowed:
    get = (query if query is not None else request.GET).get
    scope = units_for(request.user, Permission.REMEDIATION_VIEW, on=today())
    unit = scope.filter(public_id=get("unit", "")).first() if get("unit") else None
    show, flag = get("show", ""), get("flag", "")
    if show == GAPS:
        show, flag = TOLD, queries.NO_ACTION
    person, body = _owner(get("owner", ""))
    view = get("view", "")
    found = queries.ActionFilter(
        topic=get("topic", ""),
        state=get("state", ""),
        flag=flag,
        unit_id=unit.pk if unit else None,
        query=asked(request).get("q", ""),
        with_people=get("people") == "1" or bool(get("review")),
        owner_person_id=person.pk if person else None,
        owner_unit_id=body.pk if body else None,
        source=get("source", ""),
    )
    return Narrowed(
        show if show == TOLD else "",
        view if view in {COLUMNS, MONTH} else LIST,
        found,
        unit,
        person or body,
        get("review", ""),
        _day(get("day", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _owner(key: str) -> tuple[Person | None, Unit | None]:
    """Find who is in charge by the public id that stands in the address, never by a name."""
    kind, _dot, public_id = key.partition(".")
    if kind == "person":
        return Person.objects.filter(public_id=public_id).first(), None
    if kind == "unit":
        return None, Unit.objects.filter(public_id=public_id).first()
    return None, None


def rows_of(request: SignedInRequest, cycle: ReviewCycle, asked_for: Narrowed) -> Any:
    listed = (
        queries.shortcomings_on_board if asked_for.lists_shortcomings else queries.actions_on_board
    )
    found: Any = listed(request.user, cycle, asked_for.filter, on=today())
    if asked_for.review and asked_for.lists_shortcomings:
        found = found.filter(told__review__public_id=asked_for.review)
    if asked_for.day:
        found = found.filter(**{asked_for.day_field: asked_for.day})
    return found


def in_state(asked_for: Narrowed, state: str) -> Narrowed:
    return replace(asked_for, filter=replace(asked_for.filter, state=state))


def states_of(asked_for: Narrowed) -> list[tuple[str, Any]]:
    if asked_for.lists_shortcomings:
        return list(ShortcomingState.choices)
    return [one for one in ActionState.choices if one[0] != ActionState.DROPPED]


def choices_for(asked_for: Narrowed) -> dict[str, Any]:
    return {
        "topics": Topic.choices,
        "states": states_of(asked_for),
        "flags": _flags(asked_for),
        "sources": SourceKind.choices if asked_for.lists_shortcomings else [],
    }


def _flags(asked_for: Narrowed) -> list[tuple[str, str]]:
    shared = [
        (queries.OPEN, _("chưa xong")),
        (queries.OVERDUE, _("quá hạn")),
        (queries.NO_OWNER, _("chưa có nơi chủ trì")),
        (queries.NO_MEASURE, _("chưa có thước đo")),
    ]
    if not asked_for.lists_shortcomings:
        return shared
    return [
        *shared,
        (queries.NO_ACTION, _("chưa có việc khắc phục")),
        (queries.CHECK_DUE, _("quá ngày kiểm tra hiệu quả")),
        (queries.VAGUE, _("còn chung chung")),
        (queries.REPEATED, _("tái diễn")),
        (queries.ACCEPTED, _("đang tạm chấp nhận")),
        (queries.EFFECTIVE, _("có hiệu quả")),
        (queries.NOT_EFFECTIVE, _("chưa hiệu quả")),
    ]


def link(request: SignedInRequest, **changes: str) -> str:
    """Return the address of the same list with something changed; empty takes it out."""
    query = request.GET.copy()
    for name in _POSITIONS:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{reverse('remediation:board')}?{query.urlencode()}"


def room_tabs(
    cycle: ReviewCycle, current: str, *, unit: str = "", people: bool = False
) -> list[Tab]:
    """Return the ways to look at remedies."""
    kept = {"cycle": cycle.public_id} | ({"unit": unit} if unit else {})
    kept |= {"people": "1"} if people else {}
    places: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("overview", _("Toàn cảnh"), reverse("remediation:overview"), {}),
        (TOLD, _("Hạn chế, khuyết điểm"), reverse("remediation:board"), {"show": TOLD}),
        ("actions", _("Việc khắc phục"), reverse("remediation:board"), {}),
        ("plans", _("Kế hoạch"), reverse("remediation:plans"), {}),
        ("waiting", _("Chờ trả lời"), reverse("remediation:waiting"), {}),
    )
    return [
        Tab(title, f"{address}?{urlencode(kept | more)}", key == current)
        for key, title, address, more in places
    ]


def caption(asked_for: Narrowed, cycle: ReviewCycle) -> str:
    """Return in words what is listed, for a print or a file."""
    parts = [cycle.name]
    if asked_for.unit:
        parts.append(asked_for.unit.name)
    labels = dict(Topic.choices) | dict(states_of(asked_for)) | dict(_flags(asked_for))
    labels |= dict(SourceKind.choices)
    one = asked_for.filter
    parts += [
        str(labels.get(value, value))
        for value in (one.topic, one.state, one.flag, one.source)
        if value
    ]
    if asked_for.owner:
        parts.append(str(asked_for.owner))
    if asked_for.day:
        parts.append(f"{asked_for.day:%d/%m/%Y}")
    return display_name(" · ".join(parts))
