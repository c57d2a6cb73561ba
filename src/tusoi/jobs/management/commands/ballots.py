from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tusoi.jobs.attacking.evidence import Copy, CopyNotReadable, Stream, StreamKind
from tusoi.jobs.attacking.postgres import read_postgres
from tusoi.jobs.attacking.run import attack
from tusoi.jobs.attacking.saying import as_data, as_text
from tusoi.jobs.attacking.sqlite import read_sqlite
from tusoi.jobs.checking.choosing import (
    EXIT_FILE,
    EXIT_FOUND,
    add_language,
    content_of,
    in_language,
)
from tusoi.jobs.command import TusoiCommand


_SERVERS: Final = ("postgresql://", "postgres://")


class Command(TusoiCommand):
    help = _(
        "Thử nối phiếu với người bỏ phiếu từ một bản sao cơ sở dữ liệu, như kẻ chỉ có bản sao "
        "trong tay. Không cần mật khẩu hay từ khóa nào, không sửa gì, không in tên ai. Mã thoát: "
        "0 không lộ gì hơn đoán mò, 1 có lộ, 2 sai lệnh, 3 bản sao không đọc được."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["attack"], help=_("việc cần làm"))
        parser.add_argument(
            "--database",
            required=True,
            metavar="COPY",
            help=_("tệp SQLite (cùng tệp -wal bên cạnh) hoặc địa chỉ postgresql:// chỉ đọc"),
        )
        parser.add_argument(
            "--backup",
            nargs="+",
            default=[],
            metavar="COPY",
            help=_("các bản sao trước đó, cũ nhất ghi trước"),
        )
        for name, what in (
            ("wal", _("thư mục hoặc tệp ghi thay đổi của PostgreSQL")),
            ("dump", _("tệp pg_dump")),
            ("logs", _("nhật ký của máy chủ")),
            ("files", _("thư mục hoặc tệp dữ liệu khác để tìm theo byte")),
        ):
            parser.add_argument(f"--{name}", nargs="+", type=Path, default=[], help=what)
        parser.add_argument(
            "--words",
            type=Path,
            help=_("tệp ghi mỗi dòng một điều không được có ở đâu: mã phiếu, từ khóa đã biết"),
        )
        parser.add_argument(
            "--show", action="store_true", help=_("in cả mã số cá nhân đi với phiếu nào")
        )
        add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        with in_language(options):
            self._attack(options)

    def _attack(self, options: dict[str, Any]) -> None:
        copy = _copy(options["database"])
        copy = replace(copy, streams=[*copy.streams, *_streams(options)])
        words = _lines(options["words"]) if options["words"] else []
        report = _tried(
            copy,
            earlier=[_copy(one) for one in options["backup"]],
            words=words,
        )
        self.emit(
            as_data(report, is_shown=options["show"]),
            as_text(report, is_shown=options["show"]),
            as_json=options["json"],
        )
        if report.alarms:
            raise CommandError(
                _("%(count)d điều lộ ra nhiều hơn đoán mò.") % {"count": len(report.alarms)},
                returncode=EXIT_FOUND,
            )


def _lines(path: Path) -> list[str]:
    """Read what must be nowhere, as an editor of any system keeps it, with a mark before or not.

    What is no text is refused: it would be looked for in vain, and nothing said of it.
    """
    try:
        text = content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(
            _("tệp %(path)s không phải là văn bản UTF-8.") % {"path": path}, returncode=EXIT_FILE
        ) from None
    return [one.strip() for one in text.splitlines() if one.strip()]


def _tried(copy: Copy, **fields: Any) -> Any:
    try:
        return attack(copy, **fields)
    except CopyNotReadable as refused:
        raise _not_readable(refused) from refused


def _copy(name: str) -> Copy:
    try:
        return read_postgres(name) if name.startswith(_SERVERS) else read_sqlite(Path(name))
    except CopyNotReadable as refused:
        raise _not_readable(refused) from refused


def _not_readable(refused: CopyNotReadable) -> CommandError:
    return CommandError(
        _("không đọc được bản sao như một cơ sở dữ liệu của Tự Soi: %(reason)s.")
        % {"reason": refused},
        returncode=EXIT_FILE,
    )


def _streams(options: dict[str, Any]) -> Iterator[Stream]:
    for path in _files(options["wal"]):
        yield Stream(f"wal {path.name}", StreamKind.LOG, content_of(path))
    for path in _files(options["files"]):
        yield Stream(path.name, StreamKind.PAGES, content_of(path))
    for name in ("dump", "logs"):
        for path in _files(options[name]):
            label = "log" if name == "logs" else name
            yield Stream(f"{label} {path.name}", StreamKind.TEXT, content_of(path))


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        else:
            yield path
