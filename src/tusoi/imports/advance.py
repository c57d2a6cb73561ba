"""Telling whoever waits how far an import has come."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar


T = TypeVar("T")
# What is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
READING, COMPARING, WRITING = "reading", "comparing", "writing"
_STRIDE = 100


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


def told(rows: Sequence[T], what: str, progress: Progress) -> Iterator[T]:
    """Yield the rows and tell from time to time how many have gone by."""
    total = len(rows)
    for number, row in enumerate(rows):
        if number % _STRIDE == 0:
            progress(what, number, total)
        yield row
    progress(what, total, total)
