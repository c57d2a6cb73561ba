"""What a rulebook says the application tells, some query of the application does tell."""

import re

import pytest

from tests.house.source import ROOT
from tusoi.ratings.queries.facts import _LEVEL_COUNTS
from tusoi.rulebooks.library import available, load


IDS = [one.id for one in available()]
ROOMS = ("cycles", "reviews", "ratings", "rulebooks/participating.py")
# Written with the level in them.
TOLD_BY_LEVEL = {f"children-{level}-count" for level in _LEVEL_COUNTS}


def _told():
    files = [
        path
        for room in ROOMS
        for path in ([ROOT / "src/tusoi" / room] if "." in room else _python(room))
    ]
    words = {
        word for path in files for word in re.findall(r'"([a-z][a-z-]+)"', path.read_text("utf-8"))
    }
    return words | TOLD_BY_LEVEL


def _python(room):
    return sorted((ROOT / "src/tusoi" / room).rglob("*.py"))


def untold(rulebook):
    told = _told()
    return sorted(
        one.name
        for one in rulebook.facts
        if one.supplied_by == "application" and one.name not in told
    )


@pytest.mark.parametrize("rulebook_id", IDS)
def test_what_the_application_is_said_to_tell_is_told_by_it(rulebook_id):
    assert untold(load(rulebook_id)) == []


def test_a_fact_that_nothing_tells_is_found():
    class Fact:
        name, supplied_by = "never-heard-of", "application"

    class Book:
        facts = (Fact,)

    assert untold(Book) == ["never-heard-of"]
