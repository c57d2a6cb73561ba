"""One unit at a glance: read by its committee to see how far, what is weak, what is being done."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from tusoi.access.enums import Permission
from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, ReviewCycle
from tusoi.cycles.queries.progress import Progress, Week, progress_of, weekly_progress
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState
from tusoi.remediation.models import RemediationAction
from tusoi.reports.scopes import HANDED_IN, obligations_below
from tusoi.reports.targets import targets_below, weakest_first, with_percentage
from tusoi.reviews.enums import Topic
from tusoi.reviews.models import Shortcoming, Target


_WEAKEST = 8
OPEN_STATES = (ActionState.PLANNED, ActionState.IN_HAND)


@dataclass(frozen=True)
class KindCount:
    kind: SubjectKind
    done: int
    expected: int


@dataclass(frozen=True)
class TopicCount:
    topic: Topic
    shortcomings: int
    without_action: int


@dataclass(frozen=True)
class RemedyCounts:
    actions: int
    done: int
    overdue: int
    without_owner: int
    without_measure: int
    without_deadline: int


@dataclass(frozen=True)
class Dashboard:
    progress: Progress
    kinds: tuple[KindCount, ...]
    weeks: list[Week]
    acknowledged: int
    units: int
    weakest: list[Target]
    topics: list[TopicCount]
    remedies: RemedyCounts

    @property
    def shortcomings(self) -> int:
        return sum(row.shortcomings for row in self.topics)

    @property
    def without_action(self) -> int:
        return sum(row.without_action for row in self.topics)


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
            weakest_first(with_percentage(targets_below(cycle, unit_id, actor=actor, on=on)))[
                :_WEAKEST
            ]
        ),
        topics=topic_counts(cycle, unit_id, actor=actor, on=on),
        remedies=remedy_counts(cycle, unit_id, actor=actor, on=on),
    )


def _acknowledgements(cycle: ReviewCycle, unit_id: int) -> tuple[int, int]:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
    counts = CycleUnit.objects.filter(cycle=cycle, unit__in=below.values("descendant")).aggregate(
        units=Count("pk"), acknowledged=Count("acknowledged_at")
    )
    return counts["units"], counts["acknowledged"]


def topic_counts(
    cycle: ReviewCycle, unit_id: int, *, actor: Account, on: dt.date
) -> list[TopicCount]:
    """Count the organisations' shortcomings by topic, the most frequent first."""
    obligations = obligations_below(
        cycle, unit_id, actor=actor, permission=Permission.REVIEW_READ, on=on
    ).filter(subject_kind__in=ORGANIZATION_KINDS)
    acted_on = RemediationAction.objects.filter(shortcomings=OuterRef("pk")).exclude(
        state=ActionState.DROPPED
    )
    rows: Iterable[tuple[str, int, int]] = (
        Shortcoming.objects.filter(review__obligation__in=obligations, review__state__in=HANDED_IN)
        .annotate(has_action=Exists(acted_on))
        .values_list("topic")
        .annotate(shortcomings=Count("pk"), without_action=Count("pk", filter=Q(has_action=False)))
        .order_by("-shortcomings", "topic")
    )
    return [TopicCount(Topic(topic), total, without) for topic, total, without in rows]


def remedy_counts(
    cycle: ReviewCycle, unit_id: int, *, actor: Account, on: dt.date
) -> RemedyCounts:
    below = obligations_below(
        cycle, unit_id, actor=actor, permission=Permission.REMEDIATION_VIEW, on=on
    )
    is_open = Q(state__in=OPEN_STATES)
    ownerless = Q(owner_person__isnull=True, owner_unit__isnull=True)
    counts = (
        RemediationAction.objects.filter(plan__cycle=cycle, plan__unit__in=below.values("unit"))
        .exclude(state=ActionState.DROPPED)
        .aggregate(
            actions=Count("pk"),
            done=Count("pk", filter=Q(state=ActionState.DONE)),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=on)),
            without_owner=Count("pk", filter=is_open & ownerless),
            without_measure=Count("pk", filter=is_open & Q(measure="")),
            without_deadline=Count("pk", filter=is_open & Q(due_on__isnull=True)),
        )
    )
    return RemedyCounts(**counts)
