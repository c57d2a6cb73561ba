"""Who may read a file: whoever may read what it hangs on.

What files hang on is known to rooms above, which hand their questions down when the application
starts, as `access` hands down its guard. Until any has, only the uploader reads a file.
"""

import datetime as dt
from typing import Protocol

from django.contrib.auth.models import AbstractUser

from tusoi.files.models import StoredFile


class Reader(Protocol):
    def __call__(self, account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool: ...


_readers: dict[str, Reader] = {}


def use_reader(name: str, reader: Reader) -> None:
    """Take the question of one room; the name is the room's, and asked for once."""
    _readers[name] = reader


def may_read(account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool:
    if not account.is_active:
        return False
    return file.uploaded_by_id == account.pk or any(
        reader(account, file, on=on) for reader in _readers.values()
    )
