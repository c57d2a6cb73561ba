"""Who may do what: the body that plans, who is in charge, who stands above, who checks."""

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db.models import OuterRef, Subquery

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, holds_at
from tusoi.access.queries import grants_of
from tusoi.access.roles import roles_with
from tusoi.core.clock import local_day
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.remediation.enums import DONE_PERCENT, SourceKind, VersionEvent
from tusoi.remediation.models import (
    ActionVersion,
    EffectCheck,
    FollowedShortcoming,
    OwnerChange,
    PlanVersion,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.queries import actions_for, followed_for
from tusoi.units.models import Unit


def require(allowed: bool) -> None:  # noqa: FBT001 -- reads as the sentence it is
    """Refuse unless one of the questions below was answered with yes.

    Raises:
        NotPermitted: it was not.
    """
    if not allowed:
        raise NotPermitted


def stands_above(actor: Account, permission: Permission, unit_id: int, *, on: dt.date) -> bool:
    """Say whether a role on an organisation higher up gives the permission.

    Above the topmost organisation stands nobody here: its own role must do.
    """
    if actor.is_system:
        return True
    if not actor.is_active:
        return False
    if not Unit.objects.filter(pk=unit_id, parent__isnull=False).exists():
        return holds_at(actor, permission, unit_id=unit_id, on=on)
    return (
        grants_of(actor, on=on)
        .filter(
            role__in=roles_with(permission),
            unit__below__descendant=unit_id,
            unit__below__depth__gt=0,
        )
        .exists()
    )


# -- plans ---------------------------------------------------------------------------------------


def is_own_plan(actor: Account, plan: RemediationPlan) -> bool:
    return actor.is_active and plan.person_id is not None and plan.person_id == actor.person_id


def may_plan(actor: Account, plan: RemediationPlan, *, on: dt.date) -> bool:
    """Say whether the actor writes in the plan: the person whose it is, or the planning body."""
    return is_own_plan(actor, plan) or may_approve(actor, plan, on=on)


def may_approve(actor: Account, plan: RemediationPlan, *, on: dt.date) -> bool:
    """Say whether the actor approves the plan: for the unit, and nobody their own."""
    if is_own_plan(actor, plan):
        return False
    return holds(actor, Permission.REMEDIATION_PLAN, unit_id=plan.answering_unit_id, on=on)


def may_judge(actor: Account, plan: RemediationPlan, *, on: dt.date) -> bool:
    """Say whether the actor answers the plan from above, having neither approved nor sent it.

    A person's plan goes to the committee of their own unit.
    """
    if is_own_plan(actor, plan):
        return False
    if actor.pk in {plan.approved_by_id, plan.sent_by_id} and not actor.is_system:
        return False
    if plan.person_id is not None:
        return holds(actor, Permission.REMEDIATION_JUDGE, unit_id=plan.answering_unit_id, on=on)
    return stands_above(actor, Permission.REMEDIATION_JUDGE, plan.answering_unit_id, on=on)


# -- actions -------------------------------------------------------------------------------------


def may_update(actor: Account, action: RemediationAction, *, on: dt.date) -> bool:
    """Say whether the actor reports on an action: its owner, or who follows the unit's plan."""
    if actor.is_active and actor.person_id and actor.person_id == action.owner_person_id:
        return True
    if is_own_plan(actor, action.plan):
        return True
    units = {action.plan.answering_unit_id, action.owner_unit_id} - {None}
    return any(
        holds(actor, Permission.REMEDIATION_UPDATE, unit_id=unit_id, on=on)
        for unit_id in units
        if unit_id is not None
    )


def require_update(actor: Account, action: RemediationAction, *, on: dt.date) -> None:
    require(may_update(actor, action, on=on))


def may_reopen(actor: Account, action: RemediationAction, *, on: dt.date) -> bool:
    """Say whether the actor takes up again what was done: who plans, or who just slipped.

    A wrong tap is taken back by whoever made it, on the same day.
    """
    if may_plan(actor, action.plan, on=on):
        return True
    is_slip = action.done_at is not None and local_day(action.done_at) == on
    return is_slip and action.done_by_id == actor.pk and may_update(actor, action, on=on)


def may_extend(actor: Account, action: RemediationAction, *, on: dt.date) -> bool:
    """Say whether the actor allows more time: who plans or stands above, never the owner."""
    if is_in_charge(actor, action, on=on):
        return False
    plan = action.plan
    return may_approve(actor, plan, on=on) or stands_above(
        actor, Permission.REMEDIATION_JUDGE, plan.answering_unit_id, on=on
    )


def is_in_charge(actor: Account, action: RemediationAction, *, on: dt.date) -> bool:
    """Say whether the actor is the owner, reported it done, or acts for the body in charge."""
    if actor.is_system:
        return False
    if actor.person_id is not None and actor.person_id == action.owner_person_id:
        return True
    if action.done_by_id == actor.pk:
        return True
    return action.owner_unit_id is not None and holds_at(
        actor, Permission.REMEDIATION_UPDATE, unit_id=action.owner_unit_id, on=on
    )


# -- shortcomings --------------------------------------------------------------------------------


def is_own(actor: Account, one: FollowedShortcoming) -> bool:
    return actor.is_active and one.person_id is not None and one.person_id == actor.person_id


def may_record(actor: Account, unit_id: int, *, on: dt.date) -> bool:
    """Say whether the actor writes down what fell short there: who plans, and who inspects."""
    return any(
        holds(actor, permission, unit_id=unit_id, on=on)
        for permission in (Permission.REMEDIATION_PLAN, Permission.REMEDIATION_CHECK)
    )


def may_erase(actor: Account, one: FollowedShortcoming, *, on: dt.date) -> bool:
    """Say whether the actor takes out what was recorded by mistake.

    What others found at a unit is theirs to take back, not the unit's.
    """
    if actor.pk == one.recorded_by_id or actor.is_system:
        return may_record(actor, one.unit_id, on=on)
    own = {SourceKind.REVIEW, SourceKind.MEETING, SourceKind.BY_HAND}
    return one.source in own and holds(
        actor, Permission.REMEDIATION_PLAN, unit_id=one.unit_id, on=on
    )


def may_analyze(actor: Account, one: FollowedShortcoming, *, on: dt.date) -> bool:
    return is_own(actor, one) or holds(
        actor, Permission.REMEDIATION_PLAN, unit_id=one.unit_id, on=on
    )


def may_check(
    actor: Account, one: FollowedShortcoming, *, on: dt.date, though_in_charge: bool = False
) -> bool:
    """Say whether the actor says if it helped: never whose it is, nor who was in charge.

    `though_in_charge` asks for the right alone.
    """
    if is_own(actor, one):
        return False
    if not holds(actor, Permission.REMEDIATION_CHECK, unit_id=one.unit_id, on=on):
        return False
    if though_in_charge:
        return True
    if had_charge(actor, one):
        return False
    links = one.links.filter(attempt=one.attempt).select_related("action")
    return not any(is_in_charge(actor, link.action, on=on) for link in links)


def had_charge(actor: Account, one: FollowedShortcoming) -> bool:
    """Say whether the actor was in charge of an action of this round since its plan was issued.

    Whoever passes an action on, by handing it over or by an edit, or ties it to something else,
    does not judge its effect, nor does who reported it done once; to change one's mind in a draft
    binds nobody.
    """
    if actor.is_system:
        return False
    links = {"action__links__shortcoming": one, "action__links__attempt": one.attempt}
    if ProgressNote.objects.filter(**links, noted_by=actor, percent=DONE_PERCENT).exists():
        return True
    if actor.person_id is None:
        return False
    issued = PlanVersion.objects.filter(plan=OuterRef("action__plan"), number=1)
    since = Subquery(issued.values("approved_at")[:1])
    handed = OwnerChange.objects.filter(
        **links, from_person=actor.person_id, changed_at__gte=since
    )
    edited = ActionVersion.objects.filter(
        action__plan__cycle=one.cycle_id,
        action__plan__unit=one.unit_id,
        action__plan__person=one.person_id,
        event=VersionEvent.REPLACED,
        content__owner_person_id=actor.person_id,
        saved_at__gte=since,
    )
    # Read here: SQLite does not look into a list.
    return handed.exists() or any(
        one.pk in content.get("shortcoming_ids", ())
        for content in edited.values_list("content", flat=True)
    )


def may_accept(actor: Account, one: FollowedShortcoming, *, on: dt.date) -> bool:
    """Say whether the actor may let it be for a time: from above, and nobody their own."""
    if is_own(actor, one):
        return False
    if one.person_id is not None:
        return holds(actor, Permission.REMEDIATION_JUDGE, unit_id=one.unit_id, on=on)
    return stands_above(actor, Permission.REMEDIATION_JUDGE, one.unit_id, on=on)


# -- evidence ------------------------------------------------------------------------------------


def may_read_evidence(account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool:
    """Say whether a file shows what came of an action, or if it helped, that the account sees."""
    if not isinstance(account, Account):
        return False
    seen = followed_for(account, on=on)
    if EffectCheck.objects.filter(files=file, shortcoming__in=seen).exists():
        return True
    notes = ProgressNote.objects.filter(files=file)
    if notes.filter(action__in=actions_for(account, on=on)).exists():
        return True
    return notes.filter(action__shortcomings__in=seen).exists()
