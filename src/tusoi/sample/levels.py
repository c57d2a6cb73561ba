"""Settles the level of every subject, from below upwards, so that none contradicts the rules."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from tusoi.cycles.enums import ORGANIZATION_KINDS, SubjectKind
from tusoi.cycles.models import ReviewCycle
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.ratings.queries import placements
from tusoi.sample.dossiers import Dossier
from tusoi.sample.population import Population
from tusoi.units.enums import Position
from tusoi.units.models import Post


# Its committee and its head: the head claims more than the body is given.
CAPPED: Final = "BT-DT"
# Where as many members are excellent as the quota allows, to the last place.
EXACT: Final = frozenset({"BT-AT", "BT-LD"})
# Of whom the report tells good results: nothing less is invented about them.
_REPORTED: Final = frozenset({"BT-KT", "BT-TA"})
# Who proposes more than the quota allows; elsewhere people kept to it beforehand.
GENEROUS: Final = "BT-TA"

_GOOD, _SATISFACTORY, _UNSATISFACTORY = 1, 2, 3
_OVER_QUOTA: Final = (
    "Số đề nghị hoàn thành xuất sắc vượt tỷ lệ của nhóm; kết quả chưa nổi trội bằng các trường "
    "hợp được chọn."
)
_ABOVE_BODY: Final = (
    "Người đứng đầu không được xếp cao hơn tập thể; tập thể được xếp hoàn thành tốt nhiệm vụ."
)
_UPWARDS: Final = (
    SubjectKind.CELL,
    SubjectKind.SECTION,
    SubjectKind.GRASSROOTS_ORGANIZATION,
    SubjectKind.SUPERIOR_ORGANIZATION,
)


def keep_to_quota(
    dossiers: Iterable[Dossier],
    cycle: ReviewCycle,
    population: Population,
    decided: Collection[str],
) -> None:
    """Let no more be excellent than the quota allows where a decision has been made.

    By the strict reading (20 % of those rated good, rounded down): one in six of both together.
    """
    groups: dict[str, list[Dossier]] = defaultdict(list)
    placed = placements(cycle)
    for dossier in dossiers:
        if population.grassroots_code(dossier.obligation.unit_id) in decided:
            groups[placed[dossier.obligation.pk].quota_group].append(dossier)
    for group in groups.values():
        able = [one for one in group if one.level_rank <= _GOOD and one.obligation.is_rateable]
        best = [one for one in able if one.level_rank == 0]
        for dossier in best[len(able) // 6 :]:
            dossier.level_rank = _GOOD


def people_long_ill() -> set[int]:
    leaves = MemberStanding.objects.filter(kind=StandingKind.SICK_LEAVE)
    return set(leaves.values_list("member__person", flat=True))


class Settling:
    """The levels of one district; a dossier without a meeting yet is left alone."""

    def __init__(
        self,
        dossiers: Sequence[Dossier],
        cycle: ReviewCycle,
        population: Population,
        is_rated: Callable[[Dossier], bool],
    ) -> None:
        self.population = population
        self.placed = placements(cycle)
        self.rated = [one for one in dossiers if is_rated(one)]
        self.by_kind: dict[str, list[Dossier]] = defaultdict(list)
        for one in self.rated:
            self.by_kind[one.obligation.subject_kind].append(one)
        self.organizations = {
            one.obligation.unit_id: one
            for kind in ORGANIZATION_KINDS
            for one in self.by_kind[kind]
        }
        self.below: dict[int, list[Dossier]] = defaultdict(list)

    def settle(self) -> None:
        self._settle_members()
        self._settle_organizations()
        self._settle_bodies()

    def _settle_members(self) -> None:
        ill = people_long_ill()
        members = self.by_kind[SubjectKind.MEMBER]
        for one in members:
            if one.obligation.person_id in ill and one.level_rank < _SATISFACTORY:
                one.level_rank = _SATISFACTORY
        self._limit(members)
        for one in members:
            self.below[one.obligation.unit_id].append(one)

    def _settle_organizations(self) -> None:
        for kind in _UPWARDS:
            own = self._organizations_of(kind)
            for one in own:
                able = best_rank([each.final_rank for each in self.below[one.obligation.unit_id]])
                one.level_rank = max(one.level_rank, able)
                if kind == SubjectKind.SUPERIOR_ORGANIZATION or self._is_reported(one):
                    one.level_rank = max(able, _GOOD)
            self._limit(own)
            for one in own:
                parent = one.obligation.unit.parent_id
                if parent is not None:
                    self.below[parent].append(one)

    def _organizations_of(self, kind: SubjectKind) -> list[Dossier]:
        return [one for one in self.organizations.values() if one.obligation.subject_kind == kind]

    def _settle_bodies(self) -> None:
        bodies = self.by_kind[SubjectKind.COLLECTIVE]
        for one in bodies:
            one.level_rank = max(one.level_rank, self._unit_rank(one))
            if self._is_reported(one):
                one.level_rank = max(_GOOD, self._unit_rank(one))
            if self._code(one) == CAPPED:
                one.level_rank = max(one.level_rank, _GOOD)
        self._limit(bodies)
        ranks = {one.obligation.collective_id: one.final_rank for one in bodies}
        heads = set(
            Post.objects.filter(collective__in=ranks, position=Position.HEAD).values_list(
                "collective_id", "person_id"
            )
        )
        leaders = self.by_kind[SubjectKind.LEADER]
        for one in leaders:
            owed = one.obligation
            if (owed.collective_id, owed.person_id) not in heads:
                continue
            able = max(ranks.get(owed.collective_id, 0), self._unit_rank(one))
            if self._code(one) == CAPPED:
                one.level_rank = 0
                one.settle(able, _ABOVE_BODY)
            else:
                one.level_rank = max(one.level_rank, able)
        self._limit(leaders)

    def _unit_rank(self, dossier: Dossier) -> int:
        unit = self.organizations.get(dossier.obligation.unit_id)
        return unit.final_rank if unit else 0

    def _code(self, dossier: Dossier) -> str:
        return self.population.grassroots_code(dossier.obligation.unit_id)

    def _is_reported(self, dossier: Dossier) -> bool:
        return self.population.plan_of_unit(dossier.obligation.unit_id).code in _REPORTED

    def _limit(self, dossiers: Iterable[Dossier]) -> None:
        """Keep each group within the strict reading: one in six of those good or better."""
        groups: dict[tuple[int, str], list[Dossier]] = defaultdict(list)
        for one in dossiers:
            place = self.placed[one.obligation.pk]
            groups[place.deciding_unit_id, place.quota_group].append(one)
        for group in groups.values():
            self._limit_group(group)

    def _limit_group(self, group: Sequence[Dossier]) -> None:
        able = [one for one in group if one.final_rank <= _GOOD]
        best = [one for one in able if one.final_rank == 0]
        limit = len(able) // 6
        for one in best[limit:]:
            if self._code(one) == GENEROUS:
                one.settle(_GOOD, _OVER_QUOTA)
            else:
                one.level_rank = _GOOD
        if self._code(group[0]) in EXACT and group[0].obligation.subject_kind == (
            SubjectKind.MEMBER
        ):
            rest = [one for one in able if one.final_rank == _GOOD]
            for one in rest[: max(0, limit - len(best))]:
                one.level_rank = 0


def best_rank(below: Sequence[int]) -> int:
    """Return the best level that the levels below leave to an organisation."""
    good_count = sum(rank <= _GOOD for rank in below)
    if _UNSATISFACTORY in below or 2 * good_count < len(below):
        return _SATISFACTORY
    return 0 if 10 * good_count >= 8 * len(below) else _GOOD
