import datetime as dt
from io import StringIO
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from tusoi.core import clock
from tusoi.cycles.enums import CycleState, ProgressStep
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import Progress, progress_of
from tusoi.jobs.command import TusoiCommand
from tusoi.units.models import Unit


class Command(TusoiCommand):
    help = "Print how many dossiers of each kind of subject have reached a step, out of how many."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", metavar="CODE", help="code of a unit; default: the root")
        parser.add_argument(
            "--as-of", metavar="YYYY-MM-DD", help="the end of a day; default: as it is now"
        )
        parser.add_argument(
            "--step",
            default=ProgressStep.REVIEWED.value,
            choices=[step.value for step in ProgressStep],
            help="default: reviewed",
        )
        parser.add_argument(
            "--cycle", metavar="ID", help="public id of a cycle; default: the newest one"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        cycle = _cycle(options["cycle"])
        unit = _unit(cycle, options["unit"])
        as_of = _day(options["as_of"], cycle)
        step = options["step"]
        progress = progress_of(cycle, unit.pk, as_of)
        if progress is None:
            raise CommandError(f"{unit.name} is no part of {cycle.name}.")
        data = {
            "cycle": cycle.public_id,
            "as_of": (as_of or clock.today()).isoformat(),
            "unit": unit.code,
            "step": step,
            "kinds": [
                {
                    "kind": kind.value,
                    "done": progress.node.of(kind).done(step),
                    "expected": progress.node.of(kind).expected,
                }
                for kind in progress.kinds
            ],
        }
        text = "" if options["json"] else _table(cycle, progress, step, data["as_of"])
        self.emit(data, text, as_json=options["json"])


def _cycle(public_id: str | None) -> ReviewCycle:
    found = ReviewCycle.objects.exclude(state=CycleState.DRAFT)
    if public_id:
        found = found.filter(public_id=public_id)
    # Open ones first: what is going on is what is asked about.
    cycle = found.order_by("-state", "-opened_at").first()
    if cycle is None:
        raise CommandError("there is no such cycle, or none has been opened yet.")
    return cycle


def _unit(cycle: ReviewCycle, code: str | None) -> Unit:
    unit = Unit.objects.filter(**({"code": code} if code else {"pk": cycle.root_id})).first()
    if unit is None:
        raise CommandError(f"there is no unit with the code {code!r}.")
    return unit


def _day(text: str | None, cycle: ReviewCycle) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no day; write it as 2022-11-30.") from error
    if day > clock.today():
        raise CommandError(f"{day} is still to come; nobody knows its figures yet.")
    opened = clock.local_day(cycle.opened_at) if cycle.opened_at else day
    if day < opened:
        raise CommandError(f"{cycle.name} was opened on {opened}; {day} is before that.")
    return day


def _table(cycle: ReviewCycle, progress: Progress, step: str, day: str) -> str:
    table = Table(title=f"{cycle.name} · {progress.node.name} · {day}", title_justify="left")
    table.add_column(ProgressStep(step).label.capitalize())
    for heading in ("x", "y", "%"):
        table.add_column(heading, justify="right")
    for kind in progress.kinds:
        counts = progress.node.of(kind)
        done, expected = counts.done(step), counts.expected
        table.add_row(str(kind.label), str(done), str(expected), f"{done * 100 // expected}")
    out = StringIO()
    Console(file=out, width=100).print(table)
    return out.getvalue().rstrip()
