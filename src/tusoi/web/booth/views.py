"""A code is looked up, a ballot is filled in on the voter's own screen, and goes into the urn.

No page here asks who somebody is, and none can: there is no session, account or cookie to ask.
There is no CSRF token for the same reason; whoever sends a ballot needs its code, which no
browser adds by itself.
"""

import re
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from tusoi.ballots import operations, queries
from tusoi.ballots.errors import CodeUnknown, MarksNotUnderstood, PollNotOpen
from tusoi.web.booth.guesses import wrong_codes
from tusoi.web.booth.marks import marks_of, rows_of
from tusoi.web.booth.pages import closed_page, done_page, entry_page, fault_page, show, spoken
from tusoi.web.secrecy import secrecy_parts


_FORM: Final = "application/x-www-form-urlencoded"
_PUBLIC_ID: Final = re.compile(r"[0-9a-z]{1,20}")
_MOST_TYPED: Final = 40


@require_safe
@spoken
def entry(_request: HttpRequest) -> HttpResponse:
    return entry_page()


@require_safe
@spoken
def secrecy(_request: HttpRequest) -> HttpResponse:
    return show("booth/secrecy.html", **secrecy_parts())


@require_POST
@sensitive_post_parameters()
@sensitive_variables()
@spoken
def ballot(request: HttpRequest) -> HttpResponse:
    """Show the ballot of a code; of a used one only that it was used."""
    code, poll_id = _slip(request)
    named = queries.poll_named(poll_id) if poll_id else None
    if wrong_codes.are_too_many(_counted(named)):
        return fault_page(request, 429)
    poll = queries.poll_for_code(code, poll=poll_id)
    if poll is None and named is not None:
        # A shared screen may still stand at the vote before.
        poll = queries.poll_for_code(code)
    if poll is None:
        return _unknown(named)
    if poll.is_burnt:
        return done_page(poll)
    if not poll.is_open:
        return closed_page()
    return show(
        "booth/ballot.html",
        poll=poll,
        code=code,
        rows=rows_of(poll.questions),
        is_rehearsal=poll.is_rehearsal,
    )


@require_POST
@sensitive_post_parameters()
@sensitive_variables()
@spoken
def cast(request: HttpRequest) -> HttpResponse:
    """Put the ballot in. Sent again, it changes nothing and gets the same answer."""
    code, poll_id = _slip(request)
    named = queries.poll_named(poll_id) if poll_id else None
    if wrong_codes.are_too_many(_counted(named)):
        return fault_page(request, 429)
    poll = named if poll_id else queries.poll_for_code(code)
    if poll is None:
        return _unknown(named)
    try:
        marks = marks_of(poll.questions, request.POST)
        operations.cast_ballot(code=code, marks=marks, poll=poll.public_id)
    except CodeUnknown:
        return _unknown(named)
    except PollNotOpen:
        return closed_page()
    except MarksNotUnderstood:
        if queries.poll_for_code(code, poll=poll.public_id) is None:
            return _unknown(named)
        raise BadRequest from None
    return done_page(poll)


def _slip(request: HttpRequest) -> tuple[str, str]:
    """Return the code and the poll that a slip names; the poll is empty where it was typed."""
    if request.content_type != _FORM:
        raise BadRequest
    poll = request.POST.get("poll", "")
    return request.POST.get("code", "")[:_MOST_TYPED], poll if _PUBLIC_ID.fullmatch(poll) else ""


def _counted(named: queries.BoothPoll | None) -> str:
    """Return whose count of wrong codes it is; names that no poll has do not each get one."""
    return named.public_id if named else ""


def _unknown(named: queries.BoothPoll | None) -> HttpResponse:
    wrong_codes.count(_counted(named))
    if named is not None and not named.is_open:
        return closed_page()
    return entry_page(str(CodeUnknown()), poll=_counted(named), status=422)
