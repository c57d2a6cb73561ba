"""What happens around every page: what it may be asked, its language, a password of one's own."""

from collections.abc import Callable
from itertools import chain
from typing import Final

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect
from django.utils import translation

from tusoi.people.models import Account


LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)
GetResponse = Callable[[HttpRequest], HttpResponse]
# Longer than any address of ours; a search so long would be beyond what SQLite compares.
MOST_QUERY: Final = 8_000


class ReadableMiddleware:
    """Refuse what no browser sends of our pages and no database can look for or keep.

    The character NUL anywhere, fields in another coding than UTF-8, an address without end.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_readable(request):
            raise BadRequest
        return self.get_response(request)


def _is_readable(request: HttpRequest) -> bool:
    coding = (request.content_params or {}).get("charset", "utf-8")
    if coding.lower() not in {"utf-8", "utf8"} or len(request.META["QUERY_STRING"]) > MOST_QUERY:
        return False
    try:
        fields = chain(request.GET.lists(), request.POST.lists())
    except UnreadablePostError:
        return False
    texts = chain([request.path], request.COOKIES.values(), *([name, *v] for name, v in fields))
    return not any("\0" in str(text) for text in texts)


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


class PrivateMiddleware:
    """Leave no page of an account in a cache: offices share computers, and "back" shows pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class OwnPasswordMiddleware:
    """Let an account whose password somebody else knows do nothing but choose another."""

    ALLOWED = frozenset(
        {"account_change_password", "account_set_password", "account_logout", "set_language"}
    )

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
