from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.jobs.command import TusoiCommand, progress_bars
from tusoi.sample.blueprint import DISTRICT_MEMBER_COUNT
from tusoi.sample.catalogue import FIRST, SAMPLES
from tusoi.sample.load import DatabaseNotEmpty, Loaded


class Command(TusoiCommand):
    help = (
        "Load a sample into an empty database: Bình Thủy 2022 (-end: decided), or a ward of 2025."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--year", choices=sorted(SAMPLES), default=FIRST, help=f"which one; default {FIRST}"
        )
        parser.add_argument(
            "--members",
            type=int,
            help=f"how many members, of the district alone; default {DISTRICT_MEMBER_COUNT}",
        )
        parser.add_argument("--seed", type=int, help="of the invented part; default the year")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        try:
            loaded = _load(options)
        except DatabaseNotEmpty:
            raise CommandError(
                "the database already holds organisations; the sample needs an empty one."
            ) from None
        counts = {
            "units": loaded.unit_count,
            "members": loaded.member_count,
            "obligations": loaded.obligation_count,
            "meetings": loaded.meeting_count,
            "plans": loaded.plan_count,
        }
        text = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        self.emit(counts, f"Loaded: {text}.", as_json=options["json"])


def _load(options: dict[str, Any]) -> Loaded:
    """Load the sample of the year, of any size where it can be of any."""
    sample, size = SAMPLES[options["year"]], {}
    if options["members"] is not None:
        if not sample.has_any_size:
            raise CommandError(
                f"the sample of {options['year']} has one size; leave out --members"
            )
        size = {"members": options["members"]}
    seed = sample.seed if options["seed"] is None else options["seed"]
    with progress_bars(hidden=options["json"]) as progress:
        return sample.load(seed=seed, progress=progress, **size)
