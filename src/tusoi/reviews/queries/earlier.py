"""The review of the period before, of the same subject."""

from django.db.models import Q

from tusoi.cycles.models import Obligation
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import SelfReview


def previous_review(obligation: Obligation) -> SelfReview | None:
    """Return what the same subject last handed in for a period before this one.

    A person who has changed cells since keeps their own past; so does a body whose unit moved.
    """
    same = Q(
        obligation__subject_kind=obligation.subject_kind,
        obligation__unit=obligation.unit_id,
        obligation__person=None,
        obligation__collective=None,
    )
    if obligation.person_id is not None:
        same = Q(
            obligation__subject_kind=obligation.subject_kind,
            obligation__person=obligation.person_id,
        )
    elif obligation.collective_id is not None:
        same = Q(obligation__collective=obligation.collective_id, obligation__person=None)
    return (
        SelfReview.objects.filter(
            same,
            state__in=HANDED_IN_STATES,
            obligation__cycle__period_to__lt=obligation.cycle.period_from,
        )
        .select_related("obligation__cycle", "obligation__unit")
        .order_by("-obligation__cycle__period_to", "-pk")
        .first()
    )
