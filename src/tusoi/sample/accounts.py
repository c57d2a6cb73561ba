"""The sample accounts: one for each role, enough to carry the whole cycle on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.hashers import make_password

from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.people.models import Account, Person
from tusoi.sample.dossiers import moment
from tusoi.sample.population import Population


# Printed by `tusoi demo` and shown on its sign-in page; worth nothing elsewhere.
DEMO_PASSWORD = "tu-soi-tu-sua"  # noqa: S105 -- public on purpose


@dataclass(frozen=True)
class SampleAccount:
    username: str
    what: str
    grants: tuple[tuple[RoleKey, str], ...]
    # The cell and the place in it of the person who signs in; empty for offices.
    cell: str = ""
    place: int = 0
    # The organisation whose leadership collective the person heads, instead of a cell.
    head_of: str = ""


SAMPLE_ACCOUNTS = (
    SampleAccount(
        "bantochuc",
        "Ban Tổ chức Quận ủy: mở đợt, theo dõi toàn quận, thẩm định",
        ((RoleKey.ORGANIZATION_BOARD, "BT"),),
    ),
    SampleAccount(
        "thuongvu",
        "Ban Thường vụ Quận ủy: quyết định xếp loại tổ chức cơ sở đảng",
        ((RoleKey.DECIDING_AUTHORITY, "BT"),),
    ),
    SampleAccount(
        "canbo.traan",
        "Cán bộ Đảng ủy phường Trà An: theo dõi, trả lại, thẩm định",
        ((RoleKey.COMMITTEE_OFFICER, "BT-TA"),),
    ),
    SampleAccount(
        "danguy.traan",
        "Đảng ủy phường Trà An: quyết định xếp loại chi bộ, đảng viên",
        ((RoleKey.DECIDING_AUTHORITY, "BT-TA"),),
    ),
    SampleAccount(
        "bithu.kinhte",
        "Bí thư Chi bộ Phòng Kinh tế: kế hoạch khắc phục đang thực hiện",
        ((RoleKey.CELL_COMMITTEE, "BT-KT"), (RoleKey.DECIDING_AUTHORITY, "BT-KT")),
        "BT-KT",
        0,
    ),
    SampleAccount(
        "bithu.noivu",
        "Bí thư Chi bộ Phòng Nội vụ: chi bộ chưa kiểm điểm, làm tiếp từ đây",
        ((RoleKey.CELL_COMMITTEE, "BT-NV"), (RoleKey.DECIDING_AUTHORITY, "BT-NV")),
        "BT-NV",
        0,
    ),
    SampleAccount(
        "chiuy.noivu",
        "Chi ủy viên Chi bộ Phòng Nội vụ: triệu tập, ghi biên bản, nhập phiếu",
        ((RoleKey.CELL_COMMITTEE, "BT-NV"),),
        "BT-NV",
        1,
    ),
    SampleAccount(
        "dangvien.noivu",
        "Đảng viên Chi bộ Phòng Nội vụ: chưa viết bản kiểm điểm",
        ((RoleKey.MEMBER, "BT-NV"),),
        "BT-NV",
        6,
    ),
    SampleAccount(
        "kiemphieu.noivu",
        "Đảng viên Chi bộ Phòng Nội vụ: có thể được hội nghị bầu kiểm phiếu",
        ((RoleKey.MEMBER, "BT-NV"),),
        "BT-NV",
        4,
    ),
    SampleAccount(
        "bithu.dothi",
        "Người đứng đầu Đảng ủy Công ty Dịch vụ đô thị: tự nhận xuất sắc, không cao hơn tập thể",
        ((RoleKey.MEMBER, "BT-DT"),),
        head_of="BT-DT",
    ),
    SampleAccount(
        "kiemtra",
        "Ủy ban Kiểm tra Quận ủy: ghi hạn chế qua kiểm tra, kiểm tra hiệu quả khắc phục",
        ((RoleKey.INSPECTOR, "BT"),),
    ),
    SampleAccount(
        "quantri",
        "Quản trị hệ thống: cấp tài khoản, không đọc nội dung",
        ((RoleKey.ADMINISTRATOR, "BT"),),
    ),
)

# At the end of the cycle nobody has anything left to write.
_AT_THE_END = {
    "thuongvu": "Ban Thường vụ Quận ủy: đã quyết định xong xếp loại toàn quận",
    "danguy.traan": "Đảng ủy phường Trà An: đã quyết định, có đề nghị vượt tỷ lệ được xếp lại",
    "bithu.noivu": "Bí thư Chi bộ Phòng Nội vụ: chi bộ kiểm điểm trong tháng 12",
    "chiuy.noivu": "Chi ủy viên Chi bộ Phòng Nội vụ",
    "kiemphieu.noivu": "Đảng viên Chi bộ Phòng Nội vụ",
    "dangvien.noivu": "Đảng viên Chi bộ Phòng Nội vụ: xem mức của mình và lý do",
}
END_ACCOUNTS = tuple(
    replace(one, what=_AT_THE_END.get(one.username, one.what)) for one in SAMPLE_ACCOUNTS
)

# The ward of 2025 has a database of its own; its names differ, so that no list mixes the two.
WARD_ACCOUNTS = (
    SampleAccount(
        "bxd.tanmau",
        "Ban Xây dựng Đảng phường: theo dõi toàn phường, thẩm định",
        ((RoleKey.ORGANIZATION_BOARD, "TM"),),
    ),
    SampleAccount(
        "thuongvu.tanmau",
        "Ban Thường vụ Đảng ủy phường: quyết định xếp loại chi bộ, tập thể, cán bộ",
        ((RoleKey.DECIDING_AUTHORITY, "TM"),),
    ),
    SampleAccount(
        "bithu.khupho1",
        "Bí thư Chi bộ Khu phố 1: đã quyết định, số xuất sắc vừa đủ tỷ lệ",
        ((RoleKey.CELL_COMMITTEE, "TM-KP1"), (RoleKey.DECIDING_AUTHORITY, "TM-KP1")),
        "TM-KP1",
        0,
    ),
    SampleAccount(
        "dangvien.khupho1",
        "Đảng viên Chi bộ Khu phố 1, ngoài hệ thống chính trị: xem mức của mình",
        ((RoleKey.MEMBER, "TM-KP1"),),
        "TM-KP1",
        6,
    ),
    SampleAccount(
        "bithu.uyban",
        "Bí thư Chi bộ Ủy ban nhân dân phường: đề xuất xuất sắc đang vượt tỷ lệ",
        ((RoleKey.CELL_COMMITTEE, "TM-UB"), (RoleKey.DECIDING_AUTHORITY, "TM-UB")),
        "TM-UB",
        0,
    ),
    SampleAccount(
        "bithu.khupho4",
        "Bí thư Chi bộ Khu phố 4: chi bộ chưa kiểm điểm, làm tiếp từ đây",
        ((RoleKey.CELL_COMMITTEE, "TM-KP4"), (RoleKey.DECIDING_AUTHORITY, "TM-KP4")),
        "TM-KP4",
        0,
    ),
    SampleAccount(
        "dangvien.khupho4",
        "Đảng viên hưu trí Chi bộ Khu phố 4: đang viết theo mẫu 2C, có điểm",
        ((RoleKey.MEMBER, "TM-KP4"),),
        "TM-KP4",
        6,
    ),
    SampleAccount(
        "kiemtra.tanmau",
        "Ủy ban Kiểm tra Đảng ủy phường: ghi hạn chế qua kiểm tra, kiểm tra hiệu quả",
        ((RoleKey.INSPECTOR, "TM"),),
    ),
    SampleAccount(
        "quantri.tanmau",
        "Quản trị hệ thống: cấp tài khoản, không đọc nội dung",
        ((RoleKey.ADMINISTRATOR, "TM"),),
    ),
)
ALL_ACCOUNTS = (*SAMPLE_ACCOUNTS, *WARD_ACCOUNTS)


def sample_authors() -> tuple[Account, Account]:
    """Return the two accounts that stand for everybody whose dossier the generator wrote.

    Two, because the totals of a ballot are entered by two people. Nobody can sign in with them.
    """
    first, second = (
        Account.objects.create(
            username=f"du-lieu-mau-{number}",
            first_name=f"Dữ liệu mẫu {number}",
            password="!",  # noqa: S106 -- matches no password
            is_sample=True,
            is_active=False,
        )
        for number in (1, 2)
    )
    return first, second


def write_accounts(
    population: Population,
    granted_by: Account,
    wanted: Sequence[SampleAccount] = SAMPLE_ACCOUNTS,
) -> list[Account]:
    """Write the accounts with their roles; all share the demonstration's password."""
    password = make_password(DEMO_PASSWORD)
    frame = population.frame
    accounts: list[Account] = []
    for one in wanted:
        person = _person_of(one, population, taken=[each.person_id for each in accounts])
        account = Account.objects.create(
            username=one.username,
            first_name=person.full_name if person else one.what.split(":")[0],
            person=person,
            password=password,
            is_sample=True,
        )
        RoleGrant.objects.bulk_create(
            RoleGrant(
                account=account,
                role=role,
                unit=population.units[code],
                valid_from=frame.seated_on,
                granted_at=moment(frame.opened_on),
                granted_by=granted_by,
            )
            for role, code in one.grants
        )
        accounts.append(account)
    return accounts


def _person_of(
    one: SampleAccount, population: Population, *, taken: Collection[int | None]
) -> Person | None:
    """Return who signs in; in a cell smaller than the sample's, the last who does not yet."""
    if one.head_of:
        return next(iter(population.standing.get(one.head_of, [])), None)
    people = population.people_of(one.cell) if one.cell else []
    free = [each for each in people[: one.place + 1] if each.pk not in taken]
    return free[-1] if free else None
