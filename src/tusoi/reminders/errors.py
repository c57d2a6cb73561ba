from django.utils.translation import gettext as _


class ReminderError(Exception):
    """A refusal that a person may read."""


class ReminderDemanded(ReminderError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            _("Không tắt được nhắc việc “%(kind)s”: quy định yêu cầu làm việc này.")
            % {"kind": kind}
        )


class NotForSystem(ReminderError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này không nhận nhắc việc."))


class OnlySystemSends(ReminderError):
    def __init__(self) -> None:
        super().__init__(_("Chỉ hệ thống gửi thư nhắc việc."))


class ConfirmationNotFit(ReminderError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Liên kết xác nhận đã hết hạn hoặc không đúng địa chỉ đang ghi. Hãy bấm “Gửi thư "
                "xác nhận” để nhận liên kết mới."
            )
        )
