"""Pages on rulebooks: every rule is there to read, with its source and how sure we are."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from tests.factories import cast, cycles
from tusoi.rulebooks.library import available, load, samples
from tusoi.rulebooks.readable import STATUS, STATUS_MEANING, sections
from tusoi.rulebooks.schema import SubjectClass
from tusoi.units.enums import UnitKind


pytestmark = pytest.mark.django_db
IDS = sorted(one.id for one in available())


def _text(response):
    return response.content.decode()


def test_the_list_names_every_rulebook(client):
    client.force_login(cast.make().an)

    shown = _text(client.get(reverse("rulebooks:list")))

    for one in (*available(), *samples()):
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


def test_a_page_says_what_each_status_means(client):
    client.force_login(cast.make().an)

    shown = _text(client.get(reverse("rulebooks:detail", args=["132-2018"])))

    assert set(STATUS_MEANING) == set(STATUS)
    assert all(escape(one.vi) in shown for one in STATUS_MEANING.values())


def test_a_text_that_was_replaced_names_its_successor_by_number_and_day(client):
    client.force_login(cast.make().an)

    shown = " ".join(_text(client.get(reverse("rulebooks:detail", args=["132-2018"]))).split())

    assert "được thay thế bằng Hướng dẫn 21-HD/BTCTW ngày 18/10/2019" in shown
    assert "HD21-2019" not in shown


@pytest.mark.parametrize("rulebook_id", IDS)
def test_who_decides_is_said_for_each_kind_of_organisation(rulebook_id):
    rulebook = load(rulebook_id)
    section = next(one for one in sections(rulebook) if one.id == "authorities")
    titles = {str(label) for label in UnitKind.labels}

    order = list(SubjectClass)
    specs = sorted(rulebook.content.authorities, key=lambda one: order.index(one.subject_class))
    for entry, spec in zip(section.entries, specs, strict=True):
        said = {line.label.vi: line.value.vi for line in entry.lines}
        assert ("Quyết định đối với" in said) == bool(spec.unit_kinds)
        assert set(said.get("Quyết định đối với", "").split("; ")) <= {*titles, ""}


def test_a_difference_says_of_whom_or_of_which_level_a_line_speaks(client):
    client.force_login(cast.make().an)

    response = client.get(
        reverse("rulebooks:compare"), {"first": "132-2018", "second": "366-2025"}
    )

    part = next(one for one in response.context["sections"] if one.id == "criteria")
    entry = next(one.after for one in part.reworded if one.after)
    assert entry.under is not None
    assert escape(entry.under.vi.capitalize()) in _text(response)


def test_an_overlay_is_compared_with_what_it_extends(client):
    client.force_login(cast.make().an)
    overlay = samples()[0]

    page = client.get(reverse("rulebooks:detail", args=[overlay.id]))
    response = client.get(
        reverse("rulebooks:compare"), {"first": page.context["other"], "second": overlay.id}
    )

    assert page.context["other"] == "366-2025"
    assert response.status_code == 200
    assert "Ít nhất 40% số nhiệm vụ hoàn thành vượt mức" in _text(response)
