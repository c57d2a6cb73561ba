import datetime as dt
from typing import Any, cast

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import RoleKey
from tusoi.units.models import Unit
from tusoi.web.forms import DayField


class _OwnWords:
    """Our label on each of allauth's fields, and none inside it."""

    labels: dict[str, StrOrPromise] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class SignInForm(_OwnWords, LoginForm):  # type: ignore[misc]  # allauth has no types
    labels = {
        "login": _("Tên đăng nhập"),
        "password": _("Mật khẩu"),
        "remember": _("Giữ đăng nhập trên máy này (máy của riêng mình)"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # allauth offers to mail a link; passwords are given anew by those who give out accounts.
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class OwnPasswordForm(_OwnWords, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    labels = {
        "oldpassword": _("Mật khẩu đang dùng"),
        "password1": _("Mật khẩu mới"),
        "password2": _("Nhập lại mật khẩu mới"),
    }


class ConfirmForm(_OwnWords, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    labels = {"password": _("Mật khẩu")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class CodeForm(_OwnWords, second_step.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    labels = {"code": _("Mã sáu số hoặc mã dự phòng")}


class ConfirmCodeForm(_OwnWords, second_step.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    labels = {"code": _("Mã sáu số hoặc mã dự phòng")}


class ActivateForm(_OwnWords, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    labels = {"code": _("Mã sáu số")}


class GrantForm(forms.Form):
    role = forms.TypedChoiceField(label=_("Vai trò"), choices=RoleKey.choices, coerce=RoleKey)
    unit = forms.ModelChoiceField(
        label=_("Ở tổ chức đảng (và các tổ chức bên dưới)"),
        queryset=Unit.objects.none(),
        empty_label=None,
    )
    valid_from = DayField(label=_("Từ ngày"))
    valid_to = DayField(
        label=_("Đến hết ngày"), required=False, help_text=_("Để trống: cho đến khi thu hồi.")
    )

    def __init__(self, *args: Any, units: list[Unit], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Unit]", self.fields["unit"])
        choice.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by(
            "sort_key"
        )
        self.fields["valid_from"].initial = today
