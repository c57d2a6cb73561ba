"""Who answers what others ask for: the list says the same as the rule that each answer obeys."""

import datetime as dt

import pytest

from tests.factories import access
from tests.factories.remediation import PLANNED, action, personal_plan, plan, told
from tusoi.access.enums import RoleKey
from tusoi.people.queries import system_account
from tusoi.remediation import operations, permissions, queries
from tusoi.remediation.enums import PlanState, SourceKind
from tusoi.remediation.errors import ActionChangedMeanwhile
from tusoi.remediation.models import FollowedShortcoming


pytestmark = pytest.mark.django_db
LATER = dt.date(2023, 6, 30)
DAY = PLANNED.date()


def everybody(cast):
    names = ("an", "binh", "cuc", "dung", "board", "authority", "ward_authority", "inspector")
    return [getattr(cast, name) for name in (*names, "administrator", "outsider")]


@pytest.fixture
def extensions(cast, cycle, drafted, shortcoming):
    """Ask for more time in plans of a cell, a member and a ward, with owners of all sorts."""
    mine = action(drafted, shortcoming, owner_person_id=cast.an_person.pk)
    body = action(drafted, shortcoming, text="Việc của chi bộ", owner_unit_id=cast.cell.pk)
    drawback = FollowedShortcoming.objects.create(
        cycle=cycle,
        unit=cast.cell,
        person=cast.an_person,
        source=SourceKind.BY_HAND,
        nature="Dự 6/12 kỳ họp",
        recorded_at=PLANNED,
        recorded_by=cast.an,
    )
    own = action(personal_plan(cycle, cast.cell, cast.an_person), drawback, text="Dự đủ họp")
    higher = told(cycle, cast.ward, "Thu đạt 40%")[0]
    upper = action(plan(cycle, cast.ward), higher, owner_person_id=cast.binh.person_id)
    return [
        operations.ask_extension(
            action_id=one.pk, until=LATER, reason="Chờ vốn", actor=who, at=PLANNED
        )
        for one, who in (
            (mine, cast.an),
            (body, cast.binh),
            (own, cast.an),
            (upper, cast.binh),
        )
    ]


def test_requests_for_more_time_are_listed_for_exactly_those_who_may_answer(cast, extensions):
    for actor in (*everybody(cast), system_account()):
        may = {
            one.pk
            for one in extensions
            if (actor.is_system or one.asked_by_id != actor.pk)
            and permissions.may_extend(actor, one.action, on=DAY)
        }

        listed = {one.pk for one in queries.extensions_to_answer(actor, on=DAY)}

        assert listed == may, actor
    assert queries.extensions_to_answer(cast.board, on=DAY).exists()


def test_an_edit_begun_before_more_time_was_granted_does_not_take_it_back(cast, extensions):
    asked = extensions[0]
    seen = asked.action
    operations.grant_extension(extension_id=asked.pk, actor=cast.binh, at=PLANNED)

    with pytest.raises(ActionChangedMeanwhile):
        operations.edit_action(
            action_id=seen.pk,
            version=seen.version,
            content=operations.ActionContent(
                text=seen.text,
                due_on=seen.due_on,
                shortcoming_ids=list(seen.links.values_list("shortcoming_id", flat=True)),
            ),
            actor=cast.binh,
            at=PLANNED,
        )

    seen.refresh_from_db()
    assert seen.due_on == LATER


def test_what_was_answered_or_is_no_longer_open_waits_for_nobody(cast, extensions):
    first, second, *_rest = extensions
    operations.grant_extension(extension_id=first.pk, actor=cast.binh, at=PLANNED)
    operations.drop_action(
        action_id=second.action_id, reason="Trùng việc", actor=cast.binh, at=PLANNED
    )

    listed = {one.pk for one in queries.extensions_to_answer(system_account(), on=DAY)}

    assert listed == {one.pk for one in extensions[2:]}


def test_requests_for_acceptance_are_listed_for_exactly_those_who_may_answer(
    cast, cycle, shortcoming
):
    access.grant(cast.cuc, RoleKey.COMMITTEE_OFFICER, cast.district)
    rooted = told(cycle, cast.district, "Giải ngân đạt 40%")[0]
    asked = [
        operations.ask_acceptance(
            shortcoming_id=one.pk, until=LATER, reason="Chờ vốn", actor=who, at=PLANNED
        )
        for one, who in ((shortcoming, cast.binh), (rooted, cast.cuc))
    ]

    for actor in (*everybody(cast), system_account()):
        may = {
            one.pk
            for one in asked
            if (actor.is_system or one.asked_by_id != actor.pk)
            and permissions.may_accept(actor, one.shortcoming, on=DAY)
        }
        assert {one.pk for one in queries.acceptances_to_answer(actor, on=DAY)} == may, actor
    assert queries.acceptances_to_answer(cast.cuc, on=DAY).exists()


def test_plans_sent_up_are_listed_for_exactly_those_who_may_answer(cast, cycle):
    """Plans of a cell, a member, a ward and the topmost body; who sent one does not judge it."""
    access.grant(cast.cuc, RoleKey.COMMITTEE_OFFICER, cast.district)
    made = [
        plan(cycle, cast.cell),
        personal_plan(cycle, cast.cell, cast.an_person),
        plan(cycle, cast.ward),
        plan(cycle, cast.district),
    ]
    by = [cast.binh, cast.an, cast.cuc, cast.cuc]
    for one, who in zip(made, by, strict=True):
        type(one).objects.filter(pk=one.pk).update(
            state=PlanState.SENT,
            sent_by=who,
            sent_at=PLANNED,
            approved_by=who,
            approved_at=PLANNED,
        )
        one.refresh_from_db()
    for actor in (*everybody(cast), system_account()):
        may = {one.pk for one in made if permissions.may_judge(actor, one, on=DAY)}
        assert {one.pk for one in queries.plans_to_answer(actor, on=DAY)} == may, actor
    assert queries.plans_to_answer(cast.board, on=DAY).count() == len(made)


def test_an_account_that_was_closed_answers_nothing(cast, extensions):
    cast.board.is_active = False

    assert not queries.extensions_to_answer(cast.board, on=DAY).exists()


def test_the_burden_of_a_unit_is_counted_by_owner(cast, extensions):
    found = {
        str(one.person or one.unit): one.count
        for one in queries.owners_of_open_actions(cast.cell.pk)
    }

    assert found == {str(cast.an_person): 1, str(cast.cell): 1}
