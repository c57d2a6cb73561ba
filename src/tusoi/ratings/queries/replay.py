"""What if: the facts on record, weighed under another edition. Nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.engine import Finding, Outcome, Truth
from tusoi.ratings.queries.facts import Assessment, assess
from tusoi.rulebooks import replaying
from tusoi.rulebooks.replaying import Edition, WhatIf
from tusoi.rulebooks.rulebook import Rulebook


# Stands for a level while facts are missing that could still change it.
OPEN: Final = "?"


@dataclass(frozen=True)
class Replayed:
    obligation: Obligation
    assessment: Assessment
    result: WhatIf

    @property
    def before(self) -> str:
        """The level that the cycle's own rulebook arrives at: `OPEN`, or nothing if none."""
        return settled_level(self.result.base.outcome)

    @property
    def after(self) -> str:
        return settled_level(self.result.other.outcome)

    @property
    def closed_after(self) -> tuple[Finding, ...]:
        """Each rule of the other edition that closes a level by what is known, once.

        The lowest level is what is left, and nothing is held against it.
        """
        found = {
            finding.rule.id: finding
            for opening in self.result.other.outcome.openings[:-1]
            for finding in opening.findings
            if finding.effect is Truth.FAILS and not finding.lifted
        }
        return tuple(found.values())


def settled_level(outcome: Outcome) -> str:
    """Return the best level, once no missing fact can change it; nothing where none matches."""
    if outcome.no_level_matches is Truth.HOLDS:
        return ""
    best = outcome.best_advised
    return best if best and outcome.advised(best).is_decided else OPEN


def replay(
    cycle: ReviewCycle, obligations: Sequence[Obligation], other: Rulebook
) -> list[Replayed]:
    """Weigh what is known about subjects under the cycle's rulebook and under another.

    The other edition starts from its own defaults, as nobody chose for it. Facts that it does
    not know weigh nothing there, and what it would need stays missing.
    """
    assessments = assess(cycle, obligations)
    own = rulebook_of(cycle)
    found = []
    for one in obligations:
        told = assessments[one.pk].on_record
        record = {name: entry.value for name, entry in told.items()}
        result = replaying.what_if(
            Edition(own, cycle.rulebook_settings, one.block),
            Edition(other),
            rule_class_of(one),
            record,
        )
        found.append(Replayed(one, assessments[one.pk], result))
    return found


def moves(replayed: Iterable[Replayed]) -> Counter[tuple[str, str]]:
    """Count subjects by the level that each edition arrives at."""
    return Counter((one.before, one.after) for one in replayed)
