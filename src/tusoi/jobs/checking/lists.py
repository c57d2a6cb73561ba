"""A list of people with their levels, or a table of counts per group, from any file of tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from tusoi.core.text import display_name, search_key
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
_NOT_RATED: Final = frozenset(
    search_key(one)
    for one in ("", "-", "chưa xếp loại", "không xếp loại", "miễn", "not rated", "none")
)
_TOTALS: Final = frozenset(search_key(one) for one in ("tổng", "tổng số", "tổng cộng", "cộng"))
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

    @property
    def rated(self) -> int | None:
        return sum(self.counts.values()) if self.is_complete else None


@dataclass(frozen=True)
class _Header:
    row: int
    group: int | None
    level: int | None
    counts: Mapping[int, str]


def read_groups(content: bytes, *, filename: str, rulebook: Rulebook) -> list[GroupTable]:
    """Count levels by group.

    Raises:
        ListRefused: the file is no table, or a level in it has no such name.
    """
    try:
        table = open_table(content, filename=filename)
    except UnreadableFile as refusal:
        raise ListRefused(str(refusal)) from refusal
    rows = next((sheet.rows for sheet in table.sheets if sheet.rows), [])
    levels = level_names(rulebook)
    header = _header(rows, levels)
    body = [
        (number, row)
        for number, row in enumerate(rows[header.row + 1 :], header.row + 2)
        if any(_words(cell) for cell in row)
    ]
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
            short = key.replace(search_key("nhiệm vụ"), "").strip()
            for one in (key, short, short.removeprefix(search_key("hoàn thành")).strip()):
                if one:
                    names.setdefault(" ".join(one.split()), level.id)
    return names


def _header(rows: Sequence[Sequence[Value]], levels: Mapping[str, str]) -> _Header:
    for number, row in enumerate(rows[:_HEADER_WITHIN]):
        keys = [search_key(_words(cell)) for cell in row]
        level = _first(keys, _LEVEL)
        counts = {} if level is not None else _count_columns(keys, levels)
        if level is not None or len(counts) > 1:
            return _Header(number, _first(keys, _GROUP), level, counts)
    raise ListRefused(
        _(
            "Không tìm thấy dòng tiêu đề. Cần cột “Mức xếp loại” (mỗi người một dòng), hoặc các "
            "cột số lượng theo từng mức (mỗi nhóm một dòng); cột “Đơn vị” cho biết nhóm."
        )
    )


def _count_columns(keys: Iterable[str], levels: Mapping[str, str]) -> dict[int, str]:
    found = {}
    for column, key in enumerate(keys):
        bare = key.removeprefix(search_key("số lượng")).strip()
        bare = bare.removeprefix(f"{search_key('số')} ").strip()
        if bare in levels:
            found[column] = levels[bare]
    return found


def _first(keys: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((column for column, key in enumerate(keys) if key in wanted), None)


def _from_people(
    body: Iterable[tuple[int, Sequence[Value]]],
    header: _Header,
    levels: Mapping[str, str],
    rulebook: Rulebook,
) -> Iterator[GroupTable]:
    counts: dict[str, Counter[str]] = {}
    strange: list[tuple[int, str]] = []
    for number, row in body:
        written = _words(_cell(row, header.level))
        key = search_key(written)
        counted = counts.setdefault(_group_of(row, header), Counter())
        if key in _NOT_RATED:
            counted[""] += 1
        elif key in levels:
            counted[levels[key]] += 1
        else:
            strange.append((number, written))
    if strange:
        raise ListRefused(_unknown_levels(strange, rulebook))
    for name, counted in counts.items():
        not_rated = counted.pop("", 0)
        yield GroupTable(name, dict(counted), not_rated, is_complete=True)


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
        name = _group_of(row, header)
        if search_key(name) in _TOTALS:
            continue
        counts = {
            level: _count(_cell(row, column), number) for column, level in header.counts.items()
        }
        yield GroupTable(name, counts, 0, complete)


# More than anybody counts in one group; neither endless nor no number at all.
_MOST: Final = 10**9


def _count(cell: Value, row: int) -> int:
    written = _words(cell)
    if not written or written == "-":
        return 0
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= _MOST or number != int(number):
        raise ListRefused(
            _("Dòng %(row)d: “%(word)s” không phải là số lượng.") % {"row": row, "word": written}
        )
    return int(number)


def _group_of(row: Sequence[Value], header: _Header) -> str:
    name = display_name(_words(_cell(row, header.group))) if header.group is not None else ""
    return name or _("cả danh sách")


def _cell(row: Sequence[Value], column: int | None) -> Value:
    return row[column] if column is not None and column < len(row) else ""


def _words(cell: Value) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
