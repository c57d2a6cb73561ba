"""Refusals of this room; each is a sentence for the person who asked."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class RemediationError(Exception):
    """A refusal that a person may read."""


class CycleNotBegun(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Đợt kiểm điểm chưa mở nên chưa lập kế hoạch khắc phục."))


class UnitNotInCycle(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Tổ chức đảng này không thuộc đợt kiểm điểm đã chọn."))


class TextMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ việc phải làm."))


class ShortcomingNeeded(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn ít nhất một hạn chế, khuyết điểm mà việc này khắc phục."))


class ShortcomingElsewhere(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Có hạn chế, khuyết điểm được chọn không phải của đơn vị này."))


class OneOwnerOnly(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ chọn một nơi chủ trì: một người hoặc một tổ chức."))


class OwnerElsewhere(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Người hoặc tổ chức chủ trì phải thuộc đơn vị này hoặc cấp dưới."))


class PartnerElsewhere(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Tổ chức phối hợp phải thuộc cùng đảng bộ tổ chức đợt kiểm điểm."))


class ActionChangedMeanwhile(RemediationError):
    """Somebody saved the action after it was opened here; the page shows both versions."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Người khác vừa sửa việc này sau khi trang được mở. Nội dung bạn nhập vẫn còn ở "
                "đây; hãy đối chiếu với bản hiện tại rồi lưu lại."
            )
        )


class ActionNotOpen(RemediationError):
    def __init__(self, state: str) -> None:
        super().__init__(
            _("Việc này đang ở trạng thái “%(state)s” nên không làm được bước đó.")
            % {"state": state}
        )


class ReasonMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do."))


class NoteMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi kết quả đến nay."))


class PercentOutOfRange(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Mức độ hoàn thành là số từ 0 đến 100."))


class PlanAlreadyApproved(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Kế hoạch này đã ban hành."))


class PlanIncomplete(RemediationError):
    """What stands open in a plan; each is one sentence."""

    def __init__(self, gaps: Sequence[str]) -> None:
        self.gaps = tuple(gaps)
        super().__init__(
            _("Kế hoạch còn %(count)d điểm chưa đủ. Hãy bổ sung, hoặc ghi rõ lý do ban hành.")
            % {"count": len(self.gaps)}
        )
