"""Which columns a list may have, and under which headings offices write them."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.core.text import search_key
from tusoi.imports.reading import legacy


class ListKind(StrEnum):
    UNITS = auto()
    PEOPLE = auto()


class Field(StrEnum):
    CODE = auto()
    NAME = auto()
    FAMILY_NAME = auto()
    GIVEN_NAME = auto()
    BIRTH_ON = auto()
    BIRTH_OF_MAN = auto()
    BIRTH_OF_WOMAN = auto()
    GENDER = auto()
    IS_MAN = auto()
    IS_WOMAN = auto()
    ETHNICITY = auto()
    PHONE = auto()
    OCCUPATION = auto()
    IS_CIVIL_SERVANT = auto()
    CARD_NUMBER = auto()
    ADMITTED_ON = auto()
    OFFICIAL_ON = auto()
    UNIT_CODE = auto()
    UNIT_NAME = auto()
    MEMBERSHIP = auto()
    MOVED_ON = auto()
    POSITION = auto()
    POSITION_FROM = auto()
    KIND = auto()
    SECTOR = auto()
    PARENT_CODE = auto()
    PARENT_NAME = auto()
    ESTABLISHED_ON = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: the heading that the template shows, and what else it may be called."""

    field: Field
    title: StrOrPromise
    headings: str
    in_template: bool = True


UNIT_COLUMNS: Final = (
    Column(
        Field.CODE,
        _("Mã đơn vị"),
        "ma don vi|ma to chuc dang|ma tcd|ma to chuc|ma|ma so|ma chi bo|ma dang bo|ky hieu|code",
    ),
    Column(
        Field.NAME,
        _("Tên tổ chức đảng"),
        "ten to chuc dang|to chuc dang|ten don vi|ten to chuc|ten chi bo|ten dang bo|chi bo|"
        "ten chi bo dang bo|don vi|ten tcd|ten|name|ten to chuc co so dang|to chuc co so dang",
    ),
    Column(
        Field.KIND,
        _("Loại hình tổ chức"),
        "loai hinh to chuc|loai to chuc|loai hinh to chuc dang|loai to chuc dang|loai|cap|kind|"
        "loai don vi|cap to chuc",
    ),
    Column(
        Field.SECTOR,
        _("Lĩnh vực"),
        "linh vuc|loai hinh|khoi|loai hinh don vi|loai hinh co so|sector",
    ),
    Column(
        Field.PARENT_CODE,
        _("Mã tổ chức đảng cấp trên"),
        "ma to chuc dang cap tren|ma cap tren|ma don vi cap tren|ma don vi cha|truc thuoc ma|"
        "ma dang bo cap tren|parent code|ma cap tren truc tiep",
    ),
    Column(
        Field.PARENT_NAME,
        _("Tổ chức đảng cấp trên"),
        "to chuc dang cap tren|cap tren|truc thuoc|don vi cap tren|cap uy cap tren|thuoc dang bo|"
        "dang bo cap tren|ten to chuc dang cap tren|cap uy cap tren truc tiep|parent|"
        "cap tren truc tiep|dang uy cap tren",
        in_template=False,
    ),
    Column(
        Field.ESTABLISHED_ON,
        _("Ngày thành lập"),
        "ngay thanh lap|thanh lap|thanh lap ngay|ngay qd thanh lap|ngay quyet dinh thanh lap",
    ),
    Column(
        Field.MOVED_ON,
        _("Ngày chuyển cấp trên"),
        "ngay chuyen cap tren|ngay chuyen|ngay chuyen giao|ngay hieu luc|hieu luc tu|"
        "ngay co hieu luc",
    ),
)

PEOPLE_COLUMNS: Final = (
    Column(
        Field.CODE,
        _("Mã cá nhân"),
        "ma ca nhan|ma dang vien|ma so dang vien|ma dv|ma so|ma|so hieu|ma can bo|ma nhan su|"
        "so dinh danh|ma dinh danh|code",
    ),
    Column(
        Field.NAME,
        _("Họ và tên"),
        "ho va ten|ho ten|ho va ten khai sinh|ho ten dang vien|ho va ten dang vien|ten dang vien|"
        "ho chu dem va ten|ho dem va ten|ho va ten dang dung|dang vien|full name|name|hoten",
    ),
    Column(
        Field.FAMILY_NAME,
        _("Họ và chữ đệm"),
        "ho va chu dem|ho dem|ho va dem|ho chu dem|ho va ten dem|ho ten dem|ho lot|ho va ten lot|"
        "ho|family name",
        in_template=False,
    ),
    Column(Field.GIVEN_NAME, _("Tên"), "ten|ten goi|given name", in_template=False),
    Column(
        Field.BIRTH_ON,
        _("Ngày sinh"),
        "ngay sinh|ngay thang nam sinh|nam sinh|sinh ngay|ns|ngay thang sinh|"
        "ngay thang nam sinh nam sinh|birth date|date of birth",
    ),
    Column(
        Field.BIRTH_OF_MAN,
        _("Ngày sinh (nam)"),
        "ngay sinh nam|nam sinh nam|ngay thang nam sinh nam|ns nam|sinh ngay nam",
        in_template=False,
    ),
    Column(
        Field.BIRTH_OF_WOMAN,
        _("Ngày sinh (nữ)"),
        "ngay sinh nu|nam sinh nu|ngay thang nam sinh nu|ns nu|sinh ngay nu",
        in_template=False,
    ),
    Column(Field.GENDER, _("Giới tính"), "gioi tinh|phai|gioi|gender|sex|nam nu"),
    Column(Field.IS_MAN, _("Nam"), "nam|gioi tinh nam|phai nam", in_template=False),
    Column(Field.IS_WOMAN, _("Nữ"), "nu|gioi tinh nu|phai nu", in_template=False),
    Column(Field.ETHNICITY, _("Dân tộc"), "dan toc|thanh phan dan toc|ethnicity"),
    Column(
        Field.PHONE,
        _("Điện thoại"),
        "dien thoai|so dien thoai|sdt|dt|so dt|dien thoai di dong|di dong|dtdd|phone|"
        "dien thoai lien he",
    ),
    Column(
        Field.OCCUPATION,
        _("Chức vụ, công việc"),
        "chuc vu cong viec|chuc vu chinh quyen|nghe nghiep|cong viec|chuc vu cong tac|"
        "chuc vu don vi cong tac|nghe nghiep hien nay|chuc vu chuyen mon|occupation|"
        "chuc vu chinh quyen doan the|cong viec chinh dang lam",
    ),
    Column(
        Field.IS_CIVIL_SERVANT,
        _("Cán bộ, công chức, viên chức"),
        "can bo cong chuc vien chuc|la can bo cong chuc vien chuc|cbccvc|cong chuc vien chuc",
    ),
    Column(
        Field.CARD_NUMBER,
        _("Số thẻ đảng viên"),
        "so the dang vien|so the dang|so the|so tdv|the dang|the dang vien|so the dv|card number",
    ),
    Column(
        Field.ADMITTED_ON,
        _("Ngày vào Đảng"),
        "ngay vao dang|ngay ket nap|ngay ket nap dang|ngay vao dang du bi|ngay vao dang ket nap|"
        "vao dang|ngay ket nap vao dang|ngay thang nam vao dang|vao dang du bi|ngay du bi|"
        "ngay thang nam ket nap|ngay vao dang csvn|vao dang ngay|ngay vao dang lan dau|ket nap|"
        "ngay vao dcsvn|ngay vao dang ngay ket nap|ngay thang nam vao dang du bi|"
        "ngay thang nam vao dang ket nap",
    ),
    Column(
        Field.OFFICIAL_ON,
        _("Ngày chính thức"),
        "ngay chinh thuc|ngay cong nhan chinh thuc|ngay vao dang chinh thuc|chinh thuc|"
        "ngay cong nhan dang vien chinh thuc|ngay thang nam chinh thuc|vao dang chinh thuc|"
        "ngay thang nam vao dang chinh thuc|ngay chuyen dang chinh thuc|official date",
    ),
    Column(
        Field.UNIT_CODE,
        _("Mã chi bộ"),
        "ma chi bo|ma don vi|ma to chuc dang|ma cb|ma don vi sinh hoat|ma to chuc|unit code",
    ),
    Column(
        Field.UNIT_NAME,
        _("Chi bộ"),
        "chi bo|ten chi bo|chi bo sinh hoat|noi sinh hoat|to chuc dang|don vi|sinh hoat tai|"
        "don vi sinh hoat|dang sinh hoat tai|chi bo dang sinh hoat|ten to chuc dang|unit|"
        "sinh hoat tai chi bo",
        in_template=False,
    ),
    Column(
        Field.MEMBERSHIP,
        _("Hình thức sinh hoạt"),
        "hinh thuc sinh hoat|loai sinh hoat|sinh hoat|dien sinh hoat",
    ),
    Column(
        Field.MOVED_ON,
        _("Ngày về chi bộ"),
        "ngay ve chi bo|ngay chuyen den|ngay chuyen sinh hoat|ngay chuyen den chi bo|"
        "chuyen den ngay|ngay den|ngay chuyen|ngay chuyen sinh hoat den|ngay sinh hoat tai chi bo",
    ),
    Column(
        Field.POSITION,
        _("Chức vụ trong Đảng"),
        "chuc vu trong dang|chuc vu dang|chuc vu|chuc danh|chuc vu cap uy|cap uy|chuc danh dang|"
        "chuc vu ve dang|position",
    ),
    Column(
        Field.POSITION_FROM,
        _("Giữ chức vụ từ ngày"),
        "giu chuc vu tu ngay|tu ngay|ngay bo nhiem|ngay giu chuc vu|chuc vu tu ngay|ngay bau|"
        "ngay chuan y",
    ),
)

COLUMNS: Final[Mapping[ListKind, tuple[Column, ...]]] = {
    ListKind.UNITS: UNIT_COLUMNS,
    ListKind.PEOPLE: PEOPLE_COLUMNS,
}
TITLES: Final[Mapping[ListKind, Mapping[Field, StrOrPromise]]] = {
    kind: {column.field: column.title for column in columns} for kind, columns in COLUMNS.items()
}

_BY_HEADING: Final[Mapping[ListKind, Mapping[str, Field]]] = {
    kind: {
        heading: column.field
        for column in reversed(columns)
        for heading in column.headings.split("|")
    }
    for kind, columns in COLUMNS.items()
}
# Columns that every list has and nobody needs.
ORDINALS: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "id", "ghi chu"})
_ASIDE: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|\*")
_LONGEST_HEADING: Final = 80


@functools.lru_cache(maxsize=4096)
def heading_key(text: str, row: legacy.Encoding = legacy.Encoding.UNICODE) -> str:
    """Return what of a heading counts: no accents, no remarks in brackets, no asterisk.

    `row` is what the headings beside it prove: "Chi bé" alone is Vietnamese, in TCVN3 "Chi bộ".
    """
    if len(text) > _LONGEST_HEADING:
        return ""
    own = legacy.detect(text)
    readable = legacy.convert(text, row if own is legacy.Encoding.UNICODE else own)
    return search_key(_ASIDE.sub(" ", readable)) or search_key(readable)


def field_of(kind: ListKind, key: str) -> Field | None:
    return _BY_HEADING[kind].get(key)
