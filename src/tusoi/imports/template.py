"""The workbook to fill in, empty or with an invented example, and its sheets as .csv."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from tusoi.core.tables import csv_bytes, open_workbook
from tusoi.imports.reading.columns import COLUMNS, Column, Field, ListKind
from tusoi.people.enums import Gender
from tusoi.units.enums import MembershipKind, UnitKind, UnitSector


_ROWS_WITH_CHOICES: Final = 5_000
_MIN_WIDTH: Final = 12
_REQUIRED: Final = {
    ListKind.UNITS: {Field.NAME, Field.PARENT_CODE},
    ListKind.PEOPLE: {Field.NAME, Field.ADMITTED_ON, Field.UNIT_CODE},
}
_CHOICES: Final[Mapping[Field, Any]] = {
    Field.KIND: UnitKind,
    Field.SECTOR: UnitSector,
    Field.GENDER: Gender,
    Field.MEMBERSHIP: MembershipKind,
}

# Invented; the first unit has nothing above it in the file because the system knows it already,
# or because it is the topmost one.
_EXAMPLE: Final[Mapping[ListKind, Sequence[Mapping[Field, str]]]] = {
    ListKind.UNITS: (
        {
            Field.CODE: "MAU",
            Field.NAME: "Đảng bộ quận Mẫu",
            Field.KIND: "đảng bộ quận, huyện và tương đương",
            Field.SECTOR: "khác",
            Field.ESTABLISHED_ON: "01/01/2004",
        },
        {
            Field.CODE: "MAU-P1",
            Field.NAME: "Đảng bộ phường Mẫu Một",
            Field.KIND: "đảng bộ cơ sở",
            Field.SECTOR: "xã, phường, thị trấn",
            Field.PARENT_CODE: "MAU",
            Field.ESTABLISHED_ON: "01/01/2004",
        },
        {
            Field.CODE: "MAU-P1-01",
            Field.NAME: "Chi bộ Khu vực 1",
            Field.KIND: "chi bộ trực thuộc",
            Field.SECTOR: "khu vực, ấp, tổ dân phố",
            Field.PARENT_CODE: "MAU-P1",
            Field.ESTABLISHED_ON: "15/03/2010",
        },
        {
            Field.CODE: "MAU-KT",
            Field.NAME: "Chi bộ Phòng Kinh tế",
            Field.KIND: "chi bộ cơ sở",
            Field.SECTOR: "cơ quan",
            Field.PARENT_CODE: "MAU",
            Field.ESTABLISHED_ON: "01/06/2008",
        },
    ),
    ListKind.PEOPLE: (
        {
            Field.CODE: "MAU-0001",
            Field.NAME: "Nguyễn Thị Mẫu An",
            Field.BIRTH_ON: "03/02/1975",
            Field.GENDER: "nữ",
            Field.ETHNICITY: "Kinh",
            Field.PHONE: "0900000001",
            Field.OCCUPATION: "Trưởng khu vực",
            Field.IS_CIVIL_SERVANT: "không",
            Field.CARD_NUMBER: "00000001",
            Field.ADMITTED_ON: "19/05/2005",
            Field.OFFICIAL_ON: "19/05/2006",
            Field.UNIT_CODE: "MAU-P1-01",
            Field.MEMBERSHIP: "sinh hoạt chính thức",
            Field.POSITION: "Bí thư",
            Field.POSITION_FROM: "10/02/2020",
        },
        {
            Field.CODE: "MAU-0002",
            Field.NAME: "H'Mẫu Niê",
            Field.BIRTH_ON: "1990",
            Field.GENDER: "nữ",
            Field.ETHNICITY: "Ê Đê",
            Field.OCCUPATION: "Chuyên viên",
            Field.IS_CIVIL_SERVANT: "có",
            Field.ADMITTED_ON: "02/09/2021",
            Field.UNIT_CODE: "MAU-KT",
            Field.MEMBERSHIP: "sinh hoạt chính thức",
            Field.MOVED_ON: "01/03/2022",
        },
    ),
}


def sheet_names() -> dict[ListKind, str]:
    return {ListKind.UNITS: _("Tổ chức đảng"), ListKind.PEOPLE: _("Đảng viên")}


def template_columns(kind: ListKind) -> list[Column]:
    return [column for column in COLUMNS[kind] if column.in_template]


# The lists are Vietnamese documents: what the import recognises, whatever the screen speaks.
@override("vi")
def template_workbook(*, with_example: bool) -> bytes:
    """Return the .xlsx to fill in; every cell is text, so that Excel keeps zeros and dates."""
    buffer = io.BytesIO()
    book = open_workbook(buffer)
    for kind, name in sheet_names().items():
        sheet = book.add_worksheet(name)
        _write_headings(book, sheet, kind)
        if with_example:
            for number, row in enumerate(_example_rows(kind), start=1):
                sheet.write_row(number, 0, row)
    _write_guide(book)
    book.close()
    return buffer.getvalue()


@override("vi")
def template_csv(kind: ListKind, *, with_example: bool) -> bytes:
    """Return one sheet of the template as .csv."""
    headings = [str(column.title) for column in template_columns(kind)]
    return csv_bytes([headings, *(_example_rows(kind) if with_example else [])])


def _example_rows(kind: ListKind) -> list[list[str]]:
    columns = template_columns(kind)
    return [[row.get(column.field, "") for column in columns] for row in _EXAMPLE[kind]]


def _write_headings(book: Any, sheet: Any, kind: ListKind) -> None:
    text = book.add_format({"num_format": "@"})
    optional = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#E6ECF5", "border": 1}
    )
    required = book.add_format(
        {"bold": True, "text_wrap": True, "bg_color": "#F9D9D6", "border": 1}
    )
    for index, column in enumerate(template_columns(kind)):
        title = str(column.title)
        is_required = column.field in _REQUIRED[kind]
        sheet.set_column(index, index, max(_MIN_WIDTH, len(title) + 2), text)
        sheet.write_string(0, index, title, required if is_required else optional)
        choices = _CHOICES.get(column.field)
        if choices:
            labels = [str(label) for label in choices.labels]
            # Excel allows 255 characters; longer lists are in the guide.
            if len(",".join(labels)) < 255:  # noqa: PLR2004 -- see above
                sheet.data_validation(
                    1,
                    index,
                    _ROWS_WITH_CHOICES,
                    index,
                    {"validate": "list", "source": labels, "error_type": "information"},
                )
    sheet.freeze_panes(1, 0)


def _guide_lines() -> list[str]:
    return [
        _("Ô nền đỏ nhạt là cột phải có; các cột khác có thể để trống hoặc bỏ hẳn."),
        _("Ngày viết ngày/tháng/năm, ví dụ 03/02/1990; ngày sinh chỉ biết năm thì ghi năm."),
        _("Mã đơn vị và mã cá nhân không được đổi giữa các lần nhập; để trống thì hệ thống đặt."),
        _("Tổ chức đảng cấp trên ghi bằng mã; tổ chức cao nhất để trống."),
        _("Đảng viên dự bị để trống “Ngày chính thức”."),
        _("Chuyển sinh hoạt: đổi “Mã chi bộ” và ghi “Ngày về chi bộ”; nơi cũ được giữ lại."),
        _("Người, tổ chức không có trong tệp không bị xóa; ô trống không xóa dữ liệu đã có."),
        _("Sau khi tải lên, hệ thống cho xem trước mọi thay đổi rồi mới ghi."),
    ]


def _write_guide(book: Any) -> None:
    sheet = book.add_worksheet(_("Hướng dẫn"))
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, _("Cách điền"), bold)
    lines = _guide_lines()
    for number, line in enumerate(lines, start=1):
        sheet.write_string(number, 0, f"{number}. {line}", wrapped)
    row = len(lines) + 2
    for field, title in (
        (Field.KIND, _("Loại hình tổ chức")),
        (Field.SECTOR, _("Lĩnh vực")),
    ):
        sheet.write_string(row, 0, title, bold)
        for label in _CHOICES[field].labels:
            row += 1
            sheet.write_string(row, 0, str(label))
        row += 2
