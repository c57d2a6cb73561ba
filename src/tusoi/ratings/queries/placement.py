"""Whose decision a rating is, and with whom it is compared; both by the rulebook's data.

A *quota group* is a string that stays the same for the whole cycle: the class of subject and
then one value for each thing by which the rulebook groups, joined by colons. With the rulebook
of 2018: `member:<grassroots organisation>`, `collective:<peer group>:<superior>`,
`leader:<post>:<kind of unit>:<sector>`, `party_organization:<kind of unit>:<superior>`.
Together with the cycle and the deciding unit it names the set that a quota counts. Whoever the
authority leaves out of every group is in `uncounted:<class>`, which no quota counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tusoi.cycles.enums import SUBJECT_CLASS, SubjectKind
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.rulebooks.schema import AuthorityLevel
from tusoi.units.enums import GRASSROOTS_KINDS, Position
from tusoi.units.models import Post


# What each grouping word of a rulebook's quotas.yaml is read from.
_GROUPED_BY: Final = {
    "grassroots_organization": "grassroots_id",
    "superior": "superior_id",
    "collective_kind": "peer_group",
    "post_kind": "position",
    "level": "unit_kind",
    "unit_kind": "unit_kind",
    "sector": "sector",
    "unit": "unit_id",
}


# Whoever is in no group: the first word of the name instead of a class of subject.
UNCOUNTED: Final = "uncounted"


@dataclass(frozen=True)
class Placement:
    deciding_unit_id: int
    quota_group: str


def placements(
    cycle: ReviewCycle, obligations: QuerySet[Obligation] | None = None
) -> dict[int, Placement]:
    """Return, by obligation id, who decides and the quota group; one statement however many.

    The tree is the one that the cycle froze. Where it holds nobody who could decide (the root's
    own rating), it is the unit above the cycle's root, or else the root itself.
    """
    wanted = cycle.obligations.all() if obligations is None else obligations.filter(cycle=cycle)
    rows = _annotated(cycle, wanted).values(
        "pk",
        "subject_kind",
        "rule_class",
        "unit_id",
        "superior_id",
        "superior_kind",
        "grassroots_id",
        "upper_id",
        "unit_kind",
        sector=F("unit__sector"),
        peer_group=F("collective__peer_group"),
        position=Subquery(_posts(cycle).values("position")[:1]),
    )
    top_id = cycle.root.parent_id or cycle.root_id
    return {row["pk"]: _placement(cycle, row, top_id) for row in rows.order_by()}


def deciding_units(cycle: ReviewCycle) -> dict[int, int]:
    """Return the deciding unit of every obligation of a cycle, by obligation id."""
    return {pk: one.deciding_unit_id for pk, one in placements(cycle).items()}


def quota_groups(cycle: ReviewCycle) -> dict[int, str]:
    """Return the quota group of every obligation of a cycle, by obligation id."""
    return {pk: one.quota_group for pk, one in placements(cycle).items()}


def placement_of(obligation: Obligation) -> Placement:
    only = Obligation.objects.filter(pk=obligation.pk)
    return placements(obligation.cycle, only)[obligation.pk]


def deciding_unit_of(obligation: Obligation) -> int:
    return placement_of(obligation).deciding_unit_id


def quota_group_of(obligation: Obligation) -> str:
    return placement_of(obligation).quota_group


def group_values(cycle: ReviewCycle, quota_group: str) -> list[tuple[str, str]]:
    """Take a group's name apart into what it is grouped by and the value of each."""
    subject_class, *values = quota_group.split(":")
    if subject_class == UNCOUNTED:
        return []
    quota = rulebook_of(cycle).quota_for(subject_class, cycle.rulebook_settings)
    return list(zip(quota.group_by if quota else (), values, strict=False))


def _annotated(cycle: ReviewCycle, obligations: QuerySet[Obligation]) -> QuerySet[Any]:
    frozen = CycleUnit.objects.filter(cycle=cycle, unit=OuterRef("unit"))
    grassroots = CycleClosure.objects.filter(
        cycle=cycle,
        descendant=OuterRef("unit"),
        ancestor__cycle_units__cycle=cycle,
        ancestor__cycle_units__kind__in=GRASSROOTS_KINDS,
    ).order_by("depth")
    above = CycleUnit.objects.filter(cycle=cycle, unit=OuterRef("superior_id"))
    over_grassroots = CycleUnit.objects.filter(cycle=cycle, unit=OuterRef("grassroots_id"))
    placed = obligations.annotate(
        unit_kind=Coalesce(Subquery(frozen.values("kind")[:1]), F("unit__kind")),
        superior_id=Coalesce(
            Subquery(frozen.values("parent")[:1]),
            F("unit__parent_id"),
            F("unit_id"),
            output_field=BigIntegerField(),
        ),
        grassroots_id=Coalesce(
            Subquery(grassroots.values("ancestor")[:1]),
            Subquery(frozen.values("parent")[:1]),
            F("unit__parent_id"),
            F("unit_id"),
            output_field=BigIntegerField(),
        ),
    )
    return placed.annotate(
        superior_kind=Coalesce(Subquery(above.values("kind")[:1]), Value("")),
        upper_id=Coalesce(
            Subquery(over_grassroots.values("parent")[:1]),
            F("superior_id"),
            output_field=BigIntegerField(),
        ),
    )


def _posts(cycle: ReviewCycle) -> QuerySet[Post]:
    """Return the seats that a leader of the outer query held in the period, the last first."""
    return seats_in_period(cycle).filter(
        person=OuterRef("person"), collective=OuterRef("collective")
    )


def seats_in_period(cycle: ReviewCycle) -> QuerySet[Post]:
    return Post.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=cycle.period_from),
        valid_from__lte=cycle.period_to,
    ).order_by("-valid_from", "-pk")


def _placement(cycle: ReviewCycle, row: dict[str, Any], top_id: int) -> Placement:
    rulebook, settings = rulebook_of(cycle), cycle.rulebook_settings
    subject_class = row["rule_class"] or SUBJECT_CLASS[SubjectKind(row["subject_kind"])]
    authority = rulebook.authority_for(
        subject_class, row["unit_kind"], row["superior_kind"], settings
    ).authority
    quota = rulebook.quota_for(subject_class, settings)
    if quota and not quota.counts_head and row["position"] == Position.HEAD:
        quota_group = f"{UNCOUNTED}:{subject_class}"
    else:
        quota_group = ":".join([subject_class, *_values(quota.group_by if quota else (), row)])
    return Placement(
        deciding_unit_id=row[_DECIDED_BY[authority]] if authority in _DECIDED_BY else top_id,
        quota_group=quota_group,
    )


# Whoever is above what the application holds decides through its top.
_DECIDED_BY: Final = {
    AuthorityLevel.GRASSROOTS: "grassroots_id",
    AuthorityLevel.SUPERIOR: "superior_id",
    AuthorityLevel.UPPER: "upper_id",
}


def _values(names: Iterable[str], row: dict[str, Any]) -> Iterable[str]:
    for name in names:
        value = row.get(_GROUPED_BY.get(name, ""))
        yield str(value or "").replace(":", " ")
