"""Changes of the ballot room, each one step of one poll under the lock of its row."""

from tusoi.ballots.operations.casting import cast_ballot
from tusoi.ballots.operations.counting import (
    check_count,
    close_poll,
    enter_tally,
    open_urn,
    sign_poll,
    unlock_urn,
    withdraw_tally,
)
from tusoi.ballots.operations.keeping import destroy_due_keys, destroy_key
from tusoi.ballots.operations.opening import (
    HolderWords,
    PollOpened,
    activate_spares,
    ask_spares,
    end_rehearsal,
    mark_issued,
    open_poll,
    start_rehearsal,
    void_code,
)
from tusoi.ballots.operations.preparing import (
    QuestionDraft,
    add_question,
    change_mode,
    discard_poll,
    prepare_poll,
    remove_question,
    repeat_poll,
)
from tusoi.ballots.operations.shared import scrub_storage
from tusoi.ballots.operations.voiding import agree_void, ask_void, withdraw_void


__all__ = [
    "HolderWords",
    "PollOpened",
    "QuestionDraft",
    "activate_spares",
    "add_question",
    "agree_void",
    "ask_spares",
    "ask_void",
    "cast_ballot",
    "change_mode",
    "check_count",
    "close_poll",
    "destroy_due_keys",
    "destroy_key",
    "discard_poll",
    "end_rehearsal",
    "enter_tally",
    "mark_issued",
    "open_poll",
    "open_urn",
    "prepare_poll",
    "remove_question",
    "repeat_poll",
    "scrub_storage",
    "sign_poll",
    "start_rehearsal",
    "unlock_urn",
    "void_code",
    "withdraw_tally",
    "withdraw_void",
]
