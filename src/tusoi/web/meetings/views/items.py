"""One review on the agenda: remarks, conclusion, postponement."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.ballots.enums import PollState
from tusoi.ballots.queries import counts_by_obligation, polls_for, questions_on
from tusoi.cycles.models import Obligation
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import (
    CorrectionState,
    ItemState,
    MeetingState,
    Presence,
    SpeakerNaming,
    Stance,
)
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import (
    AgendaItem,
    Attendance,
    Remark,
    RemarkAnswer,
    RequestedCorrection,
    ReviewMeeting,
)
from tusoi.meetings.permissions import can_hold, can_settle
from tusoi.reviews.queries import obligations_to_write
from tusoi.web.http import SignedInRequest, may_open, page, today, who_and_when
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    REFUSALS,
    held_meeting,
    readable_meeting,
    sent,
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
    written = {
        "conclusion": item.conclusion,
        "quorum_note": item.quorum_note,
        "order_note": item.order_note,
    }
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
        "answer_form": forms.AnswerForm(),
        "correction_form": forms.CorrectionForm(),
        "ahead": _ahead(item),
        "may_settle": can_settle(request.user, item, on=today()),
        "postpone_form": forms.PostponeForm(later=queries.later_meetings(meeting)),
        "refusal": refusal,
        "review_place": _review_place(request, item.obligation),
        **_neighbours(meeting, item),
        **_votes(request, meeting, item),
    }
    return render(request, template, context, status=422 if refusal else 200)


def _ahead(item: AgendaItem) -> tuple[queries.Ahead, ...]:
    """Return what the rulebook wants reviewed first, while that still matters."""
    if item.state != ItemState.OPEN:
        return ()
    return queries.reviews_ahead(item.obligation, on=today())


def _present(meeting: ReviewMeeting) -> list[Attendance]:
    """Return who may have spoken: everybody who came, also who has left meanwhile."""
    if meeting.speaker_naming == SpeakerNaming.NONE:
        return []
    return [one for one in queries.attendances_of(meeting) if one.has_come]


def _is_absent(meeting: ReviewMeeting, item: AgendaItem) -> bool:
    """Say whether the person under review was marked away; who was not marked may be there."""
    person_id = item.obligation.person_id
    if person_id is None:
        return False
    marked = [
        one.presence for one in queries.attendances_of(meeting) if one.person_id == person_id
    ]
    return not marked or marked[0] in (Presence.EXCUSED, Presence.ABSENT)


def _review_place(request: SignedInRequest, obligation: Obligation) -> dict[str, str] | None:
    """Say where a review that is still missing is written, or where it is looked for."""
    if obligation.submitted_at is not None:
        return None
    writes = obligations_to_write(request.user, on=today())
    if writes.filter(pk=obligation.pk).exists():
        return {"address": reverse("reviews:mine"), "label": _("Viết và nộp bản kiểm điểm")}
    if not may_open(request.user, Permission.REVIEW_READ):
        return None
    asked = {
        "cycle": obligation.cycle.public_id,
        "unit": obligation.unit.public_id,
        "q": obligation.name,
    }
    address = f"{reverse('reviews:list')}?{urlencode(asked)}"
    return {"address": address, "label": _("Xem tình trạng bản kiểm điểm")}


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


def _votes(request: SignedInRequest, meeting: ReviewMeeting, item: AgendaItem) -> dict[str, Any]:
    counts = counts_by_obligation([item.obligation_id], cycle=meeting.cycle)
    questions = list(questions_on(meeting, item.obligation_id))
    review = getattr(item.obligation, "review", None)
    return {
        "polls": [one.poll for one in questions],
        # Also tellers whom the body named, without any office.
        "open_to_me": set(
            polls_for(request.user, on=today())
            .filter(questions__in=questions)
            .values_list("pk", flat=True)
        ),
        "can_prepare_poll": all(one.poll.state == PollState.VOID for one in questions),
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
        next_remark = forms.RemarkForm(present=_present(meeting))
        next_remark.fields["text"].widget.attrs["autofocus"] = True
        return _item(request, meeting, item, remark_form=next_remark, template=part)
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
    try:
        operations.postpone_item(item_id=item.pk, **form.cleaned_data, **who_and_when(request))
    except MeetingError as refused:
        return _item(request, meeting, item, refusal=str(refused))
    return redirect("meetings:detail", public_id)


@page(permission=HOLD, writes=POST)
def postpone_rest(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put off at once what the meeting has not come to."""
    meeting = held_meeting(request, public_id)
    if request.method == "POST":
        form = forms.PostponeForm(request.POST, later=queries.later_meetings(meeting))
        if not form.is_valid():
            messages.error(request, _("Hãy ghi lý do hoãn."))
            return redirect("meetings:detail", public_id)
        try:
            count = operations.postpone_rest(
                meeting_id=meeting.pk, **form.cleaned_data, **who_and_when(request)
            )
        except MeetingError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request, _("Đã chuyển %(count)s nội dung sang hội nghị khác.") % {"count": count}
            )
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


@page(permission=HOLD, writes=POST)
def add_answer(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return _item(request, meeting, item, refusal=_("Hãy chọn tiếp thu hoặc giải trình."))
    try:
        operations.add_answer(
            item_id=item.pk,
            stance=Stance(form.cleaned_data["stance"]),
            text=form.cleaned_data["text"],
            remark_id=form.cleaned_data["remark"],
            **who_and_when(request),
        )
    except MeetingError as refused:
        return _item(request, meeting, item, refusal=str(refused))
    return redirect(f"{reverse('meetings:item', args=[public_id, pk])}#remarks")


@page(permission=HOLD, writes=POST)
def delete_answer(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    answer = get_object_or_404(RemarkAnswer, item__meeting=meeting, pk=pk)
    if request.method == "POST":
        try:
            operations.delete_answer(answer_id=answer.pk, **who_and_when(request))
        except MeetingError as refused:
            item = queries.items_of(meeting).get(pk=answer.item_id)
            return _item(request, meeting, item, refusal=str(refused))
    return redirect("meetings:item", public_id, answer.item_id)


@page(permission=HOLD, writes=POST)
def ask_correction(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting, item = _held_item(request, public_id, pk)
    if request.method != "POST":
        return redirect("meetings:item", public_id, pk)
    form = forms.CorrectionForm(request.POST)
    if not form.is_valid():
        return _item(request, meeting, item, refusal=_("Hãy ghi nội dung đề nghị sửa."))
    try:
        operations.ask_correction(item_id=item.pk, **form.cleaned_data, **who_and_when(request))
    except MeetingError as refused:
        return _item(request, meeting, item, refusal=str(refused))
    return redirect(f"{reverse('meetings:item', args=[public_id, pk])}#corrections")


@page(permission=READ, writes=POST)
def settle_correction(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Say what became of a correction, from the page of the item or of the review.

    The author of the review does so too, also one whom the meeting did not call.
    """
    correction = get_object_or_404(
        RequestedCorrection.objects.select_related("item__meeting", "item__obligation__review"),
        item__meeting__public_id=public_id,
        pk=pk,
    )
    review = getattr(correction.item.obligation, "review", None)
    is_mine = can_settle(request.user, correction.item, on=today())
    if review is not None and is_mine and request.POST.get("back") == "review":
        if refusal := _settled(request, correction):
            messages.error(request, refusal)
        return redirect(f"{reverse('reviews:read', args=[review.public_id])}#corrections")
    meeting = readable_meeting(request, public_id)
    item = queries.items_of(meeting).get(pk=correction.item_id)
    if request.method != "POST":
        return redirect("meetings:item", public_id, item.pk)
    refusal = _settled(request, correction)
    if refusal:
        return _item(request, meeting, item, refusal=refusal)
    return redirect(f"{reverse('meetings:item', args=[public_id, item.pk])}#corrections")


def _settled(request: SignedInRequest, correction: RequestedCorrection) -> str:
    """Store what became of it; return why it was refused, or nothing."""
    form = forms.SettleForm(request.POST)
    if not form.is_valid():
        return _("Hãy chọn kết quả xử lý.")
    try:
        operations.settle_correction(
            correction_id=correction.pk,
            state=CorrectionState(form.cleaned_data["state"]),
            note=form.cleaned_data["reason"],
            **who_and_when(request),
        )
    except MeetingError as refused:
        return str(refused)
    return ""
