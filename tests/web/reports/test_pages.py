"""Each figure of the overview leads to a list as long as it says."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.remediation import action, plan, told
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.operations import acknowledge_directive
from tusoi.reviews.models import Target


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAST, FUTURE = dt.date(2022, 1, 31), dt.date(2032, 12, 31)


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


def _overview(client, cycle, unit):
    return client.get(reverse("reports:unit-dashboard", args=[cycle.public_id, unit.public_id]))


def test_the_remedies_are_those_of_the_board_below_the_unit(client, cast, cycle):
    first, second, third = told(cycle, cast.cell, "Một", "Hai", "Ba")
    told(cycle, cast.other_cell, "Chuyện của chi bộ khác")
    drafted = plan(cycle, cast.cell)
    action(drafted, first, due_on=PAST, owner_person_id=cast.an_person.pk)
    action(drafted, second, due_on=FUTURE)
    client.force_login(cast.board)

    page = _overview(client, cycle, cast.ward)

    remedies = page.context["board"].remedies
    assert (remedies.shortcomings, remedies.without_action) == (3, 1)
    assert (remedies.actions, remedies.overdue, remedies.no_owner) == (2, 1, 1)
    for query, count in (("show=told", 3), ("show=gaps", 1), ("flag=overdue", 1)):
        link = (
            f"{reverse('remediation:board')}?cycle={cycle.public_id}"
            f"&unit={cast.ward.public_id}&{query}"
        )
        assert link.replace("&", "&amp;") in page.content.decode()
        assert len(client.get(link).context["rows"]) == count
    assert third.nature in client.get(link.replace("flag=overdue", "show=gaps")).content.decode()


def test_each_count_of_dossiers_leads_to_its_list(client, cast, cycle):
    client.force_login(cast.board)

    page = _overview(client, cycle, cast.district)

    kinds = {row.kind: (row, address) for row, address in page.context["kinds"]}
    row, address = kinds[SubjectKind.MEMBER]
    assert "kind=member" in address
    assert "state=reviewed" in address
    assert client.get(address).status_code == 200
    # How things stood on a past day is told by no list.
    past = client.get(page.request["PATH_INFO"], {"as_of": "5/10/2022"})
    assert {address for _row, address in past.context["kinds"]} == {""}
    assert row.expected == 4


def test_who_issued_the_directive_is_not_counted_among_those_who_acknowledge_it(
    client, cast, cycle
):
    acknowledge_directive(
        cycle_id=cycle.pk, unit_id=cast.cell.pk, actor=cast.binh, at=cycle_of.moment(2022, 10, 4)
    )
    client.force_login(cast.board)

    board = _overview(client, cycle, cast.district).context["board"]

    assert (board.acknowledged, board.units) == (1, 4)


def test_only_targets_that_were_missed_are_called_weak(client, cast, cycle):
    (one,) = told(cycle, cast.cell, "Thu phí đạt thấp")
    for place, (name, actual) in enumerate({"Thu phí": 74, "Thu thuế": 102}.items()):
        Target.objects.create(
            review=one.told.review,
            position=place,
            name=name,
            planned=100,
            actual=actual,
            saved_at=one.told.saved_at,
            saved_by=one.told.saved_by,
        )
    client.force_login(cast.board)

    page = _overview(client, cycle, cast.ward)

    assert [target.name for target in page.context["board"].weakest] == ["Thu phí"]
    narrowed = {"cycle": cycle.public_id, "unit": cast.ward.public_id}
    listed = client.get(reverse("reports:targets"), narrowed | {"missed": "on"})
    assert [target.name for target in listed.context["page"]] == ["Thu phí"]
    elsewhere = narrowed | {"unit": cast.other_ward.public_id}
    assert not client.get(reverse("reports:targets"), elsewhere).context["page"].object_list


def test_a_list_is_not_narrowed_to_a_unit_of_others(client, cast, cycle):
    client.force_login(cast.binh)

    answer = client.get(reverse("reports:targets"), {"unit": cast.other_cell.public_id})

    assert answer.status_code == 404


def test_the_report_of_a_district_counts_its_organisations_by_kind(client, cast, cycle):
    client.force_login(cast.board)

    def structure(unit):
        address = reverse("reports:unit", args=[cycle.public_id, unit.public_id])
        return client.get(address).context["report"].structure

    district, ward = structure(cast.district), structure(cast.ward)

    assert (district.grassroots, district.cells) == (2, 2)
    assert (ward.grassroots, ward.direct_cells, ward.sections) == (0, 1, 0)
