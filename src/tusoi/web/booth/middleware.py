"""What happens around every page of the booth: nothing is kept, and all pages weigh the same."""

import logging
from pathlib import Path
from types import TracebackType
from typing import Final

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from tusoi.web.booth.pages import fault_page
from tusoi.web.middleware import GetResponse


# Every page is this long, or twice, or three times: what is shown cannot be told from its length.
WEIGHT: Final = 16 * 1024
_OPENS, _CLOSES = b"<!--", b"-->"
HEADERS: Final = {
    # A proxy that compressed would make the lengths differ again.
    "Cache-Control": "no-store, no-transform",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_PACKAGE: Final = Path(__file__).resolve().parents[2]
_log = logging.getLogger("tusoi.booth")


class BoothMiddleware:
    """Goes around everything else, so that no answer leaves without it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            response = fault_page(request, 400)
        else:
            response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = padded(response.content)
            response["Content-Length"] = str(len(response.content))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell what broke and where; the words of an exception may hold what was sent."""
        if type(exception).__module__.startswith(("django.http", "django.core.exceptions")):
            return None  # answered by the framework with 400, 403 or 404
        _log.error("%s at %s", type(exception).__name__, _place(exception.__traceback__))
        return fault_page(request, 500)


def padded(content: bytes) -> bytes:
    missing = -(len(content) + len(_OPENS) + len(_CLOSES)) % WEIGHT
    return content + _OPENS + b"." * missing + _CLOSES


def _place(trace: TracebackType | None) -> str:
    """Return the innermost line of ours; without the values that stood in it."""
    place = "?"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            place = f"{file.relative_to(_PACKAGE).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
