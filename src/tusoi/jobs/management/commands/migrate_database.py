from typing import Any

from tusoi.jobs.command import TusoiCommand
from tusoi.jobs.installing import migrate


class Command(TusoiCommand):
    help = "Create the database, or bring it to this version. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        applied = migrate()
        text = f"{len(applied)} migrations applied." if applied else "The database is up to date."
        self.emit({"applied": applied}, text, as_json=options["json"])
