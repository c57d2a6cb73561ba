"""A cycle before it opens: written, corrected and pinned to a rulebook by a person."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import Cadence, CycleState, StageKey, SubjectKind
from tusoi.cycles.errors import (
    CalendarIncomplete,
    CycleNotDraft,
    PeriodReversed,
    SettingUnknown,
)
from tusoi.cycles.models import CycleStage, ReviewCycle, RulebookCopy
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.library import load_identity
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import StageStep


Calendar = Mapping[tuple[SubjectKind, StageKey], dt.date]

# The rulebook tells writing from handing in; the calendar has one deadline for both.
_STAGES: Final[Mapping[StageStep, StageKey]] = {
    StageStep.ACKNOWLEDGE: StageKey.ACKNOWLEDGE,
    StageStep.SUBMIT: StageKey.SELF_REVIEW,
    StageStep.MEETING: StageKey.MEETING,
    StageStep.PROPOSE: StageKey.PROPOSE,
    StageStep.APPRAISE: StageKey.APPRAISE,
    StageStep.DECIDE: StageKey.DECIDE,
    StageStep.REMEDY: StageKey.REMEDY,
}


@dataclass(frozen=True)
class Directive:
    number: str = ""
    on: dt.date | None = None
    issuer: str = ""
    requirements: str = ""
    files: Sequence[StoredFile] = ()


@dataclass(frozen=True)
class CycleDraft:
    """All that a person decides about a cycle before it opens."""

    name: str
    year: int
    period_from: dt.date
    period_to: dt.date
    rulebook_identity: str
    cadence: Cadence = Cadence.ANNUAL
    rulebook_settings: Mapping[str, str] = field(default_factory=dict)
    directive: Directive = Directive()
    # Empty: the days that the rulebook suggests.
    calendar: Calendar = field(default_factory=dict)
    locks_after_due: bool = False
    is_sample: bool = False


def default_calendar(rulebook: Rulebook, year: int) -> dict[tuple[SubjectKind, StageKey], dt.date]:
    """Return the days that the rulebook suggests, the same for every kind of subject."""
    return {
        (kind, _STAGES[stage.step]): stage.due_on(year)
        for stage in rulebook.stages
        if stage.step in _STAGES
        for kind in SubjectKind
    }


@transaction.atomic
def create_cycle(
    *, root_id: int, draft: CycleDraft, actor: Account, at: dt.datetime
) -> ReviewCycle:
    """Write down a cycle; nobody below sees it before it opens.

    Raises:
        NotPermitted: the actor may not open cycles at this unit.
        CycleError: the draft contradicts itself or its rulebook.
    """
    require(actor, Permission.CYCLE_OPEN, unit_id=root_id, on=local_day(at))
    cycle = ReviewCycle(root_id=root_id, created_at=at, created_by=actor)
    _fill(cycle, draft, at)
    audit.record(
        actor=actor,
        at=at,
        action="cycles.create",
        obj=cycle,
        unit_id=root_id,
        to_state=cycle.state,
        note=cycle.rulebook_identity,
    )
    return cycle


@transaction.atomic
def edit_cycle(
    *, cycle_id: int, draft: CycleDraft, actor: Account, at: dt.datetime
) -> ReviewCycle:
    """Replace what a draft says; its root stays.

    Raises:
        NotPermitted, CycleNotDraft, CycleError: see `create_cycle`.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    require(actor, Permission.CYCLE_OPEN, unit_id=cycle.root_id, on=local_day(at))
    if cycle.state != CycleState.DRAFT:
        raise CycleNotDraft
    _fill(cycle, draft, at)
    audit.record(
        actor=actor,
        at=at,
        action="cycles.edit",
        obj=cycle,
        unit_id=cycle.root_id,
        from_state=cycle.state,
        to_state=cycle.state,
        note=cycle.rulebook_identity,
    )
    return cycle


def _fill(cycle: ReviewCycle, draft: CycleDraft, at: dt.datetime) -> None:
    if draft.period_to < draft.period_from:
        raise PeriodReversed
    rulebook = load_identity(draft.rulebook_identity)
    calendar = draft.calendar or default_calendar(rulebook, draft.year)
    if any((kind, StageKey.SELF_REVIEW) not in calendar for kind in SubjectKind):
        raise CalendarIncomplete
    cycle.name, cycle.year, cycle.cadence = draft.name, draft.year, draft.cadence
    cycle.period_from, cycle.period_to = draft.period_from, draft.period_to
    cycle.locks_after_due, cycle.is_sample = draft.locks_after_due, draft.is_sample
    _pin(cycle, rulebook, draft.rulebook_settings, at)
    directive = draft.directive
    cycle.directive_number, cycle.directive_on = directive.number, directive.on
    cycle.directive_issuer = directive.issuer
    cycle.directive_requirements = directive.requirements
    cycle.save()
    cycle.directive_files.set(directive.files)
    cycle.stages.all().delete()
    CycleStage.objects.bulk_create(
        CycleStage(cycle=cycle, subject_kind=kind, key=key, due_on=due_on)
        for (kind, key), due_on in calendar.items()
    )


def _pin(
    cycle: ReviewCycle, rulebook: Rulebook, settings: Mapping[str, str], at: dt.datetime
) -> None:
    """Keep the rulebook as it is now, with every choice written out, defaults included."""
    known = {one.id for one in rulebook.settings}
    if set(settings) - known:
        raise SettingUnknown
    try:
        chosen = {name: rulebook.setting(name, settings) for name in sorted(known)}
    except NotInRulebook as error:
        raise SettingUnknown from error
    cycle.rulebook_identity = rulebook.identity
    cycle.rulebook_fingerprint = rulebook.fingerprint
    cycle.rulebook_settings = chosen
    cycle.rulebook_copy, _created = RulebookCopy.objects.get_or_create(
        fingerprint=rulebook.fingerprint,
        defaults={
            "identity": rulebook.identity,
            "snapshot": rulebook.snapshot(),
            "kept_at": at,
        },
    )
