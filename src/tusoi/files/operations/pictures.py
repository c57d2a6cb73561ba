"""Whether a picture is whole, by the structure that every program that shows it relies on.

Nothing is decoded but the packed lines of a PNG, which are counted and thrown away.
"""

import struct
import zlib
from typing import Final


_LONGEST_SIDE: Final = 30_000
_MOST_POINTS: Final = 120_000_000
_PNG_HEAD: Final = 8
_CHUNK: Final = 1024 * 1024
# Width, height, then depth, colour, packing, filter, interlacing.
_HEADER: Final = 13
# How many values a point has, by PNG's kind of colour.
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
# Markers without a length.
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
# The markers that tell the size of a JPEG; those left out mean something else.
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def _is_sized(width: int, height: int) -> bool:
    in_bounds = 0 < width <= _LONGEST_SIDE and 0 < height <= _LONGEST_SIDE
    return in_bounds and width * height <= _MOST_POINTS


def png_is_whole(content: bytes) -> bool:
    """Say whether all parts are there and unhurt, in order, with nothing behind the last."""
    place, packed, lines = _PNG_HEAD, zlib.decompressobj(), 0
    expected: int | None = None
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(content) or zlib.crc32(kind + body) != int.from_bytes(content[end - 4 : end]):
            return False
        if kind == b"IHDR" and expected is None:
            expected = _png_bytes(body)
            if not expected:
                return False
        elif expected is None:
            return False
        elif kind == b"IDAT":
            lines += _unpacked(packed, body, expected - lines)
        elif kind == b"IEND":
            return end == len(content) and packed.eof and lines == expected
        place = end
    return False


def _png_bytes(header: bytes) -> int:
    """Return how many bytes the lines must unpack to; 0 for a header that makes no sense."""
    if len(header) != _HEADER:
        return 0
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, colour, interlaced = header[8], header[9], header[12]
    if not _is_sized(width, height) or colour not in _CHANNELS:
        return 0
    bits = depth * _CHANNELS[colour]
    if not interlaced:
        return height * (1 + -(-width * bits // 8))
    total = 0
    for left, top, right, down in _PASSES:
        columns, rows = -(-(width - left) // right), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + -(-columns * bits // 8))
    return total


# First column and line, and the steps to the next, of the seven passes of an interlaced PNG.
_PASSES: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def _unpacked(packed: "zlib._Decompress", body: bytes, room: int) -> int:
    """Count what a piece unpacks to, no further than one byte more than there is room for."""
    count = 0
    try:
        while body and count <= room:
            count += len(packed.decompress(body, _CHUNK))
            body = packed.unconsumed_tail
    except zlib.error:
        return room + 1
    return count


def jpeg_is_whole(content: bytes) -> bool:
    """Say whether the segments follow each other, tell a size, and lead to data with an end."""
    place, is_sized = 2, False
    while place + 4 <= len(content) and content[place] == 0xFF:  # noqa: PLR2004 -- begins a marker
        marker = content[place + 1]
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004 -- padding
            place += 1 if marker == 0xFF else 2  # noqa: PLR2004 -- the same
            continue
        if marker == _SCAN:
            return is_sized and content.rfind(b"\xff\xd9") > place
        length = int.from_bytes(content[place + 2 : place + 4])
        if marker in {_START, _END} or length < 2 or place + 2 + length > len(content):  # noqa: PLR2004 -- counts itself
            return False
        if marker in _FRAMES:
            if length < 8:  # noqa: PLR2004 -- precision, two sides, components
                return False
            height, width = struct.unpack_from(">HH", content, place + 5)
            if not _is_sized(width, height):
                return False
            is_sized = True
        place += 2 + length
    return False
