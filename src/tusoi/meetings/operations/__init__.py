"""Verbs of the meeting room: calling a meeting, holding it, writing down what it said."""

from tusoi.meetings.operations.attending import (
    PresenceEntry,
    add_guest,
    record_attendance,
    remove_guest,
    set_officers,
)
from tusoi.meetings.operations.discussing import (
    add_remark,
    conclude_item,
    delete_remark,
    edit_remark,
    postpone_item,
    reopen_item,
)
from tusoi.meetings.operations.holding import (
    cancel_meeting,
    close_meeting,
    open_meeting,
    reopen_meeting,
)
from tusoi.meetings.operations.planning import edit_meeting, plan_meeting


__all__ = [
    "PresenceEntry",
    "add_guest",
    "add_remark",
    "cancel_meeting",
    "close_meeting",
    "conclude_item",
    "delete_remark",
    "edit_meeting",
    "edit_remark",
    "open_meeting",
    "plan_meeting",
    "postpone_item",
    "record_attendance",
    "remove_guest",
    "reopen_item",
    "reopen_meeting",
    "set_officers",
]
