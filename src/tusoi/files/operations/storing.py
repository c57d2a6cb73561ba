"""Taking in uploaded documents: what they are is read from their bytes, never from their name."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from tusoi.core.models import new_public_id
from tusoi.files.enums import MOST_A_DAY, FileState
from tusoi.files.errors import TooManyToday, UploaderNotActive
from tusoi.files.models import StoredFile
from tusoi.files.operations.content import check_content, plain_name
from tusoi.files.operations.scanning import scan_file


_DAY: Final = dt.timedelta(days=1)
_FRESH: Final[ContextVar[list[StoredFile] | None]] = ContextVar("fresh_files", default=None)


@contextmanager
def all_or_no_files() -> Iterator[None]:
    """Take from the disk what was stored within, when the block and its transaction are undone."""
    fresh: list[StoredFile] = []
    token = _FRESH.set(fresh)
    try:
        yield
    except BaseException:
        for one in fresh:
            one.content.delete(save=False)
        raise
    finally:
        _FRESH.reset(token)


@transaction.atomic
def store_file(*, name: str, content: bytes, actor: AbstractUser, at: dt.datetime) -> StoredFile:
    """Keep an uploaded document. Whatever it is attached to decides who may read it.

    The row says who and when; the line in the log is written by the operation that attaches it.
    Where a scanner is set up nobody reads the file before it was looked at, which happens after
    the transaction: no lock is held meanwhile.

    Raises:
        FileIsEmpty, FileTooLarge: the size is out of bounds.
        FileKindNotAccepted: its bytes are of no kind that offices exchange, or not of the kind
            that its name promises.
        FileBroken, FileUnpacksTooLarge, FileLocked: it cannot be looked into.
        FileHoldsProgram, FileReachesOutside: it would do something when opened.
        UploaderNotActive: the account has been shut.
        TooManyToday: the account has uploaded more than a person does.
    """
    if not actor.is_active:
        raise UploaderNotActive
    name = plain_name(name)
    kind = check_content(name, content)
    _refuse_flood(actor, at)
    stored = StoredFile(
        public_id=new_public_id(),
        name=name,
        media_type=kind.media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=at,
        uploaded_by_id=actor.pk,
        state=FileState.WAITING if settings.TUSOI_SCAN_COMMAND else FileState.READY,
    )
    # The name may hold a person's name, so on disk the file is called by its id.
    stored.content.save(f"{stored.public_id}.bin", ContentFile(content), save=False)
    fresh = _FRESH.get()
    if fresh is not None:
        fresh.append(stored)
    stored.save()
    if stored.state == FileState.WAITING:
        transaction.on_commit(partial(_scan_kept, stored.pk, actor, at))
    return stored


def _scan_kept(file_id: int, actor: AbstractUser, at: dt.datetime) -> None:
    """Have a file looked at unless it was discarded in the transaction that stored it."""
    if StoredFile.objects.filter(pk=file_id).exists():
        scan_file(file_id=file_id, actor=actor, at=at)


def discard_file(file: StoredFile) -> None:
    """Take back a file that was stored a moment ago and is attached to nothing."""
    bytes_on_disk = file.content
    file.delete()
    transaction.on_commit(partial(bytes_on_disk.delete, save=False))


def _refuse_flood(actor: AbstractUser, at: dt.datetime) -> None:
    recent = StoredFile.objects.filter(uploaded_by=actor.pk, uploaded_at__gt=at - _DAY)
    if not getattr(actor, "is_system", False) and recent.count() >= MOST_A_DAY:
        raise TooManyToday(MOST_A_DAY)


def sweep_files(*, older_than: dt.datetime, actor: AbstractUser) -> int:
    """Delete bytes on disk that no row knows; return how many files that were.

    They stay behind when the transaction that stored them is undone, or when the program dies
    between deleting a file and its bytes. `older_than` is told by the clock of the disk, and
    leaves alone what a transaction under way has just written.

    Raises:
        UploaderNotActive: not the system itself.
    """
    if not getattr(actor, "is_system", False):
        raise UploaderNotActive
    storage = StoredFile._meta.get_field("content").storage
    swept = 0
    for folder, names in _folders(storage):
        paths = {f"{folder}/{name}" for name in names}
        known = set(
            StoredFile.objects.filter(content__startswith=f"{folder}/").values_list(
                "content", flat=True
            )
        )
        for path in sorted(paths - known):
            if storage.get_modified_time(path) < older_than:
                storage.delete(path)
                swept += 1
    return swept


def _folders(storage: Storage) -> Iterator[tuple[str, list[str]]]:
    """Yield the folders of years and months with the names of the files in them."""
    if not storage.exists(""):
        return
    for year in storage.listdir("")[0]:
        for month in storage.listdir(year)[0]:
            folder = f"{year}/{month}"
            yield folder, [name for name in storage.listdir(folder)[1] if name.endswith(".bin")]
