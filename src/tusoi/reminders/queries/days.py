"""On which days something is said about a deadline; nothing is said on a day off."""

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.conf import settings


_SATURDAY: Final = 5
_WEEK: Final = 7
_DAY: Final = dt.timedelta(days=1)
# Longer than any run of days off; a calendar of nothing else must not hang the sender.
_LONGEST_REST: Final = 31


def is_day_off(day: dt.date, holidays: Collection[dt.date] | None = None) -> bool:
    off = settings.TUSOI_HOLIDAYS if holidays is None else holidays
    return day.weekday() >= _SATURDAY or day in off


def is_spoken_of(due_on: dt.date, on: dt.date) -> bool:
    """Say whether a reader hears of a deadline today.

    So many days before as the installation chose, on the day, and every week after. What would
    fall on a day off is said on the last working day before it; after the deadline, on the next.
    """
    if is_day_off(on):
        return False
    if on <= due_on:
        before = {due_on - dt.timedelta(days=ahead) for ahead in settings.TUSOI_REMIND_DAYS}
        return any(_moved(day, -_DAY) == on for day in (due_on, *before))
    # A deadline on a day off was spoken of before it; the week counts from the deadline.
    weeks = (on - due_on).days // _WEEK
    nominal = due_on + dt.timedelta(days=weeks * _WEEK)
    return weeks > 0 and _moved(nominal, _DAY) == on


def opens_week(on: dt.date) -> bool:
    """Say whether a day is the first working day of its week, when superiors get their summary."""
    monday = on - dt.timedelta(days=on.weekday())
    return not is_day_off(on) and _moved(monday, _DAY) == on


def _moved(day: dt.date, step: dt.timedelta) -> dt.date:
    for _again in range(_LONGEST_REST):
        if not is_day_off(day):
            break
        day += step
    return day
