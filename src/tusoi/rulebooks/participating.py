"""Who takes part: what is known about a subject, and what the rulebook makes of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from tusoi.engine import Citation, Facts, FactValue, Text
from tusoi.rulebooks.schema import ParticipationRule, SubjectClass


MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class ParticipationFacts:
    """What is known about a subject on the day to which the cycle looks.

    `None` means that nobody knows; it never takes anybody out of the review. `more` are
    other facts by their names, as the cases of a rulebook may need them.
    """

    cycle_ends_on: dt.date
    subject_class: str = SubjectClass.MEMBER
    exempt: bool | None = False
    suspended: bool | None = False
    suspended_from_committee: bool | None = False
    admitted_on: dt.date | None = None
    established_on: dt.date | None = None
    more: Mapping[str, FactValue] = field(default_factory=dict)

    def as_facts(self) -> Facts:
        known: dict[str, FactValue | None] = {
            "exempt": self.exempt,
            "suspended": self.suspended,
            "suspended-from-committee": self.suspended_from_committee,
            "months-since-admission": months_between(self.admitted_on, self.cycle_ends_on),
            "months-since-establishment": months_between(self.established_on, self.cycle_ends_on),
        }
        told = {name: value for name, value in known.items() if value is not None}
        return Facts({**told, **self.more})


@dataclass(frozen=True)
class Participation:
    """Whether a subject is reviewed and rated, and under which rule if not both."""

    review: bool
    rate: bool
    code: str = ""
    title: Text | None = None
    cites: tuple[Citation, ...] = ()
    needs_checking: bool = False
    undecided: tuple[str, ...] = ()
    """Rules that might apply, if a missing date were known."""
    rule: ParticipationRule | None = None
    notes: tuple[ParticipationRule, ...] = ()
    """How the subject is reviewed and rated: on which basis, by whom, with which comment."""


def months_between(since: dt.date | None, until: dt.date) -> int | None:
    """Count whole months; a month that ends on a day which it has not got, ends on its last."""
    if since is None:
        return None
    months = (until.year - since.year) * MONTHS_A_YEAR + until.month - since.month
    last_of_month = (until + dt.timedelta(days=1)).day == 1
    reached = until.day >= since.day or last_of_month
    return max(0, months if reached else months - 1)
