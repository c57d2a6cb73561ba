"""What every test gets: an unkind database and folders of its own.

TUSOI_DATABASE_URL chooses the database; without it the suite runs on SQLite in memory.
"""

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import override_settings


def _return_unordered_rows_reversed(sender, connection, **kwargs):
    """Show up code that relies on an order it did not ask for."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA reverse_unordered_selects = ON")


connection_created.connect(_return_unordered_rows_reversed, dispatch_uid="tests.reversed")


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """Keep uploads of tests out of the data folder of the person who runs them."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture
def on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("asks something of PostgreSQL only")


@pytest.fixture
def on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("asks something of SQLite only")
