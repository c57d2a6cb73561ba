"""Rows: a row for each ballot, for each voter, for each code, for each moment of casting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tusoi.jobs.attacking.evidence import (
    Copy,
    Finding,
    Row,
    Told,
    Urn,
    moment,
    raw,
    rows_of,
    tells,
)


# One row for each poll, or rows that belong to a question or to a sheet of totals.
_OF_WHOLE_POLLS: Final = frozenset({"ballots_poll", "ballots_pollquestion", "ballots_tally"})
_ONE_ROW: Final = ("ballots_urn", "ballots_urnkey", "ballots_pollroster")
# Fewer rows are no list of those who voted.
_FEWEST: Final = 3
# A slip handed back is written down while people vote, by a teller, and is nobody's ballot.
_WRITTEN_BY_TELLERS: Final = "ballots.void_code"
_TELLING_KINDS: Final = ("datetime", "timestamp", "date", "time", "inet", "uuid", "char(32)")


@dataclass
class Orders:
    """Every order in which ballots, voters or codes of one poll can be put."""

    ballots: dict[str, list[Any]] = field(default_factory=dict)
    voters: dict[str, list[Any]] = field(default_factory=dict)
    codes: dict[str, list[Any]] = field(default_factory=dict)
    # By the transaction that wrote them.
    stamped_ballots: dict[int, Any] = field(default_factory=dict)
    stamped_voters: dict[int, Any] = field(default_factory=dict)


def search_rows(copy: Copy, urn: Urn) -> tuple[list[Finding], Orders]:
    """Return what rows tell by themselves, and the orders that can be laid beside each other."""
    orders = Orders()
    orders.ballots["urn"] = list(urn.ballots)
    orders.voters["roster"] = list(urn.issued)
    orders.codes["burnt codes"] = list(urn.burnt)
    findings = list(_columns_that_tell(copy, urn))
    for name, rows, kinds in _lists_of(copy, urn):
        findings += _read_list(copy, urn, name, rows, kinds, orders)
    return findings, orders


def link_orders(urn: Urn, orders: Orders) -> Iterator[Finding]:
    """Lay every order of ballots beside every order of voters; say what an order tells alone."""
    shared = orders.stamped_ballots.keys() & orders.stamped_voters.keys()
    pairs = {orders.stamped_voters[one]: orders.stamped_ballots[one] for one in shared}
    if pairs:
        yield _linked(urn, "same transaction", "xmin", pairs)
    for name, ballots in orders.ballots.items():
        if not _is_order(ballots):
            continue
        yield _in_order(urn, name, ballots)
        for other, voters in orders.voters.items():
            if _is_order(voters) and len(voters) == len(ballots):
                pairs = dict(zip(voters, ballots, strict=True))
                yield _linked(urn, "rank beside rank", f"{name} / {other}", pairs)
    for name, codes in orders.codes.items():
        if _is_order(codes):
            yield _in_order(urn, name, codes)


def every_guess(urn: Urn, orders: Orders) -> Iterator[Finding]:
    """Lay orders beside each other even where they tell nothing, as a check of the check."""
    for name, ballots in orders.ballots.items():
        for other, voters in orders.voters.items():
            pairs = dict(zip(voters, ballots, strict=False))
            yield _linked(urn, "forced", f"{name} / {other}", pairs)


def _is_order(order: Sequence[Any]) -> bool:
    return len(order) >= _FEWEST and tells(order)


def _linked(urn: Urn, method: str, where: str, pairs: Mapping[int, bytes | str]) -> Finding:
    is_read = any(isinstance(one, str) for one in pairs.values())
    told = Told.VOTE if is_read else Told.LINK
    return Finding(
        urn.label, method, where, told, len(pairs), max(len(urn.voters), len(pairs)), links=pairs
    )


def _in_order(urn: Urn, where: str, order: Sequence[bytes | str]) -> Finding:
    return Finding(
        urn.label, "order of rows", where, Told.ORDER, len(order), len(order), order=tuple(order)
    )


def _columns_that_tell(copy: Copy, urn: Urn) -> Iterator[Finding]:
    """Look for moments, addresses and random ids in the rows that should have none."""
    for name in _ONE_ROW:
        table = copy.tables.get(name)
        for column, kind in table.kinds.items() if table else ():
            if kind.lower().startswith(_TELLING_KINDS):
                of = max(len(urn.ballots), 1)
                yield Finding(
                    urn.label, "columns", f"{name}.{column}", Told.PLAIN, 1, of, order=()
                )


def _lists_of(copy: Copy, urn: Urn) -> Iterator[tuple[str, list[Row], Mapping[str, str]]]:
    """Give the lists of rows that belong to the poll, those of one action apart from another's."""
    for table in copy.tables.values():
        if table.name in _OF_WHOLE_POLLS or table.name in _ONE_ROW:
            continue
        groups: dict[str, list[Row]] = {}
        for row in table.rows:
            if _belongs(row, urn):
                groups.setdefault(str(row.values.get("action", "")), []).append(row)
        for action, rows in groups.items():
            if len(rows) >= _FEWEST:
                yield f"{table.name} {action}".strip(), rows, table.kinds


def _belongs(row: Row, urn: Urn) -> bool:
    for name, value in row.values.items():
        if name.endswith(("poll_id", "urn_id", "roster_id")) and value == urn.poll:
            return True
        if name == "object_id" and str(value) in {str(urn.poll), urn.public_id}:
            kind = str(row.values.get("object_kind", "")).lower()
            return "poll" in kind or "urn" in kind
        content = raw(value)
        if content is not None and (content in urn.codes or _ballot_in(content, urn) is not None):
            return True
    return False


def _read_list(
    copy: Copy,
    urn: Urn,
    name: str,
    rows: Sequence[Row],
    kinds: Mapping[str, str],
    orders: Orders,
) -> Iterator[Finding]:
    people = _accounts(copy)
    ballots = _column(rows, lambda value: _ballot(value, urn))
    voters = _column(rows, lambda value: _voter(value, urn, people))
    codes = _column(rows, lambda value: _code(value, urn))
    if len(set(voters)) < len(voters):
        voters = []
    if ballots and voters:
        yield _linked(urn, "one row for both", name, dict(zip(voters, ballots, strict=True)))
    if ballots or voters or codes:
        for by, rank in _ranks(rows, kinds).items():
            for sort, column in (
                (orders.ballots, ballots),
                (orders.voters, voters),
                (orders.codes, codes),
            ):
                if column:
                    sort[f"{name} by {by}"] = [column[place] for place in rank]
    stamps = [row.stamp for row in rows if row.stamp is not None]
    orders.stamped_ballots.update(zip(stamps, ballots, strict=False))
    orders.stamped_voters.update(zip(stamps, voters, strict=False))
    if not ballots and not codes and _are_moments_of_casting(urn, name, rows, kinds):
        yield Finding(
            urn.label, "moments of casting", name, Told.ORDER, len(rows), len(urn.ballots)
        )


def _are_moments_of_casting(
    urn: Urn, name: str, rows: Sequence[Row], kinds: Mapping[str, str]
) -> bool:
    """Say whether there is a moment for each ballot, different ones, while people voted."""
    if len(rows) != len(urn.ballots) or name.endswith(_WRITTEN_BY_TELLERS):
        return False
    for column, kind in kinds.items():
        moments = [moment(row.values.get(column), kind) for row in rows]
        during = {one for one in moments if one and urn.opened_at <= one <= urn.closed_at}
        if None not in moments and len(during) >= _FEWEST:
            return True
    return False


def _column(rows: Sequence[Row], reads: Any) -> list[Any]:
    """Return the values of the first column that holds the same sort of thing in every row."""
    for name in rows[0].values:
        if name in {"id", "poll_id", "object_id"}:
            continue
        found = [reads(row.values.get(name)) for row in rows]
        if all(one is not None for one in found):
            return found
    return []


def _ballot(value: Any, urn: Urn) -> bytes | str | None:
    content = raw(value)
    if content is not None:
        return _ballot_in(content, urn)
    return value if isinstance(value, str) and value in urn.options else None


def _ballot_in(content: bytes, urn: Urn) -> bytes | None:
    """Return a sealed ballot; one that is not in the urn is known by its length."""
    if content in urn.ballots:
        return content
    size = len(urn.ballots[0]) if urn.ballots else 0
    return content if size and len(content) == size else None


def _voter(value: Any, urn: Urn, people: Mapping[Any, Any]) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if value in urn.voters:
        return value
    person = people.get(value)
    return person if person in urn.voters else None


def _code(value: Any, urn: Urn) -> bytes | None:
    content = raw(value)
    return content if content in urn.codes else None


def _accounts(copy: Copy) -> dict[Any, Any]:
    rows = rows_of(copy, "people_account")
    return {row.values["id"]: row.values["person_id"] for row in rows if row.values["person_id"]}


def _ranks(rows: Sequence[Row], kinds: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the places of the rows in each order that the database remembers of its own."""
    places = range(len(rows))
    ranks = {"place": sorted(places, key=lambda one: rows[one].place)}
    stamps = [row.stamp for row in rows]
    if len(set(stamps)) == len(stamps) and None not in stamps:
        ranks["xmin"] = sorted(places, key=lambda one: rows[one].stamp or 0)
    for name, kind in kinds.items():
        if name == "id" and isinstance(rows[0].values.get("id"), int):
            ranks["id"] = sorted(places, key=lambda one: rows[one].values["id"])
        moments = [moment(row.values.get(name), kind) for row in rows]
        if None not in moments and len(set(moments)) > 1:
            ranks[name] = sorted(places, key=lambda one: moments[one] or "")
    return ranks
