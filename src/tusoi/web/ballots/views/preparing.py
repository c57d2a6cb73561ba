"""What is asked, how the body votes, practice, and the moment at which the vote is opened."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers

from tusoi.access.enums import Permission
from tusoi.ballots import operations, queries
from tusoi.ballots.enums import PollMode, PollState
from tusoi.ballots.errors import BallotError
from tusoi.meetings.queries import meetings_held_by
from tusoi.web.ballots.forms import ChooseForm, ModeForm, PrepareForm, SubjectForm, YesNoForm
from tusoi.web.ballots.slips import booth_refusal, opened_context, slips_for
from tusoi.web.ballots.views.shared import (
    POST,
    act,
    open_form,
    poll_in_scope,
    poll_page,
    refused,
    small_body,
)
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today, who_and_when, whole_number


@page(permission=Permission.MEETING_HOLD, writes=POST)
def prepare(request: SignedInRequest, public_id: str) -> HttpResponse:
    meeting = get_object_or_404(
        meetings_held_by(request.user, on=today()).select_related("unit", "cycle"),
        public_id=public_id,
    )
    voters = queries.voters_present(meeting).count()
    waiting = list(queries.obligations_to_vote_on(meeting))
    form = PrepareForm(
        request.POST if request.method == "POST" else None,
        waiting=waiting,
        initial=_proposed(request, voters, [one.pk for one in waiting]),
    )
    if form.is_bound and form.is_valid():
        try:
            poll = operations.prepare_poll(
                meeting_id=meeting.pk,
                mode=form.chosen(),
                questions=form.drafts(),
                **who_and_when(request),
            )
        except BallotError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("ballots:poll", poll.pk)
    context = {
        "meeting": meeting,
        "form": form,
        "waiting": waiting,
        "voters": voters,
        "going_on": queries.polls_of(meeting).exclude(
            state__in=[PollState.SIGNED, PollState.VOID]
        ),
        **small_body(voters),
    }
    return render(request, "ballots/prepare.html", context, status=422 if form.is_bound else 200)


def _proposed(request: SignedInRequest, voters: int, waiting: list[int]) -> dict[str, Any]:
    """Propose paper for a small body, and the subject from which the page was opened."""
    asked = whole_number(request.GET.get("subject", ""))
    return {
        "mode": PollMode.PAPER if voters < queries.SMALL_BODY else PollMode.DRAWN_CODE,
        "subjects": [asked] if asked in waiting else waiting,
    }


@page(permission=SIGNED_IN)
def poll_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return poll_page(request, poll_in_scope(request, pk))


def _add(
    request: SignedInRequest, pk: int, form: SubjectForm | YesNoForm | ChooseForm, name: str
) -> HttpResponse:
    if request.method == "POST" and not form.is_valid():
        return poll_page(request, poll_in_scope(request, pk), {name: form})
    draft = form.draft() if request.method == "POST" else None
    return act(request, pk, operations.add_question, form=form, name=name, draft=draft)


@page(permission=SIGNED_IN, writes=POST)
def add_subject(request: SignedInRequest, pk: int) -> HttpResponse:
    waiting = queries.obligations_to_vote_on(poll_in_scope(request, pk).meeting)
    return _add(request, pk, SubjectForm(request.POST, waiting=waiting), "subject_form")


@page(permission=SIGNED_IN, writes=POST)
def add_yes_no(request: SignedInRequest, pk: int) -> HttpResponse:
    return _add(request, pk, YesNoForm(request.POST, prefix="yes-no"), "yes_no_form")


@page(permission=SIGNED_IN, writes=POST)
def add_choose(request: SignedInRequest, pk: int) -> HttpResponse:
    return _add(request, pk, ChooseForm(request.POST, prefix="choose"), "choose_form")


@page(permission=SIGNED_IN, writes=POST)
def remove_question(request: SignedInRequest, pk: int, question_id: int) -> HttpResponse:
    question = get_object_or_404(poll_in_scope(request, pk).questions, pk=question_id)

    def remove(*, poll_id: int, **fields: Any) -> object:  # noqa: ARG001 -- known by the question
        return operations.remove_question(question_id=question.pk, **fields)

    return act(request, pk, remove)


@page(permission=SIGNED_IN, writes=POST)
def change_mode(request: SignedInRequest, pk: int) -> HttpResponse:
    form = ModeForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        return poll_page(request, poll_in_scope(request, pk), {"mode_form": form})
    mode = form.chosen() if request.method == "POST" else None
    return act(request, pk, operations.change_mode, mode=mode)


@page(permission=SIGNED_IN, writes=POST)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    try:
        operations.discard_poll(poll_id=pk, **who_and_when(request))
    except BallotError as refusal:
        return refused(request, poll, refusal)
    return redirect("meetings:detail", poll.meeting.public_id)


# Seen once: codes and words are in the answer to a POST and nowhere else


@page(permission=SIGNED_IN, writes=POST)
def rehearse(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    if missing := booth_refusal(poll):
        return poll_page(request, poll, refusal=missing)
    try:
        codes = operations.start_rehearsal(poll_id=pk, **who_and_when(request))
    except BallotError as refusal:
        return refused(request, poll, refusal)
    context = {"poll": poll, "meeting": poll.meeting, "slips": slips_for(poll, codes)}
    context["origin"] = settings.TUSOI_BOOTH_ORIGIN
    return _once(request, "ballots/rehearsal_codes.html", context)


@page(permission=SIGNED_IN, writes=POST)
def end_rehearsal(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.end_rehearsal)


@page(permission=SIGNED_IN, writes=POST)
def open_poll(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    if missing := booth_refusal(poll):
        return poll_page(request, poll, refusal=missing)
    present = [one.person for one in queries.voters_present(poll.meeting) if one.person]
    form: forms.Form = open_form(poll, present, request.POST)
    if not form.is_valid():
        return poll_page(request, poll, {"open_form": form})
    try:
        opened = operations.open_poll(
            poll_id=pk,
            teller_ids=form.cleaned_data["people"],
            paper_count=form.cleaned_data.get("paper_count") or 0,
            has_heard_warning=form.cleaned_data.get("understood", False),
            **who_and_when(request),
        )
    except BallotError as refusal:
        return refused(request, poll, refusal, form=form, name="open_form")
    if not opened.codes:
        return redirect("ballots:poll", pk)
    context = {"poll": opened.poll, "meeting": poll.meeting, **opened_context(opened)}
    return _once(request, "ballots/slips_print.html", context)


def _once(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, context)
    add_never_cache_headers(answer)
    return answer
