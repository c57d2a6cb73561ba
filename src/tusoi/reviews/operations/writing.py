"""Saving what an author types: nothing typed is lost, whatever arrives in whichever order."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from django.db import transaction

from tusoi.core.text import nfc
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.reviews.enums import RowKind
from tusoi.reviews.errors import ChoiceUnknown, QuestionUnknown, VersionUnknown
from tusoi.reviews.models import AnswerVersion, CriterionGrade, ReviewAnswer
from tusoi.reviews.operations.gate import Editing, opened_for_writing
from tusoi.reviews.operations.rows import Conflict, RowEdit, RowSaver
from tusoi.reviews.queries.content import TEXT_KINDS, form_of, grade_choices
from tusoi.reviews.queries.rows import Base, digest_of, text_base
from tusoi.rulebooks.rulebook import Form, Rulebook
from tusoi.rulebooks.schema import QuestionKind


# Replaced texts of one sitting are kept this far apart; a text by somebody else, one that was
# handed in, or one that lost much of its length is always kept.
KEPT_EVERY: Final = dt.timedelta(minutes=10)
_SHRUNK: Final = 0.7

Choice = Literal["keep", "use", "append"]


@dataclass(frozen=True)
class TextEdit:
    question_id: str
    text: str
    base: Base = field(default_factory=Base)


@dataclass(frozen=True)
class Draft:
    """What one save carries: only what the editor has touched, or the whole page."""

    answers: Sequence[TextEdit] = ()
    rows: Sequence[RowEdit] = ()
    grades: Mapping[str, str] = field(default_factory=dict)
    level: str | None = None


@dataclass(frozen=True)
class SaveOutcome:
    """What is stored now: a new base for each part, and the parts that ran into a newer text."""

    review_id: int
    state: str
    saved_at: dt.datetime
    bases: Mapping[str, Base]
    conflicts: tuple[Conflict, ...]


def answer_key(question_id: str) -> str:
    return f"answer:{question_id}"


@transaction.atomic
def save_draft(*, review_id: int, draft: Draft, actor: Account, at: dt.datetime) -> SaveOutcome:
    """Store a save from the writing page.

    A text that was written on top of an older version than the stored one does not replace it:
    the newer text stays, the arriving one is kept beside it, and the outcome tells so.

    Raises:
        NotPermitted, CycleNotOpen, ReviewNotEditable: nobody may write here (now).
        QuestionUnknown, ChoiceUnknown, RowUnknown: the form holds no such part.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    form = form_of(editing.review.obligation)
    texts = _TextSaver(editing, form)
    texts.save(draft.answers)
    rows = RowSaver(editing, form)
    rows.save(draft.rows)
    _save_grades(editing, form, draft.grades)
    if draft.level is not None:
        _save_level(editing, draft.level)
    editing.finish()
    return SaveOutcome(
        review_id=review_id,
        state=editing.review.state,
        saved_at=editing.review.saved_at,
        bases={**texts.bases, **rows.bases},
        conflicts=(*texts.conflicts, *rows.conflicts),
    )


def save_answer(
    *,
    review_id: int,
    question_id: str,
    text: str,
    base: Base | None = None,
    actor: Account,
    at: dt.datetime,
) -> SaveOutcome:
    """Store the text under one question; see `save_draft`."""
    edit = TextEdit(question_id, text, base or Base())
    return save_draft(review_id=review_id, draft=Draft(answers=[edit]), actor=actor, at=at)


def save_grades(
    *,
    review_id: int,
    grades: Mapping[str, str],
    level: str | None = None,
    actor: Account,
    at: dt.datetime,
) -> SaveOutcome:
    """Store self-grades by criterion, and the level that the author proposes for themself."""
    draft = Draft(grades=grades, level=level)
    return save_draft(review_id=review_id, draft=draft, actor=actor, at=at)


def save_rows(
    *, review_id: int, rows: Sequence[RowEdit], actor: Account, at: dt.datetime
) -> SaveOutcome:
    """Store edits of rows that exist; `add_row` makes new ones."""
    return save_draft(review_id=review_id, draft=Draft(rows=rows), actor=actor, at=at)


def answer_prompt(
    *,
    review_id: int,
    prompt_id: int,
    text: str,
    base: Base | None = None,
    actor: Account,
    at: dt.datetime,
) -> SaveOutcome:
    """Store the answer to one suggested issue; see `save_draft`."""
    edit = RowEdit(RowKind.RESPONSE, prompt_id, {"text": text}, base or Base())
    return save_draft(review_id=review_id, draft=Draft(rows=[edit]), actor=actor, at=at)


@transaction.atomic
def resolve_conflict(*, version_id: int, choice: Choice, actor: Account, at: dt.datetime) -> None:
    """Settle two texts of one answer: keep the stored one, use the other, or join them.

    Raises:
        VersionUnknown: it was settled before.
    """
    kept = (
        AnswerVersion.objects.filter(pk=version_id, is_conflict=True, resolved_at__isnull=True)
        .select_related("answer")
        .first()
    )
    if kept is None:
        raise VersionUnknown
    editing = opened_for_writing(kept.answer.review_id, actor=actor, at=at)
    texts = _TextSaver(editing, form_of(editing.review.obligation))
    if choice != "keep":
        current = kept.answer.text
        texts.replace(kept.answer, kept.text if choice == "use" else f"{current}\n\n{kept.text}")
    kept.resolved_at, kept.resolved_by = at, actor
    kept.save(update_fields=["resolved_at", "resolved_by"])
    editing.finish()


class _TextSaver:
    def __init__(self, editing: Editing, form: Form) -> None:
        self._editing = editing
        self._form = form
        self.bases: dict[str, Base] = {}
        self.conflicts: list[Conflict] = []

    def save(self, edits: Sequence[TextEdit]) -> None:
        if not edits:
            return
        known = {one.id for one in self._form.questions if one.kind in TEXT_KINDS}
        if any(edit.question_id not in known for edit in edits):
            raise QuestionUnknown
        stored = {
            one.question_id: one
            for one in self._editing.review.answers.select_related("saved_by").filter(
                question_id__in=[edit.question_id for edit in edits]
            )
        }
        for edit in edits:
            self._save_one(stored.get(edit.question_id), edit)

    def _save_one(self, answer: ReviewAnswer | None, edit: TextEdit) -> None:
        text = tidy_text(edit.text)
        stored = answer.text if answer else ""
        if text != stored and digest_of(text) != edit.base.digest:
            if answer is None:
                answer = self._create(edit.question_id, text)
            elif edit.base.version == answer.version or not stored.strip():
                self.replace(answer, text)
            else:
                self._keep_conflict(answer, text, edit)
        if answer is not None:
            base = text_base(answer.text, answer.version)
            self.bases[answer_key(edit.question_id)] = base

    def _create(self, question_id: str, text: str) -> ReviewAnswer:
        self._editing.has_changed = True
        return ReviewAnswer.objects.create(
            review=self._editing.review,
            question_id=question_id,
            text=text,
            saved_at=self._editing.at,
            saved_by=self._editing.actor,
        )

    def replace(self, answer: ReviewAnswer, text: str) -> None:
        if answer.text.strip() and self._is_worth_keeping(answer, text):
            AnswerVersion.objects.create(
                answer=answer,
                text=answer.text,
                version=answer.version,
                saved_at=answer.saved_at,
                saved_by_id=answer.saved_by_id,
            )
        answer.text, answer.version = text, answer.version + 1
        answer.saved_at, answer.saved_by = self._editing.at, self._editing.actor
        answer.save(update_fields=["text", "version", "saved_at", "saved_by"])
        self._editing.has_changed = True

    def _is_worth_keeping(self, answer: ReviewAnswer, text: str) -> bool:
        submitted_at = self._editing.review.submitted_at
        begun_at = self._editing.review.created_at
        last = answer.versions.filter(is_conflict=False).order_by("-version").first()
        return (
            answer.saved_by_id != self._editing.actor.pk
            or len(text) < len(answer.text) * _SHRUNK
            or (submitted_at is not None and answer.saved_at <= submitted_at)
            or self._editing.at - (last.saved_at if last else begun_at) >= KEPT_EVERY
        )

    def _keep_conflict(self, answer: ReviewAnswer, text: str, edit: TextEdit) -> None:
        """Put the arriving text beside the stored one; the same tab's next save continues it."""
        kept = answer.versions.filter(
            is_conflict=True,
            resolved_at__isnull=True,
            saved_by=self._editing.actor,
            version=edit.base.version,
        ).first()
        if kept is None:
            kept = AnswerVersion(
                answer=answer,
                is_conflict=True,
                version=edit.base.version,
                saved_by=self._editing.actor,
            )
        kept.text, kept.saved_at = text, self._editing.at
        kept.save()
        self.conflicts.append(
            Conflict(
                key=answer_key(edit.question_id),
                kept_id=kept.pk,
                stored={"text": answer.text},
                arrived={"text": text},
                base=text_base(answer.text, answer.version),
                saved_at=answer.saved_at,
                saved_by=str(answer.saved_by),
            )
        )


def tidy_text(text: str) -> str:
    """Browsers send CRLF, and some keyboards letters in pieces; store one spelling."""
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def _save_grades(editing: Editing, form: Form, grades: Mapping[str, str]) -> None:
    if not grades:
        return
    asked = {one.criterion: one for one in form.questions if one.kind is QuestionKind.GRADE}
    rulebook = _rulebook(editing)
    for criterion_id, grade_id in grades.items():
        question = asked.get(criterion_id)
        if question is None or grade_id not in grade_choices(rulebook, question):
            raise ChoiceUnknown
    stored = dict(editing.review.grades.values_list("criterion_id", "grade_id"))
    for criterion_id, grade_id in grades.items():
        if stored.get(criterion_id) != grade_id:
            CriterionGrade.objects.update_or_create(
                review=editing.review,
                criterion_id=criterion_id,
                defaults={"grade_id": grade_id},
            )
            editing.has_changed = True


def _save_level(editing: Editing, level: str) -> None:
    if level and level not in {one.id for one in _rulebook(editing).levels}:
        raise ChoiceUnknown
    review = editing.review
    if review.proposed_level != level:
        review.proposed_level = level
        review.save(update_fields=["proposed_level"])
        editing.has_changed = True


def _rulebook(editing: Editing) -> Rulebook:
    return rulebook_of(editing.review.obligation.cycle)
