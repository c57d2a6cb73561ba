"""A plan begins with what the review already proposed."""

import datetime as dt

from django.db import transaction

from tusoi.people.models import Account
from tusoi.remediation.models import FollowedShortcoming, RemediationAction, RemediationPlan
from tusoi.remediation.operations.acting import ActionContent, write_action
from tusoi.remediation.operations.counting import Recount
from tusoi.remediation.operations.following import follow_review
from tusoi.remediation.operations.planning import begin_plan
from tusoi.remediation.queries import proposed_remedies_of, reviews_of


@transaction.atomic
def draft_plan(
    *,
    cycle_id: int,
    unit_id: int,
    actor: Account,
    at: dt.datetime,
    person_id: int | None = None,
) -> RemediationPlan:
    """Begin the plan of a unit, or of a person in it; returns the one there is.

    Whatever their handed-in reviews name is followed from now on, if it was not yet; the remedies
    that those propose become the first actions.

    Raises:
        RemediationError: the cycle is not open yet, or the unit or person has no part in it.
    """
    plan, is_begun = begin_plan(
        cycle_id=cycle_id, unit_id=unit_id, person_id=person_id, actor=actor, at=at
    )
    for review in reviews_of(plan):
        follow_review(review_id=review.pk, actor=actor, at=at)
    if is_begun:
        _take_over_remedies(plan, actor, at)
    return plan


def _take_over_remedies(plan: RemediationPlan, actor: Account, at: dt.datetime) -> None:
    followed = dict(
        FollowedShortcoming.objects.filter(cycle=plan.cycle_id, unit=plan.unit_id).values_list(
            "told_id", "pk"
        )
    )
    for remedy in proposed_remedies_of(plan):
        if not remedy.text.strip():
            continue
        answers = followed.get(remedy.shortcoming_id) if remedy.shortcoming_id else None
        content = ActionContent(
            text=remedy.text,
            first_step=remedy.first_step,
            places=remedy.places,
            partners=remedy.partners,
            due_on=remedy.due_on,
            # What a person undertakes about themselves is theirs to do.
            owner_person_id=plan.person_id,
            shortcoming_ids=[answers] if answers else [],
        )
        action = RemediationAction(plan=plan, created_at=at, created_by=actor)
        with Recount() as recount:
            write_action(recount, action, content, actor, at)
