"""One person's reminders of one day, and the superior's summary of a week."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import current_cycles_for, rulebook_of
from tusoi.engine import Citation
from tusoi.people.models import Account
from tusoi.remediation.enums import PlanState
from tusoi.remediation.models import RemediationAction
from tusoi.remediation.queries import OPEN_STATES, is_overdue, without_owner
from tusoi.reminders.enums import STEP_OF, Place, ReminderKind
from tusoi.reminders.models import MutedReminder
from tusoi.reminders.queries.days import is_spoken_of, opens_week
from tusoi.reminders.queries.duties import Duty, duties_of, nodes_with
from tusoi.reviews.queries.scopes import overdue_dossiers
from tusoi.units.enums import CELL_KINDS
from tusoi.units.models import Unit


# Counting stops here; a summary then says "more than".
BOUND: Final = 999


@dataclass(frozen=True)
class SummaryLine:
    """How many things of one sort are behind in the units that somebody looks after."""

    title: str
    count: int
    place: Place
    narrowed: str = ""

    @property
    def is_beyond_bound(self) -> bool:
        return self.count > BOUND


@dataclass(frozen=True)
class Digest:
    """What is said to one person on one day."""

    on: dt.date
    duties: tuple[Duty, ...] = ()
    summary: tuple[SummaryLine, ...] = ()

    @property
    def count(self) -> int:
        return len(self.duties) + len(self.summary)

    @property
    def late(self) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.due_on < self.on)

    @property
    def coming(self) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.due_on >= self.on)


@dataclass(frozen=True)
class Choice:
    """One kind of reminder as a person finds it: on, off, or not theirs to turn off."""

    kind: ReminderKind
    is_on: bool
    is_demanded: bool
    # Where the rulebook of the person's cycle asks for the thing, and whether that is certain.
    cites: tuple[Citation, ...] = ()
    status: str = ""
    cycles: tuple[ReviewCycle, ...] = field(default=())


def demanded_kinds() -> frozenset[ReminderKind]:
    return frozenset(ReminderKind(name) for name in settings.TUSOI_REMINDERS_DEMANDED)


def muted_kinds(account: Account) -> frozenset[ReminderKind]:
    """Return what the person turned off and may turn off."""
    rows = MutedReminder.objects.filter(account=account).values_list("kind", flat=True)
    return frozenset(ReminderKind(kind) for kind in rows) - demanded_kinds()


def choices_of(account: Account, *, on: dt.date) -> list[Choice]:
    """Return every kind with the person's choice, and what stands behind those without one."""
    muted, demanded = muted_kinds(account), demanded_kinds()
    cycles = tuple(current_cycles_for(account, on).select_related("rulebook_copy")[:1])
    return [_choice(kind, muted, demanded, cycles) for kind in ReminderKind]


def _choice(
    kind: ReminderKind,
    muted: Collection[ReminderKind],
    demanded: Collection[ReminderKind],
    cycles: tuple[ReviewCycle, ...],
) -> Choice:
    cites: tuple[Citation, ...] = ()
    status = ""
    if kind in demanded and kind in STEP_OF:
        for cycle in cycles:
            rulebook = rulebook_of(cycle)
            for stage in rulebook.stages:
                if stage.step == STEP_OF[kind]:
                    status = stage.status.value
                    cites = tuple(dict.fromkeys(rulebook.citations(stage.cites)))
                    break
    return Choice(kind, kind not in muted, kind in demanded, cites, status, cycles)


def digest_of(account: Account, *, on: dt.date) -> Digest:
    """Return what the letter of a day says; empty when there is nothing to say on it."""
    muted = muted_kinds(account)
    duties = tuple(
        duty
        for duty in duties_of(account, on=on)
        if duty.kind not in muted and is_spoken_of(duty.due_on, on)
    )
    summary: tuple[SummaryLine, ...] = ()
    if ReminderKind.SUMMARY not in muted and opens_week(on):
        summary = summary_of(account, on=on)
    return Digest(on, duties, summary)


def summary_of(account: Account, *, on: dt.date) -> tuple[SummaryLine, ...]:
    """Count what is behind in the units that somebody looks after; what is nothing is left out.

    Whoever looks after one cell alone hears of each thing by itself and gets no summary.
    """
    if not _looks_after_others(account, on=on):
        return ()
    lines = []
    if nodes_with(account, Permission.REVIEW_RETURN, on=on):
        lines.append(
            SummaryLine(
                _("Hồ sơ quá hạn chưa nộp"),
                _bounded(overdue_dossiers(account, on=on)),
                Place.REVIEWS,
                "state=overdue&charge=1",
            )
        )
    remedies = RemediationAction.objects.filter(
        plan__unit__in=units_for(account, Permission.REMEDIATION_VIEW, on=on),
        state__in=OPEN_STATES,
    ).exclude(plan__state=PlanState.DRAFT)
    lines += [
        SummaryLine(
            _("Việc khắc phục quá hạn"),
            _bounded(remedies.filter(is_overdue(on))),
            Place.REMEDIES,
            "flag=overdue",
        ),
        SummaryLine(
            _("Việc khắc phục chưa có nơi chủ trì"),
            _bounded(remedies.filter(without_owner())),
            Place.REMEDIES,
            "flag=no_owner",
        ),
    ]
    return tuple(line for line in lines if line.count)


def _looks_after_others(account: Account, *, on: dt.date) -> bool:
    nodes = nodes_with(account, Permission.REMEDIATION_VIEW, on=on)
    return bool(nodes) and Unit.objects.filter(pk__in=nodes).exclude(kind__in=CELL_KINDS).exists()


def _bounded(rows: QuerySet[Obligation] | QuerySet[RemediationAction]) -> int:
    return rows.order_by()[: BOUND + 1].count()
