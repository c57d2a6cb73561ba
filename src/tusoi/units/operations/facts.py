"""Dated facts that rules read: exemption and suspension, discipline, commendation."""

import datetime as dt
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.people.enums import MemberStage, StandingKind
from tusoi.people.models import Account, MemberStanding, PartyMember
from tusoi.units.enums import (
    FULL_MEMBER_DISCIPLINES,
    ORGANIZATION_DISCIPLINES,
    PROBATIONARY_DISCIPLINES,
    CommendationKind,
    DisciplineKind,
    Permission,
)
from tusoi.units.errors import (
    AlreadyEnded,
    AlreadyRecorded,
    BeforeAdmission,
    DatesOutOfOrder,
    DisciplineDoesNotApply,
    StandingOverlaps,
    UnitNotYetFounded,
)
from tusoi.units.models import Commendation, Discipline, Unit
from tusoi.units.operations.basis import check_not_future
from tusoi.units.operations.members import check_in_party, lock_member, require_over_person
from tusoi.units.permissions import require


D = TypeVar("D", Discipline, Commendation)


@transaction.atomic
def record_standing(  # noqa: PLR0913 -- who, what, from when to when, by which document, by whom, when
    *,
    member_id: int,
    kind: StandingKind,
    valid_from: dt.date,
    actor: Account,
    at: dt.datetime,
    valid_to: dt.date | None = None,
    document: str = "",
) -> MemberStanding:
    """Record an exemption, a suspension or a long leave; `valid_to` is its last day, if known.

    Raises:
        NotPermitted: no unit that answers for the member lies within the actor's roles.
        StandingOverlaps: the same is recorded for a part of that time.
        UnitError: the dates cannot be right; the sentence says why.
    """
    member = lock_member(member_id)
    unit_id = require_over_person(member.person, actor=actor, at=at)
    check_not_future(valid_from, at=at)
    check_in_party(member, on=valid_from)
    if valid_to is not None and valid_to < valid_from:
        raise DatesOutOfOrder(valid_from)
    overlapping = member.standings.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), kind=kind
    )
    if valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=valid_to)
    if overlapping.exists():
        raise StandingOverlaps
    row = MemberStanding.objects.create(
        member=member, kind=kind, valid_from=valid_from, valid_to=valid_to, document=document
    )
    audit.record(
        actor=actor, at=at, action="people.standing", obj=row, unit_id=unit_id, to_state=kind.value
    )
    return row


@transaction.atomic
def end_standing(
    *, standing_id: int, last_day: dt.date, actor: Account, at: dt.datetime
) -> MemberStanding:
    """Record the last day of an exemption, a suspension or a leave.

    Raises:
        NotPermitted: no unit that answers for the member lies within the actor's roles.
        AlreadyEnded, DatesOutOfOrder: there is nothing to end on that day.
    """
    row = (
        MemberStanding.objects.select_for_update(of=("self",))
        .select_related("member__person")
        .get(pk=standing_id)
    )
    unit_id = require_over_person(row.member.person, actor=actor, at=at)
    if row.valid_to is not None:
        raise AlreadyEnded(row.valid_to)
    if last_day < row.valid_from:
        raise DatesOutOfOrder(row.valid_from)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        at=at,
        action="people.end_standing",
        obj=row,
        unit_id=unit_id,
        from_state=row.kind,
    )
    return row


# -- discipline and commendation -----------------------------------------------------------------


def _subject(
    *, member_id: int | None, unit_id: int | None, actor: Account, at: dt.datetime
) -> tuple[PartyMember | None, Unit | None, int]:
    """Return the one of the two that is meant, after the guard, and the unit that answers."""
    if (member_id is None) == (unit_id is None):
        msg = "Name either a member or a unit."
        raise ValueError(msg)
    if member_id is not None:
        member = lock_member(member_id)
        return member, None, require_over_person(member.person, actor=actor, at=at)
    assert unit_id is not None  # noqa: S101 -- for the type checker: one of the two is set
    require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
    return None, Unit.objects.select_for_update().get(pk=unit_id), unit_id


def _check_decided(
    member: PartyMember | None, unit: Unit | None, *, on: dt.date, at: dt.datetime
) -> None:
    check_not_future(on, at=at)
    if member is not None and on < member.admitted_on:
        raise BeforeAdmission(member.admitted_on)
    if unit is not None and on < unit.established_on:
        raise UnitNotYetFounded(unit.name, unit.established_on)


def _recorded_once(row: D) -> D:
    """Store a decision, unless a second click would store it again; its subject is locked."""
    said = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    if type(row)._default_manager.filter(**said).exists():
        raise AlreadyRecorded
    row.save()
    return row


def _check_discipline(member: PartyMember | None, kind: DisciplineKind, *, on: dt.date) -> None:
    allowed = ORGANIZATION_DISCIPLINES
    if member is not None:
        is_probationary = member.stage_on(on) == MemberStage.PROBATIONARY
        allowed = PROBATIONARY_DISCIPLINES if is_probationary else FULL_MEMBER_DISCIPLINES
    if kind not in allowed:
        raise DisciplineDoesNotApply(str(kind.label))


@transaction.atomic
def record_discipline(  # noqa: PLR0913 -- on whom, what, where it arose, when, by which document, by whom
    *,
    kind: DisciplineKind,
    decided_on: dt.date,
    arose_in_id: int,
    actor: Account,
    at: dt.datetime,
    member_id: int | None = None,
    unit_id: int | None = None,
    is_duty_related: bool = False,
    document: str = "",
) -> Discipline:
    """Record a disciplinary decision on a member or on an organisation.

    Expulsion and dissolution are recorded as decisions; that the member leaves or the
    organisation closes is a step of its own.

    Raises:
        NotPermitted: the member or the organisation lies outside the actor's roles.
        DisciplineDoesNotApply: the Charter knows no such form for them.
        AlreadyRecorded: the same decision, word for word.
        UnitError: the day cannot be right.
    """
    member, unit, answers = _subject(member_id=member_id, unit_id=unit_id, actor=actor, at=at)
    _check_decided(member, unit, on=decided_on, at=at)
    _check_discipline(member, kind, on=decided_on)
    row = _recorded_once(
        Discipline(
            member=member,
            unit=unit,
            arose_in_id=arose_in_id,
            kind=kind,
            decided_on=decided_on,
            is_duty_related=is_duty_related,
            document=document,
        )
    )
    audit.record(
        actor=actor, at=at, action="people.discipline", obj=row, unit_id=answers, to_state=kind
    )
    return row


@transaction.atomic
def record_commendation(  # noqa: PLR0913 -- of whom, what, when, for what, by which document, by whom
    *,
    kind: CommendationKind,
    decided_on: dt.date,
    actor: Account,
    at: dt.datetime,
    member_id: int | None = None,
    unit_id: int | None = None,
    reason: str = "",
    document: str = "",
) -> Commendation:
    """Record a commendation of a member or of an organisation.

    Raises:
        NotPermitted: the member or the organisation lies outside the actor's roles.
        UnitError: the day cannot be right.
    """
    member, unit, answers = _subject(member_id=member_id, unit_id=unit_id, actor=actor, at=at)
    _check_decided(member, unit, on=decided_on, at=at)
    row = _recorded_once(
        Commendation(
            member=member,
            unit=unit,
            kind=kind,
            decided_on=decided_on,
            reason=reason,
            document=document,
        )
    )
    audit.record(
        actor=actor, at=at, action="people.commendation", obj=row, unit_id=answers, to_state=kind
    )
    return row
