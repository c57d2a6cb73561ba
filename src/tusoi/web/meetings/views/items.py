"""One review on the agenda: remarks, conclusion, postponement."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tusoi.ballots.enums import RoundState
from tusoi.ballots.queries import counts_by_obligation, rounds_of
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import ItemState, MeetingState, Presence
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import AgendaItem, Attendance, Remark, ReviewMeeting
from tusoi.meetings.permissions import can_hold
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    REFUSALS,
    held_meeting,
    readable_meeting,
    sent,
    who_and_when,
)
from tusoi.web.votes import vote_summary


@page(permission=READ)
def item_detail(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    return _item(request, meeting, get_object_or_404(queries.items_of(meeting), pk=pk))


def _item(  # noqa: PLR0913 -- the page and which of its forms was refused
    request: SignedInRequest,
    meeting: ReviewMeeting,
    item: AgendaItem,
    *,
    remark_form: forms.RemarkForm | None = None,
    conclusion_form: forms.ConclusionForm | None = None,
    refusal: str = "",
    template: str = "meetings/item_detail.html",
) -> HttpResponse:
    may_hold = can_hold(request.user, meeting, on=today())
    present = _present(meeting)
    written = {"conclusion": item.conclusion, "quorum_note": item.quorum_note}
    context = {
        "meeting": meeting,
        "item": item,
        "obligation": item.obligation,
        "may_hold": may_hold,
        "is_live": may_hold and meeting.state == MeetingState.UNDER_WAY,
        "is_subject_absent": _is_absent(meeting, item),
        "quorum": queries.quorum_of(meeting),
        "remark_form": remark_form or forms.RemarkForm(present=present),
        "conclusion_form": conclusion_form or forms.ConclusionForm(initial=written),
        "postpone_form": forms.PostponeForm(later=queries.later_meetings(meeting)),
        "refusal": refusal,
        **_neighbours(meeting, item),
        **_votes(meeting, item),
    }
    return render(request, template, context, status=422 if refusal else 200)


def _present(meeting: ReviewMeeting) -> list[Attendance]:
    return [one for one in queries.attendances_of(meeting) if one.presence == Presence.PRESENT]


def _is_absent(meeting: ReviewMeeting, item: AgendaItem) -> bool:
    """Say whether the person under review was marked away; who was not marked may be there."""
    person_id = item.obligation.person_id
    if person_id is None:
        return False
    marked = [
        one.presence for one in queries.attendances_of(meeting) if one.person_id == person_id
    ]
    return not marked or marked[0] not in (Presence.PRESENT, Presence.SUMMONED)


def _neighbours(meeting: ReviewMeeting, item: AgendaItem) -> dict[str, Any]:
    rows = list(meeting.items.order_by("position", "pk").values_list("pk", "state"))
    ids = [pk for pk, _state in rows]
    index = ids.index(item.pk)
    still_open = [pk for pk, state in rows if state == ItemState.OPEN and pk != item.pk]
    return {
        "number": index + 1,
        "item_count": len(ids),
        "previous_id": ids[index - 1] if index else None,
        "next_id": ids[index + 1] if index + 1 < len(ids) else None,
        "next_open_id": next((pk for pk in still_open if pk in ids[index:]), None)
        or (still_open[0] if still_open else None),
    }


def _votes(meeting: ReviewMeeting, item: AgendaItem) -> dict[str, Any]:
    counts = counts_by_obligation([item.obligation_id], cycle=meeting.cycle)
    rounds = list(rounds_of(meeting).filter(obligation_id=item.obligation_id))
    review = getattr(item.obligation, "review", None)
    return {
        "rounds": rounds,
        "can_open_round": all(one.state == RoundState.VOID for one in rounds),
        "vote": vote_summary(counts.get(item.obligation_id), meeting.cycle),
        "review_id": review.public_id if review else "",
    }


def _held_item(
    request: SignedInRequest, public_id: str, pk: int
) -> tuple[ReviewMeeting, AgendaItem]:
    meeting = held_meeting(request, public_id)
    return meeting, get_object_or_404(queries.items_of(meeting), pk=pk)


@page(permission=HOLD, writes=POST)
def add_remark(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.RemarkForm(request.POST, present=_present(meeting))
    part = "meetings/item_detail.html#remarks" if request.htmx else "meetings/item_detail.html"
    if not form.is_valid():
        refusal = _("Hãy ghi nội dung ý kiến.")
        return _item(request, meeting, item, remark_form=form, refusal=refusal, template=part)
    try:
        operations.add_remark(
            item_id=item.pk,
            text=form.cleaned_data["text"],
            attendance_id=form.cleaned_data["speaker"],
            **who_and_when(request),
        )
    except MeetingError as refused:
        refusal = str(refused)
        return _item(request, meeting, item, remark_form=form, refusal=refusal, template=part)
    if request.htmx:
        _meeting, item = _held_item(request, public_id, pk)
        return _item(request, meeting, item, template=part)
    return redirect(f"{reverse('meetings:item', args=[public_id, pk])}#remarks")


@page(permission=HOLD, writes=POST)
def edit_remark(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, remark = _held_remark(request, public_id, pk)
    form = forms.RemarkForm(
        sent(request),
        present=_present(meeting),
        initial={"text": remark.text, "speaker": _attendance_of(meeting, remark)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_remark(
                remark_id=remark.pk,
                text=form.cleaned_data["text"],
                attendance_id=form.cleaned_data["speaker"],
                **who_and_when(request),
            )
        except MeetingError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("meetings:item", public_id, remark.item_id)
    context = {"meeting": meeting, "remark": remark, "form": form}
    return render(
        request, "meetings/remark_form.html", context, status=422 if form.is_bound else 200
    )


@page(permission=HOLD, writes=POST)
def delete_remark(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, remark = _held_remark(request, public_id, pk)
    if request.method == "POST":
        try:
            operations.delete_remark(remark_id=remark.pk, **who_and_when(request))
        except MeetingError as refusal:
            item = queries.items_of(meeting).get(pk=remark.item_id)
            return _item(request, meeting, item, refusal=str(refusal))
    return redirect("meetings:item", public_id, remark.item_id)


def _held_remark(
    request: SignedInRequest, public_id: str, pk: int
) -> tuple[ReviewMeeting, Remark]:
    meeting = held_meeting(request, public_id)
    remarks = Remark.objects.select_related("item__obligation")
    return meeting, get_object_or_404(remarks, item__meeting=meeting, pk=pk)


def _attendance_of(meeting: ReviewMeeting, remark: Remark) -> int | None:
    """Find the place on the list of who spoke."""
    if not remark.speaker:
        return None
    found = meeting.attendances.filter(person=remark.author, guest_name=remark.author_name)
    return found.values_list("pk", flat=True).first()


@page(permission=HOLD, writes=POST)
def conclude(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.ConclusionForm(request.POST)
    if not form.is_valid():
        refusal = _("Hãy ghi kết luận của hội nghị về nội dung này.")
        return _item(request, meeting, item, conclusion_form=form, refusal=refusal)
    try:
        operations.conclude_item(item_id=item.pk, **form.cleaned_data, **who_and_when(request))
    except REFUSALS as refused:
        return _item(request, meeting, item, conclusion_form=form, refusal=str(refused))
    done = _("Đã ghi kết luận: %(name)s.") % {"name": item.obligation.name}
    messages.success(request, done)
    return redirect("meetings:item", public_id, pk)


@page(permission=HOLD, writes=POST)
def postpone(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.PostponeForm(request.POST, later=queries.later_meetings(meeting))
    if not form.is_valid():
        return _item(request, meeting, item, refusal=_("Hãy ghi lý do hoãn."))
    target = form.cleaned_data["to_meeting"]
    try:
        operations.postpone_item(
            item_id=item.pk,
            reason=form.cleaned_data["reason"],
            to_meeting_id=target.pk if target else None,
            **who_and_when(request),
        )
    except MeetingError as refused:
        return _item(request, meeting, item, refusal=str(refused))
    return redirect("meetings:detail", public_id)


@page(permission=HOLD, writes=POST)
def reopen_item(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _item(request, meeting, item, refusal=_("Hãy ghi lý do mở lại."))
    try:
        operations.reopen_item(item_id=item.pk, **form.cleaned_data, **who_and_when(request))
    except REFUSALS as refused:
        return _item(request, meeting, item, refusal=str(refused))
    return redirect("meetings:item", public_id, pk)
