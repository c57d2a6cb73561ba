from django.utils.translation import gettext as _

from tusoi.units.errors import AccessError, NotPermitted


__all__ = [
    "AccessError",
    "AccountLocked",
    "AlreadyGranted",
    "AlreadyHasAccount",
    "EndsBeforeStart",
    "NotPermitted",
    "OwnAccount",
]


class OwnAccount(AccessError):
    def __init__(self) -> None:
        super().__init__(
            _("Không tự giao vai trò, tự khóa hay tự đặt lại tài khoản của mình; nhờ người khác.")
        )


class AlreadyHasAccount(AccessError):
    def __init__(self) -> None:
        super().__init__(_("Người này đã có tài khoản."))


class EndsBeforeStart(AccessError):
    def __init__(self) -> None:
        super().__init__(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."))


class AlreadyGranted(AccessError):
    def __init__(self) -> None:
        super().__init__(
            _("Tài khoản đang có vai trò này ở đơn vị này; thu hồi trước rồi giao lại.")
        )


class AccountLocked(AccessError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản đang khóa; mở lại trước."))
