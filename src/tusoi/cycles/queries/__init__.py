"""What other rooms and the pages read about cycles."""

from tusoi.cycles.queries.cycles import (
    classes_for,
    current_cycles_for,
    cycles_for,
    obligations_for,
    own_obligations,
    reads_directive,
    rule_class_of,
    rulebook_of,
)
from tusoi.cycles.queries.dossiers import (
    DossierState,
    dossiers_at,
    entrances,
    in_state,
    path_to,
    state_of,
    unacknowledged,
    unit_in_scope,
)
from tusoi.cycles.queries.locks import may_submit
from tusoi.cycles.queries.opening import (
    KindPreview,
    OpeningPreview,
    Reason,
    preview_opening,
    reason_of,
)
from tusoi.cycles.queries.progress import (
    Counts,
    Node,
    Progress,
    Week,
    progress_of,
    weekly_progress,
)


__all__ = [
    "Counts",
    "DossierState",
    "KindPreview",
    "Node",
    "OpeningPreview",
    "Progress",
    "Reason",
    "Week",
    "classes_for",
    "current_cycles_for",
    "cycles_for",
    "dossiers_at",
    "entrances",
    "in_state",
    "may_submit",
    "obligations_for",
    "own_obligations",
    "path_to",
    "preview_opening",
    "progress_of",
    "reads_directive",
    "reason_of",
    "rule_class_of",
    "rulebook_of",
    "state_of",
    "unacknowledged",
    "unit_in_scope",
    "weekly_progress",
]
