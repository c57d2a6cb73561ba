"""What other rooms and the pages read about ratings."""

from tusoi.ratings.queries.placement import (
    Placement,
    deciding_unit_of,
    deciding_units,
    placement_of,
    placements,
    quota_group_of,
    quota_groups,
)


__all__ = [
    "Placement",
    "deciding_unit_of",
    "deciding_units",
    "placement_of",
    "placements",
    "quota_group_of",
    "quota_groups",
]
