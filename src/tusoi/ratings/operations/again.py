"""A decision taken again, because something came to light; both decisions stay on record."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require_at
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.errors import ObligationCancelled
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.errors import AgainNeedsGrounds, AgainNotForeseen, NotYetDecided
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.operations.checks import (
    Choice,
    Step,
    new_record,
    obligation_to_rate,
    read_entered,
    taken_already,
    weigh,
)
from tusoi.ratings.operations.deciding import beyond_quota, groups_over_quota
from tusoi.ratings.queries.facts import assess


@dataclass(frozen=True)
class Again:
    """Why a rating is decided again: by which rule of the rulebook, and what came to light."""

    rule: str
    grounds: str
    document: str = ""
    quota_reasons: str = ""


@transaction.atomic
def rate_again(
    *, obligation_id: int, choice: Choice, again: Again, actor: Account, at: dt.datetime
) -> RatingRecord:
    """Replace a decided level; also once the cycle is closed.

    The former decision stays and is told; the quota of the group counts the new level.

    Raises:
        NotPermitted: the actor does not decide there.
        NotYetDecided, AgainNotForeseen, AgainNeedsGrounds, RatingError: why not.
    """
    obligation = obligation_to_rate(obligation_id)
    rating = Rating.objects.select_for_update(of=("self",)).filter(obligation=obligation).first()
    if rating is None or rating.step != RatingStep.DECIDED:
        raise NotYetDecided
    require_at(actor, Permission.RATING_DECIDE, unit_id=rating.deciding_unit_id, on=local_day(at))
    if obligation.cancelled_on is not None:
        raise ObligationCancelled
    if again.rule not in {one.id for one in rulebook_of(obligation.cycle).rerating}:
        raise AgainNotForeseen
    if not again.grounds.strip():
        raise AgainNeedsGrounds
    entered = {obligation.pk: read_entered(obligation, choice.facts)}
    assessment = assess(obligation.cycle, [obligation], entered=entered)[obligation.pk]
    weighed = weigh(assessment, choice)
    reasons = again.quota_reasons.strip()
    over = groups_over_quota(
        obligation.cycle, {obligation.pk: rating}, {obligation.pk: choice.level_id}, reasons
    )
    taken = Step(RatingStep.DECIDED, rating.deciding_unit_id, actor, at, again.document.strip())
    record = (
        beyond_quota(rating, taken, weighed, reasons)
        if over
        else new_record(rating, taken, weighed)
    )
    record.again_rule, record.again_grounds = again.rule, again.grounds.strip()
    if (twin := taken_already(record)) is not None:
        return twin
    record.save()
    rating.level_id = record.level_id
    rating.save(update_fields=["level_id"])
    audit.record(
        actor=actor,
        at=at,
        action="ratings.rate_again",
        obj=rating,
        unit_id=rating.deciding_unit_id,
        from_state=RatingStep.DECIDED,
        to_state=RatingStep.DECIDED,
        note=record.document,
    )
    return record
