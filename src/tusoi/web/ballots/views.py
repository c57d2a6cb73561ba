"""Calling a vote and typing its totals; each of the two sees only their own until both agree."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.ballots import operations, queries
from tusoi.ballots.enums import RoundState
from tusoi.ballots.errors import BallotError, FiguresDoNotAddUp
from tusoi.ballots.models import BallotRound
from tusoi.core import clock
from tusoi.meetings.models import AgendaItem
from tusoi.meetings.queries import meetings_held_by, quorum_of
from tusoi.web.ballots import forms
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.votes import level_titles, vote_summary


ENTER = Permission.BALLOT_ENTER
POST = {"POST"}


def _round(request: SignedInRequest, pk: int) -> BallotRound:
    scope = queries.rounds_for(request.user, on=today()).select_related(
        "meeting__unit", "obligation__cycle", "void_asked_by"
    )
    return get_object_or_404(scope, pk=pk)


def _who_and_when(request: SignedInRequest) -> dict[str, Any]:
    return {"actor": request.user, "at": clock.now()}


@page(permission=Permission.MEETING_HOLD, writes=POST)
def open_round(request: SignedInRequest, public_id: str, obligation_id: int) -> HttpResponse:
    meeting = get_object_or_404(
        meetings_held_by(request.user, on=today()).select_related("unit", "cycle"),
        public_id=public_id,
    )
    item = get_object_or_404(meeting.items.select_related("obligation"), obligation=obligation_id)
    voters = quorum_of(meeting).present_count
    is_small = voters < queries.SMALL_BODY
    form = forms.OpenForm(request.POST if request.method == "POST" else None, is_small=is_small)
    context = {"meeting": meeting, "item": item, "voters": voters, "is_small": is_small}
    if not (form.is_bound and form.is_valid()):
        return _open_page(request, form, context)
    try:
        made = operations.open_round(
            meeting_id=meeting.pk, obligation_id=obligation_id, **_who_and_when(request)
        )
    except BallotError as refusal:
        form.add_error(None, str(refusal))
        return _open_page(request, form, context)
    return redirect("ballots:round", made.pk)


def _open_page(
    request: SignedInRequest, form: forms.OpenForm, context: dict[str, Any]
) -> HttpResponse:
    return render(
        request,
        "ballots/round_open.html",
        {**context, "form": form},
        status=422 if form.is_bound else 200,
    )


@page(permission=ENTER, writes=POST)
def round_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    ballot_round = _round(request, pk)
    if request.method != "POST":
        return _detail(request, ballot_round)
    form = forms.TallyForm(request.POST, levels=level_titles(ballot_round.obligation.cycle))
    if not form.is_valid():
        return _detail(request, ballot_round, form=form)
    try:
        entered = operations.enter_tally(
            round_id=pk, figures=form.figures(), **_who_and_when(request)
        )
    except FiguresDoNotAddUp as refusal:
        for problem in refusal.problems:
            form.add_error(None, problem)
        return _detail(request, ballot_round, form=form)
    except BallotError as refusal:
        form.add_error(None, str(refusal))
        return _detail(request, ballot_round, form=form)
    if entered.state == RoundState.RECONCILED:
        messages.success(request, _("Hai người nhập khớp nhau. Kết quả có hiệu lực."))
    return redirect("ballots:round", pk)


def _detail(
    request: SignedInRequest,
    ballot_round: BallotRound,
    *,
    form: forms.TallyForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    titles = level_titles(ballot_round.obligation.cycle)
    own = queries.own_tally(ballot_round, request.user)
    initial = forms.initial_of(queries.figures_of(own)) if own else {}
    differences = queries.differing_rows(ballot_round, request.user)
    status = 422 if refusal or (form and form.errors) else 200
    context = {
        "round": ballot_round,
        "meeting": ballot_round.meeting,
        "form": form or forms.TallyForm(levels=titles, initial=initial),
        "own": own,
        "entry_count": queries.entry_count(ballot_round),
        "item_id": _item_id(ballot_round),
        "differences": _titled(differences, titles),
        "vote": _result(ballot_round),
        "small_body": queries.SMALL_BODY,
        "is_small": ballot_round.voter_count < queries.SMALL_BODY,
        "asked_by_me": ballot_round.void_asked_by_id == request.user.pk,
        "refusal": refusal,
    }
    return render(request, "ballots/round_detail.html", context, status=status)


def _item_id(ballot_round: BallotRound) -> int:
    items = AgendaItem.objects.filter(
        meeting=ballot_round.meeting_id, obligation=ballot_round.obligation_id
    )
    return items.values_list("pk", flat=True).get()


def _titled(rows: list[queries.DifferingRow], titles: dict[str, str]) -> list[dict[str, Any]]:
    """Put the words of the sheet beside the lines that differ."""
    words = {
        "issued": _("Phiếu phát ra"),
        "returned": _("Phiếu thu về"),
        "valid": _("Phiếu hợp lệ"),
        "invalid": _("Phiếu không hợp lệ"),
        **{f"level:{one}": title for one, title in titles.items()},
    }
    return [{"title": words[row.key], "row": row} for row in rows]


def _result(ballot_round: BallotRound) -> Any:
    if ballot_round.state != RoundState.RECONCILED:
        return None
    counts = queries.reconciled_counts(ballot_round.obligation)
    return vote_summary(counts, ballot_round.obligation.cycle)


@page(permission=ENTER)
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show paper to print: the ballots to cut, and an empty sheet for the tellers."""
    ballot_round = _round(request, pk)
    context = {
        "round": ballot_round,
        "meeting": ballot_round.meeting,
        "titles": level_titles(ballot_round.obligation.cycle).values(),
        "papers": range(ballot_round.voter_count),
    }
    return render(request, "ballots/sheet_print.html", context)


def _act(
    request: SignedInRequest, pk: int, verb: Callable[..., object], **arguments: Any
) -> HttpResponse:
    ballot_round = _round(request, pk)
    if request.method == "POST":
        try:
            verb(round_id=pk, **arguments, **_who_and_when(request))
        except BallotError as refusal:
            return _detail(request, ballot_round, refusal=str(refusal))
    return redirect("ballots:round", pk)


@page(permission=ENTER, writes=POST)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, operations.withdraw_tally)


@page(permission=ENTER, writes=POST)
def ask_void(request: SignedInRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:2000]
    return _act(request, pk, operations.ask_void, reason=reason)


@page(permission=ENTER, writes=POST)
def withdraw_void(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, operations.withdraw_void)


@page(permission=ENTER, writes=POST)
def void(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, operations.void_round)
