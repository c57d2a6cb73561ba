"""Reads about the tree, its past, and who belongs where."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from tusoi.core.text import accented_key, nfc, search_key
from tusoi.people.models import Person
from tusoi.units.enums import UnitChangeKind, UnitKind
from tusoi.units.models import (
    LeadershipCollective,
    Membership,
    Post,
    Unit,
    UnitClosure,
)


# How many names a preview lists of each sort; counts are always complete.
PREVIEW_LINES: Final = 100


def in_force(day: dt.date, *, prefix: str = "") -> Q:
    """Return the condition "holds on that day" for rows with valid_from and valid_to."""
    start, end = f"{prefix}valid_from__lte", f"{prefix}valid_to"
    return Q(**{start: day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day}))


def existing_on(day: dt.date) -> Q:
    """Return the condition "was founded and not yet closed" for units and collectives."""
    return Q(established_on__lte=day) & (Q(closed_on__isnull=True) | Q(closed_on__gt=day))


# -- the tree ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TreeNode:
    """A place in the tree of one day, under the name it bore then."""

    unit_id: int
    public_id: str
    parent_id: int | None
    depth: int
    code: str
    name: str
    kind: str
    has_children: bool

    @property
    def kind_label(self) -> str:
        return str(UnitKind(self.kind).label)


_NAME_THEN = """
    COALESCE((SELECT n.name FROM units_unitname n
              WHERE n.unit_id = u.id AND n.valid_from <= %(day)s
                AND (n.valid_to IS NULL OR n.valid_to > %(day)s)
              ORDER BY n.valid_from DESC LIMIT 1), u.name)
"""
_HAS_CHILDREN_THEN = """
    EXISTS (SELECT 1 FROM units_unitparentage c
            WHERE c.parent_id = u.id AND c.valid_from <= %(day)s
              AND (c.valid_to IS NULL OR c.valid_to > %(day)s))
"""
_TREE_THEN = f"""
WITH RECURSIVE tree(unit_id, parent_id, depth) AS (
    SELECT id, CAST(NULL AS bigint), 0 FROM units_unit
    WHERE id = %(root)s AND established_on <= %(day)s
      AND (closed_on IS NULL OR closed_on > %(day)s)
    UNION ALL
    SELECT p.unit_id, p.parent_id, t.depth + 1
    FROM tree t
    JOIN units_unitparentage p ON p.parent_id = t.unit_id
    WHERE p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
      AND t.depth < %(max_depth)s
)
SELECT u.id, u.public_id, t.parent_id, t.depth, u.code, {_NAME_THEN}, u.kind, {_HAS_CHILDREN_THEN}
FROM tree t JOIN units_unit u ON u.id = t.unit_id
ORDER BY t.depth, u.sort_key, u.id
"""  # noqa: S608 -- assembled from the constants above
_PATH_THEN = f"""
WITH RECURSIVE path(unit_id, parent_id, height) AS (
    SELECT CAST(%(unit)s AS bigint), p.parent_id, 0
    FROM (SELECT 1 AS one) start
    LEFT JOIN units_unitparentage p ON p.unit_id = %(unit)s AND p.valid_from <= %(day)s
        AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
    UNION ALL
    SELECT h.parent_id, p.parent_id, h.height + 1
    FROM path h
    LEFT JOIN units_unitparentage p ON p.unit_id = h.parent_id AND p.valid_from <= %(day)s
        AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
    WHERE h.parent_id IS NOT NULL AND h.height < 50
)
SELECT u.id, u.public_id, h.parent_id, h.height, u.code, {_NAME_THEN}, u.kind, {_HAS_CHILDREN_THEN}
FROM path h JOIN units_unit u ON u.id = h.unit_id
ORDER BY h.height DESC
"""  # noqa: S608 -- assembled from the constants above
# Deeper than any organisation; a bound for what a damaged table could do to a page.
_DEEPEST: Final = 50


def _nodes(sql: str, values: dict[str, int | str]) -> list[TreeNode]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [TreeNode(*row) for row in cursor.fetchall()]


def tree_as_of(day: dt.date, root: Unit, *, max_depth: int = _DEEPEST) -> list[TreeNode]:
    """Return the organisation and all below it as they stood on that day, level by level."""
    values: dict[str, int | str] = {
        "day": day.isoformat(),
        "root": root.pk,
        "max_depth": max_depth,
    }
    return _nodes(_TREE_THEN, values)


def path_of(unit: Unit, *, on: dt.date) -> list[TreeNode]:
    """Return the organisations above a unit on a day, topmost first, ending with the unit."""
    return _nodes(_PATH_THEN, {"day": on.isoformat(), "unit": unit.pk})


def ancestors_of(unit_ids: Collection[int]) -> set[int]:
    """Return the ids of the units and of all that stand above them today."""
    rows = UnitClosure.objects.filter(descendant__in=unit_ids)
    return set(rows.values_list("ancestor_id", flat=True))


def children_of(unit: Unit, *, on: dt.date) -> list[TreeNode]:
    """Return the organisations directly below on a day, in the order of a list."""
    return [node for node in tree_as_of(on, unit, max_depth=1) if node.depth == 1]


def subtree_of(unit_ids: Collection[int]) -> QuerySet[Unit]:
    """Return the units and everything below them today, closed ones included."""
    below = UnitClosure.objects.filter(ancestor__in=unit_ids)
    return Unit.objects.filter(pk__in=below.values("descendant"))


_WALK = """
WITH RECURSIVE walk(ancestor_id, descendant_id, depth) AS (
    SELECT id, id, 0 FROM units_unit
    UNION ALL
    SELECT u.parent_id, w.descendant_id, w.depth + 1
    FROM walk w JOIN units_unit u ON u.id = w.ancestor_id
    WHERE u.parent_id IS NOT NULL AND w.depth < 50
)
SELECT ancestor_id, descendant_id, depth FROM walk
"""
CLOSURE_FROM_PARENTS: Final = _WALK
_STORED = "SELECT ancestor_id, descendant_id, depth FROM units_unitclosure"


@dataclass(frozen=True)
class ClosureDifference:
    is_missing: bool
    ancestor_id: int
    descendant_id: int
    depth: int


def check_closure() -> list[ClosureDifference]:
    """Compare the stored pairs with the parents; an empty list means they agree."""
    sides = (
        (True, f"SELECT * FROM ({_WALK}) a EXCEPT {_STORED}"),  # noqa: S608 -- constants
        (False, f"{_STORED} EXCEPT SELECT * FROM ({_WALK}) a"),  # noqa: S608 -- constants
    )
    found: list[ClosureDifference] = []
    with connection.cursor() as cursor:
        for is_missing, sql in sides:
            cursor.execute(sql)
            found += [ClosureDifference(is_missing, *row) for row in cursor.fetchall()]
    return found


# An interval of validity is narrowed at every step up, so only days on which the whole chain
# held at once count; MIN and MAX of two values are spelled differently by the two databases.
_EVER_ABOVE = """
WITH RECURSIVE climb(unit_id, from_day, to_day) AS (
    SELECT CAST(%(start)s AS bigint), CAST(%(day)s AS text), CAST('9999-12-31' AS text)
    UNION
    SELECT p.parent_id,
           CASE WHEN CAST(p.valid_from AS text) > c.from_day
                THEN CAST(p.valid_from AS text) ELSE c.from_day END,
           CASE WHEN p.valid_to IS NOT NULL AND CAST(p.valid_to AS text) < c.to_day
                THEN CAST(p.valid_to AS text) ELSE c.to_day END
    FROM climb c JOIN units_unitparentage p ON p.unit_id = c.unit_id
    WHERE CAST(p.valid_from AS text) < c.to_day
      AND (p.valid_to IS NULL OR CAST(p.valid_to AS text) > c.from_day)
)
SELECT 1 FROM climb WHERE unit_id = %(wanted)s AND from_day < to_day LIMIT 1
"""


def stands_above(upper_id: int, lower_id: int, *, since: dt.date) -> bool:
    """Say whether one unit was, on any day since then, the other or above it."""
    values: dict[str, int | str] = {
        "start": lower_id,
        "day": since.isoformat(),
        "wanted": upper_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVER_ABOVE, values)
        return cursor.fetchone() is not None


# -- search --------------------------------------------------------------------------------------


def name_matches(query: str) -> Q:
    """Return the condition that every word of a query occurs in the name, or that it is the code.

    Words typed without accents find every spelling; a word typed with accents finds its own.
    """
    words = Q()
    for word in nfc(query).split():
        plain, accented = search_key(word), accented_key(word)
        words &= Q(search_key__contains=plain)
        if accented != plain:
            # Rows written before the accented key was kept are found by the plain one.
            words &= Q(accented_key__contains=accented) | Q(accented_key="")
    return words | Q(code__iexact=nfc(query).strip())


def units_for_search(query: str, scope: QuerySet[Unit]) -> QuerySet[Unit]:
    """Narrow a scope to the units whose name or code a person typed, in the order of a list."""
    found = scope.filter(name_matches(query)) if search_key(query) else scope
    return found.order_by("sort_key", "pk")


# -- people in units -----------------------------------------------------------------------------


def memberships_of(unit: Unit, *, on: dt.date) -> QuerySet[Membership]:
    """Return who belonged to a cell on a day, officially or for a time, by given name."""
    return (
        Membership.objects.filter(in_force(on), unit=unit)
        .select_related("member__person")
        .order_by("member__person__sort_key", "pk")
    )


def posts_of(unit: Unit, *, on: dt.date) -> QuerySet[Post]:
    """Return the posts held in a unit's own committee on a day."""
    return (
        Post.objects.filter(in_force(on), unit=unit, collective__isnull=True)
        .select_related("person")
        .order_by("person__sort_key", "pk")
    )


def home_unit_ids(person: Person) -> list[int]:
    """Return the units that answer for a person: where they belong or hold a post.

    Of someone who belongs nowhere any more, the last cell still answers.
    """
    cells = Membership.objects.filter(member__person=person)
    current = [
        *cells.filter(valid_to__isnull=True).values_list("unit_id", flat=True),
        *Post.objects.filter(person=person, valid_to__isnull=True).values_list(
            "unit_id", flat=True
        ),
    ]
    return current or list(cells.order_by("-valid_to").values_list("unit_id", flat=True)[:1])


def people_in(units: QuerySet[Unit]) -> QuerySet[Person]:
    """Return the people who belong to one of the units, or hold a post in one, or last did.

    Someone who moved on is seen where they are now, and no longer where they were.
    """
    cells = Membership.objects.filter(member__person=OuterRef("pk"))
    posts = Post.objects.filter(person=OuterRef("pk"), valid_to__isnull=True)
    moved_on = cells.filter(valid_to__isnull=True)
    here = Exists(moved_on.filter(unit__in=units)) | Exists(posts.filter(unit__in=units))
    last = Exists(cells.filter(unit__in=units)) & ~Exists(moved_on)
    return Person.objects.filter(here | last)


# -- what a reorganisation would touch -----------------------------------------------------------


@dataclass(frozen=True)
class ChangePreview:
    """Who and what a change would touch; the page adds rights and open reviews beside it."""

    kind: UnitChangeKind
    effective_on: dt.date
    unit_count: int
    units: Sequence[Unit]
    member_count: int
    members: Sequence[Membership]
    post_count: int
    posts: Sequence[Post]
    collective_count: int
    collectives: Sequence[LeadershipCollective]


def preview_change(
    kind: UnitChangeKind, unit_ids: Collection[int], *, effective_on: dt.date
) -> ChangePreview:
    """Count and name what stands below the units today and would go with them."""
    units = subtree_of(unit_ids).filter(closed_on__isnull=True)
    members = Membership.objects.filter(unit__in=units, valid_to__isnull=True)
    posts = Post.objects.filter(unit__in=units, valid_to__isnull=True)
    bodies = LeadershipCollective.objects.filter(unit__in=units, closed_on__isnull=True)
    return ChangePreview(
        kind=kind,
        effective_on=effective_on,
        unit_count=units.count(),
        units=tuple(units.order_by("sort_key", "pk")[:PREVIEW_LINES]),
        member_count=members.count(),
        members=tuple(
            members.select_related("member__person", "unit").order_by(
                "member__person__sort_key", "pk"
            )[:PREVIEW_LINES]
        ),
        post_count=posts.count(),
        posts=tuple(
            posts.select_related("person", "unit").order_by("person__sort_key", "pk")[
                :PREVIEW_LINES
            ]
        ),
        collective_count=bodies.count(),
        collectives=tuple(bodies.order_by("sort_key", "pk")[:PREVIEW_LINES]),
    )
