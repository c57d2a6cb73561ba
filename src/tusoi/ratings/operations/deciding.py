"""The decision: one subject or a batch, all of it or nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require_at
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import ProgressStep, SubjectKind
from tusoi.cycles.errors import CycleError
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import record_steps
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.errors import (
    AlreadyDecided,
    BatchRefused,
    NothingToDecide,
    NotYetProposed,
    OrderNotKept,
    QuotaExceeded,
    RatingError,
    Refusal,
)
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.operations.checks import (
    Choice,
    Step,
    Weighed,
    check_subject,
    locked_ratings,
    new_record,
    read_entered,
    weigh,
)
from tusoi.ratings.queries.facts import Assessment, assess
from tusoi.ratings.queries.order import is_head, ratings_ahead
from tusoi.ratings.queries.placement import placement_of
from tusoi.ratings.queries.quota import (
    Group,
    grants_in_force,
    group_counts,
    group_label,
    limit_of,
    quota_of_group,
)
from tusoi.units.models import Unit


@dataclass(frozen=True)
class Decision:
    """One subject of a batch and the level decided for it."""

    obligation_id: int
    choice: Choice


@dataclass(frozen=True)
class _Batch:
    cycle: ReviewCycle
    choices: Mapping[int, Choice]
    ratings: Mapping[int, Rating]
    actor: Account
    at: dt.datetime
    document: str
    may_override: bool


def decide_rating(
    *,
    obligation_id: int,
    choice: Choice,
    actor: Account,
    at: dt.datetime,
    document: str = "",
    quota_reasons: str = "",
) -> RatingRecord:
    """Decide one subject, with reasons also beyond the rules; see `decide_batch`."""
    return _decide(
        [Decision(obligation_id, choice)],
        _Words(document, quota_reasons, may_override=True),
        actor=actor,
        at=at,
    )[0]


def decide_batch(
    *,
    decisions: Sequence[Decision],
    actor: Account,
    at: dt.datetime,
    document: str = "",
    quota_reasons: str = "",
) -> list[RatingRecord]:
    """Decide the levels of subjects of one cycle, all of them or none.

    Only a role on the deciding unit itself decides. A level that the rules close is refused
    here; one that only a presumption closes needs grounds. More at the best level than a binding
    quota allows needs `quota_reasons`. Within a batch organisations come before collectives,
    these before leaders, heads last.

    Raises:
        BatchRefused: subjects that can't be decided, with a sentence for each.
        QuotaExceeded: the batch as a whole is over the quota of a group.
    """
    words = _Words(document, quota_reasons, may_override=False)
    return _decide(decisions, words, actor=actor, at=at)


@dataclass(frozen=True)
class _Words:
    document: str
    quota_reasons: str
    may_override: bool


@transaction.atomic
def _decide(
    decisions: Sequence[Decision], words: _Words, *, actor: Account, at: dt.datetime
) -> list[RatingRecord]:
    if not decisions:
        raise NothingToDecide
    quota_reasons = words.quota_reasons
    choices = {one.obligation_id: one.choice for one in decisions}
    obligations = _obligations(list(choices))
    ratings = locked_ratings(obligations[0].cycle, list(choices))
    _require_authority(obligations, ratings, actor, local_day(at))
    batch = _Batch(
        obligations[0].cycle,
        choices,
        ratings,
        actor,
        at,
        words.document.strip(),
        words.may_override,
    )
    _refuse_if_any(_not_decidable(obligations, ratings))
    levels = {pk: choice.level_id for pk, choice in choices.items()}
    over = groups_over_quota(batch.cycle, ratings, levels, quota_reasons.strip())
    records: list[RatingRecord] = []
    for together in _in_order(obligations):
        records += _decide_together(batch, together, over, quota_reasons.strip())
    record_steps(obligation_ids=list(choices), step=ProgressStep.DECIDED, actor=actor, at=at)
    return records


def _obligations(ids: Sequence[int]) -> list[Obligation]:
    found = list(
        Obligation.objects.select_related("unit").filter(pk__in=ids).order_by("sort_key", "pk")
    )
    # Subjects of two cycles follow two rulebooks; one decision can't name both.
    if len(found) != len(set(ids)) or len({one.cycle_id for one in found}) != 1:
        raise Obligation.DoesNotExist
    # Joined to each row, the cycle would bring its whole rulebook once for every subject.
    cycle = ReviewCycle.objects.select_related("rulebook_copy").get(pk=found[0].cycle_id)
    for one in found:
        one.cycle = cycle
    return found


def _require_authority(
    obligations: Sequence[Obligation],
    ratings: Mapping[int, Rating],
    actor: Account,
    on: dt.date,
) -> None:
    places = {
        ratings[one.pk].deciding_unit_id
        if one.pk in ratings
        else placement_of(one).deciding_unit_id
        for one in obligations
    }
    for unit_id in places:
        require_at(actor, Permission.RATING_DECIDE, unit_id=unit_id, on=on)


def _not_decidable(
    obligations: Sequence[Obligation], ratings: Mapping[int, Rating]
) -> Iterator[Refusal]:
    for one in obligations:
        try:
            check_subject(one)
            rating = ratings.get(one.pk)
            if rating is None or rating.step == RatingStep.SELF:
                raise NotYetProposed
            if rating.step == RatingStep.DECIDED:
                raise AlreadyDecided
        except (RatingError, CycleError) as refusal:
            yield Refusal(one.pk, one.name, str(refusal))


def _refuse_if_any(refusals: Iterator[Refusal]) -> None:
    found = tuple(refusals)
    if found:
        raise BatchRefused(found)


def _in_order(obligations: Sequence[Obligation]) -> Iterator[list[Obligation]]:
    """Yield what may be decided at once: each part reads what the one before decided."""
    people = {SubjectKind.LEADER}
    bodies = {SubjectKind.COLLECTIVE}
    first = [one for one in obligations if one.subject_kind not in people | bodies]
    # A lower organisation before the one above it.
    for depth in sorted({_depth(one) for one in first}):
        yield [one for one in first if _depth(one) == depth]
    yield [one for one in obligations if one.subject_kind in bodies]
    leaders = [one for one in obligations if one.subject_kind in people]
    if not leaders:
        return
    known = assess(leaders[0].cycle, leaders)
    yield [one for one in leaders if not is_head(known[one.pk])]
    yield [one for one in leaders if is_head(known[one.pk])]


_ORDER = (
    SubjectKind.MEMBER,
    SubjectKind.CELL,
    SubjectKind.SECTION,
    SubjectKind.GRASSROOTS_ORGANIZATION,
    SubjectKind.SUPERIOR_ORGANIZATION,
)


def _depth(obligation: Obligation) -> int:
    return _ORDER.index(SubjectKind(obligation.subject_kind))


def _decide_together(
    batch: _Batch,
    obligations: Sequence[Obligation],
    over: frozenset[Group],
    quota_reasons: str,
) -> list[RatingRecord]:
    if not obligations:
        return []
    entered = {one.pk: read_entered(one, batch.choices[one.pk].facts) for one in obligations}
    assessments = assess(batch.cycle, obligations, entered=entered)
    ahead = ratings_ahead(batch.cycle, list(assessments.values()))
    records: list[RatingRecord] = []
    refusals: list[Refusal] = []
    for one in obligations:
        try:
            held = [each.sentence for each in ahead[one.pk] if each.is_binding]
            if held:
                raise OrderNotKept(held)
            records.append(_record(batch, assessments[one.pk], over, quota_reasons))
        except RatingError as refusal:
            refusals.append(Refusal(one.pk, one.name, str(refusal)))
    _refuse_if_any(iter(refusals))
    _write(batch, records)
    return records


def _record(
    batch: _Batch, assessment: Assessment, over: frozenset[Group], quota_reasons: str
) -> RatingRecord:
    obligation = assessment.obligation
    rating, choice = batch.ratings[obligation.pk], batch.choices[obligation.pk]
    weighed = weigh(assessment, choice, may_override=batch.may_override)
    group = Group(rating.deciding_unit_id, rating.quota_group)
    taken = Step(
        RatingStep.DECIDED, rating.deciding_unit_id, batch.actor, batch.at, batch.document
    )
    if group in over and quota_reasons:
        return beyond_quota(rating, taken, weighed, quota_reasons)
    return new_record(rating, taken, weighed)


def beyond_quota(
    rating: Rating, taken: Step, weighed: Weighed, quota_reasons: str
) -> RatingRecord:
    """Make the record of a decision in a group over its quota; of the best level, with why."""
    cycle = weighed.assessment.obligation.cycle
    quota = quota_of_group(cycle, rating.quota_group)
    if quota is None or weighed.choice.level_id != quota.level:
        return new_record(rating, taken, weighed)
    parts = (weighed.choice.reasons.strip(), quota_reasons)
    reasons = "\n".join(part for part in parts if part)
    choice = replace(weighed.choice, reasons=reasons)
    record = new_record(rating, taken, replace(weighed, choice=choice, is_override=True))
    record.findings.append(
        {
            "rule": quota.id,
            "kind": "quota",
            "title": {"vi": quota.title.vi, "en": quota.title.en},
            "effect": "fails",
            "status": quota.status.value,
            "citations": [one.in_language("vi") for one in quota.citations],
            "facts": {},
            "levels": [quota.level],
        }
    )
    return record


def _write(batch: _Batch, records: Sequence[RatingRecord]) -> None:
    RatingRecord.objects.bulk_create(records)
    for record in records:
        rating = record.rating
        before = rating.step
        rating.step, rating.level_id = RatingStep.DECIDED, record.level_id
        audit.record(
            actor=batch.actor,
            at=batch.at,
            action="ratings.decide",
            obj=rating,
            unit_id=rating.deciding_unit_id,
            from_state=before,
            to_state=RatingStep.DECIDED,
            note=batch.document,
        )
    Rating.objects.bulk_update([one.rating for one in records], ["step", "level_id"])


def groups_over_quota(
    cycle: ReviewCycle,
    ratings: Mapping[int, Rating],
    levels: Mapping[int, str],
    quota_reasons: str,
) -> frozenset[Group]:
    """Return the groups in which these levels are too many at the best level.

    Proposals that wait do not count against the limit, but those of the base level already
    count for it. A quota that only warns stops nobody.

    Raises:
        QuotaExceeded: no reason is given.
    """
    by_group: dict[Group, list[str]] = defaultdict(list)
    for pk, rating in ratings.items():
        by_group[Group(rating.deciding_unit_id, rating.quota_group)].append(levels[pk])
    over = set()
    grants = grants_in_force(cycle, by_group)
    for group, found in group_counts(cycle, by_group, instead=levels).items():
        quota = quota_of_group(cycle, group.name)
        if quota is None or quota.level not in by_group[group]:
            continue
        limit = limit_of(cycle, group, found, exceptional=group in grants)
        if limit is None or found.decided_excellent <= limit:
            continue
        if not quota_reasons:
            raise QuotaExceeded(
                group=_group_name(cycle, group), count=found.decided_excellent, limit=limit
            )
        over.add(group)
    return frozenset(over)


def _group_name(cycle: ReviewCycle, group: Group) -> str:
    unit = Unit.objects.get(pk=group.deciding_unit_id)
    label = group_label(cycle, group.name)
    return f"{unit.name} – {label}" if label else unit.name
