from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tusoi.engine import (
    Base,
    FactInvalid,
    Quota,
    Rounding,
    Text,
    quota_limit,
    read_quota,
)


FIFTH = Fraction(1, 5)
ROUND = {
    Rounding.FLOOR: floor,
    Rounding.HALF_UP: lambda share: floor(share + Fraction(1, 2)),
    Rounding.CEIL: ceil,
}


def quota(base=Base.GOOD_ONLY, rounding=Rounding.FLOOR):
    return Quota("q", Text("hạn mức"), "excellent", "good", FIFTH, base, rounding, ("unit",))


def counted_out(pool, ratio, base, rounding, rated):
    """Try every number, the way one would at a table."""
    counted = {
        Base.GOOD_ONLY: lambda count: pool - count,
        Base.GOOD_OR_ABOVE: lambda _count: pool,
        Base.ALL_RATED: lambda _count: rated,
    }[base]
    return max(
        count for count in range(pool + 1) if count <= ROUND[rounding](ratio * counted(count))
    )


@given(
    pool=st.sampled_from([0, 1, 4, 5, 6]) | st.integers(0, 400),
    others=st.integers(0, 100),
    ratio=st.fractions(min_value=0, max_value=3, max_denominator=60),
    base=st.sampled_from(Base),
    rounding=st.sampled_from(Rounding),
)
def test_the_closed_form_equals_counting(*, pool, others, ratio, base, rounding):
    found = quota_limit(pool, ratio, base, rounding, pool + others)

    assert found == counted_out(pool, ratio, base, rounding, pool + others)


@pytest.mark.parametrize(
    ("pool", "good_floor", "good_half_up", "above_floor", "above_half_up"),
    [
        (5, 0, 1, 1, 1),
        (8, 1, 1, 1, 2),
        (10, 1, 2, 2, 2),
        (15, 2, 2, 3, 3),
        (20, 3, 3, 4, 4),
        (30, 5, 5, 6, 6),
        (100, 16, 17, 20, 20),
    ],
)
def test_limits_at_a_fifth(pool, good_floor, good_half_up, above_floor, above_half_up):
    def limit(base, rounding):
        return quota_limit(pool, FIFTH, base, rounding)

    assert limit(Base.GOOD_ONLY, Rounding.FLOOR) == good_floor
    assert limit(Base.GOOD_ONLY, Rounding.HALF_UP) == good_half_up
    assert limit(Base.GOOD_OR_ABOVE, Rounding.FLOOR) == above_floor
    assert limit(Base.GOOD_OR_ABOVE, Rounding.HALF_UP) == above_half_up


def test_read_quota_shows_every_reading_and_picks_nobody():
    report = read_quota(quota=quota(), excellent_count=11, good_count=50)

    assert (report.chosen.limit, report.chosen.over, report.chosen.room) == (10, 1, 0)
    assert not report.chosen.is_kept
    assert {(one.base, one.rounding) for one in report.readings} == {
        (base, rounding) for base in (Base.GOOD_ONLY, Base.GOOD_OR_ABOVE) for rounding in Rounding
    }
    assert report.exception is None
    assert not report.readings_agree
    assert report.pool_count == 61


def test_read_quota_tells_when_every_reading_agrees():
    report = read_quota(quota=quota(), excellent_count=2, good_count=50)

    assert report.readings_agree
    assert (report.chosen.over, report.chosen.room) == (0, 6)


@pytest.mark.parametrize(("pool", "ratio"), [(-1, FIFTH), (3, Fraction(-1, 5))])
def test_quota_refuses_what_means_nothing(pool, ratio):
    with pytest.raises(FactInvalid):
        quota_limit(pool, ratio, Base.GOOD_ONLY, Rounding.FLOOR)


def test_read_quota_counts_everybody_rated_where_that_is_known():
    report = read_quota(
        quota=quota(base=Base.ALL_RATED), excellent_count=11, good_count=40, rated_count=60
    )

    assert (report.chosen.limit, report.chosen.over) == (12, 0)
    assert len(report.readings) == len(Base) * len(Rounding)


@pytest.mark.parametrize("rated", [None, 4])
def test_a_quota_of_everybody_rated_needs_their_number(rated):
    with pytest.raises(FactInvalid, match="everybody rated"):
        quota_limit(5, FIFTH, Base.ALL_RATED, Rounding.FLOOR, rated)


def test_the_exception_is_a_reading_beside_and_the_limit_of_the_exceptional():
    exceptional = replace(quota(), exception_ratio=Fraction(1, 4))

    usual = read_quota(quota=exceptional, excellent_count=20, good_count=80)
    outstanding = read_quota(
        quota=exceptional, excellent_count=20, good_count=80, exceptional=True
    )

    assert (usual.chosen.limit, usual.exception.limit) == (16, 20)
    assert (outstanding.chosen.limit, outstanding.chosen.ratio) == (20, Fraction(1, 4))
    assert outstanding.readings[0].ratio == Fraction(1, 4)


def test_without_an_exception_nobody_is_exceptional():
    report = read_quota(quota=quota(), excellent_count=1, good_count=9, exceptional=True)

    assert report.chosen.ratio == FIFTH
