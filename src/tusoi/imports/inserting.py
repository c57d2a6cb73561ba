"""Insert thousands of rows at the price of a few statements.

`bulk_create` builds, checks and copies an object per row, which is most of the time an import
takes; rows that come out of a checked plan need none of it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Field


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows given by attribute name ("unit_id"); what a row leaves out takes its default."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    # Looked up once: it stands behind a variable of the thread.
    ops = connection.ops
    table = [_values(ops, fields, row) for row in rows]
    if not table:
        return
    quote = ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608 -- names of the model's own columns
            table,
        )


def _values(
    ops: BaseDatabaseOperations, fields: Sequence["Field[Any, Any]"], row: Mapping[str, Any]
) -> list[Any]:
    return [
        _stored(ops, row[field.attname] if field.attname in row else field.get_default())
        for field in fields
    ]


def _stored(ops: BaseDatabaseOperations, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return ops.adapt_datefield_value(value)
    return value
