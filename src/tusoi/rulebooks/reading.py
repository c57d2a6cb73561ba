"""Read YAML strictly, remembering on which line everything stands.

Only `true`, `false`, `null` and whole numbers are special; dates, `no` and `1:30` stay
the words they are. A key written twice is an error, not a silent correction.
"""

import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from tusoi.rulebooks.errors import Problem, RulebookInvalid


try:
    # Written in C: a rulebook is read in a few hundredths of a second.
    from yaml import CSafeLoader as BaseLoader
except ImportError:  # pragma: no cover -- PyYAML built without libyaml
    from yaml import SafeLoader as BaseLoader  # type: ignore[assignment]


Path = tuple[str | int, ...]
# Far beyond what a rulebook nests.
_DEEPEST: Final = 40
# Many times the longest file of the library; parsing more takes minutes.
_MOST_BYTES: Final = 1_000_000


class _Loader(BaseLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), "tf")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^null$"), "n")
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(0|-?[1-9][0-9]*)$"), list("-0123456789")
)


@dataclass(frozen=True)
class Document:
    """One file: its content and the line of each of its parts."""

    file: str
    content: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a part, or of the nearest part that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def subject(self, path: Path) -> str:
        """The id of the innermost part around a place."""
        found, here = "", self.content
        for step in path:
            if isinstance(here, dict):
                found = str(here.get("id", found))
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return found
        return str(here.get("id", found)) if isinstance(here, dict) else found


def read_file(entry: Traversable, file: str) -> Document:
    """Read a file of a folder that anybody may have written.

    Raises:
        RulebookInvalid: it is no text in UTF-8, or no plain YAML.
    """
    try:
        with entry.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise _unreadable(file, 0, f"more than {_MOST_BYTES // 1_000_000} MB")
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(file, 0, "bytes that are no UTF-8") from error
    return read(text, file)


def read(text: str, file: str) -> Document:
    """Read one file; what could only be meant to harm is refused before anything is built.

    Raises:
        RulebookInvalid: with every problem found.
    """
    try:
        _check_plain(text, file)
        return _read(text, file)
    except (yaml.YAMLError, ValueError) as error:
        # A character that YAML does not know, or a number longer than any.
        found = str(error).partition("\n")[0]
        raise _unreadable(file, 0, found) from error


def _check_plain(text: str, file: str) -> None:
    """Refuse references and tags, which a small file grows by without end, and endless nesting."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
                raise _unreadable(file, line, "a reference or a tag")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise _unreadable(file, line, f"more than {_DEEPEST} levels in each other")
    except yaml.MarkedYAMLError:
        # Told with its place by whoever reads on.
        return


def _unreadable(file: str, line: int, found: str) -> RulebookInvalid:
    remedy = "Write it as plain text."
    return RulebookInvalid((Problem(file, line, "", found, "plain YAML", remedy),))


def _read(text: str, file: str) -> Document:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise RulebookInvalid(
                (Problem(file, 0, "", "nothing", "content", "Fill in the file or delete it."),)
            )
        lines: dict[Path, int] = {}
        problems: list[Problem] = []
        content = _build(loader, node, (), _Notes(file, lines, problems))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        found = error.problem or "something unreadable"
        remedy = "Look at the indent, the quotes and the colons of this line and the one above."
        raise RulebookInvalid((Problem(file, line, "", found, "YAML", remedy),)) from error
    finally:
        loader.dispose()
    if problems:
        raise RulebookInvalid(tuple(problems))
    if not isinstance(content, dict):
        raise _unreadable(file, 1, "no keys")
    return Document(file, content, lines)


@dataclass(frozen=True)
class _Notes:
    file: str
    lines: dict[Path, int]
    problems: list[Problem]


def _build(loader: _Loader, node: yaml.Node, path: Path, notes: _Notes) -> Any:
    notes.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, notes)
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, one, (*path, index), notes) for index, one in enumerate(node.value)]
    return loader.construct_object(node)


def _mapping(loader: _Loader, node: yaml.MappingNode, path: Path, notes: _Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            first = notes.lines[(*path, key)]
            notes.problems.append(
                Problem(
                    file=notes.file,
                    line=line,
                    subject=str(found.get("id", "")),
                    found=f"the key {key!r} again",
                    expected=f"it once (it stands on line {first})",
                    remedy="Delete one of the two.",
                )
            )
            continue
        found[key] = _build(loader, value_node, (*path, key), notes)
        notes.lines[(*path, key)] = line
    return found
