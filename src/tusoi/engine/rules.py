"""Rules as the engine reads them: what kind, about which level, on whose authority."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from tusoi.engine.citations import Citation, Text
from tusoi.engine.conditions import Condition, Scale
from tusoi.engine.errors import RulesConflict


class RuleKind(Enum):
    REQUIREMENT = "requirement"  # the level is open only if the condition holds
    TRIGGER = "trigger"  # if the condition holds, nothing better than the level is open
    CAP = "cap"  # the same, for a bound that is no reproach
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
class Rule:
    """One rule.

    `level` is the level that a requirement conditions, or the best level that a
    trigger or cap leaves. `level_fact` names a fact that says that level instead
    (a collective is rated no better than its unit); such a rule has no condition of
    its own unless it applies only to some.
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


@dataclass(frozen=True)
class Rules:
    """All rules for one class of subject."""

    subject_class: str
    levels: Scale
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        repeated = [name for name, count in Counter(r.id for r in self.rules).items() if count > 1]
        if repeated:
            raise RulesConflict(f"rules with the same id: {', '.join(repeated)}")
        for rule in self.rules:
            self._check(rule)

    def _check(self, rule: Rule) -> None:
        if rule.level and rule.level not in self.levels.steps:
            raise RulesConflict(f"rule {rule.id} is about {rule.level!r}, which is no level")
        if rule.kind is not RuleKind.PRECONDITION and bool(rule.level) == bool(rule.level_fact):
            raise RulesConflict(f"rule {rule.id} needs either a level or a fact that tells it")
        if rule.kind is RuleKind.REQUIREMENT and rule.level == self.levels.steps[-1]:
            raise RulesConflict(f"rule {rule.id} asks something of the lowest level")
