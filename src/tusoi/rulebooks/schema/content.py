"""A rulebook as a whole, as its cycle keeps it."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tusoi.rulebooks.schema.enums import QuestionKind, SubjectClass
from tusoi.rulebooks.schema.parts import LocalText, Part, Score, Slug, Sourced
from tusoi.rulebooks.schema.procedure import (
    Authority,
    Deadline,
    DocumentSpec,
    Duty,
    OrderRule,
    RatingAgain,
    Stage,
)
from tusoi.rulebooks.schema.rules import (
    CommentRule,
    Contradiction,
    CriteriaSet,
    FactSpec,
    Grade,
    Level,
    ParticipationRule,
    QuotaSpec,
    RuleSpec,
    Setting,
)


EVERYWHERE = (
    SubjectClass.PARTY_ORGANIZATION,
    SubjectClass.MEMBER,
    SubjectClass.COLLECTIVE,
    SubjectClass.LEADER,
)


class Instrument(Part):
    key: str
    number: str
    issued_on: dt.date
    issuer: LocalText
    title: LocalText
    replaced_by: str = ""


class Source(Part):
    """A public page on which the wording was seen."""

    key: str
    url: str
    note: LocalText | None = None


class Block(Part):
    """A sector by which the criteria for task results differ."""

    id: Slug
    title: LocalText


class Limits(Part):
    """How much to write. Only `max_length` and `max_rows` refuse; the others advise."""

    recommended_min: int | None = None
    recommended_max: int | None = None
    max_length: int | None = None
    min_rows: int | None = None
    max_rows: int | None = None


class Question(Sourced):
    id: Slug
    title: LocalText
    help: LocalText | None = None
    kind: QuestionKind
    required: bool = False
    applies_to: tuple[SubjectClass, ...] = ()
    """Empty: everybody who fills in the form."""
    criterion: str = ""
    nothing_earlier: LocalText | None = None
    """What those choose instead of a grade who had nothing to put right from before."""
    score_group: str = ""
    prefill: str = ""
    """The fact that a header field is filled from, such as `person-name`."""
    limits: Limits = Limits()
    messages: Mapping[str, LocalText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_what_it_asks(self) -> Self:
        named = bool(self.criterion) + bool(self.score_group)
        if self.kind is QuestionKind.SCORE:
            if named != 1:
                raise ValueError("a question of kind score names `score_group:` or `criterion:`")
        elif (self.kind is QuestionKind.GRADE) != bool(self.criterion) or self.score_group:
            raise ValueError("a question of kind grade names its `criterion:`, no other does")
        if self.nothing_earlier and self.kind is not QuestionKind.GRADE:
            raise ValueError("only a question of kind grade has `nothing_earlier:`")
        return self


class SectionSpec(Part):
    id: Slug
    title: LocalText
    help: LocalText | None = None
    questions: tuple[Slug, ...]


class FormSpec(Sourced):
    id: Slug
    code: str
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    sections: tuple[SectionSpec, ...]


class RulebookHead(Part):
    """The file rulebook.yaml."""

    id: Slug
    revision: Annotated[int, Field(ge=1)]
    title: LocalText
    summary: LocalText
    issuer: LocalText
    effective_from: dt.date
    effective_to: dt.date | None = None
    years: tuple[int, int]
    checked_on: dt.date
    instruments: Annotated[tuple[Instrument, ...], Field(min_length=1)]
    sources: tuple[Source, ...] = ()
    grades: tuple[Grade, ...]
    subject_classes: tuple[SubjectClass, ...] = EVERYWHERE
    blocks: tuple[Block, ...] = ()
    score_total: Score | None = None
    no_match_setting: Slug | None = None
    extends: str = ""
    """The rulebook that this one makes concrete, as `id@revision`."""
    extends_fingerprint: str = ""
    sample: bool = False

    @model_validator(mode="after")
    def _graded_or_scored(self) -> Self:
        if len(self.grades) == 1 or (not self.grades and self.score_total is None):
            raise ValueError("write two grades or more, or none beside `score_total:`")
        return self


class RulebookContent(RulebookHead):
    """Everything that a cycle needs to be explained, in one piece."""

    format: Literal[1] = 1
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    facts: tuple[FactSpec, ...]
    contradictions: tuple[Contradiction, ...] = ()
    criteria: tuple[CriteriaSet, ...]
    rules: tuple[RuleSpec, ...]
    participation: tuple[ParticipationRule, ...]
    comments: tuple[CommentRule, ...] = ()
    quotas: tuple[QuotaSpec, ...]
    stages: tuple[Stage, ...]
    orders: tuple[OrderRule, ...] = ()
    authorities: tuple[Authority, ...]
    settings: tuple[Setting, ...]
    deadlines: tuple[Deadline, ...] = ()
    duties: tuple[Duty, ...] = ()
    rerating: tuple[RatingAgain, ...] = ()
    documents: tuple[DocumentSpec, ...] = ()
    forms: tuple[FormSpec, ...]
    questions: tuple[Question, ...]
