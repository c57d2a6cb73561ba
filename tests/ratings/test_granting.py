"""The greater share of the best level: granted to a group, counted, and taken back."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import people, units
from tests.factories import ratings as rating_of
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.operations import close_cycle
from tusoi.people.queries import system_account
from tusoi.ratings import errors, operations
from tusoi.ratings.models import QuotaGrant, Rating
from tusoi.ratings.queries import Group, quota_meters


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AT = rating_of.HELD
WHY = "Dẫn đầu thi đua, văn bản 12"


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def everybody(cast):
    """Ten members of the cell; at 20 % of those good one may be best, at 25 % two."""
    for number in range(8):
        person = people.make_person(f"Nguyễn Văn Số{number}")
        units.membership(people.member(person), cast.cell)
    cycle = cycle_of.cycle(cast.district, rulebook_identity="366-2025")
    members = cycle.obligations.filter(subject_kind="member", unit=cast.cell)
    found = list(members.order_by("pk"))
    for one in found:
        rating_of.reviewed(one)
        rating_of.proposed(one, "good", reasons="Đã cân nhắc.")
    return found


@pytest.fixture
def group(cast):
    return Group(cast.ward.pk, f"member:{cast.ward.pk}")


def granted(cast, group, **fields):
    cycle = Rating.objects.first().obligation.cycle
    told = {"grounds": WHY, "document": "12-TB/ĐU", "actor": cast.ward_authority} | fields
    return operations.grant_exception(cycle_id=cycle.pk, group=group, at=AT, **told)


def decided(cast, one, level="excellent", **fields):
    return operations.decide_rating(
        obligation_id=one.pk,
        choice=rating_of.choice(level, "Đã cân nhắc."),
        actor=cast.ward_authority,
        at=AT,
        **fields,
    )


def meter(everybody):
    (found,) = quota_meters(everybody[0].cycle)
    return found


def test_from_the_grant_on_the_group_has_the_greater_limit(cast, everybody, group):
    before = meter(everybody).report.chosen.limit

    grant = granted(cast, group)

    found = meter(everybody)
    assert (before, found.report.chosen.limit) == (1, 2)
    assert found.grant == grant
    assert (grant.granted_by, grant.granted_at, grant.grounds) == (cast.ward_authority, AT, WHY)
    event = AuditEvent.objects.get(action="ratings.grant_exception")
    assert (event.unit_id, event.note) == (cast.ward.pk, "12-TB/ĐU")


def test_decisions_are_held_to_the_limit_in_force(cast, everybody, group):
    decided(cast, everybody[0])
    with pytest.raises(errors.QuotaExceeded, match="tối đa 1"):
        decided(cast, everybody[1])

    granted(cast, group)

    assert decided(cast, everybody[1]).level_id == "excellent"
    with pytest.raises(errors.QuotaExceeded, match="tối đa 2"):
        decided(cast, everybody[2])


def test_another_group_keeps_its_limit(cast, everybody, group):
    granted(cast, group)
    Rating.objects.update(quota_group=f"member:{cast.other_ward.pk}")

    assert meter(everybody).report.chosen.limit == 1


def test_a_grant_taken_back_stays_and_counts_no_more(cast, everybody, group):
    grant = granted(cast, group)

    operations.withdraw_exception(
        grant_id=grant.pk, reason="Ghi nhầm nhóm", actor=cast.ward_authority, at=AT
    )

    grant.refresh_from_db()
    assert (grant.withdrawn_by, grant.withdrawn_reason) == (cast.ward_authority, "Ghi nhầm nhóm")
    assert meter(everybody).report.chosen.limit == 1
    assert AuditEvent.objects.filter(action="ratings.withdraw_exception").count() == 1
    with pytest.raises(errors.ExceptionNotInForce):
        operations.withdraw_exception(
            grant_id=grant.pk, reason="Lần nữa", actor=cast.ward_authority, at=AT
        )
    granted(cast, group)
    assert meter(everybody).report.chosen.limit == 2


def test_what_decisions_rest_on_is_not_taken_from_under_them(cast, everybody, group):
    grant = granted(cast, group)
    for one in everybody[:2]:
        decided(cast, one)

    with pytest.raises(errors.ExceptionInUse, match="2 hoàn thành xuất sắc"):
        operations.withdraw_exception(
            grant_id=grant.pk, reason="Không còn nổi trội", actor=cast.ward_authority, at=AT
        )


def test_a_quota_that_only_warns_binds_no_withdrawal(cast, everybody, group):
    cycle = everybody[0].cycle
    cycle.rulebook_settings = cycle.rulebook_settings | {"quota-enforcement": "warn"}
    cycle.save(update_fields=["rulebook_settings"])
    grant = granted(cast, group)
    for one in everybody[:3]:
        decided(cast, one)

    operations.withdraw_exception(
        grant_id=grant.pk, reason="Ghi nhầm", actor=cast.ward_authority, at=AT
    )

    assert meter(everybody).grant is None


def test_only_the_deciding_authority_grants_and_takes_back(cast, everybody, group):
    for actor in (cast.authority, cast.board, cast.binh, cast.an):
        with pytest.raises(NotPermitted):
            granted(cast, group, actor=actor)
    grant = granted(cast, group)
    with pytest.raises(NotPermitted):
        operations.withdraw_exception(
            grant_id=grant.pk, reason="Thôi", actor=cast.authority, at=AT
        )


def test_grounds_are_asked_for_both_ways(cast, everybody, group):
    with pytest.raises(errors.ExceptionNeedsGrounds):
        granted(cast, group, grounds="  ")
    grant = granted(cast, group)
    with pytest.raises(errors.WithdrawalNeedsReason):
        operations.withdraw_exception(
            grant_id=grant.pk, reason=" ", actor=cast.ward_authority, at=AT
        )


def test_a_group_has_one_grant_at_a_time(cast, everybody, group):
    grant = granted(cast, group)

    with pytest.raises(errors.ExceptionAlreadyGranted):
        granted(cast, group)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaGrant.objects.create(
            cycle=grant.cycle,
            deciding_unit=grant.deciding_unit,
            quota_group=grant.quota_group,
            grounds="Lần hai",
            granted_at=AT,
            granted_by=system_account(),
        )


def test_what_is_not_there_or_not_foreseen_is_refused(cast, everybody, group):
    with pytest.raises(errors.ExceptionNotForeseen):
        granted(cast, Group(cast.ward.pk, "member:0"))
    Rating.objects.update(quota_group="uncounted:leader")
    with pytest.raises(errors.ExceptionNotForeseen):
        granted(cast, Group(cast.ward.pk, "uncounted:leader"))


def test_an_edition_without_a_greater_share_grants_none(cast):
    cycle = cycle_of.cycle(cast.district)
    one = rating_of.reviewed(cycle_of.obligation(cycle, cast.an_person))
    rating_of.proposed(one)

    with pytest.raises(errors.ExceptionNotForeseen):
        granted(cast, Group(cast.ward.pk, f"member:{cast.ward.pk}"))


def test_a_closed_cycle_grants_nothing(cast, everybody, group):
    close_cycle(cycle_id=everybody[0].cycle_id, actor=system_account(), at=AT)

    with pytest.raises(CycleNotOpen):
        granted(cast, group)
