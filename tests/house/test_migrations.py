"""Migrations are complete, in one line per room, and tell in their names what they do."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.fixture
def graph():
    return MigrationLoader(None).graph


def _rooms(graph):
    ours = {label for label, _ in graph.nodes if _is_ours(label)}
    assert len(ours) > 8
    return sorted(ours)


def _is_ours(label):
    from django.apps import apps

    return apps.get_app_config(label).name.startswith("tusoi.")


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_each_room_has_one_line_of_history(graph):
    for room in _rooms(graph):
        assert len(graph.leaf_nodes(room)) == 1, room


def test_names_say_what_a_migration_does(graph):
    for label, name in graph.nodes:
        if _is_ours(label):
            assert "_auto_" not in name, f"{label}.{name}"


@pytest.mark.django_db
def test_all_are_applied():
    loader = MigrationLoader(connection)
    wanted = {node for node in loader.graph.nodes if _is_ours(node[0])}

    assert wanted <= set(loader.applied_migrations)
