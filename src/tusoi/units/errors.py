import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def _day(day: dt.date) -> str:
    return date_format(day, "j/n/Y")


class AccessError(Exception):
    """A refusal for want of a right; it stands here because this room already refuses."""


class NotPermitted(AccessError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này không được giao quyền làm việc đó ở đơn vị này."))


class UnitError(Exception):
    """A refusal that a person may read."""


class EffectiveInFuture(UnitError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _("Ngày %(day)s chưa đến. Hãy ghi thay đổi vào đúng ngày có hiệu lực hoặc sau đó.")
            % {"day": _day(day)}
        )


class BeforeLastChange(UnitError):
    def __init__(self, name: str, day: dt.date) -> None:
        super().__init__(
            _(
                "%(name)s đã có thay đổi từ ngày %(day)s. Ngày có hiệu lực không được trước ngày "
                "đó; hãy chọn ngày muộn hơn."
            )
            % {"name": name, "day": _day(day)}
        )


class UnitNotYetFounded(UnitError):
    def __init__(self, name: str, day: dt.date) -> None:
        super().__init__(
            _("%(name)s thành lập ngày %(day)s, chưa có vào ngày đã chọn. Hãy chọn ngày muộn hơn.")
            % {"name": name, "day": _day(day)}
        )


class UnitClosed(UnitError):
    def __init__(self, name: str, day: dt.date) -> None:
        super().__init__(
            _("%(name)s đã kết thúc hoạt động từ ngày %(day)s. Hãy chọn tổ chức đảng khác.")
            % {"name": name, "day": _day(day)}
        )


class KindDoesNotFit(UnitError):
    def __init__(self, *, kind: str, parent_kind: str) -> None:
        super().__init__(
            _(
                "Loại “%(kind)s” không thể trực thuộc loại “%(parent_kind)s”. Hãy chọn loại khác "
                "hoặc cấp trên khác."
            )
            % {"kind": kind, "parent_kind": parent_kind}
        )


class CircularTree(UnitError):
    def __init__(self, name: str, below: str) -> None:
        super().__init__(
            _(
                "%(name)s không thể trực thuộc %(below)s, vì %(below)s là chính nó hoặc nằm bên "
                "dưới nó vào thời gian đó. Hãy chọn cấp trên khác."
            )
            % {"name": name, "below": below}
        )


class SecondRoot(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Đã có tổ chức đảng cao nhất của hệ thống. Hãy chọn tổ chức đảng cấp trên.")
        )


class RootStays(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s là tổ chức đảng cao nhất của hệ thống nên không chuyển, sáp nhập hay "
                "giải thể được."
            )
            % {"name": name}
        )


class CodeTaken(UnitError):
    def __init__(self, code: str) -> None:
        super().__init__(_("Mã “%(code)s” đã được dùng. Hãy chọn mã khác.") % {"code": code})


class NothingChanges(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Nội dung mới giống hệt nội dung đang có; không có gì để ghi."))


class ChildrenRemain(UnitError):
    def __init__(self, name: str, count: int) -> None:
        super().__init__(
            ngettext(
                "Vào ngày đó hoặc sau đó %(name)s còn %(count)s tổ chức đảng trực thuộc. Hãy "
                "chuyển hoặc giải thể tổ chức đó trước.",
                "Vào ngày đó hoặc sau đó %(name)s còn %(count)s tổ chức đảng trực thuộc. Hãy "
                "chuyển hoặc giải thể các tổ chức đó trước.",
                count,
            )
            % {"name": name, "count": count}
        )


class MembersRemain(UnitError):
    def __init__(self, name: str, count: int) -> None:
        super().__init__(
            ngettext(
                "Vào ngày đó hoặc sau đó %(name)s còn %(count)s đảng viên. Hãy chuyển sinh hoạt "
                "cho đảng viên đó trước.",
                "Vào ngày đó hoặc sau đó %(name)s còn %(count)s đảng viên. Hãy chuyển sinh hoạt "
                "cho các đảng viên đó trước.",
                count,
            )
            % {"name": name, "count": count}
        )


class HasNoMembers(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s không phải là chi bộ nên không trực tiếp có đảng viên. Hãy chọn chi bộ.")
            % {"name": name}
        )


class NothingToMerge(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Hãy chọn ít nhất một tổ chức đảng để sáp nhập vào tổ chức khác."))


class MergesWithItself(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "%(name)s vừa được chọn để sáp nhập vừa là nơi tiếp nhận hoặc nằm dưới nhau. Hãy "
                "bỏ chọn một trong các tổ chức đó."
            )
            % {"name": name}
        )


class NoParts(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Hãy nhập ít nhất một tổ chức đảng mới được chia tách ra."))


class ChosenTwice(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Có đảng viên hoặc tổ chức được chọn vào hai nơi. Mỗi mục chỉ chọn vào một nơi.")
        )


class NotOfThisUnit(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Có đảng viên hoặc tổ chức được chọn không thuộc %(name)s vào ngày có hiệu lực. "
                "Hãy tải lại trang và chọn lại."
            )
            % {"name": name}
        )


class NotACellMember(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Đảng viên chưa có nơi sinh hoạt chính thức. Hãy ghi nơi sinh hoạt trước.")
        )


class AlreadyInACell(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "Đảng viên đang sinh hoạt chính thức tại %(name)s trong thời gian đó; một đảng "
                "viên không sinh hoạt chính thức ở hai chi bộ. Hãy dùng chuyển sinh hoạt."
            )
            % {"name": name}
        )


class AlreadyThere(UnitError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Đảng viên đã có nơi sinh hoạt tại %(name)s trong thời gian đó.") % {"name": name}
        )


class DatesOutOfOrder(UnitError):
    def __init__(self, start: dt.date) -> None:
        super().__init__(
            _("Ngày kết thúc không được trước ngày bắt đầu (%(start)s).") % {"start": _day(start)}
        )


class BeforeBirth(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Ngày đã chọn trước ngày sinh của người này. Hãy kiểm tra lại."))


class TooYoungToJoin(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Vào ngày vào Đảng người này chưa đủ 18 tuổi. Hãy kiểm tra ngày sinh và ngày đó.")
        )


class BeforeAdmission(UnitError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _("Ngày đã chọn trước ngày vào Đảng (%(day)s). Hãy kiểm tra lại.") % {"day": _day(day)}
        )


class OfficialBeforeAdmission(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Ngày chính thức không được trước ngày vào Đảng."))


class HasLeftTheParty(UnitError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            _("Người này đã ra khỏi Đảng từ ngày %(day)s nên không ghi được việc này.")
            % {"day": _day(day)}
        )


class AlreadyAMember(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Người này đã có hồ sơ đảng viên."))


class NotAFullMember(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Chỉ đảng viên chính thức được giữ chức vụ trong cấp ủy; vào ngày đó người này "
                "chưa là đảng viên chính thức."
            )
        )


class PostTaken(UnitError):
    def __init__(self, holder: str) -> None:
        super().__init__(
            _("%(holder)s đang giữ chức vụ này trong thời gian đó. Hãy kết thúc chức vụ đó trước.")
            % {"holder": holder}
        )


class PostAlreadyHeld(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Người này đã giữ đúng chức vụ đó trong thời gian đó."))


class AlreadyEnded(UnitError):
    def __init__(self, day: dt.date) -> None:
        super().__init__(_("Việc này đã kết thúc từ ngày %(day)s.") % {"day": _day(day)})


class WrongCollective(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Tập thể lãnh đạo, quản lý đã chọn không thuộc tổ chức đảng này hoặc đã kết thúc.")
        )


class CollectiveNeeded(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Chức vụ này là của một tập thể lãnh đạo, quản lý. Hãy chọn tập thể đó.")
        )


class StandingOverlaps(UnitError):
    def __init__(self) -> None:
        super().__init__(
            _("Đã ghi tình trạng này trong thời gian đó. Hãy kết thúc lần ghi trước.")
        )


class AlreadyRecorded(UnitError):
    def __init__(self) -> None:
        super().__init__(_("Quyết định này đã được ghi, với cùng nội dung."))


class DisciplineDoesNotApply(UnitError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            _("Hình thức “%(kind)s” không áp dụng cho đối tượng này theo Điều lệ Đảng.")
            % {"kind": kind}
        )
