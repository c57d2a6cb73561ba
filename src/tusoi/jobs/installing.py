"""Brings a database to the state that this version of the code needs."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tusoi.people.queries import system_account


def pending_migrations() -> list[str]:
    """Say what is to be applied yet.

    Raises:
        ImproperlyConfigured: the database was left half-way through what is one migration now.
    """
    executor = MigrationExecutor(connection)
    known = set(executor.loader.applied_migrations)
    for (room, _name), migration in executor.loader.disk_migrations.items():
        earlier = set(migration.replaces)
        if known & earlier and not known >= earlier:
            raise ImproperlyConfigured(
                f"the database was made by an earlier version before 0.1.0, of which the room "
                f"{room} cannot be brought up to date; a demo is made anew by `make demo-reset` "
                "or `tusoi demo --reset`, with the --data that it was begun with."
            )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> list[str]:
    """Apply what is pending, make sure of the system account, and say what was applied."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    system_account()
    return pending
