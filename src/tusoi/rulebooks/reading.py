"""Read YAML strictly, remembering on which line everything stands.

Only `true`, `false`, `null` and whole numbers are special; dates, `no` and `1:30` stay
the words they are. A key written twice is an error, not a silent correction.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from tusoi.rulebooks.errors import Problem, RulebookInvalid


try:
    # Written in C: a rulebook is read in a few hundredths of a second.
    from yaml import CSafeLoader as BaseLoader
except ImportError:  # pragma: no cover -- PyYAML built without libyaml
    from yaml import SafeLoader as BaseLoader  # type: ignore[assignment]


Path = tuple[str | int, ...]


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


def read(text: str, file: str) -> Document:
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
