"""Loads the sample as one transaction: all of it or nothing."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from tusoi.cycles import operations as cycles
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.sample import (
    accounts,
    blueprint,
    comments,
    dossiers,
    meetings,
    population,
    ratings,
    remedies,
)
from tusoi.sample.frame import DISTRICT, Frame
from tusoi.units.enums import UnitKind, UnitSector
from tusoi.units.models import Unit
from tusoi.units.operations import rebuild_closure


Progress = Callable[[str, int, int], None]
RULEBOOK = "132-2018@3"
_NOT_ACKNOWLEDGED = ("BT-NV", "BT-VT", "BT-HT")


class DatabaseNotEmpty(Exception):
    """The sample goes into an empty database only; it is never mixed with real organisations."""


@dataclass(frozen=True)
class Loaded:
    unit_count: int
    member_count: int
    obligation_count: int
    meeting_count: int
    plan_count: int
    cycle: ReviewCycle


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


@transaction.atomic
def load_sample(
    *,
    members: int = blueprint.DISTRICT_MEMBER_COUNT,
    seed: int = 2022,
    progress: Progress = silent,
) -> Loaded:
    """Write the sample; more members than a district's make more districts under a province.

    Raises:
        DatabaseNotEmpty: there are organisations in the database already.
    """
    if Unit.objects.exists():
        raise DatabaseNotEmpty
    rng = random.Random(seed)  # noqa: S311 -- a sample, not a secret
    people = _write_population(members, seed, rng, progress)
    cycle = _open_cycle(people, progress)
    authors = accounts.sample_authors()
    rulebook = rulebook_of(cycle)
    progress("bản kiểm điểm", 0, members)
    count = Counter("bản kiểm điểm", members, progress)
    written = dossiers.write_dossiers(
        cycle=cycle,
        rulebook=rulebook,
        population=people,
        rng=rng,
        actor=authors[0],
        advance=count,
        adjust=lambda every: ratings.keep_to_quota(every, cycle, people),
    )
    progress("hội nghị, kế hoạch khắc phục", 0, 1)
    comments.write_comments(
        cycle=cycle, dossiers=written, population=people, rng=rng, actor=authors[0]
    )
    meeting_count = meetings.write_meetings(
        cycle=cycle, dossiers=written, population=people, rng=rng, actor=authors[0]
    )
    plan_count = remedies.write_plans(
        cycle=cycle, dossiers=written, population=people, rng=rng, actor=authors[0]
    )
    ratings.write_ratings(
        cycle=cycle,
        rulebook=rulebook,
        dossiers=written,
        population=people,
        rng=rng,
        tellers=authors,
    )
    acknowledge(cycle, authors[0], people.frame, _NOT_ACKNOWLEDGED)
    progress("hội nghị, kế hoạch khắc phục", 1, 1)
    cycles.rebuild_progress(cycle_id=cycle.pk)
    return Loaded(
        unit_count=len(people.units),
        member_count=sum(len(each) for each in people.members_of.values()),
        obligation_count=len(written),
        meeting_count=meeting_count,
        plan_count=plan_count,
        cycle=cycle,
    )


class Counter:
    def __init__(self, what: str, total: int, progress: Progress) -> None:
        self.what, self.total, self.progress, self.done = what, total, progress, 0

    def __call__(self, number: int) -> None:
        self.done += number
        self.progress(self.what, min(self.done, self.total), self.total)


def _write_population(
    members: int, seed: int, rng: random.Random, progress: Progress
) -> population.Population:
    roots = _plan_districts(members, seed)
    top = None
    if len(roots) > 1:
        top = blueprint.UnitPlan(
            "TP", "Đảng bộ thành phố (mẫu)", UnitKind.PROVINCE, UnitSector.LOCALITY
        )
    people = population.Population()
    population.write_units(roots, top, people)
    rebuild_closure()
    population.write_people(people, rng, Counter("đảng viên", members, progress))
    population.write_exempt(people, rng)
    population.write_posts(people)
    population.write_records(people, rng)
    accounts.write_accounts(people, system_account())
    return people


def acknowledge(cycle: ReviewCycle, actor: Account, frame: Frame, but: Sequence[str]) -> None:
    """Let all but a few organisations have taken note of the directive."""
    CycleUnit.objects.filter(cycle=cycle).exclude(unit__code__in=but).update(
        acknowledged_at=dossiers.moment(frame.opened_on + dt.timedelta(days=5)),
        acknowledged_by=actor,
    )


def _plan_districts(members: int, seed: int) -> list[blueprint.UnitPlan]:
    size = blueprint.DISTRICT_MEMBER_COUNT
    if members <= size:
        return [blueprint.district(seed, members=members)]
    count = round(members / size)
    rest = members - size * (count - 1)
    return [
        blueprint.district(seed, number=number, members=size if number < count else rest)
        for number in range(1, count + 1)
    ]


def _open_cycle(people: population.Population, progress: Progress) -> ReviewCycle:
    progress("mở đợt kiểm điểm", 0, 1)
    root = next(iter(people.units.values()))
    cycle = cycles.create_cycle(
        root_id=root.pk,
        draft=cycles.CycleDraft(
            name="Kiểm điểm, đánh giá, xếp loại chất lượng năm 2022",
            year=2022,
            period_from=dt.date(2022, 1, 1),
            period_to=dt.date(2022, 12, 31),
            rulebook_identity=RULEBOOK,
            directive=cycles.Directive(
                number="Mẫu 01-HD/QU",
                on=dt.date(2022, 10, 5),
                issuer="Ban Thường vụ Quận ủy",
                requirements=(
                    "Kiểm điểm, đánh giá, xếp loại nghiêm túc, thực chất; nhìn thẳng vào hạn chế, "
                    "khuyết điểm; yếu đâu sửa đó, mỗi hạn chế có giải pháp, người làm, thời hạn."
                ),
            ),
            is_sample=True,
        ),
        actor=system_account(),
        at=dossiers.moment(DISTRICT.opened_on, 8),
    )
    opened = cycles.open_cycle(
        cycle_id=cycle.pk, actor=system_account(), at=dossiers.moment(DISTRICT.opened_on, 9)
    )
    progress("mở đợt kiểm điểm", 1, 1)
    return opened
