"""Who there is: organisations and how many members each has. Pure; no database."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tusoi.units.enums import UnitKind, UnitSector


# The totals of the report, and what the generator must add up to.
GRASSROOTS_COUNT = 45
GRASSROOTS_DONE_COUNT = 25
CELL_COUNT = 172
TRA_AN_MEMBER_COUNT = 731
DISTRICT_MEMBER_COUNT = 5_116


@dataclass
class UnitPlan:
    code: str
    name: str
    kind: UnitKind
    sector: UnitSector
    parent: "UnitPlan | None" = None
    member_count: int = 0
    # Whether its own review was finished by 30 November.
    is_done: bool = False
    # Whether its members have held their meetings.
    members_done: bool = True
    # Whose leadership collectives it has: name, peer group, cell they come from, seats.
    bodies: tuple[tuple[str, str, str, int], ...] = ()
    children: list["UnitPlan"] = field(default_factory=list)

    def add(self, child: "UnitPlan") -> "UnitPlan":
        child.parent = self
        self.children.append(child)
        return child

    def walk(self) -> Iterator["UnitPlan"]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def has_members(self) -> bool:
        return self.kind in {UnitKind.CELL, UnitKind.GRASSROOTS_CELL}

    @property
    def is_grassroots(self) -> bool:
        return self.kind in {UnitKind.GRASSROOTS_ORGANIZATION, UnitKind.GRASSROOTS_CELL}


WARDS = (
    ("TA", "Trà An"),
    ("AT", "An Thới"),
    ("BT", "Bình Thủy"),
    ("BH", "Bùi Hữu Nghĩa"),
    ("LH", "Long Hòa"),
    ("LT", "Long Tuyền"),
    ("TD", "Thới An Đông"),
    ("TN", "Trà Nóc"),
)
# Grassroots organisations with branches that are not wards: code, name, sector, branches.
ORGANIZATIONS = (
    ("CA", "Công an quận", UnitSector.ARMED_FORCES, 6),
    ("QS", "Quân sự quận", UnitSector.ARMED_FORCES, 6),
    ("YT", "Trung tâm Y tế quận", UnitSector.PUBLIC_SERVICE, 6),
    ("VH", "Trung tâm Văn hóa, Thể thao quận", UnitSector.PUBLIC_SERVICE, 6),
    ("GD", "Phòng Giáo dục và Đào tạo quận", UnitSector.AGENCY, 6),
    ("UB", "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân quận", UnitSector.AGENCY, 6),
    ("DT", "Công ty Dịch vụ đô thị (mẫu)", UnitSector.ENTERPRISE, 5),
    ("CN", "Công ty Cấp nước (mẫu)", UnitSector.ENTERPRISE, 5),
    ("CB", "Công ty Chế biến nông sản (mẫu)", UnitSector.ENTERPRISE, 5),
    ("XD", "Công ty Xây dựng (mẫu)", UnitSector.ENTERPRISE, 5),
)
GRASSROOTS_CELLS = (
    ("KT", "Phòng Kinh tế quận", UnitSector.AGENCY),
    ("NV", "Phòng Nội vụ quận", UnitSector.AGENCY),
    ("TC", "Phòng Tài chính – Kế hoạch quận", UnitSector.AGENCY),
    ("TP", "Phòng Tư pháp quận", UnitSector.AGENCY),
    ("LD", "Phòng Lao động – Thương binh và Xã hội quận", UnitSector.AGENCY),
    ("QD", "Phòng Quản lý đô thị quận", UnitSector.AGENCY),
    ("TM", "Phòng Tài nguyên và Môi trường quận", UnitSector.AGENCY),
    ("VT", "Phòng Văn hóa và Thông tin quận", UnitSector.AGENCY),
    ("TY", "Phòng Y tế quận", UnitSector.AGENCY),
    ("TT", "Thanh tra quận", UnitSector.AGENCY),
    ("BD", "Ban Dân vận – Mặt trận quận", UnitSector.AGENCY),
    ("TG", "Ban Tuyên giáo – Trung tâm Chính trị quận", UnitSector.AGENCY),
    ("KS", "Viện Kiểm sát nhân dân quận", UnitSector.AGENCY),
    ("TO", "Tòa án nhân dân quận", UnitSector.AGENCY),
    ("TH", "Chi cục Thi hành án dân sự quận", UnitSector.AGENCY),
    ("CT", "Chi cục Thuế khu vực (mẫu)", UnitSector.AGENCY),
    ("KB", "Kho bạc Nhà nước quận", UnitSector.AGENCY),
    ("BX", "Bảo hiểm xã hội quận", UnitSector.AGENCY),
    ("TK", "Chi cục Thống kê khu vực (mẫu)", UnitSector.AGENCY),
    ("ND", "Hội Nông dân quận", UnitSector.AGENCY),
    ("PN", "Hội Liên hiệp Phụ nữ quận", UnitSector.AGENCY),
    ("DV", "Trung tâm Dịch vụ nông nghiệp quận (mẫu)", UnitSector.PUBLIC_SERVICE),
    ("QL", "Ban Quản lý dự án quận (mẫu)", UnitSector.PUBLIC_SERVICE),
    ("TX", "Trung tâm Giáo dục thường xuyên quận (mẫu)", UnitSector.PUBLIC_SERVICE),
    ("NH", "Ngân hàng Chính sách xã hội (mẫu)", UnitSector.ENTERPRISE),
    ("HT", "Hợp tác xã Dịch vụ nông nghiệp (mẫu)", UnitSector.ENTERPRISE),
    ("DL", "Công ty Du lịch sinh thái (mẫu)", UnitSector.ENTERPRISE),
)
# 5 wards, 6 other organisations and 14 cells make the 25 that had finished.
_WARDS_DONE = {"TA", "AT", "BT", "LH", "TN"}
_ORGANIZATIONS_DONE = {"CA", "QS", "YT", "GD", "DT", "CN"}
_CELLS_DONE = {"KT", "TC", "TP", "LD", "QD", "TM", "TY", "TT", "KS", "TO", "KB", "BX", "ND", "TX"}
# Where not even the members had met: they are what a newcomer can carry on with.
_MEMBERS_NOT_DONE = {"NV", "VT", "DV", "HT"}


def district(seed: int = 2022, *, number: int = 1, members: int | None = None) -> UnitPlan:
    """Plan one district: 45 grassroots organisations and 172 branches below them.

    District 1 is Bình Thủy; others are its likeness under invented names. `members` other than
    the report's number keeps the tree and scales how many sit in each branch.
    """
    rng = random.Random(seed * 1_000 + number)  # noqa: S311 -- a sample, not a secret
    own = number == 1
    prefix = "BT" if own else f"Q{number}"
    label = "Bình Thủy" if own else f"Mẫu {number}"
    root = UnitPlan(prefix, f"Đảng bộ quận {label}", UnitKind.DISTRICT, UnitSector.LOCALITY)
    _add_wards(root, rng, own=own)
    _add_organizations(root)
    _add_grassroots_cells(root)
    _share_members(root, rng, members or DISTRICT_MEMBER_COUNT)
    return root


def _add_wards(root: UnitPlan, rng: random.Random, *, own: bool) -> None:
    for code, name in WARDS:
        ward = root.add(
            UnitPlan(
                f"{root.code}-{code}",
                f"Đảng bộ phường {name}" if own else f"Đảng bộ phường {name} ({root.code})",
                UnitKind.GRASSROOTS_ORGANIZATION,
                UnitSector.LOCALITY,
                is_done=code in _WARDS_DONE,
            )
        )
        if code == "TA":
            _add_tra_an_branches(ward)
        else:
            for place in range(1, 15):
                ward.add(_residential_cell(ward, place, rng))


def _residential_cell(parent: UnitPlan, place: int, rng: random.Random) -> UnitPlan:
    special = {13: "Chi bộ Quân sự phường", 14: "Chi bộ Trường Tiểu học"}
    name = special.get(place, f"Chi bộ Khu vực {place}")
    sector = UnitSector.RESIDENTIAL if place not in special else UnitSector.PUBLIC_SERVICE
    weight = rng.randint(22, 38)
    return UnitPlan(
        f"{parent.code}-{place:02}", name, UnitKind.CELL, sector, member_count=weight, is_done=True
    )


def _add_tra_an_branches(ward: UnitPlan) -> None:
    """Give Trà An what the report says: 7 branches directly, 11 under 3 sections."""
    direct = (
        "Chi bộ Khu vực 1",
        "Chi bộ Khu vực 2",
        "Chi bộ Khu vực 3",
        "Chi bộ Quân sự phường",
        "Chi bộ Công an phường",
        "Chi bộ Cơ quan phường",
        "Chi bộ Trường Tiểu học Trà An",
    )
    for place, name in enumerate(direct, start=1):
        ward.add(_cell(f"{ward.code}-{place:02}", name))
    for number, branches in ((1, 4), (2, 4), (3, 3)):
        section = ward.add(
            UnitPlan(
                f"{ward.code}-BP{number}",
                f"Đảng bộ bộ phận Khu vực {number + 3}",
                UnitKind.SECTION,
                UnitSector.RESIDENTIAL,
                is_done=True,
            )
        )
        for place in range(1, branches + 1):
            section.add(_cell(f"{section.code}-{place}", f"Chi bộ {number + 3}.{place}"))


def _cell(code: str, name: str) -> UnitPlan:
    return UnitPlan(
        code, name, UnitKind.CELL, UnitSector.RESIDENTIAL, member_count=40, is_done=True
    )


def _add_organizations(root: UnitPlan) -> None:
    for code, name, sector, branches in ORGANIZATIONS:
        organization = root.add(
            UnitPlan(
                f"{root.code}-{code}",
                f"Đảng bộ {name}",
                UnitKind.GRASSROOTS_ORGANIZATION,
                sector,
                is_done=code in _ORGANIZATIONS_DONE,
            )
        )
        for place in range(1, branches + 1):
            organization.add(
                UnitPlan(
                    f"{organization.code}-{place}",
                    f"Chi bộ {place}",
                    UnitKind.CELL,
                    sector,
                    member_count=18,
                    is_done=True,
                )
            )


def _add_grassroots_cells(root: UnitPlan) -> None:
    for code, name, sector in GRASSROOTS_CELLS:
        root.add(
            UnitPlan(
                f"{root.code}-{code}",
                f"Chi bộ {name}",
                UnitKind.GRASSROOTS_CELL,
                sector,
                member_count=17,
                is_done=code in _CELLS_DONE,
                members_done=code not in _MEMBERS_NOT_DONE,
            )
        )


def _share_members(root: UnitPlan, rng: random.Random, members: int) -> None:
    cells = [unit for unit in root.walk() if unit.has_members]
    tra_an = [unit for unit in cells if unit.code.startswith(f"{root.code}-TA-")]
    others = [unit for unit in cells if unit not in tra_an]
    in_tra_an = TRA_AN_MEMBER_COUNT * members // DISTRICT_MEMBER_COUNT
    _spread(tra_an, in_tra_an, rng)
    _spread(others, members - in_tra_an, rng)


def _spread(cells: list[UnitPlan], total: int, rng: random.Random) -> None:
    """Share a total out by weight, at least three each, so that the sum is exact."""
    weights = [cell.member_count * rng.uniform(0.8, 1.2) for cell in cells]
    whole = sum(weights)
    for cell, weight in zip(cells, weights, strict=True):
        cell.member_count = max(3, int(total * weight / whole))
    step = 1 if sum(cell.member_count for cell in cells) < total else -1
    place = 0
    while sum(cell.member_count for cell in cells) != total:
        cell = cells[place % len(cells)]
        if step > 0 or cell.member_count > 1:
            cell.member_count += step
        place += 1
