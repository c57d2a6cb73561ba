"""A year on, what the report of 2022 named is put right, under way or back."""

import pytest

from tusoi.cycles.models import ReviewCycle
from tusoi.people.queries import system_account
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import ShortcomingState, Verdict
from tusoi.remediation.models import FollowedShortcoming, RemediationPlan
from tusoi.reports.integrity import CHECKS, Scope, examine
from tusoi.reviews.enums import EarlierOutcome
from tusoi.reviews.models import SelfReview
from tusoi.sample.frame import DISTRICT_NEXT
from tusoi.sample.year_after import load_year_after


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_what_fell_short_in_2022_stands_in_the_forms_of_2023(settings):
    settings.TUSOI_CLOCK = DISTRICT_NEXT.today.isoformat()
    load_year_after(members=900)

    later = ReviewCycle.objects.get(year=2023)
    outcomes = {
        (one.review.obligation.unit.code, one.nature[:12]): one.outcome
        for review in SelfReview.objects.filter(obligation__cycle=later)
        for one in review.earliershortcomings.select_related("review__obligation__unit")
    }
    assert outcomes[("BT-KT", "Thu Quỹ phòn")] == EarlierOutcome.DONE
    assert outcomes[("BT-KT", "Công tác khu")] == EarlierOutcome.UNDER_WAY
    assert outcomes[("BT-TA", "Thu Quỹ phòn")] == EarlierOutcome.NOT_YET
    assert outcomes[("BT-TA", "Còn đảng viê")] == EarlierOutcome.DONE

    again = FollowedShortcoming.objects.get(cycle=later)
    assert (again.years_in_row, again.previous.state) == (2, ShortcomingState.ACTION_PLANNED)
    assert again.previous.checks.get().verdict == Verdict.NOT_EFFECTIVE
    for cycle in ReviewCycle.objects.all():
        assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []
    # A sample shows the work as it should be: no standing check finds anything.
    scope = Scope(system_account(), DISTRICT_NEXT.today)
    found = {one.check.key for one in examine(CHECKS, scope) if not one.is_clean}
    # In so small a district one body has nobody to hold its account.
    assert found <= {"role-without-person"}
    assert set(RemediationPlan.objects.filter(versions__number=2).values_list("state")) == {
        ("accepted",)
    }
    figures = queries.board_counts(system_account(), later, on=DISTRICT_NEXT.today)
    assert figures.shortcomings == 1
