import datetime as dt
import itertools

from tests.remembering import remembered
from tusoi.core.text import text_sort_key
from tusoi.units.enums import MembershipKind, UnitKind
from tusoi.units.models import (
    LeadershipCollective,
    Membership,
    Post,
    Unit,
    UnitClosure,
    UnitName,
    UnitParentage,
)


START = dt.date(2015, 1, 1)
_numbers = itertools.count(1)


@remembered
def unit(name="Chi bộ mẫu", kind=UnitKind.CELL, parent=None, **fields):
    """Make a unit with its name, parentage and closure rows, as founding it would."""
    made = Unit.objects.create(
        code=fields.pop("code", f"TCD{next(_numbers):05}"),
        name=name,
        kind=kind,
        parent=parent,
        **Unit.keys_of(name),
        established_on=fields.pop("established_on", START),
        **fields,
    )
    UnitName.objects.create(unit=made, name=name, valid_from=made.established_on)
    UnitClosure.objects.create(ancestor=made, descendant=made, depth=0)
    if parent is not None:
        UnitParentage.objects.create(unit=made, parent=parent, valid_from=made.established_on)
        UnitClosure.objects.bulk_create(
            UnitClosure(ancestor_id=row.ancestor_id, descendant=made, depth=row.depth + 1)
            for row in UnitClosure.objects.filter(descendant=parent)
        )
    return made


@remembered
def membership(member, unit, kind=MembershipKind.OFFICIAL, valid_from=START, valid_to=None):
    return Membership.objects.create(
        member=member, unit=unit, kind=kind, valid_from=valid_from, valid_to=valid_to
    )


@remembered
def collective(unit, name="Ban Thường vụ", **fields):
    return LeadershipCollective.objects.create(
        unit=unit,
        name=name,
        code=f"TT{next(_numbers):05}",
        sort_key=text_sort_key(name),
        established_on=fields.pop("established_on", START),
        **fields,
    )


@remembered
def post(person, unit, position, *, collective=None, valid_from=START, valid_to=None):
    return Post.objects.create(
        person=person,
        unit=unit,
        position=position,
        collective=collective,
        valid_from=valid_from,
        valid_to=valid_to,
    )
