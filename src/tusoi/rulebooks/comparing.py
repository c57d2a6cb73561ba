"""The difference between two rulebooks, part by part, in the words of a reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tusoi.engine import Text
from tusoi.rulebooks.readable import Entry, Line, ReadableSection, sections
from tusoi.rulebooks.rulebook import Rulebook


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Change:
    """One part that only one of the two has, or that both have with different words."""

    section: str
    before: Entry | None
    after: Entry | None

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    @property
    def is_of_source_only(self) -> bool:
        """Say that both read the same, and only the place where it is written differs."""
        return (
            self.before is not None
            and self.after is not None
            and _words(self.before) == _words(self.after)
        )

    @property
    def fields(self) -> tuple[tuple[Text, Text | None, Text | None], ...]:
        """What differs, as label, before, after; nothing for what only one of them has."""
        if self.before is None or self.after is None:
            return ()
        return tuple(_fields(self.before, self.after))

    def as_data(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "kind": self.kind.value,
            "before": self.before.id if self.before else None,
            "after": self.after.id if self.after else None,
            "title": (self.after or self.before or _NOTHING).title.vi,
            "fields": [
                {
                    "label": label.vi,
                    "before": old.vi if old else None,
                    "after": new.vi if new else None,
                }
                for label, old, new in self.fields
            ],
        }


@dataclass(frozen=True)
class ComparedSection:
    id: str
    title: Text
    changes: tuple[Change, ...]

    @property
    def reworded(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if not one.is_of_source_only)

    @property
    def moved_count(self) -> int:
        """How many read the same and are written elsewhere."""
        return len(self.changes) - len(self.reworded)


@dataclass(frozen=True)
class Difference:
    before: str
    after: str
    sections: tuple[ComparedSection, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for section in self.sections for change in section.changes)

    def as_data(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            "changes": [one.as_data() for one in self.changes],
        }


_NOTHING = Entry("", Text(""))


def diff(before: Rulebook, after: Rulebook) -> Difference:
    """Line up the parts of two rulebooks: by what they are about, else by their id.

    A citation or a status that differs is a difference: it is what makes a rule true.
    """
    old = {one.id: one for one in sections(before)}
    new = {one.id: one for one in sections(after)}
    found = []
    for section_id in dict.fromkeys([*old, *new]):
        changes = tuple(_changes(section_id, old.get(section_id), new.get(section_id)))
        if changes:
            named = new.get(section_id) or old[section_id]
            found.append(ComparedSection(section_id, named.title, changes))
    return Difference(before.identity, after.identity, tuple(found))


def _changes(
    section_id: str, old: ReadableSection | None, new: ReadableSection | None
) -> Iterator[Change]:
    waiting = list(old.entries) if old else []
    for entry in new.entries if new else ():
        other = _partner(entry, waiting)
        if other is not None:
            waiting.remove(other)
        if other is None or _said(other) != _said(entry):
            yield Change(section_id, other, entry)
    for entry in waiting:
        yield Change(section_id, entry, None)


def _partner(entry: Entry, waiting: list[Entry]) -> Entry | None:
    same_id = (one for one in waiting if one.id == entry.id)
    same_topic = (one for one in waiting if entry.topic and one.topic == entry.topic)
    return next(same_id, None) or next(same_topic, None)


def _words(entry: Entry) -> tuple[Any, ...]:
    return entry.title.vi, tuple((one.label.vi, one.value.vi) for one in entry.lines)


def _said(entry: Entry) -> tuple[Any, ...]:
    return _words(entry), _places(entry).vi, entry.status


_TITLE = Text("Nội dung", "Wording")
_SOURCE = Text("Căn cứ", "Source")
_STATUS = Text("Mức đối chiếu", "Verification")


def _fields(old: Entry, new: Entry) -> Iterator[tuple[Text, Text | None, Text | None]]:
    if old.title.vi != new.title.vi:
        yield _TITLE, old.title, new.title
    before, after = _by_label(old.lines), _by_label(new.lines)
    for label in dict.fromkeys([*before, *after]):
        one, other = before.get(label), after.get(label)
        if (one.value.vi if one else None) != (other.value.vi if other else None):
            named = one or other
            if named is not None:
                yield named.label, one.value if one else None, other.value if other else None
    if _places(old) != _places(new):
        yield _SOURCE, _places(old), _places(new)
    if old.status is not new.status:
        yield _STATUS, old.status_title, new.status_title


def _by_label(lines: tuple[Line, ...]) -> dict[tuple[str, int], Line]:
    """Name each line by its label, and by its turn where a label comes twice."""
    found: dict[tuple[str, int], Line] = {}
    for one in lines:
        turn = sum(label == one.label.vi for label, _turn in found)
        found[one.label.vi, turn] = one
    return found


def _places(entry: Entry) -> Text:
    return Text(
        "; ".join(one.in_language("vi") for one in entry.citations),
        "; ".join(one.in_language("en") for one in entry.citations),
    )
