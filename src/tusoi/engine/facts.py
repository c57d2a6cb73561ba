"""Facts as they were told: known, known not to apply, or missing. Never a default."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from tusoi.engine.errors import FactInvalid


@dataclass(frozen=True)
class Missing:
    """Nobody has told this fact."""

    name: str


@dataclass(frozen=True)
class NotApplicable:
    """The fact can't exist for this subject: a cell without a Front of its own, say."""

    def __str__(self) -> str:
        return "not-applicable"


NOT_APPLICABLE: Final = NotApplicable()

READABLE: Final = "bool, int, Fraction, str, date or NOT_APPLICABLE"
FactValue = bool | int | Fraction | str | dt.date | NotApplicable


@dataclass(frozen=True)
class Facts:
    """An unchangeable set of named facts."""

    values: Mapping[str, FactValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            # A float would bring rounding that no regulation knows of.
            if not isinstance(value, FactValue):
                raise FactInvalid(
                    f"fact {name!r} is {value!r} ({type(value).__name__}); use {READABLE}"
                )
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def get(self, name: str) -> FactValue | Missing:
        return self.values.get(name, Missing(name))

    def also(self, values: Mapping[str, FactValue]) -> "Facts":
        """Return these facts with others beside or in place of them."""
        return Facts({**self.values, **values})

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)
