"""A person's deadlines as a calendar that other programs read."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from tusoi.people.models import Account
from tusoi.reminders.models import CalendarFeed
from tusoi.reminders.queries.duties import Duty, duties_of


_PRODUCT: Final = "-//Tu Soi//Tu Soi//VI"
_REFRESH: Final = dt.timedelta(hours=6)
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_ABOUT: Final = 80
_DAY: Final = dt.timedelta(days=1)


def hash_of(token: str) -> str:
    """Return what is kept of a link: enough to recognise it, too little to write it."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(account: Account) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(account=account).first()


def feed_under(token: str) -> CalendarFeed | None:
    """Return the feed to which a link leads, while its account is open."""
    return (
        CalendarFeed.objects.filter(
            token_hash=hash_of(token), account__is_active=True, account__is_system=False
        )
        .select_related("account")
        .first()
    )


def calendar_of(
    feed: CalendarFeed, *, on: dt.date, address_of: Callable[[Duty], str], host: str
) -> bytes:
    """Write the calendar; the same deadlines make the same bytes.

    Names of other people are in none of it: a thing to do, its day, and where it is done.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Tự Soi: thời hạn của tôi"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for duty in duties_of(feed.account, on=on):
        calendar.add_component(_event(duty, feed, address_of(duty), host))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _plain(text: str) -> str:
    """Leave out what a calendar may not hold."""
    return _CONTROLS.sub(" ", text)


def _event(duty: Duty, feed: CalendarFeed, address: str, host: str) -> Event:
    event = Event()
    event.add("uid", f"{duty.uid}@{host}")
    event.add("dtstamp", feed.issued_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("class", "PRIVATE")
    count = f" ({duty.count})" if duty.count is not None else ""
    if duty.starts_at is None:
        # Calendars show nothing else: two actions of one day must be told apart.
        about = Truncator(_plain(duty.text)).chars(_ABOUT)
        event.add("summary", _("Hạn: %(what)s") % {"what": f"{duty.title}{count} – {about}"})
        event.add("dtstart", duty.due_on)
        event.add("dtend", duty.due_on + _DAY)
        # A deadline takes up no time of the day.
        event.add("transp", "TRANSPARENT")
    else:
        event.add("summary", duty.title)
        event.add("dtstart", timezone.localtime(duty.starts_at))
        if duty.where:
            event.add("location", duty.where)
    text = _plain(duty.text)
    event.add("description", f"{text}\n{address}" if address else text)
    if address:
        event.add("url", address)
    return event
