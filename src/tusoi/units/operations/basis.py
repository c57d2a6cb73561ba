"""What every change of an organisation rests on: a day, a document; and the checks of days."""

import datetime as dt
from dataclasses import dataclass

from tusoi.core.clock import local_day
from tusoi.units.errors import EffectiveInFuture, UnitClosed, UnitNotYetFounded
from tusoi.units.models import Unit


@dataclass(frozen=True)
class Basis:
    """The day from which a change holds and the document that ordered it."""

    effective_on: dt.date
    document: str = ""
    note: str = ""


def check_not_future(day: dt.date, *, at: dt.datetime) -> None:
    """Refuse a day that has not come: what is planned may still be decided otherwise.

    Raises:
        EffectiveInFuture: the day lies after the moment of writing.
    """
    if day > local_day(at):
        raise EffectiveInFuture(day)


def check_exists(unit: Unit, *, on: dt.date) -> None:
    """Refuse a unit that has closed or was not yet founded on the day.

    Raises:
        UnitClosed: it no longer exists today, so nothing can be joined to it.
        UnitNotYetFounded: it did not exist yet on the day.
    """
    if unit.closed_on is not None:
        raise UnitClosed(unit.name, unit.closed_on)
    if on < unit.established_on:
        raise UnitNotYetFounded(unit.name, unit.established_on)
