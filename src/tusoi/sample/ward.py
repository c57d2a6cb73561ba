"""The ward of 2025: its organisations and who belongs to them. All of it is invented.

Since 1 July 2025 there is no district: a ward committee stands directly above grassroots
organisations. Most of its members here work outside the political system.
"""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Final

from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding, Person
from tusoi.sample.blueprint import UnitPlan
from tusoi.sample.frame import WARD
from tusoi.sample.population import Population
from tusoi.units.enums import DisciplineKind, MembershipKind, UnitKind, UnitSector
from tusoi.units.models import Discipline, Membership


ROOT: Final = "TM"
# Where the rating is finished, has been weighed, or is proposed; elsewhere it has not begun.
DECIDED: Final = frozenset({"TM-KP1", "TM-KP2", "TM-CA", "TM-TH", "TM-YT"})
APPRAISED: Final = frozenset({"TM-MT", "TM-CS"})
PROPOSED: Final = frozenset({"TM-UB", "TM-DU", "TM-HX"})
# The sector block of Annex 4 for those who work in the political system.
BLOCKS: Final = {
    "TM": "party-advisory",
    "TM-DU": "party-advisory",
    "TM-UB": "state-administration",
    "TM-MT": "front-mass-organizations",
    "TM-CA": "armed-forces",
    "TM-TH": "public-service-units",
    "TM-CS": "public-service-units",
    "TM-YT": "public-service-units",
}
LOCAL_OFFICER: Final = "Người hoạt động không chuyên trách khu phố"
RETIRED: Final = "Hưu trí"
STUDENT: Final = "Sinh viên"
_PRIVATE: Final = ("Nhân viên công ty tư nhân", "Buôn bán", "Nông dân", "Lái xe", LOCAL_OFFICER)
_COOPERATIVE: Final = ("Thành viên hợp tác xã", "Kế toán hợp tác xã", "Kỹ thuật viên hợp tác xã")
_RETIRED_AT: Final = 62
_STUDENT_UP_TO: Final = 24
_YOUNGEST: Final = 19


@dataclass(frozen=True)
class _Cell:
    code: str
    name: str
    sector: UnitSector
    members: int
    body: tuple[str, str, int] | None = None
    is_done: bool = True
    members_done: bool = True


_CELLS: Final = (
    _Cell("KP1", "Chi bộ Khu phố 1", UnitSector.RESIDENTIAL, 24),
    _Cell("KP2", "Chi bộ Khu phố 2", UnitSector.RESIDENTIAL, 22),
    _Cell("KP3", "Chi bộ Khu phố 3", UnitSector.RESIDENTIAL, 20, is_done=False),
    _Cell(
        "KP4",
        "Chi bộ Khu phố 4",
        UnitSector.RESIDENTIAL,
        16,
        is_done=False,
        members_done=False,
    ),
    _Cell(
        "DU",
        "Chi bộ các cơ quan Đảng phường",
        UnitSector.AGENCY,
        10,
        ("Văn phòng Đảng ủy phường", "cơ quan Đảng của phường", 3),
    ),
    _Cell(
        "UB",
        "Chi bộ Ủy ban nhân dân phường",
        UnitSector.AGENCY,
        20,
        ("Ủy ban nhân dân phường Tân Mẫu", "ủy ban nhân dân phường", 3),
    ),
    _Cell(
        "MT",
        "Chi bộ Mặt trận Tổ quốc và các đoàn thể phường",
        UnitSector.AGENCY,
        8,
        ("Ban Thường trực Ủy ban Mặt trận Tổ quốc phường", "Mặt trận Tổ quốc phường", 3),
    ),
    _Cell(
        "CA",
        "Chi bộ Công an phường",
        UnitSector.ARMED_FORCES,
        16,
        ("Ban Chỉ huy Công an phường", "công an phường", 3),
    ),
    _Cell(
        "TH",
        "Chi bộ Trường Tiểu học Tân Mẫu",
        UnitSector.PUBLIC_SERVICE,
        14,
        ("Ban Giám hiệu Trường Tiểu học Tân Mẫu", "ban giám hiệu trường học", 2),
    ),
    _Cell(
        "CS",
        "Chi bộ Trường Trung học cơ sở Tân Mẫu",
        UnitSector.PUBLIC_SERVICE,
        13,
        ("Ban Giám hiệu Trường Trung học cơ sở Tân Mẫu", "ban giám hiệu trường học", 3),
    ),
    _Cell(
        "YT",
        "Chi bộ Trạm Y tế phường",
        UnitSector.PUBLIC_SERVICE,
        7,
        ("Ban lãnh đạo Trạm Y tế phường Tân Mẫu", "trạm y tế", 2),
    ),
    _Cell("HX", "Chi bộ Hợp tác xã Dịch vụ nông nghiệp Tân Mẫu", UnitSector.ENTERPRISE, 10),
)


def plan_ward() -> UnitPlan:
    """Plan the ward: twelve grassroots cells directly under its committee, 180 members."""
    root = UnitPlan(
        ROOT,
        "Đảng bộ phường Tân Mẫu",
        UnitKind.SUPERIOR,
        UnitSector.LOCALITY,
        bodies=(("Ban Thường vụ Đảng ủy phường", "ban-thuong-vu-phuong", f"{ROOT}-DU", 5),),
    )
    for one in _CELLS:
        code = f"{ROOT}-{one.code}"
        bodies = ((one.body[0], one.body[1], code, one.body[2]),) if one.body else ()
        root.add(
            UnitPlan(
                code,
                one.name,
                UnitKind.GRASSROOTS_CELL,
                one.sector,
                member_count=one.members,
                is_done=one.is_done,
                members_done=one.members_done,
                bodies=bodies,
            )
        )
    return root


def admission_days(plan: UnitPlan, rng: random.Random) -> list[dt.date]:
    """Return one day for each member; a teacher and a student came less than six months ago."""
    first, last = (1972, 2023) if plan.sector == UnitSector.RESIDENTIAL else (2002, 2023)
    days = [
        dt.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))
        for _ in range(plan.member_count)
    ]
    if plan.code in {"TM-TH", "TM-KP2"}:
        days[-1] = dt.date(WARD.year, 9, 3)
    return days


def write_occupations(population: Population, rng: random.Random) -> None:
    """Let the old be retired, the youngest study, and the rest of a quarter work outside."""
    changed = []
    for code, plan in population.plans.items():
        if plan.sector not in {UnitSector.RESIDENTIAL, UnitSector.ENTERPRISE}:
            continue
        for person in population.people_of(code) if plan.has_members else ():
            person.occupation = _occupation(person, plan, rng)
            changed.append(person)
    for code in ("TM-KP1", "TM-KP4"):
        person = population.people_of(code)[6]
        person.occupation, person.birth_on = RETIRED, dt.date(1950, 3, 2)
    Person.objects.bulk_update(changed, ["occupation", "birth_on"])


def _occupation(person: Person, plan: UnitPlan, rng: random.Random) -> str:
    age = WARD.year - (person.birth_on.year if person.birth_on else WARD.year)
    if age >= _RETIRED_AT:
        return RETIRED
    if plan.sector == UnitSector.ENTERPRISE:
        return rng.choice(_COOPERATIVE)
    return STUDENT if _YOUNGEST <= age <= _STUDENT_UP_TO else rng.choice(_PRIVATE)


def is_outside(person: Person, plan: UnitPlan) -> bool:
    """Say whether somebody works outside the political system (form 2C)."""
    quarters = {UnitSector.RESIDENTIAL, UnitSector.ENTERPRISE}
    return plan.sector in quarters and person.occupation != LOCAL_OFFICER


def write_standings(population: Population) -> None:
    """Write who is excused, suspended, was long ill, or is for a time elsewhere."""
    # The last places: nobody there holds a post or signs in.
    for code, place, kind, first, last in (
        ("TM-KP1", -1, StandingKind.EXEMPT, dt.date(2024, 3, 1), None),
        ("TM-KP3", -1, StandingKind.EXEMPT, dt.date(2023, 5, 1), None),
        ("TM-KP3", -2, StandingKind.SUSPENDED, dt.date(2025, 9, 15), None),
        ("TM-YT", -1, StandingKind.SICK_LEAVE, dt.date(2025, 3, 3), dt.date(2025, 7, 20)),
    ):
        MemberStanding.objects.create(
            member=population.members_of[code][place],
            kind=kind,
            valid_from=first,
            valid_to=last,
            document="Quyết định mẫu",
        )
    Membership.objects.create(
        member=population.members_of["TM-KP2"][-2],
        unit=population.units["TM-HX"],
        kind=MembershipKind.TEMPORARY,
        valid_from=dt.date(2025, 8, 1),
    )


def write_disciplines(population: Population) -> None:
    """Discipline two for what had to do with their duties; one had reported it himself."""
    for number, (code, place, kind) in enumerate(
        (
            ("TM-KP1", -2, DisciplineKind.REPRIMAND),
            ("TM-CA", -1, DisciplineKind.WARNING),
        ),
        start=1,
    ):
        Discipline.objects.create(
            member=population.members_of[code][place],
            arose_in=population.units[code],
            kind=kind,
            decided_on=dt.date(WARD.year, 8 + number, 12),
            is_duty_related=True,
            document=f"Quyết định mẫu số {number}-QĐ/UBKT",
        )
