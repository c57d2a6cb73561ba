"""Typed rows: what one line of a list says about a unit or a person.

None means that the file says nothing; an import then leaves what is stored alone.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from tusoi.core.text import search_key
from tusoi.imports.reading import choices
from tusoi.imports.reading.cells import NO, CellReader, DayRead, Precision, shown_value, written
from tusoi.imports.reading.columns import TITLES, Field, ListKind
from tusoi.imports.reading.findings import Finding
from tusoi.imports.reading.legacy import Encoding
from tusoi.imports.reading.raw import Value
from tusoi.people.enums import Gender
from tusoi.units.enums import MembershipKind, Position, UnitKind, UnitSector


_CARD_WIDTH: Final = 8
_MIN_AGE: Final = 16
_NAME_LIMIT: Final = 120
_TITLE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class UnitRow:
    sheet: str
    row: int
    columns: Mapping[Field, int]
    name: str
    code: str | None = None
    code_was_number: bool = False
    kind: UnitKind | None = None
    sector: UnitSector | None = None
    parent_code: str | None = None
    parent_name: str | None = None
    established_on: dt.date | None = None
    moved_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    sheet: str
    row: int
    columns: Mapping[Field, int]
    full_name: str
    admitted_on: dt.date
    code: str | None = None
    birth_on: dt.date | None = None
    birth_year_only: bool = False
    gender: Gender | None = None
    ethnicity: str | None = None
    phone: str | None = None
    occupation: str | None = None
    is_civil_servant: bool | None = None
    card_number: str | None = None
    official_on: dt.date | None = None
    unit_code: str | None = None
    unit_name: str | None = None
    membership: MembershipKind | None = None
    moved_on: dt.date | None = None
    position: Position | None = None
    position_title: str = ""
    position_from: dt.date | None = None


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row by field; each column is read at most once."""

    cells: CellReader
    kind: ListKind
    columns: Mapping[Field, int]
    widths: Mapping[int, int]
    encodings: Mapping[Field, Encoding]
    row: Sequence[Value] = ()
    offset: int = 0
    # Fields whose cell Excel itself reports as broken; that is said once.
    broken: AbstractSet[Field] = frozenset()

    def turn_to(self, row: Sequence[Value], number: int) -> None:
        self.row = row
        self.cells.row = number

    def value(self, field: Field) -> Value:
        """Return the raw cell and make it the place of what is remarked next."""
        column = self.columns.get(field)
        if column is None:
            return ""
        self.cells.column = column + self.offset
        self.cells.encoding = self.encodings[field]
        return self.row[column] if column < len(self.row) else ""

    def says(self, field: Field) -> bool:
        column = self.columns.get(field)
        return column is not None and column < len(self.row) and self.row[column] not in {"", None}

    def title(self, field: Field) -> str:
        return str(TITLES[self.kind][field])

    def text(self, field: Field, *, limit: int) -> str | None:
        return self.cells.text(self.value(field), limit=limit) if self.says(field) else None

    def code(self, field: Field, *, width: int | None = None) -> str | None:
        if not self.says(field):
            return None
        column = self.columns[field]
        wide = self.widths.get(column, 0) if width is None else width
        return self.cells.code(self.value(field), width=wide)

    def day(self, field: Field) -> DayRead | None:
        if not self.says(field):
            return None
        found = self.cells.day(self.value(field))
        if found and found.day > self.cells.on:
            self.problem(
                Finding.FUTURE_DATE, field, value=written(found.day), field=self.title(field)
            )
            return None
        return found

    def plain_day(self, field: Field) -> dt.date | None:
        found = self.day(field)
        return found.day if found else None

    def choice(
        self, field: Field, words: Mapping[str, str], enum: type[TextChoices]
    ) -> str | None:
        if not self.says(field):
            return None
        return self.cells.choice(
            self.value(field), choices=words, enum=enum, title=TITLES[self.kind][field]
        )

    def problem(self, finding: Finding, at: Field, **values: str) -> None:
        column = self.columns.get(at)
        self.cells.column = None if column is None else column + self.offset
        self.cells.remark(finding, **values)

    def missing(self, field: Field) -> None:
        """Report a field that was left empty; one that was filled wrongly is reported already."""
        if not self.says(field) and field not in self.broken:
            self.problem(Finding.MISSING_VALUE, field, field=self.title(field))


def read_unit(reader: RowReader) -> UnitRow | None:
    """Return what the row says about an organisation, or None when it has no usable name."""
    name = reader.text(Field.NAME, limit=_TITLE_LIMIT)
    kind = reader.choice(Field.KIND, choices.KINDS, UnitKind)
    sector = reader.choice(Field.SECTOR, choices.SECTORS, UnitSector)
    parent_code, parent_name = _reference(reader, Field.PARENT_CODE, Field.PARENT_NAME)
    row = UnitRow(
        sheet=reader.cells.sheet,
        row=reader.cells.row,
        columns=reader.columns,
        name=name or "",
        code=reader.code(Field.CODE),
        code_was_number=reader.says(Field.CODE) and not isinstance(reader.value(Field.CODE), str),
        kind=UnitKind(kind) if kind else None,
        sector=UnitSector(sector) if sector else None,
        parent_code=parent_code,
        parent_name=parent_name,
        established_on=reader.plain_day(Field.ESTABLISHED_ON),
        moved_on=reader.plain_day(Field.MOVED_ON),
    )
    if not name:
        reader.missing(Field.NAME)
        return None
    return row


def read_person(reader: RowReader, *, group_title: str | None) -> PersonRow | None:
    """Return what the row says about a person, or None when the essentials are missing."""
    full_name = _full_name(reader)
    birth, gender = _birth_and_gender(reader)
    admitted = reader.day(Field.ADMITTED_ON)
    official = reader.day(Field.OFFICIAL_ON)
    if full_name is None:
        reader.missing(Field.NAME)
    if admitted is None:
        reader.missing(Field.ADMITTED_ON)
    _check_days(reader, birth=birth, admitted=admitted, official=official)
    position, position_title = _position(reader)
    membership = reader.choice(Field.MEMBERSHIP, choices.MEMBERSHIPS, MembershipKind)
    unit_code, unit_name = _reference(reader, Field.UNIT_CODE, Field.UNIT_NAME)
    says_phone = reader.says(Field.PHONE)
    row = PersonRow(
        sheet=reader.cells.sheet,
        row=reader.cells.row,
        columns=reader.columns,
        full_name=full_name or "",
        admitted_on=admitted.day if admitted else reader.cells.on,
        code=reader.code(Field.CODE),
        birth_on=birth.day if birth else None,
        birth_year_only=birth is not None and birth.precision is Precision.YEAR,
        gender=gender,
        ethnicity=reader.text(Field.ETHNICITY, limit=40),
        phone=reader.cells.phone(reader.value(Field.PHONE)) if says_phone else None,
        occupation=reader.text(Field.OCCUPATION, limit=160),
        is_civil_servant=reader.cells.flag(reader.value(Field.IS_CIVIL_SERVANT)),
        card_number=_card_number(reader),
        official_on=official.day if official else None,
        unit_code=unit_code,
        unit_name=unit_name or (None if unit_code else group_title),
        membership=MembershipKind(membership) if membership else None,
        moved_on=reader.plain_day(Field.MOVED_ON),
        position=position,
        position_title=position_title,
        position_from=reader.plain_day(Field.POSITION_FROM),
    )
    return row if full_name and admitted else None


def _reference(reader: RowReader, code: Field, name: Field) -> tuple[str | None, str | None]:
    """Return the code and the name of another unit; a name may stand in the column for codes."""
    shown = reader.value(code)
    if isinstance(shown, str) and " " in shown.strip():
        return None, reader.text(code, limit=_TITLE_LIMIT)
    return reader.code(code), reader.text(name, limit=_TITLE_LIMIT)


def _full_name(reader: RowReader) -> str | None:
    parts = [
        reader.text(field, limit=_NAME_LIMIT)
        for field in (Field.FAMILY_NAME, Field.GIVEN_NAME)
        if field in reader.columns
    ]
    name = reader.text(Field.NAME, limit=_NAME_LIMIT) or " ".join(part for part in parts if part)
    if not name:
        return None
    if any(c.isdigit() for c in name) or not any(c.isalpha() for c in name):
        at = Field.NAME if Field.NAME in reader.columns else Field.FAMILY_NAME
        reader.problem(Finding.NOT_A_NAME, at, value=name)
        return None
    return _lowered(reader, name)


def _lowered(reader: RowReader, name: str) -> str:
    if not name.isupper() or " " not in name:
        return name
    shown = " ".join(_capitalized(word) for word in name.split())
    reader.problem(Finding.CAPITALS, Field.NAME, value=shown)
    return shown


def _capitalized(word: str) -> str:
    return "'".join(part[:1] + part[1:].lower() for part in word.split("'"))


def _birth_and_gender(reader: RowReader) -> tuple[DayRead | None, Gender | None]:
    """Read the birth date and the gender, which older forms tell by the column of the date."""
    choice = reader.choice(Field.GENDER, choices.GENDERS, Gender)
    gender = Gender(choice) if choice else None
    birth = reader.day(Field.BIRTH_ON)
    for field, meant in (
        (Field.BIRTH_OF_MAN, Gender.MALE),
        (Field.BIRTH_OF_WOMAN, Gender.FEMALE),
    ):
        if birth is None and reader.says(field):
            birth, gender = reader.day(field), gender or meant
    for field, meant in ((Field.IS_MAN, Gender.MALE), (Field.IS_WOMAN, Gender.FEMALE)):
        if gender is None and reader.says(field):
            no = search_key(shown_value(reader.value(field))) in NO
            gender = _other(meant) if no else meant
    if gender is None and Field.IS_WOMAN in reader.columns and Field.IS_MAN not in reader.columns:
        gender = Gender.MALE
    return birth, gender


def _other(gender: Gender) -> Gender:
    return Gender.FEMALE if gender is Gender.MALE else Gender.MALE


def _card_number(reader: RowReader) -> str | None:
    """Return the digits of a Party card; "08.012345" is the same card as 8012345."""
    code = reader.code(Field.CARD_NUMBER, width=_CARD_WIDTH)
    if code is None:
        return None
    bare = code.replace(".", "").replace("-", "")
    if not bare.isdecimal():
        return code
    whole = bare.zfill(_CARD_WIDTH)
    # A .csv has only texts, so zeros that Excel took are missing there too.
    if whole != bare:
        reader.problem(Finding.ZEROS_RESTORED, Field.CARD_NUMBER, value=whole)
    return whole


def _position(reader: RowReader) -> tuple[Position | None, str]:
    title = reader.text(Field.POSITION, limit=160)
    if title is None or search_key(title) in choices.NO_POSITION:
        return None, ""
    position = choices.position_of(title)
    if position is None:
        labels = ", ".join(str(label) for label in Position.labels[:4])
        reader.problem(
            Finding.UNKNOWN_CHOICE,
            Field.POSITION,
            value=title,
            field=reader.title(Field.POSITION),
            choices=labels,
        )
    return position, title


def _check_days(
    reader: RowReader,
    *,
    birth: DayRead | None,
    admitted: DayRead | None,
    official: DayRead | None,
) -> None:
    if admitted and official and official.day < _loosest(admitted, official):
        reader.problem(
            Finding.OFFICIAL_BEFORE_ADMITTED,
            Field.OFFICIAL_ON,
            value=written(official.day),
            other=written(admitted.day),
        )
    if not birth or not admitted:
        return
    age = admitted.day.year - birth.day.year
    values = {"value": written(birth.day), "other": written(admitted.day)}
    if birth.day >= admitted.day:
        reader.problem(Finding.BORN_AFTER_ADMITTED, Field.ADMITTED_ON, **values)
    elif age < _MIN_AGE:
        reader.problem(
            Finding.ADMITTED_TOO_YOUNG,
            Field.ADMITTED_ON,
            value=values["other"],
            other=values["value"],
        )


def _loosest(admitted: DayRead, official: DayRead) -> dt.date:
    # A year alone was read as 1 January; it must not contradict a day in the same year.
    if official.precision is Precision.YEAR and official.day.year == admitted.day.year:
        return official.day
    return admitted.day
