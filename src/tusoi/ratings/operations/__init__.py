"""What is done to ratings. A step is a record of its own; nothing once written is changed."""

from tusoi.ratings.operations.again import Again, rate_again
from tusoi.ratings.operations.checks import Choice, EnteredFact
from tusoi.ratings.operations.deciding import Decision, decide_batch, decide_rating
from tusoi.ratings.operations.granting import grant_exception, withdraw_exception
from tusoi.ratings.operations.steps import appraise_rating, propose_rating, withdraw_step


__all__ = [
    "Again",
    "Choice",
    "Decision",
    "EnteredFact",
    "appraise_rating",
    "decide_batch",
    "decide_rating",
    "grant_exception",
    "propose_rating",
    "rate_again",
    "withdraw_exception",
    "withdraw_step",
]
