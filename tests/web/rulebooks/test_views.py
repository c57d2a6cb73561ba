"""Pages on rulebooks: every rule is there to read, with its source and how sure we are."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from tests.factories import cast, cycles
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.readable import sections


pytestmark = pytest.mark.django_db
IDS = sorted(one.id for one in available())


def _text(response):
    return response.content.decode()


def test_the_list_names_every_rulebook(client):
    client.force_login(cast.make().an)

    shown = _text(client.get(reverse("rulebooks:list")))

    for one in available():
        assert escape(one.title.vi) in shown
        assert one.identity in shown


@pytest.mark.parametrize("rulebook_id", IDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_holds_every_part_with_its_source(client, rulebook_id, language):
    client.force_login(cast.make().an)
    client.cookies["django_language"] = language

    shown = _text(client.get(reverse("rulebooks:detail", args=[rulebook_id])))

    rulebook = load(rulebook_id)
    assert rulebook.fingerprint in shown
    for section in sections(rulebook):
        for entry in section.entries:
            assert escape(entry.title.in_language(language)) in shown, entry.id
            for line in entry.lines:
                assert escape(line.value.in_language(language)) in shown, entry.id
            for cite in entry.citations:
                assert escape(cite.in_language(language)) in shown, entry.id


def test_the_page_can_be_narrowed_to_what_nobody_has_checked(client):
    client.force_login(cast.make().an)
    every = [
        entry for part in sections(load("132-2018")) for entry in part.entries if entry.status
    ]
    checked = next(one for one in every if not one.needs_checking)
    unchecked = next(one for one in every if one.needs_checking)

    response = client.get(reverse("rulebooks:detail", args=["132-2018"]), {"only": "unchecked"})

    shown = {entry.id for part in response.context["sections"] for entry in part.entries}
    assert unchecked.id in shown
    assert checked.id not in shown


def test_an_unknown_rulebook_is_not_found(client):
    client.force_login(cast.make().an)

    assert client.get(reverse("rulebooks:detail", args=["1-1900"])).status_code == 404


def test_a_cycle_shows_its_own_copy_to_those_of_its_tree_alone(client):
    people = cast.make()
    cycle = cycles.cycle(people.district)
    address = reverse("rulebooks:cycle", args=[cycle.public_id])

    client.force_login(people.binh)
    inside = client.get(address)
    client.force_login(people.outsider)
    outside = client.get(address)

    assert cycle.rulebook_fingerprint in _text(inside)
    assert outside.status_code in {403, 404}


def test_two_rulebooks_side_by_side(client):
    client.force_login(cast.make().an)

    response = client.get(
        reverse("rulebooks:compare"), {"first": "132-2018", "second": "124-2023"}
    )

    shown = _text(response)
    assert "132-2018@" in shown
    assert "124-2023@" in shown
    assert any(part.reworded for part in response.context["sections"])


def test_a_rulebook_is_no_different_from_itself(client):
    client.force_login(cast.make().an)

    shown = _text(
        client.get(reverse("rulebooks:compare"), {"first": "132-2018", "second": "132-2018"})
    )

    assert "Hai bộ quy tắc giống nhau" in shown


def test_an_unknown_choice_is_refused_with_a_sentence(client):
    client.force_login(cast.make().an)

    response = client.get(reverse("rulebooks:compare"), {"first": "1-1900", "second": "132-2018"})

    assert response.status_code == 422
