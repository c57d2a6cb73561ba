"""The log is found by unit and by object, latest first."""

import datetime as dt

import pytest

from tests.factories import cast
from tusoi.audit.operations import record
from tusoi.audit.queries import events_about, events_in


pytestmark = pytest.mark.django_db
AT = dt.datetime(2022, 11, 30, tzinfo=dt.UTC)


def test_events_are_found_by_unit_and_by_object():
    world = cast.make()
    for action, obj, unit in (
        ("units.rename", world.cell, world.cell),
        ("people.edit", world.an_person, world.cell),
        ("units.rename", world.ward, world.ward),
    ):
        record(actor=world.board, at=AT, action=action, obj=obj, unit_id=unit.pk)

    in_cell = events_in([world.cell.pk])
    about = events_about({"people.person": [world.an_person.pk], "units.unit": []})

    assert [event.action for event in in_cell] == ["people.edit", "units.rename"]
    assert [event.action for event in about] == ["people.edit"]
    assert not events_about({}).exists()


def test_an_event_names_who_did_it_also_once_the_account_is_renamed():
    world = cast.make()
    event = record(actor=world.binh, at=AT, action="units.rename", obj=world.cell)

    world.binh.first_name = "Người Khác"
    world.binh.save()

    event.refresh_from_db()
    assert event.actor_name == "Trần Văn Bình"
