"""How many wrong codes are looked up; counted for a poll as a whole, never for who sends them.

A code is one of 2^50, so guessing is hopeless at any speed that a server can answer; the limit
keeps the search for it from eating the server. Right codes cost nothing: sixty people behind one
address never see it. Nothing is kept but two numbers for each poll, in memory.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final


BURST: Final = 300
PER_SECOND: Final = 5.0


class WrongCodes:
    """A bucket of tokens for each poll that is named; codes that name none share another.

    So whoever floods the booth with codes of no slip shuts out nobody who holds one with its
    picture, nor who types it at a screen that was opened for the poll.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def are_too_many(self, poll: str) -> bool:
        with self._lock:
            return self._tokens(poll) < 1

    def count(self, poll: str) -> None:
        with self._lock:
            self._left[poll] = (self._tokens(poll) - 1, self._clock())

    def _tokens(self, poll: str) -> float:
        left, since = self._left.get(poll, (BURST, self._clock()))
        return min(BURST, left + (self._clock() - since) * PER_SECOND)


wrong_codes = WrongCodes()
