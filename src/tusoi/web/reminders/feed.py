"""The calendar that a program fetches by a private link."""

import hashlib
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import translation
from django.utils.http import parse_etags, quote_etag

from tusoi.reminders.queries import Duty, calendar_of, feed_under, hash_of
from tusoi.web.http import is_too_often, page_by_link, today


# A program asks a few times an hour, on several devices; nobody mistypes a link often.
_LIMITS: Final = {"link": 120, "wrong": 60}
_MEDIA_TYPE: Final = "text/calendar; charset=utf-8"


@page_by_link(reason="a calendar program cannot sign in", limits=_LIMITS)
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the deadlines of whoever issued the link; a wrong one leads nowhere."""
    found = feed_under(token)
    if found is None:
        sender = get_adapter(request).get_client_ip(request)
        is_limited = is_too_often(f"feed-wrong:{sender}", per_hour=_LIMITS["wrong"])
        return HttpResponse(status=429 if is_limited else 404)
    if is_too_often(f"feed:{hash_of(token)}", per_hour=_LIMITS["link"]):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    base = settings.TUSOI_SITE_URL or request.build_absolute_uri("/").rstrip("/")
    with translation.override(found.account.language):
        body = calendar_of(
            found,
            on=today(),
            address_of=lambda duty: f"{base}{_path(duty)}",
            host=base.partition("://")[2].partition("/")[0],
        )
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    known = parse_etags(request.headers.get("If-None-Match", ""))
    answer: HttpResponse
    if etag in {one.removeprefix("W/") for one in known}:
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type=_MEDIA_TYPE)
        answer["Content-Disposition"] = 'attachment; filename="tu-soi.ics"'
    answer["ETag"] = etag
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _path(duty: Duty) -> str:
    path = reverse(duty.place.value, args=duty.keys)
    return f"{path}?{duty.narrowed}" if duty.narrowed else path
