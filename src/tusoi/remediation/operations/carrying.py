"""The form of the next period is filled with what became of each shortcoming of the last."""

import datetime as dt

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.remediation.models import CarriedShortcoming, FollowedShortcoming
from tusoi.remediation.queries import (
    account_of,
    answerable_for,
    degree_of,
    outcome_of,
    to_carry,
)
from tusoi.reviews.models import EarlierShortcoming, SelfReview
from tusoi.reviews.operations import EarlierLine, fill_earlier


@transaction.atomic
def carry_over(*, review_id: int, actor: Account, at: dt.datetime) -> int:
    """Fill in a review what is known of the subject's earlier shortcomings; return how many.

    Done when the author begins, and once more before it is handed in. A line that the author has
    edited since stays as they wrote it; what it is about stays linked.

    Raises:
        NotPermitted, CycleNotOpen, ReviewNotEditable: nobody writes there now.
    """
    review = SelfReview.objects.select_related("obligation__cycle").get(pk=review_id)
    rows = list(review.earliershortcomings.select_related("carried"))
    wanted = []
    for one in to_carry(review.obligation):
        row = _line_of(one, rows)
        link = getattr(row, "carried", None)
        if row is not None and _is_edited(row, link):
            if link is None:
                # Whatever the author has written counts as theirs.
                _link(one, row, 0, actor, at)
            continue
        wanted.append((one, row))
    filled = fill_earlier(
        review_id=review_id,
        lines=[_told(one, row, on=local_day(at)) for one, row in wanted],
        actor=actor,
        at=at,
    )
    for (one, _row), row in zip(wanted, filled, strict=True):
        _link(one, row, row.version, actor, at)
    return len(filled)


def _line_of(
    one: FollowedShortcoming, rows: list[EarlierShortcoming]
) -> EarlierShortcoming | None:
    for row in rows:
        link = getattr(row, "carried", None)
        if link is not None and link.shortcoming_id == one.pk:
            return row
    return next((row for row in rows if row.origin_id and row.origin_id == one.told_id), None)


def _is_edited(row: EarlierShortcoming, link: CarriedShortcoming | None) -> bool:
    if link is not None:
        return row.version > link.version
    return bool(row.outcome or row.account)


def _told(one: FollowedShortcoming, row: EarlierShortcoming | None, *, on: dt.date) -> EarlierLine:
    return EarlierLine(
        nature=one.nature,
        outcome=outcome_of(one),
        percent=degree_of(one),
        account=account_of(one, on=on),
        answerable=answerable_for(one),
        origin_id=one.told_id,
        row_id=row.pk if row else None,
    )


def _link(
    one: FollowedShortcoming,
    row: EarlierShortcoming,
    version: int,
    actor: Account,
    at: dt.datetime,
) -> None:
    CarriedShortcoming.objects.update_or_create(
        earlier=row,
        defaults={
            "shortcoming": one,
            "outcome": outcome_of(one),
            "version": version,
            "carried_at": at,
            "carried_by": actor,
        },
    )
