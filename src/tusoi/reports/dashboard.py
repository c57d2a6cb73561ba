"""One unit at a glance: read by its committee to see how far, what is weak, what is being done."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from tusoi.cycles.enums import ProgressStep, SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, ReviewCycle
from tusoi.cycles.queries.progress import Progress, Week, progress_of, weekly_progress
from tusoi.people.models import Account
from tusoi.remediation.queries import (
    BoardCounts,
    TopicCounts,
    board_counts,
    counts_by_topic,
)
from tusoi.reports.targets import missed, targets_below, weakest_first
from tusoi.reviews.models import Target


_WEAKEST = 8


@dataclass(frozen=True)
class KindCount:
    kind: SubjectKind
    done: int
    expected: int


@dataclass(frozen=True)
class Dashboard:
    progress: Progress
    kinds: tuple[KindCount, ...]
    weeks: list[Week]
    acknowledged: int
    units: int
    weakest: list[Target]
    # The same figures as on the board of remedies, so that each leads to its list there.
    topics: list[TopicCounts]
    remedies: BoardCounts


def dashboard_of(
    cycle: ReviewCycle,
    unit_id: int,
    *,
    step: ProgressStep = ProgressStep.REVIEWED,
    as_of: dt.date | None = None,
    actor: Account,
    on: dt.date,
) -> Dashboard | None:
    """Gather the figures of a unit, in the same number of statements whatever its size."""
    progress = progress_of(cycle, unit_id, as_of)
    if progress is None:
        return None
    units, acknowledged = _acknowledgements(cycle, unit_id)
    return Dashboard(
        progress=progress,
        kinds=tuple(
            KindCount(kind, progress.node.of(kind).done(step), progress.node.of(kind).expected)
            for kind in progress.kinds
        ),
        weeks=weekly_progress(cycle, unit_id, step, until=as_of or on),
        acknowledged=acknowledged,
        units=units,
        weakest=list(
            weakest_first(missed(targets_below(cycle, unit_id, actor=actor, on=on)))[:_WEAKEST]
        ),
        topics=counts_by_topic(actor, cycle, on=on, unit_id=unit_id),
        remedies=board_counts(actor, cycle, on=on, unit_id=unit_id),
    )


def _acknowledgements(cycle: ReviewCycle, unit_id: int) -> tuple[int, int]:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id).values("descendant")
    # Who issued the directive has nothing to acknowledge.
    counts = CycleUnit.objects.filter(cycle=cycle, unit__in=below, depth__gt=0).aggregate(
        units=Count("pk"), acknowledged=Count("acknowledged_at")
    )
    return counts["units"], counts["acknowledged"]
