"""Refusals of this room; each is a sentence for the person who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class RatingError(Exception):
    """A refusal that a person may read."""


class SubjectNotRated(RatingError):
    """The rulebook says that this subject is reviewed and not rated."""

    def __init__(self, reason: str) -> None:
        super().__init__(_("Đối tượng này không xếp loại: %(reason)s.") % {"reason": reason})


class NotReviewedYet(RatingError):
    def __init__(self) -> None:
        super().__init__(
            _("Chưa kiểm điểm thì chưa xếp loại. Hãy kết luận hội nghị kiểm điểm trước.")
        )


class PreconditionsNotMet(RatingError):
    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(_("Chưa xếp loại được: %(titles)s.") % {"titles": "; ".join(titles)})


class LevelUnknown(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Bộ quy tắc của đợt không có mức này. Hãy chọn trong danh sách."))


class OverrideNeedsReasons(RatingError):
    def __init__(self, level: str) -> None:
        super().__init__(
            _(
                "Mức “%(level)s” khác với mức quy tắc cho phép theo dữ kiện đang có. Nếu vẫn "
                "chọn, hãy ghi rõ lý do."
            )
            % {"level": level}
        )


class PresumptionNeedsGrounds(RatingError):
    """Only a trigger that an authority may set aside stands against the level."""

    def __init__(self, level: str, titles: Sequence[str]) -> None:
        super().__init__(
            _(
                "Mức “%(level)s” chỉ được chọn khi cấp có thẩm quyền xem xét lại: %(titles)s. Nếu "
                "chọn, hãy ghi rõ căn cứ ở phần lý do."
            )
            % {"level": level, "titles": "; ".join(titles)}
        )


class NoLevelMatches(RatingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Điểm và điều kiện không khớp mức nào của quy định; cấp có thẩm quyền quyết định. "
                "Hãy ghi rõ lý do."
            )
        )


class LevelBlocked(RatingError):
    """In a batch, nothing goes beyond the rules."""

    def __init__(self, level: str, titles: Sequence[str]) -> None:
        super().__init__(
            _(
                "Quy tắc không cho phép mức “%(level)s”, vì: %(titles)s. Muốn quyết định khác, "
                "hãy mở từng đối tượng và ghi lý do."
            )
            % {"level": level, "titles": "; ".join(titles)}
        )


class FactsImpossible(RatingError):
    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))


class NotYetDecided(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Chưa có quyết định xếp loại nên chưa có gì để xếp loại lại."))


class AgainNeedsGrounds(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do xếp loại lại: sự việc, văn bản kết luận."))


class AgainNotForeseen(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Bộ quy tắc của đợt không có trường hợp xếp loại lại này."))


class AlreadyDecided(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Mức xếp loại này đã được quyết định nên không thay đổi được nữa."))


class AlreadyAppraised(RatingError):
    def __init__(self) -> None:
        super().__init__(
            _("Đề xuất này đã được thẩm định. Muốn đề xuất lại, hãy đề nghị rút thẩm định trước.")
        )


class NotYetProposed(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Chưa có đề xuất mức xếp loại nên chưa làm được bước này."))


class ProposerMayNotAppraise(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Người đã đề xuất không tự thẩm định đề xuất của mình."))


class VoteNotUsable(RatingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Lần bỏ phiếu đã chọn chưa ký biên bản kiểm phiếu, đã hủy hoặc là của đối tượng "
                "khác."
            )
        )


class FactNotEnterable(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Quy tắc đối với đối tượng này không dùng dữ kiện vừa nhập."))


class FactNotUnderstood(RatingError):
    """A value that its fact can't have; the sentence says which and what is expected."""


class FactNeedsSource(RatingError):
    def __init__(self, title: str) -> None:
        super().__init__(
            _("Hãy ghi nguồn của dữ kiện “%(title)s” (văn bản, người xác nhận).")
            % {"title": title}
        )


class NothingToWithdraw(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Không có bước nào chưa quyết định để rút lại."))


class WithdrawalNeedsReason(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi lý do rút lại."))


class OrderNotKept(RatingError):
    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))


class NothingToDecide(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn ít nhất một đối tượng để quyết định."))


class QuotaExceeded(RatingError):
    """A batch would put more at the best level than the quota allows; it picks nobody."""

    def __init__(self, *, group: str, count: int, limit: int) -> None:
        over = count - limit
        super().__init__(
            ngettext(
                "Vượt tỷ lệ ở nhóm %(group)s: %(count)d hoàn thành xuất sắc, tối đa %(limit)d, "
                "vượt %(over)d. Hãy xem xét lại, hoặc ghi rõ lý do vượt tỷ lệ.",
                "Vượt tỷ lệ ở nhóm %(group)s: %(count)d hoàn thành xuất sắc, tối đa %(limit)d, "
                "vượt %(over)d. Hãy xem xét lại, hoặc ghi rõ lý do vượt tỷ lệ.",
                over,
            )
            % {"group": group, "count": count, "limit": limit, "over": over}
        )


class ExceptionNotForeseen(RatingError):
    def __init__(self) -> None:
        super().__init__(
            _("Nhóm này không có trong đợt, hoặc bộ quy tắc của đợt không có tỷ lệ cao hơn.")
        )


class ExceptionNeedsGrounds(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi căn cứ cho áp dụng tỷ lệ cao hơn: kết quả nổi trội nào."))


class ExceptionAlreadyGranted(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Nhóm này đang được áp dụng tỷ lệ cao hơn."))


class ExceptionNotInForce(RatingError):
    def __init__(self) -> None:
        super().__init__(_("Nhóm này không còn được áp dụng tỷ lệ cao hơn."))


class ExceptionInUse(RatingError):
    """Decisions rest on the greater share; it can't be taken from under them."""

    def __init__(self, *, count: int, limit: int) -> None:
        super().__init__(
            _(
                "Đã quyết định %(count)d hoàn thành xuất sắc theo tỷ lệ này, quá mức tối đa "
                "%(limit)d khi thôi áp dụng. Hãy xếp loại lại trước."
            )
            % {"count": count, "limit": limit}
        )


@dataclass(frozen=True)
class Refusal:
    """One subject of a batch that can't be decided, and why."""

    obligation_id: int
    name: str
    sentence: str


class BatchRefused(RatingError):
    """Nothing of the batch was decided; each subject in the way has its sentence."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(
            " ".join(f"{one.name}: {one.sentence}" for one in self.refusals)
            if len(self.refusals) == 1
            else _("Chưa quyết định được cả đợt; không có đối tượng nào được ghi.")
        )
