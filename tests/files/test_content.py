"""What is let in is whole and of the kind its name says; what runs, lies or bursts is not."""

import contextlib
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import files
from tests.imports.files import compound
from tusoi.files import errors
from tusoi.files.enums import ACCEPTED_KINDS, MOST_FILES
from tusoi.files.operations import check_content, check_number


OLE_NATIVE = "\x01Ole10Native".encode("utf-16-le")
WHOLE = {
    "a.pdf": files.PDF,
    "a.jpg": files.JPEG,
    "a.png": files.png(),
    "a.docx": files.DOCX,
    "a.xlsx": files.xlsx(),
    "a.odt": files.ODT,
    "a.doc": compound("WordDocument", b"x"),
    "a.xls": compound("Workbook", b"x"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_each_kind_is_let_in(name):
    kind = check_content(name, WHOLE[name])

    assert name.rpartition(".")[2] in kind.extensions
    assert check_content(name.upper(), WHOLE[name]) == kind


def test_every_kind_is_tried():
    tried = {name.rpartition(".")[2] for name in WHOLE}

    assert all(kind.extensions & tried for kind in ACCEPTED_KINDS)


@pytest.mark.parametrize("name", WHOLE)
def test_no_kind_passes_under_another_name(name):
    for other, content in WHOLE.items():
        if other != name:
            with pytest.raises(errors.FileError):
                check_content(name, content)


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_was_cut_off_is_refused(name):
    for share in (0.3, 0.7):
        with pytest.raises(errors.FileError):
            check_content(name, WHOLE[name][: int(len(WHOLE[name]) * share)])


def _docx(**parts):
    return files.with_parts(files.DOCX, **parts)


HOSTILE = {
    "a page": ("a.html", b"<html><script>x</script>", errors.FileKindNotAccepted),
    "a page called pdf": ("a.pdf", b"<html><script>x</script>", errors.FileKindNotAccepted),
    "a drawing": ("a.svg", b"<svg onload='x'/>", errors.FileKindNotAccepted),
    "a program": ("a.exe", b"MZ\x90\0", errors.FileKindNotAccepted),
    "a program called doc": ("a.doc", b"MZ\x90\0", errors.FileKindNotAccepted),
    "an archive": ("a.zip", files.zipped("a"), errors.FileKindNotAccepted),
    "an archive called docx": ("a.docx", files.zipped("a"), errors.FileKindNotAccepted),
    "a workbook called docx": ("a.docx", files.xlsx(), errors.FileKindNotAccepted),
    "pdf that runs a script": (
        "a.pdf",
        files.PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"),
        errors.FileHoldsProgram,
    ),
    "pdf that hides that it does": (
        "a.pdf",
        files.PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/J#61v#61Script/JS(x)>>"),
        errors.FileHoldsProgram,
    ),
    "pdf that starts a program": (
        "a.pdf",
        files.PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch/F(x)>>"),
        errors.FileHoldsProgram,
    ),
    "pdf of no version": ("a.pdf", b"%PDF-x\n%%EOF", errors.FileBroken),
    "pdf without an end": ("a.pdf", b"%PDF-1.7\nabc", errors.FileBroken),
    "docx with a macro": (
        "a.docx",
        _docx(**{"word/vbaProject.bin": b"x"}),
        errors.FileHoldsProgram,
    ),
    "docm called docx": (
        "a.docx",
        _docx(**{"[Content_Types].xml": files.DOCM_TYPES}),
        errors.FileHoldsProgram,
    ),
    "docx with a control": (
        "a.docx",
        _docx(**{"word/activeX/activeX1.xml": b"x"}),
        errors.FileHoldsProgram,
    ),
    "docx with a program inside": (
        "a.docx",
        _docx(**{"word/embeddings/tool.EXE": b"MZ"}),
        errors.FileHoldsProgram,
    ),
    "docx with a wrapped file": (
        "a.docx",
        _docx(**{"word/embeddings/oleObject1.bin": b"x" + OLE_NATIVE}),
        errors.FileHoldsProgram,
    ),
    "docx that loads its template": (
        "a.docx",
        _docx(
            **{
                "word/_rels/settings.xml.rels": files.relations(
                    "attachedTemplate", "https://bad.example/x.dotm"
                )
            }
        ),
        errors.FileReachesOutside,
    ),
    "docx with a password": (
        "a.docx",
        compound("EncryptedPackage", b"x"),
        errors.FileLocked,
    ),
    "doc with a password": ("a.doc", compound("EncryptedPackage", b"x"), errors.FileLocked),
    "doc with a macro": ("a.doc", compound("Macros", b"x"), errors.FileKindNotAccepted),
    "doc of nonsense": (
        "a.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000,
        errors.FileBroken,
    ),
    "docx that bursts": (
        "a.docx",
        _docx(**{"word/media/a.bmp": b"\0" * (30 * 1024 * 1024)}),
        errors.FileUnpacksTooLarge,
    ),
    "docx of a thousand parts": (
        "a.docx",
        _docx(**{f"word/{number}.xml": b"" for number in range(2_001)}),
        errors.FileUnpacksTooLarge,
    ),
    "docx whose parts are encrypted": (
        "a.docx",
        files.DOCX.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
        errors.FileLocked,
    ),
    "odt with a macro": (
        "a.odt",
        files.with_parts(files.ODT, **{"Basic/Standard/Module1.xml": b"x"}),
        errors.FileHoldsProgram,
    ),
    "odt with a password": (
        "a.odt",
        files.with_parts(files.ODT, **{"META-INF/manifest.xml": b"<encryption-data/>"}),
        errors.FileLocked,
    ),
    "another kind of odt": (
        "a.odt",
        files.with_parts(files.ODT, mimetype=b"application/vnd.oasis.opendocument.chart"),
        errors.FileKindNotAccepted,
    ),
    "odt without content": (
        "a.odt",
        files.zipped(mimetype=b"application/vnd.oasis.opendocument.text"),
        errors.FileKindNotAccepted,
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_document_is_refused(what):
    name, content, refusal = HOSTILE[what]

    with pytest.raises(refusal) as caught:
        check_content(name, content)
    assert name in str(caught.value)


def test_old_documents_with_programs_are_refused(monkeypatch):
    """A container of several streams is the library's to read; what it lists decides."""
    from tusoi.files.operations import content

    def listed(*paths):
        monkeypatch.setattr(content.olefile.OleFileIO, "listdir", lambda *_, **__: paths)

    plain = compound("WordDocument", b"x")
    listed(["WordDocument"], ["ObjectPool", "_1"])
    assert check_content("a.doc", plain)
    for path in (["Macros", "VBA"], ["_VBA_PROJECT_CUR"], ["ObjectPool", "\x01Ole10Native"]):
        listed(["WordDocument"], path)
        with pytest.raises(errors.FileHoldsProgram):
            check_content("a.doc", plain)


@pytest.mark.parametrize("kind", ["hyperlink", "image"])
def test_a_link_that_only_a_click_follows_is_in_order(kind):
    parts = {"word/_rels/document.xml.rels": files.relations(kind, "https://dangcongsan.vn")}

    assert check_content("a.docx", _docx(**parts))


def test_an_embedded_object_that_wraps_no_file_is_in_order():
    assert check_content("a.docx", _docx(**{"word/embeddings/oleObject1.bin": b"chart"}))


# -- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [
        files.png(1, 1),
        files.png(300, 200),
        files.png(10, 3, depth=1, lines=b"\0" * (3 * 3)),
        # The passes of 3 × 3 points: none in the second and third, one line each or two.
        files.png(3, 3, interlaced=1, lines=b"\0" * (2 + 2 + 3 + 2 * 2 + 4)),
        files.png()[:33] + files.chunk(b"tEXt", b"Title\0x") + files.png()[33:],
    ],
    ids=["point", "large", "black and white", "interlaced", "with a remark"],
)
def test_pictures_of_all_shapes_are_whole(picture):
    assert check_content("a.png", picture)


def _png_with(**fields):
    given = {"width": 2, "height": 2, "depth": 8, "colour": 0} | fields
    header = struct.pack(
        ">IIBBBBB", given["width"], given["height"], given["depth"], given["colour"], 0, 0, 0
    )
    return files.png(header=header)


HEAD = b"\x89PNG\r\n\x1a\n"
SIZE = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "picture",
    [
        files.png() + b"<html>",
        files.png()[:-12],  # without its last chunk
        files.png(lines=b"\0" * 5),
        files.png(lines=b"\0" * 5_000_000),
        files.png()[:-1] + b"\0",
        _png_with(width=0),
        _png_with(width=40_000),
        _png_with(width=29_999, height=29_999),
        _png_with(colour=5),
        files.png(header=b"\0" * 4),
        files.png(header=b"\0" * 13, lines=b""),
        HEAD + files.chunk(b"IEND", b""),
        HEAD + files.chunk(b"IDAT", zlib.compress(b"\0" * 6)) + files.chunk(b"IEND", b""),
        HEAD + files.chunk(b"IHDR", SIZE) + files.chunk(b"IEND", b""),
        HEAD
        + files.chunk(b"IHDR", SIZE)
        + files.chunk(b"IDAT", b"nonsense")
        + files.chunk(b"IEND", b""),
        HEAD + struct.pack(">I", 2**31) + b"IHDR" + b"\0" * 20,
    ],
)
def test_pictures_that_lie_or_burst_are_refused(picture):
    with pytest.raises(errors.FileBroken):
        check_content("a.png", picture)


START = b"\xff\xd8\xff"
FRAME = b"\xff\xc0\x00\x0b\x08%s%s\x01\x01\x11\x00"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00data"


def _frame(width, height):
    return FRAME % (struct.pack(">H", height), struct.pack(">H", width))


@pytest.mark.parametrize(
    ("picture", "is_whole"),
    [
        (b"\xff\xd8" + _frame(4, 3) + SCAN + b"\xff\xd9", True),
        (b"\xff\xd8\xff" + _frame(4, 3) + SCAN + b"\xff\xd9", True),
        (b"\xff\xd8\xff\x01" + _frame(4, 3) + SCAN + b"\xff\xd9 maker's notes", True),
        (b"\xff\xd8" + _frame(4, 3) + SCAN, False),
        (b"\xff\xd8" + _frame(0, 3) + SCAN + b"\xff\xd9", False),
        (b"\xff\xd8" + SCAN + b"\xff\xd9", False),
        (b"\xff\xd8\xff\xd9" + _frame(4, 3) + SCAN + b"\xff\xd9", False),
        (b"\xff\xd8\xff\xe0\x00\x01xx", False),
        (b"\xff\xd8\xff\xe0\xff\xffxx", False),
        (b"\xff\xd8\xff\xc0\x00\x04\x08\x00" + SCAN + b"\xff\xd9", False),
        (b"\xff\xd8\xff\xe0\x00\x04abnonsense", False),
    ],
)
def test_jpegs_are_walked_from_segment_to_segment(picture, is_whole):
    if is_whole:
        assert check_content("a.jpg", picture)
    else:
        with pytest.raises(errors.FileBroken):
            check_content("a.jpg", picture)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=40), st.integers(0, 400))
def test_damage_is_refused_with_a_sentence_or_is_none(name, noise, place):
    """Whatever stands in a file, the answer is a kind or a sentence, never a crash."""
    content = WHOLE[name]
    damaged = content[:place] + noise + content[place + len(noise) :]

    with contextlib.suppress(errors.FileError):
        check_content(name, damaged)


def test_one_thing_carries_only_so_many_files():
    check_number(already=MOST_FILES - 2, adding=2)

    with pytest.raises(errors.TooManyFiles, match=str(MOST_FILES)):
        check_number(already=MOST_FILES - 1, adding=2)
