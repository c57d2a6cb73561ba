"""What may be uploaded: the kinds of document that offices exchange, and how each begins."""

from dataclasses import dataclass
from typing import Final


LARGEST_BYTES: Final = 20 * 1024 * 1024


@dataclass(frozen=True)
class FileKind:
    media_type: str
    extensions: frozenset[str]
    # The first bytes of every such file.
    signature: bytes
    # A member that the zip container of an office file must have; empty for other files.
    member: str = ""


_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

ACCEPTED_KINDS: Final = (
    FileKind("application/pdf", frozenset({"pdf"}), b"%PDF-"),
    FileKind("image/jpeg", frozenset({"jpg", "jpeg"}), b"\xff\xd8\xff"),
    FileKind("image/png", frozenset({"png"}), b"\x89PNG\r\n\x1a\n"),
    FileKind(
        f"{_OFFICE}.wordprocessingml.document", frozenset({"docx"}), _ZIP, "word/document.xml"
    ),
    FileKind(f"{_OFFICE}.spreadsheetml.sheet", frozenset({"xlsx"}), _ZIP, "xl/workbook.xml"),
    FileKind("application/vnd.oasis.opendocument.text", frozenset({"odt"}), _ZIP, "content.xml"),
    FileKind("application/msword", frozenset({"doc"}), _OLE),
    FileKind("application/vnd.ms-excel", frozenset({"xls"}), _OLE),
)
ACCEPTED_EXTENSIONS: Final = tuple(
    sorted(extension for kind in ACCEPTED_KINDS for extension in kind.extensions)
)
# Members of office files that hold programs.
PROGRAM_MEMBERS: Final = ("vbaproject.bin", "activex")
