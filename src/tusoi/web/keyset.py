"""Paging by key: the hundredth page costs what the first one does, however long the list."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from tusoi.web.http import whole_number


M = TypeVar("M", bound=Model)
PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class Slice(Generic[M]):
    """A stretch of a list; the ids are those of the rows to go on from, empty at an end."""

    rows: list[M]
    before: str
    after: str


def slice_of(
    queryset: QuerySet[M],
    request: HttpRequest,
    *,
    size: int = PAGE_SIZE,
    id_field: str = "public_id",
) -> Slice[M]:
    """Return the rows that `?after=` or `?before=` (a public id) asks for, in sort_key order.

    Addresses name a row by its id and never by its key, which spells a person's name.
    """
    after, before = request.GET.get("after"), request.GET.get("before")
    anchor = _anchor(queryset, id_field, after or before)
    is_back = anchor is not None and bool(before) and not after
    order = ["-sort_key", "-pk"] if is_back else ["sort_key", "pk"]
    found = queryset.filter(_beyond(anchor, is_back=is_back)) if anchor else queryset
    rows = list(found.order_by(*order)[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_back:
        rows.reverse()
    has_before = has_more if is_back else anchor is not None
    has_after = is_back or has_more
    return Slice(
        rows=rows,
        before=_id(rows[0], id_field) if rows and has_before else "",
        after=_id(rows[-1], id_field) if rows and has_after else "",
    )


def _beyond(anchor: Model, *, is_back: bool) -> Q:
    side = "lt" if is_back else "gt"
    key = getattr(anchor, "sort_key")  # noqa: B009 -- every listed model has one; the type does not say so
    return Q(**{f"sort_key__{side}": key}) | Q(sort_key=key, **{f"pk__{side}": anchor.pk})


def _anchor(queryset: QuerySet[M], id_field: str, wanted: str | None) -> M | None:
    """Find the row to go on from; an address that names none starts at the beginning."""
    if not wanted or (id_field == "pk" and whole_number(wanted) is None):
        return None
    return queryset.filter(**{id_field: wanted}).first()


def _id(row: Model, id_field: str) -> str:
    return str(getattr(row, id_field))
