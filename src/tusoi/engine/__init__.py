"""Say which levels the rules leave open, and why; never decide about anybody.

Everything here is plain Python without clock, files or chance: the same rules and
the same facts give the same outcome in any year. `rulebooks` builds the rules.
"""

from tusoi.engine.citations import Citation, Text
from tusoi.engine.conditions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compared,
    Comparison,
    Condition,
    GradesAtLeast,
    Not,
    OneOf,
    Operator,
    Scale,
    ScoreBound,
    Share,
)
from tusoi.engine.errors import (
    EngineError,
    FactInvalid,
    FactsContradict,
    LiftRefused,
    RulesConflict,
)
from tusoi.engine.evaluate import evaluate, levels_offered
from tusoi.engine.facts import NOT_APPLICABLE, Facts, FactValue, Missing, NotApplicable
from tusoi.engine.order import OrderEdge, OrderGraph
from tusoi.engine.outcomes import (
    Finding,
    LevelOpening,
    Outcome,
    ParticipationFinding,
    participation_of,
)
from tusoi.engine.plans import Rules
from tusoi.engine.quota import (
    Base,
    Enforcement,
    Quota,
    QuotaReading,
    QuotaReport,
    Rounding,
    quota_limit,
    read_quota,
)
from tusoi.engine.rules import (
    Contradiction,
    ParticipationClause,
    Presumption,
    Rule,
    RuleKind,
    Severity,
    Status,
)
from tusoi.engine.scores import (
    TOTAL,
    AbsentScore,
    ScoreGroupSheet,
    ScoreItem,
    ScoreSheet,
    score_fact,
    shown,
)
from tusoi.engine.truth import Truth, all_of, any_of, at_least, negate


__all__ = [
    "NOT_APPLICABLE",
    "TOTAL",
    "AbsentScore",
    "AllOf",
    "AnyOf",
    "AtLeastOf",
    "Base",
    "Citation",
    "Compared",
    "Comparison",
    "Condition",
    "Contradiction",
    "Enforcement",
    "EngineError",
    "FactInvalid",
    "FactValue",
    "Facts",
    "FactsContradict",
    "Finding",
    "GradesAtLeast",
    "LevelOpening",
    "LiftRefused",
    "Missing",
    "Not",
    "NotApplicable",
    "OneOf",
    "Operator",
    "OrderEdge",
    "OrderGraph",
    "Outcome",
    "ParticipationClause",
    "ParticipationFinding",
    "Presumption",
    "Quota",
    "QuotaReading",
    "QuotaReport",
    "Rounding",
    "Rule",
    "RuleKind",
    "Rules",
    "RulesConflict",
    "Scale",
    "ScoreBound",
    "ScoreGroupSheet",
    "ScoreItem",
    "ScoreSheet",
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
    "participation_of",
    "quota_limit",
    "read_quota",
    "score_fact",
    "shown",
]
