"""What other parts read about reminders."""

from tusoi.reminders.queries.addresses import is_confirmed
from tusoi.reminders.queries.calendar import calendar_of, feed_of, feed_under, hash_of
from tusoi.reminders.queries.days import is_day_off, is_spoken_of, opens_week
from tusoi.reminders.queries.digest import (
    Choice,
    Digest,
    SummaryLine,
    choices_of,
    demanded_kinds,
    digest_of,
    muted_kinds,
    summary_of,
)
from tusoi.reminders.queries.duties import Duty, duties_of
from tusoi.reminders.queries.letter import Addresses, Letter, letter_of


__all__ = [
    "Addresses",
    "Choice",
    "Digest",
    "Duty",
    "Letter",
    "SummaryLine",
    "calendar_of",
    "choices_of",
    "demanded_kinds",
    "digest_of",
    "duties_of",
    "feed_of",
    "feed_under",
    "hash_of",
    "is_confirmed",
    "is_day_off",
    "is_spoken_of",
    "letter_of",
    "muted_kinds",
    "opens_week",
    "summary_of",
]
