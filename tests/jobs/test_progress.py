"""`tusoi progress` and `tusoi rebuild-progress`: figures for programs and for people."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import cast, cycles, units
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import ProgressRollup
from tusoi.cycles.operations import record_step
from tusoi.jobs.management.commands import rebuild_progress
from tusoi.units.enums import UnitKind


pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast.make()


@pytest.fixture
def cycle(people):
    made = cycles.cycle(people.district)
    for subject, day in ((people.cell, 12), (people.ward, 20), (people.an_person, 12)):
        record_step(
            obligation_id=cycles.obligation(made, subject).pk,
            step=ProgressStep.REVIEWED,
            actor=people.binh,
            at=cycles.moment(2022, 11, day),
        )
    return made


def told(capsys, *arguments):
    call_command("progress", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def kinds(data):
    return {one["kind"]: (one["done"], one["expected"]) for one in data["kinds"]}


def test_progress_of_the_root_for_programs(capsys, people, cycle):
    data = told(capsys, "--as-of", "2022-11-30")

    assert (data["cycle"], data["unit"], data["step"]) == (cycle.public_id, "Q", "reviewed")
    assert data["as_of"] == "2022-11-30"
    assert kinds(data) == {
        "superior_organization": (0, 1),
        "grassroots_organization": (1, 2),
        "cell": (1, 2),
        "member": (1, 4),
    }


def test_progress_of_a_unit_a_day_and_a_step(capsys, people, cycle):
    assert kinds(told(capsys, "--unit", "P1", "--as-of", "2022-11-19")) == {
        "grassroots_organization": (0, 1),
        "cell": (1, 1),
        "member": (1, 2),
    }
    assert kinds(told(capsys, "--unit", "P1", "--step", "submitted"))["member"] == (0, 2)


def test_progress_for_people_is_a_table(capsys, people, cycle):
    call_command("progress", "--as-of", "2022-11-30")

    out = capsys.readouterr().out
    assert "Đảng bộ quận Mẫu" in out
    assert "chi bộ trực thuộc" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--unit", "KHONG-CO"), "no unit with the code 'KHONG-CO'"),
        (("--unit", "NGOAI"), "Đảng bộ quận Ngoài is no part of Kiểm điểm năm 2022"),
        (("--as-of", "30/11/2022"), "write it as 2022-11-30"),
        (("--as-of", "2199-01-01"), "2199-01-01 is still to come"),
        (("--as-of", "2020-01-01"), "was opened on 2022-.*; 2020-01-01 is before that"),
        (("--cycle", "no-such"), "no such cycle"),
    ],
)
def test_what_cannot_be_found_is_refused(people, cycle, arguments, sentence):
    units.unit("Đảng bộ quận Ngoài", UnitKind.DISTRICT, code="NGOAI")

    with pytest.raises(CommandError, match=sentence):
        call_command("progress", *arguments)


def test_nothing_to_tell_without_an_opened_cycle(people):
    cycles.cycle(people.district, opened=False)

    with pytest.raises(CommandError):
        call_command("progress")


def test_rebuilding_finds_no_difference(capsys, people, cycle):
    call_command("rebuild_progress", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "cycles": 1,
        "mended": False,
        "differences": [],
    }


def test_checking_reports_and_rebuilding_mends(capsys, people, cycle):
    ProgressRollup.objects.filter(unit=people.ward, subject_kind="member").update(reviewed=9)

    with pytest.raises(CommandError) as refusal:
        call_command("rebuild_progress", "--check")
    assert refusal.value.returncode == 1
    assert "reviewed +8" in capsys.readouterr().out

    with pytest.raises(CommandError):
        call_command("rebuild_progress", "--json")
    assert json.loads(capsys.readouterr().out)["mended"]

    call_command("rebuild_progress", "--check")
    assert "every figure follows" in capsys.readouterr().out


def test_many_differences_are_counted_not_listed(capsys, people, cycle, monkeypatch):
    monkeypatch.setattr(rebuild_progress, "_SHOWN", 1)
    ProgressRollup.objects.filter(unit=people.ward).update(reviewed=9)
    differing = ProgressRollup.objects.filter(unit=people.ward).count()

    with pytest.raises(CommandError, match=f"{differing} figures differed"):
        call_command("rebuild_progress", "--check")

    told = capsys.readouterr().out
    assert told.count("reviewed +") == 1
    assert f"… and {differing - 1} more" in told
