"""Bytes: what older versions of a row leave in pages, in histories of changes and in backups."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from tusoi.jobs.attacking.evidence import (
    Copy,
    Finding,
    Stream,
    StreamKind,
    Told,
    Urn,
    tells,
    urns_of,
)


# A sealed ballot begins with a random key: so much of it never comes twice by chance.
_MARK_SIZE: Final = 16
_FEWEST: Final = 3
_LISTS: Final = re.compile(rb"\[\d+(?:, ?\d+)*\]")
_WRAPPED: Final = re.compile(rb'"salts": ?\[')
_BOOTH: Final = re.compile(rb"(?:GET|POST) (?:/en)?/(?:booth|ballot|cast)/")


def search_streams(copy: Copy, urn: Urn) -> Iterator[Finding]:
    """Look for older versions of the urn: a ballot that came early is in more of them."""
    for stream in copy.streams:
        yield from _ballots_in(stream, urn)
        if stream.kind is not StreamKind.TEXT:
            yield from _ticks_in(stream, urn)


def _ballots_in(stream: Stream, urn: Urn) -> Iterator[Finding]:
    seen = {one: _places(stream, one[:_MARK_SIZE]) for one in urn.ballots}
    counts = {one: len(places) for one, places in seen.items()}
    if len(urn.ballots) < _FEWEST or len(set(counts.values())) == 1:
        return
    by_count = sorted(urn.ballots, key=lambda one: -counts[one])
    unique = [one for one in by_count if list(counts.values()).count(counts[one]) == 1]
    yield _traced(stream, urn, "number of older versions", by_count, found=len(unique))
    if stream.kind is StreamKind.LOG:
        met = [one for one in urn.ballots if seen[one]]
        by_place = sorted(met, key=lambda one: seen[one][0])
        found = len(by_place) if tells(by_place) else 0
        yield _traced(stream, urn, "first seen in a history", by_place, found=found)


def _traced(
    stream: Stream, urn: Urn, method: str, order: Sequence[bytes], *, found: int
) -> Finding:
    return Finding(
        urn.label,
        method,
        stream.name,
        Told.ORDER,
        found,
        len(urn.ballots),
        is_residual=_is_residual(stream, urn),
        order=tuple(order),
    )


def _is_residual(stream: Stream, urn: Urn) -> bool:
    """Say whether no setting helps: an archive of changes, or the files during the vote."""
    return not urn.is_over or (stream.kind is StreamKind.LOG and not stream.is_own)


def _places(stream: Stream, mark: bytes) -> list[int]:
    wanted = [mark] if stream.kind is not StreamKind.TEXT else [mark, mark.hex().encode()]
    found = []
    for one in wanted:
        place = stream.content.find(one)
        while place >= 0:
            found.append(place)
            place = stream.content.find(one, place + 1)
    return sorted(found)


def _ticks_in(stream: Stream, urn: Urn) -> Iterator[Finding]:
    """Look for older versions of the list of those who took a slip; each is one longer."""
    known = set(urn.voters)
    lists = {
        frozenset(found)
        for match in _LISTS.finditer(stream.content)
        if (found := json.loads(match[0])) and known.issuperset(found) and found == sorted(found)
    }
    # Those who are present are one list themselves; a history is a chain of growing ones.
    chain = sorted((one for one in lists if one < known), key=len)
    grown = [
        next(iter(later - earlier))
        for earlier, later in pairwise(chain)
        if earlier < later and len(later - earlier) == 1
    ]
    if len(grown) >= _FEWEST:
        yield Finding(
            urn.label,
            "older lists of those with a slip",
            stream.name,
            Told.ORDER,
            len(grown),
            max(len(urn.voters), len(grown)),
            is_residual=_is_residual(stream, urn),
        )


def compare_copies(copies: Sequence[Copy], urn: Urn) -> Iterator[Finding]:
    """Lay copies taken one after another side by side: what came in while whose slip was given."""
    seen = [one for copy in copies for one in urns_of(copy) if one.public_id == urn.public_id]
    pairs, order = {}, list[bytes]()
    for earlier, later in pairwise(seen):
        ballots = sorted(set(later.ballots) - set(earlier.ballots))
        people = sorted(set(later.issued) - set(earlier.issued))
        if len(ballots) == 1:
            order += ballots
            if len(people) == 1:
                pairs[people[0]] = ballots[0]
    where, of = f"{len(seen)} copies", max(len(urn.ballots), 1)
    if order:
        yield Finding(
            urn.label, "copies", where, Told.ORDER, len(order), of, is_residual=True, order=order
        )
    if pairs:
        yield Finding(
            urn.label, "copies", where, Told.LINK, len(pairs), of, is_residual=True, links=pairs
        )


def search_words(copies: Sequence[Copy], words: Sequence[str]) -> Iterator[Finding]:
    """Look for words that should be nowhere: codes of slips, words of tellers, marked choices."""
    for stream in (stream for copy in copies for stream in copy.streams):
        hits = sum(_count(stream, word) for word in words)
        if hits:
            yield Finding("", "words", stream.name, Told.PLAIN, hits, len(words))


def _count(stream: Stream, word: str) -> int:
    plain = word.encode()
    return stream.content.count(plain) + stream.content.count(plain.hex().encode())


def search_logs(copy: Copy) -> Iterator[Finding]:
    """Look for requests to the booth in logs: each would be a moment and an address."""
    for stream in copy.streams:
        if stream.kind is StreamKind.TEXT and stream.name.startswith("log "):
            lines = sum(bool(_BOOTH.search(line)) for line in stream.content.splitlines())
            if lines:
                yield Finding("", "requests to the booth", stream.name, Told.PLAIN, lines, lines)


def search_wrapped(copy: Copy, urns: Sequence[Urn]) -> Iterator[Finding]:
    """Look for sealed keys that were deleted and still lie in the files."""
    kept = len(copy.tables["ballots_urnkey"].rows) if "ballots_urnkey" in copy.tables else 0
    gone = [one for one in urns if one.is_key_destroyed]
    for stream in copy.streams:
        if stream.kind is StreamKind.PAGES and gone:
            left = len(_WRAPPED.findall(stream.content)) - kept
            if left > 0:
                yield Finding("", "deleted keys", stream.name, Told.KEY, left, len(gone))
