"""The list of those summoned: who came, who chairs and writes, who was invited."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tusoi.core.clock import local_day
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import MeetingState, Presence
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import ReviewMeeting
from tusoi.web.http import SignedInRequest, page, who_and_when
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import HOLD, POST, held_meeting, sent


@page(permission=HOLD, writes=POST)
def attendance(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    form = forms.AttendanceForm(sent(request), attendances=queries.attendances_of(meeting))
    rest = forms.RestForm(request.POST)
    if request.method != "POST":
        return _attendance(request, meeting, form)
    if not (form.is_valid() and rest.is_valid()):
        return _attendance(request, meeting, form, refusal=_("Hãy xem lại các dòng đã ghi."))
    try:
        operations.record_attendance(
            meeting_id=meeting.pk,
            entries=form.entries(rest=rest.cleaned_data["rest"]),
            **who_and_when(request),
        )
    except MeetingError as refusal:
        return _attendance(request, meeting, form, refusal=str(refusal))
    messages.success(request, _("Đã ghi điểm danh."))
    return redirect("meetings:attendance", public_id)


def _attendance(
    request: SignedInRequest,
    meeting: ReviewMeeting,
    form: forms.AttendanceForm | None = None,
    *,
    officers_form: forms.OfficersForm | None = None,
    guest_form: forms.GuestForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    form = form or forms.AttendanceForm(attendances=queries.attendances_of(meeting))
    chosen = {
        "chair": meeting.chair_id or _first_present(form),
        "secretary": meeting.secretary_id,
    }
    context = {
        "meeting": meeting,
        "form": form,
        "choices": forms.CHOICES,
        "quorum": queries.quorum_of(meeting),
        "officers_form": officers_form or forms.OfficersForm(meeting=meeting, initial=chosen),
        "guest_form": guest_form or forms.GuestForm(guests=_guests(meeting)),
        "is_open": meeting.state in {MeetingState.PLANNED, MeetingState.UNDER_WAY},
        "is_live": meeting.state == MeetingState.UNDER_WAY,
        "refusal": refusal,
    }
    return render(
        request, "meetings/attendance_form.html", context, status=422 if refusal else 200
    )


def _first_present(form: forms.AttendanceForm) -> int | None:
    """Suggest as chair the highest in rank who came; the list begins with the head."""
    present = (one.person_id for one in form.attendances if one.presence == Presence.PRESENT)
    return next((one for one in present if one), None)


def _guests(meeting: ReviewMeeting) -> Any:
    return queries.possible_guests(meeting, on=local_day(meeting.meets_at))


@page(permission=HOLD, writes=POST)
def mark(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Note with one tap that somebody has come, or has left."""
    meeting = held_meeting(request, public_id)
    row = get_object_or_404(meeting.attendances, pk=pk)
    if request.method != "POST":
        return redirect("meetings:attendance", public_id)
    presence = request.POST.get("presence")
    if presence not in (Presence.PRESENT, Presence.LEFT):
        return _attendance(request, meeting, refusal=_("Hãy chọn đến hoặc về."))
    try:
        operations.record_attendance(
            meeting_id=meeting.pk,
            entries=[operations.PresenceEntry(row.pk, Presence(presence))],
            **who_and_when(request),
        )
    except MeetingError as refusal:
        return _attendance(request, meeting, refusal=str(refusal))
    return redirect("meetings:attendance", public_id)


@page(permission=HOLD, writes=POST)
def times(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Correct the hours of one person's coming and going."""
    meeting = held_meeting(request, public_id)
    row = get_object_or_404(meeting.attendances.select_related("person"), pk=pk)
    form = forms.TimesForm(
        sent(request), initial={"arrived_at": _hour(row.arrived_at), "left_at": _hour(row.left_at)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_times(
                attendance_id=row.pk,
                arrived_at=_that_day(meeting, form.cleaned_data["arrived_at"]),
                left_at=_that_day(meeting, form.cleaned_data["left_at"]),
                **who_and_when(request),
            )
        except MeetingError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("meetings:attendance", public_id)
    context = {"meeting": meeting, "attendance": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/times_form.html", context, status=status)


def _hour(moment: dt.datetime | None) -> dt.time | None:
    return timezone.localtime(moment).time() if moment else None


def _that_day(meeting: ReviewMeeting, hour: dt.time | None) -> dt.datetime | None:
    if hour is None:
        return None
    day = local_day(meeting.opened_at or meeting.meets_at)
    return timezone.make_aware(dt.datetime.combine(day, hour))


@page(permission=HOLD, writes=POST)
def officers(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:attendance", public_id)
    form = forms.OfficersForm(request.POST, meeting=meeting)
    if not form.is_valid():
        refusal = _("Hãy chọn người chủ trì và thư ký trong số người có mặt.")
        return _attendance(request, meeting, officers_form=form, refusal=refusal)
    try:
        operations.set_officers(
            meeting_id=meeting.pk,
            chair_id=form.cleaned_data["chair"].pk,
            secretary_id=form.cleaned_data["secretary"].pk,
            **who_and_when(request),
        )
    except MeetingError as refused:
        return _attendance(request, meeting, officers_form=form, refusal=str(refused))
    messages.success(request, _("Đã ghi người chủ trì và thư ký."))
    return redirect("meetings:detail", public_id)


@page(permission=HOLD, writes=POST)
def add_guest(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:attendance", public_id)
    form = forms.GuestForm(request.POST, guests=_guests(meeting))
    if not form.is_valid():
        refusal = _("Hãy chọn lại đại biểu mời.")
        return _attendance(request, meeting, guest_form=form, refusal=refusal)
    person = form.cleaned_data["person"]
    try:
        operations.add_guest(
            meeting_id=meeting.pk,
            person_id=person.pk if person else None,
            guest_name=form.cleaned_data["guest_name"],
            **who_and_when(request),
        )
    except MeetingError as refused:
        return _attendance(request, meeting, guest_form=form, refusal=str(refused))
    return redirect("meetings:attendance", public_id)


@page(permission=HOLD, writes=POST)
def remove_guest(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:attendance", public_id)
    guest = get_object_or_404(meeting.attendances, pk=pk)
    try:
        operations.remove_guest(attendance_id=guest.pk, **who_and_when(request))
    except MeetingError as refusal:
        return _attendance(request, meeting, refusal=str(refusal))
    return redirect("meetings:attendance", public_id)
