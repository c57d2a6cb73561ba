from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.core import clock
from tusoi.cycles.enums import CycleState
from tusoi.cycles.models import ReviewCycle
from tusoi.jobs.command import TusoiCommand, progress_bars
from tusoi.people.queries import system_account
from tusoi.remediation.operations import RemedyDifference, follow_review, rebuild_remedies
from tusoi.remediation.queries import unfollowed_reviews


_SHOWN = 20


class Command(TusoiCommand):
    help = (
        "Follow the shortcomings of handed-in reviews that are not followed yet, derive the "
        "figures of their boards anew, and mend those that differ. Exit code 1 if any differed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        is_check = options["check"]
        waiting = list(unfollowed_reviews().values_list("pk", flat=True))
        cycles = list(ReviewCycle.objects.exclude(state=CycleState.DRAFT).order_by("pk"))
        found: list[tuple[str, RemedyDifference]] = []
        with progress_bars(hidden=options["json"]) as show:
            for number, pk in enumerate([] if is_check else waiting, start=1):
                follow_review(review_id=pk, actor=system_account(), at=clock.now())
                show("reviews", number, len(waiting))
            for number, cycle in enumerate(cycles, start=1):
                differences = rebuild_remedies(cycle_id=cycle.pk, check_only=is_check)
                found += [(cycle.public_id, one) for one in differences]
                show("cycles", number, len(cycles))
        self.emit(
            {
                "cycles": len(cycles),
                "reviews_not_followed": len(waiting),
                "mended": bool(found) and not is_check,
                "differences": [{"cycle": name, **asdict(one)} for name, one in found],
            },
            _told(len(cycles), len(waiting), [one for _, one in found], mended=not is_check),
            as_json=options["json"],
        )
        if found:
            raise CommandError(f"{len(found)} figures differed from the rows.", returncode=1)


def _told(cycles: int, waiting: int, differences: list[RemedyDifference], *, mended: bool) -> str:
    lines = []
    if waiting:
        done = "are followed now" if mended else "are not followed yet"
        lines.append(f"Shortcomings of {waiting} handed-in reviews {done}.")
    if not differences:
        lines.append(f"{cycles} cycles checked: every figure follows from the rows.")
        return "\n".join(lines)
    lines += [
        f"{one.table} unit {one.unit_id} {one.key}: "
        + ", ".join(f"{name} {surplus:+d}" for name, surplus in one.surplus.items())
        for one in differences[:_SHOWN]
    ]
    if len(differences) > _SHOWN:
        lines.append(f"… and {len(differences) - _SHOWN} more")
    lines.append("Mended." if mended else "Nothing was changed (--check).")
    return "\n".join(lines)
