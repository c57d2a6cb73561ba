"""All that one organisation's review says, each figure with its source; read by those above it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch

from tusoi.access.enums import Permission
from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.cycles.queries.progress import Progress, progress_of
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState
from tusoi.remediation.models import FollowedShortcoming, RemediationAction, RemediationPlan
from tusoi.remediation.queries import shortcomings_of
from tusoi.reports.scopes import HANDED_IN, obligations_below
from tusoi.reports.targets import REACHED
from tusoi.reviews.models import (
    DisciplineNote,
    Initiative,
    ProposedRemedy,
    SelfReview,
    Strength,
    Target,
)
from tusoi.units.enums import GRASSROOTS_KINDS, UnitKind


@dataclass(frozen=True)
class Structure:
    """How the organisation is built, counted from the tree that the cycle froze."""

    grassroots: int
    direct_cells: int
    sections: int
    cells_under_sections: int
    members: int
    members_reviewed: int

    @property
    def cells(self) -> int:
        return self.direct_cells + self.cells_under_sections


@dataclass(frozen=True)
class UnitReport:
    obligation: Obligation
    review: SelfReview | None
    progress: Progress
    structure: Structure
    targets: list[Target]
    strengths: list[Strength]
    initiatives: list[Initiative]
    shortcomings: list[FollowedShortcoming]
    discipline: list[DisciplineNote]
    proposed: list[ProposedRemedy]
    plan: RemediationPlan | None


def unit_report(
    cycle: ReviewCycle, unit_id: int, *, actor: Account, on: dt.date
) -> UnitReport | None:
    """Gather the facts; None when the actor may not read this organisation's review."""
    obligation = (
        obligations_below(cycle, unit_id, actor=actor, permission=Permission.REVIEW_READ, on=on)
        .filter(unit=unit_id, subject_kind__in=ORGANIZATION_KINDS)
        .select_related("unit", "cycle")
        .first()
    )
    progress = progress_of(cycle, unit_id)
    if obligation is None or progress is None:
        return None
    review = SelfReview.objects.filter(obligation=obligation, state__in=HANDED_IN).first()
    rows = {"review": review}
    return UnitReport(
        obligation=obligation,
        review=review,
        progress=progress,
        structure=_structure(cycle, unit_id, progress),
        targets=list(
            Target.objects.filter(**rows).annotate(reached=REACHED).order_by("position", "pk")
        ),
        strengths=list(Strength.objects.filter(**rows).order_by("position", "pk")),
        initiatives=list(Initiative.objects.filter(**rows).order_by("position", "pk")),
        shortcomings=_shortcomings(cycle, unit_id),
        discipline=list(DisciplineNote.objects.filter(**rows).order_by("position", "pk")),
        proposed=list(ProposedRemedy.objects.filter(**rows).order_by("position", "pk")),
        plan=RemediationPlan.objects.filter(cycle=cycle, unit=unit_id, person=None).first(),
    )


def _shortcomings(cycle: ReviewCycle, unit_id: int) -> list[FollowedShortcoming]:
    """Return what the organisation's and its collectives' reviews say, with what is done."""
    actions = (
        RemediationAction.objects.exclude(state=ActionState.DROPPED)
        .select_related("owner_person", "owner_unit")
        .prefetch_related("partner_units")
        .order_by("due_on", "pk")
    )
    return list(
        shortcomings_of(cycle, unit_id)
        .select_related("target", "collective")
        .prefetch_related(Prefetch("actions", queryset=actions))
        .order_by(F("collective__sort_key").asc(nulls_first=True), "told__position", "pk")
    )


def _structure(cycle: ReviewCycle, unit_id: int, progress: Progress) -> Structure:
    below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id, depth__gt=0)
    counts = dict(
        CycleUnit.objects.filter(cycle=cycle, unit__in=below.values("descendant"))
        .values_list("kind")
        .annotate(count=Count("pk"))
    )
    direct = sum(1 for child in progress.children if child.kind == UnitKind.CELL)
    members = progress.node.of(SubjectKind.MEMBER)
    return Structure(
        grassroots=sum(counts.get(kind, 0) for kind in GRASSROOTS_KINDS),
        direct_cells=direct,
        sections=counts.get(UnitKind.SECTION, 0),
        cells_under_sections=counts.get(UnitKind.CELL, 0) - direct,
        members=members.expected,
        members_reviewed=members.done(ProgressStep.REVIEWED),
    )
