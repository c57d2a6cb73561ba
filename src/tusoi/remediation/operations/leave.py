"""Leave to be late: more time for an action, or living with a shortcoming until a day.

Both are asked for with a reason, answered by somebody else, and end by themselves: what is late
or open on a day is worked out from the day.
"""

import datetime as dt

from django.db import transaction

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState, ShortcomingState
from tusoi.remediation.errors import (
    ActionNotOpen,
    AnsweredAlready,
    AskedAlready,
    ReasonMissing,
    ShortcomingStepNotAllowed,
    UntilNotFit,
)
from tusoi.remediation.models import Acceptance, Extension, FollowedShortcoming
from tusoi.remediation.operations.acting import locked_action
from tusoi.remediation.operations.counting import OPEN_ACTIONS, Recount
from tusoi.remediation.operations.following import locked
from tusoi.remediation.operations.planning import MOST_DAYS, log, mark_changed
from tusoi.remediation.permissions import (
    may_accept,
    may_analyze,
    may_extend,
    require,
    require_update,
)
from tusoi.remediation.queries import unanswered


# -- more time for an action ---------------------------------------------------------------------


@transaction.atomic
def ask_extension(
    *, action_id: int, until: dt.date, reason: str, actor: Account, at: dt.datetime
) -> Extension:
    """Ask for more time; the deadline stands until somebody else allows it.

    Raises:
        ReasonMissing, UntilNotFit, AskedAlready, ActionNotOpen: why not.
    """
    action = locked_action(action_id)
    on = local_day(at)
    require_update(actor, action, on=on)
    if action.state not in OPEN_ACTIONS:
        raise ActionNotOpen(str(ActionState(action.state).label))
    if not reason.strip():
        raise ReasonMissing
    _require_until(until, on=on, beyond=action.due_on)
    if unanswered(action.extensions) is not None:
        raise AskedAlready
    made = Extension.objects.create(
        action=action,
        from_due_on=action.due_on,
        until=until,
        reason=reason.strip(),
        asked_at=at,
        asked_by=actor,
    )
    _log_extension(made, "ask_extension", actor, at, note=made.reason)
    return made


@transaction.atomic
def grant_extension(*, extension_id: int, actor: Account, at: dt.datetime) -> Extension:
    """Allow more time; the new deadline counts from now on.

    Raises:
        NotPermitted: the actor is in charge of the action or asked, or does not stand above.
        AnsweredAlready, UntilNotFit, ActionNotOpen: it is too late for that.
    """
    extension = _open_extension(extension_id, actor, at)
    action = locked_action(extension.action_id)
    if action.state not in OPEN_ACTIONS:
        raise ActionNotOpen(str(ActionState(action.state).label))
    _require_until(extension.until, on=local_day(at), beyond=action.due_on)
    extension.granted_at, extension.granted_by = at, actor
    extension.save(update_fields=["granted_at", "granted_by"])
    with Recount() as recount:
        recount.touch(action.links.values_list("shortcoming_id", flat=True), [action.pk])
        action.due_on = extension.until
        # Whoever edits the action meanwhile has not seen the new deadline.
        action.version += 1
        action.derive()
        action.save()
    mark_changed(action.plan)
    _log_extension(extension, "grant_extension", actor, at, note=extension.reason)
    return extension


@transaction.atomic
def refuse_extension(
    *, extension_id: int, reason: str, actor: Account, at: dt.datetime
) -> Extension:
    """Refuse more time, with the reason; the deadline stands.

    Raises:
        NotPermitted, AnsweredAlready, ReasonMissing: why not.
    """
    extension = _open_extension(extension_id, actor, at)
    if not reason.strip():
        raise ReasonMissing
    extension.refused_at, extension.refused_by = at, actor
    extension.refusal = reason.strip()
    extension.save(update_fields=["refused_at", "refused_by", "refusal"])
    _log_extension(extension, "refuse_extension", actor, at, note=extension.refusal)
    return extension


@transaction.atomic
def withdraw_extension(*, extension_id: int, actor: Account, at: dt.datetime) -> None:
    """Take a request for more time back that nobody has answered; the log keeps it.

    Raises:
        NotPermitted: somebody else asked.
        AnsweredAlready: it is too late for that.
    """
    extension = _locked_extension(extension_id)
    require(extension.asked_by_id == actor.pk)
    _require_unanswered(extension)
    _log_extension(extension, "withdraw_extension", actor, at, note=extension.reason)
    extension.delete()


def _locked_extension(extension_id: int) -> Extension:
    return (
        Extension.objects.select_for_update(of=("self",))
        .select_related("action__plan")
        .get(pk=extension_id)
    )


def _open_extension(extension_id: int, actor: Account, at: dt.datetime) -> Extension:
    extension = _locked_extension(extension_id)
    is_other = actor.is_system or extension.asked_by_id != actor.pk
    require(is_other and may_extend(actor, extension.action, on=local_day(at)))
    _require_unanswered(extension)
    return extension


def _log_extension(
    extension: Extension, verb: str, actor: Account, at: dt.datetime, *, note: str
) -> None:
    before = extension.from_due_on.isoformat() if extension.from_due_on else ""
    until = extension.until.isoformat()
    log(extension.action, verb, actor, at, from_state=before, to_state=until, note=note)


# -- living with a shortcoming -------------------------------------------------------------------


@transaction.atomic
def ask_acceptance(
    *, shortcoming_id: int, until: dt.date, reason: str, actor: Account, at: dt.datetime
) -> Acceptance:
    """Ask the level above to let a shortcoming be until a day.

    Raises:
        ReasonMissing, UntilNotFit, AskedAlready, ShortcomingStepNotAllowed: why not.
    """
    one = locked(shortcoming_id)
    on = local_day(at)
    require(may_analyze(actor, one, on=on))
    _require_unclosed(one)
    if not reason.strip():
        raise ReasonMissing
    _require_until(until, on=on)
    if unanswered(one.acceptances) is not None:
        raise AskedAlready
    made = Acceptance.objects.create(
        shortcoming=one, until=until, reason=reason.strip(), asked_at=at, asked_by=actor
    )
    _log_acceptance(made, "ask_acceptance", actor, at, note=made.reason)
    return made


@transaction.atomic
def grant_acceptance(*, acceptance_id: int, actor: Account, at: dt.datetime) -> Acceptance:
    """Let a shortcoming be until the day asked for; the day after, it is open again.

    Raises:
        NotPermitted: the actor does not stand above, or asked for it.
        AnsweredAlready, UntilNotFit, ShortcomingStepNotAllowed: it is too late for that.
    """
    acceptance = _open_acceptance(acceptance_id, actor, at)
    one = locked(acceptance.shortcoming_id)
    _require_unclosed(one)
    _require_until(acceptance.until, on=local_day(at))
    with Recount() as recount:
        recount.touch([one.pk])
        acceptance.granted_at, acceptance.granted_by = at, actor
        acceptance.save(update_fields=["granted_at", "granted_by"])
    _log_acceptance(acceptance, "grant_acceptance", actor, at, note=acceptance.reason)
    return acceptance


@transaction.atomic
def refuse_acceptance(
    *, acceptance_id: int, reason: str, actor: Account, at: dt.datetime
) -> Acceptance:
    """Refuse to let a shortcoming be, with the reason.

    Raises:
        NotPermitted, AnsweredAlready, ReasonMissing: why not.
    """
    acceptance = _open_acceptance(acceptance_id, actor, at)
    if not reason.strip():
        raise ReasonMissing
    acceptance.refused_at, acceptance.refused_by = at, actor
    acceptance.refusal = reason.strip()
    acceptance.save(update_fields=["refused_at", "refused_by", "refusal"])
    _log_acceptance(acceptance, "refuse_acceptance", actor, at, note=acceptance.refusal)
    return acceptance


@transaction.atomic
def withdraw_acceptance(*, acceptance_id: int, actor: Account, at: dt.datetime) -> None:
    """Take a request to let a shortcoming be back that nobody has answered; the log keeps it.

    Raises:
        NotPermitted: somebody else asked.
        AnsweredAlready: it is too late for that.
    """
    acceptance = _locked_acceptance(acceptance_id)
    require(acceptance.asked_by_id == actor.pk)
    _require_unanswered(acceptance)
    _log_acceptance(acceptance, "withdraw_acceptance", actor, at, note=acceptance.reason)
    acceptance.delete()


@transaction.atomic
def revoke_acceptance(
    *, acceptance_id: int, reason: str, actor: Account, at: dt.datetime
) -> Acceptance:
    """End an acceptance before its day; the deadlines of the actions count again at once.

    Raises:
        NotPermitted, ReasonMissing: why not.
        AnsweredAlready: it was never granted, or it is revoked already.
    """
    acceptance = _locked_acceptance(acceptance_id)
    require(may_accept(actor, acceptance.shortcoming, on=local_day(at)))
    if not reason.strip():
        raise ReasonMissing
    if acceptance.granted_at is None or acceptance.revoked_at is not None:
        raise AnsweredAlready
    with Recount() as recount:
        recount.touch([acceptance.shortcoming_id])
        acceptance.revoked_at, acceptance.revoked_by = at, actor
        acceptance.save(update_fields=["revoked_at", "revoked_by"])
    _log_acceptance(acceptance, "revoke_acceptance", actor, at, note=reason.strip())
    return acceptance


def _locked_acceptance(acceptance_id: int) -> Acceptance:
    return (
        Acceptance.objects.select_for_update(of=("self",))
        .select_related("shortcoming")
        .get(pk=acceptance_id)
    )


def _open_acceptance(acceptance_id: int, actor: Account, at: dt.datetime) -> Acceptance:
    acceptance = _locked_acceptance(acceptance_id)
    is_other = actor.is_system or acceptance.asked_by_id != actor.pk
    require(is_other and may_accept(actor, acceptance.shortcoming, on=local_day(at)))
    _require_unanswered(acceptance)
    return acceptance


def _log_acceptance(
    acceptance: Acceptance, verb: str, actor: Account, at: dt.datetime, *, note: str
) -> None:
    one = acceptance.shortcoming
    audit.record(
        actor=actor,
        at=at,
        action=f"remediation.{verb}",
        obj=one,
        unit_id=one.unit_id,
        to_state=acceptance.until.isoformat(),
        note=note,
    )


def _require_unclosed(one: FollowedShortcoming) -> None:
    if one.state == ShortcomingState.CLOSED:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))


def _require_until(until: dt.date, *, on: dt.date, beyond: dt.date | None = None) -> None:
    earliest = max(on, beyond) if beyond else on
    if not earliest < until <= on + dt.timedelta(days=MOST_DAYS):
        raise UntilNotFit(MOST_DAYS, earliest=earliest)


def _require_unanswered(asked: Extension | Acceptance) -> None:
    if asked.granted_at or asked.refused_at:
        raise AnsweredAlready
