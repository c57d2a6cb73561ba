"""Refusals of the meeting room, each a sentence that the secretary may read."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class MeetingError(Exception):
    """A refusal that a person may read."""


class CycleNotOpen(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Đợt kiểm điểm này chưa mở hoặc đã kết thúc, không lập hội nghị được."))


class UnitOutsideCycle(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Tổ chức đảng này không thuộc đợt kiểm điểm đã chọn."))


class AgendaIsEmpty(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn ít nhất một bản kiểm điểm để đưa vào chương trình."))


class ReviewNotForThisAgenda(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Có hồ sơ không thuộc đơn vị này, đã kiểm điểm, hoặc đang nằm trong chương trình "
                "của hội nghị khác. Hãy chọn lại."
            )
        )


class MeetingNotPlanned(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị đã khai mạc hoặc đã hủy, không sửa việc triệu tập được nữa."))


class OpensBeforeItsDay(MeetingError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _(
                "Hội nghị được triệu tập họp ngày %(day)s, chưa đến ngày họp. Nếu họp sớm hơn, "
                "hãy ghi thời gian họp thực tế rồi khai mạc."
            )
            % {"day": f"{day:%d/%m/%Y}"}
        )


class MeetingNotUnderWay(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Việc này chỉ làm được khi hội nghị đang họp."))


class MeetingNotClosed(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ mở lại được hội nghị đã kết thúc."))


class MeetingIsOver(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị đã kết thúc hoặc đã hủy, không sửa danh sách dự được nữa."))


class ReasonMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do."))


class ExcuseMissing(MeetingError):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(_("Hãy ghi lý do vắng mặt của: %(names)s.") % {"names": ", ".join(names)})


class NotSummoned(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Có người không nằm trong danh sách triệu tập của hội nghị này."))


class AlreadySummoned(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Người này đã có trong danh sách dự."))


class OnlyGuestsAreRemoved(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _("Chỉ bỏ được đại biểu mời; người được triệu tập vắng thì điểm danh là vắng.")
        )


class GuestNameMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn người hoặc ghi họ tên, chức vụ của đại biểu mời."))


class OfficerMustBePresent(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Người chủ trì và thư ký phải là người có mặt tại hội nghị."))


class OfficersMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi người chủ trì và thư ký trước khi kết thúc hội nghị."))


class SpeakerMustBePresent(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ ghi ý kiến của người có mặt tại hội nghị."))


class RemarkIsEmpty(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi nội dung ý kiến."))


class ConclusionMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi kết luận của hội nghị về nội dung này."))


class ItemNotOpen(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _("Nội dung này đã kết luận hoặc đã hoãn. Muốn sửa, hãy mở lại và ghi lý do.")
        )


class ItemStillOpen(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Nội dung này chưa kết luận, không có gì để mở lại."))


class ItemMovedOn(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _("Hồ sơ này đã nằm trong chương trình của hội nghị khác, không lấy lại được.")
        )


class ReviewNotSubmitted(MeetingError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s chưa nộp bản kiểm điểm, hội nghị chưa kết luận được. Hãy nộp bản kiểm "
                "điểm hoặc chuyển nội dung này sang hội nghị khác."
            )
            % {"name": name}
        )


class ReviewNoLongerExpected(MeetingError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s không còn thuộc diện kiểm điểm của đợt này. Hãy hoãn nội dung này.")
            % {"name": name}
        )


class QuorumNotReached(MeetingError):
    def __init__(self, *, present: int, needed: int) -> None:
        super().__init__(
            _(
                "Mới có %(present)d người có quyền biểu quyết dự họp, cần %(needed)d. Hãy điểm "
                "danh lại, hoãn nội dung này, hoặc ghi rõ lý do vẫn kết luận."
            )
            % {"present": present, "needed": needed}
        )


class AlreadyRated(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã được xếp loại, không mở lại kết luận được."))


class ItemsStillOpen(MeetingError):
    """Carries the names of what has neither been concluded nor postponed."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            _("Còn %(count)d nội dung chưa kết luận và chưa hoãn: %(names)s.")
            % {"count": len(names), "names": ", ".join(names)}
        )


class VotesNotCounted(MeetingError):
    """Carries the names of those on whom a vote was opened, not signed and not voided."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            _(
                "Còn %(count)d nội dung bỏ phiếu chưa ký biên bản kiểm phiếu: %(names)s. Hãy kiểm "
                "phiếu, ký biên bản hoặc hủy lần bỏ phiếu đó trước khi kết thúc hội nghị."
            )
            % {"count": len(names), "names": ", ".join(names)}
        )


class AttendanceIncomplete(MeetingError):
    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "Còn %(count)d người chưa điểm danh.", "Còn %(count)d người chưa điểm danh.", count
            )
            % {"count": count}
        )


class PostponedToSameMeeting(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn một hội nghị khác của đơn vị, chưa khai mạc."))


class OrderNeedsReason(MeetingError):
    """The agenda stands in another order than the rulebook's; it names the rules."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(
            _(
                "Chương trình xếp khác trình tự quy định: %(rules)s. Hãy xếp lại, hoặc ghi lý do "
                "xếp khác."
            )
            % {"rules": "; ".join(titles)}
        )


class OutOfOrder(MeetingError):
    """Something has to be reviewed first, and no reason helps."""

    def __init__(self, rule: str, names: Sequence[str]) -> None:
        super().__init__(
            _(
                "Chưa kết luận được nội dung này. %(rule)s: còn %(names)s chưa kiểm điểm. Hãy kết "
                "luận các nội dung đó trước, hoặc chuyển nội dung này sang hội nghị khác."
            )
            % {"rule": rule, "names": ", ".join(names)}
        )


class OutOfOrderNeedsReason(MeetingError):
    """Something should be reviewed first; with a reason the meeting may go on."""

    def __init__(self, rule: str, names: Sequence[str]) -> None:
        super().__init__(
            _(
                "%(rule)s: còn %(names)s chưa kiểm điểm. Hãy kết luận các nội dung đó trước, hoặc "
                "ghi lý do kết luận nội dung này trước."
            )
            % {"rule": rule, "names": ", ".join(names)}
        )


class ReplyNotYours(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ người được triệu tập hoặc thư ký ghi được trả lời này."))


class ReplyReasonMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Xin vắng thì hãy ghi lý do."))


class DocumentsNotNamed(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi những tài liệu đã gửi và cách gửi."))


class DocumentsSentLater(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Thời điểm gửi tài liệu không thể ở sau lúc này."))


class DocumentsLate(MeetingError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _(
                "Tài liệu phải được gửi chậm nhất ngày %(day)s. Hãy lùi ngày họp, hoặc ghi lý do "
                "gửi muộn."
            )
            % {"day": f"{day:%d/%m/%Y}"}
        )


class NotHereYet(MeetingError):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            _("Chỉ ghi giờ về của người đang có mặt. Hãy xem lại: %(names)s.")
            % {"names": ", ".join(names)}
        )


class TimesOutOfOrder(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Giờ về phải sau giờ đến, và cả hai không thể ở sau lúc này."))


class SpeakerMustBeNamed(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị này ghi tên mọi người góp ý. Hãy chọn người góp ý."))


class SpeakersAreNotNamed(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị này không ghi tên người góp ý. Hãy bỏ chọn người góp ý."))


class AnswerIsEmpty(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi nội dung tiếp thu, giải trình."))


class CorrectionIsEmpty(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi nội dung đề nghị sửa."))


class CorrectionStateUnchanged(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Đề nghị này đã được xử lý. Hãy tải lại trang để xem kết quả."))


class CorrectionNotYours(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _("Chỉ người viết bản kiểm điểm hoặc thư ký hội nghị ghi được kết quả sửa.")
        )


class MinutesMissing(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị chưa khai mạc nên chưa có biên bản."))


class MinutesNotDraft(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Biên bản đã được thông qua, không sửa được nữa. Muốn sửa, hãy đưa về dự thảo "
                "hoặc lập bản sửa và ghi lý do."
            )
        )


class MinutesNotApproved(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Biên bản chưa được thông qua hoặc đã ký xong."))


class MinutesNotLocked(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ lập bản sửa khi biên bản hiện tại đã ký xong."))


class MinutesTextUnknown(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Đoạn này không thuộc biên bản. Hãy tải lại trang."))


class MinutesTextsDiffer(MeetingError):
    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "Còn %(count)d đoạn có hai bản ghi khác nhau. Hãy chọn một bản trước khi thông "
                "qua.",
                "Còn %(count)d đoạn có hai bản ghi khác nhau. Hãy chọn một bản trước khi thông "
                "qua.",
                count,
            )
            % {"count": count}
        )


class MinutesVersionUnknown(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hai bản ghi này đã được xử lý. Hãy tải lại trang."))


class MinutesRequestsOpen(MeetingError):
    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "Còn %(count)d đề nghị sửa biên bản chưa xử lý.",
                "Còn %(count)d đề nghị sửa biên bản chưa xử lý.",
                count,
            )
            % {"count": count}
        )


class NotAtThisMeeting(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ người dự hội nghị đề nghị sửa được biên bản."))


class ApprovalNotYours(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ người chủ trì hoặc thư ký hội nghị ghi được việc thông qua."))


class SignatureNotYours(MeetingError):
    def __init__(self) -> None:
        super().__init__(
            _("Chỉ chính người ký, hoặc thư ký đã thấy chữ ký trên bản giấy, ghi được việc này.")
        )


class AlreadySigned(MeetingError):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s đã ký biên bản này.") % {"name": name})


class NoDocumentChosen(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn ít nhất một tệp tài liệu."))


class DocumentRemoved(MeetingError):
    def __init__(self, name: str) -> None:
        super().__init__(_("Tài liệu “%(name)s” đã được gỡ trước đó.") % {"name": name})


class DocumentsOfMeetingOver(MeetingError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị đã kết thúc hoặc đã hủy, không thêm tài liệu được nữa."))
