"""What is measured inside one process, on a database that the run has prepared.

Nothing stays: writes are rolled back.
"""

import datetime as dt
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import xlsxwriter
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tusoi.core import clock
from tusoi.core.models import new_public_id
from tusoi.cycles import operations as cycles
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import progress_of
from tusoi.imports.inserting import insert_rows
from tusoi.imports.operations import Upload, apply_plan, plan_import
from tusoi.jobs.bench.measure import Measure, median_pair, median_seconds
from tusoi.people.models import Account, PartyMember, Person
from tusoi.people.queries import system_account
from tusoi.ratings.queries.facts import assess
from tusoi.sample.names import person_name
from tusoi.units.enums import UnitKind
from tusoi.units.models import Membership, Unit


_PEOPLE: Final = 5_000
_RUNS: Final = 3
_TURNS: Final = 7
_MANY_RUNS: Final = 200


@contextmanager
def undone() -> Iterator[None]:
    """Let the block write, and keep nothing of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def people_workbook(people: int = _PEOPLE) -> bytes:
    """Return a list of one organisation with 40 branches and so many invented people."""
    rng = random.Random(people)  # noqa: S311 -- names for a bench, not a secret
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        units = book.add_worksheet("Tổ chức đảng")
        units.write_row(0, 0, ["Mã đơn vị", "Tên", "Loại", "Mã đơn vị cấp trên", "Ngày thành lập"])
        units.write_row(1, 0, ["Q", "Đảng bộ quận thử", "Đảng bộ quận", "", "01/01/2004"])
        units.write_row(2, 0, ["P", "Đảng bộ phường thử", "Đảng bộ cơ sở", "Q", "01/01/2004"])
        for number in range(40):
            row = [f"C{number}", f"Chi bộ {number + 1}", "Chi bộ trực thuộc", "P", "01/01/2004"]
            units.write_row(3 + number, 0, row)
        persons = book.add_worksheet("Đảng viên")
        head = ["Mã cá nhân", "Họ và tên", "Ngày sinh", "Ngày vào Đảng", "Ngày chính thức"]
        persons.write_row(0, 0, [*head, "Mã chi bộ"])
        for number in range(people):
            birth = f"{number % 28 + 1:02}/{number // 28 % 12 + 1:02}/{1950 + number // 336 % 30}"
            row = [f"N{number:05}", person_name(rng, female=False), birth, "03/02/2001"]
            persons.write_row(1 + number, 0, [*row, "03/02/2002", f"C{number % 40}"])
    return stream.getvalue()


def _insert_raw(rows: list[list[Any]]) -> None:
    """Put each row where its facts live – person, member, place – and understand nothing of it."""
    day = dt.date(2004, 1, 1)
    unit = Unit.objects.create(
        code="X", name="X", kind=UnitKind.GRASSROOTS_CELL, established_on=day
    )
    insert_rows(Person, ({"code": row[0], "full_name": row[1]} for row in rows))
    people = Person.objects.values_list("pk", flat=True)
    insert_rows(PartyMember, ({"person_id": pk, "admitted_on": day} for pk in people))
    members = PartyMember.objects.values_list("pk", flat=True)
    insert_rows(
        Membership, ({"member_id": pk, "unit_id": unit.pk, "valid_from": day} for pk in members)
    )


def measure_import() -> Measure:
    content, actor = people_workbook(), system_account()
    upload = Upload(content, "thu.xlsx")

    def real() -> None:
        with undone():
            plan = plan_import(upload=upload, actor=actor, on=clock.today())
            apply_plan(plan=plan, upload=upload, actor=actor, at=clock.now(), on=clock.today())

    def floor() -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        with undone():
            _insert_raw(tables[1][1:])

    took, least = median_seconds(real, runs=1), median_seconds(floor, runs=_RUNS)
    return Measure(
        what="import 5,000 people from .xlsx",
        value=took,
        unit="s",
        bar="under 10 s and at most 4 × the floor",
        ok=took < 10 and took <= 4 * least,  # noqa: PLR2004 -- the bar
        floor=least,
        ratio=took / least,
        note="floor: reading the file and inserting the raw rows of people, members and places",
    )


def measure_opening() -> Measure:
    """Open a second cycle over the sample's district; the floor copies as many rows at once."""
    actor, first = system_account(), ReviewCycle.objects.order_by("pk").first()
    if first is None:
        raise LookupError("the sample is not loaded")

    def real() -> None:
        with undone():
            cycle = cycles.create_cycle(
                root_id=first.root_id,
                draft=cycles.CycleDraft(
                    name="Thử tốc độ",
                    year=2023,
                    period_from=dt.date(2023, 1, 1),
                    period_to=dt.date(2023, 12, 31),
                    rulebook_identity=first.rulebook_identity,
                ),
                actor=actor,
                at=clock.now(),
            )
            cycles.open_cycle(cycle_id=cycle.pk, actor=actor, at=clock.now())

    columns = [
        str(field.column)
        for field in Obligation._meta.local_fields
        if field.column not in {"id", "cycle_id"}
    ]
    names = ", ".join(columns)

    def floor() -> None:
        with undone(), connection.cursor() as cursor:
            copy = ReviewCycle.objects.get(pk=first.pk)
            copy.pk, copy.public_id = None, new_public_id()
            copy.save(force_insert=True)
            cursor.execute(
                f"INSERT INTO cycles_obligation (cycle_id, {names}) "  # noqa: S608 -- names of columns
                f"SELECT %s, {names} FROM cycles_obligation WHERE cycle_id = %s",
                [copy.pk, first.pk],
            )

    real()
    floor()
    took, least = median_pair(real, floor, runs=_TURNS)
    return Measure(
        what="open a cycle for 5,000 people",
        value=took,
        unit="s",
        bar="under 5 s and at most 4 × the floor",
        ok=took < 5 and took <= 4 * least,  # noqa: PLR2004 -- the bar
        floor=least,
        ratio=took / least,
        note="floor: one INSERT … SELECT of as many dossiers into the same table",
    )


def measure_progress() -> Measure:
    cycle = ReviewCycle.objects.select_related("root").order_by("pk").first()
    if cycle is None:
        raise LookupError("the sample is not loaded")
    query = """
        SELECT unit_id, subject_kind, expected, started, completed, submitted, late, returned,
               accepted, reviewed, rated, decided
        FROM cycles_progressrollup WHERE cycle_id = %s AND unit_id IN
          (SELECT unit_id FROM cycles_cycleunit
           WHERE cycle_id = %s AND (unit_id = %s OR parent_id = %s))
    """

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(query, [cycle.pk, cycle.pk, cycle.root_id, cycle.root_id])
            cursor.fetchall()

    def real() -> None:
        progress_of(cycle, cycle.root_id)

    real()
    floor()
    took = median_seconds(real, runs=_MANY_RUNS)
    least = median_seconds(floor, runs=_MANY_RUNS)
    return Measure(
        what="progress of any node",
        value=took * 1000,
        unit="ms",
        bar="at most 2 × the floor",
        ok=took <= 2 * least,
        floor=least * 1000,
        ratio=took / least,
        note="the district with its 45; floor: one hand-written query on the roll-up table",
    )


def measure_assessing() -> Measure:
    """Read the facts of a whole district from the database and weigh them all again."""
    cycle = ReviewCycle.objects.select_related("rulebook_copy").order_by("pk").first()
    if cycle is None:
        raise LookupError("the sample is not loaded")
    kinds = [SubjectKind.MEMBER, SubjectKind.CELL]
    wanted = cycle.obligations.filter(subject_kind__in=kinds, is_rateable=True)

    def real() -> int:
        found = assess(cycle, list(wanted.select_related("unit")))
        return sum(bool(one.outcome.best_advised) for one in found.values())

    count = real()
    took = median_seconds(real, runs=_RUNS)
    return Measure(
        what="weigh all members and branches of a district again",
        value=took,
        unit="s",
        bar="under 3 s",
        ok=took < 3,  # noqa: PLR2004 -- the bar
        note=f"{count} subjects, their facts read from the database",
    )


def pages() -> list[dict[str, str]]:
    """Return the pages to measure: who opens which address."""
    cycle = ReviewCycle.objects.select_related("root").order_by("pk").first()
    branch = Unit.objects.filter(code="BT-TA-01").first()
    if cycle is None or branch is None:
        raise LookupError("the sample is not loaded")
    whole, place = cycle.public_id, cycle.root.public_id
    addresses = {
        "home": reverse("home"),
        "overview": reverse("reports:unit-dashboard", args=[whole, place]),
        "progress": reverse("cycles:unit", args=[whole, place]),
        "a branch": reverse("cycles:unit", args=[whole, branch.public_id]),
        "targets": reverse("reports:targets"),
        "unit report": reverse("reports:unit", args=[whole, place]),
        "tree": reverse("units:tree"),
        "unit": reverse("units:detail", args=[branch.public_id]),
        "people": reverse("people:list"),
        "reviews": reverse("reviews:list"),
        "meetings": reverse("meetings:list"),
        "ratings": reverse("ratings:board"),
        "remedies": reverse("remediation:board"),
        "accounts": reverse("access:accounts"),
    }
    return [{"name": name, "user": "bantochuc", "path": path} for name, path in addresses.items()]


def count_statements() -> list[dict[str, Any]]:
    """Open every page once to warm up and once counted; return its number of SQL statements."""
    counted = []
    for page in pages():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(
            Account.objects.get(username=page["user"]),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        client.get(page["path"])
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page["path"])
        counted.append({**page, "status": response.status_code, "statements": len(queries)})
    return counted


def prepare(members: int) -> None:
    call_command("migrate_database", verbosity=0, stdout=io.StringIO())
    if members:
        call_command("sample", members=members, json=True, stdout=io.StringIO())
