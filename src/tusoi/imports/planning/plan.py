"""The whole plan of one file, and the mark by which two plans are known to be the same."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tusoi.core.text import search_key
from tusoi.imports.advance import COMPARING, Progress, silent, told
from tusoi.imports.enums import Outcome
from tusoi.imports.planning.people import PlannedPeople, plan_people
from tusoi.imports.planning.steps import Gone, PersonStep, UnitStep
from tusoi.imports.planning.stored import (
    StoredPeople,
    members_not_listed,
    stored_people,
    stored_units,
)
from tusoi.imports.planning.units import PlannedUnits, plan_units, units_not_listed
from tusoi.imports.reading.findings import Remark
from tusoi.imports.reading.sheets import ReadTable
from tusoi.people.models import Account


@dataclass(slots=True)
class ImportPlan:
    units: list[UnitStep]
    people: list[PersonStep]
    gone_units: list[Gone]
    gone_people: list[Gone]
    remarks: list[Remark] = field(default_factory=list)

    @property
    def problems(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.is_problem]

    @property
    def notes(self) -> list[Remark]:
        return [remark for remark in self.remarks if not remark.is_problem]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many units and people are added, changed, unchanged and gone."""
        found = {}
        for name, steps, gone in (
            ("units", self.units, self.gone_units),
            ("people", self.people, self.gone_people),
        ):
            outcomes = Counter(step.outcome for step in steps)
            outcomes[Outcome.GONE] = len(gone)
            found[name] = {outcome.value: outcomes[outcome] for outcome in Outcome}
        return found

    @property
    def is_empty(self) -> bool:
        outcomes = {step.outcome for step in self.units} | {step.outcome for step in self.people}
        return outcomes <= {Outcome.UNCHANGED}

    def fingerprint(self) -> str:
        """Return a mark of everything that applying would write."""
        digest = hashlib.sha256()
        for line in self._lines():
            digest.update(json.dumps(line, ensure_ascii=False, default=str).encode())
        return digest.hexdigest()

    def _lines(self) -> Iterator[list[object]]:
        for unit in self.units:
            yield [
                unit.code,
                unit.unit_id,
                unit.parent_code,
                sorted(unit.values.items()),
                unit.moves_on,
                [(change.label, change.old, change.new) for change in unit.changes],
            ]
        for person in self.people:
            yield [
                person.code,
                person.person_id,
                sorted(person.person_values.items()),
                sorted(person.member_values.items()),
                str(person.membership),
                str(person.post),
                person.ended_posts,
            ]


def make_plan(
    table: ReadTable, *, actor: Account, on: dt.date, progress: Progress = silent
) -> ImportPlan:
    """Compare a file with what is stored today, as far as the actor may import."""
    units = PlannedUnits(
        stored=stored_units(actor=actor, codes=_unit_codes(table), on=on),
        on=on,
        may_found_root=actor.is_system,
    )
    plan_units(units, table.units)
    people = PlannedPeople(units=units, stored=_stored_people(table), on=on)
    plan_people(people, told(table.people, COMPARING, progress))
    return ImportPlan(
        units=units.steps,
        people=people.steps,
        gone_units=units_not_listed(units),
        gone_people=_gone_people(people),
        remarks=[*table.remarks, *units.remarks, *people.remarks],
    )


def _unit_codes(table: ReadTable) -> set[str]:
    codes = {unit.code for unit in table.units} | {unit.parent_code for unit in table.units}
    codes |= {unit.parent_name for unit in table.units}
    for person in table.people:
        codes |= {person.unit_code, person.unit_name}
    return {code for code in codes if code}


def _stored_people(table: ReadTable) -> StoredPeople:
    return stored_people(
        codes={person.code for person in table.people if person.code},
        cards={person.card_number for person in table.people if person.card_number},
        names={search_key(person.full_name) for person in table.people},
    )


def _gone_people(people: PlannedPeople) -> list[Gone]:
    stored = people.units.stored
    named = {code for code, _ in people.found_units.values() if code}
    touched = {unit.pk for code in named if (unit := stored.by_code.get(code))}
    listed = [step.person_id for step in people.steps if step.person_id]
    return members_not_listed(unit_ids=touched & stored.in_scope, listed=listed)
