"""While people vote: slips are handed out, spoiled ones replaced, and the vote is closed."""

from django.http import HttpResponse

from tusoi.ballots import operations, queries
from tusoi.ballots.models import Poll
from tusoi.web.ballots.forms import PeopleForm
from tusoi.web.ballots.views.shared import POST, act, poll_in_scope, poll_page
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, whole_number


@page(permission=SIGNED_IN, writes=POST)
def issue(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take what was ticked and unticked on the page, and leave alone what somebody else did.

    The page sends along which ticks it began with: two people hand slips out at two tables.
    """
    poll = poll_in_scope(request, pk)
    if request.method != "POST" or not poll.is_casting:
        return act(request, pk, operations.mark_issued, person_ids=[])
    form = _issue_form(request, poll)
    if not form.is_valid():
        return poll_page(request, poll, {"issue_form": form})
    if "everybody" in request.POST:
        everybody = [one.person.pk for one in queries.roster_lines(poll)]
        return act(request, pk, operations.mark_issued, person_ids=everybody)
    chosen, before = set(form.ids()), _ticked_before(request, poll)
    if gone := before - chosen:
        answer = act(request, pk, operations.mark_issued, person_ids=sorted(gone), is_issued=False)
        if not chosen - before:
            return answer
    return act(request, pk, operations.mark_issued, person_ids=sorted(chosen - before))


def _ticked_before(request: SignedInRequest, poll: Poll) -> set[int]:
    sent = set(map(whole_number, request.POST.getlist("before")))
    return {one.person.pk for one in queries.roster_lines(poll) if one.person.pk in sent}


def _issue_form(request: SignedInRequest, poll: Poll) -> PeopleForm:
    return PeopleForm(request.POST, people=[one.person for one in queries.roster_lines(poll)])


@page(permission=SIGNED_IN, writes=POST)
def spoil(request: SignedInRequest, pk: int) -> HttpResponse:
    code = request.POST.get("code", "")[:40]
    return act(request, pk, operations.void_code, code=code)


@page(permission=SIGNED_IN, writes=POST)
def ask_spares(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.ask_spares)


@page(permission=SIGNED_IN, writes=POST)
def use_spares(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.activate_spares)


@page(permission=SIGNED_IN, writes=POST)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    return act(request, pk, operations.close_poll)
