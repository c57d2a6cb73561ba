"""What a check is, and how one is carried out for a reader."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Final

from django.db import models
from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.people.models import Account
from tusoi.units.models import Unit


# Reading stops here; the page then says "more than". The export has its own bound.
BOUND: Final = 200
# So many lines stand under a check before its own page has to be opened.
SHOWN: Final = 5


class Severity(models.TextChoices):
    """How bad it is: a serious fault makes `tusoi check` fail, the other is to be looked at."""

    SERIOUS = "serious", _("phải sửa")
    NOTICE = "notice", _("cần xem lại")


class Door(StrEnum):
    """The page on which a fault is put right; the web knows its address."""

    ACTION = auto()
    SHORTCOMING = auto()
    PLAN = auto()
    PLAN_START = auto()
    UNIT = auto()
    PERSON = auto()
    ACCOUNT = auto()
    MEETING = auto()
    CYCLE = auto()
    CYCLE_UNIT = auto()
    RATING = auto()


@dataclass(frozen=True)
class Scope:
    """Who asks, on which day; a check reads nothing beyond what they may see."""

    actor: Account
    on: dt.date

    def units(self, permission: Permission) -> QuerySet[Unit]:
        return units_for(self.actor, permission, on=self.on)

    def is_everything(self, permission: Permission) -> Q:
        """Return the condition that no unit at all lies outside the scope.

        Of people who belong to no unit, only those learn who look after every unit.
        """
        outside = Unit.objects.exclude(pk__in=self.units(permission).values("pk"))
        return Q(~Exists(outside))


@dataclass(frozen=True)
class Fault:
    """One row that a check found: what, where, and where to mend it."""

    text: str
    place: str
    door: Door
    keys: tuple[str, ...] = ()
    due_on: dt.date | None = None


@dataclass(frozen=True)
class Check:
    key: str
    severity: Severity
    title: StrOrPromise
    # What is wrong with it, and what to do, in the words of the office.
    explanation: StrOrPromise
    remedy: StrOrPromise
    # Whoever holds it somewhere sees the faults of the units there.
    permission: Permission
    rows: Callable[[Scope], Iterable[Any]]
    tell: Callable[[Any], Fault]


@dataclass(frozen=True)
class Finding:
    """What one check says to one reader."""

    check: Check
    faults: tuple[Fault, ...]
    count: int

    @property
    def is_clean(self) -> bool:
        return self.count == 0

    @property
    def is_serious(self) -> bool:
        return not self.is_clean and self.check.severity is Severity.SERIOUS

    @property
    def is_beyond_bound(self) -> bool:
        return self.count > BOUND

    @property
    def first(self) -> tuple[Fault, ...]:
        return self.faults[:SHOWN]

    @property
    def has_more(self) -> bool:
        return self.count > SHOWN


def faults_of(check: Check, scope: Scope, *, limit: int = BOUND) -> tuple[Fault, ...]:
    """Return the faults that one check finds, one more than the limit where there are more."""
    rows = check.rows(scope)
    found = rows[: limit + 1] if isinstance(rows, QuerySet) else list(rows)[: limit + 1]
    return tuple(check.tell(row) for row in found)


def examine(checks: Iterable[Check], scope: Scope) -> list[Finding]:
    """Carry out the checks, one statement each; the serious findings come first."""
    findings = []
    for check in checks:
        faults = faults_of(check, scope)
        findings.append(Finding(check, faults[:BOUND], len(faults)))
    return sorted(findings, key=lambda one: (one.is_clean, not one.is_serious))
