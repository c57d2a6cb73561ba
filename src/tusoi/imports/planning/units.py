"""Plan the organisations of a file: who they are, under whom, and whether the tree stays one."""

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from tusoi.core.text import accented_key, search_key
from tusoi.imports.planning.steps import Change, Gone, UnitStep
from tusoi.imports.planning.stored import StoredUnit, StoredUnits, cells_with_members
from tusoi.imports.reading.cells import written
from tusoi.imports.reading.choices import kind_from_name
from tusoi.imports.reading.columns import Field
from tusoi.imports.reading.findings import Finding, Place, Remark
from tusoi.imports.reading.rows import UnitRow
from tusoi.units.enums import CELL_KINDS, PARENT_KINDS, UnitKind, UnitSector
from tusoi.units.models import Unit


_HIGHER_KINDS: Final = frozenset(
    {UnitKind.CENTRAL, UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.SUPERIOR}
)


@dataclass(slots=True)
class PlannedUnits:
    """The tree as it would be: every unit by code, whether stored or only in the file."""

    stored: StoredUnits
    on: dt.date
    # Only the system itself, or nobody else yet, may set up the topmost unit.
    may_found_root: bool = False
    steps: list[UnitStep] = field(default_factory=list)
    by_code: dict[str, UnitStep] = field(default_factory=dict)
    codes_by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes_without_zeros: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    remarks: list[Remark] = field(default_factory=list)
    # Who stands above themselves has been told so, and nothing else follows from it.
    in_a_circle: set[str] = field(default_factory=set)

    def remark(self, row: UnitRow, at: Field, finding: Finding, **values: str) -> None:
        place = Place(row.sheet, row.row, row.columns.get(at, row.columns.get(Field.NAME)))
        self.remarks.append(Remark(finding, place, values))

    # -- what is asked of the tree, by code ------------------------------------------------------

    def knows(self, code: str) -> bool:
        return code in self.by_code or code in self.stored.by_code

    def name_of(self, code: str) -> str:
        step = self.by_code.get(code)
        return step.name if step else self.stored.by_code[code].name

    def kind_of(self, code: str) -> str:
        step = self.by_code.get(code)
        if step and "kind" in step.values:
            return str(step.values["kind"])
        stored = self.stored.by_code.get(code)
        return stored.kind if stored else ""

    def start_of(self, code: str) -> dt.date:
        step = self.by_code.get(code)
        if step and step.starts_on:
            return step.starts_on
        stored = self.stored.by_code.get(code)
        return stored.established_on if stored else self.on

    def parent_of(self, code: str) -> str | None:
        step = self.by_code.get(code)
        if step and (step.parent_code or step.unit_id is None):
            return step.parent_code
        unit = self.stored.by_code.get(code)
        parent = self.stored.by_id.get(unit.parent_id) if unit and unit.parent_id else None
        return parent.code if parent else None

    def is_in_scope(self, code: str) -> bool:
        """Say whether the actor may import there; a new unit lies where its parent lies."""
        seen = set()
        here: str | None = code
        while here and here not in seen:
            seen.add(here)
            unit = self.stored.by_code.get(here)
            if unit:
                return unit.pk in self.stored.in_scope
            here = self.parent_of(here)
        return self.may_found_root

    def closed_on(self, code: str) -> dt.date | None:
        unit = self.stored.by_code.get(code)
        return unit.closed_on if unit else None

    def find(self, *, code: str | None, name: str | None) -> tuple[str | None, bool]:
        """Return the code of the unit meant, and whether several bear the name.

        A column called "Chi bộ" may hold names or codes, so a name is tried as a code too.
        """
        for given in (code, name):
            if given and self.knows(given):
                return given, False
        if code:
            same = self.codes_without_zeros.get(code.lstrip("0").casefold(), set())
            return (next(iter(same)), False) if len(same) == 1 else (None, False)
        same = self.codes_by_name.get(accented_key(name or ""), set())
        if len(same) == 1:
            return next(iter(same)), False
        return None, len(same) > 1


def plan_units(planned: PlannedUnits, rows: list[UnitRow]) -> None:
    """Plan all rows, then check the tree they would make together with what is stored."""
    _index_stored(planned)
    for row in rows:
        _identify(planned, row)
    for step in planned.steps:
        _place(planned, step)
    _refuse_cycles(planned)
    _refuse_second_roots(planned)
    for step in planned.steps:
        _complete(planned, step)
    for step in planned.steps:
        _refuse_unfit_kind(planned, step)
    _refuse_members_without_cell(planned)


def _index_stored(planned: PlannedUnits) -> None:
    for unit in planned.stored.by_id.values():
        if unit.pk in planned.stored.in_scope and unit.closed_on is None:
            planned.codes_by_name[unit.accented_key].add(unit.code)
            planned.codes_without_zeros[unit.code.lstrip("0").casefold()].add(unit.code)


def _identify(planned: PlannedUnits, row: UnitRow) -> None:
    code = _code_of(planned, row)
    earlier = planned.by_code.get(code)
    if earlier:
        planned.remark(row, Field.CODE, Finding.CODE_TWICE, value=code, other=str(earlier.row.row))
        return
    unit = planned.stored.by_code.get(code)
    step = UnitStep(row=row, code=code, name=row.name, unit_id=unit.pk if unit else None)
    planned.steps.append(step)
    planned.by_code[code] = step
    planned.codes_by_name[accented_key(row.name)].add(code)
    planned.codes_without_zeros[code.lstrip("0").casefold()].add(code)


def _code_of(planned: PlannedUnits, row: UnitRow) -> str:
    if row.code:
        if planned.knows(row.code) or not row.code_was_number:
            return row.code
        same = planned.codes_without_zeros.get(row.code.lstrip("0"), set())
        if len(same) != 1:
            return row.code
        code = next(iter(same))
        planned.remark(row, Field.CODE, Finding.ZEROS_RESTORED, value=code)
        return code
    same = {
        code
        for code in planned.codes_by_name.get(accented_key(row.name), set())
        if code in planned.stored.by_code and _fits_parent(planned, code, row)
    }
    if len(same) == 1:
        return next(iter(same))
    above = row.parent_code or search_key(row.parent_name or "")
    digest = hashlib.sha256(f"{above}/{search_key(row.name)}".encode()).hexdigest()
    code = f"TCD-{digest[:8].upper()}"
    if not planned.knows(code):
        planned.remark(row, Field.CODE, Finding.CODE_GIVEN, value=code)
    return code


def _fits_parent(planned: PlannedUnits, code: str, row: UnitRow) -> bool:
    """Say whether a stored unit of the same name could be the one meant."""
    if not row.parent_code and not row.parent_name:
        return True
    parent = planned.parent_of(code)
    if parent is None:
        return False
    is_named = accented_key(row.parent_name or "") == accented_key(planned.name_of(parent))
    return parent in {row.parent_code, row.parent_name} or is_named


def _place(planned: PlannedUnits, step: UnitStep) -> None:
    """Find the parent, and refuse what the actor may not touch."""
    row, stored = step.row, planned.stored.by_code.get(step.code)
    if stored and stored.closed_on:
        planned.remark(
            row, Field.NAME, Finding.CLOSED_UNIT, value=step.name, other=written(stored.closed_on)
        )
    if row.parent_code or row.parent_name:
        _set_parent(planned, step)
    if stored and stored.pk not in planned.stored.in_scope:
        planned.remark(row, Field.NAME, Finding.OUTSIDE_SCOPE, value=step.name)


def _set_parent(planned: PlannedUnits, step: UnitStep) -> None:
    row = step.row
    at = Field.PARENT_CODE if row.parent_code else Field.PARENT_NAME
    shown = row.parent_code or row.parent_name or ""
    code, is_ambiguous = planned.find(code=row.parent_code, name=row.parent_name)
    if code is None:
        finding = Finding.AMBIGUOUS_UNIT if is_ambiguous else Finding.UNKNOWN_PARENT
        planned.remark(row, at, finding, value=shown)
        # Keeps the row out of the search for second roots: one mistake, one sentence.
        step.parent_code = shown
        return
    step.parent_code = code
    closed_on = planned.closed_on(code)
    if closed_on:
        planned.remark(row, at, Finding.CLOSED_UNIT, value=shown, other=written(closed_on))


def _refuse_cycles(planned: PlannedUnits) -> None:
    settled: set[str] = set()
    for step in planned.steps:
        path: list[str] = []
        here: str | None = step.code
        while here and here not in settled and here not in path:
            path.append(here)
            here = planned.parent_of(here) if planned.knows(here) else None
        if here and here in path:
            _remark_cycle(planned, path[path.index(here) :])
        settled.update(path)


def _remark_cycle(planned: PlannedUnits, loop: list[str]) -> None:
    names = " → ".join(planned.name_of(code) for code in [*loop, loop[0]])
    planned.in_a_circle.update(loop)
    # Named once, on the first of its rows, so that one mistake is one sentence.
    rows = [planned.by_code[code] for code in loop if code in planned.by_code]
    first = min(rows, key=lambda step: step.row.row)
    planned.remark(
        first.row, _parent_field(first.row), Finding.CYCLE, value=first.name, path=names
    )


def _parent_field(row: UnitRow) -> Field:
    return Field.PARENT_NAME if Field.PARENT_CODE not in row.columns else Field.PARENT_CODE


def _refuse_second_roots(planned: PlannedUnits) -> None:
    root_name = planned.stored.root_name
    for step in planned.steps:
        if step.parent_code or step.unit_id is not None:
            continue
        if root_name:
            planned.remark(
                step.row,
                _parent_field(step.row),
                Finding.SECOND_ROOT,
                value=step.name,
                other=root_name,
            )
        elif not planned.may_found_root:
            planned.remark(step.row, Field.NAME, Finding.OUTSIDE_SCOPE, value=step.name)
        root_name = root_name or step.name


def _complete(planned: PlannedUnits, step: UnitStep) -> None:
    parent = step.parent_code
    is_told = step.code in planned.in_a_circle
    if parent and planned.knows(parent) and not is_told and not planned.is_in_scope(parent):
        planned.remark(
            step.row,
            _parent_field(step.row),
            Finding.OUTSIDE_SCOPE,
            value=planned.name_of(parent),
        )
    above = planned.parent_of(step.code)
    step.place = planned.name_of(above) if above and planned.knows(above) else ""
    stored = planned.stored.by_code.get(step.code)
    if stored:
        _compare(planned, step, stored)
    else:
        _found(planned, step)


def _found(planned: PlannedUnits, step: UnitStep) -> None:
    row = step.row
    kind = row.kind or _guessed_kind(planned, step)
    if kind is None:
        planned.remark(row, Field.KIND, Finding.KIND_UNCLEAR, value=step.name)
        return
    # Without a day, the unit exists from the start of the year of the import.
    step.starts_on = row.established_on or planned.on.replace(month=1, day=1)
    step.values = {
        "code": step.code,
        "name": step.name,
        "kind": kind,
        "sector": row.sector or UnitSector.OTHER,
        "established_on": step.starts_on,
        **Unit.keys_of(step.name),
    }


def _guessed_kind(planned: PlannedUnits, step: UnitStep) -> UnitKind | None:
    kind = kind_from_name(step.name)
    above = step.parent_code
    if kind is UnitKind.CELL and above and planned.knows(above):
        parent_kind = _kind_above(planned, above)
        kind = UnitKind.GRASSROOTS_CELL if parent_kind in _HIGHER_KINDS else kind
    if kind:
        planned.remark(step.row, Field.KIND, Finding.KIND_GUESSED, value=str(kind.label))
    return kind


def _kind_above(planned: PlannedUnits, code: str) -> str | None:
    step = planned.by_code.get(code)
    if step and step.row.kind:
        return step.row.kind
    stored = planned.stored.by_code.get(code)
    return stored.kind if stored else kind_from_name(planned.name_of(code))


def _compare(planned: PlannedUnits, step: UnitStep, stored: StoredUnit) -> None:
    row = step.row
    if accented_key(row.name) != stored.accented_key:
        step.is_renamed = True
        step.values |= {"name": row.name, **Unit.keys_of(row.name)}
        step.changes.append(Change(_("Tên"), stored.name, row.name))
    else:
        step.name = stored.name
    if row.kind and row.kind != stored.kind:
        _change_kind(step, stored, row.kind)
    if row.sector and row.sector != stored.sector:
        step.values["sector"] = row.sector
        old = str(UnitSector(stored.sector).label)
        step.changes.append(Change(_("Lĩnh vực"), old, str(row.sector.label)))
    if step.parent_code and planned.knows(step.parent_code):
        _compare_parent(planned, step, stored)


def _compare_parent(planned: PlannedUnits, step: UnitStep, stored: StoredUnit) -> None:
    parent = planned.stored.by_id.get(stored.parent_id) if stored.parent_id else None
    if parent and parent.code == step.parent_code:
        return
    new_name = planned.name_of(step.parent_code or "")
    if stored.parent_id is None:
        # The topmost unit cannot be hung below another while it is the root of the tree.
        planned.remark(
            step.row,
            _parent_field(step.row),
            Finding.CYCLE,
            value=step.name,
            path=f"{step.name} → {new_name}",
        )
        return
    step.moves_on = step.row.moved_on or planned.on
    since = planned.stored.parent_from.get(stored.pk, stored.established_on)
    if step.moves_on < since:
        planned.remark(
            step.row,
            Field.MOVED_ON,
            Finding.MOVE_BEFORE_START,
            value=step.name,
            other=written(since),
        )
    old = parent.name if parent else _("ngoài phạm vi được giao")
    step.changes.append(Change(_("Tổ chức đảng cấp trên"), old, new_name))
    _adapt_kind(planned, step, stored)


def _change_kind(step: UnitStep, stored: StoredUnit, kind: UnitKind) -> None:
    step.values["kind"] = kind
    old = str(UnitKind(stored.kind).label)
    step.changes.append(Change(_("Loại hình tổ chức"), old, str(kind.label)))


def _adapt_kind(planned: PlannedUnits, step: UnitStep, stored: StoredUnit) -> None:
    """Let a cell that moves become, or stop being, a grassroots cell, as its new place asks."""
    if step.row.kind or stored.kind not in CELL_KINDS:
        return
    is_direct = _kind_above(planned, step.parent_code or "") in _HIGHER_KINDS
    kind = UnitKind.GRASSROOTS_CELL if is_direct else UnitKind.CELL
    if kind != stored.kind:
        _change_kind(step, stored, kind)
        planned.remark(step.row, Field.KIND, Finding.KIND_GUESSED, value=str(kind.label))


def _refuse_unfit_kind(planned: PlannedUnits, step: UnitStep) -> None:
    """Refuse a kind that cannot stand below its parent's; what is stored is left alone."""
    parent = planned.parent_of(step.code)
    is_touched = "kind" in step.values or step.moves_on
    is_told = step.code in planned.in_a_circle
    if is_told or not is_touched or not parent or not planned.knows(parent):
        return
    kind, parent_kind = planned.kind_of(step.code), planned.kind_of(parent)
    if not kind or not parent_kind or UnitKind(parent_kind) in PARENT_KINDS[UnitKind(kind)]:
        return
    planned.remark(
        step.row,
        _parent_field(step.row),
        Finding.KIND_DOES_NOT_FIT,
        value=step.name,
        kind=str(UnitKind(kind).label),
        other=planned.name_of(parent),
        parent_kind=str(UnitKind(parent_kind).label),
    )


def _refuse_members_without_cell(planned: PlannedUnits) -> None:
    turned = {
        step.unit_id: step
        for step in planned.steps
        if step.unit_id and "kind" in step.values and step.values["kind"] not in CELL_KINDS
    }
    for pk in sorted(cells_with_members(turned.keys())):
        step = turned[pk]
        planned.remark(step.row, Field.KIND, Finding.NO_MEMBERS_HERE, value=step.name)


def units_not_listed(planned: PlannedUnits) -> list[Gone]:
    """Return the stored units below those of the file that the file does not list."""
    listed = {step.unit_id for step in planned.steps if step.unit_id}
    children: dict[int, list[StoredUnit]] = defaultdict(list)
    for unit in planned.stored.by_id.values():
        if unit.parent_id and unit.closed_on is None:
            children[unit.parent_id].append(unit)
    waiting, gone, seen = list(listed), [], set(listed)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.pk not in seen:
                seen.add(child.pk)
                waiting.append(child.pk)
                above = planned.stored.by_id[child.parent_id or 0]
                gone.append(Gone(child.pk, child.code, child.name, above.name))
    return sorted(gone, key=lambda unit: unit.code)
