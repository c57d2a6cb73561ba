"""The subjects of a JSON file: whose facts are weighed, and the level that was given, if any."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _


_KEYS: Final = frozenset({"name", "class", "facts", "block", "lifted", "level"})
_LONGEST: Final = 60
_LONGEST_POWER: Final = 3
_FILE_KEYS: Final = frozenset({"subjects", "settings", "class", "block"})


class SubjectsRefused(Exception):
    """A file that can't be weighed; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class Subject:
    name: str
    subject_class: str
    facts: Mapping[str, Any]
    block: str = ""
    lifted: tuple[str, ...] = ()
    level: str = ""
    """The level that was given, to be checked."""


@dataclass(frozen=True)
class Subjects:
    subjects: tuple[Subject, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


def read_subjects(content: bytes, *, subject_class: str) -> Subjects:
    """Read one subject, a list of them, or an object with `subjects` and `settings`.

    Decimals are read exactly. Where a subject names no class, `subject_class` counts.

    Raises:
        SubjectsRefused: the file says something else.
    """
    found = _json(content)
    whole = found if isinstance(found, dict) and "subjects" in found else {"subjects": found}
    _refuse_unknown(whole, _FILE_KEYS, _("ở đầu tệp"))
    entries = whole["subjects"]
    entries = [entries] if isinstance(entries, dict) else entries
    if not isinstance(entries, list) or not entries:
        raise SubjectsRefused(_("Tệp không có đối tượng nào để xét."))
    settings = whole.get("settings", {})
    if not isinstance(settings, dict):
        raise SubjectsRefused(_("“settings” phải là các cặp tên và lựa chọn."))
    defaults = {"class": whole.get("class", subject_class), "block": whole.get("block", "")}
    return Subjects(tuple(_subjects(entries, defaults)), settings)


def _json(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubjectsRefused(_("Tệp không phải là văn bản UTF-8.")) from error
    if not text.strip():
        raise SubjectsRefused(_("Tệp trống."))
    try:
        return json.loads(text, parse_float=_exact, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise SubjectsRefused(
            _("Tệp không đúng JSON ở dòng %(line)d, cột %(column)d.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except (ValueError, RecursionError) as error:
        raise _beyond() from error


def _beyond() -> SubjectsRefused:
    return SubjectsRefused(_("Tệp có số quá dài hoặc lồng nhau quá sâu."))


def _exact(written: str) -> Fraction:
    # 1e999999999 is short to write, and longer than any memory.
    if len(written) > _LONGEST or len(written.lower().partition("e")[2]) > _LONGEST_POWER:
        raise _beyond()
    return Fraction(written)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise SubjectsRefused(_("“%(name)s” được ghi hai lần.") % {"name": name})
        found[name] = value
    return found


def _subjects(entries: list[Any], defaults: Mapping[str, Any]) -> Iterator[Subject]:
    for number, entry in enumerate(entries, 1):
        where = _("ở đối tượng thứ %(number)d") % {"number": number}
        if not isinstance(entry, dict):
            raise SubjectsRefused(_("Cần một đối tượng JSON %(where)s.") % {"where": where})
        _refuse_unknown(entry, _KEYS, where)
        facts = entry.get("facts")
        if not isinstance(facts, dict):
            raise SubjectsRefused(_("Thiếu “facts” %(where)s.") % {"where": where})
        if not isinstance(entry.get("lifted", []), list):
            raise SubjectsRefused(_("“lifted” phải là danh sách %(where)s.") % {"where": where})
        yield Subject(
            name=str(entry.get("name", "")) or _("đối tượng %(number)d") % {"number": number},
            subject_class=str(entry.get("class", defaults["class"])),
            facts=facts,
            block=str(entry.get("block", defaults["block"])),
            lifted=tuple(entry.get("lifted", ())),
            level=str(entry.get("level", "")),
        )


def _refuse_unknown(entry: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    strange = sorted(set(entry) - known)
    if strange:
        raise SubjectsRefused(
            _("Không hiểu “%(names)s” %(where)s; chỉ dùng: %(known)s.")
            % {"names": ", ".join(strange), "where": where, "known": ", ".join(sorted(known))}
        )
