"""`tusoi rebuild-remedies`: what is not followed is, and the figures follow from the rows."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.remediation import named, told
from tusoi.jobs.management.commands import rebuild_remedies
from tusoi.remediation.models import FollowedShortcoming, RemedyRollup


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


def test_what_handed_in_reviews_name_is_followed(capsys, cast, cycle):
    named(cycle, cast.cell, "Thu phí đạt thấp")
    call_command("rebuild_remedies", "--check")
    assert "1 handed-in reviews are not followed yet" in capsys.readouterr().out
    assert not FollowedShortcoming.objects.exists()

    call_command("rebuild_remedies", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "cycles": 1,
        "reviews_not_followed": 1,
        "mended": False,
        "differences": [],
    }
    assert FollowedShortcoming.objects.get().unit == cast.cell


def test_checking_reports_and_rebuilding_mends(capsys, cast, cycle, monkeypatch):
    monkeypatch.setattr(rebuild_remedies, "_SHOWN", 1)
    told(cycle, cast.cell, "Thu phí đạt thấp")
    RemedyRollup.objects.update(vague=9)

    with pytest.raises(CommandError, match="3 figures differed") as refusal:
        call_command("rebuild_remedies", "--check")
    assert refusal.value.returncode == 1
    printed = capsys.readouterr().out
    assert "vague +9" in printed
    assert "and 2 more" in printed
    with pytest.raises(CommandError):
        call_command("rebuild_remedies", "--json")
    assert json.loads(capsys.readouterr().out)["mended"]
    call_command("rebuild_remedies", "--check")
    assert "every figure follows" in capsys.readouterr().out
