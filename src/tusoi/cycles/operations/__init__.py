"""What can be done with cycles, dossiers and their progress."""

from tusoi.cycles.operations.adjusting import (
    add_obligation,
    add_obligations,
    add_unit,
    cancel_obligation,
    cancel_obligations,
)
from tusoi.cycles.operations.classifying import classify_obligation
from tusoi.cycles.operations.drafting import (
    CycleDraft,
    Directive,
    create_cycle,
    default_calendar,
    edit_cycle,
)
from tusoi.cycles.operations.explaining import Reason
from tusoi.cycles.operations.moving import UnitOutcome, cancel_unit, hand_over
from tusoi.cycles.operations.opening import open_cycle
from tusoi.cycles.operations.rebuilding import Difference, rebuild_progress
from tusoi.cycles.operations.reorganizing import reorganize_units
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
from tusoi.cycles.operations.undoing import undo_adjustment, undo_together


__all__ = [
    "CycleDraft",
    "Difference",
    "Directive",
    "Reason",
    "UnitOutcome",
    "acknowledge_directive",
    "add_obligation",
    "add_obligations",
    "add_unit",
    "cancel_obligation",
    "cancel_obligations",
    "cancel_unit",
    "classify_obligation",
    "close_cycle",
    "create_cycle",
    "default_calendar",
    "edit_cycle",
    "grant_lock_exception",
    "hand_over",
    "open_cycle",
    "rebuild_progress",
    "record_step",
    "record_steps",
    "reorganize_units",
    "undo_adjustment",
    "undo_step",
    "undo_steps",
    "undo_together",
]
