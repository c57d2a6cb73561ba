"""What all commands share: `--json`, plain sentences, progress bars, exit codes."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import tusoi


class TusoiCommand(BaseCommand):
    """A command with `--json`.

    Refusals are `CommandError` with one sentence: exit code 1, nothing half-applied.
    """

    # The checks of the framework belong to `tusoi check`; other commands should start fast.
    requires_system_checks: list[str] = []
    # Words of the framework: understood, but no help to whoever asks for help.
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
    }

    def get_version(self) -> str:
        return f"tusoi {tusoi.__version__}"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
        return parser

    def emit(self, data: dict[str, Any], text: str, *, as_json: bool) -> None:
        """Print the data for a program, or the text for a person."""
        if as_json:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        else:
            self.stdout.write(text)


def at_least_one(text: str) -> int:
    """Read a number of things of which there must be one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: write a whole number, 1 or more")
    return int(text)


@contextmanager
def progress_bars(*, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function `(what, done, total)` that draws a bar for each `what` on standard error."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bars: dict[str, Any] = {}
    quiet = hidden or not console.is_terminal
    with Progress(*columns, console=console, disable=quiet) as progress:

        def show(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done)

        yield show
