"""The rulebooks that come with the product: one folder each, never edited into another."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from tusoi.engine import Text
from tusoi.rulebooks.errors import RulebookUnknown
from tusoi.rulebooks.loading import HEAD
from tusoi.rulebooks.overlaying import OVERLAY, open_folder
from tusoi.rulebooks.rulebook import Rulebook


# A revision longer than this is no number that anybody wrote.
_MOST_DIGITS = 9


@dataclass(frozen=True)
class RulebookRef:
    """A rulebook one may choose. The choice is a person's; no date implies it."""

    id: str
    revision: int
    title: Text
    effective_from: dt.date
    effective_to: dt.date | None
    years: tuple[int, int]

    @property
    def identity(self) -> str:
        return f"{self.id}@{self.revision}"


@cache
def available() -> list[RulebookRef]:
    """The rulebooks that a cycle may choose, the newest first; samples are none of them."""
    found = [
        rulebook for folder in folders() if not (rulebook := load(folder.name)).content.sample
    ]
    return sorted(map(_ref, found), key=lambda one: one.effective_from, reverse=True)


@cache
def samples() -> list[RulebookRef]:
    """Rulebooks that only show how one is written, for a place that does not exist."""
    found = [rulebook for folder in folders() if (rulebook := load(folder.name)).content.sample]
    return [_ref(one) for one in found]


@cache
def load(rulebook_id: str, revision: int | None = None) -> Rulebook:
    """Load a rulebook of the library.

    Raises:
        RulebookUnknown: no such rulebook, or another revision of it than is here; a cycle
            that was opened with an earlier one has its own copy.
    """
    folder = next((one for one in folders() if one.name == rulebook_id), None)
    if folder is None:
        known = ", ".join(one.name for one in folders())
        raise RulebookUnknown(f"no rulebook {rulebook_id!r}; the library has {known}")
    rulebook = load_from(folder)
    if revision is not None and revision != rulebook.revision:
        raise RulebookUnknown(
            f"the library has {rulebook.identity}, not revision {revision}; "
            "read an earlier revision from the copy that its cycle keeps"
        )
    return rulebook


def load_from(folder: Traversable) -> Rulebook:
    """Load a folder anywhere; what it extends is looked for in the library."""
    return open_folder(folder, load_identity)


def load_identity(identity: str) -> Rulebook:
    """Load by `id@revision`, as a cycle pins it."""
    rulebook_id, _, revision = identity.partition("@")
    is_number = revision.isdecimal() and len(revision) <= _MOST_DIGITS
    return load(rulebook_id, int(revision) if is_number else None)


def folders() -> list[Traversable]:
    """The folders of the library, editions and overlays."""
    here = files(__package__ or "tusoi.rulebooks.library")
    found = [
        one
        for one in here.iterdir()
        if one.is_dir() and ((one / HEAD).is_file() or (one / OVERLAY).is_file())
    ]
    return sorted(found, key=lambda one: one.name)


def _ref(rulebook: Rulebook) -> RulebookRef:
    content = rulebook.content
    return RulebookRef(
        id=content.id,
        revision=content.revision,
        title=content.title,
        effective_from=content.effective_from,
        effective_to=content.effective_to,
        years=content.years,
    )
