"""Real small cycles over a real tree: made and opened by the operations themselves."""

import datetime as dt

from django.utils import timezone

from tests.remembering import remembered
from tusoi.cycles import operations
from tusoi.cycles.enums import AdjustmentKind, SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.people.queries import system_account


RULEBOOK = "132-2018"
OPENED = dt.date(2022, 10, 3)


def moment(year, month, day, hour=9):
    """Return a moment of that day by the clock of the installation."""
    return timezone.make_aware(dt.datetime(year, month, day, hour))  # noqa: DTZ001 -- made aware


def draft(**fields):
    year = fields.pop("year", 2022)
    return operations.CycleDraft(
        name=fields.pop("name", f"Kiểm điểm năm {year}"),
        year=year,
        period_from=fields.pop("period_from", dt.date(year, 1, 1)),
        period_to=fields.pop("period_to", dt.date(year, 12, 31)),
        rulebook_identity=fields.pop("rulebook_identity", RULEBOOK),
        directive=fields.pop(
            "directive",
            operations.Directive(
                number="12-HD/QU",
                on=dt.date(year, 9, 20),
                issuer="Ban Thường vụ Quận ủy",
                requirements="Kiểm điểm thực chất, nói rõ hạn chế và trách nhiệm.",
            ),
        ),
        **fields,
    )


@remembered
def cycle(root, *, opened=True, at=None, actor=None, **fields):
    """Make a cycle at a unit and, unless told otherwise, open it at nine on 3 October 2022."""
    at = at or moment(OPENED.year, OPENED.month, OPENED.day)
    actor = actor or system_account()
    made = operations.create_cycle(root_id=root.pk, draft=draft(**fields), actor=actor, at=at)
    if opened:
        made = operations.open_cycle(cycle_id=made.pk, actor=actor, at=at)
    return made


@remembered
def added_late(cycle, person, actor, at):
    """Expect a member's dossier after opening; return the adjustment."""
    owed = operations.add_obligation(
        cycle_id=cycle.pk,
        kind=SubjectKind.MEMBER,
        subject_id=person.pk,
        reason=operations.Reason(AdjustmentKind.LATE_JOINER, "Chuyển sinh hoạt đến", at.date()),
        actor=actor,
        at=at,
    )
    return owed.adjustments.get()


def obligation(cycle, subject, kind=None):
    """Find the dossier that a person, a unit or a collective owes in an open cycle."""
    name = subject._meta.model_name
    field = {"person": "person", "unit": "unit", "leadershipcollective": "collective"}[name]
    found = Obligation.objects.filter(cycle=cycle, cancelled_on=None, **{field: subject})
    if field == "unit":
        found = found.filter(person=None, collective=None)
    elif field == "person":
        found = found.filter(subject_kind=kind or SubjectKind.MEMBER)
    else:
        found = found.filter(person=None)
    return found.get()
