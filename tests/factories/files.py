"""Files as programs write them, small; and the same made hostile."""

import io
import struct
import zipfile
import zlib

import xlsxwriter


def zipped(*members, **parts):
    """Write a zip of empty members and of those given with their bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, "x")
        for member, content in parts.items():
            archive.writestr(member, content)
    return made.getvalue()


def with_parts(content, **parts):
    """Return a zip with some members added or replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped(**(old | parts))


def types_of(main):
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/x" ContentType="application/vnd.{main}"/></Types>'
    ).encode()


_WORD = "openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_TEXT = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'

DOCX = zipped(**{"[Content_Types].xml": types_of(_WORD), "word/document.xml": _TEXT})
DOCM_TYPES = types_of("ms-word.document.macroEnabled.main+xml")
ODT = zipped(**{"mimetype": _ODT, "content.xml": b"<office:document-content/>"})


def xlsx():
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.add_worksheet().write(0, 0, "Kết quả")
    book.close()
    return made.getvalue()


def relations(kind, target):
    return (
        '<Relationships xmlns="x"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="External"/>'
        "</Relationships>"
    ).encode()


PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    b"0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n166\n%%EOF\n"
)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=2, height=2, *, lines=None, header=None, depth=8, interlaced=0):
    """Write a grey picture."""
    head = header or struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, interlaced)
    packed = zlib.compress(lines if lines is not None else b"\0" * (height * (width + 1)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


# One grey point.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb004300030202020202030202020303030304060404040404"
    "080606050609080a0a090809090a0c0f0c0a0b0e0b09090d110d0e0f101011100a0c12131210130f101010ffc900"
    "0b080001000101011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
