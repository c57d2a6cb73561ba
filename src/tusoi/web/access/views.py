"""Signing in, one's own account, and the accounts one looks after."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import Login, perform_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tusoi.access import operations, queries
from tusoi.access.enums import Permission
from tusoi.access.errors import AccessError
from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.sample.accounts import ALL_ACCOUNTS, DEMO_PASSWORD
from tusoi.web.access.forms import GrantForm
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, paged
from tusoi.web.searches import asked


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """Signing in; in the sample, with a list of people whose seat one can take."""

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**context)
        if settings.TUSOI_DEMO:
            found |= {"samples": _samples(), "demo_password": DEMO_PASSWORD}
        return found


def _samples() -> list[tuple[Account, str]]:
    """Return the sample's people that are there, in its order, each with what they do."""
    there = Account.objects.filter(
        username__in=[one.username for one in ALL_ACCOUNTS], is_sample=True, is_active=True
    ).in_bulk(field_name="username")
    return [(there[one.username], one.what) for one in ALL_ACCOUNTS if one.username in there]


@page(permission=SIGNED_IN)
def no_password(request: SignedInRequest) -> HttpResponse:
    """Tell an account without a password who gives one; it has no old one to show."""
    return render(request, "account/password_set.html")


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a sample account without a password; only where the sample is being shown."""
    if not settings.TUSOI_DEMO:
        raise Http404
    account = get_object_or_404(
        Account,
        username=request.POST.get("username", ""),
        is_sample=True,
        is_active=True,
        is_system=False,
    )
    answer: HttpResponse = perform_login(request, Login(user=account))
    return answer


@page(permission=SIGNED_IN)
def profile(request: SignedInRequest) -> HttpResponse:
    grants = queries.grants_of(request.user, on=clock.today()).select_related("unit")
    return render(
        request, "access/profile.html", {"grants": grants.order_by("role", "unit__sort_key")}
    )


@page(permission=Permission.ROLE_GRANT)
def accounts(request: SignedInRequest) -> HttpResponse:
    query = asked(request).get("q", "")
    rows = queries.accounts_matching(request.user, query, on=clock.today())
    return render(
        request, "access/account_list.html", {"page": paged(request, rows), "query": query}
    )


@page(permission=Permission.ROLE_GRANT)
def people_without(request: SignedInRequest) -> HttpResponse:
    """Find somebody to give an account to."""
    query = asked(request).get("q", "")
    rows = queries.people_without_account(request.user, query, on=clock.today())
    return render(
        request, "access/account_new.html", {"page": paged(request, rows), "query": query}
    )


@never_cache
@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def create(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("access:people-without")
    people = queries.people_without_account(request.user, "", on=clock.today())
    person = get_object_or_404(people, public_id=request.POST.get("person") or None)
    return _with_password(request, operations.create_account, person_id=person.pk)


@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _account(request, pk)
    units = queries.grantable_units(
        request.user, found, request.GET.get("q", ""), on=clock.today()
    )
    form = GrantForm(request.POST or None, units=units, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            operations.grant_role(
                account=found, actor=request.user, at=clock.now(), **form.cleaned_data
            )
        except AccessError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã giao vai trò."))
            return redirect("access:account", pk)
    return _account_page(request, found, form, status=422 if form.is_bound else 200)


@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def revoke(request: SignedInRequest, pk: int, grant_pk: int) -> HttpResponse:
    held = get_object_or_404(_account(request, pk).grants, pk=grant_pk)
    return _do(
        request,
        pk,
        operations.revoke_role,
        _("Đã thu hồi vai trò."),
        grant_id=held.pk,
        reason=request.POST.get("reason", ""),
    )


@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        operations.deactivate_account,
        _("Đã khóa tài khoản."),
        account_id=_account(request, pk).pk,
        reason=request.POST.get("reason", ""),
    )


@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        operations.reactivate_account,
        _("Đã mở lại tài khoản."),
        account_id=_account(request, pk).pk,
    )


@never_cache
@page(permission=Permission.ROLE_GRANT, writes={"POST"})
def reset_password(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _account(request, pk)
    if request.method != "POST":
        return redirect("access:account", pk)
    return _with_password(request, operations.reset_password, account_id=found.pk)


def _account(request: SignedInRequest, pk: int) -> Account:
    return get_object_or_404(queries.accounts_for(request.user, on=clock.today()), pk=pk)


def _account_page(
    request: SignedInRequest, found: Account, form: GrantForm, *, status: int = 200
) -> HttpResponse:
    grants = queries.grants_shown(request.user, found, on=clock.today())
    shown = {
        "account": found,
        "form": form,
        "query": request.GET.get("q", ""),
        "in_force": [row for row in grants if row.revoked_at is None],
        "past": [row for row in grants if row.revoked_at is not None],
    }
    return render(request, "access/account_detail.html", shown, status=status)


def _do(
    request: SignedInRequest, pk: int, operation: Callable[..., object], done: str, **what: object
) -> HttpResponse:
    """Carry out one order on the account's page and say what became of it."""
    if request.method == "POST":
        try:
            operation(actor=request.user, at=clock.now(), **what)
        except AccessError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
    return redirect("access:account", pk)


def _with_password(
    request: SignedInRequest, operation: Callable[..., tuple[Account, str]], **what: object
) -> HttpResponse:
    """Show the one-time password in the answer itself: it is kept nowhere, not in a session."""
    try:
        made, password = operation(actor=request.user, at=clock.now(), **what)
    except AccessError as refusal:
        messages.error(request, str(refusal))
        return redirect("access:accounts")
    return render(request, "access/account_password.html", {"account": made, "password": password})
