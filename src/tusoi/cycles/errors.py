from collections.abc import Sequence

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise


class CycleError(Exception):
    """A refusal that a person may read."""


class CycleNotDraft(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Đợt kiểm điểm này đã mở nên không sửa được nữa."))


class CycleNotOpen(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Đợt kiểm điểm này chưa mở hoặc đã kết thúc."))


class CycleCannotOpen(CycleError):
    """The preview found problems; each is one sentence."""

    def __init__(self, problems: Sequence[StrOrPromise]) -> None:
        self.problems = tuple(str(problem) for problem in problems)
        super().__init__(" ".join(self.problems))


class CalendarIncomplete(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Lịch phải có thời hạn nộp bản kiểm điểm cho từng loại đối tượng."))


class PeriodReversed(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Ngày cuối của kỳ kiểm điểm phải sau ngày đầu."))


class SettingUnknown(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Bộ quy tắc không có lựa chọn này. Hãy chọn lại trong danh sách."))


class ObligationCancelled(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã thôi tính trong đợt kiểm điểm."))


class StepOutOfOrder(CycleError):
    def __init__(self) -> None:
        super().__init__(
            _("Thời điểm ghi nhận sớm hơn lần ghi nhận trước của hồ sơ. Hãy kiểm tra lại ngày.")
        )


class ReasonMissing(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ lý do."))


class SubjectOutside(CycleError):
    """Nobody of that kind is here; or the unit where it counts is no part of the cycle yet."""

    def __init__(self, unit: str = "") -> None:
        if unit:
            sentence = _("%(unit)s chưa có trong đợt kiểm điểm. Hãy bổ sung tổ chức đó trước.")
            super().__init__(sentence % {"unit": unit})
            return
        super().__init__(_("Đối tượng này không thuộc phạm vi của đợt kiểm điểm."))


class SubjectExcused(CycleError):
    def __init__(self, rule: str) -> None:
        super().__init__(
            _("Theo bộ quy tắc của đợt, đối tượng này không phải kiểm điểm: %(rule)s.")
            % {"rule": rule}
        )


class NoReceiver(CycleError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s hiện không sinh hoạt chính thức ở chi bộ nào khác của đợt nên chưa bàn "
                "giao được. Hãy ghi chuyển sinh hoạt trước."
            )
            % {"name": name}
        )


class AlreadyDealtWith(CycleError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Hồ sơ của %(name)s đã kiểm điểm ở hội nghị hoặc đã xếp loại nên tính tiếp ở đơn "
                "vị đã làm việc đó."
            )
            % {"name": name}
        )


class ChangedSince(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Hồ sơ này đã có điều chỉnh sau đó nên không hoàn tác được lần này."))


class RootOfOpenCycle(CycleError):
    def __init__(self, unit: str, cycle: str) -> None:
        super().__init__(
            _(
                "%(unit)s đang tổ chức đợt “%(cycle)s”, đợt này chưa kết thúc. Hãy kết thúc đợt "
                "trước khi sáp nhập, chia hoặc giải thể."
            )
            % {"unit": unit, "cycle": cycle}
        )


class SubjectAlreadyExpected(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Đối tượng này đã có hồ sơ trong đợt kiểm điểm."))


class ExceptionEndsTooSoon(CycleError):
    def __init__(self) -> None:
        super().__init__(_("Thời hạn được phép nộp muộn phải ở sau thời điểm hiện tại."))


class ClassUnknown(CycleError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Bộ quy tắc của đợt không có loại đối tượng hoặc khối này. Hãy chọn trong danh "
                "sách."
            )
        )


class ClassAlreadyUsed(CycleError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Bản kiểm điểm đã nộp theo mẫu của loại đối tượng hiện nay nên không đổi được. "
                "Hãy trả lại bản kiểm điểm rồi đổi."
            )
        )
