"""Decided levels that later facts closed: what came, and the way to decide again."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tusoi.access.enums import Permission
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.ratings import queries
from tusoi.reports.home import overtaken_line
from tusoi.web.home import lines_of
from tusoi.web.http import SignedInRequest, page, today, whole_number
from tusoi.web.ratings import reading
from tusoi.web.ratings.subjects import cycle_of


@page(permission=Permission.RATING_DECIDE)
def overtaken(request: SignedInRequest) -> HttpResponse:
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    after = whole_number(request.GET.get("after", "")) or 0
    found = queries.overtaken_decisions(request.user, cycle, on=today(), after=after)
    if "count" in request.GET:
        return _counted(request, cycle, found)
    rulebook = rulebook_of(cycle)
    words = reading.level_words(rulebook)
    context = {
        "cycle": cycle,
        "lines": [
            {
                "obligation": one.assessment.obligation,
                "record": one.record,
                "level": words.get(one.record.level_id),
                "open": words.get(one.assessment.outcome.best_advised),
                "reasons": reading.reasons_against(rulebook, one.assessment, one.record.level_id),
            }
            for one in found.found
        ],
        "after": after,
        "next_key": found.next_key,
    }
    return render(request, "ratings/rating_overtaken.html", context)


def _counted(
    request: SignedInRequest, cycle: ReviewCycle, page: queries.OvertakenPage
) -> HttpResponse:
    """Answer the home page, which asks for this line once it is shown: its line, counted."""
    line = overtaken_line(cycle, len(page.found), more=page.next_key is not None)
    return render(request, "components/home_items.html", {"lines": lines_of([line])})
