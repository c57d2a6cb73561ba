"""Conditions as people write them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tusoi.rulebooks.schema.parts import Part, Ratio, Score, Slug, Slugs, Words


FactBound = bool | int | str
WhenEmpty = Literal["holds", "fails", "undecided"]


class GradesSpec(Part):
    of: Slugs
    at_least: Slug


class ShareSpec(Part):
    of: Slugs
    out_of: Slug
    at_least: Ratio | None = None
    at_most: Ratio | None = None
    above: Ratio | None = None
    below: Ratio | None = None
    when_empty: WhenEmpty = "undecided"

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        bounds = (self.at_least, self.at_most, self.above, self.below)
        if sum(one is not None for one in bounds) != 1:
            raise ValueError("a share needs one of: at_least, at_most, above, below")
        return self


class ScoreSpec(Part):
    """Points: of a criterion, of a group of criteria, or the total."""

    of: Slug
    at_least: Score | None = None
    at_most: Score | None = None
    above: Score | None = None
    below: Score | None = None

    @property
    def is_bounded(self) -> bool:
        """Say whether there is at most one bound on each side, and at least one in all."""
        lower = (self.at_least is not None) + (self.above is not None)
        upper = (self.at_most is not None) + (self.below is not None)
        return lower <= 1 and upper <= 1 and bool(lower or upper)

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if not self.is_bounded:
            raise ValueError("points need at_least or above, at_most or below, or one of each")
        return self


class CompareSpec(Part):
    """Two facts against each other; the bound is the name of the other fact."""

    fact: Slug
    is_: Slug | None = Field(default=None, alias="is")
    at_least: Slug | None = None
    at_most: Slug | None = None
    above: Slug | None = None
    below: Slug | None = None

    @property
    def bounds(self) -> dict[str, str]:
        found = {
            "is": self.is_,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "above": self.above,
            "below": self.below,
        }
        return {name: value for name, value in found.items() if value is not None}

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if len(self.bounds) != 1:
            raise ValueError("compare needs one of: is, at_least, at_most, above, below")
        return self


class CountSpec(Part):
    count: Annotated[int, Field(ge=1)]
    of: tuple["ConditionSpec", ...]


class ConditionSpec(Part):
    """One condition: all, any, not, at_least_of, grades, share, score, compare, or a fact."""

    all_: tuple["ConditionSpec", ...] | None = Field(default=None, alias="all")
    any_: tuple["ConditionSpec", ...] | None = Field(default=None, alias="any")
    not_: "ConditionSpec | None" = Field(default=None, alias="not")
    at_least_of: CountSpec | None = None
    grades: GradesSpec | None = None
    share: ShareSpec | None = None
    score: ScoreSpec | None = None
    compare: CompareSpec | None = None
    fact: str = ""
    is_: FactBound | None = Field(default=None, alias="is")
    one_of: Words | None = None
    at_least: FactBound | None = None
    at_most: FactBound | None = None
    above: FactBound | None = None
    below: FactBound | None = None
    not_applicable: WhenEmpty = "undecided"

    @property
    def bounds(self) -> dict[str, FactBound | tuple[str, ...]]:
        found = {
            "is": self.is_,
            "one_of": self.one_of,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "above": self.above,
            "below": self.below,
        }
        return {name: value for name, value in found.items() if value is not None}

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        heads = [
            *(self.all_, self.any_, self.not_, self.at_least_of),
            *(self.grades, self.share, self.score, self.compare),
        ]
        given = sum(one is not None for one in heads) + bool(self.fact)
        if given != 1:
            raise ValueError(
                "a condition is one of: all, any, not, at_least_of, grades, share, score, "
                "compare, fact"
            )
        if len(self.bounds) != bool(self.fact):
            raise ValueError("a fact needs one of: is, one_of, at_least, at_most, above, below")
        return self
