"""Reads of the log. Who may read it is decided by the page that shows it."""

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from tusoi.audit.models import AuditEvent


def events_in(unit_ids: Iterable[int]) -> QuerySet[AuditEvent]:
    """Return what was done in these units themselves, latest first."""
    return AuditEvent.objects.filter(unit_id__in=list(unit_ids)).order_by("-pk")


def events_about(objects: Mapping[str, Iterable[object]]) -> QuerySet[AuditEvent]:
    """Return what was done to objects named by kind ("people.person") and ids, latest first."""
    wanted = Q(pk__in=[])
    for kind, ids in objects.items():
        wanted |= Q(object_kind=kind, object_id__in=[str(pk) for pk in ids])
    return AuditEvent.objects.filter(wanted).order_by("-pk")
