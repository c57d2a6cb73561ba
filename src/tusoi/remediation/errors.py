"""Refusals of this room; each is a sentence for the person who asked."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tusoi.access.errors import NotPermitted


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


class OwnPlanOwnWork(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Việc trong kế hoạch cá nhân do chính người đó chủ trì; người khác chỉ phối hợp.")
        )


class KeeperNotYours(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Đồng chí không được giao lập kế hoạch ở tổ chức tiếp nhận này. Hãy chọn tổ chức "
                "khác."
            )
        )


class AnswerableElsewhere(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Người chịu trách nhiệm phải thuộc đơn vị này hoặc cấp dưới."))


class PartnerElsewhere(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Tổ chức phối hợp phải thuộc cùng đảng bộ tổ chức đợt kiểm điểm."))


class ActionChangedMeanwhile(RemediationError):
    """Somebody saved the action after it was opened here; both texts are kept."""

    def __init__(self, kept_id: int = 0) -> None:
        # The row that holds what arrived too late.
        self.kept_id = kept_id
        super().__init__(
            _(
                "Người khác vừa sửa việc này sau khi trang được mở. Nội dung đồng chí nhập vẫn "
                "còn ở đây; hãy đối chiếu với bản hiện tại rồi lưu lại."
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
            _(
                "Kế hoạch còn %(count)d điểm chưa đủ. Hãy bổ sung, hoặc ghi rõ lý do ban hành và "
                "ngày bổ sung."
            )
            % {"count": len(self.gaps)}
        )


class GapsUntilNotFit(RemediationError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("Ngày bổ sung phải sau hôm nay và trong %(most)d ngày tới.") % {"most": most}
        )


class PlanNotInState(RemediationError):
    def __init__(self, state: str) -> None:
        super().__init__(
            _("Kế hoạch đang ở trạng thái “%(state)s” nên không làm được bước đó.")
            % {"state": state}
        )


class PlanHasChanges(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Kế hoạch đã sửa sau khi ban hành. Hãy ban hành bản điều chỉnh rồi gửi cấp trên.")
        )


class PersonNotInUnit(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Người này không có hồ sơ kiểm điểm ở đơn vị trong đợt đã chọn."))


class StartMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi ngày bắt đầu để chia theo mốc 30, 60, 90 ngày."))


class KeeperNotFit(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Chỉ giao kế hoạch của tổ chức đảng đã kết thúc cho một tổ chức đang hoạt động.")
        )


class DueBeforeStart(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Thời hạn phải từ ngày bắt đầu trở đi."))


class StepMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Bước thực hiện này không còn trong việc khắc phục."))


class LastActionOfRound(RemediationError):
    """After a first round without effect, a shortcoming never stays without an action."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Đây là việc duy nhất thay cho việc chưa hiệu quả. Hãy lập việc khác cho hạn chế "
                "này trước."
            )
        )


class ShortcomingSettled(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Hạn chế này đã có kết luận về hiệu quả nên không gắn hay mở lại việc cũ.")
        )


class ShortcomingStepNotAllowed(RemediationError):
    def __init__(self, state: str) -> None:
        super().__init__(
            _("Hạn chế này đang ở trạng thái “%(state)s” nên không làm được bước đó.")
            % {"state": state}
        )


class ShortcomingChangedMeanwhile(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Người khác vừa sửa hạn chế này sau khi trang được mở. Nội dung đồng chí nhập vẫn "
                "còn ở đây; hãy đối chiếu rồi lưu lại."
            )
        )


class ShortcomingTakenUp(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Hạn chế này đã có việc khắc phục, đề nghị, kết luận hoặc kỳ sau nhắc đến "
                "nên không xóa được. Hãy ghi kết quả thay vì xóa."
            )
        )


class NatureMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi biểu hiện của hạn chế, khuyết điểm."))


class SourceNotFit(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Hạn chế nêu trong bản tự kiểm điểm được lấy từ bản đó, không ghi trực tiếp.")
        )


class ReviewNotHandedIn(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Bản tự kiểm điểm chưa nộp nên chưa theo dõi hạn chế nêu trong đó."))


class CauseMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi nguyên nhân và cho biết là khách quan hay chủ quan."))


class EntryNotFit(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Mục riêng đã chọn không thuộc danh mục của đơn vị này."))


class LabelMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi tên mục."))


class EntryThereAlready(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Danh mục của đơn vị đã có mục này."))


class PreviousNotFit(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Chỉ nối với hạn chế của chính đối tượng này ở kỳ trước, mỗi hạn chế một lần.")
        )


class CheckerInCharge(RemediationError, NotPermitted):
    """The right to check is there, and so was the charge."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            _(
                "Đồng chí đã chủ trì hoặc đã báo làm xong việc khắc phục hạn chế này, nên người "
                "khác kiểm tra và kết luận."
            ),
        )


class CheckDayNotFit(RemediationError):
    def __init__(self, latest: dt.date) -> None:
        super().__init__(
            _("Ngày kiểm tra hiệu quả phải từ hôm nay trở đi, muộn nhất là ngày %(latest)s.")
            % {"latest": f"{latest:%d/%m/%Y}"}
        )


class CheckTooEarly(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Ngày kiểm tra không thể sau hôm nay hoặc trước khi làm xong."))


class GroundsMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi căn cứ của kết luận."))


class NotReadyToClose(RemediationError):
    """What is missing before a shortcoming can be closed; each is one sentence."""

    def __init__(self, gaps: Sequence[str]) -> None:
        self.gaps = tuple(gaps)
        super().__init__(
            _("Chưa kết thúc theo dõi được: %(gaps)s") % {"gaps": " ".join(self.gaps)}
        )


class UntilNotFit(RemediationError):
    def __init__(self, most: int, *, earliest: dt.date) -> None:
        super().__init__(
            _("Ngày phải sau ngày %(earliest)s và trong %(most)d ngày tới.")
            % {"earliest": f"{earliest:%d/%m/%Y}", "most": most}
        )


class DueOutOfReach(RemediationError):
    """A day before the period that is reviewed, or beyond any plan: a slip of the pen."""

    def __init__(self, earliest: dt.date, latest: dt.date) -> None:
        super().__init__(
            _("Ngày ghi phải trong khoảng từ %(earliest)s đến %(latest)s.")
            % {"earliest": f"{earliest:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"}
        )


class MilestoneAfterDue(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _("Mốc đầu tiên và hạn của từng bước không được sau thời hạn của cả việc.")
        )


class PlannedValueNegative(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Mức phải đạt không được là số âm."))


class DueNeedsExtension(RemediationError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Kế hoạch đã ban hành: muốn lùi hoặc bỏ thời hạn, hãy đề nghị gia hạn ở trang của "
                "biện pháp."
            )
        )


class AskedAlready(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Đã có đề nghị đang chờ trả lời. Hãy đợi trả lời đề nghị đó."))


class AnsweredAlready(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Đề nghị này đã được trả lời."))


class NewOwnerMissing(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn một người hoặc một tổ chức nhận bàn giao."))


class OwnerUnchanged(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Nơi nhận bàn giao đang chủ trì việc này rồi."))


class LinkNotFit(RemediationError):
    def __init__(self) -> None:
        super().__init__(_("Địa chỉ tài liệu phải bắt đầu bằng http:// hoặc https://."))
