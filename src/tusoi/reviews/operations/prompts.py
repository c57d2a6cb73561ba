"""What others put beside a review: suggested issues from above, comments from outside."""

import datetime as dt

from django.db import transaction

from tusoi.access.enums import Permission
from tusoi.access.queries import grants_of
from tusoi.access.roles import roles_with
from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.text import nfc
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.models import Obligation
from tusoi.people.models import Account
from tusoi.reviews.enums import CommentSource, ReviewState
from tusoi.reviews.errors import ChoiceUnknown, CommentEmpty, PromptEmpty, PromptNotOpen
from tusoi.reviews.models import ReviewComment, ReviewPrompt, SelfReview
from tusoi.reviews.permissions import can_attach_comment, can_issue_prompt, require
from tusoi.units.models import UnitClosure


@transaction.atomic
def issue_prompt(
    *,
    obligation_id: int,
    text: str,
    actor: Account,
    at: dt.datetime,
    document: str = "",
    due_on: dt.date | None = None,
) -> ReviewPrompt:
    """Direct a subject to address a matter; the form then demands an answer to it.

    A review that is handed in already has to be returned for the answer to be written.

    Raises:
        NotPermitted: the actor does not stand above the subject.
        PromptEmpty, CycleNotOpen: nothing to say, or too late.
        PromptNotOpen: the review is accepted or was dealt with in the meeting.
    """
    obligation = _locked_obligation(obligation_id)
    require(can_issue_prompt(actor, obligation, on=local_day(at)))
    _require_promptable(obligation)
    text = nfc(text).strip()
    if not text:
        raise PromptEmpty
    prompt = ReviewPrompt.objects.create(
        obligation=obligation,
        issuer_id=_issuing_unit(obligation, actor, local_day(at)),
        text=text,
        document=nfc(document).strip(),
        due_on=due_on,
        issued_at=at,
        issued_by=actor,
    )
    audit.record(
        actor=actor,
        at=at,
        action="reviews.prompt",
        obj=prompt,
        unit_id=obligation.unit_id,
        to_state="issued",
    )
    return prompt


@transaction.atomic
def withdraw_prompt(*, prompt_id: int, actor: Account, at: dt.datetime) -> ReviewPrompt:
    """Take a prompt back; what was answered stays in the history but is no longer demanded.

    Raises:
        NotPermitted: the actor does not stand above the subject.
        PromptNotOpen, CycleNotOpen: it was withdrawn before, or its time is over.
    """
    prompt = ReviewPrompt.objects.select_for_update(of=("self",)).get(pk=prompt_id)
    obligation = _locked_obligation(prompt.obligation_id)
    require(can_issue_prompt(actor, obligation, on=local_day(at)))
    _require_promptable(obligation)
    if prompt.withdrawn_at is not None:
        raise PromptNotOpen
    prompt.withdrawn_at, prompt.withdrawn_by = at, actor
    prompt.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(
        actor=actor,
        at=at,
        action="reviews.withdraw_prompt",
        obj=prompt,
        unit_id=obligation.unit_id,
        from_state="issued",
        to_state="withdrawn",
    )
    return prompt


@transaction.atomic
def attach_comment(  # noqa: PLR0913 -- about whom, from whom, when, what, by whom
    *,
    obligation_id: int,
    source: str,
    body: str,
    commented_on: dt.date,
    actor: Account,
    at: dt.datetime,
    text: str = "",
    file_id: int | None = None,
) -> ReviewComment:
    """Put a comment from outside beside a dossier, typed or as a stored scan.

    Raises:
        NotPermitted: neither the person nor a committee over their unit.
        CommentEmpty, ChoiceUnknown, CycleNotOpen: nothing to attach, or not now.
    """
    obligation = _locked_obligation(obligation_id)
    require(can_attach_comment(actor, obligation, on=local_day(at)))
    if obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    text = nfc(text).strip()
    if not text and file_id is None:
        raise CommentEmpty
    if source not in CommentSource.values:
        raise ChoiceUnknown
    comment = ReviewComment.objects.create(
        obligation=obligation,
        source=source,
        body=nfc(body).strip(),
        commented_on=commented_on,
        text=text,
        file_id=file_id,
        attached_at=at,
        attached_by=actor,
    )
    audit.record(
        actor=actor,
        at=at,
        action="reviews.attach_comment",
        obj=comment,
        unit_id=obligation.unit_id,
        to_state=source,
    )
    return comment


def _locked_obligation(obligation_id: int) -> Obligation:
    return (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("cycle", "unit")
        .get(pk=obligation_id)
    )


def _require_promptable(obligation: Obligation) -> None:
    if obligation.cycle.state != CycleState.OPEN:
        raise CycleNotOpen
    accepted = SelfReview.objects.filter(obligation=obligation, state=ReviewState.ACCEPTED)
    if obligation.reviewed_at is not None or accepted.exists():
        raise PromptNotOpen


def _issuing_unit(obligation: Obligation, actor: Account, on: dt.date) -> int:
    """Name the nearest organisation for which the actor may issue prompts to this subject."""
    above = UnitClosure.objects.filter(descendant=obligation.unit_id).order_by("depth")
    if obligation.person_id is None:
        above = above.filter(depth__gt=0)
    if not actor.is_system:
        grants = grants_of(actor, on=on).filter(role__in=roles_with(Permission.PROMPT_ISSUE))
        above = above.filter(ancestor__in=grants.values("unit"))
    nearest = above.values_list("ancestor_id", flat=True).first()
    return nearest if nearest is not None else obligation.unit_id
