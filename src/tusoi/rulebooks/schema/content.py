"""The shape of a rulebook: what its files may say, and what the other rooms read.

All models are frozen and refuse keys they do not know. A new optional field keeps the
fingerprints of stored rulebooks as they are, because defaults are left out of them.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal, Self
from unicodedata import normalize

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    model_validator,
)

from tusoi.engine import Base, Rounding, RuleKind, Severity, Status, Text


class SubjectClass(StrEnum):
    PARTY_ORGANIZATION = "party_organization"
    MEMBER = "member"
    COLLECTIVE = "collective"
    LEADER = "leader"


class QuestionKind(StrEnum):
    TEXT = "text"
    SHORT_TEXT = "short_text"
    DATE = "date"
    GRADE = "grade"
    LEVEL = "level"
    TARGETS = "targets"
    STRENGTHS = "strengths"
    SHORTCOMINGS = "shortcomings"
    PREVIOUS_SHORTCOMINGS = "previous_shortcomings"
    INITIATIVES = "initiatives"
    DISCIPLINE = "discipline"
    REMEDIES = "remedies"
    PROMPT_RESPONSES = "prompt_responses"


class FactKind(StrEnum):
    BOOLEAN = "boolean"
    COUNT = "count"
    MONTHS = "months"
    RATIO = "ratio"
    GRADE = "grade"
    LEVEL = "level"


class StageStep(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    SELF_REVIEW = "self_review"
    SUBMIT = "submit"
    MEETING = "meeting"
    PROPOSE = "propose"
    APPRAISE = "appraise"
    DECIDE = "decide"
    REMEDY = "remedy"


class AuthorityLevel(StrEnum):
    """Whose committee decides, counted from the subject."""

    GRASSROOTS = "grassroots"
    """The committee of the grassroots organisation to which the subject belongs."""
    SUPERIOR = "superior"
    """The standing committee of the committee directly above the subject."""


def _text(value: object) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        value = {"vi": value}
    if not isinstance(value, Mapping) or not {"vi"} <= set(value) <= {"vi", "en"}:
        raise ValueError("write a sentence, or `vi:` with its translation `en:`")
    if not all(isinstance(one, str) and one.strip() for one in value.values()):
        raise ValueError("a text may not be empty")
    return Text(**{code: normalize("NFC", one.strip()) for code, one in value.items()})


def _text_record(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en} if text.en else {"vi": text.vi}


def parse_ratio(value: object) -> Fraction:
    """Read `20%`, `1/5` or a whole number, exactly."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("write a share as 20% or 1/5")  # noqa: TRY004 -- pydantic collects these
    written = str(value).strip()
    percent = written.endswith("%")
    try:
        ratio = Fraction(written.removesuffix("%").strip())
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError("write a share as 20% or 1/5") from error
    return ratio / 100 if percent else ratio


LocalText = Annotated[Text, PlainValidator(_text), PlainSerializer(_text_record)]
Ratio = Annotated[Fraction, PlainValidator(parse_ratio), PlainSerializer(str)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_one_or_many)]


class Part(BaseModel):
    """Any part of a rulebook."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Cite(Part):
    """Where it is written, as far as it is known."""

    instrument: str
    heading: str = ""
    article: str = ""
    clause: str = ""
    point: str = ""
    form: str = ""
    source: str = ""
    note: LocalText | None = None


class Sourced(Part):
    """A part that says where it comes from and how sure we are of it."""

    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]
    status: Status

    @property
    def needs_checking(self) -> bool:
        """Say whether nobody has yet compared it with the issued text."""
        return self.status.needs_checking


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


class Grade(Part):
    id: Slug
    title: LocalText


class Level(Sourced):
    id: Slug
    title: LocalText
    short_title: LocalText


class FactSpec(Part):
    """A fact that rules may read, and who tells it."""

    name: Slug
    title: LocalText
    kind: FactKind
    supplied_by: Literal["application", "person", "authority"]
    help: LocalText | None = None


class Criterion(Sourced):
    id: Slug
    title: LocalText
    help: LocalText | None = None
    result: bool
    """Whether it counts among the results of assigned duties (group R) or the others (O)."""
    group: LocalText
    tags: Slugs = ()
    max_score: int | None = None


class CriteriaSet(Part):
    subject_class: SubjectClass
    includes: tuple[SubjectClass, ...] = ()
    criteria: tuple[Criterion, ...]


class GradesSpec(Part):
    of: Slugs
    at_least: Slug


class ShareSpec(Part):
    of: Slugs
    out_of: Slug
    at_least: Ratio | None = None
    above: Ratio | None = None
    when_empty: Literal["holds", "fails", "undecided"] = "undecided"

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.above is None):
            raise ValueError("a share needs either at_least or above")
        return self


class CountSpec(Part):
    count: Annotated[int, Field(ge=1)]
    of: tuple["ConditionSpec", ...]


FactBound = bool | int | str


class ConditionSpec(Part):
    """One condition: all, any, not, at_least_of, grades, share, or a fact compared."""

    all_: tuple["ConditionSpec", ...] | None = Field(default=None, alias="all")
    any_: tuple["ConditionSpec", ...] | None = Field(default=None, alias="any")
    not_: "ConditionSpec | None" = Field(default=None, alias="not")
    at_least_of: CountSpec | None = None
    grades: GradesSpec | None = None
    share: ShareSpec | None = None
    fact: str = ""
    is_: FactBound | None = Field(default=None, alias="is")
    at_least: FactBound | None = None
    at_most: FactBound | None = None
    above: FactBound | None = None
    below: FactBound | None = None
    not_applicable: Literal["holds", "fails", "undecided"] = "undecided"

    @property
    def bounds(self) -> dict[str, FactBound]:
        found = {
            "is": self.is_,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "above": self.above,
            "below": self.below,
        }
        return {name: value for name, value in found.items() if value is not None}

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        heads = [self.all_, self.any_, self.not_, self.at_least_of, self.grades, self.share]
        given = sum(one is not None for one in heads) + bool(self.fact)
        if given != 1:
            raise ValueError(
                "a condition is one of: all, any, not, at_least_of, grades, share, fact"
            )
        if len(self.bounds) != bool(self.fact):
            raise ValueError("a fact needs one of: is, at_least, at_most, above, below")
        return self


class RuleSpec(Sourced):
    """A rule of gates.yaml."""

    id: Slug
    kind: RuleKind
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    level: str = ""
    level_from: str = ""
    requires: ConditionSpec | None = None
    if_: ConditionSpec | None = Field(default=None, alias="if")
    severity: Severity = Severity.BLOCK
    discretionary: bool = False

    @property
    def condition(self) -> ConditionSpec | None:
        return self.requires or self.if_

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        asks = self.kind in {RuleKind.REQUIREMENT, RuleKind.PRECONDITION}
        if asks and (self.requires is None or self.if_ is not None):
            raise ValueError(f"a {self.kind.value} says `requires:`")
        if not asks and self.requires is not None:
            raise ValueError(f"a {self.kind.value} says `if:`")
        if not asks and self.if_ is None and not self.level_from:
            raise ValueError(f"a {self.kind.value} needs `if:` or `level_from:`")
        if self.status is Status.UNVERIFIED and self.severity is Severity.BLOCK:
            raise ValueError("an unverified rule may only warn: write `severity: warn`")
        return self


class ParticipationRule(Sourced):
    """Who is reviewed and who is rated. The first rule that holds decides."""

    id: Slug
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    if_: ConditionSpec = Field(alias="if")
    review: bool
    rate: bool
    explanation: LocalText | None = None


class CommentRule(Sourced):
    """A comment by somebody else that belongs to a dossier."""

    id: Slug
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    author: LocalText
    needed_when: LocalText


class QuotaSpec(Sourced):
    id: Slug
    title: LocalText
    subject_class: SubjectClass
    level: Slug
    base_level: Slug
    ratio: Ratio
    base_setting: Slug
    rounding_setting: Slug
    group_by: tuple[str, ...]
    group_title: LocalText


class Due(Part):
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    years_later: int = 0

    def on(self, year: int) -> dt.date:
        return dt.date(year + self.years_later, self.month, self.day)


class Stage(Sourced):
    id: Slug
    step: StageStep
    title: LocalText
    actor: LocalText
    due: Due
    help: LocalText | None = None

    def due_on(self, year: int) -> dt.date:
        """Suggest a day for a review of this year; the cycle's calendar has the last word."""
        return self.due.on(year)


class OrderRule(Sourced):
    """Something that has to come before something else."""

    id: Slug
    title: LocalText
    before: str
    after: str


class Authority(Sourced):
    subject_class: SubjectClass
    unit_kinds: tuple[str, ...] = ()
    authority: AuthorityLevel
    title: LocalText
    explanation: LocalText | None = None


class Choice(Part):
    id: str
    title: LocalText


class Setting(Sourced):
    """Something the text leaves open, with the choices and the one we start from."""

    id: Slug
    title: LocalText
    why: LocalText
    choices: Annotated[tuple[Choice, ...], Field(min_length=2)]
    default: str
    text_says: Literal["unspecified", "unclear", "specified"]

    @model_validator(mode="after")
    def _default_is_a_choice(self) -> Self:
        ids = [one.id for one in self.choices]
        if self.default not in ids:
            raise ValueError(f"the default must be one of the choices: {', '.join(ids)}")
        return self


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
    prefill: str = ""
    """The fact that a header field is filled from, such as `person-name`."""
    limits: Limits = Limits()
    messages: Mapping[str, LocalText] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _grade_names_its_criterion(self) -> Self:
        if (self.kind is QuestionKind.GRADE) != bool(self.criterion):
            raise ValueError("a question of kind grade names its `criterion:`, no other does")
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
    grades: Annotated[tuple[Grade, ...], Field(min_length=2)]


class RulebookContent(RulebookHead):
    """Everything that a cycle needs to be explained, in one piece."""

    format: Literal[1] = 1
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]
    facts: tuple[FactSpec, ...]
    criteria: tuple[CriteriaSet, ...]
    rules: tuple[RuleSpec, ...]
    participation: tuple[ParticipationRule, ...]
    comments: tuple[CommentRule, ...] = ()
    quotas: tuple[QuotaSpec, ...]
    stages: tuple[Stage, ...]
    orders: tuple[OrderRule, ...] = ()
    authorities: tuple[Authority, ...]
    settings: tuple[Setting, ...]
    forms: tuple[FormSpec, ...]
    questions: tuple[Question, ...]


__all__ = [
    "Authority",
    "AuthorityLevel",
    "Base",
    "Choice",
    "Cite",
    "CommentRule",
    "ConditionSpec",
    "CriteriaSet",
    "Criterion",
    "FactKind",
    "FactSpec",
    "FormSpec",
    "Grade",
    "Instrument",
    "Level",
    "Limits",
    "OrderRule",
    "ParticipationRule",
    "Question",
    "QuestionKind",
    "QuotaSpec",
    "Rounding",
    "RuleSpec",
    "RulebookContent",
    "RulebookHead",
    "SectionSpec",
    "Setting",
    "Source",
    "Stage",
    "StageStep",
    "SubjectClass",
    "parse_ratio",
]
