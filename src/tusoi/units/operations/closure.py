"""Keeping UnitClosure right: always whole sets, never row by row."""

from collections.abc import Collection

from django.db import connection, transaction

from tusoi.units.models import UnitClosure
from tusoi.units.queries import CLOSURE_FROM_PARENTS


_ADD_LEAF = """
INSERT INTO units_unitclosure (ancestor_id, descendant_id, depth)
SELECT ancestor_id, %(unit)s, depth + 1 FROM units_unitclosure WHERE descendant_id = %(parent)s
"""
_GRAFT = """
INSERT INTO units_unitclosure (ancestor_id, descendant_id, depth)
SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1
FROM units_unitclosure above CROSS JOIN units_unitclosure below
WHERE above.descendant_id = %s AND below.ancestor_id IN ({})
"""
_REBUILD = f"""
INSERT INTO units_unitclosure (ancestor_id, descendant_id, depth)
{CLOSURE_FROM_PARENTS}
"""


def add_leaf(unit_id: int, parent_id: int | None) -> None:
    UnitClosure.objects.create(ancestor_id=unit_id, descendant_id=unit_id, depth=0)
    if parent_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(_ADD_LEAF, {"unit": unit_id, "parent": parent_id})


def graft(unit_ids: Collection[int], *, onto: int) -> None:
    """Hang units with all below them under another; none of them may stand above another.

    There is at least one.
    """
    inside = UnitClosure.objects.filter(ancestor__in=unit_ids)
    UnitClosure.objects.filter(descendant__in=inside.values("descendant")).exclude(
        ancestor__in=inside.values("descendant")
    ).delete()
    places = ", ".join(["%s"] * len(unit_ids))
    with connection.cursor() as cursor:
        cursor.execute(_GRAFT.format(places), [onto, *unit_ids])


@transaction.atomic
def rebuild_closure() -> int:
    """Write every pair anew from today's parents; return how many there are.

    For whoever wrote units in bulk: an import, the sample. Asks no permission, changes no fact.
    """
    UnitClosure.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_REBUILD)
        return int(cursor.rowcount)
