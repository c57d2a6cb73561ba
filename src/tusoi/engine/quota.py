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
    ALL_RATED = "all_rated"


class Rounding(Enum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


class Enforcement(Enum):
    BLOCK = "block"
    WARN = "warn"


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
    enforcement: Enforcement = Enforcement.WARN
    exception_ratio: Fraction | None = None
    """A greater share for those that `exception_fact` marks out."""
    exception_fact: str = ""
    exception_title: Text | None = None
    counts_head: bool = True
    """Whether heads are in the group: among those counted, and in what they are counted on."""

    def ratio_for(self, *, exceptional: bool) -> Fraction:
        return self.exception_ratio if exceptional and self.exception_ratio else self.ratio


@dataclass(frozen=True)
class QuotaReading:
    """What one reading allows for a group as it stands."""

    base: Base
    rounding: Rounding
    ratio: Fraction
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
    exception: QuotaReading | None = None
    """What the greater share would allow, where the rulebook knows one."""

    @property
    def pool_count(self) -> int:
        return self.excellent_count + self.good_count

    @property
    def readings_agree(self) -> bool:
        """Say whether the group is within the limit, or over it, whatever the reading."""
        return len({one.is_kept for one in self.readings}) == 1


def quota_limit(
    pool_count: int,
    ratio: Fraction,
    base: Base,
    rounding: Rounding,
    rated_count: int | None = None,
) -> int:
    """Return the most that may have the best level, of a pool who deserve good or better.

    Who is over the limit becomes "good" and so enlarges that base. Counting "good" only,
    the limit is therefore the largest k with k ≤ round(ratio × (pool − k)), solved here
    in closed form; rounding down at 20 % it is a sixth of the pool, not a fifth.
    `rated_count` is everybody who was rated, for the reading that counts them all.
    """
    if pool_count < 0 or ratio < 0:
        raise FactInvalid(f"a quota of {ratio} of {pool_count} means nothing")
    growth = 1 + ratio if base is Base.GOOD_ONLY else Fraction(1)
    share = ratio * _counted(pool_count, base, rated_count)
    limits = {
        Rounding.FLOOR: floor(share / growth),
        Rounding.HALF_UP: floor((share + Fraction(1, 2)) / growth),
        Rounding.CEIL: ceil((share + 1) / growth) - 1,
    }
    return min(limits[rounding], pool_count)


def read_quota(
    *,
    quota: Quota,
    excellent_count: int,
    good_count: int,
    rated_count: int | None = None,
    exceptional: bool = False,
) -> QuotaReport:
    """Compare a group with its limit under every reading; pick nobody.

    Without `rated_count` the readings that count everybody rated are left out.
    """
    pool = excellent_count + good_count

    def reading(base: Base, rounding: Rounding, ratio: Fraction) -> QuotaReading:
        limit = quota_limit(pool, ratio, base, rounding, rated_count)
        return QuotaReading(base, rounding, ratio, limit, excellent_count)

    ratio = quota.ratio_for(exceptional=exceptional)
    bases = [one for one in Base if one is not Base.ALL_RATED or rated_count is not None]
    return QuotaReport(
        quota=quota,
        excellent_count=excellent_count,
        good_count=good_count,
        chosen=reading(quota.base, quota.rounding, ratio),
        readings=tuple(reading(base, rounding, ratio) for base in bases for rounding in Rounding),
        exception=reading(quota.base, quota.rounding, quota.exception_ratio)
        if quota.exception_ratio
        else None,
    )


def _counted(pool_count: int, base: Base, rated_count: int | None) -> int:
    if base is not Base.ALL_RATED:
        return pool_count
    if rated_count is None or rated_count < pool_count:
        raise FactInvalid(
            f"the quota counts everybody rated, and that is {rated_count} for {pool_count}"
        )
    return rated_count
