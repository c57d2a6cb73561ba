"""Files made to fill the memory or the time of the server: refused before a library sees them."""

import time

import pytest

from tests.imports import files
from tusoi.imports.reading.errors import UnreadableFile
from tusoi.imports.reading.files import open_table


GOOD = files.people(("DV1", "Lê Mới", "1980", "2005", "12345"))
# Long before a quadratic pattern would be through with what is tried here.
SECONDS = 5


def _with(sheet, part="xl/worksheets/sheet1.xml", before="</sheetData>"):
    """Return the good list with something put into one of its parts."""
    return files.repacked(
        GOOD,
        lambda name, content: (
            content.replace(before.encode(), sheet.encode() + before.encode(), 1)
            if name == part
            else content
        ),
    )


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="4000000000"><c><v>1</v></c></row>',
        '<row r="999999999"><c><v>1</v></c></row>',
        "<row r='9'><c r='XFD1048576'><v>1</v></c></row>",
        '<row><c r = "XFD1048576"><v>1</v></c></row>',
        '<row><c x=">" r="XFD1048576"><v>1</v></c></row>',
        '<x:row xmlns:x="x"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row><c r="xfd1048576"><v>1</v></c></row>',
        '<row><c r="A0"><v>1</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        f'<row><c r="A{"9" * 5000}"><v>1</v></c></row>',
        f'<row><c r="{"A" * 5000}1"><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v>',
    ],
    ids=range(12),
)
def test_a_cell_far_away_however_it_is_written_is_refused(cells):
    with pytest.raises(UnreadableFile):
        open_table(_with(cells), filename="a.xlsx")


def test_a_document_type_is_refused():
    with pytest.raises(UnreadableFile):
        open_table(_with('<!DOCTYPE a [<!ENTITY b "c">]>', before="<worksheet"), filename="a.xlsx")


@pytest.mark.parametrize("count", ["4294967295", "-1", "9" * 5000])
def test_announced_texts_without_end_are_refused(count):
    content = files.repacked(
        GOOD,
        lambda name, part: (
            part.replace(b'uniqueCount="', f'uniqueCount="{count}" x="'.encode())
            if name == "xl/sharedStrings.xml"
            else part
        ),
    )

    with pytest.raises(UnreadableFile):
        open_table(content, filename="a.xlsx")


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["<c ", "<row ", '<c t="e">', '<c r="A1"><f>', '<c r="A1" '])
def test_beginnings_without_an_end_take_no_time(opening):
    content = _with(f'<!-- hidden= t="e" {opening * 50_000}-->')
    start = time.monotonic()

    open_table(content, filename="a.xlsx")

    assert time.monotonic() - start < SECONDS


@pytest.mark.slow
def test_an_endless_name_of_an_attribute_takes_no_time():
    start = time.monotonic()

    with pytest.raises(UnreadableFile):
        open_table(_with(f'<row hidden="1" {"a" * 200_000}></row>'), filename="a.xlsx")

    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("name", "times"),
    [("rows", "400000000"), ("columns", "400000000"), ("rows", "-1"), ("columns", "9" * 5000)],
)
def test_repetitions_in_single_quotes_are_counted(name, times):
    element = {"rows": "row", "columns": "cell"}[name]
    content = files.repacked(
        files.ods([("Mã", "Họ và tên"), ("DV1", "Lê Mới")]),
        lambda part, xml: (
            xml.replace(
                f"<table:table-{element}".encode(),
                f"<table:table-{element} table:number-{name}-repeated='{times}'".encode(),
                1,
            )
            if part == "content.xml"
            else xml
        ),
    )

    with pytest.raises(UnreadableFile):
        open_table(content, filename="a.ods")


def test_a_file_that_could_be_two_kinds_is_refused():
    parts = files.zipped({"xl/workbook.xml": b"<x/>", "content.xml": b"<x/>"})
    both = files.xls([("Mã", "Họ và tên")]) + GOOD

    for content in (parts, both):
        with pytest.raises(UnreadableFile):
            open_table(content, filename="a.xlsx")
