"""The pages of those above: all dossiers, returning and accepting, prompts, comments."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.core import clock
from tusoi.core.text import search_key
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import current_cycles_for, cycles_for
from tusoi.files import operations as files
from tusoi.files.errors import FileError
from tusoi.reviews import operations, permissions, queries
from tusoi.reviews.enums import EDITABLE_STATES, HANDED_IN_STATES, ReviewState
from tusoi.reviews.models import ReviewPrompt, SelfReview
from tusoi.units.models import Unit, UnitClosure
from tusoi.web.http import SIGNED_IN, SignedInRequest, may_open, page, today
from tusoi.web.keyset import slice_of
from tusoi.web.reviews.forms import CommentForm, FilterForm, PromptForm
from tusoi.web.reviews.page import lines_of
from tusoi.web.reviews.saving import REFUSALS
from tusoi.web.searches import asked


PAGE_SIZE = 50


@page(permission=Permission.REVIEW_READ)
def dossiers(request: SignedInRequest) -> HttpResponse:
    """List every dossier in scope, begun or not, found by name, unit, kind and state."""
    form = FilterForm(asked(request))
    form.is_valid()
    chosen = form.cleaned_data
    cycles = list(cycles_for(request.user, today())[:20])
    in_charge = bool(chosen.get("charge"))
    cycle = _chosen_cycle(request, cycles, chosen.get("cycle", ""), in_charge=in_charge)
    unit = Unit.objects.filter(public_id=chosen.get("unit") or "-").first()
    found = _listed(request, cycle, in_charge=in_charge)
    found = _filtered(found, chosen, unit).select_related("unit__parent", "review")
    listed = slice_of(found, request, id_field="pk")
    return render(
        request,
        "reviews/review_list.html",
        {
            "form": form,
            "query": chosen.get("q", ""),
            "cycles": cycles,
            "cycle": cycle,
            "unit": unit,
            "in_charge": in_charge,
            "slice": listed,
            "lines": lines_of(listed.rows, on=today()),
            "chosen_kind": chosen.get("kind", ""),
            "chosen_state": chosen.get("state", ""),
            "has_submitted": _may(request, Permission.REVIEW_RETURN)
            and _any_submitted(listed.rows),
            "may_issue": _may(request, Permission.PROMPT_ISSUE),
        },
    )


def _any_submitted(listed: list[Obligation]) -> bool:
    reviews = [getattr(one, "review", None) for one in listed]
    return any(one is not None and one.state == ReviewState.SUBMITTED for one in reviews)


def _may(request: SignedInRequest, permission: Permission) -> bool:
    return may_open(request.user, permission)


def _listed(
    request: SignedInRequest, cycle: ReviewCycle | None, *, in_charge: bool
) -> QuerySet[Obligation]:
    """Return what the reader may read in a cycle; or, of all open ones, what they answer for."""
    if in_charge:
        found = queries.dossiers_in_charge(request.user, on=today())
        return found.filter(cycle=cycle) if cycle else found
    found = queries.obligations_in_scope(request.user, Permission.REVIEW_READ, on=today())
    return found.filter(cycle=cycle)


def _chosen_cycle(
    request: SignedInRequest, cycles: list[ReviewCycle], public_id: str, *, in_charge: bool
) -> ReviewCycle | None:
    chosen = next((one for one in cycles if one.public_id == public_id), None)
    if in_charge:
        return chosen
    return chosen or current_cycles_for(request.user, today()).first() or next(iter(cycles), None)


def _filtered(
    found: QuerySet[Obligation], chosen: dict[str, Any], unit: Unit | None
) -> QuerySet[Obligation]:
    if unit is not None:
        below = UnitClosure.objects.filter(ancestor=unit).values("descendant")
        found = found.filter(unit__in=below)
    if chosen.get("kind"):
        found = found.filter(subject_kind=chosen["kind"])
    if chosen.get("state") == "none":
        found = found.filter(review__isnull=True)
    elif chosen.get("state") == "unheard":
        found = found.filter(submitted_at__isnull=False, reviewed_at__isnull=True)
    elif chosen.get("state") == "overdue":
        found = found.filter(queries.overdue_on(today()))
    elif chosen.get("state"):
        found = found.filter(review__state=chosen["state"])
    for word in search_key(chosen.get("q", "")).split():
        found = found.filter(
            Q(person__search_key__contains=word) | Q(unit__search_key__contains=word)
        )
    return found


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def accept(request: SignedInRequest, public_id: str) -> HttpResponse:
    review = _judged(request, public_id)
    if request.method == "POST":
        try:
            operations.accept_review(review_id=review.pk, actor=request.user, at=clock.now())
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã tiếp nhận. Người viết không sửa được nữa."))
    return redirect("reviews:read", public_id)


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def send_back(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Return a review; who returned it no longer reads a text that moves, so the list follows."""
    review = _judged(request, public_id)
    if request.method != "POST":
        return redirect("reviews:read", public_id)
    try:
        operations.return_review(
            review_id=review.pk,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            at=clock.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:read", public_id)
    messages.success(request, _("Đã trả lại kèm lý do. Người viết thấy lý do ở đầu bản."))
    return redirect("reviews:list")


def _judged(request: SignedInRequest, public_id: str) -> SelfReview:
    """Find a review the actor may read; whoever reads but may not judge it is refused."""
    on = today()
    review = get_object_or_404(queries.reviews_for(request.user, on=on), public_id=public_id)
    if not permissions.can_judge(request.user, review, on=on):
        raise PermissionDenied
    return review


@page(permission=SIGNED_IN)
def prompts(request: SignedInRequest) -> HttpResponse:
    """List prompts issued in scope and those to be answered by the reader."""
    found = queries.prompts_for(request.user, on=today()).order_by("-issued_at", "-pk")
    open_only = request.GET.get("all") != "1"
    if open_only:
        found = found.filter(withdrawn_at__isnull=True)
    listed = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/prompt_list.html",
        {
            "page": listed,
            "lines": _prompt_lines(request, list(listed)),
            "open_only": open_only,
            "may_issue": _may(request, Permission.PROMPT_ISSUE),
        },
    )


@dataclass(frozen=True)
class PromptLine:
    """A prompt with what the reader may see of its answer and do about it."""

    prompt: ReviewPrompt
    is_answered: bool
    answer: str
    write_id: str
    may_withdraw: bool


def _prompt_lines(request: SignedInRequest, found: list[ReviewPrompt]) -> list[PromptLine]:
    """An answer is part of the review: others read it once that is handed in."""
    mine = set(
        queries.reviews_written_by(request.user, on=today())
        .filter(obligation__in=[one.obligation_id for one in found])
        .values_list("pk", flat=True)
    )
    may_issue = _may(request, Permission.PROMPT_ISSUE)
    return [_prompt_line(request, one, mine, may_issue=may_issue) for one in found]


def _prompt_line(
    request: SignedInRequest, one: ReviewPrompt, mine: set[int], *, may_issue: bool
) -> PromptLine:
    review = getattr(one.obligation, "review", None)
    response = queries.response_to(one)
    is_mine = review is not None and review.pk in mine
    is_seen = is_mine or (review is not None and review.state in HANDED_IN_STATES)
    is_editable = is_mine and review is not None and review.state in EDITABLE_STATES
    is_own = permissions.is_own(request.user, one.obligation)
    return PromptLine(
        prompt=one,
        is_answered=response is not None and bool(response.text.strip()),
        answer=response.text if response and is_seen else "",
        write_id=review.public_id if review is not None and is_editable else "",
        may_withdraw=may_issue and not is_own and one.withdrawn_at is None and not is_mine,
    )


@page(permission=Permission.PROMPT_ISSUE, writes={"POST"})
def prompt(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    """Issue a prompt to the subject of a dossier."""
    obligation = get_object_or_404(
        queries.obligations_in_scope(
            request.user, Permission.PROMPT_ISSUE, on=today()
        ).select_related("cycle", "unit"),
        pk=obligation_id,
    )
    form = PromptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.issue_prompt(
                obligation_id=obligation.pk,
                actor=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã gửi gợi ý. Bản kiểm điểm phải trả lời gợi ý này."))
            return redirect("reviews:prompts")
    context = {"form": form, "obligation": obligation, "prompts": queries.open_prompts(obligation)}
    return render(request, "reviews/prompt_form.html", context, status=422 if form.errors else 200)


@page(permission=Permission.PROMPT_ISSUE, writes={"POST"})
def withdraw_prompt(request: SignedInRequest, prompt_id: int) -> HttpResponse:
    found = get_object_or_404(queries.prompts_for(request.user, on=today()), pk=prompt_id)
    if request.method == "POST":
        try:
            operations.withdraw_prompt(prompt_id=found.pk, actor=request.user, at=clock.now())
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã rút gợi ý."))
    return redirect("reviews:prompts")


@page(permission=SIGNED_IN, writes={"POST"})
def comment(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    """Attach a comment from outside to a dossier: one's own, or one in scope."""
    on = today()
    obligation = _commentable(request, obligation_id)
    form = CommentForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"commented_on": on, "source": request.GET.get("source", "")},
    )
    if request.method == "POST" and form.is_valid() and _attached(request, obligation, form):
        messages.success(request, _("Đã đính kèm nhận xét."))
        review = SelfReview.objects.filter(obligation=obligation).first()
        if review is not None and permissions.can_read(request.user, review, on=on):
            return redirect("reviews:read", review.public_id)
        return redirect("reviews:comment", obligation.pk)
    context = {
        "form": form,
        "obligation": obligation,
        "needs": queries.comment_needs([obligation], on=on).get(obligation.pk, ()),
        "comments": obligation.comments.select_related("file").order_by("attached_at", "pk"),
    }
    return render(
        request, "reviews/comment_form.html", context, status=422 if form.errors else 200
    )


def _commentable(request: SignedInRequest, obligation_id: int) -> Obligation:
    on = today()
    scope = queries.obligations_in_scope(request.user, Permission.COMMENT_ATTACH, on=on)
    own = queries.obligations_to_write(request.user, on=on).filter(person__isnull=False)
    found = Obligation.objects.filter(Q(pk__in=scope.values("pk")) | Q(pk__in=own.values("pk")))
    return get_object_or_404(found.select_related("cycle", "unit"), pk=obligation_id)


def _attached(request: SignedInRequest, obligation: Obligation, form: CommentForm) -> bool:
    """Store the scan and the comment together; a refused comment leaves no file behind."""
    given = dict(form.cleaned_data)
    scan = given.pop("scan")
    at = clock.now()
    try:
        with transaction.atomic():
            file_id = None
            if scan is not None:
                stored = files.store_file(
                    content=scan.read(), name=scan.name, actor=request.user, at=at
                )
                file_id = stored.pk
            operations.attach_comment(
                obligation_id=obligation.pk, file_id=file_id, actor=request.user, at=at, **given
            )
    except (*REFUSALS, FileError) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@page(permission=Permission.REVIEW_READ)
def initiatives(request: SignedInRequest) -> HttpResponse:
    """List models and initiatives, to be found and used by others."""
    query = request.GET.get("q", "")[:100]
    found = queries.initiatives_for(request.user, on=today(), text=query)
    listed = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reviews/initiative_list.html", {"page": listed, "query": query})
