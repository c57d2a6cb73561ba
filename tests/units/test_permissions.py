"""Operations below `access` ask a guard that they are handed; without one they refuse."""

import datetime as dt

import pytest

from tests.factories import cast
from tusoi.units import permissions
from tusoi.units.enums import Permission
from tusoi.units.errors import NotPermitted


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 11, 30)


def test_the_guard_of_access_is_in_place_once_the_application_has_started():
    world = cast.make()
    unit = {"unit_id": world.cell.pk, "on": DAY}

    permissions.require(world.board, Permission.PERSON_EDIT, **unit)

    with pytest.raises(NotPermitted):
        permissions.require(world.binh, Permission.PERSON_EDIT, **unit)


def test_without_a_guard_everything_is_refused(monkeypatch):
    world = cast.make()
    monkeypatch.setattr(permissions, "_guards", [])

    with pytest.raises(NotPermitted):
        permissions.require(world.board, Permission.PERSON_EDIT, unit_id=world.cell.pk, on=DAY)
