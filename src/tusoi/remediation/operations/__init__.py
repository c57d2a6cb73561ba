"""What can be done with shortcomings that are followed, with plans and with actions."""

from tusoi.remediation.operations.acting import (
    ActionContent,
    Evidence,
    Step,
    add_action,
    drop_action,
    edit_action,
    finish_action,
    note_progress,
    reopen_action,
    settle_conflict,
    tick_step,
)
from tusoi.remediation.operations.carrying import carry_over
from tusoi.remediation.operations.checking import (
    check_effect,
    close_shortcoming,
    set_check_day,
)
from tusoi.remediation.operations.drafting import draft_plan
from tusoi.remediation.operations.following import (
    Cause,
    ShortcomingContent,
    Source,
    add_list_entry,
    analyze_cause,
    edit_shortcoming,
    end_list_entry,
    erase_shortcoming,
    follow_review,
    link_returned,
    record_shortcoming,
)
from tusoi.remediation.operations.handing import hand_over_action, hand_over_all
from tusoi.remediation.operations.leave import (
    ask_acceptance,
    ask_extension,
    grant_acceptance,
    grant_extension,
    refuse_acceptance,
    refuse_extension,
    revoke_acceptance,
)
from tusoi.remediation.operations.planning import (
    MOST_DAYS,
    accept_plan,
    approve_plan,
    return_plan,
    send_plan,
    set_stages,
    take_over_plan,
)
from tusoi.remediation.operations.rebuilding import (
    RemedyDifference,
    fill_tables,
    rebuild_remedies,
)


__all__ = [
    "MOST_DAYS",
    "ActionContent",
    "Cause",
    "Evidence",
    "RemedyDifference",
    "ShortcomingContent",
    "Source",
    "Step",
    "accept_plan",
    "add_action",
    "add_list_entry",
    "analyze_cause",
    "approve_plan",
    "ask_acceptance",
    "ask_extension",
    "carry_over",
    "check_effect",
    "close_shortcoming",
    "draft_plan",
    "drop_action",
    "edit_action",
    "edit_shortcoming",
    "end_list_entry",
    "erase_shortcoming",
    "fill_tables",
    "finish_action",
    "follow_review",
    "grant_acceptance",
    "grant_extension",
    "hand_over_action",
    "hand_over_all",
    "link_returned",
    "note_progress",
    "rebuild_remedies",
    "record_shortcoming",
    "refuse_acceptance",
    "refuse_extension",
    "reopen_action",
    "return_plan",
    "revoke_acceptance",
    "send_plan",
    "set_check_day",
    "set_stages",
    "settle_conflict",
    "take_over_plan",
    "tick_step",
]
