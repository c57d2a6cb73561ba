"""What one cell says: texts, codes, dates, telephone numbers, choices.

Every reader returns None both for a cell that says nothing and for one it cannot understand;
in the second case it has left a problem.
"""

import calendar
import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Final

from django.db.models import TextChoices
from django_stubs_ext import StrOrPromise

from tusoi.core.text import display_name, search_key
from tusoi.imports.reading import legacy
from tusoi.imports.reading.findings import Finding, Place, Remark
from tusoi.imports.reading.raw import Value


_ERROR_TEXTS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_ETH: Final = re.compile("[Ðð]")
_EXACT_DIGITS: Final = 15
_SCIENTIFIC: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_CODE: Final = re.compile(r"[\w.\-/]+")
_MAX_CODE: Final = 32

_YEARS: Final = range(1900, 2101)
_LAST_SERIAL: Final = 80_000
_FROM_1900: Final = dt.date(1899, 12, 30)
_FROM_1904: Final = dt.date(1904, 1, 1)
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.,](\d{1,2})[-/.,](\d{4}|\d{2})")
_USUAL: Final = re.compile(r"[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{4}")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{4})")
_IN_WORDS: Final = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_MONTH_IN_WORDS: Final = re.compile(r"thang (\d{1,2}) (?:nam )?(\d{4})")
_CLOCK: Final = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?$")
_COMPACT: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")

_MOBILE_WITHOUT_ZERO: Final = 9
_PHONE_LENGTHS: Final = range(10, 13)
_COUNTRY: Final = "84"

YES: Final = frozenset({"x", "co", "1", "yes", "true", "v", "dung", "✓"})
NO: Final = frozenset({"khong", "0", "no", "false", "sai", "o"})


class Precision(StrEnum):
    DAY = auto()
    MONTH = auto()
    YEAR = auto()


@dataclass(frozen=True, slots=True)
class DayRead:
    day: dt.date
    precision: Precision = Precision.DAY


class DayUnreadable(Exception):
    """A text is no date; `finding` says in which way."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


@dataclass(slots=True)
class CellReader:
    """Reads cells of one sheet and keeps the remarks on them."""

    sheet: str
    on: dt.date
    counts_from_1904: bool = False
    # Rows as Excel numbers them, columns from 0.
    row: int = 0
    column: int | None = None
    encoding: legacy.Encoding = legacy.Encoding.UNICODE
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, finding: Finding, **values: str) -> None:
        place = Place(self.sheet, self.row, self.column)
        self.remarks.append(Remark(finding, place, values))

    def text(self, value: Value, *, limit: int) -> str | None:
        """Return a tidy text without a trace of fonts, keyboards and spare spaces."""
        shown = shown_value(value)
        if shown in _ERROR_TEXTS:
            self.remark(Finding.ERROR_CELL, value=shown)
            return None
        tidy = display_name(shown) if shown.isascii() else self._tidy(shown)
        if len(tidy) > limit:
            self.remark(Finding.TOO_LONG, value=tidy[:30], limit=str(limit))
            return None
        return tidy or None

    def _tidy(self, shown: str) -> str:
        if _is_plain(shown):
            return display_name(shown)
        encoding = self.encoding
        if encoding is legacy.Encoding.UNICODE:
            encoding = legacy.detect(shown)
        readable = legacy.convert(shown, encoding)
        tidy = display_name(readable)
        if readable != shown:
            self.remark(Finding.LEGACY_TEXT, value=tidy, other=encoding.value)
        elif _ETH.search(shown):
            self.remark(Finding.LETTER_ETH, value=tidy)
        elif not unicodedata.is_normalized("NFC", shown):
            self.remark(Finding.DECOMPOSED, value=tidy)
        return tidy

    def code(self, value: Value, *, width: int = 0) -> str | None:
        """Return a code, with the zeros that Excel took from a number put back to `width`."""
        shown = shown_value(value)
        if isinstance(value, int | float) and abs(value) >= 10**_EXACT_DIGITS:
            self.remark(Finding.ROUNDED_NUMBER, value=shown)
            return None
        if _SCIENTIFIC.fullmatch(shown):
            self.remark(Finding.ROUNDED_NUMBER, value=shown)
            return None
        tidy = self.text(shown, limit=_MAX_CODE)
        if tidy is None:
            return None
        compact = tidy.replace(" ", "")
        if not _CODE.fullmatch(compact):
            self.remark(Finding.UNREADABLE_CODE, value=tidy)
            return None
        if compact.isdecimal() and len(compact) < width and not isinstance(value, str):
            compact = compact.zfill(width)
            self.remark(Finding.ZEROS_RESTORED, value=compact)
        return compact

    def phone(self, value: Value) -> str | None:
        tidy = self.text(value, limit=80)
        if tidy is None:
            return None
        first, *others = re.split(r"[;,/\n]|\s-\s", tidy)
        digits = re.sub(r"\D", "", first)
        if digits.startswith(_COUNTRY) and len(digits) > len(_COUNTRY) + 8:
            digits = "0" + digits.removeprefix(_COUNTRY)
        elif len(digits) == _MOBILE_WITHOUT_ZERO and not digits.startswith("0"):
            digits = f"0{digits}"
            self.remark(Finding.ZEROS_RESTORED, value=digits)
        if len(digits) not in _PHONE_LENGTHS or not digits.startswith("0"):
            self.remark(Finding.UNREADABLE_PHONE, value=tidy)
            return None
        if any(re.search(r"\d", other) for other in others):
            self.remark(Finding.FIRST_PHONE, value=digits)
        return digits

    def flag(self, value: Value) -> bool | None:
        """Return yes or no; any other word is left unsaid."""
        if isinstance(value, bool):
            return value
        key = search_key(shown_value(value)) or shown_value(value).strip()
        return True if key in YES else False if key in NO else None

    def choice(
        self,
        value: Value,
        *,
        choices: Mapping[str, str],
        enum: type[TextChoices],
        title: StrOrPromise,
    ) -> str | None:
        """Return which of a closed set is meant, by any of the names it goes by."""
        tidy = self.text(value, limit=200)
        if tidy is None:
            return None
        found = choices.get(search_key(tidy))
        if found is None:
            labels = ", ".join(str(label) for label in enum.labels)
            self.remark(Finding.UNKNOWN_CHOICE, value=tidy, field=str(title), choices=labels)
        return found

    def day(self, value: Value) -> DayRead | None:
        """Return a date with how exactly it was given."""
        if isinstance(value, dt.datetime | dt.date) and not _is_year_shown_as_day(value):
            return DayRead(value.date() if isinstance(value, dt.datetime) else value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._day_of_number(value)
        shown = shown_value(value)
        if isinstance(value, dt.date):
            return self._year(_serial(value))
        if shown in _ERROR_TEXTS:
            self.remark(Finding.ERROR_CELL, value=shown)
            return None
        try:
            # Nearly every date of a list is written the usual way, many of them again and again.
            is_usual = _USUAL.fullmatch(shown)
            return _usual_day(shown) if is_usual else self._day_of_text(shown)
        except DayUnreadable as unreadable:
            self.remark(unreadable.finding, value=shown[:40])
            return None

    def _day_of_number(self, number: float) -> DayRead | None:
        if number in _YEARS:
            return self._year(int(number))
        if not _YEARS[-1] < number <= _LAST_SERIAL:
            self.remark(Finding.UNREADABLE_DATE, value=shown_value(number))
            return None
        start = _FROM_1904 if self.counts_from_1904 else _FROM_1900
        found = start + dt.timedelta(days=int(number))
        self.remark(Finding.SERIAL_DATE, value=written(found), other=shown_value(number))
        return DayRead(found)

    def _year(self, year: int) -> DayRead:
        found = dt.date(year, 1, 1)
        self.remark(Finding.YEAR_ONLY, value=str(year), other=written(found))
        return DayRead(found, Precision.YEAR)

    def _day_of_text(self, shown: str) -> DayRead | None:
        bare = re.sub(r"\s*([-/.,])\s*", r"\1", _CLOCK.sub("", shown.strip())).strip(" .")
        if not bare or not any(c.isalnum() for c in bare):
            return None
        if bare.isdecimal() and len(bare) in {4, 5}:
            return self._day_of_number(int(bare))
        if found := _ISO.fullmatch(bare):
            return DayRead(_day(found[1], found[2], found[3]))
        if found := _DAY_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
            return self._day_first(found[1], found[2], found[3])
        if found := _IN_WORDS.fullmatch(search_key(bare)):
            return self._day_first(found[1], found[2], found[3])
        return self._month(bare)

    def _day_first(self, day: str, month: str, year: str) -> DayRead:
        if len(year) == len("yyyy"):
            return DayRead(_day(year, month, day))
        century = "20" if int(year) <= self.on.year % 100 else "19"
        found = _day(century + year, month, day)
        self.remark(Finding.SHORT_YEAR, value=written(found))
        return DayRead(found)

    def _month(self, bare: str) -> DayRead:
        found = _MONTH_YEAR.fullmatch(bare) or _MONTH_IN_WORDS.fullmatch(search_key(bare))
        if not found:
            raise DayUnreadable(Finding.UNREADABLE_DATE)
        first = _day(found[2], found[1], "1")
        self.remark(Finding.MONTH_ONLY, value=written(first))
        return DayRead(first, Precision.MONTH)


@functools.lru_cache(maxsize=16_384)
def _is_plain(shown: str) -> bool:
    """Say whether a text can only be Unicode as it should be: nothing to convert or to report."""
    return (
        max(shown) > "\u00ff"
        and unicodedata.is_normalized("NFC", shown)
        and not _ETH.search(shown)
    )


def _day(year: str, month: str, day: str) -> dt.date:
    y, m, d = int(year), int(month), int(day)
    # Offices write 00 for a day or month they do not know; that is no date.
    if y not in _YEARS or not 1 <= m <= 12 or not 1 <= d <= calendar.monthrange(y, m)[1]:  # noqa: PLR2004 -- months
        raise DayUnreadable(Finding.IMPOSSIBLE_DATE)
    return dt.date(y, m, d)


@functools.lru_cache(maxsize=32_768)
def _usual_day(shown: str) -> DayRead:
    return DayRead(_day(shown[6:], shown[3:5], shown[:2]))


def _serial(value: dt.date) -> int:
    day = value.date() if isinstance(value, dt.datetime) else value
    return (day - _FROM_1900).days


def _is_year_shown_as_day(value: dt.date) -> bool:
    # "1980" typed into a cell formatted as a date becomes a day in June 1905.
    return _serial(value) in _YEARS


def written(day: dt.date) -> str:
    """Return a date as Vietnamese offices write it."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def shown_value(value: Value) -> str:
    """Return about what Excel would show in the cell."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return written(value)
    return str(value)
