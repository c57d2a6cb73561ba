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


class FileHoldsProgram(FileError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Tệp “%(name)s” có chứa chương trình (macro). Hãy lưu lại không kèm chương trình.")
            % {"name": name}
        )


class UploaderNotActive(FileError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này không được tải tệp lên."))
