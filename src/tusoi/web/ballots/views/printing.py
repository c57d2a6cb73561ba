"""Paper: the ballots to cut, a sheet for each teller, and the tally minutes to sign."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from tusoi.ballots.enums import COUNTED_STATES, PollMode
from tusoi.ballots.queries import voters_present, votes_for_minutes
from tusoi.web.ballots.views.shared import poll_in_scope, signers_of, tally_form, votes_of
from tusoi.web.http import SIGNED_IN, SignedInRequest, page


T = TypeVar("T")


@page(permission=SIGNED_IN)
def papers(request: SignedInRequest, pk: int) -> HttpResponse:
    poll = poll_in_scope(request, pk)
    count = poll.paper_count
    if poll.mode == PollMode.PAPER:
        count = poll.voter_count or voters_present(poll.meeting).count()
    context = {
        "poll": poll,
        "meeting": poll.meeting,
        "questions": poll.questions.order_by("position"),
        "papers": range(count),
        "sheet": _in_vietnamese(tally_form, poll),
    }
    return render(request, "ballots/papers_print.html", context)


@page(permission=SIGNED_IN)
def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the tally minutes; before the count there is nothing to show."""
    poll = poll_in_scope(request, pk)
    is_counted = poll.state in COUNTED_STATES
    held = {one.poll_id: one for one in votes_for_minutes(poll.meeting)}
    context = {
        "poll": poll,
        "meeting": poll.meeting,
        "minutes": held.get(poll.pk),
        "votes": _in_vietnamese(votes_of, poll, on_paper=True),
        "signers": signers_of(poll) if is_counted else [],
    }
    answer = render(request, "ballots/minutes_print.html", context)
    add_never_cache_headers(answer)
    return answer


def _in_vietnamese(make: Callable[..., T], *args: Any, **fields: Any) -> T:
    """Make what stands on paper with its words in Vietnamese, whatever the screen speaks."""
    with translation.override("vi"):
        return make(*args, **fields)
