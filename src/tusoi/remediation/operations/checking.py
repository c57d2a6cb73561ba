"""Did it help? Somebody other than who was in charge says so on a stated day, with grounds."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.remediation.enums import ShortcomingState, Verdict
from tusoi.remediation.errors import (
    CheckDayNotFit,
    CheckerInCharge,
    CheckTooEarly,
    GroundsMissing,
    NotReadyToClose,
    ReasonMissing,
    ShortcomingStepNotAllowed,
)
from tusoi.remediation.models import EffectCheck, FollowedShortcoming
from tusoi.remediation.operations.counting import Recount
from tusoi.remediation.operations.following import locked
from tusoi.remediation.operations.planning import MOST_DAYS
from tusoi.remediation.operations.steps import move, next_review
from tusoi.remediation.permissions import may_analyze, may_check, require
from tusoi.remediation.queries import gaps_to_close


@transaction.atomic
def set_check_day(
    *, shortcoming_id: int, check_on: dt.date, actor: Account, at: dt.datetime
) -> FollowedShortcoming:
    """State on which day somebody looks whether it helped.

    Raises:
        CheckDayNotFit: the day is over, or after the review of the year that follows.
        ShortcomingStepNotAllowed: it was checked already.
    """
    one = locked(shortcoming_id)
    on = local_day(at)
    require(may_analyze(actor, one, on=on) or may_check(actor, one, on=on))
    if one.checked_at is not None:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))
    latest = max(next_review(one.cycle, on=on), on + dt.timedelta(days=MOST_DAYS))
    if not on <= check_on <= latest:
        raise CheckDayNotFit(latest)
    with Recount() as recount:
        recount.touch([one.pk])
        one.check_on = check_on
        one.save(update_fields=["check_on"])
    audit.record(
        actor=actor,
        at=at,
        action="remediation.set_check_day",
        obj=one,
        unit_id=one.unit_id,
        to_state=check_on.isoformat(),
    )
    return one


@transaction.atomic
def check_effect(  # noqa: PLR0913 -- what was found, on which grounds, when, by whom
    *,
    shortcoming_id: int,
    verdict: Verdict,
    grounds: str,
    checked_on: dt.date,
    actor: Account,
    at: dt.datetime,
    files: Collection[StoredFile] = (),
) -> EffectCheck:
    """Say whether what was done put the shortcoming right.

    What was not effective needs another action; the history of the first one stays.

    Raises:
        NotPermitted: the actor has no such right.
        CheckerInCharge: they have, but were in charge of an action or reported it done.
        ShortcomingStepNotAllowed: not everything is done, or it was checked already.
        GroundsMissing, CheckTooEarly: why not.
    """
    one = locked(shortcoming_id)
    _require_checker(actor, one, on=local_day(at))
    if one.state != ShortcomingState.DONE or one.done_at is None:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))
    if not grounds.strip():
        raise GroundsMissing
    if not local_day(one.done_at) <= checked_on <= local_day(at):
        raise CheckTooEarly
    with Recount() as recount:
        recount.touch([one.pk])
        made = EffectCheck.objects.create(
            shortcoming=one,
            attempt=one.attempt,
            verdict=verdict,
            grounds=grounds.strip(),
            checked_on=checked_on,
            checked_at=at,
            checked_by=actor,
        )
        made.files.set(files)
        one.verdict = verdict
        failed = verdict == Verdict.NOT_EFFECTIVE
        to = ShortcomingState.NOT_EFFECTIVE if failed else ShortcomingState.EFFECT_CHECKED
        move(one, to, actor=actor, at=at, note=grounds.strip())
    return made


@transaction.atomic
def close_shortcoming(
    *, shortcoming_id: int, actor: Account, at: dt.datetime, reason: str = ""
) -> FollowedShortcoming:
    """End the following of what was put right.

    Raises:
        NotPermitted, CheckerInCharge: as `check_effect` says.
        ShortcomingStepNotAllowed: nobody has said that it helped.
        NotReadyToClose: an action has no owner or deadline, or nothing shows what came of it.
        ReasonMissing: it helped in part only, and nothing says why that is enough.
    """
    one = locked(shortcoming_id)
    _require_checker(actor, one, on=local_day(at))
    if one.state != ShortcomingState.EFFECT_CHECKED:
        raise ShortcomingStepNotAllowed(str(one.get_state_display()))
    if gaps := gaps_to_close(one):
        raise NotReadyToClose(gaps)
    if one.verdict == Verdict.PARTLY and not reason.strip():
        raise ReasonMissing
    with Recount() as recount:
        recount.touch([one.pk])
        move(one, ShortcomingState.CLOSED, actor=actor, at=at, note=reason.strip())
    return one


def _require_checker(actor: Account, one: FollowedShortcoming, *, on: dt.date) -> None:
    if may_check(actor, one, on=on):
        return
    require(may_check(actor, one, on=on, though_in_charge=True))
    raise CheckerInCharge
