from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from tusoi.core import clock
from tusoi.files.operations import scan_files
from tusoi.jobs.command import TusoiCommand
from tusoi.people.queries import system_account


class Command(TusoiCommand):
    help = "Have the program of TUSOI_SCAN_COMMAND look at the uploaded files that still wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also at those found clean before")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if not settings.TUSOI_SCAN_COMMAND:
            raise CommandError("TUSOI_SCAN_COMMAND is not set: there is nothing to look with.")
        tally = scan_files(actor=system_account(), at=clock.now(), again=options["all"])
        text = (
            f"{tally.clean} files are clean, {tally.quarantined} were locked away, "
            f"{tally.not_known} could not be judged."
        )
        self.emit(asdict(tally), text, as_json=options["json"])
        if tally.quarantined or tally.not_known:
            raise CommandError("look at the scanner's own log.")
