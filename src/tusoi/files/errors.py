from django.utils.translation import gettext as _


class FileError(Exception):
    """A refusal that a person may read."""


class FileEmpty(FileError):
    def __init__(self) -> None:
        super().__init__(_("Tệp này trống. Hãy chọn lại tệp."))


class FileTooLarge(FileError):
    def __init__(self) -> None:
        super().__init__(_("Tệp lớn hơn 20 MB. Hãy quét lại với độ phân giải thấp hơn."))


class FileKindRefused(FileError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ nhận tệp PDF, ảnh PNG hoặc JPEG, tài liệu Word hoặc Excel."))
