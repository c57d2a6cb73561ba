"""Plans over the shortcomings that a unit's review told."""

import datetime as dt

from tests.factories.cycles import moment, obligation
from tests.factories.ratings import review
from tusoi.people.queries import system_account
from tusoi.remediation import operations
from tusoi.reviews.enums import ShortcomingKind, Topic
from tusoi.reviews.models import ProposedRemedy, Shortcoming


PLANNED = moment(2022, 12, 1)


def told(cycle, unit, *natures, topic=Topic.ECONOMY):
    """Write the unit's review, if there is none, with some shortcomings in it."""
    owed = obligation(cycle, unit)
    written = getattr(owed, "review", None) or review(owed)
    return [
        Shortcoming.objects.create(
            review=written,
            position=place,
            kind=ShortcomingKind.LIMITATION,
            topic=topic,
            nature=nature,
            saved_at=moment(2022, 11, 2),
            saved_by=system_account(),
        )
        for place, nature in enumerate(natures, start=1)
    ]


def remedy(shortcoming, text="Giao chỉ tiêu từng quý"):
    return ProposedRemedy.objects.create(
        review=shortcoming.review,
        text=text,
        first_step="Rà soát",
        shortcoming=shortcoming,
        saved_at=moment(2022, 11, 2),
        saved_by=system_account(),
    )


def plan(cycle, unit, *, actor=None):
    return operations.draft_plan(
        cycle_id=cycle.pk, unit_id=unit.pk, actor=actor or system_account(), at=PLANNED
    )


def content(*shortcomings, **fields):
    return operations.ActionContent(
        text=fields.pop("text", "Đôn đốc thu hằng tháng"),
        shortcoming_ids=[one.pk for one in shortcomings],
        due_on=fields.pop("due_on", dt.date(2023, 3, 31)),
        measure=fields.pop("measure", "Đạt 100% kế hoạch"),
        **fields,
    )


def action(plan, *shortcomings, actor=None, **fields):
    return operations.add_action(
        plan_id=plan.pk,
        content=content(*shortcomings, **fields),
        actor=actor or system_account(),
        at=PLANNED,
    )
