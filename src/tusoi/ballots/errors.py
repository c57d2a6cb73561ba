"""Refusals of the ballot room. None of them tells what the other person entered."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class BallotError(Exception):
    """A refusal that a person may read."""


class MeetingNotUnderWay(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ bỏ phiếu khi hội nghị đang họp."))


class ReviewNotConcluded(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hội nghị chưa kết luận về hồ sơ này nên chưa bỏ phiếu xếp loại."))


class SubjectNotRated(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Đối tượng này kiểm điểm nhưng không xếp loại, không có bỏ phiếu."))


class NobodyMayVote(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Chưa có người nào được biểu quyết có mặt. Hãy điểm danh trước khi bỏ phiếu.")
        )


class RoundInForce(BallotError):
    def __init__(self) -> None:
        super().__init__(
            _("Hồ sơ này đã có một lần bỏ phiếu. Muốn làm lại, hãy hủy lần đó và ghi lý do.")
        )


class RoundNotOpen(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Lần bỏ phiếu này đã khớp hoặc đã hủy, không nhập thêm được."))


class RoundIsVoid(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Lần bỏ phiếu này đã hủy."))


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


class ReasonMissing(BallotError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do hủy lần bỏ phiếu."))


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
