"""The whole attack: every method against every poll of a copy."""

from collections.abc import Sequence
from typing import Final

from tusoi.jobs.attacking.evidence import Copy, Finding, Report, urns_of
from tusoi.jobs.attacking.keys import search_keys
from tusoi.jobs.attacking.rowwise import every_guess, link_orders, search_rows
from tusoi.jobs.attacking.traces import (
    compare_copies,
    search_logs,
    search_streams,
    search_words,
    search_wrapped,
)


METHODS: Final = (
    "one row for both",
    "same transaction",
    "rank beside rank",
    "order of rows",
    "columns",
    "moments of casting",
    "number of older versions",
    "first seen in a history",
    "older lists of those with a slip",
    "copies",
    "secret key in the copy",
    "kept key",
    "deleted keys",
    "words",
    "requests to the booth",
)


def attack(copy: Copy, *, earlier: Sequence[Copy] = (), words: Sequence[str] = ()) -> Report:
    """Try everything on one copy, with earlier copies of the same database, the oldest first."""
    urns = urns_of(copy)
    findings: list[Finding] = []
    for urn in urns:
        found, orders = search_rows(copy, urn)
        found += link_orders(urn, orders)
        found += search_streams(copy, urn)
        found += compare_copies([*earlier, copy], urn)
        found += search_keys(copy, urn, found)
        findings += found
    findings += search_wrapped(copy, urns)
    findings += search_words([copy, *earlier], words)
    findings += search_logs(copy)
    return Report(
        polls=len(urns),
        ballots=sum(len(one.ballots) for one in urns),
        methods=METHODS,
        findings=findings,
        blind=copy.blind,
    )


def forced_guesses(copy: Copy) -> list[Finding]:
    """Lay orders beside each other even where they tell nothing.

    Who knows the answers can so see that what the attack leaves alone is no better than luck.
    """
    return [
        guess for urn in urns_of(copy) for guess in every_guess(urn, search_rows(copy, urn)[1])
    ]
