"""Asking a program of the operator's whether a file holds malicious code.

Its exit code says all: 0 clean, 1 malicious, anything else (or no answer in time) not known; then
the file goes on waiting, and nobody reads it.
"""

import datetime as dt
import shlex
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AbstractUser

from tusoi.files.enums import FileState
from tusoi.files.errors import UploaderNotActive
from tusoi.files.models import StoredFile


_CLEAN: Final = 0
_MALICIOUS: Final = 1


@dataclass(frozen=True)
class ScanTally:
    """What became of the files that were looked at."""

    clean: int = 0
    quarantined: int = 0
    not_known: int = 0


def scan_file(*, file_id: int, actor: AbstractUser, at: dt.datetime) -> FileState:
    """Have one file looked at, and let it out or lock it away.

    The program runs outside of any transaction: it may take a minute, and a minute's lock would
    stop everybody else's work. One statement then changes the file, unless somebody deleted it
    meanwhile.

    Raises:
        UploaderNotActive: neither the uploader nor the system asks.
    """
    file = StoredFile.objects.get(pk=file_id)
    if file.uploaded_by_id != actor.pk and not getattr(actor, "is_system", False):
        raise UploaderNotActive
    return _scan(file, at) or FileState(file.state)


def scan_files(*, actor: AbstractUser, at: dt.datetime, again: bool = False) -> ScanTally:
    """Look at the files that wait; with `again` at all, because scanners learn.

    Raises:
        UploaderNotActive: not the system itself.
    """
    if not getattr(actor, "is_system", False):
        raise UploaderNotActive
    wanted = [FileState.WAITING, *([FileState.READY] if again else [])]
    rows = StoredFile.objects.filter(state__in=wanted).order_by("pk")
    counts = Counter(_scan(file, at) for file in list(rows))
    return ScanTally(
        clean=counts[FileState.READY],
        quarantined=counts[FileState.QUARANTINED],
        not_known=counts[None],
    )


def _scan(file: StoredFile, at: dt.datetime) -> FileState | None:
    """Return what was found and written down; None when the program could not say."""
    if file.state == FileState.DELETED or not settings.TUSOI_SCAN_COMMAND:
        return None
    found = _ask(file.content.path)
    if found is None:
        return None
    # Deleted meanwhile, it stays so.
    StoredFile.objects.filter(pk=file.pk).exclude(state=FileState.DELETED).update(
        state=found, scanned_at=at
    )
    return found


def _ask(path: str) -> FileState | None:
    """Run the program with the path behind its words; None when it could not say."""
    try:
        done = subprocess.run(  # noqa: S603 -- the operator's own command, and a path we made
            [*shlex.split(settings.TUSOI_SCAN_COMMAND), path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=settings.TUSOI_SCAN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {_CLEAN: FileState.READY, _MALICIOUS: FileState.QUARANTINED}.get(done.returncode)
