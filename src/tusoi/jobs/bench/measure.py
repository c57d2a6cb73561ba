"""Small tools of measuring: medians of several runs, and a row of the table."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One bar: what was measured, what it cost, what its floor cost, what was promised."""

    what: str
    value: float
    unit: str
    bar: str
    ok: bool
    floor: float | None = None
    ratio: float | None = None
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def median_seconds(action: Callable[[], object], *, runs: int) -> float:
    """Return the median of several runs; the caller has warmed up what should be warm."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def median_pair(
    action: Callable[[], object], floor: Callable[[], object], *, runs: int
) -> tuple[float, float]:
    """Return the medians of two actions run by turns, so that what else runs burdens both."""
    pairs = [(median_seconds(action, runs=1), median_seconds(floor, runs=1)) for _ in range(runs)]
    return statistics.median(took for took, _ in pairs), statistics.median(
        least for _, least in pairs
    )


def share_at(values: list[float], share: float) -> float:
    """Return the value below which a share of the sorted values lies: 0.95 for p95."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
