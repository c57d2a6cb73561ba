"""What other rooms and the pages read about self-reviews."""

from tusoi.reviews.errors import Gap
from tusoi.reviews.queries.comments import CommentNeed, comment_needs
from tusoi.reviews.queries.conditions import Condition, LevelConditions, level_conditions
from tusoi.reviews.queries.content import (
    Content,
    content_of,
    deleted_rows,
    form_of,
    gaps_in,
    is_required,
    open_conflicts,
    open_prompts,
    open_row_conflicts,
    required_questions,
    response_to,
    rows_of,
    written_rows,
)
from tusoi.reviews.queries.earlier import previous_review
from tusoi.reviews.queries.facts import (
    ReviewFacts,
    initiatives_for,
    readable_handed_in,
    review_facts,
    shortcomings_for,
    targets_for,
    targets_of,
)
from tusoi.reviews.queries.rows import Base, row_base, row_content, row_values, text_base
from tusoi.reviews.queries.scopes import (
    dossiers_in_charge,
    obligations_in_scope,
    obligations_to_write,
    overdue_dossiers,
    overdue_on,
    prompts_for,
    reviews_for,
    reviews_written_by,
)
from tusoi.reviews.queries.scores import scored_criteria, scores_handed_in, total_points


__all__ = [
    "Base",
    "CommentNeed",
    "Condition",
    "Content",
    "Gap",
    "LevelConditions",
    "ReviewFacts",
    "comment_needs",
    "content_of",
    "deleted_rows",
    "dossiers_in_charge",
    "form_of",
    "gaps_in",
    "initiatives_for",
    "is_required",
    "level_conditions",
    "obligations_in_scope",
    "obligations_to_write",
    "open_conflicts",
    "open_prompts",
    "open_row_conflicts",
    "overdue_dossiers",
    "overdue_on",
    "previous_review",
    "prompts_for",
    "readable_handed_in",
    "required_questions",
    "response_to",
    "review_facts",
    "reviews_for",
    "reviews_written_by",
    "row_base",
    "row_content",
    "row_values",
    "rows_of",
    "scored_criteria",
    "scores_handed_in",
    "shortcomings_for",
    "targets_for",
    "targets_of",
    "text_base",
    "total_points",
    "written_rows",
]
