"""The WSGI application that Granian serves."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters


class _Utf8Request(WSGIRequest):
    """A request whose fields are UTF-8; what says otherwise is refused by the middleware.

    Django takes any codec that a Content-Type names, and breaks on those that are none of text.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tusoi.config.settings")
application = get_wsgi_application()
application.request_class = _Utf8Request
