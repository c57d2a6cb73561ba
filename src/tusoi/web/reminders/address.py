"""Confirming where letters go: a link is sent there, and whoever opens it signed in confirms."""

from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.reminders import operations
from tusoi.reminders.errors import ReminderError
from tusoi.web.http import SIGNED_IN, SignedInRequest, is_too_often, page


# Nobody's box is filled with letters that they did not ask for.
_PER_HOUR: Final = 5


@page(permission=SIGNED_IN, writes={"POST"})
def send(request: SignedInRequest) -> HttpResponse:
    """Send the link once more."""
    if request.method == "POST" and settings.TUSOI_EMAIL_URL and request.user.email:
        ask_to_confirm(request, request.user)
    return redirect("reminders:choices")


@never_cache
@page(permission=SIGNED_IN, writes={"POST"})
def confirm(request: SignedInRequest, token: str) -> HttpResponse:
    """Show a button, for programs that look at letters open links too; sending it confirms."""
    if request.method != "POST":
        return render(request, "reminders/confirm.html", {"email": request.user.email})
    try:
        operations.confirm_address(token=token, actor=request.user, at=clock.now())
    except ReminderError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã xác nhận địa chỉ; thư nhắc việc gửi đến đây."))
    return redirect("reminders:choices")


def ask_to_confirm(request: HttpRequest, account: Account) -> None:
    """Send a letter with the link to the account's address, and say whether it has left."""
    if is_too_often(f"confirm-address:{account.pk}", per_hour=_PER_HOUR):
        messages.error(request, _("Đã gửi nhiều thư xác nhận. Hãy thử lại sau một giờ."))
        return
    token = operations.confirmation_for(account, at=clock.now())
    base = settings.TUSOI_SITE_URL or request.build_absolute_uri("/").rstrip("/")
    link = base + reverse("reminders:confirm", args=[token])
    body = _(
        "Có người ghi địa chỉ này để nhận thư nhắc việc của phần mềm Tự Soi.\n\nNếu là bạn, hãy "
        "đăng nhập rồi mở liên kết sau trong 7 ngày để xác nhận:\n%(link)s\n\nNếu không phải, "
        "hãy bỏ qua thư này; sẽ không có thư nào khác gửi đến."
    ) % {"link": link}
    letter = EmailMessage(
        subject=_("Tự Soi: xác nhận địa chỉ nhận nhắc việc"),
        body=body,
        to=[account.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        letter.send()
    except (SMTPException, OSError):
        # The address is in the message of the exception, and belongs in no log.
        messages.error(
            request, _("Chưa gửi được thư xác nhận. Hãy thử lại sau hoặc báo quản trị hệ thống.")
        )
    else:
        messages.success(
            request, _("Đã gửi thư xác nhận. Hãy mở liên kết trong thư để bắt đầu nhận nhắc việc.")
        )
