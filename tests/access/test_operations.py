"""Accounts and roles: who may give them, what is refused, what the log says."""

import datetime as dt

import pytest

from tests.factories import access, cast, people, units
from tusoi.access import operations
from tusoi.access.enums import Permission, RoleKey
from tusoi.access.errors import (
    AccountLocked,
    AlreadyGranted,
    AlreadyHasAccount,
    EndsBeforeStart,
    NotPermitted,
    OwnAccount,
)
from tusoi.access.guard import holds
from tusoi.access.models import RoleGrant
from tusoi.access.queries import remember_roles
from tusoi.audit.models import AuditEvent
from tusoi.people.models import Account


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 11, 30)
AT = dt.datetime(2022, 11, 30, 2, tzinfo=dt.UTC)


def _ward_administrator(seats):
    made = people.account(username="ward_administrator")
    access.grant(made, RoleKey.ADMINISTRATOR, seats.ward)
    return made


def _member_of(cell, name="Đỗ Văn Nam"):
    person = people.make_person(name)
    units.membership(people.member(person), cell)
    return person


def _events(action):
    return list(AuditEvent.objects.filter(action=action))


def _grant(account, unit, *, actor, role=RoleKey.CELL_COMMITTEE, valid_from=DAY, valid_to=None):
    return operations.grant_role(
        account=account,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        actor=actor,
        at=AT,
    )


def test_grant_role_gives_it_and_writes_who_gave_it():
    seats = cast.make()

    grant = _grant(seats.outsider, seats.cell, actor=seats.board)

    assert holds(seats.outsider, Permission.MEETING_HOLD, unit_id=seats.cell.pk, on=DAY)
    (event,) = _events("access.grant")
    assert (event.actor_id, event.unit_id, event.to_state, event.object_id) == (
        seats.board.pk,
        seats.cell.pk,
        "cell_committee",
        str(grant.pk),
    )


def test_nobody_grants_wider_than_their_own_scope():
    seats = cast.make()
    administrator = _ward_administrator(seats)

    _grant(seats.outsider, seats.ward, actor=administrator)
    for unit in (seats.district, seats.other_ward, seats.other_cell):
        with pytest.raises(NotPermitted):
            _grant(seats.outsider, unit, actor=administrator)

    assert RoleGrant.objects.filter(account=seats.outsider).count() == 1


@pytest.mark.parametrize("name", ["an", "binh", "cuc", "authority", "inspector", "outsider"])
def test_only_those_who_give_roles_give_them(name):
    seats = cast.make()

    with pytest.raises(NotPermitted):
        _grant(seats.dung, seats.cell, actor=getattr(seats, name))


def test_the_administrator_gives_roles_to_others_but_not_to_themselves():
    seats = cast.make()

    _grant(seats.outsider, seats.district, actor=seats.administrator, role=RoleKey.INSPECTOR)

    with pytest.raises(OwnAccount):
        _grant(
            seats.administrator, seats.district, actor=seats.administrator, role=RoleKey.INSPECTOR
        )


def test_grant_role_refuses_an_end_before_the_start_a_repetition_and_a_locked_account():
    seats = cast.make()

    with pytest.raises(EndsBeforeStart):
        _grant(seats.outsider, seats.cell, actor=seats.board, valid_to=DAY - dt.timedelta(days=1))
    with pytest.raises(AlreadyGranted):
        _grant(seats.binh, seats.cell, actor=seats.board)
    Account.objects.filter(pk=seats.an.pk).update(is_active=False)
    with pytest.raises(AccountLocked):
        _grant(seats.an, seats.cell, actor=seats.board)


def test_revoke_role_ends_it_at_once_and_a_second_time_changes_nothing():
    seats = cast.make()
    grant = RoleGrant.objects.get(account=seats.binh)

    for _time in range(2):
        operations.revoke_role(grant_id=grant.pk, reason="thôi chức", actor=seats.board, at=AT)

    assert not holds(seats.binh, Permission.MEETING_HOLD, unit_id=seats.cell.pk, on=DAY)
    (event,) = _events("access.revoke")
    assert (event.from_state, event.note) == ("cell_committee", "thôi chức")


def test_revoke_role_is_refused_outside_the_scope():
    seats = cast.make()
    grant = RoleGrant.objects.get(account=seats.dung)

    with pytest.raises(NotPermitted):
        operations.revoke_role(
            grant_id=grant.pk, reason="", actor=_ward_administrator(seats), at=AT
        )


def test_create_account_gives_a_password_for_one_use():
    seats = cast.make()
    person = _member_of(seats.cell)

    account, password = operations.create_account(person_id=person.pk, actor=seats.board, at=AT)

    assert account.username == "namdv"
    assert account.must_change_password
    assert account.check_password(password)
    assert len(set(password)) > 4
    (event,) = _events("access.create_account")
    assert event.object_id == str(account.pk)
    assert password not in event.note


def test_create_account_finds_a_free_username():
    seats = cast.make()
    names = ["Đỗ Văn Nam", "Đỗ Văn Nam", "Dương Vũ Nam"]

    made = [
        operations.create_account(
            person_id=_member_of(seats.cell, name).pk, actor=seats.board, at=AT
        )[0].username
        for name in names
    ]

    assert made == ["namdv", "namdv2", "namdv3"]


def test_create_account_is_refused_twice_and_outside_the_scope():
    seats = cast.make()
    person = _member_of(seats.other_cell)

    with pytest.raises(AlreadyHasAccount):
        operations.create_account(person_id=seats.an.person_id, actor=seats.board, at=AT)
    with pytest.raises(NotPermitted):
        operations.create_account(person_id=person.pk, actor=_ward_administrator(seats), at=AT)
    assert not Account.objects.filter(person=person).exists()


def test_reset_password_replaces_the_old_one():
    seats = cast.make()

    account, password = operations.reset_password(
        account_id=seats.binh.pk, actor=seats.board, at=AT
    )

    account.refresh_from_db()
    assert account.must_change_password
    assert account.check_password(password)
    assert len(_events("access.reset_password")) == 1


def test_an_account_with_a_role_beyond_the_scope_is_not_ours_to_reset_or_lock():
    seats = cast.make()
    administrator = _ward_administrator(seats)
    access.grant(seats.an, RoleKey.INSPECTOR, seats.district)

    with pytest.raises(NotPermitted):
        operations.reset_password(account_id=seats.an.pk, actor=administrator, at=AT)
    with pytest.raises(NotPermitted):
        operations.deactivate_account(
            account_id=seats.an.pk, reason="", actor=administrator, at=AT
        )
    operations.reset_password(account_id=seats.binh.pk, actor=administrator, at=AT)


def test_an_account_that_nobody_near_answers_for_is_refused():
    seats = cast.make()

    with pytest.raises(NotPermitted):
        operations.reset_password(account_id=seats.outsider.pk, actor=seats.board, at=AT)


def test_deactivate_and_reactivate_account_are_logged_once_each():
    seats = cast.make()

    for _time in range(2):
        operations.deactivate_account(
            account_id=seats.binh.pk, reason="chuyển công tác", actor=seats.board, at=AT
        )
    seats.binh.refresh_from_db()
    assert not seats.binh.is_active
    assert not holds(seats.binh, Permission.REVIEW_READ, unit_id=seats.cell.pk, on=DAY)
    with pytest.raises(AccountLocked):
        operations.reset_password(account_id=seats.binh.pk, actor=seats.board, at=AT)
    for _time in range(2):
        operations.reactivate_account(account_id=seats.binh.pk, actor=seats.board, at=AT)

    seats.binh.refresh_from_db()
    assert seats.binh.is_active
    (locked,) = _events("access.deactivate")
    (opened,) = _events("access.reactivate")
    assert (locked.from_state, locked.to_state, locked.note) == (
        "active",
        "locked",
        "chuyển công tác",
    )
    assert (opened.from_state, opened.to_state) == ("locked", "active")


def test_nobody_locks_themselves_out_and_the_system_account_is_nobodys():
    seats = cast.make()
    system = RoleGrant.objects.get(account=seats.an).granted_by

    with pytest.raises(OwnAccount):
        operations.deactivate_account(
            account_id=seats.board.pk, reason="", actor=seats.board, at=AT
        )
    with pytest.raises(NotPermitted):
        operations.reset_password(account_id=system.pk, actor=seats.board, at=AT)


def test_choose_language_is_logged_when_it_changes():
    seats = cast.make()

    for _time in range(2):
        operations.choose_language(language="en", actor=seats.an, at=AT)

    seats.an.refresh_from_db()
    assert seats.an.language == "en"
    assert [event.to_state for event in _events("access.choose_language")] == ["en"]


def test_choose_email_is_logged_when_it_changes_and_never_with_the_address():
    seats = cast.make()

    for _time in range(2):
        operations.choose_email(email="an@example.org", actor=seats.an, at=AT)

    seats.an.refresh_from_db()
    assert seats.an.email == "an@example.org"
    (event,) = _events("access.choose_email")
    assert "example" not in f"{event.from_state} {event.to_state} {event.note}"


def test_remembered_roles_answer_without_asking_again(django_assert_num_queries):
    seats = cast.make()
    remember_roles(seats.an, on=DAY)

    with django_assert_num_queries(0):
        assert not holds(seats.an, Permission.REVIEW_READ, unit_id=seats.cell.pk, on=DAY)
    with django_assert_num_queries(1):
        assert holds(seats.an, Permission.UNIT_VIEW, unit_id=seats.cell.pk, on=DAY)


def test_an_account_of_an_office_is_looked_after_by_its_roles():
    seats = cast.make()

    operations.reset_password(account_id=seats.authority.pk, actor=seats.board, at=AT)

    assert len(_events("access.reset_password")) == 1
