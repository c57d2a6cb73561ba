"""What if: the same facts under another edition, for one subject and for those of a unit."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from tusoi.access.enums import Permission
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Truth
from tusoi.ratings import queries
from tusoi.rulebooks.errors import RulebookUnknown
from tusoi.rulebooks.explaining import fact_title, missing_facts
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.replaying import Replay
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.ratings import reading
from tusoi.web.ratings.subjects import cycle_of, narrowed_of, subject_of


_TOGETHER = 300


def _other(request: SignedInRequest, own: Rulebook) -> Rulebook | None:
    """Return the edition that the address names; nothing while none is chosen."""
    wanted = request.GET.get("rulebook", "")
    if not wanted or wanted == own.id:
        return None
    try:
        return load(wanted)
    except RulebookUnknown:
        raise Http404 from None


@page(permission=Permission.RATING_VIEW)
def what_if(request: SignedInRequest, pk: int) -> HttpResponse:
    obligation = subject_of(request, pk)
    own = rulebook_of(obligation.cycle)
    other = _other(request, own)
    context: dict[str, object] = {
        "obligation": obligation,
        "others": [one for one in available() if one.id != own.id],
        "other": other,
    }
    if other is not None:
        (found,) = queries.replay(obligation.cycle, [obligation], other)
        context |= {
            "sides": [_side(found.result.base), _side(found.result.other)],
            "unread": [
                fact_title(own, name).in_language(reading.language())
                for name in found.result.other.unread
            ],
            "differs": found.result.differs,
            "comparable": queries.OPEN not in {found.before, found.after},
        }
    return render(request, "ratings/rating_what_if.html", context)


def _side(replay: Replay) -> dict[str, object]:
    rulebook, outcome = replay.rulebook, replay.outcome
    words = reading.level_words(rulebook)
    return {
        "title": rulebook.title,
        "identity": rulebook.identity,
        "best": words.get(outcome.best_advised),
        "is_settled": queries.settled_level(outcome) != queries.OPEN,
        "no_level_matches": outcome.no_level_matches is Truth.HOLDS,
        "may_be_rated": outcome.may_be_rated is not Truth.FAILS,
        "lines": reading.outcome_lines(rulebook, outcome),
        "missing": [(one.title, one.owed_by) for one in missing_facts(rulebook, outcome)],
    }


@page(permission=Permission.RATING_VIEW)
def replay(request: SignedInRequest) -> HttpResponse:
    """Weigh those of the board's filter under another edition, as many as one page takes."""
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    own = rulebook_of(cycle)
    other = _other(request, own)
    narrowed, unit = narrowed_of(request)
    context: dict[str, object] = {
        "cycle": cycle,
        "unit": unit,
        "others": [one for one in available() if one.id != own.id],
        "other": other,
        "own": own,
    }
    if other is not None:
        found = queries.board(request.user, cycle, narrowed, on=today()).filter(is_rateable=True)
        rows = Paginator(found, _TOGETHER).get_page(request.GET.get("page"))
        context |= {"page": rows} | _replayed(cycle, list(rows), own, other)
    return render(request, "ratings/rating_replay.html", context)


def _replayed(
    cycle: ReviewCycle, ones: list[Obligation], own: Rulebook, other: Rulebook
) -> dict[str, object]:
    found = queries.replay(cycle, ones, other)
    before, after = reading.level_words(own), reading.level_words(other)
    counted = sorted(
        queries.moves(found).items(),
        key=lambda move: (_rank(before, move[0][0]), _rank(after, move[0][1])),
    )
    return {
        "lines": [
            (
                one.obligation,
                (one.before, before.get(one.before), before.get(_best(one.result.base))),
                (one.after, after.get(one.after), after.get(_best(one.result.other))),
                one.result.missing,
            )
            for one in found
        ],
        "closing": _closing(found),
        "missing": _missing(found, other),
        "moves": [
            ((old, before.get(old)), (new, after.get(new)), count) for (old, new), count in counted
        ],
        "differing": sum(
            one.before != one.after and queries.OPEN not in {one.before, one.after}
            for one in found
        ),
        "open": sum(queries.OPEN in {one.before, one.after} for one in found),
    }


def _best(side: Replay) -> str:
    """Return the best level that nothing known closes yet."""
    return side.outcome.best_advised


def _closing(found: Sequence[queries.Replayed]) -> list[tuple[str, tuple[str, ...], int]]:
    """Count for whom each rule of the other edition closes a level, the most frequent first."""
    closed = [finding.rule for one in found for finding in one.closed_after]
    rules = {rule.id: rule for rule in closed}
    counted = Counter(rule.id for rule in closed)
    speak = reading.language()
    return [
        (
            rules[rule].title.in_language(speak),
            tuple(one.in_language(speak) for one in rules[rule].citations),
            count,
        )
        for rule, count in counted.most_common()
    ]


def _missing(found: Sequence[queries.Replayed], other: Rulebook) -> list[tuple[str, int]]:
    """Count for how many each fact is missing that the other edition would need."""
    counted = Counter(name for one in found for name in one.result.missing)
    speak = reading.language()
    return [
        (fact_title(other, name).in_language(speak), count)
        for name, count in counted.most_common()
    ]


def _rank(words: Mapping[str, object], level: str) -> int:
    order = [*words, queries.OPEN]
    return order.index(level) if level in order else len(order)
