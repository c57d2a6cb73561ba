"""What may be uploaded: the kinds of document that offices exchange, and how each begins."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


# Of one thing, such as a progress note; more than that is an archive, not evidence.
MOST_FILES: Final = 20
# By one account within a day; a slip of a program must not fill the disk.
MOST_A_DAY: Final = 300


class FileState(models.TextChoices):
    READY = "ready", _("sẵn sàng")
    WAITING = "waiting", _("chờ kiểm tra mã độc")
    QUARANTINED = "quarantined", _("bị giữ lại vì nghi có mã độc")
    DELETED = "deleted", _("đã xóa")


@dataclass(frozen=True)
class FileKind:
    media_type: str
    extensions: frozenset[str]
    # The first bytes of every such file.
    signature: bytes
    # Of a zip container, the words by which its list of contents names the main part.
    main_part: bytes = b""
    # Of an old Office file, the streams of which it must have one.
    streams: tuple[str, ...] = ()


_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
ODT: Final = "application/vnd.oasis.opendocument.text"
PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"

ACCEPTED_KINDS: Final = (
    FileKind(PDF, frozenset({"pdf"}), b"%PDF-"),
    FileKind(JPEG, frozenset({"jpg", "jpeg"}), b"\xff\xd8\xff"),
    FileKind(PNG, frozenset({"png"}), b"\x89PNG\r\n\x1a\n"),
    FileKind(
        f"{_OFFICE}.wordprocessingml.document",
        frozenset({"docx"}),
        _ZIP,
        b"wordprocessingml.document.main+xml",
    ),
    FileKind(
        f"{_OFFICE}.spreadsheetml.sheet",
        frozenset({"xlsx"}),
        _ZIP,
        b"spreadsheetml.sheet.main+xml",
    ),
    FileKind(ODT, frozenset({"odt"}), _ZIP, ODT.encode()),
    FileKind("application/msword", frozenset({"doc"}), _OLE, streams=("WordDocument",)),
    FileKind("application/vnd.ms-excel", frozenset({"xls"}), _OLE, streams=("Workbook", "Book")),
)
ACCEPTED_EXTENSIONS: Final = tuple(
    sorted(extension for kind in ACCEPTED_KINDS for extension in kind.extensions)
)
# What a zipped Office file becomes when it is given a password.
LOCKED_SIGNATURE: Final = _OLE
