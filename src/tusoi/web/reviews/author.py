"""The pages of those who write: what I owe, the writing page, the finished text, its history."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tusoi.core import clock
from tusoi.cycles.enums import CycleState
from tusoi.remediation import operations as remedies
from tusoi.reviews import operations, permissions, queries
from tusoi.reviews.enums import EDITABLE_STATES, ReviewState
from tusoi.reviews.errors import ReviewAlreadyStarted, ReviewIncomplete
from tusoi.reviews.models import AnswerVersion, ReviewTransition, SelfReview, SuperiorDocument
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today
from tusoi.web.reviews.corrections import corrections_context
from tusoi.web.reviews.page import lines_of, reading_page, words, writing_page
from tusoi.web.reviews.printed import letterhead
from tusoi.web.reviews.saving import REFUSALS, act, autosaved, save


@page(permission=SIGNED_IN)
def mine(request: SignedInRequest) -> HttpResponse:
    """List what the reader writes, for themself and for bodies, this year and before."""
    owed = list(
        queries.obligations_to_write(request.user, on=today()).annotate(
            unanswered_count=Count(
                "prompts",
                filter=Q(prompts__withdrawn_at__isnull=True)
                & (Q(prompts__response__isnull=True) | Q(prompts__response__text="")),
            )
        )[:200]
    )
    open_now = [one for one in owed if one.cycle.state == CycleState.OPEN]
    return render(
        request,
        "reviews/review_mine.html",
        {
            "owed": lines_of(open_now, on=today()),
            "past": lines_of((one for one in owed if one not in open_now), on=today()),
        },
    )


@page(permission=SIGNED_IN, writes={"POST"})
def start(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    owed = queries.obligations_to_write(request.user, on=today())
    obligation = get_object_or_404(owed, pk=obligation_id)
    if request.method != "POST":
        return redirect("reviews:mine")
    try:
        review = operations.start_review(
            obligation_id=obligation.pk, actor=request.user, at=clock.now()
        )
        remedies.carry_over(review_id=review.pk, actor=request.user, at=clock.now())
    except ReviewAlreadyStarted:
        review = SelfReview.objects.get(obligation=obligation)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:mine")
    return redirect("reviews:write", review.public_id)


@page(permission=SIGNED_IN, writes={"POST"})
def write(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the writing page and take its saves; what is handed in is only read."""
    review = _own(request, public_id)
    if request.method == "POST":
        if request.accepts("application/json") and not request.accepts("text/html"):
            return autosaved(request, review)
        return _save_and_act(request, review)
    is_open = review.obligation.cycle.state == CycleState.OPEN
    if review.state not in EDITABLE_STATES or not is_open:
        return redirect("reviews:read", public_id)
    return _writing(request, review)


def _own(request: SignedInRequest, public_id: str) -> SelfReview:
    return get_object_or_404(
        queries.reviews_written_by(request.user, on=today()), public_id=public_id
    )


def _save_and_act(request: SignedInRequest, review: SelfReview) -> HttpResponse:
    try:
        arrived, _outcome = save(request, review)
        if arrived.errors:
            return _writing(request, review, errors=arrived.errors, typed=arrived.typed)
        question_id = act(request, review)
    except ReviewIncomplete as refusal:
        return _writing(request, review, refusal=refusal)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:write", review.public_id)
    return _after(request, review, question_id)


def _after(request: SignedInRequest, review: SelfReview, question_id: str) -> HttpResponse:
    review.refresh_from_db()
    action = request.POST.get("action", "")
    if review.state == ReviewState.SUBMITTED:
        messages.success(request, _("Đã nộp. Cấp trên đã thấy bản này."))
        return redirect("reviews:read", review.public_id)
    if action == "complete":
        messages.success(request, _("Đã ghi nhận viết xong. Hãy đọc lại rồi bấm Nộp."))
    elif not action:
        messages.success(request, _("Đã lưu."))
    place = f"#q-{question_id}" if question_id else ""
    return redirect(reverse("reviews:write", args=[review.public_id]) + place)


def _writing(
    request: SignedInRequest,
    review: SelfReview,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    refusal: ReviewIncomplete | None = None,
) -> HttpResponse:
    review.refresh_from_db(fields=["state", "proposed_level", "saved_at"])
    context: dict[str, Any] = {
        "review": review,
        "obligation": review.obligation,
        "page": writing_page(review, errors=errors, typed=typed),
        "needs": _needs(review),
        "refusal": refusal,
        "errors": errors or {},
        "return_note": _return_note(review),
        **corrections_context(request, review),
    }
    status = 422 if errors or refusal else 200
    return render(request, "reviews/review_write.html", context, status=status)


def _needs(review: SelfReview) -> tuple[queries.CommentNeed, ...]:
    obligation = review.obligation
    return queries.comment_needs([obligation], on=today()).get(obligation.pk, ())


def _return_note(review: SelfReview) -> Any:
    """The reason stays in sight until the review is handed in again."""
    if review.obligation.returned_at is None:
        return None
    returns = review.transitions.filter(to_state=ReviewState.RETURNED).select_related("actor")
    return returns.order_by("-pk").first()


@page(permission=SIGNED_IN, writes={"POST"})
def withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    review = _own(request, public_id)
    if request.method != "POST":
        return redirect("reviews:read", public_id)
    try:
        operations.withdraw_review(review_id=review.pk, actor=request.user, at=clock.now())
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:read", public_id)
    messages.success(request, _("Đã rút lại. Hãy viết tiếp rồi nộp lại."))
    return redirect("reviews:write", public_id)


@page(permission=SIGNED_IN)
def read(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the review like the printed form, with what the reader may do about it."""
    on = today()
    review = _readable(request, public_id)
    context = {
        "review": review,
        "obligation": review.obligation,
        "page": reading_page(review),
        "letterhead": letterhead(review, on=on),
        "comments": review.obligation.comments.select_related("file").order_by("attached_at"),
        "needs": _needs(review),
        "may_write": permissions.can_write(request.user, review.obligation, on=on),
        "may_judge": permissions.can_judge(request.user, review, on=on),
        "may_note_superior": permissions.can_record_superior(request.user, review, on=on),
        "superior_document": _superior_document(review),
        "may_prompt": permissions.can_issue_prompt(request.user, review.obligation, on=on),
        "may_comment": permissions.can_attach_comment(request.user, review.obligation, on=on),
        "is_open": review.obligation.cycle.state == CycleState.OPEN,
        "return_note": _return_note(review),
        **corrections_context(request, review),
    }
    return render(request, "reviews/review_read.html", context)


def _steps(review: SelfReview) -> list[tuple[ReviewTransition, SuperiorDocument | None]]:
    """Return the way of a review; a step taken by a body outside, with its document."""
    found = review.transitions.select_related("actor", "superior_document").order_by("at", "pk")
    return [(one, getattr(one, "superior_document", None)) for one in found]


def _superior_document(review: SelfReview) -> SuperiorDocument | None:
    """Return by which document the review was accepted from outside, if it was."""
    if review.state != ReviewState.ACCEPTED:
        return None
    return SuperiorDocument.objects.filter(transition__review=review).order_by("-pk").first()


def _readable(request: SignedInRequest, public_id: str) -> SelfReview:
    return get_object_or_404(queries.reviews_for(request.user, on=today()), public_id=public_id)


@page(permission=SIGNED_IN)
def history(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the way of a review; earlier texts only to those who write it."""
    review = _readable(request, public_id)
    may_write = permissions.can_write(request.user, review.obligation, on=today())
    versions = AnswerVersion.objects.none()
    if may_write:
        versions = AnswerVersion.objects.filter(answer__review=review)
    titles = {one.id: one.title for one in queries.form_of(review.obligation).questions}
    kept = versions.select_related("saved_by", "answer").order_by("-saved_at", "-pk")[:100]
    return render(
        request,
        "reviews/review_history.html",
        {
            "review": review,
            "obligation": review.obligation,
            "steps": _steps(review),
            "versions": [(words(titles.get(one.answer.question_id)), one) for one in kept],
            "deleted": queries.deleted_rows(review) if may_write else [],
            "may_write": may_write,
        },
    )
