"""Standing checks: what no rule of the database forbids, and yet should not be.

Each check is one query over sets, within what the reader may see, and reads no more rows than a
page shows. Nothing here changes anything; every line leads to the page on which it is put right.
"""

from tusoi.reports.integrity.check import (
    BOUND,
    Check,
    Door,
    Fault,
    Finding,
    Scope,
    Severity,
    examine,
    faults_of,
)
from tusoi.reports.integrity.cycles import CYCLE_CHECKS
from tusoi.reports.integrity.organisation import ORGANISATION_CHECKS
from tusoi.reports.integrity.remedies import REMEDY_CHECKS


CHECKS: tuple[Check, ...] = (*REMEDY_CHECKS, *CYCLE_CHECKS, *ORGANISATION_CHECKS)
BY_KEY = {check.key: check for check in CHECKS}

__all__ = [
    "BOUND",
    "BY_KEY",
    "CHECKS",
    "Check",
    "Door",
    "Fault",
    "Finding",
    "Scope",
    "Severity",
    "examine",
    "faults_of",
]
