"""Makes dossiers expected: one `INSERT … SELECT` for all subjects of a kind below a unit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tusoi.cycles.enums import SUBJECT_CLASS, StageKey, SubjectKind
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries.cycles import rulebook_of
from tusoi.cycles.queries.sql import execute
from tusoi.cycles.queries.subjects import (
    Branch,
    Statement,
    branches_of,
    case_of,
    gathered,
    subjects_of,
)


_NOBODY: Final = -1


@dataclass(frozen=True)
class Selection:
    """Below which unit to look for subjects; for an adjustment, perhaps for one only."""

    below_id: int
    person_id: int | None = None
    collective_id: int | None = None
    # Dossiers exist already: leave out those who have one.
    adds: bool = False
    # At opening: the subjects are gathered, and what the rulebook says of them is known.
    branches: tuple[Branch, ...] | None = None


def expect(cycle: ReviewCycle, kind: SubjectKind, selection: Selection, *, day: dt.date) -> int:
    """Create the missing dossiers of one kind, write down who is excused; return how many."""
    branches: Sequence[Branch] | None = selection.branches
    if branches is not None:
        subjects = gathered(kind)
    else:
        subjects = _selected(subjects_of(kind, root_id=selection.below_id, on=day), selection)
        branches = branches_of(
            kind, subjects, rulebook=rulebook_of(cycle), cycle_ends_on=cycle.period_to
        )
    if not branches:
        return 0
    case = case_of(branches, otherwise=_NOBODY)
    wanted = _not_yet(cycle, kind) if selection.adds else Statement("1 = 1", ())
    source = Statement(
        f"FROM (SELECT t.*, {case.sql} AS branch FROM ({subjects.sql}) t) s WHERE {wanted.sql}",  # noqa: S608 -- ours
        (*case.parameters, *subjects.parameters, *wanted.parameters),
    )
    if any(not one.participation.review for one in branches):
        _excuse(cycle, kind, branches, source)
    return _create(cycle, kind, branches, source, day)


def _selected(subjects: Statement, selection: Selection) -> Statement:
    for column, value in (
        ("person_id", selection.person_id),
        ("collective_id", selection.collective_id),
    ):
        if value is not None:
            return Statement(
                f"SELECT * FROM ({subjects.sql}) one WHERE {column} = %s",  # noqa: S608 -- ours
                (*subjects.parameters, value),
            )
    return subjects


def _not_yet(cycle: ReviewCycle, kind: SubjectKind) -> Statement:
    same = {
        SubjectKind.MEMBER: "o.person_id = s.person_id",
        SubjectKind.LEADER: "o.person_id = s.person_id",
        SubjectKind.COLLECTIVE: "o.collective_id = s.collective_id",
    }.get(kind, "o.unit_id = s.unit_id")
    return Statement(
        f"""NOT EXISTS (
            SELECT 1 FROM cycles_obligation o
            WHERE o.cycle_id = %s AND o.subject_kind = %s AND o.cancelled_on IS NULL AND {same})
        """,  # noqa: S608 -- one of three conditions
        (cycle.pk, kind.value),
    )


def _create(
    cycle: ReviewCycle,
    kind: SubjectKind,
    branches: Sequence[Branch],
    source: Statement,
    day: dt.date,
) -> int:
    codes, code_parameters = _codes(branches)
    return execute(
        f"""
        INSERT INTO cycles_obligation (
            cycle_id, subject_kind, unit_id, person_id, collective_id, name, sort_key,
            form_id, rule_class, block, is_rateable, not_rated_code, due_on, added_on)
        SELECT %s, %s, s.unit_id, s.person_id, s.collective_id, s.name, s.sort_key,
               %s, '', '', s.branch NOT IN ({_indexes(branches, rate=False)}), {codes},
               (SELECT due_on FROM cycles_cyclestage
                WHERE cycle_id = %s AND subject_kind = %s AND key = %s), %s
        {source.sql} AND s.branch NOT IN ({_indexes(branches, review=False)})
        """,  # noqa: S608 -- the statements and numbers put in are ours
        [
            *(cycle.pk, kind.value, rulebook_of(cycle).form_for(SUBJECT_CLASS[kind]).id),
            *code_parameters,
            *(cycle.pk, kind.value, StageKey.SELF_REVIEW.value, day),
            *source.parameters,
        ],
    )


def _excuse(
    cycle: ReviewCycle, kind: SubjectKind, branches: Sequence[Branch], source: Statement
) -> None:
    reasons, parameters = _codes(branches, rate=None)
    execute(
        f"""
        INSERT INTO cycles_excusedsubject (
            cycle_id, subject_kind, unit_id, person_id, name, sort_key, code)
        SELECT %s, %s, s.unit_id, s.person_id, s.name, s.sort_key, {reasons}
        {source.sql} AND s.branch IN ({_indexes(branches, review=False)})
        """,
        [cycle.pk, kind.value, *parameters, *source.parameters],
    )


def _indexes(
    branches: Sequence[Branch], *, review: bool | None = None, rate: bool | None = None
) -> str:
    found = [
        index
        for index, one in enumerate(branches)
        if one.participation.review is review or one.participation.rate is rate
    ]
    return ", ".join(str(index) for index in [_NOBODY, *found])


def _codes(
    branches: Sequence[Branch], *, rate: bool | None = False
) -> tuple[str, tuple[object, ...]]:
    """Return an expression for the rule that applies: to the unrated, or to everybody."""
    named = [
        (index, one.participation.code)
        for index, one in enumerate(branches)
        if one.participation.code and (rate is None or one.participation.rate is rate)
    ]
    if not named:
        return "''", ()
    whens = " ".join(f"WHEN {index} THEN %s" for index, _code in named)
    return f"CASE s.branch {whens} ELSE '' END", tuple(code for _index, code in named)
