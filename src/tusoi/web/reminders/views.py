"""What a person is reminded of, what they want to be reminded of, and their calendar."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tusoi.access.operations import choose_email
from tusoi.core import clock
from tusoi.reminders import operations, queries
from tusoi.reminders.enums import Place
from tusoi.reminders.errors import ReminderError
from tusoi.reminders.queries import Duty, SummaryLine
from tusoi.web.http import SIGNED_IN, SignedInRequest, Tab, page, today
from tusoi.web.reminders.address import ask_to_confirm
from tusoi.web.reminders.forms import ChoicesForm


_A_WEEK: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class Shown:
    """A line of the list with the address of the page on which it is dealt with."""

    line: Duty | SummaryLine
    url: str


@page(permission=SIGNED_IN)
def listed(request: SignedInRequest) -> HttpResponse:
    on = today()
    muted = queries.muted_kinds(request.user)
    duties = [one for one in queries.duties_of(request.user, on=on) if one.kind not in muted]
    soon = on + _A_WEEK
    groups = (
        (_("Quá hạn"), [one for one in duties if one.due_on < on], True),
        (_("Trong bảy ngày tới"), [one for one in duties if on <= one.due_on <= soon], False),
        (_("Sau đó"), [one for one in duties if one.due_on > soon], False),
    )
    context = {
        "tabs": _tabs("reminders:list"),
        "groups": [(title, _shown(lines), is_late) for title, lines, is_late in groups if lines],
        "summary": _shown(queries.summary_of(request.user, on=on)),
        "muted": [kind.label for kind in sorted(muted)],
    }
    return render(request, "reminders/reminder_list.html", context)


@page(permission=SIGNED_IN, writes={"POST"})
def choices(request: SignedInRequest) -> HttpResponse:
    offered = queries.choices_of(request.user, on=today())
    sends_mail = bool(settings.TUSOI_EMAIL_URL)
    form = ChoicesForm(
        request.POST if request.method == "POST" else None,
        choices=offered,
        sends_mail=sends_mail,
        initial={"email": request.user.email},
    )
    if form.is_bound and form.is_valid():
        return _keep(request, form)
    context = {
        "tabs": _tabs("reminders:choices"),
        "form": form,
        "demanded": [one for one in offered if one.is_demanded],
        "days": settings.TUSOI_REMIND_DAYS,
        "sends_mail": sends_mail,
        "is_confirmed": queries.is_confirmed(request.user),
    }
    return render(request, "reminders/choices.html", context, status=422 if form.is_bound else 200)


def _keep(request: SignedInRequest, form: ChoicesForm) -> HttpResponse:
    at = clock.now()
    try:
        operations.choose_reminders(muted=form.muted(), actor=request.user, at=at)
    except ReminderError as refusal:
        messages.error(request, str(refusal))
        return redirect("reminders:choices")
    if "email" in form.cleaned_data:
        _keep_address(request, form.cleaned_data["email"], at)
    messages.success(request, _("Đã lưu lựa chọn nhắc việc."))
    return redirect("reminders:choices")


def _keep_address(request: SignedInRequest, email: str, at: dt.datetime) -> None:
    is_other = email != request.user.email
    choose_email(email=email, actor=request.user, at=at)
    if is_other and email:
        request.user.email = email
        ask_to_confirm(request, request.user)


@never_cache
@page(permission=SIGNED_IN, writes={"POST"})
def calendar(request: SignedInRequest) -> HttpResponse:
    """Show whether there is a link; sending the form makes one, shown in this answer alone."""
    link = ""
    if request.method == "POST":
        token = operations.issue_feed(actor=request.user, at=clock.now())
        base = settings.TUSOI_SITE_URL or request.build_absolute_uri("/").rstrip("/")
        link = base + reverse("reminders:feed", args=[token])
    context = {
        "tabs": _tabs("reminders:calendar"),
        "feed": queries.feed_of(request.user),
        "link": link,
        "webcal": "webcal://" + link.partition("://")[2] if link else "",
    }
    return render(request, "reminders/calendar.html", context)


@page(permission=SIGNED_IN, writes={"POST"})
def revoke(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST" and operations.revoke_feed(actor=request.user, at=clock.now()):
        messages.success(request, _("Đã hủy liên kết lịch; phần mềm lịch không đọc được nữa."))
    return redirect("reminders:calendar")


def _tabs(current: str) -> list[Tab]:
    return [
        Tab(title, reverse(name), is_current=name == current)
        for title, name in (
            (_("Nhắc việc"), "reminders:list"),
            (_("Chọn loại nhắc việc"), "reminders:choices"),
            (_("Lịch thời hạn"), "reminders:calendar"),
        )
    ]


def _shown(lines: Iterable[Duty | SummaryLine]) -> list[Shown]:
    return [Shown(line, _url(line)) for line in lines]


def _url(line: Duty | SummaryLine) -> str:
    if line.place is Place.REMINDERS:
        return ""
    path = reverse(line.place.value, args=line.keys if isinstance(line, Duty) else ())
    return f"{path}?{line.narrowed}" if line.narrowed else path
