"""Keeping uploaded documents."""

import datetime as dt
import hashlib
from pathlib import PurePath
from typing import Final

from django.core.files.base import File
from django.db import models, transaction

from tusoi.core.models import new_public_id
from tusoi.core.text import nfc
from tusoi.files.errors import FileEmpty, FileKindRefused, FileTooLarge
from tusoi.files.models import StoredFile


LARGEST: Final = 20 * 1024 * 1024
_NAME_LENGTH: Final = 200
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What offices attach, known by first bytes and ending together: neither alone is believed.
_KINDS: Final = (
    (b"%PDF-", ".pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", ".png", "image/png"),
    (b"\xff\xd8\xff", ".jpg", "image/jpeg"),
    (b"\xff\xd8\xff", ".jpeg", "image/jpeg"),
    (b"PK\x03\x04", ".docx", _WORD),
    (b"PK\x03\x04", ".xlsx", _EXCEL),
    (b"\xd0\xcf\x11\xe0", ".doc", "application/msword"),
    (b"\xd0\xcf\x11\xe0", ".xls", "application/vnd.ms-excel"),
)


@transaction.atomic
def store_file(
    *, content: "File[bytes]", name: str, actor: models.Model, at: dt.datetime
) -> StoredFile:
    """Keep an upload. Who may read it is decided by the thing it belongs to.

    On disk it bears a name of ours, so that nobody's name ends up in a path.

    Raises:
        FileEmpty, FileTooLarge, FileKindRefused: it is not a document we take.
    """
    size = content.size
    if not size:
        raise FileEmpty
    if size > LARGEST:
        raise FileTooLarge
    media_type, ending = _kind_of(content, name)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    stored = StoredFile(
        name=nfc(PurePath(name.replace("\\", "/")).name)[-_NAME_LENGTH:],
        media_type=media_type,
        size_bytes=size,
        sha256=digest.hexdigest(),
        uploaded_at=at,
        uploaded_by_id=actor.pk,
    )
    content.seek(0)
    stored.content.save(f"{new_public_id()}{ending}", content, save=False)
    stored.save()
    return stored


def _kind_of(content: "File[bytes]", name: str) -> tuple[str, str]:
    content.seek(0)
    head = content.read(16)
    lowered = name.lower()
    for first_bytes, ending, media_type in _KINDS:
        if head.startswith(first_bytes) and lowered.endswith(ending):
            return media_type, ending
    raise FileKindRefused
