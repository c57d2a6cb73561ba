"""Brings a database to the state that this version of the code needs."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tusoi.people.queries import system_account


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> list[str]:
    """Apply what is pending, make sure of the system account, and say what was applied."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    system_account()
    return pending
