from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class ImportRefused(Exception):
    """An import cannot go on; `sentence` says why and what to do."""

    sentence: StrOrPromise = _("Không nhập được tệp.")

    def __str__(self) -> str:
        return str(self.sentence)


class UnreadableFile(ImportRefused):
    """The bytes are no table that can be opened."""


class FileIsEmpty(UnreadableFile):
    sentence = _("Tệp không có nội dung; hãy chọn tệp có danh sách.")


class FileTooLarge(UnreadableFile):
    sentence = _("Tệp lớn hơn 20 MB; hãy chia thành nhiều tệp nhỏ hoặc bỏ hình ảnh trong tệp.")


class NotATable(UnreadableFile):
    sentence = _(
        "Tệp không phải là bảng tính; hãy lưu danh sách bằng Excel với đuôi .xlsx, .xls, .ods "
        "hoặc .csv."
    )


class WebPageNotTable(UnreadableFile):
    sentence = _(
        "Tệp thực ra là trang web được đặt đuôi Excel; hãy mở bằng Excel, chọn Lưu thành, kiểu "
        "Excel Workbook (.xlsx)."
    )


class DocumentNotTable(UnreadableFile):
    sentence = _("Tệp là văn bản Word; hãy chép bảng sang Excel rồi lưu với đuôi .xlsx.")


class PdfNotTable(UnreadableFile):
    sentence = _("Tệp là PDF; hãy dùng tệp Excel gốc của danh sách này.")


class OldXmlTable(UnreadableFile):
    sentence = _("Tệp thuộc kiểu Excel không hỗ trợ; hãy mở bằng Excel rồi lưu với đuôi .xlsx.")


class PasswordProtected(UnreadableFile):
    sentence = _(
        "Tệp có mật khẩu; hãy mở bằng Excel, bỏ mật khẩu ở mục Tệp, Thông tin, Bảo vệ sổ làm "
        "việc, rồi lưu lại."
    )


class ZipBomb(UnreadableFile):
    sentence = _(
        "Tệp nén bất thường, giải nén ra quá lớn nên không mở; hãy chép danh sách sang một tệp "
        "Excel mới."
    )


class CorruptFile(UnreadableFile):
    sentence = _(
        "Tệp bị hỏng hoặc chép chưa hết; hãy mở lại bằng Excel, lưu thành tệp mới rồi tải lên."
    )


class TooManySheets(UnreadableFile):
    sentence = _("Tệp có quá 50 trang tính; hãy chỉ giữ các trang có danh sách.")


class TooManyRows(UnreadableFile):
    sentence = _("Một trang tính dài quá 100.000 dòng; hãy xóa dòng thừa hoặc chia tệp.")


class TooManyColumns(UnreadableFile):
    sentence = _("Một trang tính rộng quá 200 cột; hãy xóa nội dung ở các cột thừa bên phải.")


class UnknownTextEncoding(UnreadableFile):
    sentence = _("Không đọc được bảng mã của tệp CSV; hãy lưu lại bằng Excel, kiểu CSV UTF-8.")
