"""What other rooms and the pages read about ratings."""

from tusoi.ratings.queries.board import (
    READY,
    UNRATED,
    BoardFilter,
    board,
    decidable_units,
    groups_waiting,
    history_of,
    obligations_rated_under,
    records_of,
    waiting_for_decision,
)
from tusoi.ratings.queries.facts import (
    Assessment,
    FactEntry,
    assess,
    enterable_facts,
    facts_of,
    scores_of,
)
from tusoi.ratings.queries.later import (
    Overtaken,
    OvertakenPage,
    is_overtaken,
    may_be_overtaken,
    overtaken_decisions,
)
from tusoi.ratings.queries.order import Ahead, ratings_ahead
from tusoi.ratings.queries.placement import (
    Placement,
    deciding_unit_of,
    deciding_units,
    placement_of,
    placements,
    quota_group_of,
    quota_groups,
)
from tusoi.ratings.queries.quota import (
    Group,
    QuotaMeter,
    grants_of_cycle,
    group_label,
    group_places,
    quota_meters,
)
from tusoi.ratings.queries.replay import OPEN, Replayed, moves, replay, settled_level


__all__ = [
    "OPEN",
    "READY",
    "UNRATED",
    "Ahead",
    "Assessment",
    "BoardFilter",
    "FactEntry",
    "Group",
    "Overtaken",
    "OvertakenPage",
    "Placement",
    "QuotaMeter",
    "Replayed",
    "assess",
    "board",
    "decidable_units",
    "deciding_unit_of",
    "deciding_units",
    "enterable_facts",
    "facts_of",
    "grants_of_cycle",
    "group_label",
    "group_places",
    "groups_waiting",
    "history_of",
    "is_overtaken",
    "may_be_overtaken",
    "moves",
    "obligations_rated_under",
    "overtaken_decisions",
    "placement_of",
    "placements",
    "quota_group_of",
    "quota_groups",
    "quota_meters",
    "ratings_ahead",
    "records_of",
    "replay",
    "scores_of",
    "settled_level",
    "waiting_for_decision",
]
