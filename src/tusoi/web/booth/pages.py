"""The few pages of the booth, in the language of their address; no request is asked who it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tusoi.ballots.queries import BoothPoll


VIETNAMESE, ENGLISH = "vi", "en"
_PREFIX: Final = {VIETNAMESE: "/", ENGLISH: "/en/"}


def spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page speak the language that its address names; nothing remembers it."""

    @wraps(view)
    def speaking(request: HttpRequest, language: str) -> HttpResponse:
        with translation.override(language):
            return view(request)

    return speaking


def show(template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    language = translation.get_language() or VIETNAMESE
    home = _PREFIX[language]
    frame = {
        "language": language,
        "home": home,
        "english_home": _PREFIX[ENGLISH],
        "vietnamese_home": _PREFIX[VIETNAMESE],
        "ballot_address": f"{home}ballot/",
        "cast_address": f"{home}cast/",
        "secrecy_address": f"{home}secrecy/",
        "is_rehearsal": False,
    }
    return HttpResponse(render_to_string(template, frame | context), status=status)


def entry_page(refusal: str = "", *, poll: str = "", status: int = 200) -> HttpResponse:
    """Ask for a code; `poll` is what a shared screen was opened for, by its public id."""
    return show("booth/entry.html", status=status, refusal=refusal, poll=poll)


def done_page(poll: BoothPoll) -> HttpResponse:
    """Say that the ballot is in: the same to everybody, now and whenever the code is sent again.

    It gets nothing but whether this was practice, so that it can tell nothing else.
    """
    return show("booth/done.html", is_rehearsal=poll.is_rehearsal)


def closed_page() -> HttpResponse:
    return show("booth/closed.html", status=409)


def fault_page(request: HttpRequest, status: int) -> HttpResponse:
    language = ENGLISH if request.path.startswith(_PREFIX[ENGLISH]) else VIETNAMESE
    with translation.override(language):
        sentence = {
            400: _("Trình duyệt gửi đến điều không hiểu được."),
            404: _("Không có trang này."),
            429: _("Vừa có quá nhiều mã sai. Đợi một phút rồi thử lại."),
        }.get(status, _("Máy chủ có lỗi. Hãy thử lại; gửi hai lần cũng chỉ tính một phiếu."))
        return show("booth/fault.html", status=status, sentence=sentence)
