from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.jobs.command import TusoiCommand, progress_bars
from tusoi.sample.blueprint import DISTRICT_MEMBER_COUNT
from tusoi.sample.load import DatabaseNotEmpty, load_sample


class Command(TusoiCommand):
    help = "Load the sample of Bình Thủy 2022 into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--members",
            type=int,
            default=DISTRICT_MEMBER_COUNT,
            help=f"how many members; default {DISTRICT_MEMBER_COUNT}, the district's own",
        )
        parser.add_argument("--seed", type=int, default=2022, help="of the invented part")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        try:
            with progress_bars(hidden=options["json"]) as progress:
                loaded = load_sample(
                    members=options["members"], seed=options["seed"], progress=progress
                )
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
