"""Everything a review says, read in a handful of statements, and what is still missing in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.engine import NOT_APPLICABLE
from tusoi.mirror.topics import suggested_topic
from tusoi.reviews.enums import EarlierOutcome, RowEvent, RowKind, Topic
from tusoi.reviews.errors import Gap
from tusoi.reviews.models import (
    AnswerVersion,
    EarlierShortcoming,
    PromptResponse,
    ReviewAnswer,
    ReviewPrompt,
    ReviewRow,
    RowVersion,
    SelfReview,
    Shortcoming,
)
from tusoi.reviews.queries.rows import MAIN_FIELD, ROW_KIND_OF, table
from tusoi.reviews.queries.scores import in_steps, most_points, points_in, score_step_sentence
from tusoi.rulebooks.rulebook import Form, Rulebook, localized
from tusoi.rulebooks.schema import LocalText, Question, QuestionKind


# What is written into one field; points are kept as their author wrote them.
TEXT_KINDS = frozenset(
    {QuestionKind.TEXT, QuestionKind.SHORT_TEXT, QuestionKind.DATE, QuestionKind.SCORE}
)
# Kept instead of a grade where a criterion does not apply; the rules read it as that.
UNGRADED: Final = str(NOT_APPLICABLE)


@dataclass(frozen=True)
class Content:
    review: SelfReview
    rulebook: Rulebook
    form: Form
    answers: Mapping[str, ReviewAnswer] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[RowKind, list[ReviewRow]] = field(default_factory=dict)
    prompts: tuple[ReviewPrompt, ...] = ()

    @property
    def subject_class(self) -> str:
        return rule_class_of(self.review.obligation)

    def text(self, question_id: str) -> str:
        answer = self.answers.get(question_id)
        return answer.text if answer else ""


def form_of(obligation: Obligation) -> Form:
    """Return the form that the subject of a dossier fills in."""
    kind = SubjectKind(obligation.subject_kind)
    return rulebook_of(obligation.cycle).form_for(
        rule_class_of(obligation), is_leader=kind is SubjectKind.LEADER
    )


def grade_choices(rulebook: Rulebook, question: Question) -> dict[str, LocalText]:
    """Return what can be chosen under a criterion, by what is kept of the choice."""
    found = {one.id: one.title for one in rulebook.grades}
    return found | ({UNGRADED: question.nothing_earlier} if question.nothing_earlier else {})


def content_of(review: SelfReview) -> Content:
    form = form_of(review.obligation)
    kinds = {ROW_KIND_OF[one.kind] for one in form.questions if one.kind in ROW_KIND_OF}
    return Content(
        review=review,
        rulebook=rulebook_of(review.obligation.cycle),
        form=form,
        answers={
            one.question_id: one
            for one in review.answers.select_related("saved_by").order_by("question_id")
        },
        grades=dict(review.grades.values_list("criterion_id", "grade_id")),
        rows={kind: rows_of(review, kind) for kind in RowKind if kind in kinds},
        prompts=tuple(open_prompts(review.obligation)),
    )


def rows_of(review: SelfReview, kind: RowKind) -> list[ReviewRow]:
    """Return the rows of one part in the author's order."""
    return list(table(review, kind).order_by("position", "pk"))


def open_prompts(obligation: Obligation) -> list[ReviewPrompt]:
    return list(
        obligation.prompts.filter(withdrawn_at__isnull=True)
        .select_related("issuer", "response__saved_by")
        .order_by("issued_at", "pk")
    )


def response_to(prompt: ReviewPrompt) -> PromptResponse | None:
    return getattr(prompt, "response", None)


def open_conflicts(review: SelfReview) -> list[AnswerVersion]:
    """Return the texts that ran into a newer save and still wait for the author's choice."""
    return list(
        AnswerVersion.objects.filter(
            answer__review=review, is_conflict=True, resolved_at__isnull=True
        )
        .select_related("answer__saved_by", "saved_by")
        .order_by("saved_at", "pk")
    )


def open_row_conflicts(review: SelfReview) -> list[RowVersion]:
    return list(_kept_rows(review, RowEvent.CONFLICT))


def deleted_rows(review: SelfReview) -> list[RowVersion]:
    """Return the rows that can still be put back, the last deleted first."""
    return list(_kept_rows(review, RowEvent.DELETED).reverse()[:20])


def _kept_rows(review: SelfReview, event: RowEvent) -> QuerySet[RowVersion]:
    return (
        review.row_versions.filter(event=event, resolved_at__isnull=True)
        .select_related("saved_by")
        .order_by("saved_at", "pk")
    )


def gaps_in(content: Content) -> list[Gap]:
    """Return what is missing before the review can be called complete, in the form's order."""
    return [gap for question in content.form.questions for gap in _gaps(content, question)]


def unsettled_in(content: Content) -> list[Gap]:
    """Return the parts that have two texts, of which the author has not chosen one yet."""
    message = _("Mục này đang có hai bản. Hãy chọn một bản.")
    answers = {one.answer.question_id for one in open_conflicts(content.review)}
    kinds = {one.row_kind for one in open_row_conflicts(content.review)}
    return [
        _gap(question, message)
        for question in content.form.questions
        if question.id in answers or _row_kind(question) in kinds
    ]


def _row_kind(question: Question) -> RowKind | None:
    if question.kind is QuestionKind.PROMPT_RESPONSES:
        return RowKind.RESPONSE
    return ROW_KIND_OF.get(question.kind)


def required_questions(content: Content) -> list[Question]:
    return [one for one in content.form.questions if is_required(content, one)]


def is_required(content: Content, question: Question) -> bool:
    if question.kind is QuestionKind.LEVEL:
        return question.required and content.review.obligation.is_rateable
    if question.kind is QuestionKind.PROMPT_RESPONSES:
        return bool(content.prompts)
    return question.required


def _gaps(content: Content, question: Question) -> Iterator[Gap]:
    if is_required(content, question) and not _is_answered(content, question):
        yield _gap(question, _message(question, "missing") or _("Hãy viết mục này."))
    if question.kind in TEXT_KINDS:
        yield from _length_gaps(content, question)
    if question.kind is QuestionKind.SCORE:
        yield from _score_gaps(content, question)
    if question.kind is QuestionKind.GRADE:
        yield from _grade_gaps(content, question)
    if question.kind in ROW_KIND_OF:
        yield from _row_gaps(content, question)


def _is_answered(content: Content, question: Question) -> bool:
    if question.kind in TEXT_KINDS:
        return bool(content.text(question.id).strip())
    if question.kind is QuestionKind.GRADE:
        return question.criterion in content.grades
    if question.kind is QuestionKind.LEVEL:
        return bool(content.review.proposed_level)
    if question.kind is QuestionKind.PROMPT_RESPONSES:
        return all(_is_responded(prompt) for prompt in content.prompts)
    kind = ROW_KIND_OF[question.kind]
    return len(written_rows(content, kind)) >= max(1, question.limits.min_rows or 0)


def written_rows(content: Content, kind: RowKind) -> list[ReviewRow]:
    """Return the rows that say something."""
    main = MAIN_FIELD[kind]
    return [row for row in content.rows.get(kind, []) if getattr(row, main).strip()]


def _is_responded(prompt: ReviewPrompt) -> bool:
    response = response_to(prompt)
    return response is not None and bool(response.text.strip())


def _length_gaps(content: Content, question: Question) -> Iterator[Gap]:
    limit = question.limits.max_length
    length = len(content.text(question.id))
    if limit is not None and length > limit:
        yield _gap(
            question,
            _("Mục này dài %(length)d ký tự, mẫu cho phép tối đa %(limit)d. Hãy rút gọn.")
            % {"length": length, "limit": limit},
        )


def _grade_gaps(content: Content, question: Question) -> Iterator[Gap]:
    is_ungraded = content.grades.get(question.criterion) == UNGRADED
    if is_ungraded and written_rows(content, RowKind.EARLIER):
        yield _gap(
            question,
            _("Bản này có ghi hạn chế kỳ trước. Hãy chọn một mức cho việc khắc phục."),
        )


def _score_gaps(content: Content, question: Question) -> Iterator[Gap]:
    text = content.text(question.id).strip()
    if not text:
        return
    points = points_in(text)
    most = most_points(content.rulebook, content.subject_class, question)
    if points is None:
        yield _gap(question, _("Hãy ghi số điểm, ví dụ 27 hoặc 27,5."))
    elif points < 0 or (most is not None and points > most):
        yield _gap(question, _("Mục này chấm từ 0 đến %(most)s điểm.") % {"most": most})
    elif not in_steps(content.review.obligation.cycle, points):
        yield _gap(question, score_step_sentence(content.review.obligation.cycle))


def _row_gaps(content: Content, question: Question) -> Iterator[Gap]:
    kind = ROW_KIND_OF[question.kind]
    rows = content.rows.get(kind, [])
    limit = question.limits.max_rows
    if limit is not None and len(rows) > limit:
        yield _gap(question, _("Mục này có quá %(limit)d dòng. Hãy gộp bớt.") % {"limit": limit})
    for number, row in enumerate(rows, start=1):
        if isinstance(row, EarlierShortcoming) and row.outcome not in EarlierOutcome.values:
            yield _gap(
                question,
                _("Dòng %(number)d: hãy chọn đã, đang hay chưa khắc phục.") % {"number": number},
            )
        if isinstance(row, Shortcoming) and row.nature.strip():
            yield from _unchosen_gaps(question, row, number)


def _unchosen_gaps(question: Question, row: Shortcoming, number: int) -> Iterator[Gap]:
    """Ask for what nobody chose; the words of the row suggest what it is about."""
    if not row.topic:
        likely = suggested_topic(f"{row.nature} {row.extent}")
        ask = _("Dòng %(number)d: hãy chọn nội dung của hạn chế, khuyết điểm.")
        if likely:
            ask = _("Dòng %(number)d: hãy chọn nội dung; theo lời văn có thể là “%(likely)s”.")
        label = Topic(likely).label if likely else ""
        yield _gap(question, ask % {"number": number, "likely": label})
    if not row.cause_kind:
        yield _gap(
            question,
            _(
                "Dòng %(number)d: hãy chọn nguyên nhân khách quan hay chủ quan; "
                "chưa rõ thì chọn “chưa xác định”."
            )
            % {"number": number},
        )


def _gap(question: Question, message: str) -> Gap:
    return Gap(question.id, localized(question.title, get_language() or "vi"), message)


def _message(question: Question, key: str) -> str:
    return localized(question.messages.get(key), get_language() or "vi")
