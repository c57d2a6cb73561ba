from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tusoi.access.enums import Permission
from tusoi.core import clock
from tusoi.people.models import Account
from tusoi.web.http import held_permissions


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give every template what the frame around the page needs."""
    account = getattr(request, "user", None)
    held = held_permissions(account) if isinstance(account, Account) else frozenset[Permission]()
    return {
        "is_demo": settings.TUSOI_DEMO,
        "today": clock.today(),
        "held": {permission.value: True for permission in held},
    }
