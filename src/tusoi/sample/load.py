"""Loads the sample as one transaction: all of it or nothing."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.cycles import operations as cycles
from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.models import ReviewTransition, SuperiorDocument
from tusoi.sample import (
    accounts,
    blueprint,
    comments,
    dossiers,
    levels,
    meetings,
    minutes,
    population,
    ratings,
    remedies,
)
from tusoi.sample.frame import DISTRICT, DISTRICT_END, Frame
from tusoi.units.enums import UnitKind, UnitSector
from tusoi.units.models import Unit
from tusoi.units.operations import rebuild_closure


Progress = Callable[[str, int, int], None]
RULEBOOK = "132-2018"
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
    frame: Frame = DISTRICT,
) -> Loaded:
    """Write the sample; more members than a district's make more districts under a province.

    The frame says how far the district has come: to 30 November, or to the end of the cycle.

    Raises:
        DatabaseNotEmpty: there are organisations in the database already.
    """
    if Unit.objects.exists():
        raise DatabaseNotEmpty
    rng = random.Random(seed)  # noqa: S311 -- a sample, not a secret
    people = _write_population(members, seed, rng, progress, frame)
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
        adjust=lambda every: levels.Settling(
            every, cycle, people, lambda one: ratings.is_rated(one, people)
        ).settle(),
    )
    progress("hội nghị, kế hoạch khắc phục", 0, 1)
    comments.write_comments(
        cycle=cycle, dossiers=written, population=people, rng=rng, actor=authors[0]
    )
    meeting_count = sum(
        meetings.write_meetings(
            cycle=cycle, dossiers=own, population=people, rng=rng, actor=authors[0]
        )
        for own in _early_and_late(written, frame)
    )
    plan_count = remedies.write_plans(
        cycle=cycle, dossiers=written, population=people, rng=rng, actor=authors[0]
    )
    progress("hội nghị, kế hoạch khắc phục", 1, 1)
    progress("xếp loại", 0, 1)
    ratings.write_ratings(
        cycle=cycle,
        rulebook=rulebook,
        dossiers=written,
        population=people,
        rng=rng,
        tellers=authors,
    )
    minutes.write_minutes(
        cycle=cycle, population=people, codes=minutes.WITH_MINUTES, actor=authors[0]
    )
    if frame.is_complete:
        _keep_answers_from_above(cycle)
    else:
        minutes.call_a_meeting(cycle=cycle, population=people, actor=authors[0])
    acknowledge(cycle, authors[0], frame, () if frame.is_complete else _NOT_ACKNOWLEDGED)
    progress("xếp loại", 1, 1)
    cycles.rebuild_progress(cycle_id=cycle.pk)
    return Loaded(
        unit_count=len(people.units),
        member_count=sum(len(each) for each in people.members_of.values()),
        obligation_count=len(written),
        meeting_count=meeting_count,
        plan_count=plan_count,
        cycle=cycle,
    )


def load_sample_end(
    *,
    members: int = blueprint.DISTRICT_MEMBER_COUNT,
    seed: int = 2022,
    progress: Progress = silent,
) -> Loaded:
    """Write the same district as it stood on 20 January 2023, when every level was decided.

    Raises:
        DatabaseNotEmpty: there are organisations in the database already.
    """
    return load_sample(members=members, seed=seed, progress=progress, frame=DISTRICT_END)


def _early_and_late(
    written: Sequence[dossiers.Dossier], frame: Frame
) -> tuple[list[dossiers.Dossier], list[dossiers.Dossier]]:
    """Part those who met by the end of November from those who met after it."""
    last = frame.committee_days[1]
    met = [one for one in written if one.meets_on is not None]
    return (
        [one for one in met if one.meets_on is not None and one.meets_on <= last],
        [one for one in met if one.meets_on is not None and one.meets_on > last],
    )


def _keep_answers_from_above(cycle: ReviewCycle) -> None:
    """Note by which letter the body above the topmost organisation took its review on."""
    accepted = ReviewTransition.objects.filter(
        review__obligation__cycle=cycle,
        review__obligation__unit=cycle.root,
        review__obligation__collective=None,
        review__obligation__person=None,
        to_state=ReviewState.ACCEPTED,
    )
    SuperiorDocument.objects.bulk_create(
        SuperiorDocument(
            transition=one,
            number="Mẫu 318-CV/BTCTU",
            issued_on=local_day(one.at),
            issuer="Ban Tổ chức Thành ủy",
        )
        for one in accepted
    )


class Counter:
    def __init__(self, what: str, total: int, progress: Progress) -> None:
        self.what, self.total, self.progress, self.done = what, total, progress, 0

    def __call__(self, number: int) -> None:
        self.done += number
        self.progress(self.what, min(self.done, self.total), self.total)


def _write_population(
    members: int,
    seed: int,
    rng: random.Random,
    progress: Progress,
    frame: Frame = DISTRICT,
) -> population.Population:
    roots = _plan_districts(members, seed)
    top = None
    if len(roots) > 1:
        top = blueprint.UnitPlan(
            "TP", "Đảng bộ thành phố (mẫu)", UnitKind.PROVINCE, UnitSector.LOCALITY
        )
    people = population.Population(frame=frame)
    population.write_units(roots, top, people)
    rebuild_closure()
    population.write_people(people, rng, Counter("đảng viên", members, progress))
    population.write_exempt(people, rng)
    population.write_leaves(people)
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
