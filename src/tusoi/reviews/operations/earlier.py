"""What is known elsewhere of last year's shortcomings is written into the form of this year."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Max

from tusoi.people.models import Account
from tusoi.reviews.errors import RowUnknown
from tusoi.reviews.models import EarlierShortcoming
from tusoi.reviews.operations.gate import opened_for_writing


_COLUMNS: Final = ("nature", "outcome", "percent", "account", "answerable")


@dataclass(frozen=True)
class EarlierLine:
    """What became of one shortcoming of an earlier period."""

    nature: str
    outcome: str
    account: str
    percent: int | None = None
    answerable: str = ""
    # The row of the earlier review, if it stands in one, and the line to fill, if there is one.
    origin_id: int | None = None
    row_id: int | None = None


@transaction.atomic
def fill_earlier(
    *, review_id: int, lines: Sequence[EarlierLine], actor: Account, at: dt.datetime
) -> list[EarlierShortcoming]:
    """Fill lines of a text that is being written, and append those that are missing.

    Returns the rows in the order of the lines. A line that says so already is not saved anew.

    Raises:
        NotPermitted, CycleNotOpen, ReviewNotEditable: nobody writes there now.
        RowUnknown: a line to be filled is of another review, or gone.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    rows = {one.pk: one for one in editing.review.earliershortcomings.all()}
    last = editing.review.earliershortcomings.aggregate(last=Max("position"))["last"] or 0
    found = []
    for line in lines:
        if line.row_id is not None and line.row_id not in rows:
            raise RowUnknown
        row = rows.get(line.row_id or 0)
        if row is None:
            last += 1
            row = EarlierShortcoming(
                review=editing.review, position=last, origin_id=line.origin_id, version=0
            )
        found.append(row)
        if row.pk and all(getattr(row, name) == getattr(line, name) for name in _COLUMNS):
            continue
        for name in _COLUMNS:
            setattr(row, name, getattr(line, name))
        row.version += 1
        row.saved_at, row.saved_by = at, actor
        row.save()
        editing.has_changed = True
    editing.finish()
    return found
