"""A list of people with their levels, or a table of counts per group, from any file of tables."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from tusoi.core.text import display_name, search_key
from tusoi.imports.reading import legacy
from tusoi.imports.reading.errors import UnreadableFile
from tusoi.imports.reading.files import open_table
from tusoi.imports.reading.raw import Value
from tusoi.rulebooks.rulebook import Rulebook


_GROUP: Final = frozenset(
    search_key(one)
    for one in (
        *("nhóm", "đơn vị", "tên đơn vị", "chi bộ", "đảng bộ", "tổ chức đảng"),
        *("tổ chức cơ sở đảng", "đơn vị công tác", "nhóm tính tỷ lệ", "group", "unit"),
    )
)
_LEVEL: Final = frozenset(
    search_key(one)
    for one in (
        *("mức", "xếp loại", "mức xếp loại", "kết quả", "kết quả xếp loại"),
        *("xếp loại chất lượng", "mức xếp loại chất lượng", "đề nghị xếp loại"),
        *("level", "rating"),
    )
)
_PERSON: Final = frozenset(
    search_key(one)
    for one in ("họ và tên", "họ tên", "tên", "họ và tên đảng viên", "full name", "name")
)
_NOT_RATED: Final = frozenset(
    search_key(one)
    for one in ("", "-", "chưa xếp loại", "không xếp loại", "miễn", "not rated", "none")
)
_TOTAL: Final = re.compile(r"(tong|tong so|tong cong|cong)[\s:.\d]*")
# "1.000" and "1,000" are a thousand on a Vietnamese table, never one.
_THOUSANDS: Final = re.compile(r"\d{1,3}([., ]\d{3})+")
_DUTIES: Final = search_key("nhiệm vụ")
_FULFILLED: Final = search_key("hoàn thành")
# What a heading over the people of one unit begins with.
_UNITS: Final = tuple(search_key(one) for one in ("chi bộ", "đảng bộ", "đảng ủy"))
_HEADER_WITHIN: Final = 20
_SHOWN: Final = 10


class ListRefused(Exception):
    """A list that can't be counted; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class GroupTable:
    """How many of a group have which level."""

    name: str
    counts: Mapping[str, int]
    not_rated: int
    is_complete: bool
    """Whether the file tells the number of every level, so that all rated are known."""
    repeated: tuple[tuple[int, ...], ...] = ()
    """Rows of the file with the same name; two people may bear it, or one was counted twice."""

    @property
    def rated(self) -> int | None:
        return sum(self.counts.values()) if self.is_complete else None


@dataclass(frozen=True)
class _Header:
    row: int
    group: int | None
    level: int | None
    counts: Mapping[int, str]
    person: int | None = None
    # How many columns have a heading.
    width: int = 0


def read_groups(content: bytes, *, filename: str, rulebook: Rulebook) -> list[GroupTable]:
    """Count levels by group.

    Raises:
        ListRefused: the file is no table, or a level in it has no such name.
    """
    try:
        table = open_table(content, filename=filename)
    except UnreadableFile as refusal:
        raise ListRefused(str(refusal)) from refusal
    levels = level_names(rulebook)
    rows, header = _table([_readable(sheet.rows) for sheet in table.sheets], levels)
    body = [
        (number, row)
        for number, row in enumerate(rows[header.row + 1 :], header.row + 2)
        if any(_words(cell) for cell in row) and not _is_total(row)
    ]
    if header.level is None:
        body = _without_subheadings(body, header)
    if not body:
        raise ListRefused(_("Tệp chỉ có dòng tiêu đề, chưa có dòng nào để tính."))
    if header.level is None:
        return list(_from_counts(body, header, rulebook))
    return list(_from_people(body, header, levels, rulebook))


def level_names(rulebook: Rulebook) -> dict[str, str]:
    """Return every way in which officers write a level, without accents and capitals."""
    names: dict[str, str] = {}
    for level in rulebook.levels:
        texts = (level.title.vi, level.title.en, level.short_title.vi, level.short_title.en)
        for text in (level.id, *texts):
            key = search_key(text)
            short = key.replace(_DUTIES, "").strip()
            for one in (key, short, short.removeprefix(_FULFILLED).strip()):
                if one:
                    names.setdefault(" ".join(one.split()), level.id)
    return names


def level_of(written: str, levels: Mapping[str, str]) -> str:
    """Return the level that somebody wrote, short or in full; nothing for no such level.

    `HTTNV`, `HTT nhiệm vụ` and `HT tốt NV` are the same level as `Hoàn thành tốt nhiệm vụ`.
    """
    key = search_key(written)
    bare = " ".join(key.replace(_DUTIES, "").split())
    bare = bare.removesuffix("nv").strip()
    spelled = " ".join(_FULFILLED if one == "ht" else one for one in bare.split())
    found = (levels.get(one) for one in (key, bare, spelled))
    return next((level for level in found if level), "")


def _readable(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """Turn text typed for VNI or TCVN3 fonts into Unicode; the other cells help a short one."""
    proven = legacy.encoding_of(cell for row in rows for cell in row if isinstance(cell, str))

    def turned(cell: Value) -> Value:
        if not isinstance(cell, str) or cell.isascii():
            return cell
        own = legacy.detect(cell)
        return legacy.convert(cell, proven if own is legacy.Encoding.UNICODE else own)

    return [[turned(cell) for cell in row] for row in rows]


def _table(
    sheets: Sequence[Sequence[Sequence[Value]]], levels: Mapping[str, str]
) -> tuple[Sequence[Sequence[Value]], _Header]:
    """Return the first sheet with a heading row; a cover sheet has none."""
    for rows in sheets:
        header = _header(rows, levels)
        if header is not None:
            return rows, header
    raise ListRefused(
        _(
            "Không tìm thấy dòng tiêu đề. Cần cột “Mức xếp loại” (mỗi người một dòng), hoặc các "
            "cột số lượng theo từng mức (mỗi nhóm một dòng); cột “Đơn vị” cho biết nhóm."
        )
    )


def _header(rows: Sequence[Sequence[Value]], levels: Mapping[str, str]) -> _Header | None:
    for number, row in enumerate(rows[:_HEADER_WITHIN]):
        keys = [search_key(_words(cell)) for cell in row]
        level = _first(keys, _LEVEL)
        if level is not None:
            below = rows[number + 1] if number + 1 < len(rows) else ()
            return _over_two_rows(number, keys, below, levels) or _Header(
                number,
                _first(keys, _GROUP),
                level,
                {},
                person=_first(keys, _PERSON),
                width=sum(map(bool, keys)),
            )
        counts = _count_columns(keys, levels)
        if len(counts) > 1:
            return _Header(number, _first(keys, _GROUP), None, counts)
    return None


def _over_two_rows(
    number: int, above: Sequence[str], row: Sequence[Value], levels: Mapping[str, str]
) -> _Header | None:
    """Read a heading "Xếp loại" that spans one column for each level below it."""
    below = [search_key(_words(cell)) for cell in row]
    if len(_count_columns(below, levels)) <= 1:
        return None
    padded = [*below, *[""] * (len(above) - len(below))]
    keys = [one or over for one, over in zip(padded, above, strict=False)]
    keys += padded[len(above) :]
    return _Header(number + 1, _first(keys, _GROUP), None, _count_columns(keys, levels))


def _count_columns(keys: Iterable[str], levels: Mapping[str, str]) -> dict[int, str]:
    found = {}
    for column, key in enumerate(keys):
        bare = key.removeprefix(search_key("số lượng")).strip()
        bare = bare.removeprefix(f"{search_key('số')} ").strip()
        if level := level_of(bare, levels):
            found[column] = level
    return found


def _without_subheadings(
    body: Sequence[tuple[int, Sequence[Value]]], header: _Header
) -> list[tuple[int, Sequence[Value]]]:
    """Pass over a second heading row, such as "SL" under each level, and what is signed below."""

    def counts_something(row: Sequence[Value]) -> bool:
        return any(_words(_cell(row, column)) for column in header.counts)

    told = [(number, row) for number, row in body if counts_something(row)]
    first = next(
        (
            place
            for place, (_number, row) in enumerate(told)
            if any(any(map(str.isdigit, _words(_cell(row, each)))) for each in header.counts)
        ),
        0,
    )
    return told[first:]


def _first(keys: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((column for column, key in enumerate(keys) if key in wanted), None)


def _from_people(
    body: Iterable[tuple[int, Sequence[Value]]],
    header: _Header,
    levels: Mapping[str, str],
    rulebook: Rulebook,
) -> Iterator[GroupTable]:
    counts: dict[str, Counter[str]] = {}
    rows: dict[str, dict[str, list[int]]] = {}
    strange: list[tuple[int, str]] = []
    above = ""
    for number, row in body:
        written = _words(_cell(row, header.level))
        level = level_of(written, levels)
        if not level and header.width > 1 and (alone := _alone(row)):
            # A heading over the people that follow, or what is signed below the list.
            is_unit = header.group is None and search_key(alone).startswith(_UNITS)
            above = display_name(alone) if is_unit else above
            continue
        # Cells of one unit that were merged hold its name in the first row only.
        above = _named(row, header) or above
        group = above or _("cả danh sách")
        counted = counts.setdefault(group, Counter())
        if person := search_key(_words(_cell(row, header.person))):
            rows.setdefault(group, {}).setdefault(person, []).append(number)
        if level:
            counted[level] += 1
        elif search_key(written) in _NOT_RATED:
            counted[""] += 1
        else:
            strange.append((number, written))
    if strange:
        raise ListRefused(_unknown_levels(strange, rulebook))
    for name, counted in counts.items():
        not_rated = counted.pop("", 0)
        repeated = tuple(tuple(one) for one in rows.get(name, {}).values() if len(one) > 1)
        yield GroupTable(name, dict(counted), not_rated, is_complete=True, repeated=repeated)


def _unknown_levels(strange: Sequence[tuple[int, str]], rulebook: Rulebook) -> str:
    rows = "; ".join(
        _("dòng %(row)d: “%(word)s”") % {"row": row, "word": word}
        for row, word in strange[:_SHOWN]
    )
    more = len(strange) - _SHOWN
    rest = _(" và %(count)d dòng nữa") % {"count": more} if more > 0 else ""
    known = ", ".join(f"{one.short_title.vi} ({one.title.vi})" for one in rulebook.levels)
    return _("Không có mức xếp loại như ở %(rows)s%(rest)s. Các mức: %(known)s.") % {
        "rows": rows,
        "rest": rest,
        "known": known,
    }


def _from_counts(
    body: Iterable[tuple[int, Sequence[Value]]], header: _Header, rulebook: Rulebook
) -> Iterator[GroupTable]:
    complete = {one.id for one in rulebook.levels} <= set(header.counts.values())
    for number, row in body:
        counts = {
            level: _count(_cell(row, column), number) for column, level in header.counts.items()
        }
        yield GroupTable(_named(row, header) or _("cả danh sách"), counts, 0, complete)


# More than anybody counts in one group; neither endless nor no number at all.
_MOST: Final = 10**9


def _count(cell: Value, row: int) -> int:
    written = _words(cell)
    if not written or written == "-":
        return 0
    if _THOUSANDS.fullmatch(written):
        written = re.sub(r"[., ]", "", written)
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= _MOST or number != int(number):
        raise ListRefused(
            _("Dòng %(row)d: “%(word)s” không phải là số lượng.") % {"row": row, "word": written}
        )
    return int(number)


def _named(row: Sequence[Value], header: _Header) -> str:
    return display_name(_words(_cell(row, header.group))) if header.group is not None else ""


def _is_total(row: Sequence[Value]) -> bool:
    return any(_TOTAL.fullmatch(search_key(_words(cell))) for cell in row)


def _alone(row: Sequence[Value]) -> str:
    """Return what a row says if it says one thing only."""
    told = [words for cell in row if (words := _words(cell))]
    return told[0] if len(told) == 1 else ""


def _cell(row: Sequence[Value], column: int | None) -> Value:
    return row[column] if column is not None and column < len(row) else ""


def _words(cell: Value) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
