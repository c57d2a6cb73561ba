"""Nobody reaches another side's objects: every address with an object in it × everybody.

Two districts of the same shape stand side by side. On each, whoever may open an address does;
then everybody from one side tries the other's addresses, and within a side the neighbouring
cell, those without a role, and the administrator try what is not theirs. Each request runs in a
transaction that is undone.
"""

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver, reverse

from tests.house import places


# One transaction around the whole module: PostgreSQL's connection is closed under it between
# tests. Who may open what does not depend on the database, so SQLite's answer stands for both.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="asked on SQLite"),
]
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


@pytest.fixture(scope="module")
def sides(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        override_settings(TUSOI_CLOCK="2022-11-25"),
        transaction.atomic(),
    ):
        yield places.make(""), places.make("z-")
        transaction.set_rollback(True)


def _client(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture(scope="module")
def clients(sides):
    own, elsewhere = sides
    accounts = [*own.everybody.values(), *elsewhere.everybody.values()]
    return {account.pk: _client(account) for account in accounts}


def _gets_in(client, name, side):
    """Say whether any method of an address answers, leaving nothing changed.

    A redirect in answer to a GET shows nothing: the page it leads to is tried by itself.
    """
    address = reverse(name, args=places.ADDRESSES[name](side))
    for method in ("GET", *sorted(WITH_OBJECT[name].callback.page.writes)):
        with transaction.atomic():
            answer = getattr(client, method.lower())(address)
            answer.close()
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


@pytest.mark.parametrize("name", sorted(set(WITH_OBJECT) & set(places.ADDRESSES)))
def test_objects_open_to_their_own_side_alone(sides, clients, name):
    own, elsewhere = sides

    # Both objects are there, and somebody may reach each: a refusal below means something.
    for side in sides:
        assert any(_gets_in(clients[one.pk], name, side) for one in side.everybody.values())
    for who, account in own.everybody.items():
        assert not _gets_in(clients[account.pk], name, elsewhere), who


@pytest.mark.parametrize("name", sorted(set(WITH_OBJECT) & set(places.ADDRESSES)))
def test_objects_are_closed_to_neighbours_strangers_and_the_administrator(sides, clients, name):
    own, _elsewhere = sides
    strangers = ["outsider"]
    if name not in places.SHARED:
        strangers.append("dung")
    if not name.startswith(places.ADMINISTRATION):
        strangers.append("administrator")

    for who in strangers:
        assert not _gets_in(clients[own.everybody[who].pk], name, own), who
