"""Taking in uploaded documents: what they are is read from their bytes, never from their name."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from tusoi.core.models import new_public_id
from tusoi.core.text import display_name
from tusoi.files.enums import (
    ACCEPTED_EXTENSIONS,
    ACCEPTED_KINDS,
    LARGEST_BYTES,
    PROGRAM_MEMBERS,
    FileKind,
)
from tusoi.files.errors import (
    FileHoldsProgram,
    FileIsEmpty,
    FileKindNotAccepted,
    FileTooLarge,
    UploaderNotActive,
)
from tusoi.files.models import StoredFile


_LONGEST_NAME = 200


@transaction.atomic
def store_file(*, name: str, content: bytes, actor: AbstractUser, at: dt.datetime) -> StoredFile:
    """Keep an uploaded document. Whatever it is attached to decides who may read it.

    The row says who and when; the line in the log is written by the operation that attaches it.

    Raises:
        FileIsEmpty, FileTooLarge: the size is out of bounds.
        FileKindNotAccepted: its bytes are of no kind that offices exchange, or not of the kind
            that its name promises.
        FileHoldsProgram: an office file with macros inside.
        UploaderNotActive: the account has been shut.
    """
    if not actor.is_active:
        raise UploaderNotActive
    name = plain_name(name)
    kind = check_content(name, content)
    stored = StoredFile(
        public_id=new_public_id(),
        name=name,
        media_type=kind.media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=at,
        uploaded_by_id=actor.pk,
    )
    # The name may hold a person's name, so on disk the file is called by its id.
    stored.content.save(f"{stored.public_id}.bin", ContentFile(content), save=False)
    stored.save()
    return stored


def sweep_files(*, older_than: dt.datetime, actor: AbstractUser) -> int:
    """Delete bytes on disk that no row knows; return how many files that were.

    They stay behind when the transaction that stored them is undone. `older_than` is told by the
    clock of the disk, and leaves alone what a transaction under way has just written.

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


def plain_name(name: str) -> str:
    """Return the last part of a path as a name that is safe to show and to download under."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = display_name(last).replace('"', "'").strip(". ")
    stem, dot, extension = cleaned.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}{dot}{extension}" or "tep"


def check_content(name: str, content: bytes) -> FileKind:
    """Say of which accepted kind a file is.

    Raises:
        FileError: as `store_file` says.
    """
    if not content:
        raise FileIsEmpty(name)
    if len(content) > LARGEST_BYTES:
        raise FileTooLarge(name, LARGEST_BYTES)
    extension = name.rpartition(".")[2].lower()
    for kind in ACCEPTED_KINDS:
        if extension in kind.extensions and content.startswith(kind.signature):
            if kind.member:
                _check_members(name, content, kind)
            return kind
    raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)


def _check_members(name: str, content: bytes, kind: FileKind) -> None:
    # Only the list of members is read; nothing is unpacked.
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS) from problem
    if kind.member not in members:
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)
    if any(part in member.lower() for member in members for part in PROGRAM_MEMBERS):
        raise FileHoldsProgram(name)
