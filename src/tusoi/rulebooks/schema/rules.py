"""Rules, facts, criteria and levels: what a rating is made of."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from tusoi.engine import RuleKind, Severity, Status
from tusoi.rulebooks.schema.conditions import ConditionSpec
from tusoi.rulebooks.schema.enums import FactKind, ParticipationKind, SubjectClass
from tusoi.rulebooks.schema.parts import (
    Chosen,
    LocalText,
    Part,
    Ratio,
    Score,
    Slug,
    Slugs,
    Sourced,
)


class Grade(Part):
    id: Slug
    title: LocalText


class Level(Sourced):
    id: Slug
    title: LocalText
    short_title: LocalText


class Choice(Part):
    id: str
    title: LocalText


class FactSpec(Part):
    """A fact that rules may read, and who tells it."""

    name: Slug
    title: LocalText
    kind: FactKind
    supplied_by: Literal["application", "review", "person", "authority"]
    help: LocalText | None = None
    owed_by: LocalText | None = None
    """Who is asked for it when it is missing."""
    origin: LocalText | None = None
    """From which of its records the application takes it."""
    min: Ratio | None = None
    max: Ratio | None = None
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if (self.kind is FactKind.CHOICE) != bool(self.choices):
            raise ValueError("a fact of kind choice has `choices:`, no other does")
        return self


class Contradiction(Part):
    """Facts that can't be true together."""

    id: Slug
    title: LocalText
    if_: ConditionSpec = Field(alias="if")
    applies_to: tuple[SubjectClass, ...] = ()


class ScoreGroup(Sourced):
    """A group of criteria that has points together: 30 in general, 70 for the tasks."""

    id: Slug
    title: LocalText
    max_score: Score


class Criterion(Sourced):
    id: Slug
    title: LocalText
    help: LocalText | None = None
    result: bool
    """Whether it counts among the results of assigned duties (group R) or the others (O)."""
    group: LocalText
    tags: Slugs = ()
    max_score: Score | None = None
    """Its own points; where the centre gives none, an overlay may."""
    score_group: Slug | None = None
    blocks: Slugs = ()
    """Only for these sector blocks; empty: for all."""


class CriteriaSet(Part):
    subject_class: SubjectClass
    includes: tuple[SubjectClass, ...] = ()
    annex: str = ""
    title: LocalText | None = None
    score_groups: tuple[ScoreGroup, ...] = ()
    criteria: tuple[Criterion, ...]


class Presumption(Part):
    """What an authority may lift, and the grounds of which one must be the case."""

    grounds: Annotated[Slugs, Field(min_length=1)]
    lifted_by: LocalText | None = None


class RuleSpec(Sourced):
    """A rule of gates.yaml."""

    id: Slug
    kind: RuleKind
    title: LocalText
    help: LocalText | None = None
    applies_to: tuple[SubjectClass, ...]
    level: str = ""
    level_from: str = ""
    requires: ConditionSpec | None = None
    if_: ConditionSpec | None = Field(default=None, alias="if")
    severity: Severity = Severity.BLOCK
    discretionary: bool = False
    only_this_level: bool = False
    presumption: Presumption | None = None
    when: Chosen = Field(default_factory=dict)

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

    @model_validator(mode="after")
    def _extras_fit(self) -> Self:
        if self.presumption and self.kind is not RuleKind.TRIGGER:
            raise ValueError("only a trigger can be a presumption")
        if self.only_this_level and self.kind is not RuleKind.REQUIREMENT:
            raise ValueError("only a requirement says `only_this_level:`")
        return self


def _notes_need_not_say(schema: dict[str, Any]) -> None:
    """Ask for review and rate only of a rule that decides."""
    says = {"review", "rate"}
    schema["required"] = [one for one in schema["required"] if one not in says]
    schema["if"] = {"properties": {"kind": {"const": "notes"}}, "required": ["kind"]}
    schema["else"] = {"required": sorted(says)}


class ParticipationRule(Sourced):
    """Who is reviewed and who is rated. The first rule that holds decides."""

    model_config = ConfigDict(json_schema_extra=_notes_need_not_say)

    id: Slug
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    if_: ConditionSpec = Field(alias="if")
    kind: ParticipationKind = ParticipationKind.DECIDES
    review: bool
    rate: bool
    explanation: LocalText | None = None
    basis: LocalText | None = None
    """On what the rating rests, if not on the whole year."""
    rated_by: LocalText | None = None
    comment: Slug | None = None
    """The comment of comments.yaml that the dossier then needs."""
    review_from: Literal["", "admission", "establishment"] = ""
    when: Chosen = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _notes_leave_everybody_in(cls, written: Any) -> Any:
        if isinstance(written, Mapping) and written.get("kind") == ParticipationKind.NOTES:
            return {"review": True, "rate": True, **written}
        return written

    @model_validator(mode="after")
    def _notes_decide_nothing(self) -> Self:
        if self.kind is ParticipationKind.NOTES and not (self.review and self.rate):
            raise ValueError("a rule of kind notes takes nobody out: leave out review and rate")
        return self


class CommentRule(Sourced):
    """A comment by somebody else that belongs to a dossier."""

    id: Slug
    title: LocalText
    applies_to: tuple[SubjectClass, ...]
    author: LocalText
    needed_when: LocalText
    mandatory: bool = False


class QuotaException(Sourced):
    """A greater share for those that a fact marks out."""

    ratio: Ratio
    fact: Slug
    title: LocalText


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
    group_setting: Slug | None = None
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    enforcement_setting: Slug | None = None
    head_setting: Slug | None = None
    """Whether heads are in the group at all: `inside` or `outside`."""
    exception: QuotaException | None = None


class Setting(Sourced):
    """Something the text leaves open, with the choices and the one we start from."""

    id: Slug
    title: LocalText
    why: LocalText
    choices: Annotated[tuple[Choice, ...], Field(min_length=2)]
    default: str
    text_says: Literal["unspecified", "unclear", "specified"]
    decided_by: LocalText | None = None
    effect: LocalText | None = None
    """What the application does with the choice, and where; or that it does nothing by itself."""

    @model_validator(mode="after")
    def _default_is_a_choice(self) -> Self:
        ids = [one.id for one in self.choices]
        if self.default not in ids:
            raise ValueError(f"the default must be one of the choices: {', '.join(ids)}")
        return self
