"""The page of standing checks shows each reader their own, and leads to where it is mended."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories import cast, cycles, people, remediation, units
from tusoi.people.models import PartyMember
from tusoi.people.queries import system_account
from tusoi.remediation.enums import PlanState
from tusoi.remediation.models import RemediationPlan
from tusoi.reports.integrity import CHECKS


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def seats(settings):
    settings.TUSOI_CLOCK = "2022-12-20"
    return cast.make()


@pytest.fixture
def ownerless(seats):
    cycle = cycles.cycle(seats.district)
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.APPROVED, approved_at=remediation.PLANNED, approved_by=system_account()
    )
    made = remediation.action(plan, told)
    type(made).objects.filter(pk=made.pk).update(created_at=cycles.moment(2022, 11, 1))
    return made


def _get(client, account, name="reports:integrity", *args):
    client.force_login(account)
    return client.get(reverse(name, args=args))


def test_a_secretary_is_led_to_what_has_no_owner(client, seats, ownerless):
    answer = _get(client, seats.binh)

    assert answer.status_code == 200
    page = answer.content.decode()
    link = reverse("remediation:action", args=[ownerless.public_id])
    assert link in page
    assert "Việc khắc phục không có nơi chủ trì" in page
    assert client.get(link).status_code == 200


def test_a_neighbour_is_told_that_all_is_well(client, seats, ownerless):
    page = _get(client, seats.dung).content.decode()

    assert "Không phát hiện vấn đề nào" in page
    assert ownerless.text not in page


def test_the_administrator_sees_accounts_and_no_content(client, seats, ownerless):
    answer = _get(client, seats.administrator)

    assert {one.check.permission.value for one, _ in answer.context["found"]} <= {"role_grant"}
    assert ownerless.text not in answer.content.decode()
    other = _get(client, seats.administrator, "reports:integrity-check", "action-without-owner")
    assert other.status_code == 404


def test_the_page_of_one_check_lists_everything(client, seats):
    for number in range(60):
        person = people.make_person(f"Đảng viên {number:02}")
        units.membership(people.member(person), seats.cell, valid_to=dt.date(2022, 1, 1))

    first = _get(client, seats.board, "reports:integrity-check", "member-without-cell")
    second = client.get(first.request["PATH_INFO"], {"page": 2})

    assert len(first.context["lines"]) == 50
    assert len(second.context["lines"]) == 10
    assert reverse("people:detail", args=[person.public_id]) in second.content.decode()


@pytest.mark.parametrize("key", [check.key for check in CHECKS])
def test_every_check_has_a_page_for_whoever_may_see_everything(client, seats, key):
    board = _get(client, seats.board, "reports:integrity-check", key)
    nothing = _get(client, seats.board, "reports:integrity-check", "no-such-check")

    assert (board.status_code, nothing.status_code) == (200, 404)


def test_the_workbook_holds_the_same_rows(client, seats, ownerless):
    answer = _get(client, seats.binh, "reports:integrity-export")

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    assert header[0] == "Mức độ"
    told = [row for row in rows if row[2] == ownerless.text]
    assert told[0][1] == "Việc khắc phục không có nơi chủ trì"
    assert told[0][4] == ownerless.due_on
    assert told[0][6].startswith("http://testserver/remediation/actions/")
    assert _get(client, seats.an, "reports:integrity-export").status_code == 403


def test_the_page_costs_the_same_however_much_is_wrong(
    client, seats, django_assert_max_num_queries
):
    PartyMember.objects.bulk_create(
        PartyMember(person=people.make_person(), admitted_on=dt.date(2010, 1, 1))
        for _ in range(30)
    )
    client.force_login(seats.board)
    client.get(reverse("home"))

    with django_assert_max_num_queries(30):
        client.get(reverse("reports:integrity"))
