"""A save of the writing page: with a whole form or a few fields, with an action or without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone

from tusoi.access.errors import AccessError
from tusoi.core import clock
from tusoi.cycles.errors import CycleError
from tusoi.people.models import Account
from tusoi.remediation import operations as remedies
from tusoi.reviews import operations
from tusoi.reviews.enums import ReviewState, RowKind
from tusoi.reviews.errors import ReviewError, RowUnknown, VersionUnknown
from tusoi.reviews.models import RowVersion, SelfReview
from tusoi.reviews.queries import form_of
from tusoi.reviews.queries.rows import ROW_KIND_OF
from tusoi.rulebooks.schema import QuestionKind
from tusoi.web.http import whole_number
from tusoi.web.reviews.forms import Arrived, read_draft
from tusoi.web.reviews.page import (
    ConflictView,
    PromptView,
    QuestionView,
    RowView,
    base_name,
    saved_page,
)


REFUSALS: Final = (ReviewError, CycleError, AccessError)


@dataclass(frozen=True)
class Saving:
    """Who saves which review, and the words of the button: `add:target`, `settle:a7:use`."""

    review: SelfReview
    actor: Account
    parts: tuple[str, ...]

    @property
    def verb(self) -> str:
        return self.parts[0]

    def kind(self) -> RowKind:
        if len(self.parts) < 2 or self.parts[1] not in RowKind.values:  # noqa: PLR2004 -- verb and kind
            raise RowUnknown
        return RowKind(self.parts[1])

    def number(self, place: int) -> int:
        written = self.parts[place] if len(self.parts) > place else ""
        number = whole_number(written)
        if number is None:
            raise RowUnknown
        return number


def save(request: HttpRequest, review: SelfReview) -> tuple[Arrived, operations.SaveOutcome]:
    """Store what arrived; fields that cannot be read are left as they were and reported."""
    questions = form_of(review.obligation).questions
    dates = {one.id for one in questions if one.kind is QuestionKind.DATE}
    arrived = read_draft(request.POST, dates=dates)
    outcome = operations.save_draft(
        review_id=review.pk,
        draft=arrived.draft,
        actor=cast("Account", request.user),
        at=clock.now(),
    )
    return arrived, outcome


def act(request: HttpRequest, review: SelfReview) -> str:
    """Do what the pressed button says; return the id of the question to show afterwards."""
    parts = tuple(request.POST.get("action", "").split(":"))
    saving = Saving(review, cast("Account", request.user), parts)
    return _ACTIONS.get(saving.verb, _nothing)(saving)


def _nothing(_saving: Saving) -> str:
    return ""


def _add(saving: Saving) -> str:
    kind = saving.kind()
    operations.add_row(review_id=saving.review.pk, kind=kind, actor=saving.actor, at=clock.now())
    return _question_of(saving.review, kind)


def _delete(saving: Saving) -> str:
    kind = saving.kind()
    operations.delete_row(
        review_id=saving.review.pk,
        kind=kind,
        row_id=saving.number(2),
        actor=saving.actor,
        at=clock.now(),
    )
    return _question_of(saving.review, kind)


def _move(saving: Saving) -> str:
    kind = saving.kind()
    operations.move_row(
        review_id=saving.review.pk,
        kind=kind,
        row_id=saving.number(2),
        up=saving.verb == "up",
        actor=saving.actor,
        at=clock.now(),
    )
    return _question_of(saving.review, kind)


def _restore(saving: Saving) -> str:
    kept = _kept_row(saving.review, saving.number(1))
    operations.restore_row(kept_id=kept.pk, actor=saving.actor, at=clock.now())
    return _question_of(saving.review, RowKind(kept.row_kind))


def _settle(saving: Saving) -> str:
    """Settle two texts of one part; the token says which table keeps the second."""
    token, choice = (*saving.parts[1:], "", "")[:2]
    kept_id = whole_number(token[1:])
    if choice not in {"keep", "use", "append"} or kept_id is None:
        raise VersionUnknown
    if token.startswith("r"):
        kept = _kept_row(saving.review, kept_id)
        operations.resolve_row_conflict(
            kept_id=kept.pk, use=choice == "use", actor=saving.actor, at=clock.now()
        )
        return _question_of(saving.review, RowKind(kept.row_kind))
    answer = saving.review.answers.filter(versions=kept_id).first()
    if answer is None:
        raise VersionUnknown
    operations.resolve_conflict(
        version_id=kept_id,
        choice=cast("Literal['keep', 'use', 'append']", choice),
        actor=saving.actor,
        at=clock.now(),
    )
    return answer.question_id


def _complete(saving: Saving) -> str:
    operations.complete_review(review_id=saving.review.pk, actor=saving.actor, at=clock.now())
    return ""


def _submit(saving: Saving) -> str:
    with transaction.atomic():
        # What became of last year's shortcomings may have changed since the author began.
        told: dict[str, Any] = {
            "review_id": saving.review.pk,
            "actor": saving.actor,
            "at": clock.now(),
        }
        remedies.carry_over(**told)
        operations.submit_review(**told)
        remedies.follow_review(**told)
    return ""


_ACTIONS: Final[Mapping[str, Callable[[Saving], str]]] = {
    "add": _add,
    "delete": _delete,
    "up": _move,
    "down": _move,
    "restore": _restore,
    "settle": _settle,
    "complete": _complete,
    "submit": _submit,
}


def _kept_row(review: SelfReview, kept_id: int) -> RowVersion:
    kept = RowVersion.objects.filter(pk=kept_id, review=review).first()
    if kept is None:
        raise VersionUnknown
    return kept


def _question_of(review: SelfReview, kind: RowKind) -> str:
    questions = form_of(review.obligation).questions
    return next((one.id for one in questions if ROW_KIND_OF.get(one.kind) is kind), "")


def autosaved(request: HttpRequest, review: SelfReview) -> JsonResponse:
    """Answer an autosave: what is stored now, how far it is, and what ran into something."""
    try:
        arrived, outcome = save(request, review)
    except REFUSALS as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    review.refresh_from_db()
    page = saved_page(review)
    questions = [question for section in page.sections for question in section.questions]
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(clock.now()):%H:%M}",
            "state": str(ReviewState(review.state).label),
            "bases": {base_name(key): str(base) for key, base in outcome.bases.items()},
            "stale": [base_name(conflict.key) for conflict in outcome.conflicts],
            "percents": _percents(questions),
            "done": page.done_count,
            "required": page.required_count,
            "sections": {one.id: [one.done_count, one.required_count] for one in page.sections},
            "conditions": render_to_string(
                "reviews/level_conditions.html", {"conditions": page.conditions}, request
            ),
            "errors": arrived.errors,
            "conflicts": _conflicts(request, questions),
        }
    )


def _percents(questions: list[QuestionView]) -> dict[str, str]:
    return {row.name: row.percent for one in questions for row in one.rows}


def _conflicts(request: HttpRequest, questions: list[QuestionView]) -> dict[str, str]:
    """Return the panel of every part that has two texts, by the name of its slot."""
    found: dict[str, tuple[ConflictView, ...]] = {}
    for question in questions:
        if question.conflicts:
            found[question.name] = question.conflicts
        if question.lost:
            found[f"lost-{question.row_kind}"] = question.lost
        parts: tuple[RowView | PromptView, ...] = (*question.rows, *question.prompts)
        for part in parts:
            if part.conflicts:
                found[part.name] = part.conflicts
    return {name: _panel(request, conflicts) for name, conflicts in found.items()}


def _panel(request: HttpRequest, conflicts: tuple[ConflictView, ...]) -> str:
    context: dict[str, Any] = {"conflicts": conflicts}
    return render_to_string("reviews/conflicts.html", context, request)
