from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.jobs.command import TusoiCommand, at_least_one
from tusoi.jobs.installing import pending_migrations
from tusoi.jobs.serving import refuse_taken_port, serve


class Command(TusoiCommand):
    help = (
        "Serve the booth where drawn codes are used: no sign-in, no cookie, no log. "
        "TUSOI_BOOTH_ORIGIN says where voters reach it; see docs/configuration.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="127.0.0.1", help="default 127.0.0.1")
        parser.add_argument("--port", type=int, default=8001, help="default 8001")
        parser.add_argument(
            "--threads", type=at_least_one, default=4, help="at the same time; default 4"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if pending_migrations():
            raise CommandError("the database is older than the program: run `tusoi migrate`.")
        address, port = options["address"], options["port"]
        refuse_taken_port(address, port)
        if options["json"]:
            self.emit({"address": f"http://{address}:{port}/"}, "", as_json=True)
            self.stdout.flush()
        serve(address=address, port=port, threads=options["threads"])
