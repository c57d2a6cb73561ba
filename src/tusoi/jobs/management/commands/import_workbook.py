import argparse
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from tusoi.access.errors import AccessError
from tusoi.core import clock
from tusoi.imports.errors import ImportRefused
from tusoi.imports.marking import marked_workbook
from tusoi.imports.operations import Upload, apply_plan, plan_import
from tusoi.imports.planning.plan import ImportPlan
from tusoi.imports.reading.files import open_table
from tusoi.imports.reading.findings import Remark
from tusoi.jobs.command import TusoiCommand, progress_bars
from tusoi.people.models import Account
from tusoi.people.queries import system_account


_SHOWN: Final = 200


class Command(TusoiCommand):
    help = (
        "Import organisations and people from .xlsx, .xls, .ods or .csv: all of it, or nothing. "
        "Exit code 0 when written (or nothing to write), 1 when the file has problems."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the list to import")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change and write nothing"
        )
        parser.add_argument(
            "--as",
            dest="username",
            default="",
            help="import with the rights of this account; without it, as the system itself",
        )
        parser.add_argument(
            "--effective-on",
            type=_day,
            metavar="YYYY-MM-DD",
            default=None,
            help="the day from which moves without a day of their own hold; default: today",
        )
        parser.add_argument(
            "--marked", type=Path, help="where to put a copy with the problem cells marked"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        path: Path = options["file"]
        actor = _account(options["username"])
        on = options["effective_on"] or clock.today()
        upload = Upload(_content(path), path.name)
        try:
            # Nobody writes between our looking and our writing.
            with transaction.atomic(), progress_bars(hidden=options["json"]) as show:
                plan = plan_import(upload=upload, actor=actor, on=on, progress=show)
                if plan.problems:
                    self._refuse(plan, upload, options)
                if not options["dry_run"]:
                    apply_plan(
                        plan=plan,
                        upload=upload,
                        actor=actor,
                        at=clock.now(),
                        on=on,
                        progress=show,
                    )
        except (ImportRefused, AccessError) as refusal:
            raise CommandError(str(refusal)) from refusal
        state = "previewed" if options["dry_run"] else "applied"
        self.emit(_facts(plan, path, state), _text(plan, state), as_json=options["json"])

    def _refuse(self, plan: ImportPlan, upload: Upload, options: dict[str, Any]) -> None:
        if options["marked"]:
            table = open_table(upload.content, filename=upload.name)
            options["marked"].write_bytes(marked_workbook(table, plan.problems))
        facts = _facts(plan, options["file"], "refused")
        self.emit(facts, _problem_text(plan.problems), as_json=options["json"])
        raise CommandError(f"{len(plan.problems)} problems; nothing was written.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2022-11-30") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise CommandError(f"{path}: {missing.strerror}.") from missing


def _account(username: str) -> Account:
    if not username:
        return system_account()
    try:
        return Account.objects.get(username=username, is_active=True)
    except Account.DoesNotExist as missing:
        raise CommandError(f"there is no active account {username!r}.") from missing


def _facts(plan: ImportPlan, path: Path, state: str) -> dict[str, Any]:
    return {
        "file": path.name,
        "state": state,
        "counts": plan.counts(),
        "problems": [_remark_facts(remark) for remark in plan.problems],
        "notes": [_remark_facts(remark) for remark in plan.notes],
    }


def _remark_facts(remark: Remark) -> dict[str, Any]:
    place = remark.place
    return {
        "finding": remark.finding.value,
        "sheet": place.sheet,
        "row": place.row,
        "column": None if place.column is None else place.column_letter,
        "sentence": remark.sentence,
    }


def _text(plan: ImportPlan, state: str) -> str:
    lines = [
        f"{what:<8} " + "  ".join(f"{outcome} {count}" for outcome, count in counted.items())
        for what, counted in plan.counts().items()
    ]
    kinds = Counter(remark.finding for remark in plan.notes)
    firsts = {remark.finding: remark for remark in reversed(plan.notes)}
    lines += [f"{count} × {firsts[finding].sentence}" for finding, count in kinds.most_common()]
    done = "Nothing was written (dry run)." if state == "previewed" else "Written."
    return "\n".join([*lines, "Nothing to write." if plan.is_empty else done])


def _problem_text(problems: Sequence[Remark]) -> str:
    lines = [remark.sentence for remark in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"… and {len(problems) - _SHOWN} more (--json or --marked tells all).")
    return "\n".join(lines)
