"""Scenes that many tests begin with are made once for each worker; after that, put back.

A factory marked with `@remembered` runs by the operations themselves the first time. What it
wrote is kept as rows, what it returned as a pickle; the same call in the same state puts both
back, which takes milliseconds. The state is the chain of remembered calls since the test began:
anything else that a test writes ends the chain, and factories run as they are from there on. So
they do in tests that patch code or whose writes are committed.
"""

import functools
import hashlib
import pickle
import re
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import connection, connections


# What leaves the tables as they are, or passes by within a call: a temporary table.
_READS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|EXPLAIN|PRAGMA|SHOW|SET CONSTRAINTS"
    r"|CREATE TEMPORARY TABLE|DROP TABLE)\b",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE
)
# How many values one statement may carry, on every database here.
_MOST = 900
_UNKNOWN = None
_BASE = "base"


@dataclass(frozen=True)
class _Table:
    name: str
    pk: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    """What a call changed: rows that went, rows that came; its arguments and result, after it."""

    gone: dict[_Table, list]
    come: dict[_Table, list]
    after: bytes


@dataclass
class _Memory:
    steps: dict[str, _Step] = field(default_factory=dict)
    # Every row of every table, by state and table: those that did not change are shared.
    contents: dict[str, dict[_Table, dict]] = field(default_factory=dict)
    state: str | None = _UNKNOWN
    # Tables that calls under way have written to; one set for each of the calls.
    touched: list[set[str]] = field(default_factory=list)

    def watch(self, execute, sql, params, many, context):
        if not _READS.match(sql):
            written = _WRITES.match(sql)
            self.state = _UNKNOWN
            for one in self.touched:
                # A statement of another kind: nobody knows what it changed.
                one.add(written[1] if written else "")
        return execute(sql, params, many, context)


_memory = _Memory()
_active = []


@contextmanager
def remembering():
    """Remember and put back, in a test that begins with the tables as they were made."""
    _memory.state, _memory.touched = _BASE, []
    _active.append(connections["default"])
    try:
        with connection.execute_wrapper(_memory.watch):
            yield
    finally:
        _active.clear()
        _memory.state = _UNKNOWN


def forget() -> None:
    """Have every factory run as it is until this test ends."""
    _active.clear()


def remembered(make):
    """Let a factory's call be put back instead of made again."""

    @functools.wraps(make)
    def call(*args, **kwargs):
        key = _key(make, args, kwargs)
        if key is None:
            return make(*args, **kwargs)
        if key in _memory.steps:
            return _put_back(key, args, kwargs)
        return _make(key, make, args, kwargs)

    return call


def _key(make, args, kwargs):
    if _memory.state is _UNKNOWN or _active != [connections["default"]]:
        return None
    overridden = {
        name: value
        for holder in _holders()
        for name, value in vars(holder).items()
        if name.isupper() and name != "MIGRATION_MODULES"
    }
    try:
        asked = pickle.dumps((args, kwargs, overridden))
        # What was pickled once refers to equal strings in its own way, and keeps to that.
        asked = pickle.dumps(pickle.loads(asked))  # noqa: S301 -- made above
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    said = f"{_memory.state} {make.__module__}.{make.__qualname__} ".encode() + asked
    return hashlib.sha256(said).hexdigest()


def _holders() -> Iterable[object]:
    """Return what overrides settings; the settings themselves are the same for all tests."""
    holder = settings._wrapped
    while hasattr(holder, "default_settings"):
        yield holder
        holder = holder.default_settings


def _make(key, make, args, kwargs):
    before = _contents()
    _memory.touched.append(set())
    try:
        result = make(*args, **kwargs)
    finally:
        touched = _memory.touched.pop()
    if "" in touched:
        return result
    try:
        after = pickle.dumps((args, kwargs, result))
    except (pickle.PicklingError, AttributeError, TypeError):
        return result
    now = {one: _shared(_rows(one), before[one]) for one in before if one.name in touched}
    gone = {one: [pk for pk, row in before[one].items() if now[one].get(pk) != row] for one in now}
    come = {
        one: [row for pk, row in rows.items() if before[one].get(pk) != row]
        for one, rows in now.items()
    }
    _memory.steps[key] = _Step(gone, come, after)
    _memory.contents[key] = {**before, **now}
    _memory.state = key
    return result


def _put_back(key, args, kwargs):
    step = _memory.steps[key]
    with connection.cursor() as cursor:
        for table, keys in step.gone.items():
            _delete(cursor, table, keys)
        for table, rows in step.come.items():
            _insert(cursor, table, rows)
    _memory.state = key
    made_args, made_kwargs, result = pickle.loads(step.after)  # noqa: S301 -- made above
    for given, made in (
        *zip(args, made_args, strict=True),
        *((kwargs[name], made_kwargs[name]) for name in kwargs),
    ):
        if hasattr(given, "__dict__") and not isinstance(given, type):
            vars(given).update(vars(made))
    return result


# -- rows as the database writes them ------------------------------------------------------------


def _contents():
    if _memory.state not in _memory.contents:
        _memory.contents[_memory.state] = {one: _rows(one) for one in _tables()}
    return _memory.contents[_memory.state]


@functools.cache
def _tables() -> tuple[_Table, ...]:
    return tuple(
        _Table(
            model._meta.db_table,
            model._meta.pk.column,
            tuple(one.column for one in model._meta.local_concrete_fields if not one.generated),
        )
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )


def _rows(table):
    """Return the rows by key, each value in the form in which the database keeps it."""
    # PostgreSQL says what it would take back; a plus keeps the driver of SQLite from converting.
    form = '"{}"::text' if connection.vendor == "postgresql" else '+"{}"'
    columns = ", ".join(form.format(one) for one in table.columns)
    place = table.columns.index(table.pk)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 -- our names
        return {row[place]: row for row in cursor.fetchall()}


def _shared(rows, before):
    """Keep rows that did not change once for all states; some are large."""
    return {pk: before[pk] if before.get(pk) == row else row for pk, row in rows.items()}


def _delete(cursor, table, keys):
    for first in range(0, len(keys), _MOST):
        some = keys[first : first + _MOST]
        marks = ", ".join(["%s"] * len(some))
        column = f'"{table.pk}"::text' if connection.vendor == "postgresql" else f'"{table.pk}"'
        cursor.execute(f'DELETE FROM "{table.name}" WHERE {column} IN ({marks})', some)  # noqa: S608 -- our names


def _insert(cursor, table, rows):
    if not rows:
        return
    columns = ", ".join(f'"{one}"' for one in table.columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        # The wrapper does not see a copy.
        for one in _memory.touched:
            one.add(table.name)
        return
    marks = ", ".join(["%s"] * len(table.columns))
    cursor.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 -- our names
