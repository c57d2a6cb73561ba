import shutil
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from tusoi.core import clock
from tusoi.jobs.command import TusoiCommand


class Command(TusoiCommand):
    help = (
        "Copy the SQLite database and the uploaded files to a new folder, while serving goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the copy is put; must not exist")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        folder: Path = options["folder"]
        if connection.vendor != "sqlite":
            raise CommandError("this copies SQLite only; use pg_dump for PostgreSQL.")
        if folder.exists():
            raise CommandError(f"{folder} exists already; name a folder that does not.")
        if not connection.introspection.table_names():
            raise CommandError(
                f"there is nothing in {settings.DATA_DIR}; name the folder of "
                "the data with TUSOI_DATA_DIR."
            )
        folder.mkdir(parents=True)
        target = folder / "tusoi.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        if settings.MEDIA_ROOT.exists():
            shutil.copytree(settings.MEDIA_ROOT, folder / "files")
        self.emit(
            {"folder": str(folder), "bytes": target.stat().st_size, "at": clock.now()},
            f"Copied to {folder} ({target.stat().st_size:,} bytes of database).",
            as_json=options["json"],
        )
