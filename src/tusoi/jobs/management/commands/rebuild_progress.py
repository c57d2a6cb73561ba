from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.operations import Difference, rebuild_progress
from tusoi.jobs.command import TusoiCommand, progress_bars


_SHOWN = 20


class Command(TusoiCommand):
    help = (
        "Derive the progress figures of every opened cycle anew from the facts about dossiers, "
        "and mend those that differ. Exit code 1 if any differed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        cycles = list(ReviewCycle.objects.exclude(state=CycleState.DRAFT).order_by("pk"))
        found: dict[str, list[Difference]] = {}
        with progress_bars(hidden=options["json"]) as show:
            for number, cycle in enumerate(cycles, start=1):
                found[cycle.public_id] = rebuild_progress(
                    cycle_id=cycle.pk, check_only=options["check"]
                )
                show("cycles", number, len(cycles))
        every = [(name, one) for name, several in found.items() for one in several]
        self.emit(
            {
                "cycles": len(cycles),
                "mended": bool(every) and not options["check"],
                "differences": [{"cycle": name, **asdict(one)} for name, one in every],
            },
            _told(len(cycles), [one for _name, one in every], mended=not options["check"]),
            as_json=options["json"],
        )
        if every:
            raise CommandError(f"{len(every)} figures differed from the facts.", returncode=1)


def _told(cycles: int, differences: list[Difference], *, mended: bool) -> str:
    if not differences:
        return f"{cycles} cycles checked: every figure follows from the facts."
    lines = [
        f"{one.table} unit {one.unit_id} {one.subject_kind} {one.day}: "
        + ", ".join(f"{name} {surplus:+d}" for name, surplus in one.surplus.items())
        for one in differences[:_SHOWN]
    ]
    if len(differences) > _SHOWN:
        lines.append(f"… and {len(differences) - _SHOWN} more")
    lines.append("Mended." if mended else "Nothing was changed (--check).")
    return "\n".join(lines)
