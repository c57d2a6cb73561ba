"""What concerns a unit as a whole: requests that wait, its own words, handing over at once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.remediation import PLANNED, action, analyzed, plan, told
from tusoi.remediation import operations
from tusoi.remediation.models import Extension, FollowedShortcoming, ListEntry, RemediationAction
from tusoi.reports.home import Place, home_for
from tusoi.units.models import Unit


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = dt.date(2023, 6, 30)
LISTS, ALL = reverse("remediation:lists"), reverse("remediation:hand-over-all")
WAITING = reverse("remediation:waiting")


@pytest.fixture(autouse=True)
def _in_december(settings):
    settings.TUSOI_CLOCK = "2022-12-05"


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def one(cast, cycle):
    return told(cycle, cast.cell, "Thu Quỹ đạt 74%")[0]


@pytest.fixture
def drafted(cast, cycle, one):
    return plan(cycle, cast.cell)


# -- what waits ----------------------------------------------------------------------------------


def ask(made, actor):
    return operations.ask_extension(
        action_id=made.pk, until=LATER, reason="Chờ kinh phí", actor=actor, at=PLANNED
    )


def counted(actor):
    lines = home_for(actor, on=PLANNED.date()).waiting
    return [line.count for line in lines if line.place is Place.ANSWERS]


def test_a_request_for_more_time_is_answered_where_it_is_listed(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    ask(made, cast.an)
    client.force_login(cast.binh)
    page = client.get(WAITING).content.decode()
    assert "Chờ kinh phí" in page
    # Requests of every cycle stand here: each says of which it is.
    assert made.plan.cycle.name in page
    assert "state=sent" not in page
    assert counted(cast.binh) == [1]

    grant = reverse("remediation:action-act", args=[made.public_id, "grant-extension"])
    answer = client.post(grant, {"back": "waiting"})

    assert answer.url == WAITING
    assert Extension.objects.get().granted_by == cast.binh
    assert "Chờ kinh phí" not in client.get(WAITING).content.decode()
    assert counted(cast.binh) == []


def test_a_request_for_acceptance_waits_for_the_superior_alone(client, cast, one):
    operations.ask_acceptance(
        shortcoming_id=one.pk, until=LATER, reason="Chờ vốn", actor=cast.binh, at=PLANNED
    )
    for actor, sees in ((cast.binh, False), (cast.dung, False), (cast.cuc, True)):
        client.force_login(actor)
        assert ("Chờ vốn" in client.get(WAITING).content.decode()) is sees
    grant = reverse("remediation:shortcoming-act", args=[one.public_id, "grant-acceptance"])

    assert client.post(grant, {"back": "waiting"}).url == WAITING
    assert one.acceptances.get().granted_by == cast.cuc


def test_the_list_of_what_waits_costs_the_same_for_many(client, cast, drafted, one):
    client.force_login(cast.binh)
    ask(action(drafted, one, owner_person_id=cast.an_person.pk), cast.an)
    client.get(WAITING)
    with CaptureQueriesContext(connection) as few:
        client.get(WAITING)
    for number in range(4):
        ask(action(drafted, one, text=f"{number}", owner_person_id=cast.an_person.pk), cast.an)
    with CaptureQueriesContext(connection) as many:
        client.get(WAITING)
    assert len(many) == len(few), [one["sql"][:200] for one in many][len(few) - 9 :]


# -- the shared lists ----------------------------------------------------------------------------


def test_a_unit_adds_its_own_cause_and_it_is_offered_below(client, cast, cycle, one):
    client.force_login(cast.cuc)
    address = f"{LISTS}?unit={cast.ward.public_id}"
    sent = {"under": "cause:capacity", "label": "Thiếu cán bộ chuyên trách"}

    assert client.post(address, sent).status_code == 302
    again = client.post(address, sent)

    assert again.status_code == 422
    assert "Thiếu cán bộ chuyên trách" in again.content.decode()
    entry = ListEntry.objects.get()
    client.force_login(cast.binh)
    shown = client.get(reverse("remediation:shortcoming", args=[one.public_id]))
    assert f'value="{entry.pk}"' in shown.content.decode()
    # Of the ward: the cell reads it on its own page and cannot end it.
    assert "Thiếu cán bộ chuyên trách" in client.get(LISTS).content.decode()
    assert client.post(reverse("remediation:end-entry", args=[entry.pk])).status_code == 404
    client.force_login(cast.cuc)
    assert client.get(reverse("remediation:end-entry", args=[entry.pk])).status_code == 302
    client.post(reverse("remediation:end-entry", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.valid_to is not None


def test_the_unit_is_found_by_name_and_a_foreign_one_is_not(client, cast, cycle):
    client.force_login(cast.cuc)
    for address in (LISTS, ALL):
        chosen = client.get(address, {"name": cast.cell.code})
        assert chosen.url == f"{address}?unit={cast.cell.public_id}"
        assert client.get(address, {"name": cast.other_cell.code}).status_code == 422
        foreign = client.get(address, {"unit": str(cast.other_cell.public_id)})
        assert foreign.status_code == 404


def test_who_plans_in_several_places_says_for_which(client, cast, cycle):
    cast_of.access.grant(cast.cuc, "committee_officer", cast.other_ward)
    client.force_login(cast.cuc)

    for address in (LISTS, ALL):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.context["unit"] is None


# -- handing over at once ------------------------------------------------------------------------


def test_everything_of_one_person_is_handed_over_at_once(client, cast, drafted, one):
    first = action(drafted, one, owner_person_id=cast.an_person.pk)
    action(drafted, one, text="Việc hai", owner_person_id=cast.an_person.pk)
    other = action(drafted, one, text="Việc ba", owner_unit_id=cast.cell.pk)
    client.force_login(cast.binh)
    single = client.get(reverse("remediation:hand-over", args=[first.public_id]))
    shown = client.get(single.context["all_url"])
    assert shown.context["form"]["giver"].value() == f"person:{cast.an_person.pk}"
    assert "2 việc" in shown.content.decode()
    sent = {
        "giver": f"person:{cast.an_person.pk}",
        "owner": f"person:{cast.binh.person_id}",
        "reason": "Chuyển công tác",
    }
    found = client.post(ALL, {"owner_search": "bình", "find": "1"})
    assert f"person:{cast.binh.person_id}" in found.content.decode()
    assert client.post(ALL, sent | {"reason": ""}).status_code == 422
    assert client.post(ALL, sent | {"owner": sent["giver"]}).status_code == 422

    assert client.post(ALL, sent).status_code == 302

    owners = RemediationAction.objects.exclude(pk=other.pk).values_list("owner_person", flat=True)
    assert set(owners) == {cast.binh.person_id}
    other.refresh_from_db()
    assert other.owner_unit == cast.cell


def test_where_nobody_has_anything_in_charge_the_page_says_so(client, cast, cycle):
    client.force_login(cast.binh)

    assert "không có việc đang mở" in client.get(ALL).content.decode()


# -- who answers, and who goes on ----------------------------------------------------------------


def test_who_answers_for_a_shortcoming_is_ticked_or_found_by_name(client, cast, one):
    analyzed(one)
    one.refresh_from_db()
    client.force_login(cast.binh)
    address = reverse("remediation:shortcoming-act", args=[one.public_id, "answerable"])
    sent = {"answerable": [cast.an_person.pk], "version": one.version}

    assert client.post(address, sent | {"person_search": "Trần Văn Bình"}).status_code == 302

    assert set(one.answerable.all()) == {cast.an_person, cast.binh.person}
    one.refresh_from_db()
    nobody = client.post(address, {"person_search": "Ngô Tiến Dũng", "version": one.version})
    assert nobody.status_code == 422
    assert "Không tìm thấy tên này" in nobody.content.decode()
    foreign = {"answerable": [cast.dung.person_id], "version": one.version}
    assert client.post(address, foreign).status_code == 422
    late = client.post(address, {"answerable": [], "version": 1})
    assert late.status_code == 422
    assert set(one.answerable.all()) == {cast.an_person, cast.binh.person}
    assert client.post(address, {"version": one.version}).status_code == 302
    assert not one.answerable.exists()


def test_the_plan_of_a_closed_unit_is_taken_over_by_one_that_goes_on(client, cast, drafted, one):
    Unit.objects.filter(pk=cast.cell.pk).update(closed_on=dt.date(2022, 12, 2))
    client.force_login(cast.cuc)
    assert cast.cell.name in client.get(WAITING).content.decode()
    page = reverse("remediation:plan", args=[drafted.public_id])
    assert "Giao tổ chức khác tiếp nhận" in client.get(page).content.decode()
    address = reverse("remediation:plan-act", args=[drafted.public_id, "take-over"])
    sent = {"unit": cast.other_ward.code, "reason": "Sáp nhập theo Quyết định 5-QĐ/QU"}

    refused = client.post(address, sent)

    assert refused.status_code == 422
    assert "không được giao lập kế hoạch" in refused.content.decode()
    assert client.post(address, sent | {"unit": cast.ward.code}).status_code == 302
    drafted.refresh_from_db()
    assert drafted.keeper == cast.ward
    assert f"plans/{drafted.public_id}" not in client.get(WAITING).content.decode()
    assert FollowedShortcoming.objects.get().unit == cast.cell


def test_a_plan_of_a_living_unit_is_not_offered_for_taking_over(client, cast, drafted):
    client.force_login(cast.cuc)
    page = client.get(reverse("remediation:plan", args=[drafted.public_id])).content.decode()
    assert "Giao tổ chức khác tiếp nhận" not in page
