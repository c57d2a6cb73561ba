"""Full or on probation, on which day."""

import datetime as dt

import pytest

from tests.factories import people
from tusoi.people.enums import MemberStage
from tusoi.people.models import PartyMember
from tusoi.people.queries import at_stage, members_on


pytestmark = pytest.mark.django_db
ADMITTED, OFFICIAL, LEFT = dt.date(2020, 5, 1), dt.date(2021, 5, 1), dt.date(2022, 5, 1)
ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (ADMITTED - ONE_DAY, None),
        (ADMITTED, MemberStage.PROBATIONARY),
        (OFFICIAL - ONE_DAY, MemberStage.PROBATIONARY),
        (OFFICIAL, MemberStage.FULL),
        (LEFT - ONE_DAY, MemberStage.FULL),
        (LEFT, None),
    ],
)
def test_the_stage_of_a_day_is_the_same_in_code_and_in_the_database(day, stage):
    member = people.member(
        admitted_on=ADMITTED, official_on=OFFICIAL, left_on=LEFT, left_reason="resigned"
    )

    assert member.stage_on(day) == stage
    there = members_on(day)
    assert there.exists() is (stage is not None)
    if stage is not None:
        for asked in MemberStage:
            found = there.filter(at_stage(asked, day))
            assert found.exists() is (asked == stage)


def test_nobody_is_full_without_a_date():
    member = people.member(admitted_on=ADMITTED, official_on=None)

    assert member.stage_on(LEFT) == MemberStage.PROBATIONARY
    assert not PartyMember.objects.filter(at_stage(MemberStage.FULL, LEFT)).exists()
