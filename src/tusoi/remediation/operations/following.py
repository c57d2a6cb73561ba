"""What fell short becomes something that is followed: out of reviews, and from elsewhere."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require as require_role
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.core.text import search_key
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.mirror.vague import is_vague
from tusoi.people.models import Account
from tusoi.remediation.enums import CauseClass, ListKind, ShortcomingState, SourceKind
from tusoi.remediation.errors import (
    AnswerableElsewhere,
    CauseMissing,
    EntryNotFit,
    EntryThereAlready,
    LabelMissing,
    NatureMissing,
    PreviousNotFit,
    ReviewNotHandedIn,
    ShortcomingChangedMeanwhile,
    ShortcomingStepNotAllowed,
    ShortcomingTakenUp,
    SourceNotFit,
    UnitNotInCycle,
)
from tusoi.remediation.models import FollowedShortcoming, ListEntry
from tusoi.remediation.operations.counting import Recount, count_days
from tusoi.remediation.operations.steps import begin, move, settle
from tusoi.remediation.permissions import may_analyze, may_erase, may_record, require
from tusoi.remediation.queries.plans import owners_for, plan_for
from tusoi.remediation.queries.shortcomings import entries_for, past_of
from tusoi.reviews.enums import HANDED_IN_STATES, CauseKind, ShortcomingKind, Topic
from tusoi.reviews.models import SelfReview, Shortcoming
from tusoi.reviews.permissions import can_read


# What is taken over from the row of a review as long as nobody has edited it here.
_TOLD: Final = (
    "kind",
    "topic",
    "nature",
    "extent",
    "target_id",
    "cause_kind",
    "cause",
    "collective_responsibility",
    "personal_responsibility",
)
_UNCHOSEN: Final[Mapping[str, str]] = {"topic": Topic.OTHER, "cause_kind": CauseKind.UNKNOWN}


@dataclass(frozen=True)
class ShortcomingContent:
    """What a person writes about one shortcoming."""

    nature: str
    kind: str = ShortcomingKind.LIMITATION
    topic: str = Topic.OTHER
    topic_entry_id: int | None = None
    extent: str = ""
    planned_value: Decimal | None = None
    reached_value: Decimal | None = None
    value_unit: str = ""
    target_id: int | None = None
    target_text: str = ""
    place: str = ""
    collective_responsibility: str = ""
    personal_responsibility: str = ""
    answerable_ids: Collection[int] = ()


@dataclass(frozen=True)
class Source:
    """Where a shortcoming was pointed out, if not in a review."""

    kind: SourceKind = SourceKind.BY_HAND
    note: str = ""
    prompt_id: int | None = None


@dataclass(frozen=True)
class Cause:
    """Why it fell short."""

    kind: str
    text: str
    classified: str = ""
    entry_id: int | None = None


_COLUMNS: Final = tuple(
    name for name in ShortcomingContent.__dataclass_fields__ if name != "answerable_ids"
)


# -- out of reviews ------------------------------------------------------------------------------


@transaction.atomic
def follow_review(*, review_id: int, actor: Account, at: dt.datetime) -> int:
    """Follow every shortcoming that a handed-in review names; return how many are new.

    A second time it brings the texts up to date that nobody has edited since, and lets go of
    what the review no longer names and nobody has taken up.

    Raises:
        NotPermitted: the actor may not read the review.
        ReviewNotHandedIn: its author is still writing.
    """
    review = (
        SelfReview.objects.select_for_update(of=("self",))
        .select_related("obligation__cycle", "obligation__unit", "obligation__person")
        .get(pk=review_id)
    )
    require(can_read(actor, review, on=local_day(at)))
    if review.state not in HANDED_IN_STATES:
        raise ReviewNotHandedIn
    told = {one.pk: one for one in review.shortcomings.exclude(nature="").order_by("position")}
    known = {one.told_id: one for one in FollowedShortcoming.objects.filter(told__in=told)}
    fresh = [row for pk, row in told.items() if pk not in known]
    home = _home(review)
    with Recount() as recount:
        _refresh_texts(recount, [(one, told[pk]) for pk, one in known.items() if pk])
        for one in known.values():
            if one.unit_id != home and not one.must_stay():
                _bring(recount, one, home, actor, at)
        for row in list(fresh):
            twin = _told_elsewhere(review, row, home)
            if twin is not None:
                _bind(recount, twin, row, actor, at)
                fresh.remove(row)
                continue
            one = _follow(review, row, home, actor, at)
            recount.add([one.pk])
        _let_go(recount, review, home, actor, at)
    return len(fresh)


def _home(review: SelfReview) -> int:
    """Return where what a review names is followed: where it counts, or where its plan began."""
    owed = review.obligation
    plan = plan_for(owed.cycle_id, owed.unit_id, owed.person_id) if owed.person_id else None
    return plan.unit_id if plan else owed.unit_id


def _told_elsewhere(review: SelfReview, row: Shortcoming, home: int) -> FollowedShortcoming | None:
    """Return what a meeting, an inspection or the unit wrote down in the same words before."""
    owed = review.obligation
    words = search_key(row.nature)
    found = FollowedShortcoming.objects.filter(
        cycle=owed.cycle_id,
        unit=home,
        person=owed.person_id,
        told__isnull=True,
        collective=owed.collective_id if owed.person_id is None else None,
    ).exclude(state=ShortcomingState.CLOSED)
    return next((one for one in found.order_by("pk") if search_key(one.nature) == words), None)


def _bind(
    recount: Recount,
    one: FollowedShortcoming,
    row: Shortcoming,
    actor: Account,
    at: dt.datetime,
) -> None:
    """Let a review tell what is followed already; the texts stay as they are followed."""
    recount.touch([one.pk])
    one.told = row
    one.version += 1
    one.save(update_fields=["told", "version"])
    _log(one, "bind_shortcoming", actor, at)


def _bring(
    recount: Recount, one: FollowedShortcoming, home: int, actor: Account, at: dt.datetime
) -> None:
    """Let what nobody has taken up yet count where its dossier was handed over to."""
    recount.touch([one.pk])
    steps = list(one.transitions.values_list("pk", flat=True))
    count_days(steps, sign=-1)
    one.unit_id = home
    one.save(update_fields=["unit"])
    count_days(steps)
    _log(one, "move_shortcoming", actor, at)


def _follow(
    review: SelfReview, row: Shortcoming, home: int, actor: Account, at: dt.datetime
) -> FollowedShortcoming:
    owed = review.obligation
    one = FollowedShortcoming(
        cycle_id=owed.cycle_id,
        unit_id=home,
        person_id=owed.person_id,
        collective_id=owed.collective_id if owed.person_id is None else None,
        source=SourceKind.REVIEW,
        told=row,
        recorded_at=at,
        recorded_by=actor,
    )
    _take_over(one, row)
    _link_same_words(one)
    one.save()
    begin(one, actor=actor, at=at)
    if row.cause.strip() and _told(row, "cause_kind") != CauseKind.UNKNOWN:
        move(one, ShortcomingState.CAUSE_ANALYZED, actor=actor, at=at)
    return one


def _take_over(one: FollowedShortcoming, row: Shortcoming) -> None:
    for name in _TOLD:
        setattr(one, name, _told(row, name))
    _derive(one)


def _told(row: Shortcoming, name: str) -> Any:
    """Return what a row says; what its author did not choose is asked for by who follows it."""
    value = getattr(row, name)
    return _UNCHOSEN.get(name, value) if value == "" else value


def _refresh_texts(
    recount: Recount, pairs: Collection[tuple[FollowedShortcoming, Shortcoming]]
) -> None:
    for one, row in pairs:
        is_same = all(getattr(one, name) == _told(row, name) for name in _TOLD)
        untold = not row.cause.strip() or _told(row, "cause_kind") == CauseKind.UNKNOWN
        is_analyzed = one.state != ShortcomingState.RECORDED
        if one.version > 1 or is_same or (is_analyzed and untold):
            continue
        recount.touch([one.pk])
        _take_over(one, row)
        one.save()


def _let_go(
    recount: Recount, review: SelfReview, home: int, actor: Account, at: dt.datetime
) -> None:
    owed = review.obligation
    untold = FollowedShortcoming.objects.filter(
        cycle=owed.cycle_id,
        unit=home,
        person=owed.person_id,
        collective=owed.collective_id if owed.person_id is None else None,
        source=SourceKind.REVIEW,
        told__isnull=True,
    )
    for one in untold.order_by("pk"):
        if not one.must_stay():
            _erase(recount, one, actor, at)


def _link_same_words(one: FollowedShortcoming) -> None:
    """A shortcoming told in the same words as last year is the same one, come back."""
    words = search_key(one.nature)
    for past in past_of(one):
        if search_key(past.nature) == words and not hasattr(past, "returned"):
            one.previous, one.years_in_row = past, past.years_in_row + 1
            return


# -- from elsewhere ------------------------------------------------------------------------------


@transaction.atomic
def record_shortcoming(
    *,
    cycle_id: int,
    unit_id: int,
    content: ShortcomingContent,
    source: Source,
    actor: Account,
    at: dt.datetime,
) -> FollowedShortcoming:
    """Write down what a meeting, an inspection, an appraisal or the unit itself found.

    Raises:
        NotPermitted: the actor neither plans nor inspects there.
        RemediationError: what is written does not hold together.
    """
    require(may_record(actor, unit_id, on=local_day(at)))
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle_id)
    if not CycleUnit.objects.filter(cycle=cycle, unit=unit_id).exists():
        raise UnitNotInCycle
    if source.kind is SourceKind.REVIEW:
        raise SourceNotFit
    one = FollowedShortcoming(
        cycle=cycle,
        unit_id=unit_id,
        source=source.kind,
        source_note=source.note.strip(),
        prompt_id=source.prompt_id if source.kind is SourceKind.PROMPT else None,
        recorded_at=at,
        recorded_by=actor,
    )
    _fill(one, content, on=local_day(at))
    _require_answerable(one, content.answerable_ids)
    twin = added_already(one, when="recorded_at", at=at)
    if twin is not None:
        return twin
    _link_same_words(one)
    one.save()
    one.answerable.set(content.answerable_ids)
    with Recount() as recount:
        begin(one, actor=actor, at=at)
        recount.add([one.pk])
    return one


@transaction.atomic
def edit_shortcoming(
    *,
    shortcoming_id: int,
    version: int,
    content: ShortcomingContent,
    actor: Account,
    at: dt.datetime,
) -> FollowedShortcoming:
    """Change what is followed, as it was opened at `version`; the review keeps its own words.

    Raises:
        ShortcomingChangedMeanwhile: somebody saved it since; nothing is overwritten.
        ShortcomingStepNotAllowed: it is closed.
        RemediationError: what is written does not hold together.
    """
    one = locked(shortcoming_id)
    require(may_analyze(actor, one, on=local_day(at)))
    if one.state == ShortcomingState.CLOSED:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))
    if one.version != version:
        raise ShortcomingChangedMeanwhile
    _require_answerable(one, content.answerable_ids)
    changed = [name for name in _COLUMNS if getattr(one, name) != getattr(content, name)]
    with Recount() as recount:
        recount.touch([one.pk])
        _fill(one, content, on=local_day(at))
        one.version += 1
        one.save()
        one.answerable.set(content.answerable_ids)
    _log(one, "edit_shortcoming", actor, at, note=", ".join(changed))
    return one


@transaction.atomic
def analyze_cause(
    *,
    shortcoming_id: int,
    cause: Cause,
    actor: Account,
    at: dt.datetime,
    version: int | None = None,
) -> FollowedShortcoming:
    """Write down why it fell short; a first time this is a step, later a correction.

    Raises:
        ShortcomingChangedMeanwhile: `version` is given, and somebody saved it since.
        CauseMissing, EntryNotFit: what is written does not say it.
        ShortcomingStepNotAllowed: it is closed.
    """
    one = locked(shortcoming_id)
    require(may_analyze(actor, one, on=local_day(at)))
    if one.state == ShortcomingState.CLOSED:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))
    if version is not None and one.version != version:
        raise ShortcomingChangedMeanwhile
    if not cause.text.strip() or cause.kind in {"", CauseKind.UNKNOWN}:
        raise CauseMissing
    _require_entry(one, ListKind.CAUSE, cause.classified, cause.entry_id, on=local_day(at))
    with Recount() as recount:
        recount.touch([one.pk])
        one.cause_kind, one.cause = cause.kind, cause.text.strip()
        one.cause_class, one.cause_entry_id = cause.classified, cause.entry_id
        one.version += 1
        one.save()
        if one.state == ShortcomingState.RECORDED:
            move(one, ShortcomingState.CAUSE_ANALYZED, actor=actor, at=at)
            settle([one.pk], actor=actor, at=at)
        else:
            _log(one, "analyze_cause", actor, at)
    return one


@transaction.atomic
def erase_shortcoming(
    *, shortcoming_id: int, reason: str, actor: Account, at: dt.datetime
) -> None:
    """Take out what was recorded by mistake, before anything was done about it.

    What an inspection or the level above wrote down is erased by who wrote it.

    Raises:
        NotPermitted: the actor does not record there, or somebody else found it.
        SourceNotFit: it stands in a review; there it is taken out.
        ShortcomingTakenUp: something else tells of it already.
    """
    one = locked(shortcoming_id)
    require(may_erase(actor, one, on=local_day(at)))
    if one.told_id is not None:
        raise SourceNotFit
    if one.must_stay():
        raise ShortcomingTakenUp
    with Recount() as recount:
        _erase(recount, one, actor, at, reason=reason.strip())


def _erase(
    recount: Recount,
    one: FollowedShortcoming,
    actor: Account,
    at: dt.datetime,
    *,
    reason: str = "",
) -> None:
    recount.touch([one.pk])
    recount.forget(one.pk)
    count_days(list(one.transitions.values_list("pk", flat=True)), sign=-1)
    _log(one, "erase_shortcoming", actor, at, note=f"{reason}: {one.nature}".removeprefix(": "))
    one.delete()


@transaction.atomic
def link_returned(
    *, shortcoming_id: int, previous_id: int | None, actor: Account, at: dt.datetime
) -> FollowedShortcoming:
    """Say of which shortcoming of the period before this one is the return; or of none.

    Raises:
        PreviousNotFit: it is another subject's, not of an earlier period, or linked already.
    """
    one = locked(shortcoming_id)
    require(may_analyze(actor, one, on=local_day(at)))
    past = past_of(one).filter(pk=previous_id).first() if previous_id else None
    if previous_id and (past is None or getattr(past, "returned", one) != one):
        raise PreviousNotFit
    if hasattr(one, "returned"):
        # The years of what came later count on from here.
        raise PreviousNotFit
    with Recount() as recount:
        recount.touch([one.pk])
        one.previous = past
        one.years_in_row = past.years_in_row + 1 if past else 1
        one.save(update_fields=["previous", "years_in_row"])
    _log(one, "link_returned", actor, at)
    return one


# -- the shared lists ----------------------------------------------------------------------------


@transaction.atomic
def add_list_entry(
    *, kind: ListKind, under: str, label: str, unit_id: int, actor: Account, at: dt.datetime
) -> ListEntry:
    """Add an organisation's own word to a shared list, for itself and all below it.

    Raises:
        LabelMissing, EntryThereAlready, EntryNotFit: why not.
    """
    require_role(actor, Permission.REMEDIATION_PLAN, unit_id=unit_id, on=local_day(at))
    label = label.strip()
    if not label:
        raise LabelMissing
    if under not in _built_in(kind):
        raise EntryNotFit
    same = ListEntry.objects.filter(list=kind, unit=unit_id, under=under, label=label)
    if same.filter(valid_to__isnull=True).exists():
        raise EntryThereAlready
    made = ListEntry.objects.create(
        list=kind,
        under=under,
        label=label,
        unit_id=unit_id,
        valid_from=local_day(at),
        added_at=at,
        added_by=actor,
    )
    audit.record(
        actor=actor, at=at, action="remediation.add_list_entry", obj=made, unit_id=unit_id
    )
    return made


@transaction.atomic
def end_list_entry(*, entry_id: int, actor: Account, at: dt.datetime) -> ListEntry:
    """Offer an entry no longer; what already bears it keeps it."""
    entry = ListEntry.objects.select_for_update().get(pk=entry_id)
    on = local_day(at)
    require_role(actor, Permission.REMEDIATION_PLAN, unit_id=entry.unit_id, on=on)
    if entry.valid_to is None:
        entry.valid_to = max(on, entry.valid_from + dt.timedelta(days=1))
        entry.save(update_fields=["valid_to"])
        audit.record(
            actor=actor,
            at=at,
            action="remediation.end_list_entry",
            obj=entry,
            unit_id=entry.unit_id,
        )
    return entry


# -- inside --------------------------------------------------------------------------------------


def locked(shortcoming_id: int) -> FollowedShortcoming:
    return (
        FollowedShortcoming.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .get(pk=shortcoming_id)
    )


def _built_in(kind: ListKind) -> Collection[str]:
    return Topic.values if kind is ListKind.TOPIC else CauseClass.values


def _fill(one: FollowedShortcoming, content: ShortcomingContent, *, on: dt.date) -> None:
    if not content.nature.strip():
        raise NatureMissing
    _require_entry(one, ListKind.TOPIC, content.topic, content.topic_entry_id, on=on)
    for name in _COLUMNS:
        value = getattr(content, name)
        setattr(one, name, value.strip() if isinstance(value, str) else value)
    _derive(one)


def _require_answerable(one: FollowedShortcoming, ids: Collection[int]) -> None:
    """Those of the unit and below may answer for it, and who was named before and left."""
    wanted = set(ids)
    if one.pk is not None:
        wanted -= set(one.answerable.values_list("pk", flat=True))
    if owners_for(one.unit_id).filter(pk__in=wanted).count() != len(wanted):
        raise AnswerableElsewhere


def _derive(one: FollowedShortcoming) -> None:
    one.search_key = one.words()
    one.is_vague = is_vague(one.nature, one.extent) and one.reached_value is None


def _require_entry(
    one: FollowedShortcoming, kind: ListKind, under: str, entry_id: int | None, *, on: dt.date
) -> None:
    if under and under not in _built_in(kind):
        raise EntryNotFit
    kept = one.topic_entry_id if kind is ListKind.TOPIC else one.cause_entry_id
    if entry_id is None or entry_id == kept:
        return
    if not entries_for(one.unit_id, kind, on=on).filter(pk=entry_id, under=under).exists():
        raise EntryNotFit


def _log(
    one: FollowedShortcoming, verb: str, actor: Account, at: dt.datetime, *, note: str = ""
) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=f"remediation.{verb}",
        obj=one,
        unit_id=one.unit_id,
        from_state=one.state,
        to_state=one.state,
        note=note,
    )
