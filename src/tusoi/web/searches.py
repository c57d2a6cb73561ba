"""What is typed to find a person is kept in the session, never in an address.

Addresses end up in the server's log, in the browser's history and in links passed on. A search
box for names posts to `find`, which keeps the words under a random key and leads back to the list
with `?s=KEY` beside the other filters; those hold no names and may be passed on.
"""

import secrets
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve


TERM: Final = "q"
KEY: Final = "s"
PLACE: Final = "list"
# Kept of one session: enough to go back a morning's searches, and never a growing pile.
MOST_TERMS: Final = 40
LONGEST: Final = 200
_KEPT: Final = "search-terms"
# A list begins anew when its filters change; these say how far one had read in the old one.
_POSITIONS: Final = ("page", "after", "before")
_OF_THE_FORM: Final = ("csrfmiddlewaretoken", PLACE, TERM, KEY, *_POSITIONS)


def asked(request: HttpRequest) -> QueryDict:
    """Return what a list is asked for: the address, and the words typed under its key as `q`.

    Words in the address itself are not read, so that no page invites writing them there.
    """
    found = request.GET.copy()
    found.pop(TERM, None)
    term = _terms(request).get(request.GET.get(KEY, ""))
    if term is not None:
        found[TERM] = term
    return found


def is_forgotten(request: HttpRequest) -> bool:
    """Say whether the address names a search that this session does not know (any more)."""
    key = request.GET.get(KEY)
    return bool(key) and key not in _terms(request)


def keep(request: HttpRequest) -> str:
    """Keep the posted words and return the address, with the other filters, of their list."""
    place = request.POST.get(PLACE, "")
    chosen = request.POST.copy()
    for name in _OF_THE_FORM:
        chosen.pop(name, None)
    for name in [name for name, values in chosen.lists() if not any(values)]:
        del chosen[name]
    term = request.POST.get(TERM, "").strip()[:LONGEST]
    if term:
        chosen[KEY] = _kept(request, term)
    where = _list_at(place)
    return f"{where}?{chosen.urlencode()}" if chosen else where


def _list_at(place: str) -> str:
    """Return the path of a page of ours; home for anything else, so that nobody is led away."""
    path = urlsplit(place).path if place.startswith("/") and not place.startswith("//") else "/"
    try:
        resolve(path)
    except Resolver404:
        return "/"
    return path


def _terms(request: HttpRequest) -> dict[str, str]:
    terms: dict[str, str] = request.session.get(_KEPT, {})
    return terms


def _kept(request: HttpRequest, term: str) -> str:
    """Put the words last among those kept; the same words keep their key."""
    terms = dict(_terms(request))
    key = next((key for key, kept in terms.items() if kept == term), secrets.token_urlsafe(6))
    terms.pop(key, None)
    terms[key] = term
    request.session[_KEPT] = dict(list(terms.items())[-MOST_TERMS:])
    return key
