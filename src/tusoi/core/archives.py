"""Zip files of strangers, measured before anything in them is used.

A few kilobytes can unpack to gigabytes. What a header declares is no proof, so every member is
unpacked once, piece by piece, and counted.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final


MAX_UNPACKED: Final = 150 * 1024 * 1024
MAX_ENTRIES: Final = 2_000
_SUSPICIOUS: Final = 20 * 1024 * 1024
_MAX_RATIO: Final = 200
_CHUNK: Final = 1024 * 1024


class ArchiveBroken(Exception):
    """It is no zip, or one that was cut off, or one that names a member twice."""


class ArchiveLocked(Exception):
    """A member is encrypted."""


class ArchiveTooLarge(Exception):
    """It holds too many members, or unpacks to more than anybody needs."""


class MeasuredArchive:
    """An opened zip whose real size has been measured."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
            raise ArchiveBroken from broken
        self.names = set(self._zip.namelist())
        if len(self.names) != len(self._zip.namelist()):
            raise ArchiveBroken
        self._measure(len(content))

    def read(self, name: str) -> bytes:
        """Return one part, or nothing when it is not there."""
        return self._zip.read(name) if name in self.names else b""

    def _measure(self, packed: int) -> None:
        entries = self._zip.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise ArchiveLocked
        declared = sum(entry.file_size for entry in entries)
        _refuse_bomb(entries=len(entries), unpacked=declared, packed=packed)
        unpacked = 0
        for entry in entries:
            for size in self._chunks(entry):
                unpacked += size
                _refuse_bomb(entries=len(entries), unpacked=unpacked, packed=packed)

    def _chunks(self, entry: zipfile.ZipInfo) -> Iterator[int]:
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    yield len(chunk)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ) as broken:
            raise ArchiveBroken from broken


def _refuse_bomb(*, entries: int, unpacked: int, packed: int) -> None:
    is_dense = unpacked > _SUSPICIOUS and unpacked > packed * _MAX_RATIO
    if entries > MAX_ENTRIES or unpacked > MAX_UNPACKED or is_dense:
        raise ArchiveTooLarge
