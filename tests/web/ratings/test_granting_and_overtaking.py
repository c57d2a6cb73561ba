"""The pages of the greater share and of decisions that later facts overtook."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles, ratings
from tusoi.ratings.models import QuotaGrant
from tusoi.units.models import Discipline


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXCEPTIONS = reverse("ratings:exceptions")
OVERTAKEN = reverse("ratings:overtaken")


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def an(cast):
    cycle = cycles.cycle(cast.district, rulebook_identity="366-2025")
    found = ratings.reviewed(cycles.obligation(cycle, cast.an_person))
    ratings.proposed(found, "good", reasons="Đã cân nhắc.")
    return found


def sent(cast, **fields):
    return {
        "group": f"{cast.ward.pk} member:{cast.ward.pk}",
        "grounds": "Dẫn đầu thi đua",
        "document": "12-TB/ĐU",
    } | fields


def test_the_authority_grants_sees_it_on_the_meter_and_takes_it_back(client, cast, an):
    client.force_login(cast.ward_authority)

    answer = client.post(EXCEPTIONS, sent(cast), follow=True)
    shown = answer.content.decode()
    board = client.get(reverse("ratings:board")).content.decode()

    grant = QuotaGrant.objects.get()
    assert "Đã cho áp dụng tỷ lệ cao hơn cho nhóm." in shown
    assert "Dẫn đầu thi đua" in shown
    assert "áp dụng tỷ lệ cao hơn" in board

    address = reverse("ratings:withdraw-exception", args=[grant.pk])
    refused = client.post(address, {"reason": ""}, follow=True).content.decode()
    assert "Hãy ghi lý do rút lại." in refused
    done = client.post(address, {"reason": "Ghi nhầm"}, follow=True).content.decode()

    assert "Ghi nhầm" in done
    assert "áp dụng tỷ lệ cao hơn" not in client.get(reverse("ratings:board")).content.decode()


def test_a_grant_names_the_place_within_which_its_group_counts(client, cast, an):
    client.force_login(cast.ward_authority)
    client.post(EXCEPTIONS, sent(cast))
    QuotaGrant.objects.update(quota_group=f"member:{cast.cell.pk}")

    ((_grant, place, _name, _field),) = client.get(EXCEPTIONS).context["grants"]

    assert place == cast.cell.name != cast.ward.name


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"grounds": "  "}, "này"), ({"group": "1 member:1"}, "chọn")],
)
def test_an_incomplete_grant_is_answered_with_422(client, cast, an, fields, sentence):
    client.force_login(cast.ward_authority)

    answer = client.post(EXCEPTIONS, sent(cast, **fields))

    assert answer.status_code == 422
    assert not QuotaGrant.objects.exists()
    assert sentence in answer.content.decode().lower()


def test_whoever_decides_elsewhere_finds_no_group_and_no_grant(client, cast, an):
    client.force_login(cast.ward_authority)
    client.post(EXCEPTIONS, sent(cast))
    grant = QuotaGrant.objects.get()
    client.force_login(cast.authority)

    page = client.get(EXCEPTIONS).content.decode()
    answer = client.post(
        reverse("ratings:withdraw-exception", args=[grant.pk]), {"reason": "Thôi"}
    )

    assert "Dẫn đầu thi đua" not in page
    assert answer.status_code == 404
    client.force_login(cast.binh)
    assert client.get(EXCEPTIONS).status_code == 403


def test_an_edition_without_a_greater_share_says_that_there_is_none(client, cast):
    cycles.cycle(cast.district)
    client.force_login(cast.ward_authority)

    assert "Chưa có nhóm nào" in client.get(EXCEPTIONS).content.decode()
    assert EXCEPTIONS not in client.get(reverse("ratings:board")).content.decode()


def test_a_decision_overtaken_is_listed_with_its_reason_and_the_way_on(client, cast):
    cycle = cycles.cycle(cast.district)
    one = ratings.reviewed(cycles.obligation(cycle, cast.an_person))
    ratings.decided(one, reasons="Đã cân nhắc.")
    client.force_login(cast.ward_authority)
    before = client.get(OVERTAKEN).content.decode()
    Discipline.objects.create(
        member=cast.an_person.party_member,
        arose_in=cast.cell,
        kind="reprimand",
        decided_on=dt.date(2022, 12, 1),
    )

    page = client.get(OVERTAKEN).content.decode()

    assert "Không có trường hợp nào" in before
    assert "Lê Thị An" in page
    assert "kỷ luật" in page
    assert f"{reverse('ratings:detail', args=[one.pk])}#again" in page
    assert OVERTAKEN in client.get(reverse("ratings:board")).content.decode()
    client.force_login(cast.authority)
    assert "Lê Thị An" not in client.get(OVERTAKEN).content.decode()


def test_without_a_cycle_there_is_no_such_page(client, cast):
    client.force_login(cast.ward_authority)

    assert client.get(OVERTAKEN).status_code == 404
    assert client.get(EXCEPTIONS).status_code == 404
