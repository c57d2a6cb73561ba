"""Refusals of the ballot room. None of them tells what somebody chose or entered."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class BallotError(Exception):
    """A refusal that a person may read."""


# Preparing


class MeetingNotUnderWay(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ bỏ phiếu khi hội nghị đang họp."))


class ReviewNotConcluded(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị chưa kết luận về hồ sơ này nên chưa bỏ phiếu xếp loại."))


class SubjectNotRated(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Đối tượng này kiểm điểm nhưng không xếp loại, không có bỏ phiếu."))


class SubjectOnAnotherPoll(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Hồ sơ này đã có một lần bỏ phiếu. Muốn làm lại, hãy hủy lần đó và ghi lý do.")
        )


class QuestionNotUnderstood(BallotError):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class TooManyQuestions(BallotError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("Một phiếu có nhiều nhất %(most)d câu hỏi. Hãy tách thành nhiều lần bỏ phiếu.")
            % {"most": most}
        )


class NoQuestions(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Phiếu chưa có câu hỏi nào. Hãy thêm ít nhất một câu hỏi."))


class WrongState(BallotError):
    """The step does not fit where the poll stands; it says where that is."""

    def __init__(self, state: str) -> None:
        super().__init__(
            _("Lần bỏ phiếu này %(state)s nên không làm được việc đó. Hãy tải lại trang.")
            % {"state": state}
        )


# Opening


class NobodyMayVote(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Chưa có người nào được biểu quyết có mặt. Hãy điểm danh trước khi bỏ phiếu.")
        )


class AttendanceNotTaken(BallotError):
    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "Còn %(count)d người có quyền biểu quyết chưa điểm danh. Danh sách bỏ phiếu chốt "
                "khi mở nên phải điểm danh xong trước.",
                "Còn %(count)d người có quyền biểu quyết chưa điểm danh. Danh sách bỏ phiếu chốt "
                "khi mở nên phải điểm danh xong trước.",
                count,
            )
            % {"count": count}
        )


class NoChair(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi người chủ trì hội nghị trước khi mở bỏ phiếu."))


class TellersMissing(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Cần ít nhất hai người kiểm phiếu có mặt tại hội nghị, không kể người chủ trì.")
        )


class TellerIsRated(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Người kiểm phiếu không được là người được bỏ phiếu xếp loại trong lần này.")
        )


class WarningNotRead(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Ít người bỏ phiếu: hội nghị phải được nghe cảnh báo rồi mới mở bỏ phiếu.")
        )


class RehearsalNeedsCodes(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ bỏ phiếu thử với phiếu bốc mã; phiếu giấy không cần thử."))


class PaperPartTooSmall(BallotError):
    def __init__(self, least: int) -> None:
        super().__init__(
            _(
                "Mỗi cách bỏ phiếu phải có ít nhất %(least)d người, nếu không sẽ đoán được ai bỏ "
                "phiếu gì. Hãy dùng chung một máy tính bảng, hoặc tất cả bỏ phiếu giấy."
            )
            % {"least": least}
        )


# During the vote


class NotOnTheRoster(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Có người không thuộc danh sách chốt khi mở bỏ phiếu. Người đến sau chờ lần bỏ "
                "phiếu tiếp theo."
            )
        )


class CodeUnknown(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Không có mã phiếu này. Hãy xem lại từng ký tự trên phiếu."))


class CodeUsed(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Mã này đã bỏ phiếu nên không đổi được. Nếu người cầm phiếu chưa bỏ, hãy hủy, "
                "bỏ phiếu lại."
            )
        )


class MarksNotUnderstood(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Phiếu gửi đến không đúng với các câu hỏi. Hãy tải lại trang."))


class PollNotOpen(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Lần bỏ phiếu này chưa mở hoặc đã đóng. Phiếu chưa vào hòm."))


class NoSpares(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Không còn phiếu dự phòng. Người bị hỏng phiếu chờ làm lại."))


class SparesAsked(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Phiếu dự phòng đã được đề nghị hoặc đã được dùng."))


class SparesNotAsked(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chưa có ai đề nghị dùng phiếu dự phòng."))


class SparesNeedSecondPerson(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Người đề nghị không tự đồng ý dùng phiếu dự phòng; cần một người khác xác nhận.")
        )


# Counting


class FiguresDoNotAddUp(BallotError):
    """Carries one sentence for every equation that does not hold."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problems))


class TwoPeopleEnteredAlready(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Hai người khác đã nhập kết quả lần bỏ phiếu này; chỉ hai người đó nhập lại được.")
        )


class NothingEntered(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này chưa nhập kết quả của lần bỏ phiếu này."))


class TalliesDoNotAgree(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Hai người kiểm phiếu chưa nhập xong hoặc chưa khớp nhau nên chưa mở hòm được.")
        )


class WordsNotRight(BallotError):
    def __init__(self, left: int) -> None:
        super().__init__(
            ngettext(
                "Từ khóa chưa đúng. Hãy đọc lại từng từ trên phong bì. Còn %(left)d lần thử.",
                "Từ khóa chưa đúng. Hãy đọc lại từng từ trên phong bì. Còn %(left)d lần thử.",
                left,
            )
            % {"left": left}
        )


class UrnLocked(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Đã nhập sai từ khóa năm lần, hòm phiếu tạm khóa. Người tổ chức hội nghị mở khóa "
                "và ghi lý do, hoặc hủy, bỏ phiếu lại."
            )
        )


class UrnNotLocked(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hòm phiếu không bị khóa."))


class UrnDamaged(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Hòm phiếu không còn nguyên như khi đóng. Không kiểm được; hãy hủy, bỏ phiếu lại.")
        )


class CountDiffers(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Kiểm lại ra kết quả khác với biên bản. Hãy báo cáo cấp trên trực tiếp.")
        )


class KeyDestroyed(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Khóa hòm phiếu đã hủy, không mở lại được nữa."))


class SignersMissing(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Biên bản kiểm phiếu phải có chữ ký của người chủ trì và tất cả người kiểm phiếu.")
        )


class ComplaintsStillPossible(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Còn trong thời hạn kiến nghị về kết quả kiểm phiếu, chưa hủy khóa."))


# Voiding


class ReasonMissing(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do."))


class PollIsVoid(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Lần bỏ phiếu này đã hủy."))


class PollNotVoid(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ làm lại một lần bỏ phiếu đã hủy và chưa được làm lại."))


class VoidNotAsked(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chưa có ai đề nghị hủy lần bỏ phiếu này."))


class VoidAskedAlready(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Đã có đề nghị hủy lần bỏ phiếu này, đang chờ người thứ hai."))


class VoidNeedsSecondPerson(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Người đề nghị hủy không tự đồng ý được; cần một người khác xác nhận."))


class AlreadyDecided(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Mức xếp loại đã được quyết định, không hủy lần bỏ phiếu được nữa."))
