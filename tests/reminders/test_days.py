"""When something is said of a deadline: before it, on it, weekly after, never on a day off."""

import datetime as dt

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tusoi.reminders.queries import is_day_off, is_spoken_of, opens_week


# 30 November 2022 was a Wednesday.
DUE = dt.date(2022, 11, 30)


@pytest.fixture(autouse=True)
def _usual(settings):
    settings.TUSOI_HOLIDAYS = frozenset()
    settings.TUSOI_REMIND_DAYS = (7, 1)


def _days(due_on, first, last):
    every = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if is_spoken_of(due_on, day)]


def test_a_deadline_in_mid_week():
    said = _days(DUE, dt.date(2022, 11, 1), dt.date(2022, 12, 20))

    assert [day.isoformat()[5:] for day in said] == [
        "11-23",
        "11-29",
        "11-30",
        "12-07",
        "12-14",
    ]


def test_a_deadline_on_sunday_is_spoken_of_on_friday_and_on_mondays_after():
    sunday = dt.date(2022, 12, 4)

    said = _days(sunday, dt.date(2022, 11, 20), dt.date(2022, 12, 20))

    # A week before is a Sunday too: said the Friday before that.
    assert [day.isoformat()[5:] for day in said] == ["11-25", "12-02", "12-12", "12-19"]


def test_holidays_are_days_off(settings):
    settings.TUSOI_HOLIDAYS = frozenset({DUE, DUE - dt.timedelta(days=1)})

    said = _days(DUE, dt.date(2022, 11, 25), dt.date(2022, 12, 1))

    # The Monday before takes over both.
    assert said == [dt.date(2022, 11, 28)]


def test_the_number_of_days_is_the_installations(settings):
    settings.TUSOI_REMIND_DAYS = (14, 3)

    said = _days(DUE, dt.date(2022, 11, 1), DUE)

    assert [day.isoformat()[5:] for day in said] == ["11-16", "11-25", "11-30"]


def test_a_week_opens_on_its_first_working_day(settings):
    monday = dt.date(2022, 11, 28)
    assert opens_week(monday)
    assert not any(opens_week(monday + dt.timedelta(days=n)) for n in range(1, 7))

    settings.TUSOI_HOLIDAYS = frozenset({monday})
    assert not opens_week(monday)
    assert opens_week(monday + dt.timedelta(days=1))


def test_a_calendar_of_holidays_alone_ends(settings):
    settings.TUSOI_HOLIDAYS = frozenset(DUE + dt.timedelta(days=n) for n in range(-80, 80))

    assert not is_spoken_of(DUE, DUE)
    assert not opens_week(DUE)


_DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2023, 12, 31))


@hypothesis_settings(max_examples=80, deadline=None)
@given(due_on=_DAYS, off=st.frozensets(st.integers(-20, 60), max_size=6))
def test_every_deadline_is_heard_of_before_it_and_no_day_off_is_broken(due_on, off):
    holidays = frozenset(due_on + dt.timedelta(days=n) for n in off)
    with override_settings(TUSOI_HOLIDAYS=holidays, TUSOI_REMIND_DAYS=(7, 1)):
        said = _days(due_on, due_on - dt.timedelta(days=40), due_on + dt.timedelta(days=60))

        assert not any(is_day_off(day) for day in said)
        assert any(day <= due_on for day in said)
        # Weekly after, not daily: no more than the eight weeks of the window hold.
        after = [day for day in said if day > due_on]
        assert 5 <= len(after) <= 9
