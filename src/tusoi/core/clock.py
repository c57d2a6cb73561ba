"""The one place that reads the clock; rooms take `at` and `on` as arguments."""

import datetime as dt

from django.conf import settings
from django.utils import timezone


def now() -> dt.datetime:
    """Return this moment, moved to the day of TUSOI_CLOCK where that is set.

    The time of day stays the real one, so that things done one after the other stay in order.
    """
    moment = timezone.now()
    if not settings.TUSOI_CLOCK:
        return moment
    day = dt.date.fromisoformat(settings.TUSOI_CLOCK)
    local = timezone.localtime(moment)
    return local.replace(year=day.year, month=day.month, day=day.day)


def today() -> dt.date:
    return timezone.localtime(now()).date()


def local_day(moment: dt.datetime) -> dt.date:
    """Return the calendar day of a moment in the installation's time zone."""
    return timezone.localtime(moment).date()
