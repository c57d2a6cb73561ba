"""The record of a meeting: read, written, asked to be changed, approved, signed, verified."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from tusoi.access.queries import units_for
from tusoi.ballots.queries import minutes_votes
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import CorrectionState, MeetingState, MinutesPart, MinutesState
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import (
    AgendaItem,
    Minutes,
    MinutesRequest,
    MinutesSignature,
    MinutesTextVersion,
    ReviewMeeting,
)
from tusoi.meetings.operations.minutes import Choice, MinutesEdit
from tusoi.meetings.permissions import can_approve, can_ask_for_changes, can_hold, is_self
from tusoi.reviews.queries import Base, text_base
from tusoi.web.http import SignedInRequest, page, today, who_and_when, whole_number
from tusoi.web.meetings import forms
from tusoi.web.meetings.views.shared import (
    HOLD,
    POST,
    READ,
    held_meeting,
    readable_meeting,
    sent,
)
from tusoi.web.meetings.views.votes import signers_of


_CHOICES = ("keep", "use", "append")


# Reading


@page(permission=READ)
def minutes(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the newest version of the record, as it will be printed."""
    meeting = readable_meeting(request, public_id)
    return _minutes(request, meeting, _current(meeting))


@page(permission=READ)
def minutes_version(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    return _minutes(request, meeting, _version(meeting, number))


@page(permission=READ)
def verify(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    """Compute the digest of a locked version again and say whether it still is what was signed."""
    meeting = readable_meeting(request, public_id)
    version = _version(meeting, number)
    if version.state != MinutesState.LOCKED:
        raise Http404
    asked = "".join(request.GET.get("digest", "").split()).lower()
    verification = queries.verify(version)
    context = {
        "meeting": meeting,
        "minutes": version,
        "verification": verification,
        "asked": asked,
        "is_same": asked == verification.computed,
    }
    return render(request, "meetings/minutes_verify.html", context)


def _current(meeting: ReviewMeeting) -> Minutes | None:
    found = queries.current_minutes(meeting)
    if found is not None:
        found.meeting = meeting
    return found


def _version(meeting: ReviewMeeting, number: int) -> Minutes:
    found = get_object_or_404(queries.minutes_of(meeting), number=number)
    found.meeting = meeting
    return found


def _minutes(
    request: SignedInRequest,
    meeting: ReviewMeeting,
    version: Minutes | None,
    *,
    request_form: forms.MinutesRequestForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    """Show one version; counts of a vote of very few are for the paper that is signed."""
    may_hold = can_hold(request.user, meeting, on=today())
    # Nothing is stored yet of a meeting that has not begun; its record is shown all the same.
    shown = version or Minutes(meeting=meeting)
    is_last = version is None or version == queries.current_minutes(meeting)
    context = {
        "meeting": meeting,
        "minutes": version,
        "content": dated(queries.minutes_content(shown, votes=minutes_votes(meeting))),
        "versions": list(queries.minutes_of(meeting)),
        "is_last": is_last,
        "is_closed": meeting.state == MeetingState.CLOSED,
        "may_hold": may_hold,
        "shows_figures": may_hold,
        "may_approve": is_last and can_approve(request.user, meeting, on=today()),
        "may_ask": is_last and can_ask_for_changes(request.user, meeting),
        "requests": list(queries.requests_of(version)) if version else [],
        "signatures": _signatures(request, version, may_hold=may_hold),
        "request_form": request_form or forms.MinutesRequestForm(),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "meetings/minutes_print.html", context, status=status)


def _signatures(
    request: SignedInRequest, version: Minutes | None, *, may_hold: bool
) -> list[dict[str, Any]]:
    if version is None:
        return []
    return [
        {
            "signature": one,
            "may_sign": one.signed_at is None and is_self(request.user, one.person_id),
            "may_note": one.signed_at is None and may_hold,
        }
        for one in version.signatures.order_by("position", "pk")
    ]


def dated(content: Any) -> Any:
    """Turn the moments of a stored content back into moments, for the page to write them."""
    if isinstance(content, dict):
        return {
            key: _moment(value) if key.endswith("_at") else dated(value)
            for key, value in content.items()
        }
    return [dated(one) for one in content] if isinstance(content, list) else content


def _moment(written: str) -> dt.datetime | None:
    return timezone.localtime(dt.datetime.fromisoformat(written)) if written else None


# Writing


@page(permission=HOLD, writes=POST)
def write(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Edit the secretary's own words; the page saves by itself, and by its button."""
    meeting = held_meeting(request, public_id)
    version = _current(meeting)
    if version is None or version.state != MinutesState.DRAFT:
        return redirect("meetings:minutes", public_id)
    if request.method != "POST":
        return _writing(request, meeting, version)
    if request.accepts("application/json") and not request.accepts("text/html"):
        return _autosaved(request, meeting, version)
    try:
        saved = _save(request, meeting, version)
        settled = _settled(request, version)
    except MeetingError as refused:
        return _writing(request, meeting, version, refusal=str(refused))
    if saved.conflicts and not settled:
        messages.warning(request, _("Có đoạn đang có hai bản, xin chọn một bản."))
    return redirect("meetings:write", public_id)


def _writing(
    request: SignedInRequest, meeting: ReviewMeeting, version: Minutes, *, refusal: str = ""
) -> HttpResponse:
    items = list(queries.items_of(meeting))
    context = {
        "meeting": meeting,
        "minutes": version,
        "parts": _parts(meeting, version, items),
        "requests": list(queries.requests_of(version)),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "meetings/minutes_write.html", context, status=status)


def _parts(
    meeting: ReviewMeeting, version: Minutes, items: list[AgendaItem]
) -> list[dict[str, Any]]:
    by_id = {one.pk: one for one in items}
    conflicts: dict[int, list[MinutesTextVersion]] = {}
    for one in queries.open_text_conflicts(version):
        conflicts.setdefault(one.minutes_text_id, []).append(one)
    return [
        {
            "name": _name(text.part, text.item_id),
            "text": text.text,
            "base": str(text_base(text.text, text.version)),
            "title": by_id[text.item_id].obligation.name if text.item_id else text.part.label,
            "item": by_id.get(text.item_id or 0),
            "conflicts": conflicts.get(text.text_id or 0, []),
            "filled": queries.filled(
                text.text,
                meeting,
                subject=by_id[text.item_id].obligation.name if text.item_id else "",
            ),
        }
        for text in queries.texts_of(version, items)
    ]


def _name(part: MinutesPart, item_id: int | None) -> str:
    return f"t-item-{item_id}" if item_id else f"t-{part.value}"


def _edits(sent: QueryDict) -> dict[str, MinutesEdit]:
    found = {}
    for name in sent:
        if not name.startswith("t-"):
            continue
        part, _dash, item = name.removeprefix("t-").partition("-")
        if part not in MinutesPart.values:
            continue
        found[name] = MinutesEdit(
            part=MinutesPart(part),
            item_id=whole_number(item) if item else None,
            text=str(sent.get(name, ""))[: forms.LONG_TEXT],
            base=Base.parse(str(sent.get(f"b-{name}", ""))),
        )
    return found


def _save(
    request: SignedInRequest, _meeting: ReviewMeeting, version: Minutes
) -> operations.MinutesSaved:
    return operations.save_minutes(
        minutes_id=version.pk,
        edits=list(_edits(request.POST).values()),
        **who_and_when(request),
    )


def _settled(request: SignedInRequest, version: Minutes) -> bool:
    """Settle two texts of one place, where the button for that was pressed."""
    verb, _colon, rest = request.POST.get("action", "").partition(":")
    number, _colon, choice = rest.partition(":")
    kept = whole_number(number)
    if verb != "settle" or kept is None or choice not in _CHOICES:
        return False
    if not queries.open_text_conflicts(version).filter(pk=kept).exists():
        return False
    operations.resolve_minutes_conflict(
        version_id=kept, choice=cast("Choice", choice), **who_and_when(request)
    )
    return True


def _autosaved(request: SignedInRequest, meeting: ReviewMeeting, version: Minutes) -> JsonResponse:
    """Answer as the writing page of reviews does; the script is the same."""
    edits = _edits(request.POST)
    try:
        saved = _save(request, meeting, version)
    except MeetingError as refused:
        return JsonResponse({"refused": str(refused)}, status=409)
    stale = [name for name, edit in edits.items() if edit.key in saved.conflicts]
    parts = {one["name"]: one for one in _parts(meeting, version, list(queries.items_of(meeting)))}
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(who_and_when(request)['at']):%H:%M:%S}",
            "bases": {f"b-{name}": str(saved.bases[edit.key]) for name, edit in edits.items()},
            "stale": [f"b-{name}" for name in stale],
            "conflicts": {
                name: render_to_string("meetings/minutes_conflicts.html", {"part": part}, request)
                for name, part in parts.items()
                if part["conflicts"]
            },
            "errors": {},
            "sections": {},
            "percents": {},
        }
    )


@page(permission=HOLD, writes=POST)
def words(request: SignedInRequest, unit_id: str) -> HttpResponse:
    """Edit the words with which a unit's minutes begin."""
    unit = get_object_or_404(units_for(request.user, HOLD, on=today()), public_id=unit_id)
    form = forms.WordsForm(sent(request), texts=queries.template_texts(unit))
    if request.method == "POST" and form.is_valid():
        operations.save_minutes_templates(
            unit_id=unit.pk, texts=form.texts(), **who_and_when(request)
        )
        messages.success(request, _("Đã lưu mẫu lời ghi biên bản."))
        return redirect("meetings:words", unit_id)
    context = {
        "unit": unit,
        "form": form,
        "kind": queries.meeting_kind(unit),
        "tokens": queries.TOKENS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "meetings/words_form.html", context, status=status)


# From the draft to the lock


def _act(
    request: SignedInRequest,
    meeting: ReviewMeeting,
    verb: Callable[[], object],
    *,
    done: str = "",
) -> HttpResponse:
    """Do something with the record and show it again, a refusal included."""
    if request.method != "POST":
        return redirect("meetings:minutes", meeting.public_id)
    try:
        verb()
    except MeetingError as refused:
        return _minutes(request, meeting, _current(meeting), refusal=str(refused))
    if done:
        messages.success(request, done)
    return redirect("meetings:minutes", meeting.public_id)


def _reason(request: SignedInRequest) -> str:
    """Return the reason as far as a reason goes; it stands in the log for good."""
    return request.POST.get("reason", "")[: forms.LONG_REASON]


def _needed(meeting: ReviewMeeting) -> Minutes:
    found = _current(meeting)
    if found is None:
        raise Http404
    return found


@page(permission=HOLD, writes=POST)
def start(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    return _act(
        request,
        meeting,
        lambda: operations.start_minutes(meeting_id=meeting.pk, **who_and_when(request)),
    )


@page(permission=READ, writes=POST)
def ask_change(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    if request.method != "POST":
        return redirect("meetings:minutes", public_id)
    version = _needed(meeting)
    form = forms.MinutesRequestForm(request.POST)
    if not form.is_valid():
        refusal = _("Hãy ghi nội dung đề nghị sửa.")
        return _minutes(request, meeting, version, request_form=form, refusal=refusal)
    return _act(
        request,
        meeting,
        lambda: operations.ask_minutes_change(
            minutes_id=version.pk, **form.cleaned_data, **who_and_when(request)
        ),
        done=_("Đã gửi đề nghị sửa biên bản tới thư ký."),
    )


@page(permission=HOLD, writes=POST)
def settle_request(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    wish = get_object_or_404(MinutesRequest, minutes__meeting=meeting, pk=pk)
    form = forms.SettleForm(request.POST)
    state = request.POST.get("state", "")
    if request.method == "POST" and not form.is_valid():
        state = CorrectionState.ASKED
    return _act(
        request,
        meeting,
        lambda: operations.settle_minutes_request(
            request_id=wish.pk,
            state=CorrectionState(state),
            note=request.POST.get("reason", ""),
            **who_and_when(request),
        ),
    )


@page(permission=READ, writes=POST)
def approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Freeze the record; the chair does so, or who writes down that the chair did."""
    meeting = readable_meeting(request, public_id)
    return _act(
        request,
        meeting,
        lambda: operations.approve_minutes(
            minutes_id=_needed(meeting).pk,
            votes=minutes_votes(meeting),
            signers=signers_of(meeting),
            **who_and_when(request),
        ),
        done=_("Biên bản đã được thông qua. Hãy ký để khóa biên bản."),
    )


@page(permission=READ, writes=POST)
def withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = readable_meeting(request, public_id)
    return _act(
        request,
        meeting,
        lambda: operations.withdraw_minutes(
            minutes_id=_needed(meeting).pk,
            reason=_reason(request),
            **who_and_when(request),
        ),
        done=_("Biên bản đã trở lại thành dự thảo."),
    )


@page(permission=READ, writes=POST)
def sign(request: SignedInRequest, public_id: str, pk: int) -> HttpResponse:
    """Sign under one's own name, or note that somebody signed the printed paper."""
    meeting = readable_meeting(request, public_id)
    signature = get_object_or_404(MinutesSignature, minutes__meeting=meeting, pk=pk)
    return _act(
        request,
        meeting,
        lambda: operations.sign_minutes(
            signature_id=signature.pk,
            on_paper="on_paper" in request.POST,
            **who_and_when(request),
        ),
    )


@page(permission=HOLD, writes=POST)
def correct(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = held_meeting(request, public_id)
    return _act(
        request,
        meeting,
        lambda: operations.correct_minutes(
            meeting_id=meeting.pk,
            reason=_reason(request),
            **who_and_when(request),
        ),
        done=_("Đã lập bản sửa. Bản đã ký vẫn được giữ nguyên."),
    )
