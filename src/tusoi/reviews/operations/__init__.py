"""What can be done with self-reviews, prompts and comments."""

from tusoi.reviews.operations.earlier import EarlierLine, fill_earlier
from tusoi.reviews.operations.many import Outcome, Refusal, accept_reviews, return_reviews
from tusoi.reviews.operations.prompts import attach_comment, issue_prompt, withdraw_prompt
from tusoi.reviews.operations.rows import (
    Conflict,
    RowEdit,
    add_row,
    delete_row,
    move_row,
    resolve_row_conflict,
    restore_row,
)
from tusoi.reviews.operations.superior import (
    Document,
    record_superior_acceptance,
    record_superior_return,
)
from tusoi.reviews.operations.way import (
    accept_review,
    complete_review,
    return_review,
    start_review,
    submit_review,
    withdraw_review,
)
from tusoi.reviews.operations.writing import (
    Draft,
    SaveOutcome,
    TextEdit,
    answer_prompt,
    resolve_conflict,
    save_answer,
    save_draft,
    save_grades,
    save_rows,
)


__all__ = [
    "Conflict",
    "Document",
    "Draft",
    "EarlierLine",
    "Outcome",
    "Refusal",
    "RowEdit",
    "SaveOutcome",
    "TextEdit",
    "accept_review",
    "accept_reviews",
    "add_row",
    "answer_prompt",
    "attach_comment",
    "complete_review",
    "delete_row",
    "fill_earlier",
    "issue_prompt",
    "move_row",
    "record_superior_acceptance",
    "record_superior_return",
    "resolve_conflict",
    "resolve_row_conflict",
    "restore_row",
    "return_review",
    "return_reviews",
    "save_answer",
    "save_draft",
    "save_grades",
    "save_rows",
    "start_review",
    "submit_review",
    "withdraw_prompt",
    "withdraw_review",
]
