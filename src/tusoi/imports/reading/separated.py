"""Text tables: find the encoding and the separator of a .csv, then its cells."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from typing import Final

from tusoi.imports.reading import legacy
from tusoi.imports.reading.errors import (
    NotATable,
    PdfNotTable,
    TooManyColumns,
    TooManyRows,
    WebPageNotTable,
)
from tusoi.imports.reading.raw import MAX_COLUMNS, MAX_ROWS, RawSheet


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = ",;\t|"
_PICTURES: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
)
_MAX_CONTROL_SHARE: Final = 0.02


def read_separated(content: bytes, *, name: str) -> RawSheet:
    """Read a .csv as one sheet of texts.

    Raises:
        UnreadableFile: the bytes are not text, or too many rows.
    """
    _refuse_other_kinds(content)
    text = decode(content)
    if _is_binary(text):
        raise NotATable
    rows: list[list[str]] = []
    for row in _lines(text):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise TooManyRows
        if len(row) > MAX_COLUMNS:
            raise TooManyColumns
    width = max(map(len, rows), default=0)
    # Every other kind of file comes as a rectangle.
    return RawSheet(name=name, rows=[row + [""] * (width - len(row)) for row in rows])


def _lines(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    except csv.Error as error:
        # A quotation mark that never ends takes everything behind it for one cell.
        raise NotATable from error


def _refuse_other_kinds(content: bytes) -> None:
    start = content[:1024].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if start.startswith(b"%pdf"):
        raise PdfNotTable
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise WebPageNotTable
    if start.startswith((b"<?xml", b"<", b"{\\rtf")) or content.startswith(_PICTURES):
        raise NotATable


def decode(content: bytes) -> str:
    """Return the text of a file that does not say how it was encoded.

    Strict encodings come first; what is left is single bytes, where the reading with the most
    Vietnamese syllables is taken. Old fonts (TCVN3, VNI) look like Latin-1 and are converted
    later, column by column.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    windows = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    western = content.decode("cp1252", "replace").replace("\ufffd", "?")
    return max((windows, western), key=_vietnamese_words)


def _vietnamese_words(text: str) -> int:
    words = [word for word in text.replace('"', " ").split()[:5000] if not word.isascii()]
    joined = " ".join(words)
    converted = legacy.convert(joined, legacy.encoding_of(words))
    return sum(legacy.is_syllable(word) for word in converted.strip(",;|").split())


def separator_of(text: str) -> str:
    """Return the separator that parts the first lines most evenly."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in lines) for mark in _SEPARATORS}
    middle = len(lines) // 2
    return max(_SEPARATORS, key=lambda mark: counts[mark][middle] if lines else 0)


def _is_binary(text: str) -> bool:
    sample = text[:4096]
    odd = sum(
        unicodedata.category(c) in {"Cc", "Cn", "Co"} and c not in "\r\n\t\x0b" for c in sample
    )
    return "\x00" in sample or odd > len(sample) * _MAX_CONTROL_SHARE
