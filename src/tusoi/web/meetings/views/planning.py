"""Lists of meetings, and calling one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tusoi.access.queries import units_for
from tusoi.core.clock import local_day
from tusoi.core.text import search_key
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import CycleUnit, Obligation, ReviewCycle
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import MeetingState, SpeakerNaming
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import ReviewMeeting
from tusoi.units.models import Unit
from tusoi.web.http import SignedInRequest, page, today, who_and_when
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import HOLD, POST, READ, held_meeting, sent


PER_PAGE = 25


@page(permission=READ)
def meeting_list(request: SignedInRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    query = request.GET.get("q", "").strip()
    found = queries.with_counts(queries.meetings_for(request.user, on=today()))
    found = found.select_related("unit__parent", "cycle")
    if query:
        found = found.filter(unit__search_key__contains=search_key(query))
    if state in MeetingState.values:
        found = found.filter(state=state)
    return render(
        request,
        "meetings/meeting_list.html",
        {
            "page_obj": _paged(request, _sorted(found, state)),
            "query": query,
            "state": state,
            "tabs": _tabs(state, query),
        },
    )


def _sorted(found: QuerySet[ReviewMeeting], state: str) -> QuerySet[ReviewMeeting]:
    """Put what comes next on top of the planned, and what was last on top of the rest."""
    moment = "meets_at" if state == MeetingState.PLANNED else "-meets_at"
    return found.order_by(moment, "pk")


def _tabs(state: str, query: str) -> list[dict[str, Any]]:
    titles: list[tuple[str, str]] = [
        ("", _("Tất cả")),
        (MeetingState.PLANNED, _("Sắp họp")),
        (MeetingState.UNDER_WAY, _("Đang họp")),
        (MeetingState.CLOSED, _("Đã kết thúc")),
        (MeetingState.CANCELLED, _("Không tổ chức")),
    ]
    return [
        {
            "title": title,
            "url": f"?{urlencode({'state': key, 'q': query})}",
            "is_current": key == state,
            "count": None,
        }
        for key, title in titles
    ]


def _paged(request: SignedInRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


@page(permission=HOLD)
def plan_choose(request: SignedInRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    rows = queries.units_to_meet(request.user, on=today(), search=search_key(query))
    page_obj = _paged(request, rows)
    units = Unit.objects.select_related("parent").in_bulk({row["unit_id"] for row in page_obj})
    cycles = ReviewCycle.objects.in_bulk({row["cycle_id"] for row in page_obj})
    waiting = [
        queries.UnitToMeet(
            cycles[row["cycle_id"]], units[row["unit_id"]], row["waiting"], row["submitted"]
        )
        for row in page_obj
    ]
    return render(
        request,
        "meetings/plan_choose.html",
        {"page_obj": page_obj, "waiting": waiting, "query": query},
    )


@page(permission=HOLD, writes=POST)
def plan(request: SignedInRequest, cycle_id: str, unit_id: str) -> HttpResponse:
    cycle, unit = _place(request, cycle_id, unit_id)
    form = forms.MeetingForm(
        sent(request),
        initial={
            "name": _("Hội nghị kiểm điểm năm %(year)s") % {"year": cycle.year},
            "meets_at": forms.suggested_moment(today()),
            "speaker_naming": SpeakerNaming.OPTIONAL,
        },
        candidates=queries.suggested_agenda(cycle_id=cycle.pk, unit_id=unit.pk, on=today()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.plan_meeting(
                cycle_id=cycle.pk,
                unit_id=unit.pk,
                obligation_ids=form.agenda(),
                **form.cleaned_data,
                **who_and_when(request),
            )
        except MeetingError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lập hội nghị và danh sách triệu tập."))
            return redirect("meetings:detail", made.public_id)
    return _meeting_form(request, form, {"cycle": cycle, "unit": unit, "meeting": None})


def _place(request: SignedInRequest, cycle_id: str, unit_id: str) -> tuple[ReviewCycle, Unit]:
    cycle = get_object_or_404(ReviewCycle, public_id=cycle_id, state=CycleState.OPEN)
    scope = units_for(request.user, HOLD, on=today())
    unit = get_object_or_404(scope, public_id=unit_id)
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit).exists():
        raise Http404
    return cycle, unit


def _meeting_form(
    request: SignedInRequest, form: forms.MeetingForm, context: dict[str, Any]
) -> HttpResponse:
    summons = queries.summons_for(context["unit"], on=today())
    context |= {
        "rules": queries.review_orders(context["cycle"]),
        "notice": queries.notice_for(context["cycle"], meets_on=_meets_on(form)),
        "form": form,
        "voter_count": sum(one.has_vote for one in summons),
        "other_count": sum(not one.has_vote for one in summons),
    }
    return render(
        request, "meetings/meeting_form.html", context, status=422 if form.is_bound else 200
    )


def _meets_on(form: forms.MeetingForm) -> dt.date:
    """Return the day that stands in the form; today where nobody can tell."""
    found = form.cleaned_data.get("meets_at") if form.is_bound else form.initial["meets_at"]
    return found.date() if found else today()


@page(permission=HOLD, writes=POST)
def edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    if meeting.state != MeetingState.PLANNED:
        return redirect("meetings:detail", public_id)
    form = _edit_form(request, meeting)
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_meeting(
                meeting_id=meeting.pk,
                obligation_ids=form.agenda(),
                **form.cleaned_data,
                **who_and_when(request),
            )
        except MeetingError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("meetings:detail", public_id)
    return _meeting_form(
        request, form, {"cycle": meeting.cycle, "unit": meeting.unit, "meeting": meeting}
    )


def _edit_form(request: SignedInRequest, meeting: ReviewMeeting) -> forms.MeetingForm:
    """Offer what is on the agenda, in its order, and then what else waits."""
    chosen = list(meeting.items.order_by("position", "pk").values_list("obligation_id", flat=True))
    by_id = Obligation.objects.in_bulk(chosen)
    waiting = queries.suggested_agenda(
        cycle_id=meeting.cycle_id, unit_id=meeting.unit_id, on=local_day(meeting.meets_at)
    )
    return forms.MeetingForm(
        sent(request),
        initial={
            "name": meeting.name,
            "meets_at": timezone.localtime(meeting.meets_at),
            "place": meeting.place,
            "speaker_naming": meeting.speaker_naming,
            "order_note": meeting.order_note,
        },
        candidates=[*(by_id[one] for one in chosen), *waiting],
        chosen=chosen,
    )
