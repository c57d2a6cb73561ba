"""Which comments a dossier needs is computed from what is recorded, and never stops anybody."""

import datetime as dt

import pytest

from tests.factories import cycles, reviews, units
from tusoi.cycles.models import Obligation
from tusoi.people.models import Person
from tusoi.reviews import operations
from tusoi.reviews.enums import CommentSource, CommentState, ReviewState
from tusoi.reviews.models import ReviewAnswer, ReviewComment
from tusoi.reviews.queries import comment_needs
from tusoi.units.enums import MembershipKind, UnitSector
from tusoi.units.models import Membership


ON = dt.date(2022, 11, 1)
AFTER_DUE = dt.date(2022, 12, 31)


@pytest.fixture
def owed(people, cycle):
    return cycles.obligation(cycle, people.an_person)


def _works(owed, sector=UnitSector.AGENCY):
    owed.unit.sector = sector
    owed.unit.save(update_fields=["sector"])


def _needs(owed, on=ON):
    return {one.source: one for one in comment_needs([owed], on=on).get(owed.pk, ())}


def _attach(owed, source, people):
    return operations.attach_comment(
        obligation_id=owed.pk,
        source=source,
        body="Chi ủy Khu vực 2",
        commented_on=ON,
        text="Gương mẫu.",
        actor=people.an,
        at=reviews.at(12),
    )


@pytest.mark.parametrize(
    ("sector", "on", "state"),
    [
        (UnitSector.AGENCY, ON, CommentState.DUE),
        (UnitSector.PUBLIC_SERVICE, ON, CommentState.DUE),
        (UnitSector.ENTERPRISE, ON, CommentState.DUE),
        (UnitSector.AGENCY, AFTER_DUE, CommentState.MISSING),
        (UnitSector.ARMED_FORCES, AFTER_DUE, CommentState.ADVISED),
        (UnitSector.OTHER, AFTER_DUE, CommentState.ADVISED),
        (UnitSector.RESIDENTIAL, AFTER_DUE, None),
    ],
)
def test_the_residence_comments_on_who_works_and_belongs_elsewhere(owed, sector, on, state):
    _works(owed, sector)

    need = _needs(owed, on).get(CommentSource.RESIDENCE)

    assert (need.state if need else None) == state


def test_a_slip_that_was_attached_is_no_longer_missing(people, owed):
    _works(owed)
    _attach(owed, CommentSource.RESIDENCE, people)

    assert _needs(owed, AFTER_DUE)[CommentSource.RESIDENCE].state == CommentState.ATTACHED


def test_a_rule_that_was_not_compared_with_the_text_only_advises(owed):
    """The comment of the agency's head stands in secondary sources alone."""
    Person.objects.filter(pk=owed.person_id).update(is_civil_servant=True)

    need = _needs(owed, AFTER_DUE)[CommentSource.AGENCY]

    assert need.state == CommentState.ADVISED
    assert "chưa đối chiếu văn bản gốc" in need.reason
    Person.objects.filter(pk=owed.person_id).update(is_civil_servant=False)
    assert CommentSource.AGENCY not in _needs(owed, AFTER_DUE)


@pytest.mark.parametrize(
    ("came_on", "state"),
    [(dt.date(2021, 1, 1), CommentState.DUE), (dt.date(2022, 3, 1), CommentState.ADVISED)],
)
def test_the_cell_that_was_left_comments_after_six_months(people, owed, came_on, state):
    Membership.objects.filter(member__person=owed.person).update(valid_from=dt.date(2022, 7, 1))
    units.membership(
        owed.person.party_member,
        people.other_cell,
        valid_from=came_on,
        valid_to=dt.date(2022, 7, 1),
    )

    need = _needs(owed)[CommentSource.OLD_CELL]

    assert need.state == state
    assert people.other_cell.name in need.reason


def test_a_move_before_the_period_asks_for_nothing(people, owed):
    units.membership(
        owed.person.party_member,
        people.other_cell,
        valid_from=dt.date(2015, 1, 1),
        valid_to=dt.date(2021, 7, 1),
    )

    assert CommentSource.OLD_CELL not in _needs(owed)


def test_the_cell_of_temporary_activities_comments(people, owed):
    units.membership(owed.person.party_member, people.other_cell, kind=MembershipKind.TEMPORARY)

    assert _needs(owed)[CommentSource.TEMPORARY_CELL].state == CommentState.DUE


@pytest.mark.parametrize(
    ("told", "is_advised"), [("Không", False), ("", False), ("Chi hội trưởng", True)]
)
def test_a_post_in_a_mass_organisation_is_read_from_the_review(people, owed, told, is_advised):
    review = reviews.started(owed, people.an)
    ReviewAnswer.objects.create(
        review=review,
        question_id="personal-mass-organization-post",
        text=told,
        saved_at=reviews.at(),
        saved_by=people.an,
    )

    need = _needs(owed).get(CommentSource.MASS_ORGANIZATION)

    assert (need is not None) is is_advised
    assert need is None or need.state == CommentState.ADVISED


def test_bodies_need_no_comment_by_others(people, cycle):
    assert comment_needs([cycles.obligation(cycle, people.cell)], on=ON) == {}


def test_a_missing_comment_stops_nobody(people, owed):
    _works(owed)
    review = reviews.filled(reviews.started(owed, people.an), people.an)
    assert _needs(owed)[CommentSource.RESIDENCE].is_open

    operations.complete_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11, 10))

    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED


def test_the_statements_do_not_grow_with_the_dossiers(people, cycle, django_assert_num_queries):
    listed = Obligation.objects.filter(cycle=cycle, person__isnull=False).select_related("unit")
    assert len(listed) > 2
    comment_needs(list(listed[:1]), on=ON)
    owed = list(listed.all())

    with django_assert_num_queries(5):
        comment_needs(owed, on=ON)
    assert not ReviewComment.objects.exists()
