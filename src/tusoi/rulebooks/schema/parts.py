"""What every part of a rulebook is made of: texts, shares, ids, citations."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from tusoi.engine import Status, Text


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
    """Read `20%`, `1/5`, `0.2` or a whole number, exactly."""
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


def parse_score(value: object) -> Fraction:
    """Read points exactly, whether a person writes 8.5, 8,5 or 17/2."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        if value.endswith("%"):
            raise ValueError("write points as 8.5")
    try:
        return parse_ratio(value)
    except ValueError as error:
        raise ValueError("write points as 8.5") from error


_TEXT_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "vi": {"type": "string", "minLength": 1},
                "en": {"type": "string", "minLength": 1},
            },
            "required": ["vi"],
            "additionalProperties": False,
        },
    ]
}
_RATIO_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "integer"},
        {"type": "string", "pattern": r"^-?[0-9]+([.][0-9]+)?( ?%|/[0-9]+)?$"},
    ]
}

LocalText = Annotated[
    Text, PlainValidator(_text), PlainSerializer(_text_record), WithJsonSchema(_TEXT_SCHEMA)
]
Ratio = Annotated[
    Fraction, PlainValidator(parse_ratio), PlainSerializer(str), WithJsonSchema(_RATIO_SCHEMA)
]
Score = Annotated[
    Fraction, PlainValidator(parse_score), PlainSerializer(str), WithJsonSchema(_RATIO_SCHEMA)
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def one_or_many_schema(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item}]})


Slugs = Annotated[
    tuple[Slug, ...], BeforeValidator(_one_or_many), one_or_many_schema({"type": "string"})
]
Words = Annotated[
    tuple[str, ...], BeforeValidator(_one_or_many), one_or_many_schema({"type": "string"})
]
Chosen = Mapping[Slug, Words]
"""Choices of the authority under which a part exists: setting → one choice or several."""


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
    fixed: bool = False
    """An overlay may make it stricter, never looser."""
    topic: Slug | None = None
    """What it is about; parts of two editions with the same topic are compared."""

    @property
    def needs_checking(self) -> bool:
        """Say whether nobody has yet compared it with the issued text."""
        return self.status.needs_checking
