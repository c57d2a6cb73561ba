import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tusoi.ballots.operations import destroy_due_keys, scrub_storage
from tusoi.core import clock
from tusoi.files.operations import scan_files, sweep_files
from tusoi.imports.operations import expire_imports
from tusoi.jobs.command import TusoiCommand
from tusoi.people.queries import system_account


# Longer than any transaction that may still be storing the file.
_UNDER_WAY: Final = dt.timedelta(hours=1)


class Command(TusoiCommand):
    help = (
        "Delete what is kept no longer: uploaded lists that nobody applied or dropped in time, "
        "files that belong to nothing, sessions that have ended, keys of urns whose time for "
        "complaints is over. Run it once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        actor = system_account()
        expired = expire_imports(actor=actor, at=clock.now())
        # Files bear the time of the disk, also where the sample's clock stands still.
        swept = sweep_files(older_than=timezone.now() - _UNDER_WAY, actor=actor)
        scanned = scan_files(actor=actor, at=clock.now()) if settings.TUSOI_SCAN_COMMAND else None
        destroyed = destroy_due_keys(actor=actor, at=clock.now())
        call_command("clearsessions")
        # Once more: after closing a poll a long read may have been in the way.
        scrub_storage()
        self.emit(
            {
                "expired_uploads": expired,
                "swept_files": swept,
                "waiting_files": scanned.not_known if scanned else 0,
                "destroyed_keys": destroyed,
            },
            f"{expired} uploaded lists expired, {swept} stray files deleted, {destroyed} keys of "
            "urns destroyed; ended sessions gone.",
            as_json=options["json"],
        )
