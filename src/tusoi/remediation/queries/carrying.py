"""What the review of the next period is told of each shortcoming that was pointed out before."""

import datetime as dt
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.models import Obligation
from tusoi.people.models import Account
from tusoi.remediation.enums import ShortcomingState, Verdict
from tusoi.remediation.models import (
    CarriedShortcoming,
    FollowedShortcoming,
    RemediationAction,
)
from tusoi.remediation.queries.board import accepted_until
from tusoi.remediation.queries.shortcomings import current_actions
from tusoi.reviews.enums import EarlierOutcome


_S: Final = ShortcomingState
# So long is what a form shows of one action.
_SHOWN: Final = 200
_LONGEST_NAMES: Final = 300


def to_carry(obligation: Obligation) -> list[FollowedShortcoming]:
    """Return what the review of a dossier has to answer for: the last period and what is open.

    A shortcoming that came back is told by its newest record alone.
    """
    past = FollowedShortcoming.objects.filter(
        _same_subject(obligation),
        cycle__period_to__lt=obligation.cycle.period_from,
    )
    newest = past.order_by("-cycle__period_to").values_list("cycle__period_to", flat=True).first()
    if newest is None:
        return []
    return list(
        past.filter(Q(cycle__period_to=newest) | ~Q(state=_S.CLOSED))
        .exclude(returned__cycle__period_to__lt=obligation.cycle.period_from)
        .select_related("cycle", "told", "collective")
        .prefetch_related("answerable")
        .order_by("-cycle__period_to", "told__position", "pk")
    )


def _same_subject(obligation: Obligation) -> Q:
    if obligation.person_id is not None:
        same = Q(person=obligation.person_id)
        # A leader answers twice, as a member and as a leader, each for their own.
        kind = Q(told__review__obligation__subject_kind=obligation.subject_kind)
        return same & (kind | Q(told__isnull=True))
    if obligation.collective_id is not None:
        return Q(person__isnull=True, collective=obligation.collective_id)
    return Q(person__isnull=True, collective__isnull=True, unit=obligation.unit_id)


def outcome_of(one: FollowedShortcoming) -> EarlierOutcome:
    """Return what became of it, as the forms ask: put right, under way, not yet."""
    if one.state == _S.CLOSED or one.verdict == Verdict.EFFECTIVE:
        return EarlierOutcome.DONE
    if one.state in {_S.IN_HAND, _S.DONE, _S.EFFECT_CHECKED}:
        return EarlierOutcome.UNDER_WAY
    return EarlierOutcome.NOT_YET


def degree_of(one: FollowedShortcoming) -> int | None:
    """Return how far it is in per cent: the mean of what was last reported of its actions."""
    if outcome_of(one) is EarlierOutcome.DONE:
        return 100
    reported = [_percent(action) for action in current_actions(one).prefetch_related("notes")]
    return round(sum(reported) / len(reported)) if reported else None


def _percent(action: RemediationAction) -> int:
    last = max(
        (note for note in action.notes.all() if note.percent is not None),
        key=lambda note: note.pk,
        default=None,
    )
    return last.percent or 0 if last else 0


def account_of(one: FollowedShortcoming, *, on: dt.date) -> str:
    """Return in words what was done, or why nothing was."""
    lines = [_told_of(action) for action in current_actions(one).prefetch_related("notes")]
    check = one.checks.order_by("-attempt").first()
    if check is not None:
        verdict = {"verdict": check.get_verdict_display(), "grounds": check.grounds}
        lines.append(_("Kiểm tra hiệu quả: %(verdict)s. %(grounds)s") % verdict)
    elif one.state == _S.DONE:
        lines.append(_("Chưa kiểm tra hiệu quả."))
    if not lines:
        lines.append(_("Chưa có việc khắc phục."))
    until = accepted_until(one, on=on)
    if until is not None:
        lines.append(_("Được tạm chấp nhận đến hết ngày %(day)s.") % {"day": f"{until:%d/%m/%Y}"})
    return "\n".join(lines)


def _told_of(action: RemediationAction) -> str:
    last = max(action.notes.all(), key=lambda note: note.pk, default=None)
    text = {
        # A sentence of its own before a colon would read “xong.: đã làm”.
        "text": action.text[:_SHOWN].rstrip(" .;:"),
        "state": action.get_state_display(),
        "note": last.text[:_SHOWN] if last else "",
    }
    if last is None:
        return _("%(text)s: %(state)s.") % text
    return _("%(text)s: %(state)s. %(note)s") % text


def answerable_for(one: FollowedShortcoming) -> str:
    """Return who answers for it: who is named, and who is in charge of its actions."""
    owners = current_actions(one).select_related("owner_person", "owner_unit")
    names = [str(person) for person in one.answerable.all()]
    names += [
        str(action.owner_person or action.owner_unit)
        for action in owners
        if action.owner_person or action.owner_unit
    ]
    return ", ".join(dict.fromkeys(names))[:_LONGEST_NAMES]


def claims_astray(actor: Account, *, on: dt.date) -> QuerySet[CarriedShortcoming]:
    """Return lines whose author says "put right" where the effect was never found.

    The share of earlier shortcomings put right decides about a level, so somebody looks.
    """
    found = CarriedShortcoming.objects.filter(
        earlier__outcome=EarlierOutcome.DONE, earlier__version__gt=F("version")
    ).exclude(Q(shortcoming__state=_S.CLOSED) | Q(shortcoming__verdict=Verdict.EFFECTIVE))
    if not actor.is_system:
        scope = units_for(actor, Permission.REMEDIATION_VIEW, on=on)
        found = found.filter(earlier__review__obligation__unit__in=scope.values("pk"))
    return found.select_related("shortcoming__unit", "earlier__review__obligation").order_by("pk")
