from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.jobs.command import TusoiCommand, at_least_one
from tusoi.jobs.installing import pending_migrations
from tusoi.jobs.serving import refuse_taken_port, serve


class Command(TusoiCommand):
    help = "Serve the pages. Behind a proxy with HTTPS in production; see docs/configuration.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="127.0.0.1", help="default 127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="default 8000")
        parser.add_argument("--workers", type=at_least_one, default=1, help="processes; default 1")
        parser.add_argument(
            "--threads", type=at_least_one, default=4, help="per process; default 4"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if pending_migrations():
            raise CommandError("the database is older than the program: run `tusoi migrate`.")
        address, port = options["address"], options["port"]
        refuse_taken_port(address, port)
        self.emit(
            {"address": f"http://{address}:{port}/"},
            f"http://{address}:{port}/",
            as_json=options["json"],
        )
        serve(address=address, port=port, workers=options["workers"], threads=options["threads"])
