"""Which language a page speaks: the one chosen, never the one the browser was bought with."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from tusoi.access.operations import choose_language
from tusoi.core import clock
from tusoi.people.models import Account


LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class LanguageMiddleware:
    """Speak the language of the cookie, else of the account, else Vietnamese.

    Django's own middleware would follow the browser's language; the many computers here that
    were set up in English are used by people who read Vietnamese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_chosen(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


def _chosen(request: HttpRequest) -> str:
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie in LANGUAGES:
        return cookie
    account = request.user
    if isinstance(account, Account) and account.language in LANGUAGES:
        return account.language
    return settings.LANGUAGE_CODE


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie, and with the account for its next computer."""
    language = request.POST.get("language", "")
    if isinstance(request.user, Account) and language in LANGUAGES:
        choose_language(language=language, actor=request.user, at=clock.now())
    return set_language(request)
