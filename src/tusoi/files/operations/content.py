"""What an uploaded document is, read from its bytes; what could run or reach out is refused.

This is no scanner for malicious code: it lets in what offices exchange, whole and of the kind
that its name says, and nothing that carries a program in plain sight.
"""

import io
import re
from collections.abc import Callable, Mapping
from typing import Final

import olefile
from django.conf import settings

from tusoi.core.archives import (
    ArchiveBroken,
    ArchiveLocked,
    ArchiveTooLarge,
    MeasuredArchive,
)
from tusoi.core.text import display_name
from tusoi.files.enums import (
    ACCEPTED_EXTENSIONS,
    ACCEPTED_KINDS,
    JPEG,
    LOCKED_SIGNATURE,
    MOST_FILES,
    ODT,
    PDF,
    PNG,
    FileKind,
)
from tusoi.files.errors import (
    FileBroken,
    FileHoldsProgram,
    FileIsEmpty,
    FileKindNotAccepted,
    FileLocked,
    FileReachesOutside,
    FileTooLarge,
    FileUnpacksTooLarge,
    TooManyFiles,
)
from tusoi.files.operations.pictures import jpeg_is_whole, png_is_whole


_LONGEST_NAME: Final = 200
# Parts of office files that hold programs, or carry one to be started by a click.
_PROGRAM_PARTS: Final = re.compile(
    r"vbaproject\.bin|activex|^basic/|^scripts/|\.(exe|dll|com|scr|bat|cmd|ps1|vbs|js|jse|wsf|hta"
    r"|lnk|msi|jar|html?|svg)$"
)
_MACRO_TYPE: Final = b"macroenabled"
# The stream in which Office wraps a file that was dropped into a document.
_WRAPPED: Final = "\x01Ole10Native".encode("utf-16-le")
_OUTSIDE: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*TargetMode=\"External\"[^<>]*)>")
# What may lie elsewhere: a link that is only followed by a click, another workbook's values.
_HARMLESS: Final = re.compile(rb"/(?:hyperlink|image|externalLinkPath)\"")
_OLD_PROGRAMS: Final = frozenset({"macros", "_vba_project_cur", "vba", "\x01ole10native"})
_PDF_VERSION: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_TAIL: Final = 2048


def _named(name: str) -> bytes:
    """Return the pattern of a name in a PDF, each letter of which may be spelled by its number."""
    letters = b"".join(b"(?:%c|#%02x|#%02X)" % (one, one, one) for one in name.encode())
    return b"/" + letters + rb"(?![A-Za-z0-9])"


# Long names only: two letters occur in compressed bytes by chance.
_PDF_PROGRAM: Final = re.compile(b"|".join(_named(one) for one in ("JavaScript", "Launch")))


def largest_bytes() -> int:
    return int(settings.TUSOI_FILE_MAX_MB) * 1024 * 1024


def plain_name(name: str) -> str:
    """Return the last part of a path as a name that is safe to show and to download under."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = display_name(last).replace('"', "'").strip(". ")
    stem, dot, extension = cleaned.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}{dot}{extension}" or "tep"


def check_number(*, already: int, adding: int) -> None:
    """Refuse more files than one thing may carry; whoever attaches them asks first.

    Raises:
        TooManyFiles: it would have too many.
    """
    if already + adding > MOST_FILES:
        raise TooManyFiles(MOST_FILES)


def check_content(name: str, content: bytes) -> FileKind:
    """Say of which accepted kind a file is.

    Raises:
        FileError: as `store_file` says.
    """
    if not content:
        raise FileIsEmpty(name)
    if len(content) > largest_bytes():
        raise FileTooLarge(name, largest_bytes())
    extension = name.rpartition(".")[2].lower()
    for kind in ACCEPTED_KINDS:
        if extension in kind.extensions:
            _check_kind(name, content, kind)
            return kind
    raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)


def _check_kind(name: str, content: bytes, kind: FileKind) -> None:
    if not content.startswith(kind.signature):
        if kind.main_part and content.startswith(LOCKED_SIGNATURE):
            raise FileLocked(name)
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)
    if kind.main_part:
        _check_zipped(name, content, kind)
    elif kind.streams:
        _check_old(name, content, kind)
    else:
        _PLAIN[kind.media_type](name, content)


def _check_pdf(name: str, content: bytes) -> None:
    if not _PDF_VERSION.match(content) or b"%%EOF" not in content[-_PDF_TAIL:]:
        raise FileBroken(name)
    if _PDF_PROGRAM.search(content):
        raise FileHoldsProgram(name)


def _check_jpeg(name: str, content: bytes) -> None:
    if not jpeg_is_whole(content):
        raise FileBroken(name)


def _check_png(name: str, content: bytes) -> None:
    if not png_is_whole(content):
        raise FileBroken(name)


_PLAIN: Final[Mapping[str, Callable[[str, bytes], None]]] = {
    PDF: _check_pdf,
    JPEG: _check_jpeg,
    PNG: _check_png,
}


def _check_zipped(name: str, content: bytes, kind: FileKind) -> None:
    try:
        archive = MeasuredArchive(content)
    except ArchiveLocked as locked:
        raise FileLocked(name) from locked
    except ArchiveTooLarge as bomb:
        raise FileUnpacksTooLarge(name) from bomb
    except ArchiveBroken as broken:
        raise FileBroken(name) from broken
    if kind.media_type == ODT:
        _check_odt(name, archive)
    else:
        _check_office(name, archive, kind)
    if any(_PROGRAM_PARTS.search(member.lower()) for member in archive.names):
        raise FileHoldsProgram(name)
    if any(_WRAPPED in archive.read(member) for member in archive.names if _is_embedded(member)):
        raise FileHoldsProgram(name)


def _is_embedded(member: str) -> bool:
    return member.lower().endswith(".bin") or member.startswith("Object ")


def _check_odt(name: str, archive: MeasuredArchive) -> None:
    if archive.read("mimetype").strip() != ODT.encode() or "content.xml" not in archive.names:
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise FileLocked(name)


def _check_office(name: str, archive: MeasuredArchive, kind: FileKind) -> None:
    types = archive.read("[Content_Types].xml")
    if _MACRO_TYPE in types.lower():
        raise FileHoldsProgram(name)
    if kind.main_part not in types:
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)
    for member in archive.names:
        if member.endswith(".rels"):
            for outside in _OUTSIDE.findall(archive.read(member)):
                if not _HARMLESS.search(outside):
                    raise FileReachesOutside(name)


def _check_old(name: str, content: bytes, kind: FileKind) -> None:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            entries = [part for path in container.listdir(storages=True) for part in path]
            is_whole = all(
                len(container.openstream(one).read()) == container.get_size(one)
                for one in kind.streams
                if one in entries
            )
    except Exception as broken:  # the library raises whatever a damaged table leads it to
        raise FileBroken(name) from broken
    if "EncryptedPackage" in entries:
        raise FileLocked(name)
    if not any(stream in entries for stream in kind.streams):
        raise FileKindNotAccepted(name, ACCEPTED_EXTENSIONS)
    if not is_whole:
        raise FileBroken(name)
    if any(entry.lower() in _OLD_PROGRAMS for entry in entries):
        raise FileHoldsProgram(name)
