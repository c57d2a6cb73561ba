"""Nobody reaches another side's objects: every address with an object in it × everybody.

Two districts of the same shape stand side by side. On each, whoever may open an address does;
then everybody from one side tries the other's addresses, and within a side the neighbouring
cell, those without a role, and the administrator try what is not theirs. Each request runs in a
transaction that is undone.
"""

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver, reverse

from tests.house import places
from tusoi.access.guard import permissions_anywhere
from tusoi.core import clock
from tusoi.web.http import SIGNED_IN


REFUSED = {403, 404}
# The page takes no such method: nothing was looked up, nothing shown.
NOT_TAKEN = 405
FOUND = 302


def _walk(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        elif hasattr(pattern.callback, "page"):
            yield f"{namespace}{pattern.name}", pattern


WITH_OBJECT = {
    name: pattern
    for name, pattern in _walk(get_resolver())
    if pattern.pattern.converters and name not in places.WITHOUT_OBJECT
}
REGISTERED = sorted(set(WITH_OBJECT) & set(places.ADDRESSES))


# Each test asks one question of many addresses, for which two sides are made once; in a few parts,
# so that no worker waits for another. Whom the pages refuse is the same on every database.
PARTS = [REGISTERED[first::4] for first in range(4)]
in_parts = pytest.mark.parametrize("part", PARTS, ids=range(1, 5))


@pytest.fixture
def sides(db):
    with override_settings(TUSOI_CLOCK="2022-11-25"):
        yield places.make(""), places.make("z-")


@pytest.fixture
def clients(sides):
    """Return a signed-in client for everybody on both sides, by account."""
    made = {}
    for account in (one for side in sides for one in side.everybody.values()):
        made[account.pk] = Client()
        made[account.pk].force_login(account)
        held = permissions_anywhere(account, on=clock.today())
        made[account.pk].held = {SIGNED_IN, *held}
    return made


def _gets_in(client, name, side):
    """Say whether any method of an address answers, leaving nothing changed.

    A redirect in answer to a GET shows nothing: the page it leads to is tried by itself. Whoever
    holds the page's permission nowhere is refused whatever the address names, which
    tests/house/test_urls.py asks of every page and everybody.
    """
    if WITH_OBJECT[name].callback.page.permission not in client.held:
        return False
    address = reverse(name, args=places.ADDRESSES[name](side))
    for method in ("GET", *sorted(WITH_OBJECT[name].callback.page.writes)):
        with transaction.atomic():
            answer = getattr(client, method.lower())(address)
            if answer.streaming:
                # To its end, where the client closes the file but not the database.
                b"".join(answer)
            transaction.set_rollback(True)
        if answer.status_code in REFUSED | {NOT_TAKEN}:
            continue
        if method != "GET" or answer.status_code != FOUND:
            return True
    return False


def test_every_address_with_an_object_is_registered():
    assert len(WITH_OBJECT) > 50
    assert sorted(set(WITH_OBJECT) - set(places.ADDRESSES)) == []


def test_nothing_is_registered_that_is_no_address():
    known = {name for name, _pattern in _walk(get_resolver())}

    assert sorted(set(places.ADDRESSES) - known) == []


@pytest.mark.slow
@pytest.mark.once
@in_parts
def test_objects_open_to_their_own_side_alone(sides, clients, subtests, part):
    own, elsewhere = sides

    for name in part:
        with subtests.test(name):
            # Both objects are there, and somebody may reach each: a refusal below means something.
            for side in sides:
                everybody = [clients[one.pk] for one in side.everybody.values()]
                assert any(_gets_in(client, name, side) for client in everybody)
            for who, account in own.everybody.items():
                assert not _gets_in(clients[account.pk], name, elsewhere), who


@pytest.mark.slow
@pytest.mark.once
@in_parts
def test_objects_are_closed_to_neighbours_strangers_and_the_administrator(
    sides, clients, subtests, part
):
    own, _elsewhere = sides

    for name in part:
        strangers = ["outsider"]
        if name not in places.SHARED:
            strangers.append("dung")
        if not name.startswith(places.ADMINISTRATION):
            strangers.append("administrator")
        with subtests.test(name):
            for who in strangers:
                assert not _gets_in(clients[own.everybody[who].pk], name, own), who
