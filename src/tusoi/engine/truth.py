"""Three truth values: what holds, what fails, and what nobody has told us yet.

The tables are Kleene's strong logic: a result is decided only when every way of
filling in the missing facts would decide it alike.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final


class Truth(Enum):
    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"

    @classmethod
    def of(cls, value: bool) -> "Truth":  # noqa: FBT001 -- the whole point is to turn a bool around
        return cls.HOLDS if value else cls.FAILS

    @property
    def is_decided(self) -> bool:
        return self is not Truth.UNDECIDED


# Inside, truths are counted: the worse of two is then the smaller number.
FAILS, UNDECIDED, HOLDS = 0, 1, 2
TRUTHS: Final = (Truth.FAILS, Truth.UNDECIDED, Truth.HOLDS)
COUNTS: Final = {truth: count for count, truth in enumerate(TRUTHS)}


def negate(truth: Truth) -> Truth:
    if truth is Truth.UNDECIDED:
        return truth
    return Truth.of(truth is Truth.FAILS)


def all_of(truths: Iterable[Truth]) -> Truth:
    """One failure decides, whatever is missing beside it; of nothing, it holds."""
    values = set(truths)
    if Truth.FAILS in values:
        return Truth.FAILS
    return Truth.UNDECIDED if Truth.UNDECIDED in values else Truth.HOLDS


def any_of(truths: Iterable[Truth]) -> Truth:
    """One success decides, whatever is missing beside it; of nothing, it fails."""
    values = set(truths)
    if Truth.HOLDS in values:
        return Truth.HOLDS
    return Truth.UNDECIDED if Truth.UNDECIDED in values else Truth.FAILS


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Hold when `count` hold, fail when too few are left that still could."""
    values = list(truths)
    held = values.count(Truth.HOLDS)
    if held >= count:
        return Truth.HOLDS
    could_hold = held + values.count(Truth.UNDECIDED)
    return Truth.UNDECIDED if could_hold >= count else Truth.FAILS
