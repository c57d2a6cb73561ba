"""Who may do what to a review: role, place and being somebody else than its author."""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db.models import Q

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, holds_at
from tusoi.access.queries import grants_of, units_for
from tusoi.access.roles import roles_with
from tusoi.cycles.models import Obligation
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import ReviewComment, SelfReview


def is_own(actor: Account, obligation: Obligation) -> bool:
    return obligation.person_id is not None and actor.person_id == obligation.person_id


def can_write(actor: Account, obligation: Obligation, *, on: dt.date) -> bool:
    """A person writes their own review; a body's is written by a role on exactly its unit."""
    if obligation.person_id is not None:
        return actor.is_active and (is_own(actor, obligation) or actor.is_system)
    return holds_at(actor, Permission.REVIEW_WRITE, unit_id=obligation.unit_id, on=on)


def can_read(actor: Account, review: SelfReview, *, on: dt.date) -> bool:
    if can_write(actor, review.obligation, on=on):
        return True
    if review.state not in HANDED_IN_STATES:
        return False
    return holds(actor, Permission.REVIEW_READ, unit_id=review.obligation.unit_id, on=on)


def can_judge(actor: Account, review: SelfReview, *, on: dt.date) -> bool:
    """Say whether the actor may return or accept: from above, and never their own work."""
    if actor.pk in {review.created_by_id, review.submitted_by_id} and not actor.is_system:
        return False
    return holds_above(actor, Permission.REVIEW_RETURN, review.obligation, on=on)


def can_record_superior(actor: Account, review: SelfReview, *, on: dt.date) -> bool:
    """Say whether the actor notes what a superior body outside answered to this review.

    Above the topmost organisation stands nobody here. Its organisation board or its deciding
    authority notes the answer, never who wrote the review or handed it in.
    """
    obligation = review.obligation
    if obligation.person_id is not None or obligation.unit.parent_id is not None:
        return False
    if actor.pk in {review.created_by_id, review.submitted_by_id} and not actor.is_system:
        return False
    return any(
        holds_at(actor, permission, unit_id=obligation.unit_id, on=on)
        for permission in (Permission.CYCLE_OPEN, Permission.RATING_DECIDE)
    )


def can_issue_prompt(actor: Account, obligation: Obligation, *, on: dt.date) -> bool:
    return holds_above(actor, Permission.PROMPT_ISSUE, obligation, on=on)


def can_attach_comment(actor: Account, obligation: Obligation, *, on: dt.date) -> bool:
    """Members hand in the slip from their residence themselves; a committee may do it too."""
    if is_own(actor, obligation) and actor.is_active:
        return True
    return holds(actor, Permission.COMMENT_ATTACH, unit_id=obligation.unit_id, on=on)


def may_read_attachment(account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool:
    """Say whether a file hangs on a comment about a review that the account may read."""
    if not isinstance(account, Account):
        return False
    readable = Q(obligation__unit__in=units_for(account, Permission.REVIEW_READ, on=on))
    if account.person_id is not None:
        readable |= Q(obligation__person=account.person_id)
    return ReviewComment.objects.filter(readable, file=file).exists()


def holds_above(
    actor: Account, permission: Permission, obligation: Obligation, *, on: dt.date
) -> bool:
    """Say whether a role above the subject gives the permission.

    Above a person stands their unit's committee; above an organisation or its leadership, only
    an organisation higher up. Nobody stands above themself.
    """
    if actor.is_system:
        return True
    if not actor.is_active or is_own(actor, obligation):
        return False
    if obligation.person_id is not None:
        return holds(actor, permission, unit_id=obligation.unit_id, on=on)
    return (
        grants_of(actor, on=on)
        .filter(
            role__in=roles_with(permission),
            unit__below__descendant=obligation.unit_id,
            unit__below__depth__gt=0,
        )
        .exists()
    )


def require(allowed: bool) -> None:  # noqa: FBT001 -- reads as the sentence it is
    """Refuse unless one of the questions above was answered with yes.

    Raises:
        NotPermitted: it was not.
    """
    if not allowed:
        raise NotPermitted
