"""Writes the log of changes; called by every operation, inside its transaction."""

import datetime as dt

from django.db import models

from tusoi.audit.models import AuditEvent


def record(  # noqa: PLR0913 -- who, what, from, to, note, when: the six parts of a log line
    *,
    actor: models.Model,
    at: dt.datetime,
    action: str,
    obj: models.Model,
    unit_id: int | None = None,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> AuditEvent:
    """Write one event in the caller's transaction.

    `action` is `room.verb` in English (stable, searched by programs); `note` is what a person
    wrote as the reason, never the content of a review.
    """
    return AuditEvent.objects.create(
        at=at,
        actor_id=actor.pk,
        actor_name=str(actor),
        action=action,
        object_kind=obj._meta.label_lower,
        object_id=str(obj.pk),
        unit_id=unit_id,
        from_state=from_state,
        to_state=to_state,
        note=note,
    )
