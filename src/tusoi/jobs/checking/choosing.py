"""Which rulebook, in which language, under which choices; and the exit codes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from tusoi.engine import Text
from tusoi.rulebooks.errors import NotInRulebook, RulebookInvalid, RulebookUnknown
from tusoi.rulebooks.library import available, load_from, load_identity, samples
from tusoi.rulebooks.rulebook import Rulebook


EXIT_FOUND: Final = 1
"""Something does not fit: over the quota, a level that is not open, facts refused."""
EXIT_WORDS: Final = 2
"""Words of the command line that are not understood."""
EXIT_FILE: Final = 3
"""A file that cannot be used."""


def add_rulebook(parser: CommandParser) -> None:
    known = ", ".join(one.id for one in available())
    parser.add_argument(
        "--rulebook",
        required=True,
        metavar="ID",
        help=_("bộ quy tắc (%(known)s), hoặc một thư mục") % {"known": known},
    )


def add_settings(parser: CommandParser) -> None:
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="TEN=LUA-CHON",
        help=_("lựa chọn của cấp có thẩm quyền; ghi nhiều lần được"),
    )


def add_language(parser: CommandParser) -> None:
    parser.add_argument(
        "--lang", choices=["vi", "en"], default="vi", help=_("ngôn ngữ của kết quả")
    )


@contextmanager
def in_language(options: dict[str, Any]) -> Iterator[None]:
    with override(options["lang"]):
        yield


def said(text: Text | None) -> str:
    return text.in_language(get_language() or "vi") if text else ""


def rulebook_called(name: str) -> Rulebook:
    """Return the rulebook with this id, or in this folder."""
    folder = Path(name)
    try:
        return load_from(folder) if folder.is_dir() else load_identity(name)
    except RulebookUnknown as unknown:
        known = ", ".join(one.identity for one in (*available(), *samples()))
        raise CommandError(
            _("không có bộ quy tắc “%(name)s”; hiện có: %(known)s.")
            % {"name": name, "known": known},
            returncode=EXIT_WORDS,
        ) from unknown
    except RulebookInvalid as invalid:
        raise CommandError(str(invalid), returncode=EXIT_FILE) from invalid


def settings_from(rulebook: Rulebook, words: Iterable[str]) -> dict[str, str]:
    chosen = {}
    for word in words:
        name, _sign, choice = word.partition("=")
        try:
            chosen[name] = rulebook.setting(name, {name: choice})
        except NotInRulebook as unknown:
            raise CommandError(
                _("không hiểu lựa chọn “%(word)s”; các lựa chọn: %(known)s.")
                % {"word": word, "known": _choices(rulebook)},
                returncode=EXIT_WORDS,
            ) from unknown
    return chosen


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CommandError(
            _("không có tệp %(path)s; hãy xem lại tên tệp và thư mục.") % {"path": path},
            returncode=EXIT_FILE,
        ) from error
    except IsADirectoryError as error:
        raise CommandError(
            _("%(path)s là thư mục; hãy ghi tên một tệp trong đó.") % {"path": path},
            returncode=EXIT_FILE,
        ) from error
    except OSError as error:
        raise CommandError(
            _("không đọc được tệp %(path)s: %(reason)s.")
            % {"path": path, "reason": error.strerror or error},
            returncode=EXIT_FILE,
        ) from error


def class_called(rulebook: Rulebook, name: str) -> str:
    if name in rulebook.subject_classes:
        return name
    raise CommandError(
        _("bộ quy tắc không có loại đối tượng “%(name)s”; các loại: %(known)s.")
        % {"name": name, "known": ", ".join(rulebook.subject_classes)},
        returncode=EXIT_WORDS,
    )


def _choices(rulebook: Rulebook) -> str:
    return "; ".join(
        f"{one.id}={'|'.join(choice.id for choice in one.choices)}" for one in rulebook.settings
    )
