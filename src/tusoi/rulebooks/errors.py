"""What is wrong with a rulebook, where, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    subject: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        about = f" [{self.subject}]" if self.subject else ""
        return f"{place}{about}: found {self.found}; expected {self.expected}. {self.remedy}"


class RulebookError(Exception):
    """A rulebook that can't be used."""


class RulebookInvalid(RulebookError):
    """The files contradict the schema or each other; every problem is listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(one) for one in problems))


class RulebookUnknown(RulebookError):
    """No such rulebook, or not in this revision."""


class NotInRulebook(RulebookError):
    """The rulebook has nothing by this name."""
