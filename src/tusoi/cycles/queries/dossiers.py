"""Lists of dossiers and of units within a cycle; paged by key, never counted through."""

import datetime as dt

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.people.models import Account


class DossierState(models.TextChoices):
    """What a reader of the list looks for; a dossier may be found under several."""

    NOT_STARTED = "not_started", _("chưa bắt đầu")
    WRITING = "writing", _("đang viết")
    OVERDUE = "overdue", _("quá hạn chưa nộp")
    LATE = "late", _("nộp muộn")
    RETURNED = "returned", _("đang trả lại")
    SUBMITTED = "submitted", _("đã nộp")
    ACCEPTED = "accepted", _("đã tiếp nhận")
    NOT_REVIEWED = "not_reviewed", _("chưa kiểm điểm")
    REVIEWED = "reviewed", _("đã kiểm điểm")
    UNDECIDED = "undecided", _("chưa quyết định xếp loại")
    NOT_RATED = "not_rated", _("kiểm điểm, không xếp loại")
    CANCELLED = "cancelled", _("thôi tính")


def dossiers_at(
    cycle: ReviewCycle, unit_id: int, *, with_below: bool = False
) -> QuerySet[Obligation]:
    """Return the dossiers that count at a unit itself, or also those below it."""
    found = Obligation.objects.filter(cycle=cycle).select_related("unit", "person", "collective")
    if with_below:
        below = CycleClosure.objects.filter(cycle=cycle, ancestor=unit_id)
        return found.filter(unit__in=below.values("descendant"))
    return found.filter(unit=unit_id)


def in_state(
    dossiers: QuerySet[Obligation], state: DossierState | None, *, on: dt.date
) -> QuerySet[Obligation]:
    """Narrow a list to one state; without one, to all that is still expected."""
    if state is DossierState.CANCELLED:
        return dossiers.filter(cancelled_on__isnull=False)
    return dossiers.filter(_condition(state, on), cancelled_on__isnull=True)


def _condition(state: DossierState | None, on: dt.date) -> Q:
    if state is None:
        return Q()
    unsubmitted = Q(submitted_at__isnull=True)
    return {
        DossierState.NOT_STARTED: Q(started_at__isnull=True) & unsubmitted,
        DossierState.WRITING: Q(started_at__isnull=False, returned_at__isnull=True) & unsubmitted,
        DossierState.OVERDUE: Q(due_on__lt=on) & unsubmitted,
        DossierState.LATE: Q(was_late=True),
        DossierState.RETURNED: Q(returned_at__isnull=False),
        DossierState.SUBMITTED: Q(submitted_at__isnull=False),
        DossierState.ACCEPTED: Q(accepted_at__isnull=False),
        DossierState.NOT_REVIEWED: Q(reviewed_at__isnull=True),
        DossierState.REVIEWED: Q(reviewed_at__isnull=False),
        DossierState.UNDECIDED: Q(decided_at__isnull=True, is_rateable=True),
        DossierState.NOT_RATED: Q(is_rateable=False),
    }[state]


def state_of(obligation: Obligation, *, on: dt.date) -> tuple[str, str]:
    """Return the furthest state of a dossier in words, and how it should stand out."""
    if obligation.cancelled_on is not None:
        return str(DossierState.CANCELLED.label), "secondary"
    for reached, label, tone in (
        (obligation.decided_at, _("đã quyết định xếp loại"), "green"),
        (obligation.rated_at, _("đã đề xuất xếp loại"), "green"),
        (obligation.reviewed_at, DossierState.REVIEWED.label, "green"),
        (obligation.returned_at, DossierState.RETURNED.label, "orange"),
        (obligation.accepted_at, DossierState.ACCEPTED.label, "azure"),
        (obligation.submitted_at, DossierState.SUBMITTED.label, "azure"),
    ):
        if reached is not None:
            return str(label), tone
    if obligation.due_on < on:
        return str(DossierState.OVERDUE.label), "red"
    if obligation.completed_at is not None:
        return str(_("đã viết xong, chưa nộp")), "blue"
    if obligation.started_at is not None:
        return str(DossierState.WRITING.label), "blue"
    return str(DossierState.NOT_STARTED.label), "secondary"


def unit_in_scope(
    cycle: ReviewCycle, public_id: str, *, actor: Account, permission: Permission, on: dt.date
) -> CycleUnit | None:
    """Find a unit of the cycle if the actor holds the permission over it."""
    return (
        CycleUnit.objects.filter(
            cycle=cycle,
            unit__public_id=public_id,
            unit__in=units_for(actor, permission, on=on),
        )
        .select_related("unit")
        .first()
    )


def path_to(cycle: ReviewCycle, unit_id: int) -> QuerySet[CycleUnit]:
    """Return the units above a unit in the frozen tree, the root first, itself last."""
    above = CycleClosure.objects.filter(cycle=cycle, descendant=unit_id)
    return (
        CycleUnit.objects.filter(cycle=cycle, unit__in=above.values("ancestor"))
        .select_related("unit")
        .order_by("depth")
    )


def entrances(
    cycle: ReviewCycle, actor: Account, permission: Permission, *, on: dt.date
) -> QuerySet[CycleUnit]:
    """Return the highest units of the cycle over which the actor holds the permission."""
    here = CycleUnit.objects.filter(cycle=cycle, unit__in=units_for(actor, permission, on=on))
    under = CycleClosure.objects.filter(cycle=cycle, ancestor__in=here.values("unit"), depth__gt=0)
    return (
        here.exclude(unit__in=under.values("descendant"))
        .select_related("unit")
        .order_by("depth", "sort_key")
    )


def unacknowledged(cycle: ReviewCycle) -> QuerySet[CycleUnit]:
    """Return the units below the root that have not acknowledged the directive."""
    return (
        CycleUnit.objects.filter(cycle=cycle, acknowledged_at__isnull=True, depth__gt=0)
        .select_related("unit")
        .order_by("depth", "sort_key")
    )
