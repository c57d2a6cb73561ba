from tusoi.web.meetings.views.attending import add_guest, attendance, officers, remove_guest
from tusoi.web.meetings.views.holding import cancel, close, meeting_detail, open_meeting, reopen
from tusoi.web.meetings.views.items import (
    add_remark,
    conclude,
    delete_remark,
    edit_remark,
    item_detail,
    postpone,
    reopen_item,
)
from tusoi.web.meetings.views.planning import edit, meeting_list, plan, plan_choose
from tusoi.web.meetings.views.printing import minutes, summons


__all__ = [
    "add_guest",
    "add_remark",
    "attendance",
    "cancel",
    "close",
    "conclude",
    "delete_remark",
    "edit",
    "edit_remark",
    "item_detail",
    "meeting_detail",
    "meeting_list",
    "minutes",
    "officers",
    "open_meeting",
    "plan",
    "plan_choose",
    "postpone",
    "remove_guest",
    "reopen",
    "reopen_item",
    "summons",
]
