from collections.abc import Iterable

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


class FileError(Exception):
    """A refusal that a person may read."""


class FileIsEmpty(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(_("Tệp “%(name)s” trống. Hãy chọn lại tệp.") % {"name": name})


class FileTooLarge(FileError):
    def __init__(self, name: str, limit: int) -> None:
        super().__init__(
            _("Tệp “%(name)s” lớn hơn %(limit)s. Hãy nén ảnh hoặc chia nhỏ tệp.")
            % {"name": name, "limit": filesizeformat(limit)}
        )


class FileKindNotAccepted(FileError):
    def __init__(self, name: str, kinds: Iterable[str]) -> None:
        super().__init__(
            _(
                "Nội dung tệp “%(name)s” không phải là loại được nhận hoặc không khớp với phần "
                "đuôi của tên. Nhận: %(kinds)s."
            )
            % {"name": name, "kinds": ", ".join(kinds)}
        )


class FileBroken(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” bị hỏng hoặc chép chưa hết. Hãy mở thử, lưu lại rồi tải lên.")
            % {"name": name}
        )


class FileHoldsProgram(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” có chứa chương trình (macro). Hãy lưu lại không kèm chương trình.")
            % {"name": name}
        )


class FileReachesOutside(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Tệp “%(name)s” tự lấy nội dung từ nơi khác khi mở. Hãy chép nội dung sang một "
                "văn bản mới rồi tải lên."
            )
            % {"name": name}
        )


class FileLocked(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” có mật khẩu nên không kiểm tra được. Hãy bỏ mật khẩu rồi tải lên.")
            % {"name": name}
        )


class FileUnpacksTooLarge(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” nén bất thường, mở ra quá lớn nên không nhận.") % {"name": name}
        )


class TooManyFiles(FileError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _("Mỗi nơi chỉ đính kèm nhiều nhất %(limit)d tệp. Hãy gộp hoặc bớt tệp.")
            % {"limit": limit}
        )


class TooManyToday(FileError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _("Tài khoản đã tải lên %(limit)d tệp trong một ngày. Hãy tải tiếp vào ngày mai.")
            % {"limit": limit}
        )


class UploaderNotActive(FileError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này không được tải tệp lên."))


class NotYourFile(FileError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ người đã tải tệp lên mới xóa được tệp này."))


class ReasonMissing(FileError):
    def __init__(self) -> None:
        super().__init__(_("Cần ghi lý do xóa tệp."))


class FileGone(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(_("Tệp “%(name)s” đã được xóa.") % {"name": name})


class FileNotChecked(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” đang chờ kiểm tra mã độc. Hãy quay lại sau ít phút.")
            % {"name": name}
        )


class FileQuarantined(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” bị giữ lại vì nghi có mã độc. Hãy báo quản trị hệ thống.")
            % {"name": name}
        )
