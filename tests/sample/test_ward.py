"""The ward of 2025 is rated with points, and shows what the regulation brings up."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import ExcusedSubject, Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.engine import Truth
from tusoi.jobs.management.commands import check_installation
from tusoi.meetings.models import Minutes, ReviewMeeting
from tusoi.people.enums import StandingKind
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating
from tusoi.ratings.queries import facts_of
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.models import SelfReview
from tusoi.sample.accounts import DEMO_PASSWORD, WARD_ACCOUNTS
from tusoi.sample.ward_load import load_ward
from tusoi.units.enums import MembershipKind
from tusoi.units.models import Membership


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def cycle(settings):
    settings.TUSOI_CLOCK = "2025-12-28"
    return load_ward().cycle


def member(code, place):
    """Return the dossier of who stands at a place of a cell, counted as the sample does."""
    found = Membership.objects.filter(unit__code=code, kind=MembershipKind.OFFICIAL)

    people = list(found.order_by("pk").values_list("member__person", flat=True))
    return Obligation.objects.get(
        person=people[place], unit__code=code, subject_kind=SubjectKind.MEMBER
    )


def test_the_ward_shows_every_case_that_the_regulation_knows(cycle, client, capsys, monkeypatch):
    _assert_forms(cycle)
    _assert_cases()
    _assert_quota(client)
    _assert_writing(client)
    assert Minutes.objects.filter(state="locked").count() == ReviewMeeting.objects.count() > 0
    monkeypatch.setattr(check_installation.checks, "run_checks", list)
    with override_settings(TUSOI_CLOCK="2025-12-28"):
        call_command("check_installation", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["found"]) == (True, [])
    assert {one["id"]: one["count"] for one in told["checks"] if one["count"]} == {}
    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("sample", "--year", "2025")
    for one in WARD_ACCOUNTS:
        assert client.login(username=one.username, password=DEMO_PASSWORD), one.username
    assert not Account.objects.filter(username__startswith="du-lieu", is_active=True).exists()


def _assert_forms(cycle):
    assert ReviewCycle.objects.get().rulebook_identity.startswith("366-2025@")
    rulebook = rulebook_of(cycle)
    classes = set()
    for one in Obligation.objects.filter(cycle=cycle):
        classes.add(rule_class_of(one))
        form = rulebook.form_for(
            rule_class_of(one), is_leader=one.subject_kind == SubjectKind.LEADER
        )
        assert one.form_id == form.id, one
    assert classes == {
        "party_organization",
        "member",
        "outside_member",
        "collective",
        "leader",
    }
    assert {"newly-admitted", "exempt", "suspended"} <= set(
        ExcusedSubject.objects.values_list("code", flat=True)
    )
    steps = set(Rating.objects.values_list("step", flat=True))
    assert steps == {RatingStep.DECIDED, RatingStep.APPRAISED, RatingStep.PROPOSED}
    assert Obligation.objects.filter(reviewed_at__isnull=False, rating=None).exists()


def _assert_cases():
    spared = member("TM-KP1", 22).rating
    assert (spared.step, spared.level_id) == (RatingStep.DECIDED, "good")
    assert spared.records.latest("pk").lifted

    above_band = facts_of(member("TM-TH", 5))
    assert above_band.outcome.opening("excellent").truth is Truth.FAILS
    assert above_band.outcome.best_open == "good"

    assert facts_of(member("TM-UB", 8)).outcome.no_level_matches is Truth.HOLDS
    assert "tasks-assigned-count" in facts_of(member("TM-UB", 11)).outcome.missing

    ill = Obligation.objects.get(
        person__party_member__standings__kind=StandingKind.SICK_LEAVE,
        subject_kind=SubjectKind.MEMBER,
    )
    notes = {one.id for one in facts_of(ill).outcome.participation.notes}
    assert "long-sick-leave" in notes
    assert ill.rating.level_id == "good"
    elsewhere = facts_of(member("TM-KP2", 20)).outcome.participation
    assert "temporary-activities" in {one.id for one in elsewhere.notes}

    head = Obligation.objects.get(
        subject_kind=SubjectKind.LEADER,
        unit__code="TM-UB",
        person__posts__position="head",
    )
    assert head.rating.level_id == "excellent"
    assert [one.rule.id for one in facts_of(head).outcome.caps] == ["head-not-above-collective"]


def _assert_quota(client):
    """One group is full, another is over what its cell may decide."""
    full = Rating.objects.filter(
        obligation__unit__code="TM-KP1", obligation__rule_class="outside_member"
    )
    excellent = full.filter(level_id="excellent").count()
    assert excellent == full.filter(level_id="good").count() // 5 > 0
    over = Rating.objects.filter(
        obligation__unit__code="TM-UB", obligation__subject_kind=SubjectKind.MEMBER
    )
    assert over.filter(level_id="excellent").count() > over.filter(level_id="good").count() // 5
    client.force_login(Account.objects.get(username="bithu.uyban"))
    assert client.get(reverse("ratings:board")).status_code == 200


def _assert_writing(client):
    """Who is in the middle of writing sees which conditions of the level hold."""
    review = SelfReview.objects.get(state=ReviewState.DRAFT)
    assert review.obligation.form_id == "form-2c-2025"
    client.force_login(Account.objects.get(username="dangvien.khupho4"))
    page = client.get(reverse("reviews:write", args=[review.public_id])).content.decode()
    assert "Từ 90 điểm trở lên" in page
    assert "Còn chờ" in page


def test_the_ward_has_one_size():
    with pytest.raises(CommandError, match="leave out --members"):
        call_command("sample", "--year", "2025", "--members", "50")
