"""Whether so many hits can be luck."""

from fractions import Fraction
from math import comb
from typing import Final


# So rarely does pure guessing do as well; what is rarer was not guessed.
LUCK: Final = Fraction(1, 20)


def at_least(hits: int, trials: int, chance: Fraction) -> Fraction:
    """Return exactly how probable so many hits or more are when each has this chance."""
    miss = 1 - chance
    return sum(
        (
            comb(trials, hit) * chance**hit * miss ** (trials - hit)
            for hit in range(max(hits, 0), trials + 1)
        ),
        Fraction(),
    )
