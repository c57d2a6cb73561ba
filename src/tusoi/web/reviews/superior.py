"""Noting what a superior body outside answered to the review of the topmost organisation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.core import clock
from tusoi.reviews import operations, permissions, queries
from tusoi.reviews.models import SelfReview
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.reviews.forms import SuperiorForm
from tusoi.web.reviews.saving import REFUSALS


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def answer(request: SignedInRequest, public_id: str) -> HttpResponse:
    review = _to_answer(request, public_id)
    form = SuperiorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _noted(request, review, form):
        if request.POST.get("answer") == "returned":
            return redirect("reviews:list")
        return redirect("reviews:read", public_id)
    context = {"form": form, "review": review, "obligation": review.obligation}
    status = 422 if form.errors else 200
    return render(request, "reviews/superior_form.html", context, status=status)


def _to_answer(request: SignedInRequest, public_id: str) -> SelfReview:
    on = today()
    review = get_object_or_404(queries.reviews_for(request.user, on=on), public_id=public_id)
    if not permissions.can_record_superior(request.user, review, on=on):
        raise PermissionDenied
    return review


def _noted(request: SignedInRequest, review: SelfReview, form: SuperiorForm) -> bool:
    data = dict(form.cleaned_data)
    reason = data.pop("reason")
    document = operations.Document(**data)
    try:
        if request.POST.get("answer") == "returned":
            operations.record_superior_return(
                review_id=review.pk,
                document=document,
                reason=reason,
                actor=request.user,
                at=clock.now(),
            )
        else:
            operations.record_superior_acceptance(
                review_id=review.pk, document=document, actor=request.user, at=clock.now()
            )
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Đã ghi nhận trả lời của cấp trên."))
    return True
