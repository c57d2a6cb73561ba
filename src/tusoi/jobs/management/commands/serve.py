import os
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tusoi.jobs.command import TusoiCommand, at_least_one
from tusoi.jobs.installing import pending_migrations
from tusoi.jobs.serving import (
    BOOTH_ORIGIN,
    booth_beside,
    local_origin,
    refuse_taken_port,
    serve,
    tell_booth_origin,
)


class Command(TusoiCommand):
    help = "Serve the pages. Behind a proxy with HTTPS in production; see docs/configuration.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="127.0.0.1", help="default 127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="default 8000")
        parser.add_argument(
            "--booth-port",
            type=int,
            help="serve the booth of drawn codes too, on this port; default: no booth",
        )
        parser.add_argument("--workers", type=at_least_one, default=1, help="processes; default 1")
        parser.add_argument(
            "--threads", type=at_least_one, default=4, help="per process; default 4"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        if pending_migrations():
            raise CommandError("the database is older than the program: run `tusoi migrate`.")
        address, port, booth = options["address"], options["port"], options["booth_port"]
        refuse_taken_port(address, port)
        if booth is not None:
            refuse_taken_port(address, booth)
            tell_booth_origin(local_origin(address, booth))
        self.emit(
            {"address": f"http://{address}:{port}/", "booth": os.environ.get(BOOTH_ORIGIN, "")},
            _told(address, port, booth),
            as_json=options["json"],
        )
        self.stdout.flush()
        threads = options["threads"]
        with booth_beside(address=address, port=booth, threads=threads):
            serve(address=address, port=port, workers=options["workers"], threads=threads)


def _told(address: str, port: int, booth: int | None) -> str:
    lines = [f"http://{address}:{port}/"]
    if booth is not None:
        lines.append(f"booth: http://{address}:{booth}/, for voters {os.environ[BOOTH_ORIGIN]}/")
    return "\n".join(lines)
