"""The page of a poll: one next step, and what belongs to it in each state."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers

from tusoi.ballots import queries
from tusoi.ballots.enums import PollState
from tusoi.ballots.errors import BallotError, FiguresDoNotAddUp
from tusoi.ballots.models import Poll, PollRoster, UrnKey
from tusoi.ballots.operations.counting import WRONG_TRIES
from tusoi.ballots.permissions import can_call
from tusoi.people.models import Person
from tusoi.web.ballots.forms import (
    ChooseForm,
    ModeForm,
    OpenForm,
    PeopleForm,
    SubjectForm,
    TallyForm,
    UrnForm,
    YesNoForm,
    initial_of,
)
from tusoi.web.ballots.slips import booth_refusal, picture_of, shared_screen_address
from tusoi.web.http import SignedInRequest, today, who_and_when
from tusoi.web.votes import level_titles, vote_summary


POST = {"POST"}


def poll_in_scope(request: SignedInRequest, pk: int) -> Poll:
    scope = queries.polls_for(request.user, on=today()).select_related(
        "meeting__unit__parent", "meeting__cycle", "void_asked_by", "spares_asked_by", "repeats"
    )
    return get_object_or_404(scope, pk=pk)


def act(
    request: SignedInRequest,
    pk: int,
    verb: Callable[..., object],
    *,
    form: forms.Form | None = None,
    name: str = "",
    **arguments: Any,
) -> HttpResponse:
    """Take one step of a poll and go back to its page, a refusal included."""
    poll = poll_in_scope(request, pk)
    if request.method != "POST":
        return redirect("ballots:poll", pk)
    try:
        verb(poll_id=pk, **arguments, **who_and_when(request))
    except BallotError as refusal:
        return refused(request, poll, refusal, form=form, name=name)
    return back_to(request, poll)


def back_to(request: SignedInRequest, poll: Poll) -> HttpResponse:
    """Lead to the page of a poll; to its meeting when it is over for whoever only counted it."""
    if queries.polls_for(request.user, on=today()).filter(pk=poll.pk).exists():
        return redirect("ballots:poll", poll.pk)
    return redirect("meetings:detail", poll.meeting.public_id)


def refused(
    request: SignedInRequest,
    poll: Poll,
    refusal: BallotError,
    *,
    form: forms.Form | None = None,
    name: str = "",
) -> HttpResponse:
    """Show the page of a poll again with why, and with what was typed."""
    if form is None:
        return poll_page(request, poll, refusal=str(refusal))
    problems = refusal.problems if isinstance(refusal, FiguresDoNotAddUp) else [str(refusal)]
    for one in problems:
        form.add_error(None, one)
    return poll_page(request, poll, {name: form})


def poll_page(
    request: SignedInRequest,
    poll: Poll,
    bound: Mapping[str, forms.Form] | None = None,
    *,
    refusal: str = "",
) -> HttpResponse:
    poll.refresh_from_db(fields=["state"])
    questions = list(poll.questions.order_by("position"))
    may_call = can_call(request.user, poll, on=today())
    context: dict[str, Any] = {
        "poll": poll,
        "meeting": poll.meeting,
        "questions": questions,
        "may_call": may_call,
        "tellers": queries.tellers_of(poll),
        "asked_by_me": poll.void_asked_by_id == request.user.pk,
        "spares_asked_by_me": poll.spares_asked_by_id == request.user.pk,
        "refusal": refusal,
        "small_body": queries.SMALL_BODY,
    }
    forms_sent = dict(bound or {})
    parts = _PARTS[PollState(poll.state)](request, poll)
    for name, form in forms_sent.items():
        if name not in parts:
            # The poll moved on meanwhile; its page has no place for that form any more.
            context["refusal"] = " ".join(str(one) for one in form.non_field_errors())
    context |= parts | forms_sent
    has_errors = bool(refusal) or any(one.errors for one in forms_sent.values())
    answer = render(request, "ballots/poll.html", context, status=422 if has_errors else 200)
    add_never_cache_headers(answer)
    return answer


# What each state shows


def _prepared(_request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    present = [one.person for one in queries.voters_present(poll.meeting) if one.person]
    voters = len(present)
    waiting = list(queries.obligations_to_vote_on(poll.meeting))
    return {
        "voters": voters,
        "booth_refusal": booth_refusal(poll),
        "mode_form": ModeForm(initial={"mode": poll.mode}),
        "subject_form": SubjectForm(waiting=waiting) if waiting else None,
        "yes_no_form": YesNoForm(prefix="yes-no"),
        "choose_form": ChooseForm(prefix="choose"),
        "open_form": open_form(poll, present),
        **small_body(voters),
    }


def open_form(poll: Poll, present: list[Person], data: Any = None) -> OpenForm:
    return OpenForm(
        data,
        people=[one for one in present if one.pk != poll.meeting.chair_id],
        is_small=len(present) < queries.SMALL_BODY,
        has_codes=poll.has_codes,
    )


def small_body(voters: int) -> dict[str, Any]:
    return {
        "is_small": voters < queries.SMALL_BODY,
        "is_warned": queries.is_warned(voters),
        "level_odds": queries.small_body_odds(voters),
        "yes_no_odds": queries.small_body_odds(voters, queries.YES_NO_MIX),
    }


def _rehearsing(_request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    return {"tried_count": poll.urn.ballot_count}


def _open(_request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    lines = queries.roster_lines(poll)
    ticked = [one.person.pk for one in lines if one.is_issued]
    return {
        "progress": queries.progress_of(poll),
        "issue_form": PeopleForm(people=[one.person for one in lines], chosen=ticked),
        "ticked": ticked,
        "is_small": poll.voter_count < queries.SMALL_BODY,
        **(_shared_screen(poll) if poll.has_codes else {}),
    }


def _shared_screen(poll: Poll) -> dict[str, str]:
    address = shared_screen_address(poll)
    return {"shared_address": address, "shared_picture": picture_of(address)}


def _closed(request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    own = queries.own_tally(poll, request.user)
    form = tally_form(poll, initial=initial_of(queries.figures_of(own)) if own else {})
    key = UrnKey.objects.filter(poll=poll).first()
    is_agreed = queries.agreed_figures(list(poll.tallies.all())) is not None
    return {
        "own": own,
        "entry_count": queries.entry_count(poll),
        "is_agreed": is_agreed,
        "tally_form": form,
        "differences": [
            {"title": form.label_of(one.key), "own_count": one.own_count}
            for one in queries.differing_rows(poll, request.user)
        ],
        "urn_form": UrnForm(holders=key.holders) if key and is_agreed else None,
        "is_locked": key is not None and key.wrong_count >= WRONG_TRIES,
    }


def tally_form(poll: Poll, data: Any = None, **fields: Any) -> TallyForm:
    return TallyForm(
        data,
        questions=list(poll.questions.order_by("position")),
        titles=level_titles(poll.meeting.cycle),
        has_codes=poll.has_codes,
        has_papers=poll.has_papers,
        **fields,
    )


def _counted(_request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    key = UrnKey.objects.filter(poll=poll).first()
    signers = signers_of(poll)
    return {
        "votes": votes_of(poll),
        "signers": signers,
        "sign_form": PeopleForm(people=signers),
        "check_form": UrnForm(holders=key.holders) if key else None,
        "is_locked": key is not None and key.wrong_count >= WRONG_TRIES,
    }


def votes_of(poll: Poll, *, on_paper: bool = False) -> list[Any]:
    return [
        vote_summary(one, poll.meeting.cycle, on_paper=on_paper)
        for one in queries.results_of(poll)
    ]


def signers_of(poll: Poll) -> list[Person]:
    """Return who has to sign: the chair first, then the tellers."""
    roster = PollRoster.objects.get(poll=poll)
    return [Person.objects.get(pk=roster.chair), *queries.tellers_of(poll)]


def _void(_request: SignedInRequest, poll: Poll) -> dict[str, Any]:
    return {"repeated_by": poll.repeated_by.first()}


_PARTS: dict[PollState, Callable[[SignedInRequest, Poll], dict[str, Any]]] = {
    PollState.PREPARED: _prepared,
    PollState.REHEARSING: _rehearsing,
    PollState.OPEN: _open,
    PollState.CLOSED: _closed,
    PollState.COUNTED: _counted,
    PollState.SIGNED: _counted,
    PollState.VOID: _void,
}
