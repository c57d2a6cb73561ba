"""A database as it is in an installation: for SQLite a real file with our settings."""

import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.utils import load_backend


@pytest.fixture(scope="session")
def _schema(django_db_setup, django_db_blocker, tmp_path_factory):
    """Write the tables of the test's database, which is in memory, to a file."""
    path = tmp_path_factory.mktemp("schema") / "schema.sqlite3"
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
    return path


@pytest.fixture
def installed(transactional_db, _schema, tmp_path):
    """Give the file of a database that lies on disk; None on PostgreSQL, which always does."""
    if connection.vendor != "sqlite":
        yield None
        return
    path = tmp_path / "tusoi.sqlite3"
    path.write_bytes(_schema.read_bytes())
    before, before_settings = connections["default"], connections.settings["default"]
    own = {**before_settings, "NAME": path}
    connections.settings["default"] = own
    connections["default"] = load_backend(settings.DATABASES["default"]["ENGINE"]).DatabaseWrapper(
        own, "default"
    )
    try:
        yield path
    finally:
        connections["default"].close()
        connections["default"] = before
        connections.settings["default"] = before_settings
