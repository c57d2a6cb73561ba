from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.web.http import held_permissions
from tusoi.web.navigation import menu_for
from tusoi.web.searches import is_forgotten


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame around the page needs.

    The menu and the permissions are asked for only when a template uses them: an answer to htmx
    or an error page pays for neither.
    """
    account = getattr(request, "user", None)
    frame: dict[str, Any] = {"is_demo": settings.TUSOI_DEMO, "today": clock.today()}
    if not isinstance(account, Account):
        return frame | {"held": {}, "menu": (), "search_is_forgotten": False}

    def held() -> dict[str, bool]:
        return {permission.value: True for permission in held_permissions(account)}

    return frame | {
        "held": held,
        "menu": lambda: menu_for(request),
        "search_is_forgotten": is_forgotten(request),
    }
