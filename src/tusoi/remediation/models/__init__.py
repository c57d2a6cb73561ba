"""What is followed, what is undertaken, by which plan, and the sums of it."""

from tusoi.remediation.models.actions import (
    ActionLink,
    ActionStep,
    ActionVersion,
    Extension,
    OwnerChange,
    ProgressNote,
    RemediationAction,
)
from tusoi.remediation.models.counts import DUE_SPANS, RemedyDay, RemedyDue, RemedyRollup
from tusoi.remediation.models.lists import ListEntry
from tusoi.remediation.models.plans import (
    PlanGap,
    PlanTransition,
    PlanVersion,
    RemediationPlan,
)
from tusoi.remediation.models.shortcomings import (
    NEVER,
    Acceptance,
    CarriedShortcoming,
    EffectCheck,
    FollowedShortcoming,
    ShortcomingTransition,
)


__all__ = [
    "DUE_SPANS",
    "NEVER",
    "Acceptance",
    "ActionLink",
    "ActionStep",
    "ActionVersion",
    "CarriedShortcoming",
    "EffectCheck",
    "Extension",
    "FollowedShortcoming",
    "ListEntry",
    "OwnerChange",
    "PlanGap",
    "PlanTransition",
    "PlanVersion",
    "ProgressNote",
    "RemediationAction",
    "RemediationPlan",
    "RemedyDay",
    "RemedyDue",
    "RemedyRollup",
    "ShortcomingTransition",
]
