import argparse
import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tusoi.jobs.checking.answering import OfficerCommand
from tusoi.jobs.checking.choosing import (
    EXIT_FILE,
    EXIT_FOUND,
    EXIT_WORDS,
    add_language,
    in_language,
    rulebook_called,
    said,
)
from tusoi.jobs.checking.reading_out import compared, read_out
from tusoi.rulebooks.__main__ import told
from tusoi.rulebooks.cases import Cases, differences, read_cases
from tusoi.rulebooks.comparing import diff
from tusoi.rulebooks.describing import json_schemas
from tusoi.rulebooks.errors import RulebookError
from tusoi.rulebooks.library import (
    available,
    folders,
    load_from,
    load_identity,
    samples,
)


class Command(OfficerCommand):
    help = _(
        "Xem và kiểm tra bộ quy tắc. Mã thoát: 0 đúng, 1 có chỗ sai hoặc có khác nhau, "
        "2 sai lệnh, 3 tệp không dùng được."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_language(parser)
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help=_("các bộ quy tắc có sẵn"))
        show = actions.add_parser("show", help=_("đọc một bộ quy tắc từ đầu đến cuối"))
        show.add_argument("rulebook", metavar="ID")
        differ = actions.add_parser("diff", help=_("hai bộ quy tắc khác nhau ở đâu"))
        differ.add_argument("before", metavar="A")
        differ.add_argument("after", metavar="B")
        check = actions.add_parser("check", help=_("kiểm tra tệp và các ví dụ"))
        check.add_argument(
            "rulebooks",
            nargs="*",
            metavar="ID",
            help=_("bộ quy tắc hoặc thư mục; mặc định: tất cả"),
        )
        cases = actions.add_parser("cases", help=_("chạy các ví dụ của một bộ quy tắc"))
        cases.add_argument("rulebook", metavar="ID")
        schema = actions.add_parser("schema", help=_("JSON Schema cho trình soạn thảo"))
        schema.add_argument("--out", type=Path, help=_("thư mục để ghi, mỗi loại tệp một tệp"))
        for one in actions.choices.values():
            # Also after the action; what is not said there must not undo what was said before.
            one.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
            one.add_argument("--lang", choices=["vi", "en"], default=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        with in_language(options):
            getattr(self, f"_{options['action']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        found = [*available(), *samples()]
        data = [
            {
                "identity": one.identity,
                "title": one.title.vi,
                "effective_from": one.effective_from.isoformat(),
                "years": list(one.years),
            }
            for one in found
        ]
        lines = [
            f"{one.identity:<22} {one.years[0]}–{one.years[1]}  {said(one.title)}" for one in found
        ]
        self.emit({"rulebooks": data}, "\n".join(lines), as_json=options["json"])

    def _show(self, options: dict[str, Any]) -> None:
        rulebook = rulebook_called(options["rulebook"])
        data = {"fingerprint": rulebook.fingerprint, "content": rulebook.snapshot()}
        text = "" if options["json"] else "\n".join(read_out(rulebook))
        self.emit(data, text, as_json=options["json"])

    def _diff(self, options: dict[str, Any]) -> None:
        before, after = (rulebook_called(options[one]) for one in ("before", "after"))
        found = diff(before, after)
        text = "\n".join(compared(found)) or _("Hai bộ quy tắc giống nhau.")
        self.emit(found.as_data(), text, as_json=options["json"])
        if found.changes:
            raise CommandError(
                _("%(count)d chỗ khác nhau.") % {"count": len(found.changes)},
                returncode=EXIT_FOUND,
            )

    def _check(self, options: dict[str, Any]) -> None:
        chosen: list[Traversable] = [_folder(one) for one in options["rulebooks"]] or folders()
        lines = [line for folder in chosen for line in told(folder)]
        notes = [f"  {line}" for folder in chosen for line in _changes(folder)]
        wrong = [line for line, is_wrong in lines if is_wrong]
        right = [line for line, is_wrong in lines if not is_wrong]
        self.emit(
            {"wrong": wrong, "fingerprints": dict(line.split(" ") for line in right)},
            "\n".join([*(line for line, _is_wrong in lines), *notes]),
            as_json=options["json"],
        )
        if wrong:
            raise CommandError(
                _("có %(count)d chỗ cần sửa.") % {"count": len(wrong)}, returncode=EXIT_FOUND
            )

    def _cases(self, options: dict[str, Any]) -> None:
        name = options["rulebook"]
        rulebook = rulebook_called(name)
        try:
            cases = read_cases(_folder(name))
            wrong = list(differences(rulebook, cases))
        except RulebookError as error:
            raise CommandError(str(error), returncode=EXIT_FILE) from error
        count = _count(cases)
        self.emit(
            {"rulebook": rulebook.identity, "cases": count, "wrong": wrong},
            "\n".join([*wrong, _("%(count)d ví dụ đã chạy.") % {"count": count}]),
            as_json=options["json"],
        )
        if wrong:
            raise CommandError(
                _("%(count)d ví dụ cho kết quả khác.") % {"count": len(wrong)},
                returncode=EXIT_FOUND,
            )

    def _schema(self, options: dict[str, Any]) -> None:
        schemas = json_schemas()
        if not options["out"]:
            self.stdout.write(json.dumps(schemas, ensure_ascii=False, indent=2))
            return
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file, schema in schemas.items():
                name = file.replace("/*.yaml", "").replace(".yaml", "").replace("/", "-")
                text = json.dumps(schema, ensure_ascii=False, indent=2)
                (folder / f"{name}.schema.json").write_text(f"{text}\n", "utf-8")
        except OSError as error:
            raise CommandError(
                _("không ghi được vào %(path)s: %(reason)s.")
                % {"path": folder, "reason": error.strerror or error},
                returncode=EXIT_FILE,
            ) from error
        self.emit(
            {"written": sorted(schemas)},
            _("đã ghi %(count)d tệp vào %(path)s.") % {"count": len(schemas), "path": folder},
            as_json=options["json"],
        )


def _changes(folder: Traversable) -> Iterator[str]:
    """Say what an overlay makes different from its parent; nothing for what has none."""
    try:
        rulebook = load_from(folder)
    except (RulebookError, OSError):
        return
    if rulebook.content.extends:
        parent = load_identity(rulebook.content.extends)
        yield _("%(overlay)s khác %(parent)s:") % {
            "overlay": rulebook.identity,
            "parent": parent.identity,
        }
        yield from compared(diff(parent, rulebook))


def _folder(name: str) -> Traversable:
    if Path(name).is_dir():
        return Path(name)
    known = [*available(), *samples()]
    found = next((one.id for one in known if name in {one.id, one.identity}), None)
    if found is None:
        raise CommandError(
            _("không có thư mục hay bộ quy tắc “%(name)s”; hiện có: %(known)s.")
            % {"name": name, "known": ", ".join(one.identity for one in known)},
            returncode=EXIT_WORDS,
        )
    return next(one for one in folders() if one.name == found)


def _count(cases: Cases) -> int:
    return sum(
        len(getattr(cases, name))
        for name in ("rules", "ratings", "quotas", "participation", "contradictions")
    )
