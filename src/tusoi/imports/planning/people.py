"""Plan the people of a file: who they are, what changed, where they belong, their posts."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tusoi.core.text import accented_key, search_key
from tusoi.imports.enums import Outcome
from tusoi.imports.planning.steps import Change, MembershipStep, PersonStep, PostStep
from tusoi.imports.planning.stored import StoredMembership, StoredPeople, StoredPerson
from tusoi.imports.planning.units import PlannedUnits
from tusoi.imports.reading.cells import written
from tusoi.imports.reading.columns import TITLES, Field, ListKind
from tusoi.imports.reading.findings import Finding, Place, Remark
from tusoi.imports.reading.rows import PersonRow
from tusoi.people.enums import Gender
from tusoi.people.models import Person
from tusoi.units.enums import CELL_KINDS, MembershipKind, Position


@dataclass(slots=True)
class PlannedPeople:
    units: PlannedUnits
    stored: StoredPeople
    on: dt.date
    steps: list[PersonStep] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    by_code: dict[str, PersonStep] = field(default_factory=dict)
    by_card: dict[str, PersonStep] = field(default_factory=dict)
    by_birth: dict[tuple[str, dt.date], PersonStep] = field(default_factory=dict)
    # Rows name the same few hundred units over and over.
    found_units: dict[tuple[str | None, str | None], tuple[str | None, bool]] = field(
        default_factory=dict
    )
    # What hinders people from belonging to a unit, by its code; None when nothing does.
    hindrances: dict[str, tuple[Finding, dict[str, str]] | None] = field(default_factory=dict)

    def remark(self, row: PersonRow, at: Field, finding: Finding, **values: str) -> None:
        column = row.columns.get(at)
        if column is None:
            column = row.columns.get(Field.NAME, row.columns.get(Field.GIVEN_NAME))
        self.remarks.append(Remark(finding, Place(row.sheet, row.row, column), values))


def plan_people(planned: PlannedPeople, rows: Iterable[PersonRow]) -> None:
    for row in rows:
        step = _identify(planned, row)
        if step is None:
            continue
        planned.steps.append(step)
        stored = planned.stored.by_id.get(step.person_id) if step.person_id else None
        if step.first is None:
            _set_values(planned, step, stored)
        _set_place(planned, step, stored)


# -- who it is -----------------------------------------------------------------------------------


def _identify(planned: PlannedPeople, row: PersonRow) -> PersonStep | None:
    person = _stored_person(planned, row)
    code = person.code if person else _code_of(planned, row)
    step = PersonStep(
        row=row,
        code=code,
        full_name=row.full_name,
        is_new=person is None,
        person_id=person.pk if person else None,
        member_id=person.member_id if person else None,
    )
    earlier = planned.by_code.get(code)
    if earlier:
        return _second_row(planned, step, earlier)
    planned.by_code[code] = step
    return step if _is_only_one(planned, step) else None


def _stored_person(planned: PlannedPeople, row: PersonRow) -> StoredPerson | None:
    stored = planned.stored
    owner = stored.by_card.get(row.card_number) if row.card_number else None
    if not row.code:
        return owner or _by_name(planned, row)
    person = stored.by_code.get(row.code)
    if owner and owner is not person:
        planned.remark(
            row,
            Field.CARD_NUMBER,
            Finding.CARD_OF_OTHER,
            value=row.card_number or "",
            other=owner.code,
        )
    elif person is None:
        _refuse_other_code(planned, row)
    else:
        _refuse_other_person(planned, row, person)
    return person


def _by_name(planned: PlannedPeople, row: PersonRow) -> StoredPerson | None:
    same = [
        person
        for person in planned.stored.by_name.get(accented_key(row.full_name), ())
        if _is_same_person(row, person)
    ]
    if len(same) != 1:
        return None
    planned.remark(row, Field.NAME, Finding.MATCHED_BY_NAME, value=same[0].code)
    return same[0]


def _is_same_person(row: PersonRow, person: StoredPerson) -> bool:
    if row.birth_on is None or person.birth_on is None:
        return row.birth_on == person.birth_on and row.admitted_on == person.admitted_on
    if row.birth_year_only or person.birth_year_only:
        return row.birth_on.year == person.birth_on.year and row.admitted_on == person.admitted_on
    return row.birth_on == person.birth_on


def _refuse_other_code(planned: PlannedPeople, row: PersonRow) -> None:
    """Refuse a new code for somebody who is plainly stored under another one."""
    for person in planned.stored.by_name.get(accented_key(row.full_name), ()):
        is_dated = row.birth_on is not None and not row.birth_year_only
        is_same = row.birth_on == person.birth_on and row.admitted_on == person.admitted_on
        if is_dated and is_same and person.code not in planned.by_code:
            planned.remark(
                row,
                Field.CODE,
                Finding.PERSON_UNDER_OTHER_CODE,
                value=row.full_name,
                other=person.code,
            )
            return


def _refuse_other_person(planned: PlannedPeople, row: PersonRow, person: StoredPerson) -> None:
    """Refuse a code that was given to somebody else: name and birth both tell."""
    if search_key(row.full_name) == person.search_key:
        return
    if not row.birth_on or not person.birth_on or row.birth_on.year == person.birth_on.year:
        return
    planned.remark(
        row,
        Field.CODE,
        Finding.CODE_OF_OTHER,
        code=person.code,
        value=row.full_name,
        other=person.full_name,
    )


def _code_of(planned: PlannedPeople, row: PersonRow) -> str:
    if row.code:
        return row.code
    if row.card_number:
        code = f"T{row.card_number}"
    else:
        told = f"{accented_key(row.full_name)}/{row.birth_on}/{row.admitted_on}"
        code = f"NG-{hashlib.sha256(told.encode()).hexdigest()[:8].upper()}"
    planned.remark(row, Field.CODE, Finding.CODE_GIVEN, value=code)
    return code


def _second_row(
    planned: PlannedPeople, step: PersonStep, earlier: PersonStep
) -> PersonStep | None:
    """Take a second row for its other kind of membership; refuse it otherwise."""
    kinds = {step.row.membership, earlier.row.membership}
    if MembershipKind.TEMPORARY in kinds and len(kinds) > 1:
        step.first, step.is_new = earlier, False
        return step
    row = step.row
    other = str(earlier.row.row)
    if row.code:
        planned.remark(row, Field.CODE, Finding.CODE_TWICE, value=step.code, other=other)
    else:
        planned.remark(row, Field.NAME, Finding.PERSON_TWICE, value=row.full_name, other=other)
    return None


def _is_only_one(planned: PlannedPeople, step: PersonStep) -> bool:
    row = step.row
    if row.card_number:
        earlier = planned.by_card.setdefault(row.card_number, step)
        if earlier is not step:
            planned.remark(
                row,
                Field.CARD_NUMBER,
                Finding.CARD_TWICE,
                value=row.card_number,
                other=str(earlier.row.row),
            )
            return False
    if row.birth_on is None or row.birth_year_only:
        return True
    earlier = planned.by_birth.setdefault((accented_key(row.full_name), row.birth_on), step)
    if earlier is step:
        return True
    is_two = bool(row.code and earlier.row.code)
    finding = Finding.NAMESAKE if is_two else Finding.PERSON_TWICE
    planned.remark(row, Field.NAME, finding, value=row.full_name, other=str(earlier.row.row))
    return is_two


# -- what changed --------------------------------------------------------------------------------


def _set_values(planned: PlannedPeople, step: PersonStep, stored: StoredPerson | None) -> None:
    if stored is None:
        step.person_values = _new_person(step)
        step.member_values = _new_member(step.row)
        return
    step.full_name = stored.full_name
    if stored.left_on:
        planned.remark(
            step.row,
            Field.NAME,
            Finding.LEFT_THE_PARTY,
            value=stored.full_name,
            other=written(stored.left_on),
        )
        return
    _compare_name(step, stored)
    _compare_birth(step, stored)
    _compare_person(step, stored)
    if stored.member_id is None:
        step.member_values = _new_member(step.row)
        step.changes.append(_change(Field.ADMITTED_ON, "", written(step.row.admitted_on)))
    else:
        _compare_member(step, stored)


def _new_person(step: PersonStep) -> dict[str, Any]:
    row = step.row
    return {
        "code": step.code,
        "full_name": row.full_name,
        "birth_on": row.birth_on,
        "birth_year_only": row.birth_year_only,
        "gender": row.gender or Gender.UNKNOWN,
        "ethnicity": row.ethnicity or "",
        "phone": row.phone or "",
        "occupation": row.occupation or "",
        "is_civil_servant": bool(row.is_civil_servant),
        **Person.keys_of(row.full_name),
    }


def _new_member(row: PersonRow) -> dict[str, Any]:
    return {
        "admitted_on": row.admitted_on,
        "official_on": row.official_on,
        "card_number": row.card_number or "",
    }


def _change(changed: Field, old: str, new: str) -> Change:
    return Change(str(TITLES[ListKind.PEOPLE][changed]), old, new)


def _compare_name(step: PersonStep, stored: StoredPerson) -> None:
    name = step.row.full_name
    if accented_key(name) == stored.accented_key:
        return
    step.full_name = name
    step.person_values |= {"full_name": name, **Person.keys_of(name)}
    step.changes.append(_change(Field.NAME, stored.full_name, name))


def _compare_birth(step: PersonStep, stored: StoredPerson) -> None:
    row = step.row
    if row.birth_on is None or (row.birth_on, row.birth_year_only) == (
        stored.birth_on,
        stored.birth_year_only,
    ):
        return
    is_less_exact = row.birth_year_only and not stored.birth_year_only
    if is_less_exact and stored.birth_on and row.birth_on.year == stored.birth_on.year:
        return
    step.person_values |= {"birth_on": row.birth_on, "birth_year_only": row.birth_year_only}
    old = _shown_birth(stored.birth_on, year_only=stored.birth_year_only)
    new = _shown_birth(row.birth_on, year_only=row.birth_year_only)
    step.changes.append(_change(Field.BIRTH_ON, old, new))


def _shown_birth(day: dt.date | None, *, year_only: bool) -> str:
    if day is None:
        return ""
    return str(day.year) if year_only else written(day)


def _compare_person(step: PersonStep, stored: StoredPerson) -> None:
    row = step.row
    for changed, said, old in (
        (Field.GENDER, row.gender, stored.gender),
        (Field.ETHNICITY, row.ethnicity, stored.ethnicity),
        (Field.PHONE, row.phone, stored.phone),
        (Field.OCCUPATION, row.occupation, stored.occupation),
        (Field.IS_CIVIL_SERVANT, row.is_civil_servant, stored.is_civil_servant),
    ):
        if said is None or said == old:
            continue
        step.person_values[changed.value] = said
        step.changes.append(_change(changed, _shown(old), _shown(said)))


def _compare_member(step: PersonStep, stored: StoredPerson) -> None:
    row = step.row
    for changed, said, old in (
        (Field.CARD_NUMBER, row.card_number, stored.card_number),
        (Field.ADMITTED_ON, row.admitted_on, stored.admitted_on),
        (Field.OFFICIAL_ON, row.official_on, stored.official_on),
    ):
        if said is None or said == old:
            continue
        step.member_values[changed.value] = said
        step.changes.append(_change(changed, _shown(old), _shown(said)))


def _shown(value: str | bool | dt.date | None) -> str:  # noqa: FBT001 -- one of the values shown
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dt.date):
        return written(value)
    if isinstance(value, str) and value in Gender.values:
        return str(Gender(value).label)
    return value or ""


# -- where they belong ---------------------------------------------------------------------------


def _set_place(planned: PlannedPeople, step: PersonStep, stored: StoredPerson | None) -> None:
    row = step.row
    if not row.unit_code and not row.unit_name:
        if stored is None or stored.member_id is None:
            title = str(TITLES[ListKind.PEOPLE][Field.UNIT_NAME])
            planned.remark(row, _unit_field(row), Finding.MISSING_VALUE, field=title)
        else:
            _refuse_foreign(planned, step, stored)
        return
    code = _unit_of(planned, row)
    if code is None:
        return
    step.unit_code, step.place = code, planned.units.name_of(code)
    kind = row.membership or MembershipKind.OFFICIAL
    if kind is MembershipKind.TEMPORARY:
        _join_temporarily(planned, step, code)
    else:
        _join(planned, step, code)
    _set_post(planned, step, code)


def _unit_field(row: PersonRow) -> Field:
    return (
        Field.UNIT_CODE
        if row.unit_code or Field.UNIT_NAME not in row.columns
        else (Field.UNIT_NAME)
    )


def _refuse_foreign(planned: PlannedPeople, step: PersonStep, stored: StoredPerson) -> None:
    """Refuse to change somebody of a unit that is not the actor's to import for."""
    membership = planned.stored.official.get(stored.member_id or 0)
    if membership is None:
        return
    if membership.unit_id in planned.units.stored.in_scope:
        unit = planned.units.stored.by_id[membership.unit_id]
        step.unit_code, step.place = unit.code, unit.name
        return
    planned.remark(step.row, Field.NAME, Finding.OUTSIDE_SCOPE, value=step.full_name)


def _unit_of(planned: PlannedPeople, row: PersonRow) -> str | None:
    given = (row.unit_code, row.unit_name)
    if given not in planned.found_units:
        planned.found_units[given] = planned.units.find(code=given[0], name=given[1])
    code, is_ambiguous = planned.found_units[given]
    shown = row.unit_code or row.unit_name or ""
    if code is None:
        finding = Finding.AMBIGUOUS_UNIT if is_ambiguous else Finding.UNKNOWN_UNIT
        planned.remark(row, _unit_field(row), finding, value=shown)
        return None
    if code not in planned.hindrances:
        planned.hindrances[code] = _hindrance(planned.units, code)
    hindrance = planned.hindrances[code]
    if hindrance:
        planned.remark(row, _unit_field(row), hindrance[0], **hindrance[1])
        return None
    return code


def _hindrance(units: PlannedUnits, code: str) -> tuple[Finding, dict[str, str]] | None:
    name = units.name_of(code)
    if not units.is_in_scope(code):
        return Finding.OUTSIDE_SCOPE, {"value": name}
    closed_on = units.closed_on(code)
    if closed_on:
        return Finding.CLOSED_UNIT, {"value": name, "other": written(closed_on)}
    kind = units.kind_of(code)
    if kind and kind not in CELL_KINDS:
        return Finding.NO_MEMBERS_HERE, {"value": name}
    return None


def _join(planned: PlannedPeople, step: PersonStep, code: str) -> None:
    units = planned.units
    now = planned.stored.official.get(step.member_id) if step.member_id else None
    target = units.stored.by_code.get(code)
    if now and target and now.unit_id == target.pk:
        return
    old = ""
    if now:
        if now.unit_id not in units.stored.in_scope:
            planned.remark(step.row, Field.NAME, Finding.OUTSIDE_SCOPE, value=step.full_name)
            return
        old = units.stored.by_id[now.unit_id].name
        _check_move(planned, step, now)
    step.membership = MembershipStep(
        unit_code=code,
        kind=MembershipKind.OFFICIAL,
        starts_on=_start(planned, step, code, is_move=now is not None),
        ends_id=now.pk if now else None,
    )
    if now:
        step.ended_posts = tuple(
            post.pk
            for post in planned.stored.posts.get(step.person_id or 0, ())
            if post.unit_id == now.unit_id
        )
    if step.person_id or step.first:
        step.changes.append(_change(Field.UNIT_NAME, old, units.name_of(code)))


def _check_move(planned: PlannedPeople, step: PersonStep, now: StoredMembership) -> None:
    if (step.row.moved_on or planned.on) >= now.valid_from:
        return
    planned.remark(
        step.row,
        Field.MOVED_ON,
        Finding.MOVE_BEFORE_START,
        value=step.full_name,
        other=written(now.valid_from),
    )


def _start(planned: PlannedPeople, step: PersonStep, code: str, *, is_move: bool) -> dt.date:
    """Return from when the membership holds: the day told, else the earliest it can be."""
    if step.row.moved_on:
        return step.row.moved_on
    if is_move:
        return planned.on
    return max(step.row.admitted_on, planned.units.start_of(code))


def _join_temporarily(planned: PlannedPeople, step: PersonStep, code: str) -> None:
    target = planned.units.stored.by_code.get(code)
    official = planned.stored.official.get(step.member_id or 0)
    is_foreign = official and official.unit_id not in planned.units.stored.in_scope
    if is_foreign and (step.person_values or step.member_values):
        # Whoever takes in a guest does not rewrite what the home cell keeps.
        planned.remark(step.row, Field.NAME, Finding.OUTSIDE_SCOPE, value=step.full_name)
    held = planned.stored.temporary.get(step.member_id or 0, ())
    if target and any(membership.unit_id == target.pk for membership in held):
        return
    step.membership = MembershipStep(
        unit_code=code,
        kind=MembershipKind.TEMPORARY,
        starts_on=_start(planned, step, code, is_move=bool(step.person_id)),
    )
    if step.person_id or step.first:
        label = str(TITLES[ListKind.PEOPLE][Field.MEMBERSHIP])
        place = f"{MembershipKind.TEMPORARY.label}: {planned.units.name_of(code)}"
        step.changes.append(Change(label, "", place))


def _set_post(planned: PlannedPeople, step: PersonStep, code: str) -> None:
    row, position = step.row, step.row.position
    if position is None:
        return
    target = planned.units.stored.by_code.get(code)
    held = next(
        (
            post
            for post in planned.stored.posts.get(step.person_id or 0, ())
            if target and post.unit_id == target.pk
        ),
        None,
    )
    if held and held.position == position:
        return
    starts_on = row.position_from or _post_start(planned, step, code)
    if row.position_from and row.position_from < row.admitted_on:
        planned.remark(
            row,
            Field.POSITION_FROM,
            Finding.POST_BEFORE_START,
            value=written(row.position_from),
            other=written(row.admitted_on),
        )
    if held and starts_on < held.valid_from:
        planned.remark(
            row,
            Field.POSITION_FROM,
            Finding.MOVE_BEFORE_START,
            value=step.full_name,
            other=written(held.valid_from),
        )
    step.post = PostStep(
        code, position, _own_title(row), starts_on, ends_id=held.pk if held else None
    )
    if step.person_id or step.first:
        old = str(Position(held.position).label) if held else ""
        step.changes.append(_change(Field.POSITION, old, str(position.label)))


def _post_start(planned: PlannedPeople, step: PersonStep, code: str) -> dt.date:
    if step.outcome is Outcome.ADDED:
        return max(step.row.admitted_on, planned.units.start_of(code))
    return planned.on


def _own_title(row: PersonRow) -> str:
    """Keep a title only when it says more than the kind of post."""
    label = str(row.position.label) if row.position else ""
    return "" if accented_key(row.position_title) == accented_key(label) else row.position_title
