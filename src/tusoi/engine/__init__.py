"""Say which levels the rules leave open, and why; never decide about anybody.

Everything here is plain Python without clock, files or chance: the same rules and
the same facts give the same outcome in any year. `rulebooks` builds the rules.
"""

from tusoi.engine.citations import Citation, Text
from tusoi.engine.conditions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Comparison,
    Condition,
    GradesAtLeast,
    Not,
    Operator,
    Scale,
    Share,
)
from tusoi.engine.errors import EngineError, FactInvalid, RulesConflict
from tusoi.engine.evaluate import Finding, LevelOpening, Outcome, evaluate, levels_offered
from tusoi.engine.facts import NOT_APPLICABLE, Facts, FactValue, Missing, NotApplicable
from tusoi.engine.quota import (
    Base,
    Quota,
    QuotaReading,
    QuotaReport,
    Rounding,
    quota_limit,
    read_quota,
)
from tusoi.engine.rules import Rule, RuleKind, Rules, Severity, Status
from tusoi.engine.truth import Truth, all_of, any_of, at_least, negate


__all__ = [
    "NOT_APPLICABLE",
    "AllOf",
    "AnyOf",
    "AtLeastOf",
    "Base",
    "Citation",
    "Comparison",
    "Condition",
    "EngineError",
    "FactInvalid",
    "FactValue",
    "Facts",
    "Finding",
    "GradesAtLeast",
    "LevelOpening",
    "Missing",
    "Not",
    "NotApplicable",
    "Operator",
    "Outcome",
    "Quota",
    "QuotaReading",
    "QuotaReport",
    "Rounding",
    "Rule",
    "RuleKind",
    "Rules",
    "RulesConflict",
    "Scale",
    "Severity",
    "Share",
    "Status",
    "Text",
    "Truth",
    "all_of",
    "any_of",
    "at_least",
    "evaluate",
    "levels_offered",
    "negate",
    "quota_limit",
    "read_quota",
]
