"""Migrations are complete, in one line per room, and make what the models describe.

The other tests run on tables made from the models, which takes a tenth of the time. What an
operator has is made here, by the command that operators use, and compared.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ConnectionHandler


ROOT = Path(__file__).resolve().parent.parent.parent
OURS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("tusoi.")
]
TABLES = {model._meta.db_table for model in OURS}
NAMED = {one.name for model in OURS for one in model._meta.constraints}
KINDS = ("primary_key", "unique", "foreign_key", "check", "index")


@pytest.fixture(autouse=True)
def _with_migrations(settings):
    """Bring back what `--no-migrations` hides."""
    settings.MIGRATION_MODULES = {}


@pytest.fixture
def graph():
    return MigrationLoader(None).graph


def _rooms(graph):
    ours = {label for label, _ in graph.nodes if _is_ours(label)}
    assert len(ours) > 8
    return sorted(ours)


def _is_ours(label):
    return apps.get_app_config(label).name.startswith("tusoi.")


@pytest.mark.django_db
def test_no_migration_is_missing(graph):
    _rooms(graph)

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_each_room_has_one_line_of_history(graph):
    for room in _rooms(graph):
        assert len(graph.leaf_nodes(room)) == 1, room


def test_names_say_what_a_migration_does(graph):
    for label, name in graph.nodes:
        if _is_ours(label):
            assert "_auto_" not in name, f"{label}.{name}"


@pytest.fixture
def empty(db, tmp_path):
    """Yield how to reach an empty database: for a command, and for this process."""
    if connection.vendor == "sqlite":
        yield "", connection.settings_dict | {"NAME": tmp_path / "tusoi.sqlite3"}
        return
    ours = connection.settings_dict
    name = f"{ours['NAME']}_migrated"
    account = f"{quote(ours['USER'])}:{quote(ours['PASSWORD'])}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    address = f"postgresql://{account}@{ours['HOST']}:{ours['PORT']}/{name}"
    yield address, ours | {"NAME": name}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def migrated(empty, tmp_path):
    """Yield a connection to a database that `tusoi migrate` made from nothing."""
    address, reach = empty
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "TUSOI_DATA_DIR": str(tmp_path),
        "TUSOI_DATABASE_URL": address,
    }
    command = [sys.executable, "-m", "tusoi", "migrate", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["applied"]
    made = ConnectionHandler({"default": reach})["default"]
    yield made
    made.close()


def _shape(made):
    """Describe every table of ours, without its order and the names that a database invents."""
    described = {}
    with made.cursor() as cursor:
        for table in TABLES & set(made.introspection.table_names(cursor)):
            columns = made.introspection.get_table_description(cursor, table)
            constraints = made.introspection.get_constraints(cursor, table)
            described[table] = (
                {(one.name, one.type_code, one.internal_size, one.null_ok) for one in columns},
                sorted(str(_constraint(name, one)) for name, one in constraints.items()),
            )
    return described


def _constraint(name, constraint):
    kinds = [constraint[kind] for kind in KINDS]
    return name if name in NAMED else "", constraint["columns"], kinds


@pytest.mark.slow
def test_migrations_make_what_the_models_describe(graph, migrated):
    from_history, from_models = _shape(migrated), _shape(connection)

    assert len(TABLES) > 40
    assert set(from_models) == TABLES
    for table, described in from_models.items():
        assert from_history[table] == described, table
    with migrated.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        assert set(cursor.fetchall()) >= {node for node in graph.nodes if _is_ours(node[0])}
