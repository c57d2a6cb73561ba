"""What has to be done before what: a graph that the pages obey."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Final

from tusoi.engine.citations import Citation, Text
from tusoi.engine.errors import RulesConflict
from tusoi.engine.rules import Severity, Status


# These words alone stand for every act of their kind.
_KINDS: Final = frozenset({"review", "rating"})


@dataclass(frozen=True)
class OrderEdge:
    id: str
    before: str
    after: str
    title: Text
    citations: tuple[Citation, ...] = ()
    status: Status = Status.UNVERIFIED
    severity: Severity = Severity.BLOCK
    scope: str = "whole"

    @property
    def binds(self) -> bool:
        """Say whether it may stop anybody: it does not while nobody compared it."""
        return self.severity is Severity.BLOCK and self.status is not Status.UNVERIFIED


@dataclass(frozen=True)
class OrderGraph:
    edges: tuple[OrderEdge, ...]

    def __post_init__(self) -> None:
        _ = self.sequence

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        """All acts in an order that keeps every rule.

        Raises:
            RulesConflict: the rules go round in a circle.
        """
        sorter = TopologicalSorter({one: self._directly_before(one) for one in sorted(self.acts)})
        try:
            return tuple(sorter.static_order())
        except CycleError as error:
            raise RulesConflict(f"a circle: {' → '.join(error.args[1])}") from error

    @cached_property
    def acts(self) -> frozenset[str]:
        return frozenset(name for one in self.edges for name in (one.before, one.after))

    def before(self, act: str) -> tuple[OrderEdge, ...]:
        """The rules that want something done before this act."""
        return tuple(one for one in self.edges if _covers(one.after, act))

    def waiting(self, act: str, done: Container[str]) -> tuple[OrderEdge, ...]:
        """The rules that the act has still to wait for."""
        return tuple(one for one in self.before(act) if not self._is_done(one.before, done))

    def ahead(self, act: str) -> tuple[str, ...]:
        """Every act that must come first, however indirectly, in an order that works."""
        found: set[str] = set()
        waiting = [act]
        while waiting:
            nearer = self._directly_before(waiting.pop()) - found
            found |= nearer
            waiting.extend(nearer)
        return tuple(one for one in self.sequence if one in found)

    def _directly_before(self, act: str) -> set[str]:
        return {name for one in self.before(act) for name in self._meant(one.before)} - {act}

    def _meant(self, name: str) -> Iterator[str]:
        return (one for one in self.acts if _covers(name, one))

    def _is_done(self, name: str, done: Container[str]) -> bool:
        return name in done or (
            all(one in done for one in self._meant(name) if one != name)
            and (any(one != name for one in self._meant(name)))
        )


def _covers(general: str, act: str) -> bool:
    return general == act or (general in _KINDS and act.startswith(f"{general}-"))
