"""What can be done with cycles, dossiers and their progress."""

from tusoi.cycles.operations.drafting import (
    CycleDraft,
    Directive,
    create_cycle,
    default_calendar,
    edit_cycle,
)
from tusoi.cycles.operations.opening import open_cycle
from tusoi.cycles.operations.rebuilding import Difference, rebuild_progress
from tusoi.cycles.operations.steps import (
    record_step,
    record_steps,
    undo_step,
    undo_steps,
)


__all__ = [
    "CycleDraft",
    "Difference",
    "Directive",
    "create_cycle",
    "default_calendar",
    "edit_cycle",
    "open_cycle",
    "rebuild_progress",
    "record_step",
    "record_steps",
    "undo_step",
    "undo_steps",
]
