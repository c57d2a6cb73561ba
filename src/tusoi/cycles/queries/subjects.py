"""Who has to be reviewed on a day: the statements behind both the preview and the opening.

Each `SELECT` yields the same columns (COLUMNS) for one kind of subject, so that opening is one
`INSERT … SELECT` per kind, however many people there are. What the rulebook says of a subject
depends on a few facts only (exempt, suspended, since when); the rulebook is asked once per
combination that occurs, and its answers go into the statement as a CASE.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from tusoi.cycles.enums import ORGANIZATION_KINDS, SUBJECT_CLASS, SubjectKind
from tusoi.cycles.queries.sql import as_day, fetch, marks
from tusoi.people.enums import StandingKind
from tusoi.rulebooks.rulebook import Participation, ParticipationFacts, Rulebook
from tusoi.rulebooks.schema import ConditionSpec
from tusoi.units.enums import CELL_KINDS, GRASSROOTS_KINDS, MembershipKind, UnitKind


# Which kind of subject an organisation is, by its place in the system.
UNIT_SUBJECTS: Final[dict[SubjectKind, tuple[UnitKind, ...]]] = {
    SubjectKind.SUPERIOR_ORGANIZATION: (
        UnitKind.CENTRAL,
        UnitKind.PROVINCE,
        UnitKind.DISTRICT,
        UnitKind.SUPERIOR,
    ),
    SubjectKind.GRASSROOTS_ORGANIZATION: tuple(sorted(GRASSROOTS_KINDS)),
    SubjectKind.SECTION: (UnitKind.SECTION,),
    SubjectKind.CELL: (UnitKind.CELL,),
}
# Where opening gathers the subjects of every kind, so that they are read from the tree once.
GATHERED: Final = "cycles_gathered"
COLUMNS: Final = (
    "unit_id, person_id, collective_id, name, sort_key, since, exempt, suspended, "
    "suspended_committee"
)


@dataclass(frozen=True)
class Statement:
    """A SELECT of subjects with its parameters."""

    sql: str
    parameters: tuple[object, ...]


@dataclass(frozen=True)
class Branch:
    """What the rulebook says of all subjects with these standings, known since these days."""

    exempt: int
    suspended: int
    suspended_committee: int
    first: dt.date | None
    last: dt.date | None
    count: int
    participation: Participation


def subjects_of(kind: SubjectKind, *, root_id: int, on: dt.date) -> Statement:
    """Return the statement that finds everybody or everything of a kind below a unit."""
    if kind in ORGANIZATION_KINDS:
        return _organizations(kind, root_id, on)
    if kind is SubjectKind.MEMBER:
        return _members(root_id, on)
    if kind is SubjectKind.COLLECTIVE:
        return _collectives(root_id, on)
    return _leaders(root_id, on)


def all_subjects(*, root_id: int, on: dt.date) -> Statement:
    """Return the statement that finds the subjects of every kind, with their `kind`."""
    parts = {kind: subjects_of(kind, root_id=root_id, on=on) for kind in SubjectKind}
    return Statement(
        " UNION ALL ".join(
            f"SELECT CAST(%s AS varchar(24)) AS kind, {COLUMNS} FROM ({one.sql}) s"  # noqa: S608 -- ours
            for one in parts.values()
        ),
        tuple(value for kind, one in parts.items() for value in (kind.value, *one.parameters)),
    )


def gathered(kind: SubjectKind) -> Statement:
    """Return the statement that reads those of a kind that opening has gathered."""
    return Statement(f"SELECT {COLUMNS} FROM {GATHERED} WHERE kind = %s", (kind.value,))  # noqa: S608 -- ours


def _organizations(kind: SubjectKind, root_id: int, on: dt.date) -> Statement:
    kinds = UNIT_SUBJECTS[kind]
    return Statement(
        f"""
        SELECT u.id AS unit_id, CAST(NULL AS bigint) AS person_id,
               CAST(NULL AS bigint) AS collective_id, u.name, u.sort_key,
               u.established_on AS since, 0 AS exempt, 0 AS suspended, 0 AS suspended_committee
        FROM units_unitclosure c JOIN units_unit u ON u.id = c.descendant_id
        WHERE c.ancestor_id = %s AND u.kind IN ({marks(kinds)})
          AND u.established_on <= %s AND (u.closed_on IS NULL OR u.closed_on > %s)
        """,  # noqa: S608 -- only placeholders are put in
        (root_id, *kinds, on, on),
    )


_STANDING: Final = """
    CASE WHEN EXISTS (
        SELECT 1 FROM people_memberstanding s
        WHERE s.member_id = m.id AND s.kind = %s
          AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to >= %s)
    ) THEN 1 ELSE 0 END"""
_STANDINGS: Final = (
    StandingKind.EXEMPT.value,
    StandingKind.SUSPENDED.value,
    StandingKind.COMMITTEE_SUSPENDED.value,
)


def _standing_parameters(on: dt.date) -> tuple[object, ...]:
    return tuple(value for kind in _STANDINGS for value in (kind, on, on))


def _members(root_id: int, on: dt.date) -> Statement:
    """Official members, each in their cell; somebody entered in two cells counts in one."""
    kinds = tuple(sorted(CELL_KINDS))
    return Statement(
        f"""
        SELECT MIN(ms.unit_id) AS unit_id, m.person_id, CAST(NULL AS bigint) AS collective_id,
               p.full_name AS name, p.sort_key, m.admitted_on AS since,
               {_STANDING} AS exempt, {_STANDING} AS suspended, {_STANDING} AS suspended_committee
        FROM units_unitclosure c
        JOIN units_unit u ON u.id = c.descendant_id
        JOIN units_membership ms ON ms.unit_id = u.id
        JOIN people_partymember m ON m.id = ms.member_id
        JOIN people_person p ON p.id = m.person_id
        WHERE c.ancestor_id = %s AND u.kind IN ({marks(kinds)})
          AND u.established_on <= %s AND (u.closed_on IS NULL OR u.closed_on > %s)
          AND ms.kind = %s AND ms.valid_from <= %s
          AND (ms.valid_to IS NULL OR ms.valid_to > %s)
          AND m.admitted_on <= %s AND (m.left_on IS NULL OR m.left_on > %s)
        GROUP BY m.id, p.id
        """,  # noqa: S608 -- only placeholders are put in
        (
            *_standing_parameters(on),
            root_id,
            *kinds,
            *(on, on),
            MembershipKind.OFFICIAL.value,
            *(on, on, on, on),
        ),
    )


def _collectives(root_id: int, on: dt.date) -> Statement:
    return Statement(
        """
        SELECT k.unit_id, CAST(NULL AS bigint) AS person_id, k.id AS collective_id, k.name,
               k.sort_key, k.established_on AS since, 0 AS exempt, 0 AS suspended,
               0 AS suspended_committee
        FROM units_unitclosure c
        JOIN units_unit u ON u.id = c.descendant_id
        JOIN units_leadershipcollective k ON k.unit_id = u.id
        WHERE c.ancestor_id = %s
          AND u.established_on <= %s AND (u.closed_on IS NULL OR u.closed_on > %s)
          AND k.established_on <= %s AND (k.closed_on IS NULL OR k.closed_on > %s)
        """,
        (root_id, on, on, on, on),
    )


def _leaders(root_id: int, on: dt.date) -> Statement:
    """Seat holders; who sits in several collectives is reviewed in the highest of them."""
    return Statement(
        f"""
        SELECT unit_id, person_id, collective_id, name, sort_key, since, exempt, suspended,
               suspended_committee
        FROM (
            SELECT k.unit_id, po.person_id, k.id AS collective_id, p.full_name AS name,
                   p.sort_key, m.admitted_on AS since,
                   {_STANDING} AS exempt, {_STANDING} AS suspended,
                   {_STANDING} AS suspended_committee,
                   ROW_NUMBER() OVER (PARTITION BY po.person_id ORDER BY c.depth, k.id, po.id)
                       AS place
            FROM units_unitclosure c
            JOIN units_unit u ON u.id = c.descendant_id
            JOIN units_leadershipcollective k ON k.unit_id = u.id
            JOIN units_post po ON po.collective_id = k.id
            JOIN people_person p ON p.id = po.person_id
            LEFT JOIN people_partymember m ON m.person_id = p.id
            WHERE c.ancestor_id = %s
              AND u.established_on <= %s AND (u.closed_on IS NULL OR u.closed_on > %s)
              AND k.established_on <= %s AND (k.closed_on IS NULL OR k.closed_on > %s)
              AND po.valid_from <= %s AND (po.valid_to IS NULL OR po.valid_to > %s)
        ) seats WHERE place = 1
        """,  # noqa: S608 -- only placeholders are put in
        (*_standing_parameters(on), root_id, on, on, on, on, on, on),
    )


def branches_of(
    kind: SubjectKind, statement: Statement, *, rulebook: Rulebook, cycle_ends_on: dt.date
) -> list[Branch]:
    """Ask the rulebook about every combination of facts that occurs; neighbours are merged."""
    # Rules read whole months, which depend on the month and on whether its day has come: nobody
    # within such a part of a month is told from the others.
    rows = fetch(
        f"""
        SELECT exempt, suspended, suspended_committee, MIN(since), MAX(since), COUNT(*)
        FROM (SELECT s.*, CAST(since AS varchar(10)) AS written FROM ({statement.sql}) s) s
        GROUP BY exempt, suspended, suspended_committee, SUBSTR(written, 1, 7),
                 CASE WHEN SUBSTR(written, 9, 2) > %s THEN 1 ELSE 0 END
        ORDER BY exempt, suspended, suspended_committee, MIN(since)
        """,  # noqa: S608 -- the statement is ours
        (*statement.parameters, f"{cycle_ends_on.day:02}"),
    )
    answers = _Answers(rulebook)
    asked = []
    for *standing, first, last, count in rows:
        given = _facts(kind, standing, as_day(first), cycle_ends_on)
        asked.append((*standing, as_day(first), as_day(last), count, answers.about(given)))
    return list(_merged(asked))


class _Answers:
    """What the rulebook said so far: asked once for all facts that no rule can tell apart."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        conditions = [rule.if_ for rule in rulebook.participation]
        self.bounds = sorted({bound for one in conditions for bound in _bounds(one)})
        self.known: dict[frozenset[object], Participation] = {}

    def about(self, given: ParticipationFacts) -> Participation:
        facts = given.as_facts().values
        alike = frozenset((name, self._place(value)) for name, value in facts.items())
        if alike not in self.known:
            self.known[alike] = self.rulebook.participation_for(given)
        return self.known[alike]

    def _place(self, value: object) -> object:
        """Return where a number lies between those that rules compare with."""
        if isinstance(value, int) and not isinstance(value, bool):
            return bisect_left(self.bounds, value), bisect_right(self.bounds, value)
        return value


def _bounds(condition: ConditionSpec) -> Iterator[int]:
    """Find every number that a condition compares a fact with."""
    for bound in condition.bounds.values():
        if isinstance(bound, int) and not isinstance(bound, bool):
            yield bound
    parts = [*(condition.all_ or ()), *(condition.any_ or ())]
    parts += [condition.not_] if condition.not_ else []
    parts += condition.at_least_of.of if condition.at_least_of else ()
    for part in parts:
        yield from _bounds(part)


def _facts(
    kind: SubjectKind, standing: Sequence[int], since: dt.date | None, cycle_ends_on: dt.date
) -> ParticipationFacts:
    exempt, suspended, suspended_committee = map(bool, standing)
    organized = kind in ORGANIZATION_KINDS or kind is SubjectKind.COLLECTIVE
    return ParticipationFacts(
        cycle_ends_on=cycle_ends_on,
        subject_class=SUBJECT_CLASS[kind],
        exempt=exempt,
        suspended=suspended,
        suspended_from_committee=suspended_committee,
        admitted_on=None if organized else since,
        established_on=since if organized else None,
    )


def _merged(asked: Iterable[tuple[Any, ...]]) -> Iterable[Branch]:
    def key(row: tuple[Any, ...]) -> tuple[Any, ...]:
        said = row[6]
        return (*row[:3], row[3] is None, said.review, said.rate, said.code)

    for _key, group in groupby(asked, key=key):
        rows = list(group)
        exempt, suspended, suspended_committee = rows[0][:3]
        yield Branch(
            exempt,
            suspended,
            suspended_committee,
            first=rows[0][3],
            last=rows[-1][4],
            count=sum(row[5] for row in rows),
            participation=rows[0][6],
        )


def case_of(branches: Sequence[Branch], *, otherwise: int) -> Statement:
    """Return a CASE that gives the index of the branch of a subject."""
    whens: list[str] = []
    parameters: list[object] = []
    for index, branch in enumerate(branches):
        since = "since IS NULL" if branch.first is None else "since BETWEEN %s AND %s"
        whens.append(
            f"WHEN exempt = {int(branch.exempt)} AND suspended = {int(branch.suspended)} AND "
            f"suspended_committee = {int(branch.suspended_committee)} AND {since} THEN {index}"
        )
        if branch.first is not None:
            parameters += [branch.first, branch.last]
    if not whens:
        return Statement(str(otherwise), ())
    return Statement(f"CASE {' '.join(whens)} ELSE {otherwise} END", tuple(parameters))
