"""Rules as the engine reads them: what kind, about which level, on whose authority."""

from dataclasses import dataclass
from enum import Enum

from tusoi.engine.citations import Citation, Text
from tusoi.engine.conditions import Condition


class RuleKind(Enum):
    REQUIREMENT = "requirement"  # the level is open only if the condition holds
    TRIGGER = "trigger"  # if the condition holds, nothing better than the level is open
    CAP = "cap"  # the same, for a bound that is no reproach
    GROUND = "ground"  # if the condition holds, there is cause for the lowest level
    PRECONDITION = "precondition"  # before any level is proposed


class Severity(Enum):
    BLOCK = "block"
    WARN = "warn"


class Status(Enum):
    """How well the rule is known to be what the regulation says."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    PRACTICE = "practice"
    UNVERIFIED = "unverified"

    @property
    def needs_checking(self) -> bool:
        return self is not Status.VERIFIED


@dataclass(frozen=True)
class Presumption:
    """What makes it possible to lift a trigger: one of these conditions has to hold."""

    grounds: tuple[Condition, ...]
    lifted_by: Text | None = None


@dataclass(frozen=True)
class Rule:
    """One rule.

    `level` is the level that a requirement conditions, or the best level that a
    trigger or cap leaves. `level_fact` names a fact that says that level instead
    (a collective is rated no better than its unit); such a rule has no condition of
    its own unless it applies only to some. What a level requires, every better one
    requires too, unless the requirement is for `only_this_level`.
    """

    id: str
    kind: RuleKind
    title: Text
    condition: Condition
    citations: tuple[Citation, ...]
    status: Status
    severity: Severity = Severity.BLOCK
    level: str = ""
    level_fact: str = ""
    discretionary: bool = False
    only_this_level: bool = False
    presumption: Presumption | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        names = [*self.condition.reads(), *([self.level_fact] if self.level_fact else [])]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class ParticipationClause:
    """Who is reviewed and rated; a clause that only notes says how, and decides nothing."""

    id: str
    title: Text
    condition: Condition
    citations: tuple[Citation, ...]
    status: Status
    review: bool = True
    rate: bool = True
    only_notes: bool = False


@dataclass(frozen=True)
class Contradiction:
    """Facts that can't be true together, and the sentence that says so."""

    id: str
    title: Text
    condition: Condition
