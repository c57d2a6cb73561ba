from typing import Any

from django.core import checks
from django.core.management.base import CommandError

from tusoi.cycles import operations as cycles
from tusoi.cycles.models import ReviewCycle
from tusoi.jobs.command import TusoiCommand
from tusoi.jobs.installing import pending_migrations
from tusoi.units.queries import check_closure


class Command(TusoiCommand):
    help = "Check settings, database, tree and progress figures; exit code 1 if any is wrong."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        found = [str(message.msg) for message in checks.run_checks() if message.is_serious()]
        pending = pending_migrations()
        if pending:
            found.append(_behind(pending))
        else:
            found += _differences()
        text = "\n".join(found) or "Everything checked is in order."
        self.emit({"ok": not found, "found": found}, text, as_json=options["json"])
        if found:
            raise CommandError(f"{len(found)} things to mend.")


def _behind(pending: list[str]) -> str:
    if "people.0001_initial" in pending:
        return "the database is empty: run `tusoi migrate`."
    return f"{', '.join(pending)} is not applied: run `tusoi migrate`."


def _differences() -> list[str]:
    found = [f"the tree: {difference}" for difference in check_closure()]
    for cycle in ReviewCycle.objects.order_by("pk"):
        differences = cycles.rebuild_progress(cycle_id=cycle.pk, check_only=True)
        found += [f"progress of {cycle}: {difference}" for difference in differences]
    return found
