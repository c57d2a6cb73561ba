"""How many of a group may have the best level, under every reading of the text.

The text says "at most 20 % of those rated good". Two things it leaves open: whether
those rated best are themselves among "those rated good", and how a part of a person
is rounded. The rulebook names both choices; here all of them are worked out, exactly.
Nobody is ranked: who steps back is for people to decide.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import ceil, floor

from tusoi.engine.citations import Citation, Text
from tusoi.engine.errors import FactInvalid
from tusoi.engine.rules import Status


class Base(Enum):
    GOOD_ONLY = "good_only"
    GOOD_OR_ABOVE = "good_or_above"


class Rounding(Enum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


@dataclass(frozen=True)
class Quota:
    """The limit as one subject class has it."""

    id: str
    title: Text
    level: str
    base_level: str
    ratio: Fraction
    base: Base
    rounding: Rounding
    group_by: tuple[str, ...]
    citations: tuple[Citation, ...] = ()
    status: Status = Status.UNVERIFIED


@dataclass(frozen=True)
class QuotaReading:
    """What one reading allows for a group as it stands."""

    base: Base
    rounding: Rounding
    limit: int
    excellent_count: int

    @property
    def over(self) -> int:
        return max(0, self.excellent_count - self.limit)

    @property
    def room(self) -> int:
        return max(0, self.limit - self.excellent_count)

    @property
    def is_kept(self) -> bool:
        return self.excellent_count <= self.limit


@dataclass(frozen=True)
class QuotaReport:
    """The reading the rulebook or the authority chose, beside all the others."""

    quota: Quota
    excellent_count: int
    good_count: int
    chosen: QuotaReading
    readings: tuple[QuotaReading, ...]

    @property
    def pool_count(self) -> int:
        return self.excellent_count + self.good_count

    @property
    def readings_agree(self) -> bool:
        """Say whether the group is within the limit, or over it, whatever the reading."""
        return len({one.is_kept for one in self.readings}) == 1


def quota_limit(pool_count: int, ratio: Fraction, base: Base, rounding: Rounding) -> int:
    """Return the most that may have the best level, of a pool who deserve good or better.

    Who is over the limit becomes "good" and so enlarges that base. Counting "good" only,
    the limit is therefore the largest k with k ≤ round(ratio × (pool − k)), solved here
    in closed form; rounding down at 20 % it is a sixth of the pool, not a fifth.
    """
    if pool_count < 0 or ratio < 0:
        raise FactInvalid(f"a quota of {ratio} of {pool_count} means nothing")
    growth = 1 + ratio if base is Base.GOOD_ONLY else Fraction(1)
    share = ratio * pool_count
    limits = {
        Rounding.FLOOR: floor(share / growth),
        Rounding.HALF_UP: floor((share + Fraction(1, 2)) / growth),
        Rounding.CEIL: ceil((share + 1) / growth) - 1,
    }
    return min(limits[rounding], pool_count)


def read_quota(*, quota: Quota, excellent_count: int, good_count: int) -> QuotaReport:
    """Compare a group with its limit under every reading; pick nobody."""
    pool = excellent_count + good_count
    readings = tuple(
        QuotaReading(
            base=base,
            rounding=rounding,
            limit=quota_limit(pool, quota.ratio, base, rounding),
            excellent_count=excellent_count,
        )
        for base in Base
        for rounding in Rounding
    )
    chosen = next(
        one for one in readings if (one.base, one.rounding) == (quota.base, quota.rounding)
    )
    return QuotaReport(quota, excellent_count, good_count, chosen, readings)
