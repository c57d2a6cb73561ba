"""What a copy holds, whatever database it is of: tables with hidden columns, and raw bytes."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from tusoi.jobs.attacking.chance import LUCK, at_least


HASH_SIZE: Final = 32


class CopyNotReadable(Exception):
    """What was named is no copy of a database of Tự Soi."""


@dataclass(frozen=True)
class Row:
    """One row with what no query shows: where it lies, and which transaction wrote it."""

    place: tuple[int, ...]
    stamp: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    name: str
    kinds: Mapping[str, str]
    rows: Sequence[Row]


class StreamKind(StrEnum):
    PAGES = "pages"
    """The database's own files: whatever is in them is there for anybody with a copy."""
    LOG = "log"
    """A history of changes, the oldest first."""
    TEXT = "text"
    """A dump or a log of a server."""


@dataclass(frozen=True)
class Stream:
    name: str
    kind: StreamKind
    content: bytes
    # The history that lies beside the database itself, and that closing a poll should empty.
    is_own: bool = False


@dataclass(frozen=True)
class Copy:
    name: str
    tables: Mapping[str, Table]
    streams: Sequence[Stream] = ()
    # What could not be looked at, as words for people.
    blind: Sequence[str] = ()


@dataclass(frozen=True)
class Urn:
    """One poll as far as a copy shows it."""

    poll: int
    public_id: str
    is_over: bool
    is_key_destroyed: bool
    # As texts that sort; nothing before the first and after the second is a moment of casting.
    opened_at: str
    closed_at: str
    public_key: bytes
    ballots: Sequence[bytes]
    burnt: Sequence[bytes]
    codes: frozenset[bytes]
    voters: Sequence[int]
    issued: Sequence[int]
    options: frozenset[str]

    @property
    def label(self) -> str:
        return self.public_id[:8]


class Told(StrEnum):
    VOTE = "vote"
    """Who voted how."""
    OPENED = "opened"
    """What is on ballots, without a name."""
    LINK = "link"
    """Whose a sealed ballot is, unread."""
    ORDER = "order"
    """In which order ballots came: whoever sat in the room knows the names."""
    KEY = "key"
    """A key or codes that should be gone."""
    PLAIN = "plain"
    """Words that should be nowhere."""


@dataclass(frozen=True)
class Finding:
    """What one method told of one poll. `found` of `of` ballots, where luck tells one in `of`."""

    poll: str
    method: str
    where: str
    told: Told
    found: int
    of: int
    # Inherent in a history of changes: nothing can be read, and no setting can prevent it.
    is_residual: bool = False
    links: Mapping[int, bytes | str] = field(default_factory=dict, repr=False)
    order: Sequence[bytes | str] = field(default=(), repr=False)

    @property
    def luck(self) -> Fraction:
        """How probable it is to do as well by guessing."""
        if self.told in {Told.KEY, Told.PLAIN, Told.OPENED}:
            return Fraction(0 if self.found else 1)
        return at_least(self.found, self.of, Fraction(1, max(self.of, 1)))

    @property
    def is_above_chance(self) -> bool:
        return self.found > 0 and self.luck < LUCK


@dataclass(frozen=True)
class Report:
    polls: int
    ballots: int
    methods: Sequence[str]
    findings: Sequence[Finding]
    blind: Sequence[str]

    @property
    def alarms(self) -> list[Finding]:
        return [one for one in self.findings if one.is_above_chance and not one.is_residual]

    @property
    def traces(self) -> list[Finding]:
        return [one for one in self.findings if one.is_above_chance and one.is_residual]


def urns_of(copy: Copy) -> list[Urn]:
    """Return every poll with an urn; CopyNotReadable where there is no table of urns."""
    try:
        polls, urns = copy.tables["ballots_poll"], copy.tables["ballots_urn"]
    except KeyError:
        raise CopyNotReadable(copy.name) from None
    by_id = {row.values["id"]: row.values for row in polls.rows}
    rosters = {row.values["poll_id"]: row.values for row in rows_of(copy, "ballots_pollroster")}
    options = _options(copy)
    return [
        _urn(row.values, by_id[row.values["poll_id"]], rosters, options)
        for row in urns.rows
        if row.values["poll_id"] in by_id
    ]


def rows_of(copy: Copy, name: str) -> Sequence[Row]:
    table = copy.tables.get(name)
    return table.rows if table else ()


def _options(copy: Copy) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in rows_of(copy, "ballots_pollquestion"):
        ids = {one["id"] for one in listed(row.values["options"])}
        found.setdefault(row.values["poll_id"], set()).update(ids)
    return found


def _urn(
    urn: Mapping[str, Any],
    poll: Mapping[str, Any],
    rosters: Mapping[int, Mapping[str, Any]],
    options: Mapping[int, set[str]],
) -> Urn:
    roster = rosters.get(poll["id"], {})
    columns = [name for name, value in urn.items() if name.endswith("_codes") and value]
    return Urn(
        poll=poll["id"],
        public_id=str(poll["public_id"]),
        is_over=poll["state"] not in {"rehearsing", "open"},
        is_key_destroyed=poll["key_destroyed_at"] is not None,
        opened_at=moment(poll["opened_at"], "datetime") or "",
        closed_at=moment(poll["closed_at"], "datetime") or "9999",
        public_key=bytes(urn["public_key"]),
        ballots=parts(bytes(urn["sealed"]), urn["sealed_size"]),
        burnt=parts(bytes(urn["burnt_codes"])),
        codes=frozenset(one for name in columns for one in parts(bytes(urn[name]))),
        voters=listed(roster.get("present", [])),
        issued=listed(roster.get("issued", [])),
        options=frozenset(options.get(poll["id"], ())),
    )


def parts(run: bytes, size: int = HASH_SIZE) -> list[bytes]:
    return [run[start : start + size] for start in range(0, len(run), size)]


def listed(value: Any) -> list[Any]:
    """Return a list that one database gives as a text and another as a list."""
    found = json.loads(value) if isinstance(value, str) else value
    return list(found)


def raw(value: Any) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else None


def moment(value: Any, kind: str) -> str | None:
    """Return a moment as a text that sorts, whichever way the database gives it."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    is_time = isinstance(value, str) and kind.lower().startswith(("datetime", "timestamp", "time"))
    return value if is_time else None


def tells(order: Sequence[Any]) -> bool:
    """Say whether an order comes from somewhere else than from what is ordered."""
    return list(order) != sorted(order) and list(order) != sorted(order, reverse=True)


def values(copy: Copy) -> Iterator[tuple[str, Any]]:
    """Give every value of every table, with its name."""
    for table in copy.tables.values():
        for row in table.rows:
            for name, value in row.values.items():
                yield f"{table.name}.{name}", value
