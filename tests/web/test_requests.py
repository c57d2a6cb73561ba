"""What arrives at any page and is no page's business: it is refused, and nothing breaks."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from tests.factories import access, cast, cycles, people, reviews
from tusoi.access.enums import RoleKey
from tusoi.config.wsgi import application
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleNotDraft
from tusoi.people.models import Person
from tusoi.reviews.queries.rows import Base
from tusoi.units.errors import CodeTaken
from tusoi.units.operations import PersonFacts
from tusoi.units.operations.members import add_person
from tusoi.web.exporting import csv_response
from tusoi.web.forms import DayField
from tusoi.web.http import whole_number
from tusoi.web.reviews.forms import SHAPES, read_value


pytestmark = pytest.mark.django_db
REFUSED = 400
LONG_DIGITS = "9" * 5_000


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.TUSOI_CLOCK = "2022-11-10"


@pytest.mark.parametrize("address", ["/units/?q=a%00b", "/units/abc%00/", "/units/?a%00=b"])
def test_an_address_with_nul_is_refused(client, address):
    client.force_login(cast.make().board)

    assert client.get(address).status_code == REFUSED


def test_a_field_with_nul_is_refused_before_sign_in_too(client):
    answer = client.post(reverse("account_login"), {"login": "a\0b", "password": "c"})

    assert answer.status_code == REFUSED


def test_a_cookie_with_nul_is_refused(client):
    client.cookies["sessionid"] = "abcdefgh\0"

    assert client.get("/").status_code == REFUSED


@pytest.mark.parametrize("coding", ["utf-16", "unicode_escape", "no-such"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_coding_than_utf_8_is_refused(client, coding, method):
    client.force_login(cast.make().board)

    answer = client.generic(
        method.upper(),
        "/units/?q=a",
        b"q=%5Cud800",
        content_type=f"application/x-www-form-urlencoded; charset={coding}",
    )

    assert answer.status_code == REFUSED


@pytest.mark.parametrize("coding", ["hex", "rot13", "no-such"])
def test_a_coding_that_is_none_of_text_is_refused_by_the_server(client, coding):
    answered = []
    environ = RequestFactory().get("/accounts/login/").environ
    environ |= {"CONTENT_TYPE": f"text/plain; charset={coding}"}

    application(environ, lambda status, _headers: answered.append(status))

    assert answered == ["400 Bad Request"]


def test_an_address_without_end_is_refused(client):
    client.force_login(cast.make().board)

    assert client.get("/units/", {"q": "a" * 60_000}).status_code == REFUSED


def test_a_filter_with_a_very_long_name_finds_nothing(client):
    client.force_login(cast.make().board)

    answer = client.get(reverse("people:list"), {"unit": "a" * 7_000})

    assert answer.status_code == 200
    assert "Lê Thị An" not in answer.content.decode()


@pytest.mark.parametrize("text", [LONG_DIGITS, "9" * 19, "-1", "1.5", "", "a", None])
def test_what_no_column_holds_is_no_number(text):
    assert whole_number(text) is None


def test_a_number_in_digits_of_any_script_is_read():
    assert whole_number(" 12 ") == whole_number("١٢") == 12


@pytest.mark.parametrize("text", ["01/01/0001", "31/12/9999", "01/01/1899"])
def test_days_of_impossible_years_are_refused(text):
    with pytest.raises(Exception, match="Ghi năm từ 1900 đến 2100"):
        DayField().clean(text)


@pytest.mark.parametrize("text", ["1.000.000.000.000.000.000", "999999999999999"])
def test_a_figure_too_large_for_its_column_is_refused(text):
    with pytest.raises(Exception, match="Số quá lớn"):
        read_value(SHAPES["target"]["planned"], text)


@pytest.mark.slow
def test_a_date_of_the_year_one_in_a_row_is_reported_and_the_rest_saved(client):
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    review = reviews.started(cycles.obligation(cycle, seats.cell), seats.binh)
    client.force_login(seats.binh)
    address = reverse("reviews:write", args=[review.public_id])
    client.post(address, {"action": "add:remedy"})
    row = review.proposedremedys.get()

    answer = client.post(
        address, {f"r-remedy-{row.pk}-due_on": "01/01/0001", f"r-remedy-{row.pk}-text": "Giao"}
    )

    assert answer.status_code == 422
    row.refresh_from_db()
    assert (row.text, row.due_on) == ("Giao", None)


@pytest.mark.slow
@pytest.mark.parametrize("action", [f"settle:a{LONG_DIGITS}:use", f"delete:target:{LONG_DIGITS}"])
def test_a_button_with_endless_digits_is_refused_in_words(client, action):
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    review = reviews.started(reviews.obligation_of(seats, cycle), seats.an)
    client.force_login(seats.an)

    answer = client.post(reverse("reviews:write", args=[review.public_id]), {"action": action})

    assert answer.status_code == 302


@pytest.mark.slow
def test_a_board_of_a_part_cannot_close_the_cycle_of_the_whole(client):
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    lower = people.account(username="ward-board")
    access.grant(lower, RoleKey.ORGANIZATION_BOARD, seats.ward)
    client.force_login(lower)

    answer = client.post(reverse("cycles:close", args=[cycle.public_id]))

    assert answer.status_code == 403
    cycle.refresh_from_db()
    assert cycle.state == CycleState.OPEN


def test_a_list_is_given_out_under_a_plain_name_and_runs_nothing():
    answer = csv_response('tien-do-A"\r\nSet-Cookie: x', ["=1+1"], [["\n=2", 3], ["-3", None]])

    assert "\r" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer.content.decode("utf-8-sig").startswith("'=1+1\r\n\"'\n=2\",3\r\n'-3,")


@pytest.mark.parametrize("version", [LONG_DIGITS, "9" * 12, "-1", "x"])
def test_a_version_that_cannot_be_is_none(version):
    assert Base.parse(f"{version}.abc") == Base(0, "abc")


@pytest.mark.slow
def test_a_cycle_opened_by_a_second_click_meanwhile_is_told_in_words(client, monkeypatch):
    seats = cast.make()
    draft = cycles.cycle(seats.district, opened=False)
    client.force_login(seats.board)

    def opened_meanwhile(**_arguments):
        raise CycleNotDraft

    monkeypatch.setattr("tusoi.web.cycles.views.operations.open_cycle", opened_meanwhile)
    answer = client.post(reverse("cycles:opening", args=[draft.public_id]))

    assert answer.status_code == 302


@pytest.mark.slow
def test_a_code_taken_between_look_up_and_storing_is_told_in_words(monkeypatch):
    seats = cast.make()
    people.make_person(code="DV-1")
    monkeypatch.setattr("tusoi.units.operations.members.Person.objects.filter", _nobody)

    with pytest.raises(CodeTaken):
        add_person(
            facts=PersonFacts(full_name="Lê Mới", code="DV-1"),
            unit_id=seats.cell.pk,
            actor=seats.board,
            at=cycles.moment(2022, 11, 10),
        )


def _nobody(**_fields):
    return Person.objects.none()


@pytest.mark.slow
def test_a_draft_of_an_earlier_revision_can_still_be_edited(client):
    seats = cast.make()
    draft = cycles.cycle(seats.district, opened=False)
    draft.rulebook_identity = f"{draft.rulebook_identity.partition('@')[0]}@0"
    draft.save()
    client.force_login(seats.board)

    assert client.get(reverse("cycles:edit", args=[draft.public_id])).status_code == 200


@pytest.mark.parametrize("revision", [LONG_DIGITS, "0", "x", ""])
def test_a_revision_that_is_not_here_breaks_no_page(client, revision):
    client.force_login(cast.make().board)

    answer = client.get(reverse("cycles:create"), {"rulebook": f"132-2018@{revision}"})

    assert answer.status_code in {200, 404}
