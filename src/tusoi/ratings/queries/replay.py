"""What if: the facts on record, weighed under another edition. Nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.ratings.queries.facts import Assessment, assess
from tusoi.rulebooks import replaying
from tusoi.rulebooks.replaying import Edition, WhatIf
from tusoi.rulebooks.rulebook import Rulebook


@dataclass(frozen=True)
class Replayed:
    obligation: Obligation
    assessment: Assessment
    result: WhatIf

    @property
    def before(self) -> str:
        """The best level under the cycle's own rulebook; nothing where none matches."""
        return self.result.base.outcome.best_advised

    @property
    def after(self) -> str:
        return self.result.other.outcome.best_advised


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
        record = {name: entry.value for name, entry in assessments[one.pk].sheet.items()}
        result = replaying.what_if(
            Edition(own, cycle.rulebook_settings, one.block),
            Edition(other),
            rule_class_of(one),
            record,
        )
        found.append(Replayed(one, assessments[one.pk], result))
    return found


def moves(replayed: Iterable[Replayed]) -> Counter[tuple[str, str]]:
    """Count subjects by their best level before and after."""
    return Counter((one.before, one.after) for one in replayed)
