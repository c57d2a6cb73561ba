"""Refusals of this room; each is a sentence for the person who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Gap:
    """A part that the form asks for and that is not there yet, or not as it should be."""

    question_id: str
    title: str
    message: str


class ReviewError(Exception):
    """A refusal that a person may read."""


class ReviewNotEditable(ReviewError):
    def __init__(self) -> None:
        super().__init__(
            _("Bản này đã nộp nên không sửa được. Muốn viết tiếp, hãy rút lại hoặc chờ trả lại.")
        )


class ReviewAlreadyStarted(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã có bản kiểm điểm. Hãy mở bản đó để viết tiếp."))


class StepNotAllowed(ReviewError):
    """The review stands elsewhere than the step needs, often because somebody was quicker."""

    def __init__(self, state: str) -> None:
        super().__init__(
            _("Bản kiểm điểm đang ở trạng thái “%(state)s” nên không làm được bước này.")
            % {"state": state}
        )


class ReviewIncomplete(ReviewError):
    """Required parts are empty; `gaps` names each, so that a page can link to it."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self.gaps = tuple(gaps)
        count = len(self.gaps)
        super().__init__(
            ngettext(
                "Còn %(count)d mục chưa viết xong.",
                "Còn %(count)d mục chưa viết xong.",
                count,
            )
            % {"count": count}
        )


class SubmissionLocked(ReviewError):
    def __init__(self) -> None:
        super().__init__(
            _("Đợt kiểm điểm đã khóa nộp. Hãy đề nghị cấp trên cho phép nộp sau thời hạn.")
        )


class ReasonMissing(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do trả lại để người viết biết cần bổ sung gì."))


class DocumentMissing(ReviewError):
    def __init__(self) -> None:
        super().__init__(
            _("Hãy ghi đủ số, ký hiệu, ngày và cơ quan ban hành văn bản của cấp trên.")
        )


class DocumentInFuture(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Ngày văn bản của cấp trên chưa đến. Hãy kiểm tra lại."))


class AlreadyDealtWith(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hồ sơ đã kiểm điểm ở hội nghị hoặc đã xếp loại nên không trả lại."))


class QuestionUnknown(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Mẫu của hồ sơ này không có mục đó."))


class ChoiceUnknown(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Mức được chọn không có trong quy định. Hãy chọn lại."))


class RowUnknown(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Dòng này không còn. Có thể nó đã bị xóa ở nơi khác."))


class RowInUse(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hạn chế này đã có việc khắc phục trong kế hoạch nên không xóa được."))


class PercentOutOfRange(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Mức độ hoàn thành là số từ 0 đến 100."))


class TooManyRows(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Mục này đã đủ số dòng tối đa của mẫu."))


class VersionUnknown(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Phiên bản này đã được xử lý hoặc không còn."))


class PromptEmpty(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hãy viết nội dung gợi ý kiểm điểm."))


class PromptNotOpen(ReviewError):
    def __init__(self) -> None:
        super().__init__(
            _("Bản kiểm điểm đã được tiếp nhận hoặc gợi ý đã rút nên không làm được bước này.")
        )


class CommentEmpty(ReviewError):
    def __init__(self) -> None:
        super().__init__(_("Hãy viết nội dung nhận xét hoặc đính kèm bản chụp."))
