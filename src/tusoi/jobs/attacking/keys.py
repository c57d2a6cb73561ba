"""Keys: everything in the copy that might be one is tried on the urn."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from nacl.bindings import crypto_scalarmult_base
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from tusoi.jobs.attacking.evidence import (
    HASH_SIZE,
    Copy,
    Finding,
    StreamKind,
    Told,
    Urn,
    raw,
    rows_of,
    values,
)


_TOKENS: Final = re.compile(r"[A-Za-z0-9+/=_-]{43,88}")
_MOST: Final = 200_000
# How far from the urn's public key a secret one is looked for in raw bytes.
_NEAR: Final = 4096
_MOST_PLACES: Final = 3


def search_keys(copy: Copy, urn: Urn, links: Iterable[Finding]) -> Iterator[Finding]:
    """Try to open the urn; with a key, what was only an order or a link becomes a vote."""
    left = [row for row in rows_of(copy, "ballots_urnkey") if row.values["poll_id"] == urn.poll]
    if urn.is_key_destroyed and (left or urn.codes):
        yield Finding(urn.label, "kept key", "ballots_urnkey", Told.KEY, 1, 1)
    secret = _secret(copy, urn)
    if secret is None:
        return
    opened = _opened(secret, urn)
    of = max(len(urn.ballots), 1)
    yield Finding(urn.label, "secret key in the copy", "", Told.OPENED, len(opened), of)
    for one in links:
        pairs: dict[int, bytes | str] = {
            person: opened[ballot].hex()
            for person, ballot in one.links.items()
            if isinstance(ballot, bytes) and ballot in opened
        }
        if pairs:
            yield Finding(
                urn.label, f"{one.method}, opened", one.where, Told.VOTE, len(pairs), of,
                links=pairs,
            )  # fmt: skip


def _opened(secret: bytes, urn: Urn) -> Mapping[bytes, bytes]:
    box, found = SealedBox(PrivateKey(secret)), {}
    for one in urn.ballots:
        try:
            found[one] = box.decrypt(one)
        except CryptoError:
            continue
    return found


def _secret(copy: Copy, urn: Urn) -> bytes | None:
    for number, candidate in enumerate(_candidates(copy, urn)):
        if number > _MOST:
            return None
        if crypto_scalarmult_base(candidate) == urn.public_key:
            return candidate
    return None


def _candidates(copy: Copy, urn: Urn) -> Iterator[bytes]:
    tried = set(urn.codes) | {urn.public_key}
    for name, value in values(copy):
        for content in _read(value):
            if len(content) == HASH_SIZE or name.startswith("ballots_urnkey"):
                for one in _windows(content):
                    if one not in tried:
                        tried.add(one)
                        yield one
    for stream in copy.streams:
        if stream.kind is not StreamKind.TEXT:
            yield from _near(stream.content, urn.public_key)


def _read(value: Any) -> Iterator[bytes]:
    content = raw(value)
    if content is not None:
        yield content
    elif isinstance(value, str):
        for token in _TOKENS.findall(value):
            try:
                yield bytes.fromhex(token) if len(token) == 2 * HASH_SIZE else b64decode(token)
            except (ValueError, binascii.Error):
                continue


def _windows(content: bytes) -> Iterator[bytes]:
    for start in range(len(content) - HASH_SIZE + 1):
        yield content[start : start + HASH_SIZE]


def _near(content: bytes, mark: bytes) -> Iterator[bytes]:
    place = content.find(mark)
    for _time in range(_MOST_PLACES):
        if place < 0:
            return
        yield from _windows(content[max(place - _NEAR, 0) : place + _NEAR])
        place = content.find(mark, place + 1)
