from django.utils.translation import gettext as _


class AccessError(Exception):
    """A refusal for want of a right; it stands here because this room already refuses."""


class NotPermitted(AccessError):
    def __init__(self) -> None:
        super().__init__(_("Tài khoản này không được giao quyền làm việc đó ở đơn vị này."))


class UnitError(Exception):
    """A refusal that a person may read."""
