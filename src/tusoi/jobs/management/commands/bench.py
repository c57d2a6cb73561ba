import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from tusoi.jobs.bench import inside, rating, remedies, voting
from tusoi.jobs.bench.measure import Measure
from tusoi.jobs.bench.run import run
from tusoi.jobs.command import TusoiCommand, progress_bars


class Command(TusoiCommand):
    help = (
        "Measure the bars of one district, each beside a floor measured in the same run, in a "
        "folder of its own. Takes a few minutes; exit code 1 if a bar is missed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # How the run calls itself, once for each database; not for people.
        parser.add_argument("--stage", nargs="+", help="internal: one part of the run")
        parser.add_argument(
            "--postgres",
            default="",
            metavar="URL",
            help="an empty PostgreSQL database, which is filled: ballots are measured in it",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if options["stage"]:
            self.stdout.write(json.dumps(_stage(*options["stage"])))
            return
        with progress_bars(hidden=options["json"]) as progress:
            measures = run(progress, postgres=options["postgres"])
        if options["json"]:
            self.emit({"measures": [one.as_data() for one in measures]}, "", as_json=True)
        else:
            console = Console(width=120)
            with console.capture() as drawn:
                console.print(_table(measures))
            self.stdout.write(drawn.get())
            if not options["postgres"]:
                self.stdout.write(
                    "Ballots were not measured: name an empty PostgreSQL with --postgres, or run "
                    "`make bench`, which brings its own."
                )
        missed = [one.what for one in measures if not one.ok]
        if missed:
            raise CommandError(
                f"{len(missed)} of {len(measures)} bars missed: {'; '.join(missed)}"
            )


def _stage(name: str, *words: str) -> Any:
    if name == "prepare":
        inside.prepare(int(words[0]))
        return {}
    if name == "statements":
        return inside.count_statements()
    if name == "rules":
        return [one.as_data() for one in rating.measure_rules()]
    if name == "remedies":
        return [one.as_data() for one in remedies.measure_remedies()]
    if name == "voting":
        return [one.as_data() for one in voting.measure_voting()]
    measured = {
        "import": inside.measure_import,
        "opening": inside.measure_opening,
        "progress": inside.measure_progress,
        "assessing": inside.measure_assessing,
    }
    return measured[name]().as_data()


def _table(measures: list[Measure]) -> Table:
    table = Table("bar", "measured", "floor", "ratio", "promised", "", title="One district")
    for one in measures:
        floor = f"{one.floor:.3g} {one.unit}" if one.floor is not None else ""
        ratio = f"{one.ratio:.2f} ×" if one.ratio is not None else ""
        mark = "ok" if one.ok else "MISSED"
        what = f"{one.what}\n[dim]{one.note}[/dim]" if one.note else one.what
        table.add_row(what, f"{one.value:.3g} {one.unit}", floor, ratio, one.bar, mark)
    return table
