"""What the reader has to say about a cell, a row or a sheet, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise


class Finding(StrEnum):
    """Everything that can be said about one place of a file."""

    # Problems: the file cannot be applied until they are mended.
    ERROR_CELL = auto()
    FORMULA_WITHOUT_VALUE = auto()
    NO_KNOWN_SHEET = auto()
    MISSING_VALUE = auto()
    UNREADABLE_DATE = auto()
    IMPOSSIBLE_DATE = auto()
    UNREADABLE_PHONE = auto()
    ROUNDED_NUMBER = auto()
    UNREADABLE_CODE = auto()
    UNKNOWN_CHOICE = auto()
    NOT_A_NAME = auto()
    TOO_LONG = auto()
    # Problems found by comparing the rows with each other and with what is stored.
    CODE_TWICE = auto()
    CARD_TWICE = auto()
    PERSON_TWICE = auto()
    CARD_OF_OTHER = auto()
    PERSON_UNDER_OTHER_CODE = auto()
    CODE_OF_OTHER = auto()
    UNKNOWN_PARENT = auto()
    UNKNOWN_UNIT = auto()
    AMBIGUOUS_UNIT = auto()
    SECOND_ROOT = auto()
    CYCLE = auto()
    OUTSIDE_SCOPE = auto()
    NO_MEMBERS_HERE = auto()
    CLOSED_UNIT = auto()
    KIND_UNCLEAR = auto()
    KIND_DOES_NOT_FIT = auto()
    MOVE_BEFORE_START = auto()
    POST_BEFORE_START = auto()
    FUTURE_DATE = auto()
    BORN_AFTER_ADMITTED = auto()
    ADMITTED_TOO_YOUNG = auto()
    OFFICIAL_BEFORE_ADMITTED = auto()
    LEFT_THE_PARTY = auto()
    # Notes: understood, put right and reported.
    HIDDEN_SHEET = auto()
    HIDDEN_ROW = auto()
    SHEET_SKIPPED = auto()
    COLUMN_UNUSED = auto()
    COLUMN_TWICE = auto()
    TITLE_ROW = auto()
    TITLE_AS_UNIT = auto()
    TOTAL_ROW = auto()
    LEGACY_TEXT = auto()
    LETTER_ETH = auto()
    DECOMPOSED = auto()
    CAPITALS = auto()
    ZEROS_RESTORED = auto()
    SERIAL_DATE = auto()
    YEAR_ONLY = auto()
    MONTH_ONLY = auto()
    SHORT_YEAR = auto()
    FIRST_PHONE = auto()
    KIND_GUESSED = auto()
    CODE_GIVEN = auto()
    MATCHED_BY_NAME = auto()
    NAMESAKE = auto()


_NOTES_START: Final = list(Finding).index(Finding.HIDDEN_SHEET)
NOTES: Final = frozenset(list(Finding)[_NOTES_START:])

SENTENCES: Final[Mapping[Finding, StrOrPromise]] = {
    Finding.ERROR_CELL: gettext_lazy(
        "Ô báo lỗi “%(value)s” của Excel; hãy sửa công thức hoặc nhập lại giá trị."
    ),
    Finding.FORMULA_WITHOUT_VALUE: gettext_lazy(
        "Ô là công thức chưa được tính; hãy mở tệp bằng Excel rồi lưu lại, hoặc dán giá trị."
    ),
    Finding.NO_KNOWN_SHEET: gettext_lazy(
        "Không tìm thấy hàng tiêu đề nào quen thuộc; danh sách đảng viên cần có cột “Họ và tên”, "
        "danh sách tổ chức đảng cần có cột “Tên tổ chức đảng”."
    ),
    Finding.MISSING_VALUE: gettext_lazy("Thiếu “%(field)s”; hãy điền vào ô này."),
    Finding.UNREADABLE_DATE: gettext_lazy(
        "“%(value)s” không phải là ngày; hãy viết ngày/tháng/năm, ví dụ 03/02/1990."
    ),
    Finding.IMPOSSIBLE_DATE: gettext_lazy(
        "Ngày “%(value)s” không có trong lịch; hãy viết lại theo thứ tự ngày/tháng/năm."
    ),
    Finding.UNREADABLE_PHONE: gettext_lazy(
        "“%(value)s” không phải là số điện thoại; hãy viết đủ chữ số, ví dụ 0912345678."
    ),
    Finding.ROUNDED_NUMBER: gettext_lazy(
        "Excel đã làm tròn “%(value)s” nên mất chữ số; hãy định dạng cột là văn bản và nhập lại."
    ),
    Finding.UNREADABLE_CODE: gettext_lazy(
        "“%(value)s” không dùng làm mã được; hãy nhập chữ, số, dấu chấm, gạch nối, gạch chéo."
    ),
    Finding.UNKNOWN_CHOICE: gettext_lazy(
        "Không hiểu “%(value)s” ở cột “%(field)s”; hãy chọn một trong: %(choices)s."
    ),
    Finding.NOT_A_NAME: gettext_lazy(
        "“%(value)s” không phải là họ tên; hãy nhập họ và tên bằng chữ."
    ),
    Finding.TOO_LONG: gettext_lazy(
        "“%(value)s…” dài quá %(limit)s ký tự; hãy rút gọn nội dung ô này."
    ),
    Finding.CODE_TWICE: gettext_lazy(
        "Mã “%(value)s” đã dùng ở dòng %(other)s; hãy sửa một trong hai dòng."
    ),
    Finding.CARD_TWICE: gettext_lazy(
        "Số thẻ “%(value)s” đã dùng ở dòng %(other)s; hãy sửa một trong hai dòng."
    ),
    Finding.PERSON_TWICE: gettext_lazy(
        "“%(value)s” cùng ngày sinh đã có ở dòng %(other)s; hãy bỏ dòng thừa, hoặc ghi mã riêng "
        "nếu là hai người."
    ),
    Finding.CARD_OF_OTHER: gettext_lazy(
        "Số thẻ “%(value)s” đang ghi cho người mang mã %(other)s; hãy kiểm tra lại mã và số thẻ."
    ),
    Finding.PERSON_UNDER_OTHER_CODE: gettext_lazy(
        "“%(value)s” cùng ngày sinh, cùng ngày vào Đảng đã có với mã %(other)s; hãy dùng đúng mã."
    ),
    Finding.CODE_OF_OTHER: gettext_lazy(
        "Mã “%(code)s” đang ghi cho %(other)s, khác cả họ tên và ngày sinh với “%(value)s”; hãy "
        "kiểm tra lại mã."
    ),
    Finding.UNKNOWN_PARENT: gettext_lazy(
        "Không có tổ chức đảng cấp trên “%(value)s” trong tệp và trong hệ thống; hãy sửa hoặc "
        "thêm tổ chức đó."
    ),
    Finding.UNKNOWN_UNIT: gettext_lazy(
        "Không có chi bộ “%(value)s” trong tệp và trong hệ thống; hãy sửa hoặc thêm chi bộ đó."
    ),
    Finding.AMBIGUOUS_UNIT: gettext_lazy(
        "Có nhiều tổ chức đảng cùng tên “%(value)s”; hãy ghi mã đơn vị thay cho tên."
    ),
    Finding.SECOND_ROOT: gettext_lazy(
        "“%(value)s” không có cấp trên, trong khi “%(other)s” đã là tổ chức cao nhất; hãy ghi "
        "tổ chức đảng cấp trên."
    ),
    Finding.CYCLE: gettext_lazy(
        "“%(value)s” trực thuộc vòng quanh chính nó (%(path)s); hãy sửa tổ chức đảng cấp trên."
    ),
    Finding.OUTSIDE_SCOPE: gettext_lazy(
        "“%(value)s” nằm ngoài phạm vi được giao cho đồng chí; hãy bỏ dòng này hoặc đề nghị "
        "cấp phụ trách nhập."
    ),
    Finding.NO_MEMBERS_HERE: gettext_lazy(
        "“%(value)s” không phải là chi bộ nên không có đảng viên trực tiếp; hãy ghi chi bộ "
        "bên dưới."
    ),
    Finding.CLOSED_UNIT: gettext_lazy(
        "“%(value)s” đã kết thúc hoạt động từ %(other)s; hãy ghi tổ chức đang hoạt động."
    ),
    Finding.KIND_UNCLEAR: gettext_lazy(
        "Không đoán được loại của “%(value)s” từ tên; hãy ghi ở cột “Loại hình tổ chức”."
    ),
    Finding.KIND_DOES_NOT_FIT: gettext_lazy(
        "“%(value)s” là %(kind)s nên không trực thuộc “%(other)s” (%(parent_kind)s) được; hãy sửa "
        "loại hình hoặc cấp trên."
    ),
    Finding.MOVE_BEFORE_START: gettext_lazy(
        "Ngày chuyển “%(value)s” trước ngày bắt đầu ở nơi hiện nay (%(other)s); hãy sửa ngày "
        "chuyển."
    ),
    Finding.POST_BEFORE_START: gettext_lazy(
        "Ngày giữ chức vụ “%(value)s” trước ngày vào Đảng (%(other)s); hãy kiểm tra hai ngày."
    ),
    Finding.FUTURE_DATE: gettext_lazy(
        "Ngày “%(value)s” chưa đến; hãy kiểm tra năm của “%(field)s”."
    ),
    Finding.BORN_AFTER_ADMITTED: gettext_lazy(
        "Ngày sinh %(value)s không trước ngày vào Đảng %(other)s; hãy kiểm tra hai ngày."
    ),
    Finding.ADMITTED_TOO_YOUNG: gettext_lazy(
        "Vào Đảng ngày %(value)s khi chưa đủ 16 tuổi (sinh %(other)s); hãy kiểm tra hai ngày."
    ),
    Finding.OFFICIAL_BEFORE_ADMITTED: gettext_lazy(
        "Ngày chính thức %(value)s trước ngày vào Đảng %(other)s; hãy kiểm tra hai ngày."
    ),
    Finding.LEFT_THE_PARTY: gettext_lazy(
        "“%(value)s” đã ra khỏi Đảng từ %(other)s; hãy bỏ dòng này hoặc sửa hồ sơ đảng viên."
    ),
    Finding.HIDDEN_SHEET: gettext_lazy("Trang tính đang ẩn vẫn được đọc."),
    Finding.HIDDEN_ROW: gettext_lazy("Dòng đang ẩn vẫn được đọc."),
    Finding.SHEET_SKIPPED: gettext_lazy(
        "Trang tính không có hàng tiêu đề quen thuộc nên không đọc."
    ),
    Finding.COLUMN_UNUSED: gettext_lazy("Cột “%(value)s” không dùng đến."),
    Finding.COLUMN_TWICE: gettext_lazy(
        "Cột “%(value)s” trùng ý nghĩa với một cột bên trái; chỉ đọc cột bên trái."
    ),
    Finding.TITLE_ROW: gettext_lazy("Dòng tiêu đề “%(value)s” được bỏ qua."),
    Finding.TITLE_AS_UNIT: gettext_lazy(
        "Dòng tiêu đề “%(value)s” được hiểu là chi bộ của những người bên dưới."
    ),
    Finding.TOTAL_ROW: gettext_lazy("Dòng tổng cộng hoặc ký tên “%(value)s” được bỏ qua."),
    Finding.LEGACY_TEXT: gettext_lazy("Chữ bảng mã %(other)s đã chuyển thành “%(value)s”."),
    Finding.LETTER_ETH: gettext_lazy("Chữ “Ð” đã đổi thành “Đ” trong “%(value)s”."),
    Finding.DECOMPOSED: gettext_lazy("Chữ có dấu rời đã được ghép lại thành “%(value)s”."),
    Finding.CAPITALS: gettext_lazy("Họ tên viết hoa toàn bộ đã đổi thành “%(value)s”."),
    Finding.ZEROS_RESTORED: gettext_lazy("Đã thêm lại số 0 ở đầu: “%(value)s”."),
    Finding.SERIAL_DATE: gettext_lazy("Số %(other)s của Excel được hiểu là ngày %(value)s."),
    Finding.YEAR_ONLY: gettext_lazy("Chỉ có năm %(value)s; được ghi là ngày %(other)s."),
    Finding.MONTH_ONLY: gettext_lazy("Chỉ có tháng và năm; được ghi là ngày %(value)s."),
    Finding.SHORT_YEAR: gettext_lazy("Năm viết hai chữ số được hiểu là ngày %(value)s."),
    Finding.FIRST_PHONE: gettext_lazy("Ô có nhiều số điện thoại; chỉ ghi số đầu “%(value)s”."),
    Finding.KIND_GUESSED: gettext_lazy("Loại tổ chức được đoán từ tên: %(value)s."),
    Finding.CODE_GIVEN: gettext_lazy("Chưa có mã nên được đặt mã “%(value)s”."),
    Finding.MATCHED_BY_NAME: gettext_lazy(
        "Không ghi mã; được nhận ra nhờ họ tên và ngày sinh (mã %(value)s)."
    ),
    Finding.NAMESAKE: gettext_lazy(
        "Cùng họ tên, cùng ngày sinh với dòng %(other)s nhưng khác mã; được coi là hai người."
    ),
}

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def column_letter(column: int) -> str:
    """Return the letter over a column, counting from 0: A, …, Z, AA."""
    letters = ""
    rest = column + 1
    while rest:
        rest, digit = divmod(rest - 1, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: rows as Excel numbers them, columns from 0."""

    sheet: str
    row: int | None = None
    column: int | None = None

    @property
    def column_letter(self) -> str:
        return "" if self.column is None else column_letter(self.column)

    def __str__(self) -> str:
        parts = [_("Trang “%(sheet)s”") % {"sheet": self.sheet}]
        if self.row is not None:
            parts.append(_("dòng %(row)s") % {"row": self.row})
        if self.column is not None:
            parts.append(_("cột %(column)s") % {"column": self.column_letter})
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding at one place; `sentence` is what a person reads."""

    finding: Finding
    place: Place
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_problem(self) -> bool:
        return self.finding not in NOTES

    @property
    def message(self) -> str:
        return str(SENTENCES[self.finding]) % self.values

    @property
    def sentence(self) -> str:
        return f"{self.place}: {self.message}"
