"""The template, the marked workbook, the lists as .csv: what leaves the house."""

import datetime as dt
import io

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.imports import files
from tusoi.core.tables import csv_bytes, inert
from tusoi.imports.marking import marked_workbook, problems_csv
from tusoi.imports.reading.columns import ListKind
from tusoi.imports.reading.files import open_table
from tusoi.imports.reading.findings import Finding
from tusoi.imports.reading.sheets import read_table, read_table_file
from tusoi.imports.template import template_csv, template_workbook


TODAY = dt.date(2022, 11, 30)


def workbook(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def marked(content, filename="a.xlsx"):
    table = open_table(content, filename=filename)
    return workbook(marked_workbook(table, read_table(table, on=TODAY).remarks))


def test_the_filled_template_reads_without_a_problem():
    table = read_table_file(template_workbook(with_example=True), filename="mau.xlsx", on=TODAY)
    assert Finding.SHEET_SKIPPED not in {one.finding for one in table.remarks}
    with override("en"):
        content = template_workbook(with_example=True)
    english = read_table_file(content, filename="template.xlsx", on=TODAY)
    assert Finding.SHEET_SKIPPED not in {one.finding for one in english.remarks}

    assert table.problems == []
    assert [unit.code for unit in table.units] == ["MAU", "MAU-P1", "MAU-P1-01", "MAU-KT"]
    assert [person.code for person in table.people] == ["MAU-0001", "MAU-0002"]


@pytest.mark.parametrize("kind", ListKind)
def test_the_template_as_csv_reads_as_the_workbook_does(kind):
    as_csv = read_table_file(template_csv(kind, with_example=True), filename="m.csv", on=TODAY)
    as_book = read_table_file(template_workbook(with_example=True), filename="m.xlsx", on=TODAY)

    assert as_csv.problems == []
    rows = "units" if kind is ListKind.UNITS else "people"
    assert [row.code for row in getattr(as_csv, rows)] == [
        row.code for row in getattr(as_book, rows)
    ]


def test_the_empty_template_keeps_its_cells_as_text():
    book = workbook(template_workbook(with_example=False))

    assert book.sheetnames == ["Tổ chức đảng", "Đảng viên", "Hướng dẫn"]
    sheet = book["Đảng viên"]
    assert sheet["A1"].value == "Mã cá nhân"
    assert sheet.column_dimensions["A"].width >= 12
    assert sheet.max_row == 1


def test_problem_cells_are_coloured_commented_and_listed():
    content = files.people(
        ("DV001", "12345", "31/02/1980", "19/05/2005", "CB01"),
        ("DV002", "Trần Văn Hai", "1980", None, "CB01"),
    )

    book = marked(content)

    assert book.sheetnames == ["Lỗi cần sửa", "Đảng viên"]
    listed = [[cell.value for cell in row] for row in book["Lỗi cần sửa"].iter_rows(min_row=2)]
    assert sorted(row[1] for row in listed) == ["B2", "C2", "D3"]
    sheet = book["Đảng viên"]
    assert sheet["B2"].fill.start_color.rgb == sheet["D3"].fill.start_color.rgb == "FFF4B6B0"
    assert "không phải là họ tên" in sheet["B2"].comment.text
    assert "Thiếu “Ngày vào Đảng”" in sheet["D3"].comment.text
    assert sheet["B3"].value == "Trần Văn Hai"
    assert sheet["B3"].comment is None


def test_the_marked_workbook_shows_error_cells_and_can_be_mended_and_read():
    def shape(sheet):
        sheet.append(list(files.HEADINGS))
        sheet.append(list(files.PERSON))
        sheet["B2"] = "#REF!"
        sheet["B2"].data_type = "e"

    book = marked(files.openpyxl_file(shape))
    assert book["Đảng viên"]["B2"].value == "#REF!"
    book["Đảng viên"]["B2"].value = "Nguyễn Thị Mẫu"
    buffer = io.BytesIO()
    book.save(buffer)

    table = read_table_file(buffer.getvalue(), filename="a.xlsx", on=TODAY)
    assert table.problems == []
    assert table.people[0].full_name == "Nguyễn Thị Mẫu"


def test_a_csv_of_any_name_comes_back_as_a_workbook():
    content = "Họ và tên;Ngày vào Đảng\n12345;2005".encode()

    book = marked(content, filename="Danh sách [1/2]: chi bộ?.csv")

    assert len(book.sheetnames) == 2
    assert book.worksheets[1]["A2"].comment is not None


FORMULAS = ['=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_that_leaves_runs_as_a_formula(formula):
    content = files.people((formula, formula, formula, "19/05/2005", "CB01"))

    book = marked(content)

    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    table = open_table(content, filename="a.xlsx")
    listed = problems_csv(read_table(table, on=TODAY).remarks).decode("utf-8-sig")
    assert not any(line.startswith(tuple("=+-@")) for line in listed.splitlines())


@given(st.text(max_size=20))
def test_a_csv_cell_never_starts_a_formula(text):
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert csv_bytes([[text]]).startswith(b"\xef\xbb\xbf")


def test_numbers_in_a_csv_stay_numbers():
    assert csv_bytes([[-5, "-5"]]).decode("utf-8-sig") == "-5,'-5\r\n"
