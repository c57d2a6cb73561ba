"""What happens around every page: its language, and first of all a password of one's own."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from tusoi.people.models import Account


LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)
GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Speak the language of the cookie, else of the account, else Vietnamese.

    Django's own middleware would follow the browser's language; the many computers here that
    were set up in English are used by people who read Vietnamese.
    """

    def __init__(self, get_response: GetResponse) -> None:
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


class OwnPasswordMiddleware:
    """Let an account whose password somebody else knows do nothing but choose another."""

    ALLOWED = frozenset({"account_change_password", "account_logout", "set_language"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        account = request.user
        if not isinstance(account, Account) or not account.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in self.ALLOWED:
            return None
        return redirect("account_change_password")
