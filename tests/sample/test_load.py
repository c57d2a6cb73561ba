"""The sample shows the figures of the newspaper report, and the figures hold together."""

import json
import random
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse

from tests.factories import units
from tusoi.ballots.models import Poll
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.jobs import cli
from tusoi.jobs.management.commands import check_installation, demo
from tusoi.meetings.models import Attendance, Minutes
from tusoi.meetings.queries import verify
from tusoi.people.models import Account
from tusoi.reviews.models import SelfReview
from tusoi.sample import blueprint, load
from tusoi.sample.accounts import DEMO_PASSWORD, SAMPLE_ACCOUNTS
from tusoi.sample.catalogue import SAMPLES
from tusoi.sample.frame import DISTRICT_END
from tusoi.units.enums import CELL_KINDS, Position, UnitKind
from tusoi.units.models import Discipline, Membership, Post, Unit, UnitClosure


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _printed(capsys, *words):
    call_command(*words, "--json")
    return json.loads(capsys.readouterr().out)


def _figures(printed):
    return {row["kind"]: (row["done"], row["expected"]) for row in printed["kinds"]}


def _assert_heads_are_filled_in():
    review = SelfReview.objects.filter(obligation__subject_kind=SubjectKind.MEMBER).first()
    head = dict(review.answers.values_list("question_id", "text"))
    assert head["personal-name"] == review.obligation.person.full_name
    assert head["personal-cell"] == review.obligation.unit.name
    for needed in ("birth-date", "organization", "place", "government-post", "date"):
        assert head[f"personal-{needed}"], needed
    bare = SelfReview.objects.exclude(
        answers__question_id__in=["personal-name", "collective-name"]
    )
    assert not bare.exists()


def _assert_committees_are_seated():
    """Every organisation above the cells has one secretary and a committee of its own people."""
    above = Unit.objects.exclude(kind__in=CELL_KINDS)
    assert above.count() == 1 + 18 + 3
    for unit in above:
        seats = Post.objects.filter(unit=unit, collective=None)
        assert seats.filter(position=Position.SECRETARY).count() == 1, unit
        assert 3 <= seats.count() <= 15, unit
        assert seats.values("person").distinct().count() == seats.count(), unit
        cells = UnitClosure.objects.filter(ancestor=unit).values("descendant")
        members = Membership.objects.filter(unit__in=cells).values("member__person")
        assert not seats.exclude(person__in=members).exists(), unit


def _assert_a_decided_level_can_be_read_by_its_member(client):
    """Whoever was rated opens the page that says why; it was written in the form of that page."""
    rated = Obligation.objects.filter(person__isnull=False, decided_at__isnull=False).first()
    account = Account.objects.create_user("rated", person=rated.person)
    client.force_login(account)
    assert client.get(reverse("ratings:detail", args=[rated.pk])).status_code == 200


def _assert_meetings_have_a_record():
    """Minutes are what was signed; whoever was called to the meeting to come owes an answer."""
    kept = list(Minutes.objects.all())
    assert {one.state for one in kept} == {"locked"}
    assert all(verify(one).is_intact for one in kept)
    votes = [vote for one in kept for item in one.content["items"] for vote in item["votes"]]
    assert len(votes) == Poll.objects.count()
    assert not any(vote["is_of_earlier_discussion"] for vote in votes)
    call = Attendance.objects.get(
        meeting__state="planned", person__account__username="dangvien.noivu"
    )
    assert call.reply == "none"
    assert call.meeting.items.count() == 19


def test_the_sample_holds_the_figures_of_the_report(capsys, client, monkeypatch):
    loaded = _printed(capsys, "sample")

    assert loaded["members"] > 5_000
    assert loaded["obligations"] > loaded["members"]
    day = ("progress", "--as-of", "2022-11-30")
    figures = _figures(_printed(capsys, *day))
    assert figures["grassroots_organization"] == (25, 45)
    assert figures["cell"] == (172, 172)
    assert 0 < figures["member"][0] < figures["member"][1]
    _assert_heads_are_filled_in()
    _assert_committees_are_seated()
    _assert_meetings_have_a_record()
    before = _figures(_printed(capsys, "progress", "--as-of", "2022-11-01"))
    assert all(before[kind][0] <= figures[kind][0] for kind in figures)

    # What is stored is what follows from the facts, in every table that is kept beside them.
    monkeypatch.setattr(check_installation.checks, "run_checks", list)
    with override_settings(TUSOI_CLOCK="2022-11-30"):
        told = _printed(capsys, "check_installation")
    assert (told["ok"], told["found"]) == (True, [])
    assert {one["id"]: one["count"] for one in told["checks"] if one["count"]} == {}

    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("sample")
    assert ReviewCycle.objects.count() == 1

    for one in SAMPLE_ACCOUNTS:
        assert client.login(username=one.username, password=DEMO_PASSWORD), one.username
    assert Account.objects.filter(is_sample=False, is_system=False).count() == 0
    _assert_a_decided_level_can_be_read_by_its_member(client)


def test_more_members_than_a_districts_make_more_districts():
    size = blueprint.DISTRICT_MEMBER_COUNT

    plans = load._plan_districts(3 * size + 100, 2022)

    assert len({one.code for one in plans}) == len(plans) == 3
    assert [len(load._plan_districts(count, 2022)) for count in (size // 10, size)] == [1, 1]


def test_several_districts_stand_below_a_province(monkeypatch):
    plans = [blueprint.district(2022, number=number, members=600) for number in (1, 2)]
    monkeypatch.setattr(load, "_plan_districts", lambda _members, _seed: plans)

    rng = random.Random(2022)  # noqa: S311 -- a sample, not a secret
    load._write_population(1_200, 2022, rng, load.silent)

    province = Unit.objects.get(parent=None)
    assert province.kind == UnitKind.PROVINCE
    assert set(province.children.values_list("code", flat=True)) == {one.code for one in plans}
    # A cell has three members at least.
    assert 1_200 <= Membership.objects.filter(unit__kind__in=CELL_KINDS).count() < 1_300
    found = Discipline.objects.filter(arose_in__code__startswith="BT")
    months = found.dates("decided_on", "month")
    assert [one.month for one in months] == [4, 6, 8]


def _put_in_place_of_the_sample(monkeypatch, load):
    for year, sample in SAMPLES.items():
        monkeypatch.setitem(SAMPLES, year, replace(sample, load=load))


def test_the_demo_keeps_what_was_entered_and_names_its_accounts(
    capsys, settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path / "demo"
    served = []
    _put_in_place_of_the_sample(monkeypatch, lambda **_: served.append("loaded"))
    monkeypatch.setattr(demo, "serve", lambda **where: served.append(where["port"]))
    monkeypatch.setattr(demo, "refuse_taken_port", lambda *_: None)

    call_command("demo", "--port", "8123")

    units.unit("Đảng bộ đã nhập")
    call_command("demo", "--port", "8123")

    told = capsys.readouterr().out
    assert "http://127.0.0.1:8123/" in told
    assert DEMO_PASSWORD in told
    assert all(one.username in told for one in SAMPLE_ACCOUNTS)
    assert served == ["loaded", 8123, 8123]


def test_a_reset_removes_a_folder_of_the_demo_alone(settings, tmp_path, monkeypatch):
    _put_in_place_of_the_sample(monkeypatch, lambda **_: None)
    monkeypatch.setattr(demo.connection, "close", lambda: None)
    settings.DATA_DIR = tmp_path / "own"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "letters.txt").touch()

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("demo", "--reset", "--no-serve")
    assert (settings.DATA_DIR / "letters.txt").exists()

    settings.DATA_DIR = tmp_path / "demo"
    call_command("demo", "--reset", "--no-serve", "--json")
    (settings.DATA_DIR / "entered").touch()
    call_command("demo", "--reset", "--no-serve", "--json")

    assert not (settings.DATA_DIR / "entered").exists()


def test_one_folder_holds_one_sample(settings, tmp_path, monkeypatch):
    _put_in_place_of_the_sample(monkeypatch, lambda **_: None)
    monkeypatch.setattr(demo.connection, "close", lambda: None)
    settings.DATA_DIR = tmp_path / "demo"
    call_command("demo", "--no-serve", "--json")

    with pytest.raises(CommandError, match="holds the sample of 2022"):
        call_command("demo", "--sample", "2025", "--no-serve")

    for other in ("2022-end", "2023", "2025"):
        call_command("demo", "--sample", other, "--reset", "--no-serve", "--json")
        assert (settings.DATA_DIR / "tusoi-demo").read_text() == other


def test_each_sample_is_served_by_its_own_day_and_from_its_own_folder():
    assert set(cli._DEMOS) == set(SAMPLES)
    assert cli._DEMOS["2022-end"] == (".demo-2022-end", DISTRICT_END.today.isoformat())
    assert len({folder for folder, _day in cli._DEMOS.values()}) == len(SAMPLES)
