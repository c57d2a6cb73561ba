from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tusoi.imports.reading.errors import ImportRefused, UnreadableFile
from tusoi.imports.reading.findings import Remark


__all__ = [
    "ChangedSincePreview",
    "FileHasProblems",
    "ImportRefused",
    "NotAwaitingConfirmation",
    "UnreadableFile",
]


class FileHasProblems(ImportRefused):
    """`remarks` holds what is wrong, one by one."""

    sentence = _("Tệp còn lỗi nên chưa ghi gì; hãy sửa các ô được nêu rồi tải lên lại.")

    def __init__(self, remarks: Sequence[Remark]) -> None:
        super().__init__()
        self.remarks = remarks


class ChangedSincePreview(ImportRefused):
    sentence = _(
        "Dữ liệu đã thay đổi từ lúc xem trước nên chưa ghi gì; hãy tải tệp lên lại để xem lại."
    )


class NotAwaitingConfirmation(ImportRefused):
    sentence = _("Lần nhập này không còn chờ xác nhận; hãy tải tệp lên lại nếu cần.")
