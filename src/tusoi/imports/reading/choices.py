"""The closed sets that a cell may name, and the words offices use for them."""

from collections.abc import Mapping
from typing import Final

from tusoi.core.text import search_key
from tusoi.people.enums import Gender
from tusoi.units.enums import MembershipKind, Position, UnitKind, UnitSector


def _by_words(words: Mapping[str, str]) -> Mapping[str, str]:
    return {word: value for value, listed in words.items() for word in listed.split("|")}


GENDERS: Final = _by_words(
    {Gender.MALE: "nam|m|male|trai", Gender.FEMALE: "nu|f|female|gai|n"},
)
MEMBERSHIPS: Final = _by_words(
    {
        MembershipKind.OFFICIAL: "chinh thuc|sinh hoat chinh thuc|official",
        MembershipKind.TEMPORARY: "tam thoi|sinh hoat tam thoi|temporary",
    }
)
KINDS: Final = _by_words(
    {
        UnitKind.CENTRAL: "trung uong|central",
        UnitKind.PROVINCE: "dang bo tinh thanh pho|dang bo tinh|tinh|thanh pho|tinh uy|"
        "thanh uy|dang bo thanh pho|province",
        UnitKind.DISTRICT: "dang bo quan huyen va tuong duong|dang bo quan|dang bo huyen|quan|"
        "huyen|quan uy|huyen uy|dang bo quan huyen|dang bo cap huyen|thi uy|thi xa|district",
        UnitKind.SUPERIOR: "dang bo cap tren truc tiep co so|cap tren truc tiep co so|"
        "dang bo cap tren co so|cap tren co so|superior",
        UnitKind.GRASSROOTS_ORGANIZATION: "dang bo co so|dang bo xa|dang bo phuong|"
        "dang bo xa phuong thi tran|dang bo thi tran|dbcs|grassroots organization",
        UnitKind.GRASSROOTS_CELL: "chi bo co so|cbcs|grassroots cell",
        UnitKind.SECTION: "dang bo bo phan|dbbp|section",
        UnitKind.CELL: "chi bo truc thuoc|chi bo|cbtt|chi bo truc thuoc dang bo|cell|"
        "chi bo truc thuoc dang uy|chi bo truc thuoc dang bo co so",
        UnitKind.CELL_GROUP: "to dang|cell group",
    }
)
SECTORS: Final = _by_words(
    {
        UnitSector.LOCALITY: "xa phuong thi tran|xa|phuong|thi tran|dia ban|locality",
        UnitSector.RESIDENTIAL: "khu vuc ap to dan pho|khu vuc|ap|to dan pho|thon|khu pho|"
        "khu dan cu|residential",
        UnitSector.AGENCY: "co quan|hanh chinh|co quan hanh chinh|agency",
        UnitSector.PUBLIC_SERVICE: "don vi su nghiep|su nghiep|truong hoc|y te|giao duc|"
        "public service",
        UnitSector.ENTERPRISE: "doanh nghiep|dn|dnnn|enterprise",
        UnitSector.ARMED_FORCES: "luc luong vu trang|llvt|quan su|cong an|armed forces",
        UnitSector.OTHER: "khac|other",
    }
)
_POSITIONS: Final = _by_words(
    {
        Position.SECRETARY: "bt|btcb|secretary",
        Position.DEPUTY_SECRETARY: "pbt|deputy secretary",
        Position.STANDING_MEMBER: "uvbtv|uv btv|standing member",
        Position.COMMITTEE_MEMBER: "uvbch|uv bch|cuv|duv|cap uy|chi uy|committee member",
        Position.HEAD: "nguoi dung dau|head",
        Position.DEPUTY_HEAD: "cap pho cua nguoi dung dau|cap pho|deputy head",
    }
)
# Longer titles are told by the words in them, the higher post before the one it contains.
_POSITION_PARTS: Final = (
    ("pho bi thu", Position.DEPUTY_SECRETARY),
    ("bi thu", Position.SECRETARY),
    ("thuong vu", Position.STANDING_MEMBER),
    ("uy vien", Position.COMMITTEE_MEMBER),
    ("cap uy", Position.COMMITTEE_MEMBER),
)
NO_POSITION: Final = frozenset({"", "dang vien", "dv", "khong", "dvct", "dvdb"})


def position_of(text: str) -> Position | None:
    """Return which post a title means, or None when it is not a post in the Party."""
    key = search_key(text)
    if key in _POSITIONS:
        return Position(_POSITIONS[key])
    return next((position for part, position in _POSITION_PARTS if part in key), None)


_KIND_STARTS: Final = (
    ("chi bo co so", UnitKind.GRASSROOTS_CELL),
    ("chi bo", UnitKind.CELL),
    ("to dang", UnitKind.CELL_GROUP),
    ("dang bo bo phan", UnitKind.SECTION),
    ("dang bo tinh", UnitKind.PROVINCE),
    ("tinh uy", UnitKind.PROVINCE),
    ("thanh uy", UnitKind.PROVINCE),
    ("dang bo thanh pho", UnitKind.PROVINCE),
    ("dang bo quan", UnitKind.DISTRICT),
    ("dang bo huyen", UnitKind.DISTRICT),
    ("dang bo thi xa", UnitKind.DISTRICT),
    ("quan uy", UnitKind.DISTRICT),
    ("huyen uy", UnitKind.DISTRICT),
    ("thi uy", UnitKind.DISTRICT),
    ("dang bo", UnitKind.GRASSROOTS_ORGANIZATION),
    ("dang uy", UnitKind.GRASSROOTS_ORGANIZATION),
)
# "Đảng bộ quân sự" and "Đảng bộ Quân đội" lose their accents too.
_NOT_DISTRICTS: Final = ("dang bo quan su", "dang bo quan doi", "dang bo quan y")


def kind_from_name(name: str) -> UnitKind | None:
    """Return what a title says of the kind; a cell may turn out to be a grassroots cell."""
    key = search_key(name)
    if key.startswith(_NOT_DISTRICTS):
        return UnitKind.GRASSROOTS_ORGANIZATION
    return next((kind for start, kind in _KIND_STARTS if key.startswith(start)), None)
