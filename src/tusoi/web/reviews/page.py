"""A review as the writing and the reading page show it: sections, questions, rows, choices."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils import formats
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.cycles.models import Obligation
from tusoi.reviews.enums import RowKind, TargetQualifier
from tusoi.reviews.models import (
    AnswerVersion,
    ReviewPrompt,
    ReviewRow,
    RowVersion,
    SelfReview,
    Shortcoming,
    Target,
)
from tusoi.reviews.queries import (
    Base,
    CommentNeed,
    Content,
    Gap,
    LevelConditions,
    comment_needs,
    content_of,
    deleted_rows,
    gaps_in,
    is_required,
    level_conditions,
    open_conflicts,
    open_row_conflicts,
    previous_review,
    response_to,
    row_base,
    scored_criteria,
    text_base,
    total_points,
)
from tusoi.reviews.queries.content import TEXT_KINDS, grade_choices
from tusoi.reviews.queries.rows import FIELDS, MAIN_FIELD, ROW_KIND_OF, row_values
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import Criterion, Question, QuestionKind
from tusoi.web.reviews.forms import ANSWER, BASE, RESPONSE, ROW, SHAPES, Column


@dataclass(frozen=True)
class DossierLine:
    """A dossier in a list, with its review where one was begun."""

    obligation: Obligation
    review: SelfReview | None
    needs: tuple[CommentNeed, ...] = ()

    @property
    def missing(self) -> list[CommentNeed]:
        """Return the comments by others that are needed and not there."""
        return [one for one in self.needs if one.is_open]


def lines_of(obligations: Iterable[Obligation], *, on: dt.date) -> list[DossierLine]:
    found = list(obligations)
    needs = comment_needs(found, on=on)
    return [DossierLine(one, getattr(one, "review", None), needs.get(one.pk, ())) for one in found]


@dataclass(frozen=True)
class ConflictView:
    """Two contents of one part, to be read side by side."""

    token: str
    field: str
    stored: str
    arrived: str
    stored_by: str
    stored_at: Any
    arrived_by: str
    arrived_at: Any
    may_append: bool
    is_deleted: bool = False


@dataclass(frozen=True)
class FieldView:
    name: str
    column: Column
    value: Any
    choices: tuple[tuple[Any, Any], ...] = ()
    error: str = ""


@dataclass(frozen=True)
class RowView:
    kind: RowKind
    row: ReviewRow
    name: str
    base: Base
    fields: tuple[FieldView, ...]
    percent: str = ""
    conflicts: tuple[ConflictView, ...] = ()


@dataclass(frozen=True)
class PromptView:
    prompt: ReviewPrompt
    name: str
    base: Base
    text: str
    conflicts: tuple[ConflictView, ...] = ()


@dataclass(frozen=True)
class QuestionView:
    question: Question
    shape: str
    title: str
    help: str
    is_required: bool
    gaps: tuple[Gap, ...]
    name: str = ""
    text: str = ""
    base: Base | None = None
    chosen: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    earlier: tuple[str, ...] = ()
    rows: tuple[RowView, ...] = ()
    row_kind: RowKind | None = None
    add_label: str = ""
    prompts: tuple[PromptView, ...] = ()
    guide: tuple[str, ...] = ()
    note: str = ""
    conflicts: tuple[ConflictView, ...] = ()
    lost: tuple[ConflictView, ...] = ()
    deleted: tuple[RowVersion, ...] = ()

    @property
    def needs_checking(self) -> bool:
        return self.question.needs_checking

    @property
    def is_header(self) -> bool:
        return bool(self.question.prefill)

    @property
    def word_count(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True)
class SectionView:
    id: str
    title: str
    help: str
    questions: tuple[QuestionView, ...]

    @property
    def required_count(self) -> int:
        return sum(one.is_required for one in self.questions)

    @property
    def done_count(self) -> int:
        return sum(one.is_required and not one.gaps for one in self.questions)


@dataclass(frozen=True)
class ReviewPage:
    review: SelfReview
    title: str
    code: str
    needs_checking: bool
    sections: tuple[SectionView, ...]
    previous: SelfReview | None
    # How the level that is proposed stands; only for whoever writes.
    conditions: LevelConditions | None = None

    @property
    def required_count(self) -> int:
        return sum(one.required_count for one in self.sections)

    @property
    def done_count(self) -> int:
        return sum(one.done_count for one in self.sections)

    @property
    def gaps(self) -> list[Gap]:
        return [gap for one in self.sections for q in one.questions for gap in q.gaps]


@dataclass
class _Builder:
    content: Content
    previous: Content | None = None
    answer_conflicts: list[AnswerVersion] = field(default_factory=list)
    row_conflicts: list[RowVersion] = field(default_factory=list)
    deleted: list[RowVersion] = field(default_factory=list)
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)

    def section(self, section: Any) -> SectionView:
        return SectionView(
            id=section.id,
            title=words(section.title),
            help=words(section.help),
            questions=tuple(self.question(one) for one in section.questions),
        )

    def question(self, question: Question) -> QuestionView:
        build = _BUILDERS[question.kind]
        return QuestionView(
            question=question,
            title=words(question.title),
            help=words(question.help),
            is_required=is_required(self.content, question),
            gaps=tuple(gap for gap in self.gaps if gap.question_id == question.id),
            **build(self, question),
        )

    def text(self, question: Question) -> dict[str, Any]:
        answer = self.content.answers.get(question.id)
        earlier = self.previous.text(question.id) if self.previous else ""
        shape = {QuestionKind.TEXT: "text", QuestionKind.DATE: "date"}.get(question.kind, "line")
        text = answer.text if answer else ""
        return {
            "shape": shape,
            "name": f"{ANSWER}{question.id}",
            "text": text,
            "base": text_base(text, answer.version) if answer else text_base("", 0),
            # Name, post and the like are the same every year; only prose is worth comparing.
            "earlier": (earlier,) if earlier and shape == "text" else (),
            "conflicts": tuple(
                _answer_conflict(one)
                for one in self.answer_conflicts
                if one.answer.question_id == question.id
            ),
        }

    def score(self, question: Question) -> dict[str, Any]:
        block = self.content.review.obligation.block
        criteria = scored_criteria(
            self.content.rulebook, self.content.subject_class, question, block
        )
        return {
            **self.text(question),
            "shape": "score",
            "guide": tuple(_criterion_line(one) for one in criteria),
            "note": self._total(question),
        }

    def _total(self, question: Question) -> str:
        """Tell the sum of all points under the last of them."""
        asked = [one for one in self.content.form.questions if one.kind is QuestionKind.SCORE]
        texts = {one.id: self.content.text(one.id) for one in asked}
        total = total_points(self.content.form, texts)
        most = self.content.rulebook.content.score_total
        if question.id != asked[-1].id or total is None or most is None:
            return ""
        shown = {"total": _points(total), "most": _points(most)}
        return _("Tổng cộng: %(total)s/%(most)s điểm.") % shown

    def grade(self, question: Question) -> dict[str, Any]:
        earlier = self.previous.grades.get(question.criterion, "") if self.previous else ""
        choices = grade_choices(self.content.rulebook, question)
        titles = {name: words(title) for name, title in choices.items()}
        return {
            "shape": "grade",
            "name": f"g-{question.criterion}",
            "chosen": self.content.grades.get(question.criterion, ""),
            "choices": tuple(titles.items()),
            "earlier": (titles[earlier],) if earlier in titles else (),
        }

    def level(self, _question: Question) -> dict[str, Any]:
        titles = {one.id: words(one.title) for one in self.content.rulebook.levels}
        earlier = self.previous.review.proposed_level if self.previous else ""
        return {
            "shape": "level",
            "name": "level",
            "chosen": self.content.review.proposed_level,
            "choices": tuple(titles.items()),
            "earlier": (titles[earlier],) if earlier in titles else (),
        }

    def responses(self, _question: Question) -> dict[str, Any]:
        return {"shape": "prompts", "prompts": tuple(map(self.prompt, self.content.prompts))}

    def prompt(self, prompt: ReviewPrompt) -> PromptView:
        response = response_to(prompt)
        name = f"{RESPONSE}{prompt.pk}"
        stored = response.text if response else ""
        return PromptView(
            prompt=prompt,
            name=name,
            base=row_base(response, RowKind.RESPONSE) if response else Base(),
            text=stored,
            conflicts=tuple(
                _row_conflict(one, name, stored, str(response.saved_by), response.saved_at)
                for one in self.row_conflicts
                if response and one.row_kind == RowKind.RESPONSE and one.row_id == prompt.pk
            ),
        )

    def rows(self, question: Question) -> dict[str, Any]:
        kind = ROW_KIND_OF[question.kind]
        rows = self.content.rows.get(kind, [])
        known = {row.pk for row in rows}
        return {
            "shape": "rows",
            "rows": tuple(self.row(kind, row) for row in rows),
            "row_kind": kind,
            "add_label": _add_label(kind),
            "earlier": self._earlier_rows(kind),
            "deleted": tuple(one for one in self.deleted if one.row_kind == kind),
            "lost": tuple(
                _row_conflict(one, "", "", "", None)
                for one in self.row_conflicts
                if one.row_kind == kind and one.row_id not in known
            ),
        }

    def _earlier_rows(self, kind: RowKind) -> tuple[str, ...]:
        if self.previous is None or kind is RowKind.EARLIER:
            return ()
        rows = self.previous.rows.get(kind, [])
        return tuple(line for row in rows if (line := summary_of(row, kind)))

    def row(self, kind: RowKind, row: ReviewRow) -> RowView:
        name = f"{ROW}{kind.value}-{row.pk}"
        return RowView(
            kind=kind,
            row=row,
            name=name,
            base=row_base(row, kind),
            fields=tuple(
                self.cell(f"{name}-{column.name}", column, getattr(row, column.name))
                for column in SHAPES[kind].values()
            ),
            percent=percent_text(row) if isinstance(row, Target) else "",
            conflicts=tuple(
                _row_conflict(one, name, _told(kind, row), str(_saver(row)), row.saved_at)
                for one in self.row_conflicts
                if one.row_kind == kind and one.row_id == row.pk
            ),
        )

    def cell(self, name: str, column: Column, value: Any) -> FieldView:
        choices: tuple[tuple[Any, Any], ...] = column.choices
        if column.shape == "reference":
            choices = self._references(column.name)
        elif column.shape == "choice" and column.may_be_empty:
            choices = (("", _("– chọn –")), *choices)
        return FieldView(
            name=name,
            column=column,
            value=self.typed.get(name, _shown(column, value)),
            choices=choices,
            error=self.errors.get(name, ""),
        )

    def _references(self, name: str) -> tuple[tuple[Any, Any], ...]:
        kind = RowKind.TARGET if name == "target_id" else RowKind.SHORTCOMING
        rows = self.content.rows.get(kind, [])
        named = ((row.pk, getattr(row, MAIN_FIELD[kind])[:80]) for row in rows)
        return (("", _("– không gắn –")), *((pk, title) for pk, title in named if title))


_BUILDERS: Final[Mapping[QuestionKind, Callable[[_Builder, Question], dict[str, Any]]]] = {
    **dict.fromkeys(TEXT_KINDS, _Builder.text),
    **dict.fromkeys(ROW_KIND_OF, _Builder.rows),
    QuestionKind.SCORE: _Builder.score,
    QuestionKind.GRADE: _Builder.grade,
    QuestionKind.LEVEL: _Builder.level,
    QuestionKind.PROMPT_RESPONSES: _Builder.responses,
}


def _points(points: Fraction) -> str:
    whole, part = points.as_integer_ratio()
    return formats.number_format(Decimal(whole) / Decimal(part))


def _criterion_line(criterion: Criterion) -> str:
    title = words(criterion.title)
    if criterion.max_score is None:
        return title
    most = _points(criterion.max_score)
    return _("%(title)s (tối đa %(most)s điểm)") % {"title": title, "most": most}


def writing_page(
    review: SelfReview,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> ReviewPage:
    """Return the review with everything that its author needs beside it."""
    content = content_of(review)
    previous = previous_review(review.obligation)
    builder = _Builder(
        content=content,
        previous=content_of(previous) if previous else None,
        answer_conflicts=open_conflicts(review),
        row_conflicts=open_row_conflicts(review),
        deleted=deleted_rows(review),
        errors=errors or {},
        typed=typed or {},
        gaps=gaps_in(content),
    )
    return _page(builder, previous, level_conditions(content))


def reading_page(review: SelfReview) -> ReviewPage:
    content = content_of(review)
    return _page(_Builder(content=content, gaps=[]), None)


def saved_page(review: SelfReview) -> ReviewPage:
    """Return what an autosave has to tell: how far it is, and what ran into something."""
    content = content_of(review)
    return _page(
        _Builder(
            content=content,
            answer_conflicts=open_conflicts(review),
            row_conflicts=open_row_conflicts(review),
            gaps=gaps_in(content),
        ),
        None,
        level_conditions(content),
    )


def _page(
    builder: _Builder, previous: SelfReview | None, conditions: LevelConditions | None = None
) -> ReviewPage:
    form = builder.content.form
    return ReviewPage(
        review=builder.content.review,
        title=words(form.title),
        code=form.code,
        needs_checking=form.needs_checking,
        sections=tuple(builder.section(one) for one in form.sections),
        previous=previous,
        conditions=conditions,
    )


def words(text: Any) -> str:
    return localized(text, get_language() or "vi")


def percent_text(target: Target) -> str:
    """Say what was reached as the source said it: "trên 179 %", "74 %"."""
    percent = target.percent
    if percent is None:
        return str(TargetQualifier.ALL.label) if target.qualifier == TargetQualifier.ALL else ""
    figure = f"{decimal_text(percent)} %"
    said = {
        TargetQualifier.OVER: _("trên %(figure)s"),
        TargetQualifier.ABOUT: _("khoảng %(figure)s"),
        TargetQualifier.NEARLY: _("gần %(figure)s"),
    }.get(TargetQualifier(target.qualifier), "%(figure)s")
    return said % {"figure": figure}


def decimal_text(value: Decimal | None) -> str:
    if value is None:
        return ""
    return formats.number_format(
        format(value.normalize(), "f"), use_l10n=True, force_grouping=True
    )


def summary_of(row: ReviewRow, kind: RowKind) -> str:
    main = str(getattr(row, MAIN_FIELD[kind]))
    if isinstance(row, Target) and main:
        percent = percent_text(row)
        return f"{main}: {percent}" if percent else main
    if isinstance(row, Shortcoming) and row.extent:
        return f"{main} ({row.extent})"
    return main


def _shown(column: Column, value: Any) -> Any:
    if value is None:
        return ""
    if column.shape == "number":
        return decimal_text(value)
    return f"{value:%d/%m/%Y}" if column.shape == "date" else value


def _told(kind: RowKind, row: ReviewRow) -> str:
    return _lines(kind, {name: getattr(row, name) for name in FIELDS[kind]})


def _lines(kind: RowKind, values: Mapping[str, Any]) -> str:
    """Write a row's content as lines, for reading two of them side by side."""
    if kind is RowKind.RESPONSE:
        return str(values.get("text", ""))
    lines = []
    for name, column in SHAPES[kind].items():
        value = values.get(name)
        if value not in {None, ""} and column.shape != "reference":
            label = dict(column.choices).get(value, _shown(column, value))
            lines.append(f"{column.label}: {label}")
    return "\n".join(lines)


def _saver(row: ReviewRow) -> Any:
    return SimpleLazyObject(lambda: row.saved_by)


def _answer_conflict(version: AnswerVersion) -> ConflictView:
    answer = version.answer
    return ConflictView(
        token=f"a{version.pk}",
        field=f"{ANSWER}{answer.question_id}",
        stored=answer.text,
        arrived=version.text,
        stored_by=str(answer.saved_by),
        stored_at=answer.saved_at,
        arrived_by=str(version.saved_by),
        arrived_at=version.saved_at,
        may_append=True,
    )


def _row_conflict(
    kept: RowVersion, name: str, stored: str, stored_by: str, stored_at: Any
) -> ConflictView:
    kind = RowKind(kept.row_kind)
    return ConflictView(
        token=f"r{kept.pk}",
        field=name,
        stored=stored,
        arrived=_lines(kind, row_values(kind, kept.content)),
        stored_by=stored_by,
        stored_at=stored_at,
        arrived_by=str(kept.saved_by),
        arrived_at=kept.saved_at,
        may_append=False,
        is_deleted=not name,
    )


def _add_label(kind: RowKind) -> str:
    return {
        RowKind.TARGET: _("Thêm chỉ tiêu"),
        RowKind.STRENGTH: _("Thêm ưu điểm"),
        RowKind.SHORTCOMING: _("Thêm hạn chế, khuyết điểm"),
        RowKind.EARLIER: _("Thêm hạn chế kỳ trước"),
        RowKind.INITIATIVE: _("Thêm mô hình, sáng kiến"),
        RowKind.DISCIPLINE: _("Thêm trường hợp kỷ luật"),
        RowKind.REMEDY: _("Thêm giải pháp"),
    }[kind]


def base_name(key: str) -> str:
    """Turn the key of a part in a save's outcome into the name of its hidden base field."""
    part, _sep, rest = key.partition(":")
    if part == "answer":
        return f"{BASE}{ANSWER}{rest}"
    kind, _sep, row_id = rest.partition(":")
    if kind == RowKind.RESPONSE:
        return f"{BASE}{RESPONSE}{row_id}"
    return f"{BASE}{ROW}{kind}-{row_id}"
