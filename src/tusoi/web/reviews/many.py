"""Accepting or returning the ticked dossiers of a list; what was refused is told one by one."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tusoi.access.enums import Permission
from tusoi.core import clock
from tusoi.reviews import operations, queries
from tusoi.reviews.operations import Outcome
from tusoi.web.http import SignedInRequest, page, today, whole_number
from tusoi.web.keyset import PAGE_SIZE
from tusoi.web.reviews.saving import REFUSALS
from tusoi.web.searches import KEY


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def accept_many(request: SignedInRequest) -> HttpResponse:
    ids = _ticked(request)
    if not ids:
        return _back(request)
    outcome = operations.accept_reviews(review_ids=ids, actor=request.user, at=clock.now())
    told = ngettext(
        "Đã tiếp nhận %(count)d bản.", "Đã tiếp nhận %(count)d bản.", len(outcome.done)
    )
    return _answer(request, outcome, _("Tiếp nhận"), told % {"count": len(outcome.done)})


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def return_many(request: SignedInRequest) -> HttpResponse:
    ids = _ticked(request)
    if not ids:
        return _back(request)
    try:
        outcome = operations.return_reviews(
            review_ids=ids,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            at=clock.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return _back(request)
    told = ngettext(
        "Đã trả lại %(count)d bản kèm lý do.",
        "Đã trả lại %(count)d bản kèm lý do.",
        len(outcome.done),
    )
    return _answer(request, outcome, _("Trả lại"), told % {"count": len(outcome.done)})


def _ticked(request: SignedInRequest) -> list[int]:
    """Return the ticked reviews that the actor may read; without any, say so."""
    sent = map(whole_number, request.POST.getlist("review"))
    ids = [one for one in sent if one is not None]
    readable = queries.reviews_for(request.user, on=today()).filter(pk__in=ids[:PAGE_SIZE])
    found = list(readable.values_list("pk", flat=True)) if request.method == "POST" else []
    if not found:
        messages.info(request, _("Hãy chọn ít nhất một bản đã nộp."))
    return found


def _answer(request: SignedInRequest, outcome: Outcome, what: str, told: str) -> HttpResponse:
    if not outcome.refused:
        messages.success(request, told)
        return _back(request)
    context = {
        "outcome": outcome,
        "what": what,
        "told": told if outcome.done else "",
        "back": _list_address(request),
    }
    return render(request, "reviews/review_many.html", context, status=422)


def _back(request: SignedInRequest) -> HttpResponse:
    return redirect(_list_address(request))


def _list_address(request: SignedInRequest) -> str:
    """Return to the list as it was narrowed; only its own words are taken over, and no name."""
    query = QueryDict(request.POST.get("query", "")[:500])
    kept = QueryDict(mutable=True)
    for name in (KEY, "cycle", "unit", "kind", "state", "charge"):
        if query.get(name):
            kept[name] = query[name]
    return f"{reverse('reviews:list')}?{kept.urlencode()}" if kept else reverse("reviews:list")
