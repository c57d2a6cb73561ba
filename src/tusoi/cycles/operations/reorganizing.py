"""Reorganising units while cycles are open: refused where a cycle would lose its root."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import transaction

from tusoi.access.operations import reorganize
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import RootOfOpenCycle
from tusoi.cycles.models import ReviewCycle
from tusoi.people.models import Account


T = TypeVar("T")


@transaction.atomic
def reorganize_units(
    change: Callable[..., T],
    /,
    *,
    closing_ids: Sequence[int],
    actor: Account,
    at: dt.datetime,
    **arguments: Any,
) -> T:
    """Carry out an operation of `units` that ends these units; the tree of a cycle stays frozen.

    What it means for the dossiers of an open cycle is settled there, by adjustments.

    Raises:
        RootOfOpenCycle: one of them is holding a cycle that has not been closed.
    """
    held = ReviewCycle.objects.select_for_update(of=("self",)).filter(
        root__in=closing_ids, state=CycleState.OPEN
    )
    for cycle in held.select_related("root").order_by("pk"):
        raise RootOfOpenCycle(cycle.root.name, cycle.name)
    return reorganize(change, actor=actor, at=at, **arguments)
