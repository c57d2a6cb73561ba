"""How operations below `access` guard themselves.

Who may do what is known to `access`, which stands above this room and needs its models. So
`access` hands its guard down when the application starts; until it has, everything is refused.
"""

import datetime as dt
from typing import Protocol

from tusoi.people.models import Account
from tusoi.units.enums import Permission
from tusoi.units.errors import NotPermitted


class Guard(Protocol):
    def __call__(
        self, account: Account, permission: Permission, *, unit_id: int, on: dt.date
    ) -> None: ...


_guards: list[Guard] = []


def use_guard(guard: Guard) -> None:
    """Take the guard that every operation of this room asks from now on."""
    _guards[:] = [guard]


def require(account: Account, permission: Permission, *, unit_id: int, on: dt.date) -> None:
    """Refuse an operation unless the account holds the permission over the unit.

    Raises:
        NotPermitted: no role in force on that day covers the unit.
    """
    if not _guards:
        raise NotPermitted
    _guards[0](account, permission, unit_id=unit_id, on=on)
