"""Plans over the shortcomings that a unit's review told."""

import datetime as dt
from decimal import Decimal

from tests.factories.cycles import moment, obligation
from tests.factories.ratings import review
from tests.remembering import remembered
from tusoi.people.queries import system_account
from tusoi.remediation import operations
from tusoi.remediation.models import FollowedShortcoming
from tusoi.reviews.enums import CauseKind, ShortcomingKind, Topic
from tusoi.reviews.models import ProposedRemedy, Shortcoming


PLANNED = moment(2022, 12, 1)


@remembered
def told(cycle, unit, *natures, topic=Topic.ECONOMY):
    """Write the unit's review, if there is none, with some shortcomings in it, all followed."""
    rows = named(cycle, unit, *natures, topic=topic)
    operations.follow_review(review_id=rows[0].review_id, actor=system_account(), at=PLANNED)
    followed = FollowedShortcoming.objects.in_bulk([row.pk for row in rows], field_name="told_id")
    return [followed[row.pk] for row in rows]


@remembered
def named(cycle, unit, *natures, topic=Topic.ECONOMY):
    """Write the shortcomings into the review alone."""
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


@remembered
def remedy(shortcoming, text="Giao chỉ tiêu từng quý"):
    return ProposedRemedy.objects.create(
        review=shortcoming.told.review,
        text=text,
        first_step="Rà soát",
        shortcoming=shortcoming.told,
        saved_at=moment(2022, 11, 2),
        saved_by=system_account(),
    )


@remembered
def plan(cycle, unit, *, actor=None):
    return operations.draft_plan(
        cycle_id=cycle.pk, unit_id=unit.pk, actor=actor or system_account(), at=PLANNED
    )


@remembered
def personal_plan(cycle, unit, person, *, actor=None):
    return operations.draft_plan(
        cycle_id=cycle.pk,
        unit_id=unit.pk,
        person_id=person.pk,
        actor=actor or system_account(),
        at=PLANNED,
    )


def content(*shortcomings, **fields):
    return operations.ActionContent(
        text=fields.pop("text", "Đôn đốc thu hằng tháng"),
        shortcoming_ids=[one.pk for one in shortcomings],
        due_on=fields.pop("due_on", dt.date(2023, 3, 31)),
        measure=fields.pop("measure", "Đạt 100% kế hoạch"),
        **fields,
    )


@remembered
def action(plan, *shortcomings, actor=None, **fields):
    return operations.add_action(
        plan_id=plan.pk,
        content=content(*shortcomings, **fields),
        actor=actor or system_account(),
        at=PLANNED,
    )


@remembered
def analyzed(shortcoming, *, actor=None, at=PLANNED):
    return operations.analyze_cause(
        shortcoming_id=shortcoming.pk,
        cause=operations.Cause(CauseKind.SUBJECTIVE, "Chưa đôn đốc thường xuyên", "supervision"),
        actor=actor or system_account(),
        at=at,
    )


@remembered
def finished(action, *, actor=None, at=PLANNED, value=100):
    return operations.finish_action(
        action_id=action.pk,
        text="Đã thu đủ",
        actor=actor or system_account(),
        at=at,
        evidence=operations.Evidence(reached_value=Decimal(value)),
    )


@remembered
def done(cast, drafted, shortcoming, **fields):
    """Bring a shortcoming to where somebody may check the effect; An is in charge."""
    analyzed(shortcoming)
    fields.setdefault("owner_person_id", cast.an_person.pk)
    made = action(drafted, shortcoming, **fields)
    finished(made)
    shortcoming.refresh_from_db()
    return made


@remembered
def checked(shortcoming, verdict, *, actor, at=PLANNED, **fields):
    return operations.check_effect(
        shortcoming_id=shortcoming.pk,
        verdict=verdict,
        grounds=fields.pop("grounds", "Biên lai thu đến ngày 30/11"),
        checked_on=fields.pop("checked_on", at.date()),
        actor=actor,
        at=at,
        **fields,
    )
