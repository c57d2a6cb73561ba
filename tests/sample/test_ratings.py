"""The ratings of 2022 hold against the rules that they name, in November and at the end."""

from collections import Counter

import pytest
from django.urls import reverse

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.people.enums import StandingKind
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries import OPEN, assess, quota_meters, ratings_ahead, replay, settled_level
from tusoi.reports.integrity import CHECKS, Scope, examine
from tusoi.reviews.models import SuperiorDocument
from tusoi.rulebooks.library import load
from tusoi.sample.frame import DISTRICT, DISTRICT_END
from tusoi.sample.levels import CAPPED, best_rank
from tusoi.sample.load import load_sample


pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
# A third of the district: every organisation is there, and groups are large enough for a quota.
MEMBERS = 1_700


@pytest.fixture(params=[DISTRICT, DISTRICT_END], ids=["november", "end"])
def frame(request, settings):
    settings.TUSOI_CLOCK = request.param.today.isoformat()
    return request.param


def test_every_level_holds_against_the_rules(frame, client):
    cycle = load_sample(members=MEMBERS, frame=frame).cycle

    rated = list(
        Obligation.objects.filter(cycle=cycle, rating__isnull=False).select_related(
            "unit", "person", "collective", "rating"
        )
    )
    found = assess(cycle, rated)
    for one in rated:
        assert not found[one.pk].problems, one
        assert one.rating.level_id in found[one.pk].outcome.offered, one
    decided = [found[one.pk] for one in rated if one.rating.step == RatingStep.DECIDED]
    # Nothing is missing any more, but the seats of bodies that a smaller district can't fill.
    open_ones = {
        str(one.obligation): (one.outcome.missing, one.outcome.no_level_matches)
        for one in decided
        if settled_level(one.outcome) in {OPEN, ""}
        and one.outcome.missing != ("collective-member-warned",)
    }
    assert not open_ones
    scope = Scope(system_account(), frame.today)
    assert [one.check.key for one in examine(CHECKS, scope) if not one.is_clean] == []
    _assert_order_and_quota(cycle, decided)
    _assert_records_tell_why(cycle)
    _assert_cases(cycle, client)
    if frame.is_complete:
        _assert_complete(cycle)
    else:
        _assert_every_kind_but_the_district(cycle)


def _assert_order_and_quota(cycle, decided):
    ahead = ratings_ahead(cycle, decided)
    assert not [one for ones in ahead.values() for one in ones if one.is_binding]
    meters = quota_meters(cycle)
    assert not [one for one in meters if one.counts.decided_excellent > one.report.chosen.limit]
    assert [
        one
        for one in meters
        if one.counts.waiting == 0
        and one.counts.decided_excellent == one.report.chosen.limit
        and one.counts.decided_excellent
    ]


def _assert_records_tell_why(cycle):
    records = RatingRecord.objects.filter(rating__obligation__cycle=cycle)
    taken = records.exclude(step=RatingStep.SELF)
    assert not taken.filter(facts={}).exists()
    assert not taken.filter(outcome={}).exists()
    assert not taken.exclude(rulebook_fingerprint=cycle.rulebook_fingerprint).exists()
    assert not taken.filter(is_override=True, reasons="").exists()
    # One step follows another in time, and whoever proposed neither appraised nor decided.
    for rating in Rating.objects.prefetch_related("records"):
        steps = sorted(rating.records.all(), key=lambda one: one.pk)
        assert [one.at for one in steps] == sorted(one.at for one in steps), rating
        assert len({one.actor_id for one in steps[:3]}) == (2 if len(steps) > 2 else 1), rating
        assert steps[-1].level_id == rating.level_id, rating
        assert steps[-1].step == rating.step, rating


def _assert_cases(cycle, client):
    # A head claims more than the body was given; the appraisal says why it can't be.
    head = Account.objects.get(username="bithu.dothi").person
    capped = Rating.objects.get(
        obligation__person=head, obligation__subject_kind=SubjectKind.LEADER
    )
    assert capped.obligation.unit.code == CAPPED
    first, *_between, last = capped.records.order_by("pk")
    assert (first.level_id, last.level_id) == ("excellent", capped.level_id)
    assert capped.level_id != "excellent"
    assert "head-not-above-collective" in {one["rule"] for one in last.findings}
    client.force_login(Account.objects.get(username="bithu.dothi"))
    page = client.get(reverse("ratings:detail", args=[capped.obligation_id]))
    assert "không cao hơn" in page.content.decode()
    # Appraised lower than proposed, with reasons.
    lowered = RatingRecord.objects.filter(step=RatingStep.APPRAISED, level_id="good").filter(
        rating__records__step=RatingStep.PROPOSED, rating__records__level_id="excellent"
    )
    assert lowered.exists()
    assert not lowered.filter(reasons="").exists()
    # Long illness rules out more, a discipline means the lowest level.
    levels = dict(
        Rating.objects.filter(obligation__subject_kind=SubjectKind.MEMBER).values_list(
            "obligation__person", "level_id"
        )
    )
    people = Obligation.objects.filter(cycle=cycle, subject_kind=SubjectKind.MEMBER)
    ill = people.filter(person__party_member__standings__kind=StandingKind.SICK_LEAVE)
    assert {levels[one.person_id] for one in ill} == {"satisfactory"}
    disciplined = people.filter(person__party_member__disciplines__isnull=False)
    assert {levels[one.person_id] for one in disciplined} == {"unsatisfactory"}


def _assert_every_kind_but_the_district(cycle):
    kinds = set(
        Rating.objects.filter(step=RatingStep.DECIDED).values_list(
            "obligation__subject_kind", flat=True
        )
    )
    assert kinds == {
        SubjectKind.MEMBER,
        SubjectKind.CELL,
        SubjectKind.GRASSROOTS_ORGANIZATION,
        SubjectKind.COLLECTIVE,
        SubjectKind.LEADER,
    }
    root = Obligation.objects.get(subject_kind=SubjectKind.SUPERIOR_ORGANIZATION)
    assert root.reviewed_at is None


def _assert_complete(cycle):
    waiting = Obligation.objects.filter(cycle=cycle, is_rateable=True, cancelled_on=None).exclude(
        rating__step=RatingStep.DECIDED
    )
    assert not waiting.exists()
    root = Rating.objects.get(obligation__subject_kind=SubjectKind.SUPERIOR_ORGANIZATION)
    assert root.level_id == "good"
    assert SuperiorDocument.objects.get().issuer
    # At the end of November it stood where the report saw it.
    reviewed = Obligation.objects.filter(
        subject_kind=SubjectKind.GRASSROOTS_ORGANIZATION,
        reviewed_at__date__lte=DISTRICT.today,
    )
    assert reviewed.count() == 25
    # Under the rules of 2025 the same facts leave the level open: they ask for points.
    cells = list(
        Obligation.objects.filter(cycle=cycle, subject_kind=SubjectKind.CELL).select_related(
            "unit"
        )[:20]
    )
    after = Counter(one.after for one in replay(cycle, cells, load("366-2025")))
    assert after[OPEN] + after[""] > 0


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ([], 0),
        ([1, 1, 1, 1, 2], 0),
        ([1, 1, 1, 2, 2], 1),
        ([1, 2, 2], 2),
        ([0, 0, 0, 3], 2),
    ],
)
def test_an_organization_is_no_better_than_those_below_allow(below, expected):
    assert best_rank(below) == expected
