from typing import Any

from django.core import checks
from django.core.management.base import CommandError
from django.utils import translation

from tusoi.core import clock
from tusoi.cycles import operations as cycles
from tusoi.cycles.models import ReviewCycle
from tusoi.jobs.command import TusoiCommand
from tusoi.jobs.installing import pending_migrations
from tusoi.people.queries import system_account
from tusoi.reports.integrity import CHECKS, Finding, Scope, examine
from tusoi.units.queries import check_closure


class Command(TusoiCommand):
    help = (
        "Check settings, database, tree, progress figures and what was left unfinished; exit "
        "code 1 if anything serious is wrong. Names no person: the page “Kiểm tra dữ liệu” does."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        found = [str(message.msg) for message in checks.run_checks() if message.is_serious()]
        pending = pending_migrations()
        standing: list[Finding] = []
        if pending:
            found.append(_behind(pending))
        else:
            found += _differences()
            standing = examine(CHECKS, Scope(system_account(), clock.today()))
        # What a program compares must not follow the language of whoever started it.
        with translation.override("vi"):
            told = [_told(one) for one in standing]
            lines = [_line(one) for one in standing if not one.is_clean]
        serious = [one for one in standing if one.is_serious]
        if not found and not serious:
            lines.append(f"Everything {'else ' if lines else ''}checked is in order.")
        text = "\n".join([*found, *lines])
        self.emit(
            {"ok": not found and not serious, "found": found, "checks": told},
            text,
            as_json=options["json"],
        )
        if found or serious:
            raise CommandError(f"{len(found) + len(serious)} things to mend.")


def _told(finding: Finding) -> dict[str, Any]:
    check = finding.check
    return {
        "id": check.key,
        "severity": check.severity.value,
        "title": str(check.title),
        "explanation": str(check.explanation),
        "remedy": str(check.remedy),
        "count": finding.count,
        "is_complete": not finding.is_beyond_bound,
        "first": [{"page": one.door.value, "keys": list(one.keys)} for one in finding.first],
    }


def _line(finding: Finding) -> str:
    more = "more than " if finding.is_beyond_bound else ""
    count = min(finding.count, len(finding.faults))
    return f"{finding.check.severity.value}: {finding.check.title} ({more}{count})"


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
