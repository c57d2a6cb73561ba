"""Before the day: replies to the summons, who still owes one, and the documents."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tusoi.core import clock
from tusoi.files.errors import FileError
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import FREE_KINDS, MeetingState, Reply
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.web.http import SignedInRequest, page, who_and_when
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    held_meeting,
    readable_meeting,
)


@page(permission=HOLD)
def invitations(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _invitations(request, held_meeting(request, public_id))


def _invitations(
    request: SignedInRequest,
    meeting: ReviewMeeting,
    *,
    documents_form: forms.DocumentsForm | None = None,
    files_form: forms.FilesForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    rows = list(queries.attendances_of(meeting))
    documents = queries.documents_of(meeting)
    there = [one.document for one in documents if one.document.removed_at is None]
    # What was uploaded need not be typed again: its names, and since when it is there.
    sent = {
        "note": meeting.documents_note or "; ".join(one.file.name for one in there),
        "sent_at": meeting.documents_sent_at or (there[0].added_at if there else clock.now()),
        "late_reason": meeting.documents_late_reason,
    }
    context = {
        "meeting": meeting,
        "attendances": rows,
        "is_open": meeting.state == MeetingState.PLANNED,
        "replies": [one for one in Reply if one is not Reply.NONE],
        "waiting": waiting_for_reply(rows),
        "coming_count": sum(one.reply == Reply.COMING for one in rows),
        "away_count": sum(one.reply == Reply.AWAY for one in rows),
        "reminder": _reminder(request, meeting),
        "notice": queries.notice_of(meeting),
        "documents": documents,
        "files_form": files_form or forms.FilesForm(),
        "may_add": meeting.state in {MeetingState.PLANNED, MeetingState.UNDER_WAY},
        "documents_form": documents_form or forms.DocumentsForm(initial=sent),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "meetings/invitations.html", context, status=status)


def waiting_for_reply(rows: list[Attendance]) -> list[Attendance]:
    """Return who has not answered; of guests and of those excused nobody waits for an answer."""
    return [one for one in rows if one.reply == Reply.NONE and one.kind not in FREE_KINDS]


def _reminder(request: SignedInRequest, meeting: ReviewMeeting) -> str:
    """Return words to copy into whatever the unit sends messages with."""
    from tusoi.web.templatetags.tusoi import moment  # noqa: PLC0415 -- a filter used as words

    return _(
        "%(unit)s kính mời đồng chí dự %(name)s lúc %(moment)s tại %(place)s. Đề nghị đồng chí "
        "trả lời sẽ dự hay xin vắng tại: %(address)s"
    ) % {
        "unit": meeting.unit.name,
        "name": meeting.name,
        "moment": moment(meeting.meets_at),
        "place": meeting.place or "…",
        "address": request.build_absolute_uri(f"/meetings/{meeting.public_id}/"),
    }


@page(permission=HOLD, writes=POST)
def documents(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:invitations", public_id)
    form = forms.DocumentsForm(request.POST)
    if not form.is_valid():
        refusal = _("Hãy ghi tài liệu đã gửi và thời điểm gửi.")
        return _invitations(request, meeting, documents_form=form, refusal=refusal)
    try:
        operations.record_documents_sent(
            meeting_id=meeting.pk, **form.cleaned_data, **who_and_when(request)
        )
    except MeetingError as refused:
        return _invitations(request, meeting, documents_form=form, refusal=str(refused))
    messages.success(request, _("Đã ghi việc gửi tài liệu."))
    return redirect("meetings:invitations", public_id)


@page(permission=HOLD, writes=POST)
def add_documents(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put files beside the summons, all of them or none."""
    meeting = held_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:invitations", public_id)
    form = forms.FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _invitations(request, meeting, files_form=form, refusal=_("Hãy chọn lại tệp."))
    try:
        added = operations.add_documents(
            meeting_id=meeting.pk,
            uploads=[(one.name, one.read()) for one in form.cleaned_data["uploads"]],
            **who_and_when(request),
        )
    except (MeetingError, FileError) as refused:
        return _invitations(request, meeting, refusal=str(refused))
    messages.success(
        request,
        ngettext("Đã gửi %(count)d tài liệu.", "Đã gửi %(count)d tài liệu.", len(added))
        % {"count": len(added)},
    )
    return redirect(f"{reverse('meetings:invitations', args=[public_id])}#files-title")


@page(permission=HOLD, writes=POST)
def remove_document(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    document = get_object_or_404(meeting.documents, pk=pk)
    if request.method != "POST":
        return redirect("meetings:invitations", public_id)
    try:
        operations.remove_document(
            document_id=document.pk,
            reason=request.POST.get("reason", "")[:2000],
            **who_and_when(request),
        )
    except MeetingError as refused:
        return _invitations(request, meeting, refusal=str(refused))
    messages.success(request, _("Đã gỡ tài liệu; tên tệp, ngày gỡ và lý do được lưu lại."))
    return redirect(f"{reverse('meetings:invitations', args=[public_id])}#files-title")


@page(permission=HOLD, writes=POST)
def enter_reply(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Take down what somebody told the secretary."""
    meeting = held_meeting(request, public_id)
    row = get_object_or_404(meeting.attendances, pk=pk)
    if request.method != "POST":
        return redirect("meetings:invitations", public_id)
    refusal = _replied(request, row)
    if refusal:
        return _invitations(request, meeting, refusal=refusal)
    return redirect("meetings:invitations", public_id)


@page(permission=READ, writes=POST)
def reply(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Answer one's own summons."""
    meeting = readable_meeting(request, public_id)
    row = get_object_or_404(meeting.attendances, person_id=request.user.person_id or 0)
    refusal = _replied(request, row) if request.method == "POST" else ""
    if request.method == "POST" and not refusal:
        messages.success(request, _("Đã ghi trả lời của đồng chí."))
        return redirect("meetings:detail", public_id)
    context: dict[str, Any] = {
        "meeting": meeting,
        "mine": row,
        "reason": request.POST.get("reason", row.reply_reason),
        "is_open": meeting.state == MeetingState.PLANNED,
        "refusal": refusal,
    }
    return render(request, "meetings/reply_form.html", context, status=422 if refusal else 200)


def _replied(request: SignedInRequest, row: Attendance) -> str:
    """Store the answer; return why it was refused, or nothing."""
    form = forms.ReplyForm(request.POST)
    if not form.is_valid():
        return _("Hãy chọn sẽ dự hoặc xin vắng.")
    try:
        operations.reply_to_summons(
            attendance_id=row.pk,
            reply=Reply(form.cleaned_data["reply"]),
            reason=form.cleaned_data["reason"],
            **who_and_when(request),
        )
    except MeetingError as refused:
        return str(refused)
    return ""
