"""Nothing stays with nobody."""

import datetime as dt

import pytest

from tests.factories.remediation import (
    PLANNED,
    action,
    analyzed,
    checked,
    content,
    finished,
    told,
)
from tusoi.access.errors import NotPermitted
from tusoi.people.queries import system_account
from tusoi.remediation import errors, operations, permissions, queries
from tusoi.remediation.enums import Verdict
from tusoi.remediation.models import OwnerChange
from tusoi.units.models import Membership, Post


pytestmark = pytest.mark.django_db


@pytest.fixture
def made(cast, drafted, shortcoming):
    return action(drafted, shortcoming, owner_person_id=cast.an_person.pk)


def hand(made, actor, reason="An chuyển sinh hoạt", **to):
    return operations.hand_over_action(
        action_id=made.pk, reason=reason, actor=actor, at=PLANNED, **to
    )


def test_an_action_passes_to_another_and_who_had_it_stays_on_record(cast, cycle, made):
    handed = hand(made, cast.binh, to_unit_id=cast.cell.pk)

    assert (handed.owner_person, handed.owner_unit_id) == (None, cast.cell.pk)
    change = OwnerChange.objects.get()
    assert (change.from_person, change.to_unit) == (cast.an_person, cast.cell)
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)


def test_handing_over_needs_a_fit_owner_and_a_reason(cast, made):
    for refusal, wrong in (
        (errors.ReasonMissing, {"reason": " ", "to_unit_id": cast.cell.pk}),
        (errors.NewOwnerMissing, {}),
        (errors.OwnerElsewhere, {"to_person_id": cast.dung.person_id}),
        (errors.OwnerUnchanged, {"to_person_id": cast.an_person.pk}),
    ):
        with pytest.raises(refusal):
            hand(made, cast.binh, **wrong)
    with pytest.raises(NotPermitted):
        hand(made, cast.dung, to_unit_id=cast.cell.pk)
    finished(made)
    with pytest.raises(errors.ActionNotOpen):
        hand(made, cast.binh, to_unit_id=cast.cell.pk)


def test_who_leaves_hands_over_everything_at_once(cast, drafted, shortcoming, made):
    action(drafted, shortcoming, text="Việc hai", owner_person_id=cast.an_person.pk)
    kept = finished(
        action(drafted, shortcoming, text="Việc xong", owner_person_id=cast.an_person.pk)
    )

    def hand_all(unit=cast.cell, **fields):
        return operations.hand_over_all(
            unit_id=unit.pk,
            reason="Thôi chức vụ",
            actor=cast.cuc,
            at=PLANNED,
            to_person_id=cast.binh.person_id,
            **fields,
        )

    assert hand_all() == 0
    assert hand_all(cast.ward, from_person_id=cast.an_person.pk) == 0
    assert hand_all(from_person_id=cast.an_person.pk) == 2
    kept.refresh_from_db()
    assert kept.owner_person == cast.an_person


def test_what_has_nobody_any_more_is_listed(cast, drafted, shortcoming, made):
    on = PLANNED.date()
    nobody = action(drafted, shortcoming, text="Chưa giao")
    by_unit = action(drafted, shortcoming, text="Của chi bộ", owner_unit_id=cast.cell.pk)
    assert list(queries.without_living_owner(cast.binh, on=on)) == [nobody]

    Membership.objects.filter(member__person=cast.an_person).update(valid_to=on)
    assert set(queries.without_living_owner(cast.binh, on=on)) == {nobody, made}
    Post.objects.create(person=cast.an_person, unit=cast.cell, position="secretary", valid_from=on)
    assert list(queries.without_living_owner(system_account(), on=on)) == [nobody]

    cast.cell.closed_on = on
    cast.cell.save()
    assert by_unit in queries.without_living_owner(cast.cuc, on=on)
    assert not queries.without_living_owner(cast.dung, on=on).exists()
    assert by_unit not in queries.without_living_owner(cast.cuc, on=on - dt.timedelta(days=1))


def approve(drafted):
    operations.approve_plan(
        plan_id=drafted.pk,
        actor=system_account(),
        at=PLANNED,
        justification="Bổ sung sau",
        gaps_until=dt.date(2023, 3, 31),
    )


def by_handing(cast, drafted, shortcoming, made):
    hand(made, cast.binh, reason="Bàn giao", to_person_id=cast.an_person.pk)


def by_editing(cast, drafted, shortcoming, made):
    edited = content(shortcoming, owner_person_id=cast.an_person.pk)
    operations.edit_action(
        action_id=made.pk, version=1, content=edited, actor=cast.binh, at=PLANNED
    )


def test_a_round_of_done_and_reopened_makes_no_judge(cast, drafted, shortcoming):
    analyzed(shortcoming)
    made = action(drafted, shortcoming, owner_person_id=cast.an_person.pk)
    finished(made, actor=cast.binh)
    operations.reopen_action(action_id=made.pk, reason="Chưa xong", actor=cast.binh, at=PLANNED)
    finished(made, actor=cast.an)

    assert not permissions.may_check(cast.binh, shortcoming, on=PLANNED.date())
    assert permissions.may_check(cast.inspector, shortcoming, on=PLANNED.date())


def test_who_ties_their_action_to_something_else_does_not_judge(cast, drafted, shortcoming):
    analyzed(shortcoming)
    made = action(drafted, shortcoming, owner_person_id=cast.binh.person_id)
    other = action(drafted, shortcoming, text="Việc khác", owner_person_id=cast.an_person.pk)
    approve(drafted)
    elsewhere = told(drafted.cycle, cast.cell, "Họp chưa đều")[0]
    edited = content(elsewhere, owner_person_id=cast.binh.person_id)
    operations.edit_action(
        action_id=made.pk, version=1, content=edited, actor=cast.binh, at=PLANNED
    )
    finished(other, actor=cast.an)

    assert not permissions.may_check(cast.binh, shortcoming, on=PLANNED.date())
    assert permissions.may_check(cast.inspector, shortcoming, on=PLANNED.date())


@pytest.mark.parametrize("pass_on", [by_handing, by_editing])
@pytest.mark.parametrize("is_issued", [True, False])
def test_who_passes_an_action_on_does_not_judge_its_effect(
    cast, drafted, shortcoming, pass_on, is_issued
):
    """In a draft somebody else may still be named, and who was named first is free."""
    analyzed(shortcoming)
    made = action(drafted, shortcoming, owner_person_id=cast.binh.person_id)
    if is_issued:
        approve(drafted)
    pass_on(cast, drafted, shortcoming, made)
    finished(made, actor=cast.an)

    assert permissions.may_check(cast.binh, shortcoming, on=PLANNED.date()) is not is_issued
    assert permissions.may_check(cast.inspector, shortcoming, on=PLANNED.date())
    if is_issued:
        with pytest.raises(NotPermitted):
            checked(shortcoming, Verdict.EFFECTIVE, actor=cast.binh)
