"""What meetings asked to be changed in a review, beside its text."""

from dataclasses import dataclass
from typing import Any

from tusoi.meetings.models import RequestedCorrection
from tusoi.meetings.permissions import can_read, can_settle
from tusoi.meetings.queries import corrections_for
from tusoi.reviews.models import SelfReview
from tusoi.web.http import SignedInRequest, today


@dataclass(frozen=True)
class CorrectionLine:
    correction: RequestedCorrection
    may_settle: bool


def corrections_context(request: SignedInRequest, review: SelfReview) -> dict[str, Any]:
    """Return them for whoever answers them, or may read the meeting that asked."""
    lines: list[CorrectionLine] = []
    for one in corrections_for(review.obligation):
        one.item.obligation = review.obligation
        may_settle = can_settle(request.user, one.item, on=today())
        if may_settle or can_read(request.user, one.item.meeting, on=today()):
            lines.append(CorrectionLine(one, may_settle))
    return {
        "corrections": lines,
        "has_open_corrections": any(one.correction.is_open for one in lines),
    }
