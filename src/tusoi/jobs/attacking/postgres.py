"""A PostgreSQL database, looked at by somebody who may only read."""

from collections.abc import Iterator
from typing import Any, Final

from tusoi.jobs.attacking.evidence import Copy, CopyNotReadable, Row, Stream, StreamKind, Table


# Larger tables are looked at only where they name a poll.
_MOST_ROWS: Final = 200_000
_TABLES: Final = """
    SELECT c.relname, c.oid, c.reltuples::bigint FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY c.relname
"""
_COLUMNS: Final = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
# The table itself, and where its long values lie.
_FILES: Final = """
    SELECT pg_relation_filepath(c.oid), pg_relation_filepath(nullif(c.reltoastrelid, 0))
    FROM pg_class c WHERE c.oid = %s
"""


def read_postgres(url: str) -> Copy:
    """Read rows with their hidden columns; and files, where this user may read them."""
    try:
        import psycopg  # noqa: PLC0415 -- an extra: without it there is no PostgreSQL to attack
    except ImportError as missing:
        raise CopyNotReadable("psycopg") from missing
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.read_only = True
            return _copy(connection)
    except psycopg.Error as refused:
        raise CopyNotReadable(str(refused).partition("\n")[0]) from refused


def _copy(connection: Any) -> Copy:
    tables, blind = {}, []
    oids = {}
    for name, oid, rows in connection.execute(_TABLES).fetchall():
        oids[name] = oid
        if rows > _MOST_ROWS:
            blind.append(name)
        else:
            tables[name] = _table(connection, name, oid)
    streams, refused = _files(connection, [oid for name, oid in oids.items() if "ballot" in name])
    return Copy("PostgreSQL", tables, streams, [*blind, *refused])


def _table(connection: Any, name: str, oid: int) -> Table:
    kinds = dict(connection.execute(_COLUMNS, [oid]).fetchall())
    quoted = '"' + name.replace('"', '""') + '"'
    found = connection.execute(f"SELECT ctid::text, xmin::text::bigint, t.* FROM {quoted} t")  # noqa: S608 -- a quoted name
    rows = [
        Row(
            tuple(int(one) for one in row[0].strip("()").split(",")),
            row[1],
            dict(zip(kinds, row[2:], strict=True)),
        )
        for row in found
    ]
    return Table(name, kinds, rows)


def _files(connection: Any, oids: list[int]) -> tuple[list[Stream], list[str]]:
    """Read the pages of the tables and the log of changes, as a thief of the disk would."""
    import psycopg  # noqa: PLC0415 -- as above

    try:
        return [*_pages(connection, oids), _log(connection)], []
    except psycopg.Error:
        # A user who may only read tables cannot; --files and --wal take copies of both.
        return [], ["pg_read_binary_file"]


def _pages(connection: Any, oids: list[int]) -> Iterator[Stream]:
    for oid in oids:
        for path in connection.execute(_FILES, [oid]).fetchone():
            if path is not None:
                content = _read(connection, path)
                yield Stream(f"oid {oid} {path}", StreamKind.PAGES, content)


def _log(connection: Any) -> Stream:
    names = connection.execute("SELECT name FROM pg_ls_waldir() ORDER BY name").fetchall()
    content = b"".join(_read(connection, f"pg_wal/{name}") for (name,) in names)
    return Stream("pg_wal", StreamKind.LOG, content)


def _read(connection: Any, path: str) -> bytes:
    (content,) = connection.execute("SELECT pg_read_binary_file(%s, true)", [path]).fetchone()
    return bytes(content or b"")
