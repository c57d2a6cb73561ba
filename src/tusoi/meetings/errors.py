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
    """Carries the names of those whose vote was called and not reconciled or voided."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            _(
                "Còn %(count)d lần bỏ phiếu chưa khớp kết quả: %(names)s. Hãy nhập cho khớp hoặc "
                "hủy lần bỏ phiếu đó trước khi kết thúc hội nghị."
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
