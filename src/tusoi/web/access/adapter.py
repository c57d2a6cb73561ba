"""What allauth asks us about accounts: nobody signs up, and it speaks our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tusoi.people.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are given out by an administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản này đã ngừng sử dụng."),
        "enter_current_password": _("Nhập mật khẩu đang dùng."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "incorrect_code": _("Mã chưa đúng hoặc đã hết hạn."),
        "too_many_login_attempts": _("Nhập sai quá nhiều lần. Xin chờ năm phút rồi thử lại."),
        "username_password_mismatch": _(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."
        ),
        "rate_limited": _("Gửi quá nhiều lần. Xin chờ ít phút."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 -- the same
        return reverse("access:profile")

    def set_password(self, user: Account, password: str) -> None:
        # Called only for passwords that owners choose themselves.
        user.must_change_password = False
        super().set_password(user, password)

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        words = {
            "account_reauthenticate": _("Dùng mật khẩu"),
            "mfa_reauthenticate": _("Dùng ứng dụng xác thực"),
        }
        addresses = {reverse(name): text for name, text in words.items()}
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [
            method | {"description": addresses.get(method["url"], method["description"])}
            for method in methods
        ]


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Mã chưa đúng. Chờ mã tiếp theo hiện ra rồi nhập lại."),
        "cannot_generate_recovery_codes": _("Bật xác thực hai bước trước khi tạo mã dự phòng."),
    }

    def get_totp_issuer(self) -> str:
        return "Tự Soi"
