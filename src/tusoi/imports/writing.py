"""Write a plan: whole sets at a time, inside the caller's transaction."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import models

from tusoi.audit.models import AuditEvent
from tusoi.imports.advance import WRITING, Progress, silent
from tusoi.imports.enums import Outcome
from tusoi.imports.inserting import insert_rows
from tusoi.imports.planning.plan import ImportPlan
from tusoi.imports.planning.steps import PersonStep, UnitStep
from tusoi.imports.planning.stored import chunks
from tusoi.people.models import Account, PartyMember, Person
from tusoi.units.enums import UnitChangeKind
from tusoi.units.models import (
    Membership,
    Post,
    Unit,
    UnitChange,
    UnitName,
    UnitParentage,
)
from tusoi.units.operations import rebuild_closure


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who writes, when, and the day from which undated changes hold."""

    actor: Account
    at: dt.datetime
    on: dt.date
    document: str


def write_plan(plan: ImportPlan, *, occasion: Occasion, progress: Progress = silent) -> None:
    """Write units, then people; the caller has checked that the plan has no problems."""
    rows = len(plan.units) + len(plan.people)
    progress(WRITING, 0, rows)
    unit_ids = _write_units(plan.units, occasion)
    progress(WRITING, len(plan.units), rows)
    _write_people(plan.people, unit_ids, occasion)
    progress(WRITING, rows, rows)


# -- units ---------------------------------------------------------------------------------------


def _write_units(steps: Sequence[UnitStep], occasion: Occasion) -> "_UnitIds":
    unit_ids = _UnitIds({step.code: step.unit_id for step in steps if step.unit_id})
    added = [step for step in steps if step.outcome is Outcome.ADDED]
    changed = [step for step in steps if step.outcome is Outcome.CHANGED]
    _found_units(added, unit_ids)
    _change_units(changed, unit_ids, occasion)
    _note_unit_changes(added, changed, unit_ids, occasion)
    if added or any(step.moves_on for step in changed):
        rebuild_closure()
    return unit_ids


class _UnitIds(dict[str, int]):
    """Ids of units by code; those that the file does not list are looked up once."""

    def __missing__(self, code: str) -> int:
        self[code] = Unit.objects.values_list("pk", flat=True).get(code=code)
        return self[code]


def _found_units(steps: Sequence[UnitStep], unit_ids: _UnitIds) -> None:
    """Create from the top down: a unit needs the id of the one above it."""
    waiting = list(steps)
    while waiting:
        still_new = {step.code for step in waiting}
        ready = [step for step in waiting if step.parent_code not in still_new]
        _found_level(ready, unit_ids)
        waiting = [step for step in waiting if step.parent_code in still_new]


def _found_level(steps: Sequence[UnitStep], unit_ids: _UnitIds) -> None:
    units = Unit.objects.bulk_create(
        Unit(**step.values, parent_id=unit_ids[step.parent_code] if step.parent_code else None)
        for step in steps
    )
    unit_ids.update({unit.code: unit.pk for unit in units})
    UnitName.objects.bulk_create(
        UnitName(unit=unit, name=unit.name, valid_from=unit.established_on) for unit in units
    )
    UnitParentage.objects.bulk_create(
        UnitParentage(
            unit=unit,
            parent_id=unit.parent_id or 0,
            valid_from=step.row.moved_on or unit.established_on,
        )
        for unit, step in zip(units, steps, strict=True)
        if unit.parent_id
    )


def _change_units(steps: Sequence[UnitStep], unit_ids: _UnitIds, occasion: Occasion) -> None:
    _update(Unit, ((step.unit_id or 0, step.values) for step in steps))
    renamed = [step for step in steps if step.is_renamed]
    _begin_again(
        UnitName,
        "unit_id",
        {step.unit_id or 0: ({"name": step.name}, occasion.on) for step in renamed},
    )
    moved = {
        step.unit_id or 0: ({"parent_id": unit_ids[step.parent_code]}, step.moves_on)
        for step in steps
        if step.moves_on and step.parent_code
    }
    _update(Unit, ((pk, values) for pk, (values, _) in moved.items()))
    _begin_again(UnitParentage, "unit_id", moved)


Dated = TypeVar("Dated", UnitName, UnitParentage)


def _begin_again(
    model: type[Dated], owner: str, wanted: dict[int, tuple[dict[str, Any], dt.date]]
) -> None:
    """End the current dated row of each owner on the day given and begin another.

    A row that began on that very day is put right instead: it never held.
    """
    current = model._default_manager.filter(**{f"{owner}__in": wanted, "valid_to__isnull": True})
    replaced: list[Dated] = []
    for row in current:
        pk = getattr(row, owner)
        day = wanted[pk][1]
        if row.valid_from == day:
            row.delete()
            continue
        row.valid_to = day
        replaced.append(row)
    model._default_manager.bulk_update(replaced, ["valid_to"])
    model._default_manager.bulk_create(
        model(**{owner: pk, **values, "valid_from": day}) for pk, (values, day) in wanted.items()
    )


def _note_unit_changes(
    added: Sequence[UnitStep],
    changed: Sequence[UnitStep],
    unit_ids: _UnitIds,
    occasion: Occasion,
) -> None:
    told = [(UnitChangeKind.FOUND, step, step.starts_on) for step in added]
    told += [(UnitChangeKind.RENAME, step, occasion.on) for step in changed if step.is_renamed]
    told += [(UnitChangeKind.MOVE, step, step.moves_on) for step in changed if step.moves_on]
    UnitChange.objects.bulk_create(
        UnitChange(
            kind=kind,
            unit_id=unit_ids[step.code],
            other_id=unit_ids[step.parent_code] if step.parent_code else None,
            effective_on=day or occasion.on,
            document=occasion.document,
            changed_at=occasion.at,
            changed_by=occasion.actor,
        )
        for kind, step, day in told
    )
    ids = [(unit_ids[step.code], unit_ids[step.code], step) for step in changed]
    _log("units.import", Unit, ids, occasion)


# -- people --------------------------------------------------------------------------------------


def _write_people(steps: Sequence[PersonStep], unit_ids: _UnitIds, occasion: Occasion) -> None:
    own = [step for step in steps if step.first is None]
    _add_people([step for step in own if step.person_id is None])
    _add_members([step for step in own if step.member_id is None])
    known = [step for step in own if step.outcome is Outcome.CHANGED]
    _update(Person, ((step.person_id or 0, step.person_values) for step in known))
    _update_members(known)
    for step in steps:
        if step.first is not None:
            step.person_id, step.member_id = step.first.person_id, step.first.member_id
    _end_places(steps)
    _begin_places(steps, unit_ids)
    logged = [
        (step.person_id or 0, unit_ids[step.unit_code] if step.unit_code else None, step)
        for step in known
    ]
    _log("people.import", Person, logged, occasion)


def _add_people(steps: Sequence[PersonStep]) -> None:
    insert_rows(Person, (step.person_values for step in steps))
    ids = _ids(Person, "code", [step.code for step in steps])
    for step in steps:
        step.person_id = ids[step.code]


def _add_members(steps: Sequence[PersonStep]) -> None:
    insert_rows(
        PartyMember, ({"person_id": step.person_id, **step.member_values} for step in steps)
    )
    ids = _ids(PartyMember, "person_id", [step.person_id for step in steps])
    for step in steps:
        step.member_id, step.member_values = ids[step.person_id], {}


def _ids(model: type[models.Model], key: str, values: Sequence[Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for chunk in chunks(values):
        rows = model._default_manager.filter(**{f"{key}__in": chunk})
        found.update(rows.values_list(key, "pk"))
    return found


def _update_members(steps: Iterable[PersonStep]) -> None:
    _update(PartyMember, ((step.member_id or 0, step.member_values) for step in steps))


def _end_places(steps: Sequence[PersonStep]) -> None:
    """End memberships and posts that give way to others, a few statements per day."""
    memberships: dict[dt.date, list[int]] = defaultdict(list)
    posts: dict[dt.date, list[int]] = defaultdict(list)
    for step in steps:
        if step.membership and step.membership.ends_id:
            memberships[step.membership.starts_on].append(step.membership.ends_id)
            posts[step.membership.starts_on] += step.ended_posts
        if step.post and step.post.ends_id:
            posts[step.post.starts_on].append(step.post.ends_id)
    for day, ids in memberships.items():
        Membership.objects.filter(pk__in=ids).update(valid_to=day)
    for day, ids in posts.items():
        # A post that was to begin after the day never began.
        Post.objects.filter(pk__in=ids, valid_from__gt=day).delete()
        Post.objects.filter(pk__in=ids).update(valid_to=day)


def _begin_places(steps: Sequence[PersonStep], unit_ids: _UnitIds) -> None:
    insert_rows(
        Membership,
        (
            {
                "member_id": step.member_id,
                "unit_id": unit_ids[step.membership.unit_code],
                "kind": step.membership.kind,
                "valid_from": step.membership.starts_on,
            }
            for step in steps
            if step.membership
        ),
    )
    insert_rows(
        Post,
        (
            {
                "person_id": step.person_id,
                "unit_id": unit_ids[step.post.unit_code],
                "position": step.post.position,
                "title": step.post.title,
                "valid_from": step.post.starts_on,
            }
            for step in steps
            if step.post
        ),
    )


# -- shared --------------------------------------------------------------------------------------


_BATCH: Final = 200


def _update(model: type[models.Model], wanted: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Set different fields of different rows, one set of statements per combination of fields."""
    groups: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
    for pk, values in wanted:
        if values:
            groups[tuple(sorted(values))].append(model(pk=pk, **values))
    for names, rows in groups.items():
        model._default_manager.bulk_update(rows, names, batch_size=_BATCH)


def _log(
    action: str,
    model: type[models.Model],
    changed: Iterable[tuple[int, int | None, UnitStep | PersonStep]],
    occasion: Occasion,
) -> None:
    """Write one line of the log per changed row, saying which facts changed but not to what."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=occasion.at,
            actor_id=occasion.actor.pk,
            actor_name=str(occasion.actor),
            action=action,
            object_kind=model._meta.label_lower,
            object_id=str(pk),
            unit_id=unit_id,
            note=", ".join(change.label for change in step.changes),
        )
        for pk, unit_id, step in changed
    )
