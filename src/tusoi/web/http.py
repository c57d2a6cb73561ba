"""What every page declares, and what every page may assume about its request."""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Protocol, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django_htmx.middleware import HtmxDetails
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import permissions_anywhere
from tusoi.access.queries import remember_roles
from tusoi.core import clock
from tusoi.people.models import Account


T = TypeVar("T", bound=Model)


class SignedInRequest(HttpRequest):
    """A request after sign-in; the types of what the middleware put there."""

    user: Account
    htmx: HtmxDetails


# Open to every signed-in account: their own home, profile, language.
SIGNED_IN: Final = "signed-in"
_MOST_DIGITS: Final = 18
_HOUR: Final = 3600
READ_METHODS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class PageDeclaration:
    permission: Permission | str
    writes: frozenset[str]


@dataclass(frozen=True)
class Tab:
    """One of the tabs of components/tabs.html."""

    title: StrOrPromise
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class LinkDeclaration:
    """Why a page opens to whoever has its link, and how often an hour."""

    reason: str
    limits: Mapping[str, int]


class PageView(Protocol):
    page: PageDeclaration

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


class GetMustNotWrite(Exception):
    """A page tried to change the database in answer to a GET."""


_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "TRUNCATE")


def _refuse_writes(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 -- Django's signature
    context: dict[str, Any],
) -> Any:
    if sql.lstrip().upper().startswith(_WRITES):
        raise GetMustNotWrite(sql[:80])
    return execute(sql, params, many, context)


def page(
    *, permission: Permission | str, writes: Collection[str] = ()
) -> Callable[[Callable[..., HttpResponse]], PageView]:
    """Declare who may open a page and which methods of it change something.

    The declaration is the second lock: the operation or query behind the page guards itself.
    An account without the permission anywhere gets 403; an object outside its scope is 404,
    which is the page's own look-up to say. GET and HEAD run on a connection that refuses writes.
    """
    declaration = PageDeclaration(permission, frozenset(writes))

    def decorate(view: Callable[..., HttpResponse]) -> PageView:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in READ_METHODS | declaration.writes:
                return HttpResponseNotAllowed(sorted(READ_METHODS | declaration.writes))
            if not may_open(request.user, permission):
                raise PermissionDenied
            if request.method in READ_METHODS:
                with connection.execute_wrapper(_refuse_writes):
                    return view(request, *args, **kwargs)
            return _written(view, request, *args, **kwargs)

        guarded.page = declaration  # type: ignore[attr-defined]  # the mark that tests look for
        return cast("PageView", guarded)

    return decorate


def page_by_link(
    *, reason: str, limits: Mapping[str, int]
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare a page that a secret link opens without signing in, and why there is such a page.

    It only reads, stays in no cache, and hands its address to no other site. `limits` says how
    often an hour one link, and one sender of wrong links, is answered. The address is a key: what
    goes wrong with it is not logged, and a link that leads nowhere says nothing but that.
    """
    declaration = LinkDeclaration(reason, dict(limits))

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in READ_METHODS:
                answer: HttpResponse = HttpResponseNotAllowed(sorted(READ_METHODS))
            else:
                with connection.execute_wrapper(_refuse_writes):
                    answer = view(request, *args, **kwargs)
            answer["Cache-Control"] = "private, no-store"
            answer["Referrer-Policy"] = "no-referrer"
            answer["X-Robots-Tag"] = "noindex"
            # Django writes the address of every refusal into the log, and this one is a key.
            answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 -- Django's own mark
            return answer

        guarded.by_link = declaration  # type: ignore[attr-defined]  # the mark that tests look for
        return guarded

    return decorate


def is_too_often(what: str, *, per_hour: int) -> bool:
    """Count one request for a thing, and say whether that is more than an hour allows."""
    key = f"asked:{hashlib.sha256(what.encode()).hexdigest()}"
    cache.add(key, 0, _HOUR)
    try:
        return cache.incr(key) > per_hour
    except ValueError:
        # It ran out between the two.
        return False


def _written(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Let a page write; a right that is missing or a row that is gone is no fault of the page."""
    try:
        return view(request, *args, **kwargs)
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except ObjectDoesNotExist as gone:
        # Somebody else removed it after the page had looked for it.
        raise Http404 from gone


def may_open(account: Account, permission: Permission | str) -> bool:
    # Asked for every page: the operations and queries behind it reuse the roles read here.
    held = held_permissions(account)
    return account.is_active if permission == SIGNED_IN else permission in held


def held_permissions(account: Account) -> frozenset[Permission]:
    """Return the account's permissions anywhere today, asked once per request."""
    cached = getattr(account, "_held_permissions", None)
    if cached is None:
        remember_roles(account, on=clock.today())
        cached = permissions_anywhere(account, on=clock.today())
        account._held_permissions = cached  # type: ignore[attr-defined]  # noqa: SLF001 -- lives as long as the request's account
    return cast("frozenset[Permission]", cached)


def whole_number(text: object) -> int | None:
    """Read a key or a place that was sent; None for what no column of a database holds."""
    digits = str(text).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def paged(request: HttpRequest, rows: QuerySet[T], *, per_page: int = 50) -> Page[T]:
    """Return the page of a list that the address asks for; nonsense is the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def who_and_when(request: SignedInRequest) -> dict[str, Any]:
    """Return what every operation asks for: who acts, and this very moment."""
    return {"actor": request.user, "at": clock.now()}


def today() -> dt.date:
    return clock.today()
