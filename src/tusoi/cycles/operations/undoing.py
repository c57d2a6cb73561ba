"""Taking an adjustment back: by another one, with its own reason."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.core.clock import local_day
from tusoi.cycles.enums import AdjustmentEffect, AdjustmentKind
from tusoi.cycles.errors import AlreadyDealtWith, ChangedSince, SubjectAlreadyExpected
from tusoi.cycles.models import Adjustment, Obligation
from tusoi.cycles.operations.adjusting import cancel_all
from tusoi.cycles.operations.explaining import (
    Entry,
    Reason,
    count_all,
    explain,
    is_dealt_with,
    open_cycle_for,
)
from tusoi.cycles.operations.moving import keep_place, move_to
from tusoi.people.models import Account


@transaction.atomic
def undo_adjustment(
    *, adjustment_id: int, reason: str, actor: Account, at: dt.datetime
) -> Adjustment:
    """Count again what was cancelled, cancel what was added, hand back what was handed over.

    Raises:
        NotPermitted: the actor may not adjust the cycle there.
        ChangedSince: the dossier was adjusted again since then.
        SubjectAlreadyExpected: the subject has another dossier by now.
        AlreadyDealtWith: a meeting has reviewed it, or it is rated.
    """
    adjustment = Adjustment.objects.select_for_update().get(pk=adjustment_id)
    why = Reason(AdjustmentKind.OTHER, reason, local_day(at))
    open_cycle_for(adjustment.cycle_id, why)
    owed = Obligation.objects.select_for_update().get(pk=adjustment.obligation_id)
    require(actor, Permission.CYCLE_ADJUST, unit_id=owed.unit_id, on=local_day(at))
    last = Adjustment.objects.filter(obligation=owed).order_by("-pk").first()
    undo = _UNDOING.get(AdjustmentEffect(adjustment.effect))
    if last != adjustment or undo is None:
        raise ChangedSince
    effect, step = undo
    step(Entry(why, effect, actor, at, undoes=adjustment), owed)
    return Adjustment.objects.get(undoes=adjustment)


@transaction.atomic
def undo_together(*, adjustment_id: int, reason: str, actor: Account, at: dt.datetime) -> int:
    """Take back an adjustment with all that was entered in the same moment, all or none.

    Raises:
        NotPermitted, ChangedSince, SubjectAlreadyExpected, AlreadyDealtWith: see above; of any.
    """
    first = Adjustment.objects.get(pk=adjustment_id)
    found = Adjustment.objects.filter(
        cycle=first.cycle_id, adjusted_at=first.adjusted_at, adjusted_by=first.adjusted_by_id
    )
    ids = list(found.order_by("-pk").values_list("pk", flat=True))
    for pk in ids:
        undo_adjustment(adjustment_id=pk, reason=reason, actor=actor, at=at)
    return len(ids)


def _restore(entry: Entry, owed: Obligation) -> None:
    if _has_another(owed):
        raise SubjectAlreadyExpected
    day = local_day(entry.at)
    if owed.cancelled_on != day:
        keep_place([owed], day)
        owed.added_on = day
    owed.cancelled_on = None
    owed.save(update_fields=["added_on", "cancelled_on"])
    count_all([owed], sign=1, day=day)
    explain(entry, [owed])


def _has_another(owed: Obligation) -> bool:
    same = Obligation.objects.filter(
        cycle=owed.cycle_id, subject_kind=owed.subject_kind, cancelled_on__isnull=True
    )
    if owed.person_id is not None:
        return same.filter(person=owed.person_id).exists()
    if owed.collective_id is not None:
        return same.filter(collective=owed.collective_id).exists()
    return same.filter(unit=owed.unit_id).exists()


def _cancel(entry: Entry, owed: Obligation) -> None:
    if is_dealt_with(owed):
        raise AlreadyDealtWith(owed.name)
    cancel_all(entry, [owed])


def _hand_back(entry: Entry, owed: Obligation) -> None:
    if is_dealt_with(owed):
        raise AlreadyDealtWith(owed.name)
    before = entry.undoes.from_unit_id if entry.undoes else None
    move_to(entry, [owed], {owed.pk: before or owed.unit_id})


_UNDOING: Final[
    dict[AdjustmentEffect, tuple[AdjustmentEffect, Callable[[Entry, Obligation], None]]]
] = {
    AdjustmentEffect.CANCELLED: (AdjustmentEffect.RESTORED, _restore),
    AdjustmentEffect.ADDED: (AdjustmentEffect.CANCELLED, _cancel),
    AdjustmentEffect.MOVED: (AdjustmentEffect.MOVED, _hand_back),
}
