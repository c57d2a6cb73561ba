"""An overlay: a folder that makes a rulebook concrete for a province or a unit.

It names its parent, and each of its entries is new or says which one it replaces. What
comes of it is a whole rulebook, explained from its own copy like any other.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from tusoi.rulebooks.checking import check
from tusoi.rulebooks.errors import Problem, RulebookInvalid, RulebookUnknown
from tusoi.rulebooks.loading import (
    LISTS,
    ONE_EACH,
    Places,
    load_folder,
    located,
    read_documents,
    told,
    validated,
)
from tusoi.rulebooks.reading import Document, Path
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import Instrument, LocalText, Part, Slug, Source
from tusoi.rulebooks.tightening import loosened


OVERLAY: Final = "overlay.yaml"
Parents = Callable[[str], Rulebook]

# Lists whose parts have no id of their own; the overlay's come first.
_NAMELESS: Final = frozenset({"authorities"})
_NAMES: Final[Mapping[str, str]] = {"facts": "name"}


class OverlayHead(Part):
    """The file overlay.yaml."""

    id: Slug
    revision: Annotated[int, Field(ge=1)]
    extends: str
    title: LocalText
    summary: LocalText
    issuer: LocalText
    effective_from: dt.date
    effective_to: dt.date | None = None
    years: tuple[int, int]
    checked_on: dt.date
    instruments: tuple[Instrument, ...] = ()
    sources: tuple[Source, ...] = ()
    sample: bool = False


def open_folder(folder: Traversable, parents: Parents) -> Rulebook:
    """Read a rulebook's folder, whether it stands alone or extends another.

    Raises:
        RulebookInvalid: with every problem found, each naming its file and line.
    """
    if (folder / OVERLAY).is_file():
        return load_overlay(folder, parents)
    return load_folder(folder)


def load_overlay(folder: Traversable, parents: Parents) -> Rulebook:
    documents = read_documents(folder)
    head = _head(documents[OVERLAY])
    parent = _parent(head, documents[OVERLAY], parents)
    merging = _Merging(parent, head, documents.pop(OVERLAY))
    for path, document in documents.items():
        merging.add(path, document)
    if merging.problems:
        raise RulebookInvalid(tuple(merging.problems))
    rulebook = Rulebook(validated(merging.content, merging.places))
    found = [*check(rulebook)] or [*loosened(parent, rulebook)]
    if found:
        problems = [located(one, merging.places, merging.content) for one in found]
        raise RulebookInvalid(tuple(problems))
    return rulebook


def _head(document: Document) -> OverlayHead:
    try:
        return OverlayHead.model_validate(document.content)
    except ValidationError as error:
        raise RulebookInvalid(told(error, {(): (document, ())}, document.content)) from error


def _parent(head: OverlayHead, document: Document, parents: Parents) -> Rulebook:
    try:
        return parents(head.extends)
    except RulebookUnknown as unknown:
        raise RulebookInvalid(
            (
                Problem(
                    file=OVERLAY,
                    line=document.line(("extends",)),
                    subject=head.id,
                    found=f"extends: {head.extends}",
                    expected=f"a rulebook that is here ({unknown})",
                    remedy="Correct the id and the revision.",
                ),
            )
        ) from unknown


class _Merging:
    """The parent's content, into which the overlay is put file by file."""

    def __init__(self, parent: Rulebook, head: OverlayHead, document: Document) -> None:
        content: dict[str, Any] = parent.content.model_dump(
            mode="json", by_alias=True, exclude_defaults=True
        )
        own = head.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        content.pop("effective_to", None)
        content.pop("sample", None)
        for key in ("instruments", "sources"):
            own[key] = [*content.get(key, ()), *own.get(key, ())]
        self.content = {**content, **own, "extends_fingerprint": parent.fingerprint}
        self.places: Places = {(): (document, ())}
        self.problems: list[Problem] = []

    def add(self, path: str, document: Document) -> None:
        folder = path.rpartition("/")[0].rpartition("/")[2]
        if folder == "criteria":
            self._add_criteria(document)
        elif folder in ONE_EACH:
            key = ONE_EACH[folder]
            self._put(self.content.setdefault(key, []), (key,), document, ())
        elif path in LISTS:
            self._add_lists(document, LISTS[path])
        else:
            self._tell(
                document,
                (),
                "a file that nothing reads",
                "a file of a rulebook",
                "Rename or delete it.",
            )

    def _add_lists(self, document: Document, keys: set[str]) -> None:
        given = document.content if isinstance(document.content, dict) else {}
        for key, entries in given.items():
            if key not in keys or not isinstance(entries, list):
                self._tell(
                    document,
                    (key,),
                    f"{key!r}",
                    f"a list under {', '.join(sorted(keys))}",
                    "Correct or delete the key.",
                )
                continue
            parts = self.content.setdefault(key, [])
            for place in range(len(entries)):
                self._put(parts, (key,), document, (key, place))

    def _add_criteria(self, document: Document) -> None:
        given = document.content if isinstance(document.content, dict) else {}
        sets = self.content["criteria"]
        number = next(
            (
                n
                for n, one in enumerate(sets)
                if one["subject_class"] == given.get("subject_class")
            ),
            None,
        )
        if number is None:
            self._tell(
                document,
                ("subject_class",),
                "criteria of a class that the parent has not",
                "one of its classes",
                "Correct `subject_class:`.",
            )
            return
        self.places["criteria", number] = (document, ())
        for key, value in given.items():
            if key in {"criteria", "score_groups"} and isinstance(value, list):
                parts = sets[number].setdefault(key, [])
                for place in range(len(value)):
                    self._put(parts, ("criteria", number, key), document, (key, place))
            else:
                sets[number][key] = value

    def _put(self, parts: list[Any], where: Path, document: Document, inside: Path) -> None:
        """Put one entry among the parent's: in place of one of them, or after them."""
        entry = document.content
        for step in inside:
            entry = entry[step]
        name = _NAMES.get(str(where[-1]), "id")
        if where[-1] in _NAMELESS:
            self._put_first(parts, where, document, inside, entry)
            return
        known = {one.get(name): place for place, one in enumerate(parts)}
        given = entry if isinstance(entry, dict) else {}
        replaced = given.get("replaces")
        if replaced is None:
            if given.get(name) in known:
                self._tell(
                    document,
                    inside,
                    f"{given[name]!r}, which the parent has",
                    f"`replaces: {given[name]}`, or another {name}",
                    f"Write `replaces:` instead of `{name}:` to change it.",
                )
            parts.append(entry)
            self.places[(*where, len(parts) - 1)] = (document, inside)
            return
        if replaced not in known or given.get(name, replaced) != replaced:
            self._tell(
                document,
                inside,
                f"replaces: {replaced}",
                f"the {name} of an entry of the parent, and no other {name} beside it",
                "Correct the name.",
            )
            return
        place = known[replaced]
        parts[place] = {**parts[place], **{k: v for k, v in given.items() if k != "replaces"}}
        self.places[(*where, place)] = (document, inside)

    def _put_first(
        self, parts: list[Any], where: Path, document: Document, inside: Path, entry: Any
    ) -> None:
        own = sum(one[: len(where)] == where for one in self.places)
        parts.insert(own, entry)
        self.places[(*where, own)] = (document, inside)

    def _tell(
        self, document: Document, inside: Path, found: str, expected: str, remedy: str
    ) -> None:
        self.problems.append(
            Problem(
                document.file,
                document.line(inside),
                document.subject(inside),
                found,
                expected,
                remedy,
            )
        )
