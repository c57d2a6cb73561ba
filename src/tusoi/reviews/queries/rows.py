"""What the structured parts of a review hold, by kind, in a shape that can be put aside."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from tusoi.reviews.enums import RowKind
from tusoi.reviews.models import (
    DisciplineNote,
    EarlierShortcoming,
    Initiative,
    PromptResponse,
    ProposedRemedy,
    ReviewRow,
    SelfReview,
    Shortcoming,
    Strength,
    Target,
)
from tusoi.rulebooks.schema import QuestionKind


# Only what may be edited; the order is that of the screen.
FIELDS: Final[Mapping[RowKind, tuple[str, ...]]] = {
    RowKind.TARGET: (
        "name",
        "measure",
        "planned",
        "actual",
        "qualifier",
        "stated_percent",
        "progress",
        "topic",
        "source",
    ),
    RowKind.STRENGTH: ("text",),
    RowKind.SHORTCOMING: (
        "kind",
        "topic",
        "nature",
        "extent",
        "target_id",
        "cause_kind",
        "cause",
        "collective_responsibility",
        "personal_responsibility",
    ),
    RowKind.EARLIER: ("nature", "outcome", "percent", "account", "answerable"),
    RowKind.INITIATIVE: ("name", "place", "benefit"),
    RowKind.DISCIPLINE: ("text", "member_count"),
    RowKind.REMEDY: ("text", "first_step", "places", "partners", "due_on", "shortcoming_id"),
    RowKind.RESPONSE: ("text",),
}
MODELS: Final[Mapping[RowKind, type[ReviewRow]]] = {
    RowKind.TARGET: Target,
    RowKind.STRENGTH: Strength,
    RowKind.SHORTCOMING: Shortcoming,
    RowKind.EARLIER: EarlierShortcoming,
    RowKind.INITIATIVE: Initiative,
    RowKind.DISCIPLINE: DisciplineNote,
    RowKind.REMEDY: ProposedRemedy,
}
# Without it a row says nothing.
MAIN_FIELD: Final[Mapping[RowKind, str]] = {
    RowKind.TARGET: "name",
    RowKind.STRENGTH: "text",
    RowKind.SHORTCOMING: "nature",
    RowKind.EARLIER: "nature",
    RowKind.INITIATIVE: "name",
    RowKind.DISCIPLINE: "text",
    RowKind.REMEDY: "text",
}
ROW_KIND_OF: Final[Mapping[QuestionKind, RowKind]] = {
    QuestionKind.TARGETS: RowKind.TARGET,
    QuestionKind.STRENGTHS: RowKind.STRENGTH,
    QuestionKind.SHORTCOMINGS: RowKind.SHORTCOMING,
    QuestionKind.PREVIOUS_SHORTCOMINGS: RowKind.EARLIER,
    QuestionKind.INITIATIVES: RowKind.INITIATIVE,
    QuestionKind.DISCIPLINE: RowKind.DISCIPLINE,
    QuestionKind.REMEDIES: RowKind.REMEDY,
}
_DATES: Final = frozenset({"due_on"})
_DECIMALS: Final = frozenset({"planned", "actual", "stated_percent"})
_DIGEST_LENGTH: Final = 10
# What the column of versions holds; nobody saves a part a thousand million times.
_MOST_VERSION_DIGITS: Final = 9


@dataclass(frozen=True)
class Base:
    """What an editor saw before editing: the version, and a digest of the content itself."""

    version: int = 0
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.version}.{self.digest}"

    @classmethod
    def parse(cls, written: str) -> "Base":
        version, _, digest = written.partition(".")
        is_version = version.isdecimal() and len(version) <= _MOST_VERSION_DIGITS
        return cls(int(version) if is_version else 0, digest)


def table(review: SelfReview, kind: RowKind) -> QuerySet[ReviewRow]:
    """Return the rows of one part of a review, in no order."""
    rows: QuerySet[ReviewRow] = MODELS[kind]._default_manager.filter(review=review)
    return rows


def row_content(row: ReviewRow | PromptResponse, kind: RowKind) -> dict[str, Any]:
    """Return what a row holds as JSON, so that it can be put aside and put back."""
    return {name: _plain(getattr(row, name)) for name in FIELDS[kind]}


def row_values(kind: RowKind, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `row_content` wrote as values for the fields."""
    return {name: _typed(name, content[name]) for name in FIELDS[kind] if name in content}


def is_empty(row: ReviewRow, kind: RowKind) -> bool:
    """Say whether nobody has written anything into a row."""
    blank = MODELS[kind]()
    return all(getattr(row, name) == getattr(blank, name) for name in FIELDS[kind])


def text_base(text: str, version: int) -> Base:
    return Base(version, digest_of(text))


def row_base(row: ReviewRow | PromptResponse, kind: RowKind) -> Base:
    return Base(row.version, digest_of(row_content(row, kind)))


def digest_of(content: object) -> str:
    spelled = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(spelled.encode()).hexdigest()[:_DIGEST_LENGTH]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else value


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DATES:
        return dt.date.fromisoformat(value)
    return Decimal(value) if name in _DECIMALS else value
