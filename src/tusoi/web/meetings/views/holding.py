"""The page of one meeting and what is done with it as a whole."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tusoi.ballots.queries import obligations_to_vote_on, polls_of
from tusoi.core import clock
from tusoi.core.clock import local_day
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import ItemState, MeetingTask
from tusoi.meetings.models import AgendaItem, Attendance, ReviewMeeting
from tusoi.meetings.permissions import can_hold
from tusoi.web.http import SignedInRequest, page, today, who_and_when
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.inviting import waiting_for_reply
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    REFUSALS,
    held_meeting,
    readable_meeting,
)


@page(permission=READ)
def meeting_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _detail(request, readable_meeting(request, public_id))


def _detail(
    request: SignedInRequest, meeting: ReviewMeeting, *, refusal: str = ""
) -> HttpResponse:
    items = list(queries.items_of(meeting))
    quorum = queries.quorum_of(meeting)
    minutes = queries.current_minutes(meeting)
    task = queries.next_task(meeting, quorum=quorum, items=items, minutes=minutes)
    attendances = list(queries.attendances_of(meeting))
    may_hold = can_hold(request.user, meeting, on=today())
    mine = own_row(request, attendances)
    context = {
        "meeting": meeting,
        "items": items,
        "quorum": quorum,
        "may_hold": may_hold,
        "task": task if may_hold else MeetingTask.NONE,
        "next_item": next((one for one in items if one.state == ItemState.OPEN), None),
        "open_polls": _open_polls(meeting) if may_hold else 0,
        "unvoted": _unvoted(meeting, items) if may_hold and task == MeetingTask.CLOSE else [],
        "attendances": attendances,
        "mine": mine,
        # Files are for those summoned and those who hold the meeting, not for every reader.
        "documents": queries.documents_of(meeting) if mine or may_hold else [],
        "waiting_count": len(waiting_for_reply(attendances)),
        "notice": queries.notice_of(meeting),
        "minutes": minutes,
        "open_form": _open_form(meeting) if task == MeetingTask.OPEN else None,
        "close_form": forms.CloseForm(initial={"conclusion": meeting.conclusion}),
        "open_count": sum(one.state == ItemState.OPEN for one in items),
        "postpone_form": forms.PostponeForm(later=queries.later_meetings(meeting)),
        "refusal": refusal,
    }
    return render(request, "meetings/meeting_detail.html", context, status=422 if refusal else 200)


def own_row(request: SignedInRequest, rows: Sequence[Attendance]) -> Attendance | None:
    """Return the summons of whoever looks at the page."""
    person_id = request.user.person_id
    return next((one for one in rows if person_id and one.person_id == person_id), None)


def _open_form(meeting: ReviewMeeting) -> forms.OpenForm | None:
    """Ask for the true time as long as the day of the summons is still to come."""
    if local_day(meeting.meets_at) <= today():
        return None
    return forms.OpenForm(initial={"meets_at": clock.now()})


def _unvoted(meeting: ReviewMeeting, items: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Return what was concluded and not voted on; once the meeting is closed nobody votes."""
    waiting = set(obligations_to_vote_on(meeting).values_list("pk", flat=True))
    return [one for one in items if one.obligation_id in waiting]


def _open_polls(meeting: ReviewMeeting) -> int:
    """Count the votes that keep the meeting from closing: opened, not signed, not voided."""
    return (
        polls_of(meeting)
        .filter(opened_at__isnull=False, signed_at__isnull=True, voided_at__isnull=True)
        .count()
    )


def _act(
    request: SignedInRequest,
    public_id: str,
    verb: Callable[..., object],
    *,
    form: Form | None = None,
    done: str = "",
) -> HttpResponse:
    """Call an operation on the meeting and go back to its page, a refusal included."""
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:detail", public_id)
    if form is not None and not form.is_valid():
        return _detail(request, meeting, refusal=_refused(form))
    try:
        verb(meeting_id=meeting.pk, **(form.cleaned_data if form else {}), **who_and_when(request))
    except REFUSALS as refusal:
        return _detail(request, meeting, refusal=str(refusal))
    if done:
        messages.success(request, done)
    return redirect("meetings:detail", public_id)


def _refused(form: Form) -> str:
    if isinstance(form, forms.OpenForm):
        return _("Hãy ghi ngày và giờ họp thực tế.")
    return _("Hãy ghi lý do.")


@page(permission=HOLD, writes=POST)
def open_meeting(request: SignedInRequest, public_id: str) -> HttpResponse:
    form = forms.OpenForm(request.POST)
    done = _("Hội nghị đã khai mạc.")
    return _act(request, public_id, operations.open_meeting, form=form, done=done)


@page(permission=HOLD, writes=POST)
def close(request: SignedInRequest, public_id: str) -> HttpResponse:
    form = forms.CloseForm(request.POST)
    done = _("Hội nghị đã kết thúc. Hãy hoàn chỉnh biên bản để thông qua và ký.")
    return _act(request, public_id, operations.close_meeting, form=form, done=done)


@page(permission=HOLD, writes=POST)
def cancel(request: SignedInRequest, public_id: str) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    done = _("Đã hủy triệu tập. Các hồ sơ chờ hội nghị khác.")
    return _act(request, public_id, operations.cancel_meeting, form=form, done=done)


@page(permission=HOLD, writes=POST)
def reopen(request: SignedInRequest, public_id: str) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    return _act(
        request, public_id, operations.reopen_meeting, form=form, done=_("Đã mở lại hội nghị.")
    )
