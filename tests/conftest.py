"""What every test gets: an unkind database and folders of its own.

TUSOI_DATABASE_URL chooses the database; without it the suite runs on SQLite in memory.
"""

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.remembering import forget, remembering


# A busy machine is no fault of the code: no property fails by the clock.
hypothesis_settings.register_profile(
    "tusoi", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("tusoi")


def _make_sqlite_unkind_and_fast(sender, connection, **kwargs):
    """Show up code that relies on an order it did not ask for; survive no power cut."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA reverse_unordered_selects = ON")
            cursor.execute("PRAGMA synchronous = OFF")


connection_created.connect(_make_sqlite_unkind_and_fast, dispatch_uid="tests.sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what opens a database; the rest is kept from it, and need not run on another."""
    opening = {"db", "transactional_db", "live_server"}
    for item in items:
        if opening & set(item.fixturenames) or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, request, tmp_path_factory):
    """Keep SQLite in a file where a browser asks: each request then has its own connection.

    In memory, which is faster, all threads share one connection and one transaction.
    """
    default = settings.DATABASES["default"]
    served = any(item.get_closest_marker("browser") for item in request.session.items)
    if served and default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _scenes_are_made_once(request):
    """See tests/remembering.py; not where a test's writes are committed."""
    marker = request.node.get_closest_marker("django_db")
    is_committed = (marker and marker.kwargs.get("transaction")) or (
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if is_committed or not request.node.get_closest_marker("database"):
        yield
        return
    request.getfixturevalue("db")
    with remembering():
        yield


@pytest.fixture
def monkeypatch(monkeypatch):
    """Have scenes made by the code that a test patches."""
    plain = monkeypatch.setattr

    def patch(*args, **kwargs):
        forget()
        plain(*args, **kwargs)

    monkeypatch.setattr = patch
    return monkeypatch


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """Keep uploads of tests out of the data folder of the person who runs them; have a booth."""
    folder = tmp_path_factory.mktemp("files")
    with override_settings(MEDIA_ROOT=folder, TUSOI_BOOTH_ORIGIN="https://phieu.example"):
        yield


@pytest.fixture
def on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("asks something of PostgreSQL only")


@pytest.fixture
def on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("asks something of SQLite only")
