"""Put the files of one rulebook together and check that they agree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError

from tusoi.rulebooks.checking import check
from tusoi.rulebooks.errors import Problem, RulebookInvalid
from tusoi.rulebooks.reading import Document, Path, read_file
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import RulebookContent


HEAD = "rulebook.yaml"
# Which keys each file may have.
LISTS = {
    "levels.yaml": {"levels"},
    "facts.yaml": {"facts", "contradictions"},
    "gates.yaml": {"rules"},
    "participation.yaml": {"participation"},
    "comments.yaml": {"comments"},
    "quotas.yaml": {"quotas"},
    "authorities.yaml": {"authorities"},
    "settings.yaml": {"settings"},
    "stages.yaml": {"stages", "orders"},
    "deadlines.yaml": {"deadlines"},
    "duties.yaml": {"duties"},
    "rerating.yaml": {"rerating"},
    "documents.yaml": {"documents"},
}
ONE_EACH = {"criteria": "criteria", "forms": "forms", "questions": "questions"}
OPTIONAL = {
    "comments.yaml",
    "deadlines.yaml",
    "duties.yaml",
    "rerating.yaml",
    "documents.yaml",
}

Places = dict[Path, tuple[Document, Path]]


def load_folder(folder: Traversable) -> Rulebook:
    """Read a rulebook's folder.

    Raises:
        RulebookInvalid: with every problem found, each naming its file and line.
    """
    documents = read_documents(folder)
    problems: list[Problem] = []
    places: Places = {}
    content = _assembled(documents, places, problems)
    if problems:
        raise RulebookInvalid(tuple(problems))
    rulebook = Rulebook(validated(content, places))
    problems = [located(one, places, content) for one in check(rulebook)]
    if problems:
        raise RulebookInvalid(tuple(problems))
    return rulebook


def read_documents(folder: Traversable) -> dict[str, Document]:
    """Read all files, so that several broken ones are told at once."""
    found: dict[str, Document] = {}
    problems: list[Problem] = []
    for path, entry in _files(folder, ""):
        try:
            found[path] = read_file(entry, path)
        except RulebookInvalid as error:
            problems.extend(error.problems)
    if problems:
        raise RulebookInvalid(tuple(problems))
    return found


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "cases":
            yield from _files(entry, f"{path}/")
        elif entry.name.endswith(".yaml"):
            yield path, entry


def _assembled(
    documents: Mapping[str, Document], places: Places, problems: list[Problem]
) -> dict[str, Any]:
    absent = sorted({HEAD, *LISTS} - set(documents) - OPTIONAL)
    problems += [Problem(one, 0, "", "no such file", "it", "Write the file.") for one in absent]
    content: dict[str, Any] = {}
    for path, document in documents.items():
        _add(content, document, path, places, problems)
    return content


def _add(
    content: dict[str, Any],
    document: Document,
    path: str,
    places: Places,
    problems: list[Problem],
) -> None:
    folder = path.rpartition("/")[0].rpartition("/")[2]
    if path == HEAD:
        content.update(document.content)
        places[()] = (document, ())
        return
    if folder in ONE_EACH:
        key = ONE_EACH[folder]
        parts = content.setdefault(key, [])
        places[key, len(parts)] = (document, ())
        parts.append(document.content)
        return
    keys = LISTS.get(path)
    if keys is None:
        known = ", ".join([HEAD, *LISTS, *(f"{one}/" for one in ONE_EACH)])
        problems.append(
            Problem(path, 0, "", "a file that nothing reads", known, "Rename or delete it.")
        )
        return
    _add_lists(content, document, keys, places, problems)


def _add_lists(
    content: dict[str, Any],
    document: Document,
    keys: set[str],
    places: Places,
    problems: list[Problem],
) -> None:
    given = document.content if isinstance(document.content, dict) else {}
    if not set(given) or set(given) - keys:
        strange = ", ".join(sorted(set(given) - keys)) or "no keys"
        expected = ", ".join(sorted(keys))
        problems.append(
            Problem(document.file, 1, "", strange, expected, "Correct or delete the key.")
        )
        return
    for key, value in given.items():
        content[key] = value
        places[key,] = (document, (key,))


def validated(content: dict[str, Any], places: Places) -> RulebookContent:
    try:
        return RulebookContent.model_validate(content)
    except ValidationError as error:
        raise RulebookInvalid(told(error, places, content)) from error


def told(error: ValidationError, places: Places, content: Any) -> tuple[Problem, ...]:
    """Turn what the schema refused into problems with their places."""
    return tuple(_problem(one, places, content) for one in error.errors(include_url=False))


def _problem(error: Any, places: Places, content: Any) -> Problem:
    path: Path = error["loc"]
    document, inside = _place(path, places)
    kind, value = error["type"], error.get("input")
    if kind == "extra_forbidden":
        found = f"the unknown key {path[-1]!r}"
        expected, remedy = "a key of the schema", "Correct its spelling or delete it."
    elif kind == "missing":
        found, expected = "nothing", f"the key {path[-1]!r}"
        remedy = "Add it."
    else:
        found = _shown(value)
        expected = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
        remedy = "Correct it."
    return Problem(
        file=document.file if document else HEAD,
        line=document.line(inside) if document else 0,
        subject=document.subject(inside) if document else _id_at(path, content),
        found=found,
        expected=expected,
        remedy=remedy,
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"the keys {', '.join(map(str, value))}"
    return f"a list of {len(value)}" if isinstance(value, list) else repr(value)


def _place(path: Path, places: Places) -> tuple[Document | None, Path]:
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            document, base = places[path[:length]]
            return document, (*base, *path[length:])
    return None, ()


def located(problem: tuple[Path, Problem], places: Places, content: dict[str, Any]) -> Problem:
    path, what = problem
    document, inside = _place(path, places)
    if document is None:
        return what
    subject = what.subject or _id_at(path, content)
    return replace(what, file=document.file, line=document.line(inside), subject=subject)


def _id_at(path: Iterable[str | int], content: Any) -> str:
    found, here = "", content
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(here, dict):
            found = str(here.get("id", found))
    return found
