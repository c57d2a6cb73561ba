"""Verbs of the meeting room: calling a meeting, holding it, writing down what it said."""

from tusoi.meetings.operations.answering import (
    add_answer,
    ask_correction,
    delete_answer,
    pause,
    settle_correction,
    take_up_item,
)
from tusoi.meetings.operations.attending import (
    PresenceEntry,
    add_guest,
    record_attendance,
    record_times,
    remove_guest,
    set_officers,
)
from tusoi.meetings.operations.discussing import (
    add_remark,
    conclude_item,
    delete_remark,
    edit_remark,
    postpone_item,
    postpone_rest,
    reopen_item,
)
from tusoi.meetings.operations.documents import add_documents, remove_document
from tusoi.meetings.operations.holding import (
    cancel_meeting,
    close_meeting,
    open_meeting,
    reopen_meeting,
)
from tusoi.meetings.operations.inviting import record_documents_sent, reply_to_summons
from tusoi.meetings.operations.minutes import (
    MinutesEdit,
    MinutesSaved,
    Signer,
    approve_minutes,
    ask_minutes_change,
    correct_minutes,
    resolve_minutes_conflict,
    save_minutes,
    save_minutes_templates,
    settle_minutes_request,
    sign_minutes,
    start_minutes,
    withdraw_minutes,
)
from tusoi.meetings.operations.planning import edit_meeting, plan_meeting


__all__ = [
    "MinutesEdit",
    "MinutesSaved",
    "PresenceEntry",
    "Signer",
    "add_answer",
    "add_documents",
    "add_guest",
    "add_remark",
    "approve_minutes",
    "ask_correction",
    "ask_minutes_change",
    "cancel_meeting",
    "close_meeting",
    "conclude_item",
    "correct_minutes",
    "delete_answer",
    "delete_remark",
    "edit_meeting",
    "edit_remark",
    "open_meeting",
    "pause",
    "plan_meeting",
    "postpone_item",
    "postpone_rest",
    "record_attendance",
    "record_documents_sent",
    "record_times",
    "remove_document",
    "remove_guest",
    "reopen_item",
    "reopen_meeting",
    "reply_to_summons",
    "resolve_minutes_conflict",
    "save_minutes",
    "save_minutes_templates",
    "set_officers",
    "settle_correction",
    "settle_minutes_request",
    "sign_minutes",
    "start_minutes",
    "take_up_item",
    "withdraw_minutes",
]
