"""The sample accounts: one for each role, enough to carry the whole cycle on."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.people.models import Account, Person
from tusoi.sample.dossiers import OPENED_ON, moment
from tusoi.sample.population import SEATED_ON, Population


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
        "Chi ủy viên Chi bộ Phòng Nội vụ: người nhập phiếu thứ hai",
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
        "kiemtra",
        "Ủy ban Kiểm tra Quận ủy: chỉ đọc",
        ((RoleKey.INSPECTOR, "BT"),),
    ),
    SampleAccount(
        "quantri",
        "Quản trị hệ thống: cấp tài khoản, không đọc nội dung",
        ((RoleKey.ADMINISTRATOR, "BT"),),
    ),
)


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


def write_accounts(population: Population, granted_by: Account) -> list[Account]:
    """Write the accounts with their roles; all share the demonstration's password."""
    password = make_password(DEMO_PASSWORD)
    accounts = []
    for one in SAMPLE_ACCOUNTS:
        person = _person_of(one, population)
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
                valid_from=SEATED_ON,
                granted_at=moment(OPENED_ON),
                granted_by=granted_by,
            )
            for role, code in one.grants
        )
        accounts.append(account)
    return accounts


def _person_of(one: SampleAccount, population: Population) -> Person | None:
    people = population.people_of(one.cell) if one.cell else []
    return people[min(one.place, len(people) - 1)] if people else None
