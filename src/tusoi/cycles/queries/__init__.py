"""What other rooms and the pages read about cycles."""

from tusoi.cycles.queries.cycles import (
    current_cycles_for,
    cycles_for,
    obligations_for,
    own_obligations,
    rulebook_of,
)
from tusoi.cycles.queries.opening import (
    KindPreview,
    OpeningPreview,
    Reason,
    preview_opening,
    reason_of,
)


__all__ = [
    "KindPreview",
    "OpeningPreview",
    "Reason",
    "current_cycles_for",
    "cycles_for",
    "obligations_for",
    "own_obligations",
    "preview_opening",
    "reason_of",
    "rulebook_of",
]
