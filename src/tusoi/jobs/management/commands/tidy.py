import datetime as dt
from typing import Any, Final

from django.core.management import call_command
from django.utils import timezone

from tusoi.core import clock
from tusoi.files.operations import sweep_files
from tusoi.imports.operations import expire_imports
from tusoi.jobs.command import TusoiCommand
from tusoi.people.queries import system_account


# Longer than any transaction that may still be storing the file.
_UNDER_WAY: Final = dt.timedelta(hours=1)


class Command(TusoiCommand):
    help = (
        "Delete what is kept no longer: uploaded lists that nobody applied or dropped in time, "
        "files that belong to nothing, sessions that have ended. Run it once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        actor = system_account()
        expired = expire_imports(actor=actor, at=clock.now())
        # Files bear the time of the disk, also where the sample's clock stands still.
        swept = sweep_files(older_than=timezone.now() - _UNDER_WAY, actor=actor)
        call_command("clearsessions")
        self.emit(
            {"expired_uploads": expired, "swept_files": swept},
            f"{expired} uploaded lists expired, {swept} stray files deleted; ended sessions gone.",
            as_json=options["json"],
        )
