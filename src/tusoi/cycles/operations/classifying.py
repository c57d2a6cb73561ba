"""By which class and sector block of the rulebook a subject is reviewed and rated."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.guard import require
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.cycles.enums import SUBJECT_CLASS, CycleState, SubjectKind
from tusoi.cycles.errors import ClassAlreadyUsed, ClassUnknown, CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import Obligation
from tusoi.cycles.queries.cycles import classes_for, rulebook_of
from tusoi.people.models import Account


@transaction.atomic
def classify_obligation(
    *, obligation_id: int, rule_class: str, block: str, actor: Account, at: dt.datetime
) -> Obligation:
    """Say which of the rulebook's narrower classes, and which sector block, a subject is in.

    The form follows the class; what was already written under a question that both forms have
    stays.

    Raises:
        NotPermitted: the actor does not look after dossiers there.
        ClassUnknown: the rulebook has no such class for this kind of subject, or no such block.
        ClassAlreadyUsed: the review was handed in on the form of the present class.
        CycleNotOpen, ObligationCancelled: nothing is to be reviewed.
    """
    found = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("cycle__rulebook_copy")
        .get(pk=obligation_id)
    )
    require(actor, Permission.REVIEW_RETURN, unit_id=found.unit_id, on=local_day(at))
    if found.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    if found.cancelled_on is not None:
        raise ObligationCancelled
    rulebook = rulebook_of(found.cycle)
    if rule_class not in classes_for(found) or block not in {
        "",
        *(one.id for one in rulebook.blocks),
    }:
        raise ClassUnknown
    before = found.rule_class, found.block
    by_kind = SUBJECT_CLASS[SubjectKind(found.subject_kind)]
    found.rule_class = "" if rule_class == by_kind else rule_class
    found.block = block
    if (found.rule_class, found.block) == before:
        return found
    if found.rule_class != before[0] and found.submitted_at is not None:
        raise ClassAlreadyUsed
    found.form_id = rulebook.form_for(rule_class).id
    found.save(update_fields=["rule_class", "block", "form_id"])
    audit.record(
        actor=actor,
        at=at,
        action="cycles.classify_obligation",
        obj=found,
        unit_id=found.unit_id,
        from_state=":".join(before),
        to_state=f"{found.rule_class}:{found.block}",
    )
    return found
