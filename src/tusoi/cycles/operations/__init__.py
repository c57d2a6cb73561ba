"""What can be done with cycles, dossiers and their progress."""

from tusoi.cycles.operations.adjusting import (
    Reason,
    add_obligation,
    add_unit,
    cancel_obligation,
    cancel_unit,
)
from tusoi.cycles.operations.drafting import (
    CycleDraft,
    Directive,
    create_cycle,
    default_calendar,
    edit_cycle,
)
from tusoi.cycles.operations.opening import open_cycle
from tusoi.cycles.operations.rebuilding import Difference, rebuild_progress
from tusoi.cycles.operations.running import (
    acknowledge_directive,
    close_cycle,
    grant_lock_exception,
)
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
    "Reason",
    "acknowledge_directive",
    "add_obligation",
    "add_unit",
    "cancel_obligation",
    "cancel_unit",
    "close_cycle",
    "create_cycle",
    "default_calendar",
    "edit_cycle",
    "grant_lock_exception",
    "open_cycle",
    "rebuild_progress",
    "record_step",
    "record_steps",
    "undo_step",
    "undo_steps",
]
