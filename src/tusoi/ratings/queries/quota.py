"""Where the groups of a cycle stand against the quota; nobody in them is ranked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Enforcement, Quota, QuotaReport, quota_limit, read_quota
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import QuotaGrant, Rating
from tusoi.ratings.queries.placement import UNCOUNTED, group_values
from tusoi.rulebooks.readable import CLASSES
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import SubjectClass
from tusoi.units.enums import Position, UnitKind, UnitSector
from tusoi.units.models import Unit


_LABELS: Final[Mapping[str, Mapping[str, Any]]] = {
    "post_kind": dict(Position.choices),
    "level": dict(UnitKind.choices),
    "unit_kind": dict(UnitKind.choices),
    "sector": dict(UnitSector.choices),
}
# These name units, which the page shows as the deciding unit anyway.
_PLACES: Final = frozenset({"grassroots_organization", "superior", "unit"})


@dataclass(frozen=True)
class Group:
    """A set that one quota counts."""

    deciding_unit_id: int
    name: str


@dataclass(frozen=True)
class GroupCounts:
    """How many of a group have which level: at the furthest step, and decided."""

    excellent: int = 0
    good: int = 0
    rated: int = 0
    decided_excellent: int = 0
    waiting: int = 0

    @property
    def pool(self) -> int:
        return self.excellent + self.good


@dataclass(frozen=True)
class QuotaMeter:
    group: Group
    unit_name: str
    label: str
    quota: Quota
    report: QuotaReport
    counts: GroupCounts
    grant: QuotaGrant | None = None
    """The greater share in force for the group."""

    @property
    def over_count(self) -> int:
        return self.report.chosen.over

    @property
    def needs_checking(self) -> bool:
        return self.quota.status.needs_checking


def quota_meters(
    cycle: ReviewCycle,
    *,
    unit_ids: Collection[int] | None = None,
    groups: Collection[str] | None = None,
    instead: Mapping[int, str] | None = None,
) -> list[QuotaMeter]:
    """Read every group that has a level so far, fullest first: one statement for the figures.

    A second one names the places inside a deciding unit by which it groups, if there are any.

    `instead` tells the levels that a person is trying out, by obligation id: they count in place
    of what is stored, as if decided. That costs one statement more.
    """
    counts, names = _counted(cycle, unit_ids, groups, instead or {})
    inner = _inner_places(cycle, counts)
    grants = grants_in_force(cycle, counts)
    meters = [
        _meter(
            cycle,
            group,
            inner.get(group, names[group.deciding_unit_id]),
            found,
            grants.get(group),
        )
        for group, found in counts.items()
    ]
    shown = [one for one in meters if one is not None]
    return sorted(shown, key=lambda one: (-one.over_count, one.unit_name, one.label))


def group_counts(
    cycle: ReviewCycle, groups: Iterable[Group], *, instead: Mapping[int, str]
) -> dict[Group, GroupCounts]:
    """Return the counts of some groups with the levels about to be decided in place."""
    wanted = set(groups)
    counts, _names = _counted(
        cycle,
        {one.deciding_unit_id for one in wanted},
        {one.name for one in wanted},
        instead,
    )
    return {group: found for group, found in counts.items() if group in wanted}


def grants_in_force(cycle: ReviewCycle, groups: Iterable[Group]) -> dict[Group, QuotaGrant]:
    """Return the greater shares that are in force for these groups.

    No statement at all where the rulebook knows none.
    """
    wanted = [one for one in groups if _has_exception(cycle, one)]
    if not wanted:
        return {}
    found = QuotaGrant.objects.filter(
        cycle=cycle,
        deciding_unit__in={one.deciding_unit_id for one in wanted},
        withdrawn_at__isnull=True,
    )
    by_group = {Group(one.deciding_unit_id, one.quota_group): one for one in found}
    return {group: by_group[group] for group in wanted if group in by_group}


def _has_exception(cycle: ReviewCycle, group: Group) -> bool:
    quota = quota_of_group(cycle, group.name)
    return quota is not None and quota.exception_ratio is not None


def grants_of_cycle(cycle: ReviewCycle, unit_ids: Collection[int]) -> list[QuotaGrant]:
    """Return every greater share granted in a cycle, those taken back too, the newest first."""
    return list(
        QuotaGrant.objects.filter(cycle=cycle, deciding_unit__in=unit_ids)
        .select_related("deciding_unit", "granted_by", "withdrawn_by")
        .order_by("-granted_at", "-pk")
    )


def limit_of(
    cycle: ReviewCycle, group: Group, counts: GroupCounts, *, exceptional: bool
) -> int | None:
    """Return the most that a group may have at the best level; None where nothing binds it."""
    quota = quota_of_group(cycle, group.name)
    if quota is None or quota.enforcement is Enforcement.WARN:
        return None
    ratio = quota.ratio_for(exceptional=exceptional)
    return quota_limit(counts.pool, ratio, quota.base, quota.rounding, counts.rated)


def quota_of_group(cycle: ReviewCycle, quota_group: str) -> Quota | None:
    subject_class = quota_group.split(":", maxsplit=1)[0]
    if subject_class == UNCOUNTED:
        return None
    return rulebook_of(cycle).quota_for(subject_class, cycle.rulebook_settings)


def group_label(cycle: ReviewCycle, quota_group: str) -> str:
    """Name a group for a reader: whom it counts, and the values by which, without places."""
    if quota_group.startswith(UNCOUNTED):
        return _("người đứng đầu, không tính tỷ lệ")
    subject_class = SubjectClass(quota_group.split(":", maxsplit=1)[0])
    words = [localized(CLASSES[subject_class], get_language() or "vi")]
    words += [
        str(_LABELS.get(name, {}).get(value, value)) or _("chưa phân nhóm")
        for name, value in group_values(cycle, quota_group)
        if name not in _PLACES
    ]
    return ", ".join(words)


def group_places(cycle: ReviewCycle, names: Iterable[str]) -> dict[str, str]:
    """Return the organisation within which each group counts, where it counts within one."""
    inside = {
        group: int(value)
        for group in names
        if not group.startswith(UNCOUNTED)
        for name, value in group_values(cycle, group)
        if name in _PLACES and value.isdecimal()
    }
    units = dict(Unit.objects.filter(pk__in=inside.values()).values_list("pk", "name"))
    return {group: units[pk] for group, pk in inside.items() if pk in units}


def _inner_places(cycle: ReviewCycle, groups: Iterable[Group]) -> dict[Group, str]:
    """Return, for groups below a part of the deciding unit, the name of that part."""
    inside = {
        group: int(value)
        for group in groups
        for name, value in group_values(cycle, group.name)
        if name in _PLACES and value.isdecimal() and int(value) != group.deciding_unit_id
    }
    if not inside:
        return {}
    names = dict(Unit.objects.filter(pk__in=inside.values()).values_list("pk", "name"))
    return {group: names[pk] for group, pk in inside.items() if pk in names}


def _counted(
    cycle: ReviewCycle,
    unit_ids: Collection[int] | None,
    groups: Collection[str] | None,
    instead: Mapping[int, str],
) -> tuple[dict[Group, GroupCounts], dict[int, str]]:
    ratings = Rating.objects.filter(obligation__cycle=cycle).exclude(step=RatingStep.SELF)
    if unit_ids is not None:
        ratings = ratings.filter(deciding_unit__in=unit_ids)
    if groups is not None:
        ratings = ratings.filter(quota_group__in=groups)
    names: dict[int, str] = {}
    rows: dict[tuple[Group, str], dict[str, int]] = {}
    grouped = ratings.order_by().values(
        "deciding_unit_id", "deciding_unit__name", "quota_group", "level_id"
    )
    for row in grouped.annotate(
        all=Count("pk"), decided=Count("pk", filter=Q(step=RatingStep.DECIDED))
    ):
        names[row["deciding_unit_id"]] = row["deciding_unit__name"]
        group = Group(row["deciding_unit_id"], row["quota_group"])
        rows[group, row["level_id"]] = {"all": row["all"], "decided": row["decided"]}
    if instead:
        _put_instead(rows, ratings.filter(obligation__in=list(instead)), instead)
    return _summed(cycle, rows), names


def _put_instead(
    rows: dict[tuple[Group, str], dict[str, int]], ratings: Any, instead: Mapping[int, str]
) -> None:
    """Move the ratings being tried out from the level stored to the level chosen."""
    stored = ratings.values_list(
        "obligation_id", "deciding_unit_id", "quota_group", "level_id", "step"
    )
    for obligation_id, unit_id, name, level, step in stored:
        group = Group(unit_id, name)
        old = rows[group, level]
        old["all"] -= 1
        old["decided"] -= step == RatingStep.DECIDED
        chosen = rows.setdefault((group, instead[obligation_id]), {"all": 0, "decided": 0})
        chosen["all"] += 1
        chosen["decided"] += 1


def _summed(
    cycle: ReviewCycle, rows: Mapping[tuple[Group, str], Mapping[str, int]]
) -> dict[Group, GroupCounts]:
    summed = {}
    for group in dict.fromkeys(group for group, _level in rows):
        quota = quota_of_group(cycle, group.name)
        if quota is None:
            continue
        none: Mapping[str, int] = {"all": 0, "decided": 0}
        excellent = rows.get((group, quota.level), none)
        own = [counts for (found, _level), counts in rows.items() if found == group]
        summed[group] = GroupCounts(
            excellent=excellent["all"],
            good=rows.get((group, quota.base_level), none)["all"],
            decided_excellent=excellent["decided"],
            rated=sum(one["all"] for one in own),
            waiting=sum(one["all"] - one["decided"] for one in own),
        )
    return summed


def _meter(
    cycle: ReviewCycle,
    group: Group,
    unit_name: str,
    counts: GroupCounts,
    grant: QuotaGrant | None,
) -> QuotaMeter | None:
    quota = quota_of_group(cycle, group.name)
    if quota is None:
        return None
    report = read_quota(
        quota=quota,
        excellent_count=counts.excellent,
        good_count=counts.good,
        rated_count=counts.rated,
        exceptional=grant is not None,
    )
    label = group_label(cycle, group.name)
    return QuotaMeter(group, unit_name, label, quota, report, counts, grant)
