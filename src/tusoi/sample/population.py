"""Writes the organisations and the people into the database, in bulk."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from django.db import models

from tusoi.core.text import text_sort_key
from tusoi.people.enums import Gender, StandingKind
from tusoi.people.models import MemberStanding, PartyMember, Person
from tusoi.sample.blueprint import UnitPlan
from tusoi.sample.frame import DISTRICT, Frame
from tusoi.sample.names import person_name
from tusoi.units.enums import (
    CommendationKind,
    DisciplineKind,
    MembershipKind,
    Position,
    UnitKind,
    UnitSector,
)
from tusoi.units.models import (
    Commendation,
    Discipline,
    LeadershipCollective,
    Membership,
    Post,
    Unit,
    UnitName,
    UnitParentage,
)


# The report: 7 admitted in Trà An, 140 % of the plan.
TRA_AN_ADMITTED_COUNT = 7
TRA_AN_DISCIPLINED_COUNT = 3
_EXEMPT_EVERY = 9
# Leaders are chosen among those born before.
_LEADERS_BORN_BEFORE = dt.date(1990, 1, 1)
_BATCH = 500
_CELL_SEATS = (
    (Position.SECRETARY, "Bí thư chi bộ"),
    (Position.DEPUTY_SECRETARY, "Phó Bí thư chi bộ"),
    (Position.COMMITTEE_MEMBER, "Chi ủy viên"),
)
# The committee of an organisation above the cells, and what one of its members is called.
_BODIES = {
    UnitKind.GRASSROOTS_ORGANIZATION: ("Đảng ủy", "Đảng ủy viên"),
    UnitKind.SECTION: ("Đảng ủy bộ phận", "Ủy viên Đảng ủy bộ phận"),
    UnitKind.DISTRICT: ("Quận ủy", "Quận ủy viên"),
    UnitKind.SUPERIOR: ("Đảng ủy phường", "Đảng ủy viên"),
}
_STANDING_GROUPS = ("ban thường vụ đảng ủy cơ sở", "ban thường vụ quận ủy", "ban-thuong-vu-phuong")
_MOST_SEATS = 15
_OCCUPATIONS = {
    UnitSector.RESIDENTIAL: ("Hưu trí", "Cán bộ khu vực", "Nông dân", "Buôn bán", "Nội trợ"),
    UnitSector.LOCALITY: ("Công chức phường", "Cán bộ phường"),
    UnitSector.AGENCY: ("Công chức", "Chuyên viên", "Phó trưởng phòng"),
    UnitSector.PUBLIC_SERVICE: ("Viên chức", "Giáo viên", "Y sĩ", "Bác sĩ"),
    UnitSector.ENTERPRISE: ("Nhân viên", "Kỹ sư", "Công nhân"),
    UnitSector.ARMED_FORCES: ("Sĩ quan", "Chiến sĩ"),
    UnitSector.OTHER: ("Người lao động",),
}
_CIVIL_SECTORS = {UnitSector.AGENCY, UnitSector.PUBLIC_SERVICE, UnitSector.LOCALITY}


@dataclass
class Population:
    """What was written, by code, for the steps that follow."""

    frame: Frame = DISTRICT
    units: dict[str, Unit] = field(default_factory=dict)
    members_of: dict[str, list[PartyMember]] = field(default_factory=dict)
    collectives: list[LeadershipCollective] = field(default_factory=list)
    plans: dict[str, UnitPlan] = field(default_factory=dict)
    # Who sits in the standing committee, and in the whole committee, secretary first.
    standing: dict[str, list[Person]] = field(default_factory=dict)
    committees: dict[str, list[Person]] = field(default_factory=dict)
    _codes: dict[int, str] = field(default_factory=dict)

    def plan_of_unit(self, unit_id: int) -> UnitPlan:
        if not self._codes:
            self._codes.update({unit.pk: code for code, unit in self.units.items()})
        return self.plans[self._codes[unit_id]]

    def grassroots_code(self, unit_id: int) -> str:
        """Return the code of the grassroots organisation to which a unit belongs, or its own."""
        plan = self.plan_of_unit(unit_id)
        while plan.parent is not None and not plan.is_grassroots:
            plan = plan.parent
        return plan.code

    def people_of(self, code: str) -> list[Person]:
        return [member.person for member in self.members_of[code]]


Step = Callable[[int], None]
Days = Callable[[UnitPlan, random.Random], list[dt.date]]


def _write(model: type[models.Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=_BATCH)


def write_units(roots: list[UnitPlan], top: UnitPlan | None, population: Population) -> None:
    """Write the trees; with several districts, `top` is the organisation above them all."""
    plans = [plan for root in roots for plan in root.walk()]
    if top is not None:
        plans.insert(0, top)
        for root in roots:
            root.parent = top
    population.plans = {plan.code: plan for plan in plans}
    for depth in _by_depth(plans):
        rows = [_unit(plan, population) for plan in depth]
        _write(Unit, rows)
        population.units.update({row.code: row for row in rows})
    units = list(population.units.values())
    _write(
        UnitName,
        (UnitName(unit=u, name=u.name, valid_from=population.frame.founded_on) for u in units),
    )
    _write(
        UnitParentage,
        (
            UnitParentage(
                unit=unit, parent_id=unit.parent_id, valid_from=population.frame.founded_on
            )
            for unit in units
            if unit.parent_id
        ),
    )


def _by_depth(plans: list[UnitPlan]) -> list[list[UnitPlan]]:
    layers: dict[int, list[UnitPlan]] = {}
    for plan in plans:
        depth, above = 0, plan.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        layers.setdefault(depth, []).append(plan)
    return [layers[depth] for depth in sorted(layers)]


def _unit(plan: UnitPlan, population: Population) -> Unit:
    return Unit(
        code=plan.code,
        name=plan.name,
        **Unit.keys_of(plan.name),
        kind=plan.kind,
        sector=plan.sector,
        parent=population.units[plan.parent.code] if plan.parent else None,
        established_on=population.frame.founded_on,
        is_sample=True,
    )


def write_people(
    population: Population, rng: random.Random, advance: Step, days: "Days | None" = None
) -> None:
    """Write persons, members and memberships, cell by cell; `days` says who was admitted when."""
    frame = population.frame
    number = 0
    for code, plan in population.plans.items():
        if not plan.has_members:
            continue
        admitted = (days or _admission_days)(plan, rng)
        people = []
        for day in admitted:
            number += 1
            people.append(_person(number, plan, day, frame, rng))
        _write(Person, people)
        members = [
            _member(person, day, frame) for person, day in zip(people, admitted, strict=True)
        ]
        _write(PartyMember, members)
        _write(
            Membership,
            (
                Membership(
                    member=member,
                    unit=population.units[code],
                    kind=MembershipKind.OFFICIAL,
                    valid_from=max(member.admitted_on, frame.seated_on),
                )
                for member in members
            ),
        )
        population.members_of[code] = members
        advance(len(members))


def _admission_days(plan: UnitPlan, rng: random.Random) -> list[dt.date]:
    """Return one day for each member; the newly admitted of Trà An are exactly the report's."""
    days = [
        dt.date(rng.randint(1975, 2020), rng.randint(1, 12), rng.randint(1, 28))
        for _ in range(plan.member_count)
    ]
    if plan.code.endswith("TA-06"):
        # Three before July are rated at the end of the year; four after it are not yet.
        months = (2, 3, 5, 8, 9, 9, 10)
        days[-TRA_AN_ADMITTED_COUNT:] = [dt.date(DISTRICT.year, month, 3) for month in months]
    elif "-TA-" not in plan.code and plan.member_count > 40:  # noqa: PLR2004 -- the larger cells admit
        days[-1] = dt.date(DISTRICT.year, rng.randint(2, 9), rng.randint(1, 28))
    return days


def _person(
    number: int, plan: UnitPlan, admitted_on: dt.date, frame: Frame, rng: random.Random
) -> Person:
    female = rng.random() < 0.42  # noqa: PLR2004 -- the share of women
    name = person_name(rng, female=female)
    birth_year = min(admitted_on.year - rng.randint(19, 38), frame.year - 20)
    return Person(
        code=f"M{number:07}",
        full_name=name,
        **Person.keys_of(name),
        birth_on=dt.date(birth_year, rng.randint(1, 12), rng.randint(1, 28)),
        gender=Gender.FEMALE if female else Gender.MALE,
        ethnicity=rng.choices(("Kinh", "Khmer", "Hoa"), (94, 4, 2))[0],
        occupation=rng.choice(_OCCUPATIONS[plan.sector]),
        is_civil_servant=plan.sector in _CIVIL_SECTORS,
        is_sample=True,
    )


def _member(person: Person, admitted_on: dt.date, frame: Frame) -> PartyMember:
    year_later = admitted_on.replace(year=admitted_on.year + 1)
    return PartyMember(
        person=person,
        card_number=f"MAU{person.code[1:]}",
        admitted_on=admitted_on,
        official_on=year_later if year_later <= dt.date(frame.year, 9, 30) else None,
    )


def write_exempt(population: Population, rng: random.Random) -> int:
    """Add, beside those counted, old members who are excused and two who are suspended."""
    cells = [
        code
        for code, plan in population.plans.items()
        if plan.kind == UnitKind.CELL
        and plan.sector == UnitSector.RESIDENTIAL
        and "-TA-" not in code
    ]
    chosen = cells[::_EXEMPT_EVERY] * 3
    for place, code in enumerate(chosen, start=1):
        plan = population.plans[code]
        day = dt.date(rng.randint(1968, 1985), 5, 19)
        person = _person(0, plan, day, DISTRICT, rng)
        person.code, person.occupation = f"X{place:06}", "Hưu trí"
        person.save()
        member = _member(person, day, DISTRICT)
        member.card_number = f"MAUX{place:05}"
        member.save()
        Membership.objects.create(
            member=member, unit=population.units[code], valid_from=DISTRICT.seated_on
        )
        suspended = place <= 2  # noqa: PLR2004 -- two are enough to show the case
        MemberStanding.objects.create(
            member=member,
            kind=StandingKind.SUSPENDED if suspended else StandingKind.EXEMPT,
            valid_from=dt.date(DISTRICT.year, 8, 1) if suspended else dt.date(2019, 3, 1),
            document="Quyết định mẫu",
        )
    return len(chosen)


def write_leaves(population: Population) -> None:
    """Let two members of Trà An have been ill for months, and one on maternity leave."""
    for code, place, kind, first, last in (
        ("BT-TA-03", -2, StandingKind.SICK_LEAVE, (3, 1), (7, 15)),
        ("BT-TA-BP2-1", -2, StandingKind.SICK_LEAVE, (5, 16), (9, 10)),
        ("BT-TA-04", -2, StandingKind.MATERNITY_LEAVE, (2, 1), (7, 31)),
    ):
        MemberStanding.objects.create(
            member=population.members_of[code][place],
            kind=kind,
            valid_from=dt.date(DISTRICT.year, *first),
            valid_to=dt.date(DISTRICT.year, *last),
            document="Giấy xác nhận mẫu",
        )


def write_posts(population: Population) -> None:
    """Seat secretaries and deputies in every cell, and leaders in every collective."""
    posts: list[Post] = []
    for code, members in population.members_of.items():
        unit, people = population.units[code], population.people_of(code)
        seasoned = [p for p, m in zip(people, members, strict=True) if m.official_on]
        posts += _committee(unit, seasoned, population.frame.seated_on)
        population.committees[code] = seasoned[: len(_CELL_SEATS)]
    _write(Post, posts)
    _write_collectives(population)
    _write_upper_committees(population)


def _committee(unit: Unit, people: list[Person], seated_on: dt.date) -> list[Post]:
    return [
        Post(person=person, unit=unit, position=position, title=title, valid_from=seated_on)
        for (position, title), person in zip(_CELL_SEATS, people, strict=False)
    ]


def _write_upper_committees(population: Population) -> None:
    """Seat the committees above the cells: the standing committee, and secretaries from below."""
    posts: list[Post] = []
    # A plan stands before those below it, whose secretaries are seated first.
    for code, plan in reversed(population.plans.items()):
        if plan.kind not in _BODIES:
            continue
        standing = population.standing.get(code, [])
        below = [population.committees.get(child.code, [])[:1] for child in plan.children]
        seated = {person.pk: person for person in (*standing, *chain.from_iterable(below))}
        people = population.committees[code] = list(seated.values())[:_MOST_SEATS]
        posts += [
            Post(
                person=person,
                unit=population.units[code],
                position=position,
                title=_title(position, plan.kind),
                valid_from=population.frame.seated_on,
            )
            for person, position in zip(people, _positions(len(standing)), strict=False)
        ]
    _write(Post, posts)


def _positions(standing_count: int) -> Iterator[Position]:
    yield Position.SECRETARY
    yield Position.DEPUTY_SECRETARY
    yield from repeat(Position.STANDING_MEMBER, max(0, standing_count - 2))
    yield from repeat(Position.COMMITTEE_MEMBER)


def _title(position: Position, kind: UnitKind) -> str:
    body, member = _BODIES[kind]
    return {
        Position.SECRETARY: f"Bí thư {body}",
        Position.DEPUTY_SECRETARY: f"Phó Bí thư {body}",
        Position.STANDING_MEMBER: f"Ủy viên Ban Thường vụ {body}",
    }.get(position, member)


def _write_collectives(population: Population) -> None:
    posts: list[Post] = []
    for code, plan in population.plans.items():
        for name, group, source, size in plan.bodies or _bodies(plan):
            collective = LeadershipCollective.objects.create(
                unit=population.units[code],
                code=f"TT-{code}-{len(population.collectives):03}",
                name=name,
                sort_key=text_sort_key(name),
                peer_group=group,
                established_on=population.frame.founded_on,
                is_sample=True,
            )
            population.collectives.append(collective)
            people = [
                person
                for person in population.people_of(source)
                if person.birth_on and person.birth_on < _LEADERS_BORN_BEFORE
            ][3 : 3 + size]
            if group in _STANDING_GROUPS:
                population.standing[code] = people
            positions = [Position.HEAD, Position.DEPUTY_HEAD] + [Position.LEADER] * size
            posts += [
                Post(
                    person=person,
                    unit=collective.unit,
                    collective=collective,
                    position=position,
                    title=Position(position).label.capitalize(),
                    valid_from=population.frame.seated_on,
                )
                for person, position in zip(people, positions, strict=False)
            ]
    _write(Post, posts)


def _bodies(plan: UnitPlan) -> list[tuple[str, str, str, int]]:
    """Return name, peer group, the cell whose people sit there, and how many seats."""
    short = plan.name.removeprefix("Đảng bộ ").removeprefix("Chi bộ ")
    if plan.kind == UnitKind.GRASSROOTS_ORGANIZATION:
        first = next(unit for unit in plan.walk() if unit.has_members)
        bodies = [(f"Ban Thường vụ Đảng ủy {short}", "ban thường vụ đảng ủy cơ sở", first.code, 3)]
        if plan.sector == UnitSector.LOCALITY:
            cells = [unit for unit in plan.walk() if unit.has_members]
            bodies.append((f"Ủy ban nhân dân {short}", "ủy ban nhân dân phường", cells[1].code, 3))
        return bodies
    if plan.kind == UnitKind.GRASSROOTS_CELL and plan.sector == UnitSector.AGENCY:
        return [(f"Tập thể lãnh đạo {short}", "phòng, ban của quận", plan.code, 2)]
    if plan.kind == UnitKind.DISTRICT:
        first = next(unit for unit in plan.walk() if unit.kind == UnitKind.GRASSROOTS_CELL)
        return [("Ban Thường vụ Quận ủy", "ban thường vụ quận ủy", first.code, 5)]
    return []


def write_records(population: Population, rng: random.Random) -> None:
    """Write discipline and commendation; "some" members of Trà An were disciplined."""
    cells = [c for c in population.members_of if c.endswith(("TA-01", "TA-02", "TA-BP1-1"))]
    for place, code in enumerate(cells):
        Discipline.objects.create(
            member=population.members_of[code][-1],
            arose_in=population.units[code],
            kind=DisciplineKind.WARNING if place == 0 else DisciplineKind.REPRIMAND,
            # April, June, August in each district.
            decided_on=dt.date(DISTRICT.year, 4 + 2 * (place % 3), 12),
            is_duty_related=place == 0,
            document=f"Quyết định mẫu số {place + 1}-QĐ/UBKT",
        )
    for code, members in population.members_of.items():
        if rng.random() < 0.25:  # noqa: PLR2004 -- one cell in four
            Commendation.objects.create(
                member=rng.choice(members),
                kind=CommendationKind.CERTIFICATE,
                decided_on=dt.date(DISTRICT.year, 9, 2),
                document=f"Quyết định mẫu {code}",
                reason="Thành tích trong phong trào thi đua năm 2022",
            )
