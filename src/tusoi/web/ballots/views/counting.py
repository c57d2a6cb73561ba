"""Two sheets, the urn, the signatures; and taking it all back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tusoi.ballots import operations
from tusoi.ballots.errors import BallotError
from tusoi.ballots.models import UrnKey
from tusoi.web.ballots.forms import PeopleForm, UrnForm
from tusoi.web.ballots.views.shared import (
    POST,
    act,
    poll_in_scope,
    poll_page,
    refused,
    signers_of,
    tally_form,
)
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, who_and_when


@page(permission=SIGNED_IN, writes=POST)
def tally(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    form = tally_form(poll, request.POST)
    if not form.is_valid():
        return poll_page(request, poll, {"tally_form": form})
    return act(
        request,
        pk,
        operations.enter_tally,
        form=form,
        name="tally_form",
        figures=form.figures(),
    )


@page(permission=SIGNED_IN, writes=POST)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.withdraw_tally)


def _with_words(
    request: SignedInRequest, pk: int, verb: Callable[..., object], name: str
) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    key = UrnKey.objects.filter(poll=poll).first()
    form = UrnForm(request.POST, holders=key.holders if key else ())
    if request.method == "POST" and key and not form.is_valid():
        return poll_page(request, poll, {name: form})
    words = form.words() if request.method == "POST" and key else ((0, ""), (1, ""))
    return act(request, pk, verb, form=form if key else None, name=name, words=words)


@page(permission=SIGNED_IN, writes=POST)
def open_urn(request: SignedInRequest, pk: int) -> HttpResponse:
    return _with_words(request, pk, operations.open_urn, "urn_form")


@page(permission=SIGNED_IN, writes=POST)
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = _with_words(request, pk, operations.check_count, "check_form")
    if request.method == "POST" and answer.status_code == 302:  # noqa: PLR2004 -- it went through
        messages.success(request, _("Kiểm lại ra đúng kết quả như biên bản."))
    return answer


@page(permission=SIGNED_IN, writes=POST)
def unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.unlock_urn, reason=_reason(request))


@page(permission=SIGNED_IN, writes=POST)
def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST" or poll.counted_at is None:
        return redirect("ballots:poll", pk)
    form = PeopleForm(request.POST, people=signers_of(poll))
    if not form.is_valid():
        return poll_page(request, poll, {"sign_form": form})
    return act(
        request,
        pk,
        operations.sign_poll,
        form=form,
        name="sign_form",
        signer_ids=form.ids(),
    )


def _reason(request: SignedInRequest) -> str:
    return str(request.POST.get("reason", ""))[:2000]


@page(permission=SIGNED_IN, writes=POST)
def ask_void(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.ask_void, reason=_reason(request))


@page(permission=SIGNED_IN, writes=POST)
def withdraw_void(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.withdraw_void)


@page(permission=SIGNED_IN, writes=POST)
def void(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.agree_void)


@page(permission=SIGNED_IN, writes=POST)
def repeat(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    arguments: dict[str, Any] = who_and_when(request)
    try:
        again = operations.repeat_poll(poll_id=pk, **arguments)
    except BallotError as refusal:
        return refused(request, poll, refusal)
    return redirect("ballots:poll", again.pk)
