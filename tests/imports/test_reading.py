"""Every kind of messy file, each with the sentence a person gets."""

# ruff: noqa: E501 -- sentences stay whole

import codecs
import datetime as dt
import io
import struct
import unicodedata
import zipfile

import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imports import files
from tusoi.imports.reading.errors import UnreadableFile
from tusoi.imports.reading.findings import SENTENCES, Finding, column_letter
from tusoi.imports.reading.sheets import read_table_file
from tusoi.people.enums import Gender
from tusoi.units.enums import MembershipKind, Position, UnitKind, UnitSector


TODAY = dt.date(2022, 11, 30)


def read(content, filename="danh-sach.xlsx"):
    return read_table_file(content, filename=filename, on=TODAY)


def sentences(table):
    return [remark.sentence for remark in table.remarks]


def problems(table):
    return [remark.sentence for remark in table.problems]


def findings(table):
    return [remark.finding for remark in table.remarks]


def only_person(content, filename="danh-sach.xlsx"):
    table = read(content, filename)
    assert problems(table) == []
    (person,) = table.people
    return person


def person_with(**columns):
    """Return the reading of one good row with some columns replaced or added."""
    row = dict(zip(files.HEADINGS, files.PERSON, strict=True)) | columns
    return read(files.people(tuple(row.values()), headings=tuple(row)))


# -- files that cannot be opened -----------------------------------------------------------------


def encrypted_ods():
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    return files.zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"\x8f\x02",
            "META-INF/manifest.xml": manifest,
        }
    )


def encrypted_xls():
    """Return an .xls whose records are announced as encrypted."""
    record = struct.pack("<HH", 0x809, 16) + b"\0" * 16
    record += struct.pack("<HH", 0x2F, 6) + b"\0" * 6
    return files.compound("Workbook", record)


def bomb():
    """Return a good workbook with a part that unpacks to 300 MB of nothing."""
    buffer = io.BytesIO(files.people(files.PERSON))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * (300 * 1024 * 1024))
    return buffer.getvalue()


def many_sheets():
    return files.xlsx(*((f"Trang {number}", [["x"]]) for number in range(51)))


def repeated_rows():
    good = files.ods([files.HEADINGS, files.PERSON])
    return files.repacked(
        good,
        lambda _, part: part.replace(
            b'<table:table-row><table:table-cell office:value-type="string"><text:p>DV001',
            b'<table:table-row table:number-rows-repeated="900000"><table:table-cell '
            b'office:value-type="string"><text:p>DV001',
        ),
    )


def far_cell(reference):
    return files.repacked(
        files.people(files.PERSON),
        lambda _, part: part.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="' + reference + b'"><v>1</v></c></row></sheetData>',
        ),
    )


CANNOT_OPEN = {
    "empty": (lambda: b"", "Tệp không có nội dung; hãy chọn tệp có danh sách."),
    "blank": (lambda: b" \r\n\r\n", "Tệp không có nội dung; hãy chọn tệp có danh sách."),
    "too large": (
        lambda: b"a,b\n" * (6 * 1024 * 1024),
        "Tệp lớn hơn 20 MB; hãy chia thành nhiều tệp nhỏ hoặc bỏ hình ảnh trong tệp.",
    ),
    "picture": (
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        (
            "Tệp không phải là bảng tính; hãy lưu danh sách bằng Excel với đuôi .xlsx, .xls, .ods "
            "hoặc .csv."
        ),
    ),
    "rubbish": (
        lambda: bytes(range(256)) * 40,
        (
            "Tệp không phải là bảng tính; hãy lưu danh sách bằng Excel với đuôi .xlsx, .xls, .ods "
            "hoặc .csv."
        ),
    ),
    "pdf": (
        lambda: b"%PDF-1.7\n%\xe2\xe3",
        "Tệp là PDF; hãy dùng tệp Excel gốc của danh sách này.",
    ),
    "web page named .xls": (
        "<html><body><table><tr><td>Họ và tên</td></tr></table>".encode,
        (
            "Tệp thực ra là trang web được đặt đuôi Excel; hãy mở bằng Excel, chọn Lưu thành, kiểu "
            "Excel Workbook (.xlsx)."
        ),
    ),
    "docx": (
        lambda: files.zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
        "Tệp là văn bản Word; hãy chép bảng sang Excel rồi lưu với đuôi .xlsx.",
    ),
    "doc": (
        lambda: files.compound("WordDocument", b"x"),
        "Tệp là văn bản Word; hãy chép bảng sang Excel rồi lưu với đuôi .xlsx.",
    ),
    "xlsb": (
        lambda: files.zipped({"[Content_Types].xml": b"", "xl/workbook.bin": b""}),
        "Tệp thuộc kiểu Excel không hỗ trợ; hãy mở bằng Excel rồi lưu với đuôi .xlsx.",
    ),
    "zip of something": (
        lambda: files.zipped({"anh.jpg": b"x"}),
        (
            "Tệp không phải là bảng tính; hãy lưu danh sách bằng Excel với đuôi .xlsx, .xls, .ods "
            "hoặc .csv."
        ),
    ),
    "password on .xlsx": (
        lambda: files.compound("EncryptedPackage", b"x"),
        (
            "Tệp có mật khẩu; hãy mở bằng Excel, bỏ mật khẩu ở mục Tệp, Thông tin, Bảo vệ sổ làm "
            "việc, rồi lưu lại."
        ),
    ),
    "password on .xls": (
        encrypted_xls,
        (
            "Tệp có mật khẩu; hãy mở bằng Excel, bỏ mật khẩu ở mục Tệp, Thông tin, Bảo vệ sổ làm "
            "việc, rồi lưu lại."
        ),
    ),
    "password on .ods": (
        encrypted_ods,
        (
            "Tệp có mật khẩu; hãy mở bằng Excel, bỏ mật khẩu ở mục Tệp, Thông tin, Bảo vệ sổ làm "
            "việc, rồi lưu lại."
        ),
    ),
    "zip bomb": (
        bomb,
        (
            "Tệp nén bất thường, giải nén ra quá lớn nên không mở; hãy chép danh sách sang một tệp "
            "Excel mới."
        ),
    ),
    "cut short": (
        lambda: files.people(files.PERSON)[:-200],
        "Tệp bị hỏng hoặc chép chưa hết; hãy mở lại bằng Excel, lưu thành tệp mới rồi tải lên.",
    ),
    "broken part": (
        lambda: files.repacked(
            files.people(files.PERSON),
            lambda name, part: part[:60] if name.endswith("sheet1.xml") else part,
        ),
        "Tệp bị hỏng hoặc chép chưa hết; hãy mở lại bằng Excel, lưu thành tệp mới rồi tải lên.",
    ),
    "cut short .xls": (
        lambda: files.xls([files.HEADINGS, files.PERSON])[:700],
        "Tệp bị hỏng hoặc chép chưa hết; hãy mở lại bằng Excel, lưu thành tệp mới rồi tải lên.",
    ),
    "too many sheets": (
        many_sheets,
        "Tệp có quá 50 trang tính; hãy chỉ giữ các trang có danh sách.",
    ),
    "too many rows": (
        lambda: b"a,b\n" * 100_001,
        "Một trang tính dài quá 100.000 dòng; hãy xóa dòng thừa hoặc chia tệp.",
    ),
    "a cell in the last row": (
        lambda: far_cell(b"A1048576"),
        "Một trang tính dài quá 100.000 dòng; hãy xóa dòng thừa hoặc chia tệp.",
    ),
    "a cell in the last column": (
        lambda: far_cell(b"XFD9"),
        "Một trang tính rộng quá 200 cột; hãy xóa nội dung ở các cột thừa bên phải.",
    ),
    "rows repeated without end": (
        repeated_rows,
        "Một trang tính dài quá 100.000 dòng; hãy xóa dòng thừa hoặc chia tệp.",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CANNOT_OPEN)
def test_what_cannot_be_opened_is_refused_in_one_sentence(name):
    make, sentence = CANNOT_OPEN[name]

    with pytest.raises(UnreadableFile) as refused:
        read(make())

    assert str(refused.value) == sentence


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_do_more_than_refuse(content):
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            read(start + content)
        except UnreadableFile as refused:
            assert str(refused)  # noqa: PT017 -- reading without refusal is fine too


# -- kinds of files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        files.people(files.PERSON),
        files.xls([files.HEADINGS, files.PERSON]),
        files.ods([files.HEADINGS, files.PERSON]),
    ],
    ids=["xlsx", "xls", "ods"],
)
def test_workbooks_of_every_kind_read_the_same(content):
    person = only_person(content)

    assert person.code == "DV001"
    assert person.full_name == "Nguyễn Thị Mẫu"
    assert person.birth_on == dt.date(1980, 2, 3)
    assert person.admitted_on == dt.date(2005, 5, 19)
    assert person.unit_code == "CB01"
    assert (person.sheet, person.row) == ("Đảng viên", 2)


def text_table(separator):
    return "\r\n".join(separator.join(row) for row in (files.HEADINGS, files.PERSON))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_csv_in_every_encoding_and_with_every_separator(encoding, separator):
    text = text_table(separator)
    if encoding == "cp1258":
        text = "".join(
            c if c in "âÂêÊôÔăĂơƠưƯđĐ" else unicodedata.normalize("NFD", c)
            for c in unicodedata.normalize("NFC", text)
        )
        text = text.replace("e\u0302\u0303", "ê\u0303").replace("a\u0302\u0303", "â\u0303")
        text = text.replace("o\u0323\u0302", "ô\u0323").replace("a\u0302\u0300", "â\u0300")

    person = only_person(text.encode(encoding), "Chi bộ 1.csv")

    assert person.full_name == "Nguyễn Thị Mẫu"
    assert person.sheet == "Chi bộ 1"


@pytest.mark.parametrize(
    "line",
    [
        "Hä vµ tªn,Ngµy sinh,Ngµy vµo §¶ng,Chi bé\nNguyÔn ThÞ Vò,03/02/1980,19/05/2005,CB01",
        (
            "Hoï vaø teân,Ngaøy sinh,Ngaøy vaøo Ñaûng,Chi boä\n"
            "Nguyeãn Thò Vuõ,03/02/1980,19/05/2005,CB01"
        ),
    ],
    ids=["TCVN3", "VNI"],
)
def test_csv_of_old_fonts_is_read(line):
    table = read(line.encode("cp1252"), "cu.csv")

    assert [person.full_name for person in table.people] == ["Nguyễn Thị Vũ"]
    # "Chi bé" is Vietnamese by itself; the headings beside it tell that it is "Chi bộ".
    assert [person.unit_code or person.unit_name for person in table.people] == ["CB01"]
    assert problems(table) == []


def test_rows_of_a_csv_may_be_short():
    person = only_person(b"Ho va ten,Ngay vao Dang,Chi bo,Ghi chu\nLe Thi An,2005\n", "a.csv")

    assert (person.full_name, person.unit_name) == ("Le Thi An", None)


def test_utf_16_without_a_mark_of_order_is_recognised():
    text = text_table("\t")

    assert only_person(text.encode("utf-16-le")).code == "DV001"
    assert only_person(codecs.BOM_UTF16_BE + text.encode("utf-16-be")).code == "DV001"


# -- layout --------------------------------------------------------------------------------------


def test_headings_below_merged_titles_are_found():
    def shape(sheet):
        sheet["A1"] = "ĐẢNG BỘ PHƯỜNG MẪU"
        sheet.merge_cells("A1:H1")
        sheet["A3"] = "DANH SÁCH ĐẢNG VIÊN NĂM 2022"
        sheet.merge_cells("A3:H3")
        for column, heading in enumerate(("TT", *files.HEADINGS), start=2):
            sheet.cell(6, column, heading)
        for column in range(2, 8):
            sheet.cell(7, column, column - 1)
        for column, value in enumerate((1, *files.PERSON), start=2):
            sheet.cell(9, column, value)

    table = read(files.openpyxl_file(shape))

    (person,) = table.people
    assert (person.row, person.code) == (9, "DV001")
    assert sentences(table) == []


def test_columns_come_in_any_order_under_any_of_their_names():
    headings = ("chi bộ sinh hoạt", "NGÀY KẾT NẠP (dd/mm/yyyy)", "Ho ten *", "SĐT", "Năm\nsinh")
    table = read(
        files.people(("CB01", "19/05/2005", "Lò Thị Ơi", "0912345678", 1980), headings=headings)
    )

    (person,) = table.people
    assert person.unit_name == "CB01"
    assert person.full_name == "Lò Thị Ơi"
    assert person.phone == "0912345678"
    assert person.birth_on == dt.date(1980, 1, 1)
    assert person.birth_year_only


def test_two_rows_of_headings_are_read_together():
    def shape(sheet):
        for reference, value in {
            "A1": "TT",
            "B1": "Họ và tên",
            "C1": "Ngày, tháng, năm sinh",
            "C2": "Nam",
            "D2": "Nữ",
            "E1": "Ngày vào Đảng",
            "E2": "Dự bị",
            "F2": "Chính thức",
            "G1": "Chi bộ",
        }.items():
            sheet[reference] = value
        for merged in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"):
            sheet.merge_cells(merged)
        sheet.append([1, "Trần Văn Ba", "01/02/1970", None, "03/02/1999", "03/02/2000", "CB01"])
        sheet.append([2, "Lê Thị Tư", None, "1971", "03/02/1999", "03/02/2000", "CB01"])

    man, woman = read(files.openpyxl_file(shape)).people

    assert (man.gender, man.birth_on) == (Gender.MALE, dt.date(1970, 2, 1))
    assert (woman.gender, woman.birth_on) == (Gender.FEMALE, dt.date(1971, 1, 1))
    assert man.official_on == dt.date(2000, 2, 3)


def test_a_name_parted_over_two_columns_is_put_together():
    def shape(sheet):
        sheet["A1"] = "Họ và tên"
        sheet.merge_cells("A1:B1")
        sheet["C1"], sheet["D1"] = "Ngày vào Đảng", "Chi bộ"
        sheet.append(["Nguyễn Văn", "Sáu", "03/02/1999", "CB01"])

    assert only_person(files.openpyxl_file(shape)).full_name == "Nguyễn Văn Sáu"


def test_a_unit_merged_over_several_people_holds_for_all():
    def shape(sheet):
        sheet.append(["Họ và tên", "Ngày vào Đảng", "Chi bộ"])
        sheet.append(["Trần Văn Ba", "03/02/1999", "Chi bộ 1"])
        sheet.append(["Lê Thị Tư", "03/02/1999"])
        sheet.merge_cells("C2:C3")

    table = read(files.openpyxl_file(shape))

    assert [person.unit_name for person in table.people] == ["Chi bộ 1", "Chi bộ 1"]


def test_title_rows_between_people_name_their_unit():
    table = read(
        files.xlsx(
            (
                "DS",
                [
                    ["TT", "Họ và tên", "Ngày vào Đảng"],
                    ["I", "Chi bộ Khu vực 1 (2 đảng viên)"],
                    [1, "Trần Văn Ba", "03/02/1999"],
                    ["II", "Chi bộ Khu vực 2"],
                    [1, "Lê Thị Tư", "03/02/1999"],
                    ["Tổng cộng: 2 đảng viên"],
                    [None, "NGƯỜI LẬP BIỂU"],
                ],
            )
        )
    )

    assert [person.unit_name for person in table.people] == [
        "Chi bộ Khu vực 1",
        "Chi bộ Khu vực 2",
    ]
    assert sentences(table) == [
        (
            "Trang “DS”, dòng 2: Dòng tiêu đề “Chi bộ Khu vực 1” được hiểu là chi bộ của những người "
            "bên dưới."
        ),
        (
            "Trang “DS”, dòng 4: Dòng tiêu đề “Chi bộ Khu vực 2” được hiểu là chi bộ của những người "
            "bên dưới."
        ),
        "Trang “DS”, dòng 6: Dòng tổng cộng hoặc ký tên “Tổng cộng: 2 đảng viên” được bỏ qua.",
        "Trang “DS”, dòng 7: Dòng tổng cộng hoặc ký tên “NGƯỜI LẬP BIỂU” được bỏ qua.",
    ]


def test_hidden_rows_and_sheets_are_read_and_reported():
    def shape(sheet):
        sheet.append(list(files.HEADINGS))
        sheet.append(list(files.PERSON))
        sheet.row_dimensions[2].hidden = True

    table = read(files.openpyxl_file(shape))

    assert len(table.people) == 1
    assert sentences(table) == ["Trang “Đảng viên”, dòng 2: Dòng đang ẩn vẫn được đọc."]


def test_a_hidden_sheet_is_read_and_reported():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet("Bìa").write(0, 0, "Danh sách năm 2022")
    sheet = book.add_worksheet("Đảng viên")
    sheet.write_row(0, 0, files.HEADINGS)
    sheet.write_row(1, 0, files.PERSON)
    sheet.hide()
    book.close()

    table = read(buffer.getvalue())

    assert len(table.people) == 1
    assert sentences(table) == [
        "Trang “Bìa”: Trang tính không có hàng tiêu đề quen thuộc nên không đọc.",
        "Trang “Đảng viên”: Trang tính đang ẩn vẫn được đọc.",
    ]


def test_hidden_rows_of_an_old_xls_are_reported():
    def shape(sheet):
        sheet.row(1).hidden = True

    table = read(files.xls([files.HEADINGS, files.PERSON], shape=shape))

    assert sentences(table) == ["Trang “Đảng viên”, dòng 2: Dòng đang ẩn vẫn được đọc."]


@pytest.mark.slow
def test_thousands_of_formatted_empty_rows_cost_next_to_nothing():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet, bordered = book.add_worksheet("Đảng viên"), book.add_format({"border": 1})
    sheet.write_row(0, 0, files.HEADINGS)
    sheet.write_row(1, 0, files.PERSON)
    for row in range(2, 60_000):
        sheet.write_blank(row, 1, None, bordered)
    book.close()

    table = read(buffer.getvalue())

    assert len(table.people) == 1
    assert sentences(table) == []


def test_a_workbook_without_a_known_heading_says_what_it_needs():
    table = read(files.xlsx(("Sheet1", [["Khoản", "Số tiền"], ["Thuế", 5]])))

    assert sentences(table) == [
        "Trang “Sheet1”: Trang tính không có hàng tiêu đề quen thuộc nên không đọc.",
        (
            "Trang “Sheet1”: Không tìm thấy hàng tiêu đề nào quen thuộc; danh sách đảng viên cần có "
            "cột “Họ và tên”, danh sách tổ chức đảng cần có cột “Tên tổ chức đảng”."
        ),
    ]


def test_columns_without_use_and_columns_twice_are_named():
    headings = (*files.HEADINGS, "Họ tên", "Sở trường")
    table = read(files.people((*files.PERSON, "x", "y"), headings=headings))

    assert sentences(table) == [
        "Trang “Đảng viên”, dòng 1, cột G: Cột “Sở trường” không dùng đến.",
        (
            "Trang “Đảng viên”, dòng 1, cột F: Cột “Họ tên” trùng ý nghĩa với một cột bên trái; chỉ "
            "đọc cột bên trái."
        ),
    ]


# -- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_value", "meant", "remark"),
    [
        ("03/02/1980", dt.date(1980, 2, 3), None),
        ("3-2-80", dt.date(1980, 2, 3), Finding.SHORT_YEAR),
        ("3.2.1980", dt.date(1980, 2, 3), None),
        ("03 / 02 / 1980", dt.date(1980, 2, 3), None),
        ("1980-02-03", dt.date(1980, 2, 3), None),
        ("1980-02-03 00:00:00", dt.date(1980, 2, 3), None),
        ("03021980", dt.date(1980, 2, 3), None),
        ("ngày 3 tháng 2 năm 1980", dt.date(1980, 2, 3), None),
        ("2/1980", dt.date(1980, 2, 1), Finding.MONTH_ONLY),
        ("tháng 2 năm 1980", dt.date(1980, 2, 1), Finding.MONTH_ONLY),
        ("1980", dt.date(1980, 1, 1), Finding.YEAR_ONLY),
        (1980, dt.date(1980, 1, 1), Finding.YEAR_ONLY),
        (29254, dt.date(1980, 2, 3), Finding.SERIAL_DATE),
        ("29254", dt.date(1980, 2, 3), Finding.SERIAL_DATE),
    ],
)
def test_dates_are_understood_in_every_usual_form(given_value, meant, remark):
    table = person_with(**{"Ngày sinh": given_value})

    assert problems(table) == []
    assert table.people[0].birth_on == meant
    assert findings(table) == ([remark] if remark else [])


def test_serial_dates_of_both_systems():
    rows = [files.HEADINGS, ("DV001", "Nguyễn Thị Mẫu", 27792, 37029, "CB01")]

    of_1904 = only_person(files.xlsx(("Đảng viên", rows), epoch_1904=True))
    of_1900 = only_person(files.xlsx(("Đảng viên", rows)))
    of_1904_xls = only_person(files.xls(rows, dates_1904=True))

    assert of_1904.birth_on == of_1904_xls.birth_on == dt.date(1980, 2, 3)
    assert of_1900.birth_on == dt.date(1976, 2, 2)


def test_a_year_shown_as_a_day_of_1905_is_a_year():
    def shape(sheet):
        sheet.append(list(files.HEADINGS))
        sheet.append(["DV001", "Nguyễn Thị Mẫu", 1980, dt.date(2005, 5, 19), "CB01"])
        sheet["C2"].number_format = "dd/mm/yyyy"

    person = only_person(files.openpyxl_file(shape))

    assert person.birth_on == dt.date(1980, 1, 1)
    assert person.birth_year_only


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (
            "Ngày sinh",
            "12/25/1980",
            (
                "Trang “Đảng viên”, dòng 2, cột C: Ngày “12/25/1980” không có trong lịch; hãy viết "
                "lại theo thứ tự ngày/tháng/năm."
            ),
        ),
        (
            "Ngày sinh",
            "31/02/1980",
            (
                "Trang “Đảng viên”, dòng 2, cột C: Ngày “31/02/1980” không có trong lịch; hãy viết "
                "lại theo thứ tự ngày/tháng/năm."
            ),
        ),
        (
            "Ngày sinh",
            "không rõ",
            (
                "Trang “Đảng viên”, dòng 2, cột C: “không rõ” không phải là ngày; hãy viết "
                "ngày/tháng/năm, ví dụ 03/02/1990."
            ),
        ),
        (
            "Ngày vào Đảng",
            None,
            "Trang “Đảng viên”, dòng 2, cột D: Thiếu “Ngày vào Đảng”; hãy điền vào ô này.",
        ),
        (
            "Ngày vào Đảng",
            "01/12/2022",
            (
                "Trang “Đảng viên”, dòng 2, cột D: Ngày “01/12/2022” chưa đến; hãy kiểm tra năm của "
                "“Ngày vào Đảng”."
            ),
        ),
        (
            "Ngày vào Đảng",
            "01/01/1979",
            (
                "Trang “Đảng viên”, dòng 2, cột D: Ngày sinh 03/02/1980 không trước ngày vào Đảng "
                "01/01/1979; hãy kiểm tra hai ngày."
            ),
        ),
        (
            "Ngày vào Đảng",
            "01/01/1990",
            (
                "Trang “Đảng viên”, dòng 2, cột D: Vào Đảng ngày 01/01/1990 khi chưa đủ 16 tuổi "
                "(sinh 03/02/1980); hãy kiểm tra hai ngày."
            ),
        ),
        (
            "Ngày chính thức",
            "01/01/2005",
            (
                "Trang “Đảng viên”, dòng 2, cột F: Ngày chính thức 01/01/2005 trước ngày vào Đảng "
                "19/05/2005; hãy kiểm tra hai ngày."
            ),
        ),
        (
            "Họ và tên",
            "12345",
            (
                "Trang “Đảng viên”, dòng 2, cột B: “12345” không phải là họ tên; hãy nhập họ và tên "
                "bằng chữ."
            ),
        ),
        (
            "Họ và tên",
            None,
            "Trang “Đảng viên”, dòng 2, cột B: Thiếu “Họ và tên”; hãy điền vào ô này.",
        ),
        (
            "Họ và tên",
            "Nguyễn " * 30,
            (
                "Trang “Đảng viên”, dòng 2, cột B: “Nguyễn Nguyễn Nguyễn Nguyễn Ng…” dài quá 120 ký "
                "tự; hãy rút gọn nội dung ô này."
            ),
        ),
        (
            "Điện thoại",
            "hỏi chi bộ",
            (
                "Trang “Đảng viên”, dòng 2, cột F: “hỏi chi bộ” không phải là số điện thoại; hãy "
                "viết đủ chữ số, ví dụ 0912345678."
            ),
        ),
        (
            "Giới tính",
            "khác",
            (
                "Trang “Đảng viên”, dòng 2, cột F: Không hiểu “khác” ở cột “Giới tính”; hãy chọn một "
                "trong: nữ, nam, chưa rõ."
            ),
        ),
        (
            "Chức vụ Đảng",
            "Kế toán",
            (
                "Trang “Đảng viên”, dòng 2, cột F: Không hiểu “Kế toán” ở cột “Chức vụ trong Đảng”; "
                "hãy chọn một trong: bí thư, phó bí thư, ủy viên ban thường vụ, cấp ủy viên."
            ),
        ),
        (
            "Mã cá nhân",
            "1.23457E+11",
            (
                "Trang “Đảng viên”, dòng 2, cột A: Excel đã làm tròn “1.23457E+11” nên mất chữ số; "
                "hãy định dạng cột là văn bản và nhập lại."
            ),
        ),
        (
            "Mã cá nhân",
            12345678901234567,
            (
                "Trang “Đảng viên”, dòng 2, cột A: Excel đã làm tròn “12345678901234570” nên mất chữ "
                "số; hãy định dạng cột là văn bản và nhập lại."
            ),
        ),
        (
            "Mã cá nhân",
            "DV@001?",
            (
                "Trang “Đảng viên”, dòng 2, cột A: “DV@001?” không dùng làm mã được; hãy nhập chữ, "
                "số, dấu chấm, gạch nối, gạch chéo."
            ),
        ),
        (
            "Họ và tên",
            "#REF!",
            (
                "Trang “Đảng viên”, dòng 2, cột B: Ô báo lỗi “#REF!” của Excel; hãy sửa công thức "
                "hoặc nhập lại giá trị."
            ),
        ),
    ],
)
def test_what_cannot_be_understood_gets_one_sentence(column, value, sentence):
    assert problems(person_with(**{column: value})) == [sentence]


def test_all_problems_are_listed_at_once():
    table = read(
        files.people(
            ("DV001", "12345", "31/02/1980", "hôm qua", "CB01"),
            ("1E+12", None, "x", "19/05/2005", "CB01"),
        )
    )

    assert [(remark.place.row, remark.place.column) for remark in table.problems] == [
        (2, 1),
        (2, 2),
        (2, 3),
        (3, 2),
        (3, 1),
        (3, 0),
    ]


def test_a_day_and_a_year_of_the_same_year_do_not_contradict():
    table = person_with(**{"Ngày vào Đảng": "19/05/2005", "Ngày chính thức": "2005"})

    assert problems(table) == []


def test_zeros_that_excel_took_are_put_back_and_reported():
    table = read(
        files.people(
            ("000123", "Nguyễn Thị Mẫu", "1980", "2005", "CB01", 912345678, 8012345),
            (124, "Trần Văn Hai", "1981", "2005", "CB01", "+84 912 345 679", "08.012346"),
            headings=(*files.HEADINGS, "Điện thoại", "Số thẻ đảng"),
        )
    )

    first, second = table.people
    assert (first.code, first.phone, first.card_number) == ("000123", "0912345678", "08012345")
    assert (second.code, second.phone, second.card_number) == (
        "000124",
        "0912345679",
        "08012346",
    )
    restored = [r.sentence for r in table.remarks if r.finding is Finding.ZEROS_RESTORED]
    assert sorted(restored) == [
        "Trang “Đảng viên”, dòng 2, cột F: Đã thêm lại số 0 ở đầu: “0912345678”.",
        "Trang “Đảng viên”, dòng 2, cột G: Đã thêm lại số 0 ở đầu: “08012345”.",
        "Trang “Đảng viên”, dòng 3, cột A: Đã thêm lại số 0 ở đầu: “000124”.",
    ]


@pytest.mark.parametrize(
    ("typed", "shown", "finding"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Thị Ưởng"), "Nguyễn Thị Ưởng", Finding.DECOMPOSED),
        ("Ðỗ Văn Ðông", "Đỗ Văn Đông", Finding.LETTER_ETH),
        ("NguyÔn ThÞ Hoµ", "Nguyễn Thị Hoà", Finding.LEGACY_TEXT),
        ("Nguyeãn Thò Hoøa", "Nguyễn Thị Hòa", Finding.LEGACY_TEXT),
        ("NGUYỄN THỊ HOA", "Nguyễn Thị Hoa", Finding.CAPITALS),
        ("H’Hen   Niê ", "H'Hen Niê", None),
        ("Y Ban Niê Kđăm", "Y Ban Niê Kđăm", None),
        ("K`sor Phước", "K'sor Phước", None),
        ("Lò Thị\u200b Ơi", "Lò Thị Ơi", None),
    ],
)
def test_names_are_tidied_and_the_change_reported(typed, shown, finding):
    table = person_with(**{"Họ và tên": typed})

    assert table.people[0].full_name == shown
    assert findings(table) == ([finding] if finding else [])


def test_a_word_of_both_encodings_follows_its_column():
    table = read(
        files.people(
            ("A1", "Vò V¨n H¶i", "1980", "2005", "CB01"),
            ("A2", "Vò An", "1980", "2005", "CB01"),
        )
    )

    assert [person.full_name for person in table.people] == ["Vũ Văn Hải", "Vũ An"]


def test_error_cells_and_uncalculated_formulas_are_found():
    def shape(sheet):
        sheet.append(list(files.HEADINGS))
        sheet.append(list(files.PERSON))
        sheet["B2"] = "=Khac!B7"
        sheet["D2"] = "#REF!"
        sheet["D2"].data_type = "e"

    assert problems(read(files.openpyxl_file(shape))) == [
        (
            "Trang “Đảng viên”, dòng 2, cột B: Ô là công thức chưa được tính; hãy mở tệp bằng Excel "
            "rồi lưu lại, hoặc dán giá trị."
        ),
        (
            "Trang “Đảng viên”, dòng 2, cột D: Ô báo lỗi “#REF!” của Excel; hãy sửa công thức hoặc "
            "nhập lại giá trị."
        ),
    ]


def test_calculated_formulas_are_read_by_their_value():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Đảng viên")
    sheet.write_row(0, 0, files.HEADINGS)
    sheet.write_row(1, 0, files.PERSON)
    sheet.write_formula(1, 1, '="Trần"&" Văn Hai"', None, "Trần Văn Hai")
    book.close()

    person = only_person(buffer.getvalue())

    assert person.full_name == "Trần Văn Hai"


def test_error_cells_of_an_old_xls_are_found():
    def shape(sheet):
        sheet.write(2, 0, "DV002")
        sheet.write(2, 1, "Trần Văn Hai")
        sheet.row(2).set_cell_error(3, 0x17)

    table = read(files.xls([files.HEADINGS, files.PERSON], shape=shape))

    assert problems(table) == [
        (
            "Trang “Đảng viên”, dòng 3, cột D: Ô báo lỗi “#REF!” của Excel; hãy sửa công thức hoặc "
            "nhập lại giá trị."
        )
    ]


def test_posts_and_memberships_are_known_by_their_usual_words():
    headings = (*files.HEADINGS, "Chức vụ", "Hình thức sinh hoạt", "CBCCVC")
    table = read(
        files.people(
            (*files.PERSON, "Phó Bí thư Chi bộ", "tạm thời", "x"),
            ("DV002", "Trần Văn Hai", "1980", "2005", "CB01", "BT", None, "không"),
            ("DV003", "Trần Văn Ba", "1980", "2005", "CB01", "Chi ủy viên", None, None),
            ("DV004", "Trần Văn Tư", "1980", "2005", "CB01", "Đảng viên", None, None),
            headings=headings,
        )
    )

    assert problems(table) == []
    assert [person.position for person in table.people] == [
        Position.DEPUTY_SECRETARY,
        Position.SECRETARY,
        Position.COMMITTEE_MEMBER,
        None,
    ]
    assert table.people[0].membership is MembershipKind.TEMPORARY
    assert [person.is_civil_servant for person in table.people] == [True, False, None, None]


def test_units_are_read_with_their_kind_and_sector():
    table = read(
        files.units(
            ("Q01", "Đảng bộ quận Mẫu", "Quận", None, None),
            ("P01", "Đảng bộ phường Một", "Đảng bộ cơ sở", "Q01", "Phường"),
            headings=(*files.UNIT_HEADINGS, "Lĩnh vực"),
        )
    )

    district, ward = table.units
    assert (district.kind, district.parent_code) == (UnitKind.DISTRICT, None)
    assert (ward.kind, ward.sector) == (
        UnitKind.GRASSROOTS_ORGANIZATION,
        UnitSector.LOCALITY,
    )


def test_every_finding_has_its_sentence():
    assert set(SENTENCES) == set(Finding)


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_excel_names_them(column, letters):
    assert column_letter(column) == letters


def test_old_xls_of_another_encoding_keeps_its_letters():
    book = xlwt.Workbook()
    sheet = book.add_sheet("DS")
    for column, heading in enumerate(files.HEADINGS):
        sheet.write(0, column, heading)
        sheet.write(1, column, files.PERSON[column])
    buffer = io.BytesIO()
    book.save(buffer)

    assert only_person(buffer.getvalue(), "cu.xls").full_name == "Nguyễn Thị Mẫu"
