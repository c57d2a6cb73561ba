"""What fell short and is followed: of one subject, in one scope, and what came before."""

import datetime as dt
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.core.text import search_key
from tusoi.cycles.models import ReviewCycle
from tusoi.files.enums import FileState
from tusoi.people.models import Account
from tusoi.remediation.enums import ActionState, ListKind
from tusoi.remediation.models import (
    EffectCheck,
    FollowedShortcoming,
    ListEntry,
    RemediationAction,
    RemediationPlan,
)
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import ProposedRemedy, SelfReview, Shortcoming
from tusoi.units.models import UnitClosure


_SHARED_WORDS: Final = 0.5
_MOST_LIKELY: Final = 5


def followed_for(actor: Account, *, on: dt.date) -> QuerySet[FollowedShortcoming]:
    """Return what is followed in the actor's scope, and what is the actor's own."""
    every = FollowedShortcoming.objects.all()
    if actor.is_system:
        return every
    scope = Q(unit__in=units_for(actor, Permission.REMEDIATION_VIEW, on=on).values("pk"))
    if actor.person_id is not None:
        scope |= Q(person=actor.person_id)
    return every.filter(scope)


def shortcomings_of(
    cycle: ReviewCycle, unit_id: int, person_id: int | None = None
) -> QuerySet[FollowedShortcoming]:
    """Return what is followed of a unit and its collectives, or of one person in it."""
    return FollowedShortcoming.objects.filter(
        cycle=cycle, unit=unit_id, person=person_id
    ).order_by("collective__sort_key", "told__position", "pk")


def shortcomings_of_plan(plan: RemediationPlan) -> QuerySet[FollowedShortcoming]:
    return shortcomings_of(plan.cycle, plan.unit_id, plan.person_id)


def _subject(plan: RemediationPlan, prefix: str = "") -> Q:
    """Return whose reviews a plan rests on: the unit's with its collectives', or a person's."""
    owed = f"{prefix}obligation"
    theirs = Q(**{f"{owed}__unit": plan.unit_id})
    if plan.person_id is not None:
        # A dossier that was handed over since is answered where its plan was begun.
        told = FollowedShortcoming.objects.filter(
            cycle=plan.cycle_id, unit=plan.unit_id, person=plan.person_id
        )
        theirs |= Q(**{f"{prefix}pk__in": told.values("told__review")})
    return theirs & Q(
        **{
            f"{owed}__cycle": plan.cycle_id,
            f"{owed}__person": plan.person_id,
            f"{owed}__cancelled_on__isnull": True,
            f"{prefix}state__in": HANDED_IN_STATES,
        }
    )


def reviews_of(plan: RemediationPlan) -> QuerySet[SelfReview]:
    """Return the handed-in reviews on which a plan rests."""
    return SelfReview.objects.filter(_subject(plan)).order_by("pk")


def unfollowed_reviews() -> QuerySet[SelfReview]:
    """Return the handed-in reviews that name something which is not followed yet."""
    named = Shortcoming.objects.filter(review=OuterRef("pk"), followed__isnull=True)
    return SelfReview.objects.filter(
        Exists(named.exclude(nature="")),
        state__in=HANDED_IN_STATES,
        obligation__cancelled_on__isnull=True,
    ).order_by("pk")


def proposed_remedies_of(plan: RemediationPlan) -> QuerySet[ProposedRemedy]:
    return ProposedRemedy.objects.filter(_subject(plan, "review__")).order_by(
        "review_id", "position", "pk"
    )


# -- the past ------------------------------------------------------------------------------------


def past_of(one: FollowedShortcoming) -> QuerySet[FollowedShortcoming]:
    """Return what the same subject had to put right in earlier periods, the newest first.

    A person who changed cells keeps their own past.
    """
    if one.person_id is not None:
        same = Q(person=one.person_id)
    elif one.collective_id is not None:
        same = Q(person__isnull=True, collective=one.collective_id)
    else:
        same = Q(person__isnull=True, collective__isnull=True, unit=one.unit_id)
    return (
        FollowedShortcoming.objects.filter(same, cycle__period_to__lt=one.cycle.period_from)
        .select_related("returned")
        .order_by("-cycle__period_to", "pk")
    )


def likely_past(one: FollowedShortcoming) -> list[FollowedShortcoming]:
    """Return the earlier shortcomings of which this one may be the return, the likeliest first.

    Half of the words in common, accents aside, is worth a look; a person says whether it is so.
    """
    words = set(search_key(one.nature).split())
    weighed = []
    for past in past_of(one):
        other = set(search_key(past.nature).split())
        shared = len(words & other) / len(words | other) if words | other else 0
        if shared >= _SHARED_WORDS and getattr(past, "returned", one) == one:
            weighed.append((-shared, past.pk, past))
    return [past for _shared, _pk, past in sorted(weighed, key=lambda row: row[:2])][:_MOST_LIKELY]


def history_of(one: FollowedShortcoming) -> list[FollowedShortcoming]:
    """Return the shortcoming as it stood in earlier periods, the newest first."""
    found = []
    past = one.previous
    while past is not None:
        found.append(past)
        past = past.previous
    return found


# -- one shortcoming -----------------------------------------------------------------------------


def entries_for(unit_id: int, kind: ListKind, *, on: dt.date) -> QuerySet[ListEntry]:
    """Return the entries that a unit may use on a day: its own and those of all above it."""
    above = UnitClosure.objects.filter(descendant=unit_id)
    return ListEntry.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        list=kind,
        unit__in=above.values("ancestor"),
        valid_from__lte=on,
    ).order_by("under", "label", "pk")


def steps_of(one: FollowedShortcoming) -> QuerySet[Any]:
    return one.transitions.select_related("actor").order_by("pk")


def checks_of(one: FollowedShortcoming) -> QuerySet[EffectCheck]:
    return one.checks.select_related("checked_by").prefetch_related("files").order_by("attempt")


def current_actions(one: FollowedShortcoming) -> QuerySet[RemediationAction]:
    """Return the actions of the round that is under way."""
    return (
        RemediationAction.objects.filter(links__shortcoming=one, links__attempt=one.attempt)
        .exclude(state=ActionState.DROPPED)
        .order_by("pk")
    )


def gaps_to_close(one: FollowedShortcoming) -> list[str]:
    """Return what is missing before it can be closed, one sentence each."""
    actions = list(current_actions(one).prefetch_related("notes__files"))
    gaps = []
    for action in actions:
        text = {"text": action.text[:80]}
        if action.owner_person_id is None and action.owner_unit_id is None:
            gaps.append(_("Việc “%(text)s” chưa ghi nơi chủ trì.") % text)
        if action.due_on is None:
            gaps.append(_("Việc “%(text)s” chưa ghi thời hạn.") % text)
    shown = any(
        note.link
        or note.reached_value is not None
        or any(file.state == FileState.READY for file in note.files.all())
        for action in actions
        for note in action.notes.all()
    )
    if not shown and not one.checks.filter(files__state=FileState.READY).exists():
        gaps.append(
            _(
                "Chưa có minh chứng: số liệu đạt được, địa chỉ hoặc tệp kèm theo một lần cập nhật "
                "của việc khắc phục, hoặc tệp kèm theo kết luận."
            )
        )
    return gaps
