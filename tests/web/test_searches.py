"""Searching for people leaves no name in an address: paging, going back, passing on."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.urls import reverse

from tests.factories import cast, people, units
from tests.web.searching import find
from tusoi.web import searches


pytestmark = pytest.mark.django_db
NAME = "Nguyễn Văn Đông"


@pytest.fixture
def world(client):
    made = cast.make()
    client.force_login(made.binh)
    units.membership(people.member(people.make_person(NAME)), made.cell)
    return made


def _posted(client, **typed):
    return client.post(reverse("find"), {"list": reverse("people:list"), **typed})


def _shown(client, address):
    return client.get(address).content.decode()


def test_the_address_of_a_search_holds_a_key_and_the_other_filters(client, world):
    address = _posted(client, q=NAME, stage="full", unit="", page="7")["Location"]

    asked = parse_qs(urlsplit(address).query)
    assert urlsplit(address).path == reverse("people:list")
    assert asked.keys() == {"s", "stage"}
    assert asked["stage"] == ["full"]
    assert not any(quote(word) in address for word in NAME.split())


def test_the_list_behind_the_key_is_found_again_and_again(client, world):
    first = _posted(client, q=NAME)["Location"]
    other = _posted(client, q="Lê Thị An")["Location"]

    assert first != other
    assert _posted(client, q=NAME)["Location"] == first
    for _time in range(2):
        assert NAME in _shown(client, first)
        assert "Lê Thị An" not in _shown(client, first)
        assert "Lê Thị An" in _shown(client, other)


def test_the_words_stand_in_the_box_and_an_empty_box_shows_everybody(client, world):
    assert f'value="{NAME}"' in find(client, reverse("people:list"), q=NAME).content.decode()

    everybody = _posted(client, q="  ")["Location"]

    assert everybody == reverse("people:list")
    assert NAME in _shown(client, everybody)


def test_words_in_the_address_are_not_read(client, world):
    shown = _shown(client, reverse("people:list") + "?q=khong-co-ai")

    assert NAME in shown
    assert 'value="khong-co-ai"' not in shown


def test_the_pages_of_a_search_keep_its_key(client, world):
    for number in range(60):
        person = people.make_person(f"Đỗ Văn {number}")
        units.membership(people.member(person), world.cell)
    address = _posted(client, q="đỗ văn")["Location"]

    following = re.search(r'rel="next"\s+href="([^"]+)"', _shown(client, address))[1]

    following = following.replace("&amp;", "&")
    assert parse_qs(urlsplit(following).query).keys() == {"s", "after"}
    second = _shown(client, reverse("people:list") + following)
    assert second.count("Đỗ Văn") == 10
    assert NAME not in second


def test_a_key_of_another_session_shows_the_list_unfiltered_and_says_so(client, world):
    address = _posted(client, q=NAME)["Location"]
    assert "không còn được giữ" not in _shown(client, address)

    client.logout()
    client.force_login(world.cuc)

    shown = _shown(client, address)
    assert "Những chữ đã tìm không còn được giữ" in shown
    assert "Lê Thị An" in shown


def test_only_the_last_searches_are_kept(client, world):
    first = _posted(client, q="người số 0")["Location"]
    for number in range(1, searches.MOST_TERMS + 1):
        last = _posted(client, q=f"người số {number}")["Location"]

    assert "không còn được giữ" in _shown(client, first)
    assert "không còn được giữ" not in _shown(client, last)


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_a_search_leads_nowhere_but_to_a_page_of_ours(client, world, place):
    answer = client.post(reverse("find"), {"list": place, "q": "An"})

    assert answer["Location"].startswith("/?s=")


def test_the_search_by_itself_is_no_page(client, world):
    answer = client.get(reverse("find"))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("home")
