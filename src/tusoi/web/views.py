from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from tusoi.access.operations import choose_language
from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.reports.home import home_for
from tusoi.web.home import lines_of, overviews_of
from tusoi.web.http import SIGNED_IN, SignedInRequest, page
from tusoi.web.middleware import LANGUAGES
from tusoi.web.searches import keep
from tusoi.web.secrecy import secrecy_parts


@page(permission=SIGNED_IN)
def home(request: SignedInRequest) -> HttpResponse:
    found = home_for(request.user, on=clock.today())
    shown = {
        "late": lines_of(found.late),
        "lines": lines_of(found.on_time),
        "overviews": overviews_of(found),
    }
    return render(request, "home.html", shown)


@page(permission=SIGNED_IN)
def secrecy(request: SignedInRequest) -> HttpResponse:
    """Say how secret a ballot is; the booth shows the same sentences."""
    return render(request, "secrecy.html", secrecy_parts())


@page(permission=SIGNED_IN)
def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing: the floor of `tusoi bench`, there only while it runs."""
    return HttpResponse("")


@page(permission=SIGNED_IN, writes={"POST"})
def find(request: SignedInRequest) -> HttpResponse:
    """Take the words of a search for names, and lead back to the list that asked for them."""
    return redirect(keep(request)) if request.method == "POST" else redirect("home")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie, and with the account for its next computer."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, Account) and chosen in LANGUAGES:
        choose_language(language=chosen, actor=request.user, at=clock.now())
    return set_language(request)
