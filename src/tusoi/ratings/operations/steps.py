"""A rating on its way up: proposed by the subject's own body, appraised, taken back."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, require
from tusoi.access.queries import grants_of
from tusoi.access.roles import roles_with
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.models import Obligation
from tusoi.cycles.operations import record_step, undo_step
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.errors import (
    AlreadyAppraised,
    AlreadyDecided,
    NothingToWithdraw,
    NotYetProposed,
    ProposerMayNotAppraise,
    WithdrawalNeedsReason,
)
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.operations.checks import (
    Choice,
    Step,
    check_subject,
    new_record,
    obligation_to_rate,
    read_entered,
    taken_already,
    usable_question,
    weigh,
)
from tusoi.ratings.queries.facts import assess
from tusoi.ratings.queries.placement import placement_of
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.units.models import UnitClosure


@transaction.atomic
def propose_rating(
    *,
    obligation_id: int,
    choice: Choice,
    actor: Account,
    at: dt.datetime,
    question_id: int | None = None,
) -> RatingRecord:
    """Propose a level for a subject that was reviewed; again, as long as nobody appraised it.

    What the subject itself claimed becomes the first record. A level beyond what the rules leave
    open is possible with reasons and stays marked.

    Raises:
        RatingError: the subject is not to be rated, or not now, or not so.
    """
    obligation = obligation_to_rate(obligation_id)
    require(actor, Permission.RATING_PROPOSE, unit_id=obligation.unit_id, on=local_day(at))
    check_subject(obligation)
    entered = read_entered(obligation, choice.facts)
    rating = _rating_to_propose(obligation)
    source = usable_question(obligation, question_id)
    assessment = assess(obligation.cycle, [obligation], entered={obligation.pk: entered})[
        obligation.pk
    ]
    taken = Step(RatingStep.PROPOSED, obligation.unit_id, actor, at)
    record = new_record(rating, taken, weigh(assessment, choice))
    record.question = source
    if (twin := taken_already(record)) is not None:
        return twin
    record.save()
    _advance(rating, record, actor, at)
    record_step(obligation_id=obligation.pk, step=ProgressStep.RATED, actor=actor, at=at)
    return record


@transaction.atomic
def appraise_rating(
    *, obligation_id: int, choice: Choice, actor: Account, at: dt.datetime
) -> RatingRecord:
    """Weigh a proposal on behalf of the deciding authority; by nobody who proposed it.

    Raises:
        RatingError: there is no proposal, it was decided, or the actor proposed it.
    """
    obligation = obligation_to_rate(obligation_id)
    rating = _rating_in_hand(obligation)
    unit_id = rating.deciding_unit_id if rating else placement_of(obligation).deciding_unit_id
    require(actor, Permission.RATING_APPRAISE, unit_id=unit_id, on=local_day(at))
    check_subject(obligation)
    rating = _proposed(rating)
    proposal = rating.records.filter(step=RatingStep.PROPOSED, withdrawn_at__isnull=True).latest(
        "pk"
    )
    if proposal.actor_id == actor.pk and not actor.is_system:
        raise ProposerMayNotAppraise
    entered = read_entered(obligation, choice.facts)
    assessment = assess(obligation.cycle, [obligation], entered={obligation.pk: entered})[
        obligation.pk
    ]
    body = _appraising_unit(actor, unit_id, on=local_day(at))
    taken = Step(RatingStep.APPRAISED, body, actor, at)
    record = new_record(rating, taken, weigh(assessment, choice))
    if (twin := taken_already(record)) is not None:
        return twin
    record.save()
    _advance(rating, record, actor, at)
    return record


def _appraising_unit(actor: Account, unit_id: int, *, on: dt.date) -> int:
    """Return the nearest unit, this one or above it, at which the actor may appraise."""
    granted = grants_of(actor, on=on).filter(role__in=roles_with(Permission.RATING_APPRAISE))
    above = UnitClosure.objects.filter(descendant=unit_id, ancestor__in=granted.values("unit"))
    nearest = above.order_by("depth").values_list("ancestor", flat=True).first()
    return unit_id if nearest is None else nearest


@transaction.atomic
def withdraw_step(
    *, obligation_id: int, reason: str, actor: Account, at: dt.datetime
) -> RatingRecord:
    """Take the last undecided step back; it stays on record with the reason.

    Who proposed may take a proposal back, who appraises an appraisal: each by the same right.

    Raises:
        RatingError: nothing to take back, or no reason given.
    """
    obligation = obligation_to_rate(obligation_id)
    rating = _rating_in_hand(obligation)
    _require_withdrawal(obligation, rating, actor, local_day(at))
    if obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if rating is None or rating.step not in {RatingStep.PROPOSED, RatingStep.APPRAISED}:
        raise AlreadyDecided if rating and rating.step == RatingStep.DECIDED else NothingToWithdraw
    if not reason.strip():
        raise WithdrawalNeedsReason
    record = rating.records.filter(withdrawn_at__isnull=True).latest("pk")
    record.withdrawn_at, record.withdrawn_by, record.withdrawn_reason = at, actor, reason.strip()
    record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _fall_back(rating, actor, at, reason.strip())
    return record


def _require_withdrawal(
    obligation: Obligation, rating: Rating | None, actor: Account, on: dt.date
) -> None:
    if rating is not None and rating.step == RatingStep.APPRAISED:
        require(actor, Permission.RATING_APPRAISE, unit_id=rating.deciding_unit_id, on=on)
        return
    if not holds(actor, Permission.RATING_PROPOSE, unit_id=obligation.unit_id, on=on):
        raise NotPermitted


def _rating_in_hand(obligation: Obligation) -> Rating | None:
    return Rating.objects.select_for_update(of=("self",)).filter(obligation=obligation).first()


def _proposed(rating: Rating | None) -> Rating:
    if rating is None or rating.step == RatingStep.SELF:
        raise NotYetProposed
    if rating.step == RatingStep.DECIDED:
        raise AlreadyDecided
    return rating


def _rating_to_propose(obligation: Obligation) -> Rating:
    # The dossier's row is the lock while there is no rating to lock yet.
    Obligation.objects.select_for_update(of=("self",)).get(pk=obligation.pk)
    rating = _rating_in_hand(obligation)
    if rating is None:
        return _begun(obligation)
    if rating.step == RatingStep.DECIDED:
        raise AlreadyDecided
    if rating.step == RatingStep.APPRAISED:
        raise AlreadyAppraised
    return rating


def _begun(obligation: Obligation) -> Rating:
    """Make the rating, with what the subject claimed for itself as its first record."""
    place = placement_of(obligation)
    review = getattr(obligation, "review", None)
    claimed = review.proposed_level if review and review.state in HANDED_IN_STATES else ""
    rating = Rating.objects.create(
        obligation=obligation,
        step=RatingStep.SELF,
        level_id=claimed,
        deciding_unit_id=place.deciding_unit_id,
        quota_group=place.quota_group,
    )
    if review and claimed:
        RatingRecord.objects.create(
            rating=rating,
            step=RatingStep.SELF,
            level_id=claimed,
            unit_id=obligation.unit_id,
            at=review.submitted_at or review.saved_at,
            actor=review.submitted_by or review.saved_by,
        )
    return rating


def _advance(rating: Rating, record: RatingRecord, actor: Account, at: dt.datetime) -> None:
    before = rating.step
    rating.step, rating.level_id = record.step, record.level_id
    rating.save(update_fields=["step", "level_id"])
    audit.record(
        actor=actor,
        at=at,
        action=f"ratings.{_VERBS[RatingStep(record.step)]}",
        obj=rating,
        unit_id=record.unit_id,
        from_state=before,
        to_state=record.step,
        note=_("ngoài mức quy tắc cho phép") if record.is_override else "",
    )


_VERBS = {RatingStep.PROPOSED: "propose", RatingStep.APPRAISED: "appraise"}


def _fall_back(rating: Rating, actor: Account, at: dt.datetime, reason: str) -> None:
    before = rating.step
    last = rating.records.filter(withdrawn_at__isnull=True).order_by("-pk").first()
    rating.step = last.step if last else RatingStep.SELF
    rating.level_id = last.level_id if last else ""
    rating.save(update_fields=["step", "level_id"])
    if rating.step == RatingStep.SELF:
        undo_step(
            obligation_id=rating.obligation_id,
            step=ProgressStep.RATED,
            actor=actor,
            at=at,
            note=reason,
        )
    audit.record(
        actor=actor,
        at=at,
        action="ratings.withdraw",
        obj=rating,
        unit_id=rating.obligation.unit_id,
        from_state=before,
        to_state=rating.step,
        note=reason,
    )
