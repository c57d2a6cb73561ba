"""What if: the same facts under another edition, side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tusoi.engine import Outcome, Truth, evaluate
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import SubjectClass


# Editions that do not tell these apart rate them with the others.
_WIDER = {
    SubjectClass.OUTSIDE_MEMBER: SubjectClass.MEMBER,
    SubjectClass.CENTRAL_LEADER: SubjectClass.LEADER,
}


@dataclass(frozen=True)
class Edition:
    """A rulebook, and how it is applied: what the authority chose, and the sector block."""

    rulebook: Rulebook
    settings: Mapping[str, str] = field(default_factory=dict)
    block: str = ""


@dataclass(frozen=True)
class Replay:
    """What one edition makes of the facts."""

    rulebook: Rulebook
    subject_class: str
    outcome: Outcome
    unread: tuple[str, ...]
    """Facts by names that this edition does not know."""


@dataclass(frozen=True)
class LevelChange:
    """One level as the two editions see it; nothing where an edition has no such level."""

    level: str
    before: Truth | None
    after: Truth | None

    @property
    def differs(self) -> bool:
        return self.before is not self.after


@dataclass(frozen=True)
class WhatIf:
    base: Replay
    other: Replay

    @property
    def levels(self) -> tuple[LevelChange, ...]:
        before = {one: self.base.outcome.advised(one) for one in self.base.outcome.levels}
        after = {one: self.other.outcome.advised(one) for one in self.other.outcome.levels}
        return tuple(
            LevelChange(one, before.get(one), after.get(one))
            for one in dict.fromkeys([*before, *after])
        )

    @property
    def differs(self) -> bool:
        """Say whether the best level is another, or who may be rated at all."""
        return (self.base.outcome.best_advised, self.base.outcome.may_be_rated) != (
            self.other.outcome.best_advised,
            self.other.outcome.may_be_rated,
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that the other edition would still need."""
        return self.other.outcome.missing


def what_if(
    base: Edition, other: Edition, subject_class: str, record: Mapping[str, object]
) -> WhatIf:
    """Weigh the same facts under two editions.

    Raises:
        FactInvalid, FactsContradict: facts that cannot be.
    """
    return WhatIf(replay(base, subject_class, record), replay(other, subject_class, record))


def replay(
    edition: Edition,
    subject_class: str,
    record: Mapping[str, object],
    lifted: Collection[str] = (),
) -> Replay:
    """Weigh those of the facts that an edition knows."""
    rulebook = edition.rulebook
    wanted = class_in(rulebook, subject_class)
    unread = rulebook.fact_reader.unknown(record)
    facts = rulebook.read_facts(
        {name: value for name, value in record.items() if name not in unread}
    )
    rules = rulebook.rules_for(wanted, edition.settings, edition.block)
    outcome = evaluate(rules, facts, lifted=lifted)
    return Replay(rulebook, wanted, outcome, tuple(unread))


def class_in(rulebook: Rulebook, subject_class: str) -> str:
    """Return the class in which an edition rates somebody whom another put into this class."""
    known = SubjectClass(subject_class)
    return (known if known in rulebook.subject_classes else _WIDER.get(known, known)).value
