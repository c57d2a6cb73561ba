from tusoi.reminders.operations.addresses import confirm_address, confirmation_for
from tusoi.reminders.operations.choosing import choose_reminders
from tusoi.reminders.operations.feeds import issue_feed, revoke_feed
from tusoi.reminders.operations.sending import (
    PATIENCE,
    claim_digest,
    mark_digest_sent,
    receivers,
)


__all__ = [
    "PATIENCE",
    "choose_reminders",
    "claim_digest",
    "confirm_address",
    "confirmation_for",
    "issue_feed",
    "mark_digest_sent",
    "receivers",
    "revoke_feed",
]
