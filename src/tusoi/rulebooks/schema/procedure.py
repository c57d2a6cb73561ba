"""Steps, order, deadlines, authorities and what comes afterwards."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from tusoi.engine import Severity
from tusoi.rulebooks.schema.conditions import ConditionSpec
from tusoi.rulebooks.schema.enums import (
    AuthorityLevel,
    DutyKind,
    InputKind,
    OrderScope,
    StageStep,
    SubjectClass,
)
from tusoi.rulebooks.schema.parts import Chosen, LocalText, Part, Slug, Slugs, Sourced


Positive = Annotated[int, Field(ge=1)]


class Due(Part):
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    years_later: int = 0

    def on(self, year: int) -> dt.date:
        return dt.date(year + self.years_later, self.month, self.day)


class StepInput(Part):
    """What must lie on the table before a step is taken."""

    id: Slug
    kind: InputKind
    title: LocalText
    mandatory: bool = False
    applies_to: tuple[SubjectClass, ...] = ()


class Stage(Sourced):
    id: Slug
    step: StageStep
    title: LocalText
    actor: LocalText
    actors: Slugs = ()
    due: Due
    help: LocalText | None = None
    inputs: tuple[StepInput, ...] = ()
    notice_working_days: Positive | None = None
    duration_days: Positive | None = None

    def due_on(self, year: int) -> dt.date:
        """Suggest a day for a review of this year; the cycle's calendar has the last word."""
        return self.due.on(year)


class OrderRule(Sourced):
    """Something that has to come before something else."""

    id: Slug
    title: LocalText
    before: str
    after: str
    scope: OrderScope = OrderScope.WHOLE
    severity: Severity = Severity.BLOCK


class Authority(Sourced):
    subject_class: SubjectClass
    unit_kinds: tuple[str, ...] = ()
    superior_kinds: tuple[str, ...] = ()
    """Only where the unit directly above is of one of these kinds."""
    authority: AuthorityLevel
    title: LocalText
    explanation: LocalText | None = None
    self_rates: LocalText | None = None
    proposes: LocalText | None = None
    alternatives: tuple[LocalText, ...] = ()
    when: Chosen = Field(default_factory=dict)


class Deadline(Sourced):
    id: Slug
    title: LocalText
    due: Due
    applies_to: tuple[SubjectClass, ...] = ()
    for_: LocalText | None = Field(default=None, alias="for")


class Duty(Sourced):
    """What has to be done once the rating is known."""

    id: Slug
    kind: DutyKind
    title: LocalText
    applies_to: tuple[SubjectClass, ...] = ()
    help: LocalText | None = None
    feeds: Slug | None = None
    """The fact of the next review that tells how it went."""
    due: Due | None = None


class RatingAgain(Sourced):
    """What opens a rating that was decided, and what then becomes of it."""

    id: Slug
    title: LocalText
    if_: ConditionSpec | None = Field(default=None, alias="if")
    applies_to: tuple[SubjectClass, ...] = ()
    opened_by: LocalText
    decided_by: LocalText
    document: Slug | None = None
    quota: Literal["recount", "keep", "unspecified"]
    history: Literal["keep_both", "replace"]


class DocumentSpec(Sourced):
    """A paper that is no self-review: a re-rating decision, the list of a dossier."""

    id: Slug
    code: str
    title: LocalText
    applies_to: tuple[SubjectClass, ...] = ()
    fields: tuple[LocalText, ...] = ()
