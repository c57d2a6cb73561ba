"""A copy of a SQLite file: its rows, its pages, and what lies beside it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from tusoi.jobs.attacking.evidence import Copy, CopyNotReadable, Row, Stream, StreamKind, Table


_HEAD: Final = b"SQLite format 3\x00"
BESIDE: Final = ("-wal", "-journal")


def read_sqlite(path: Path) -> Copy:
    """Read a copy without touching it: SQLite would tidy up what lies beside it."""
    try:
        content = path.read_bytes()
    except OSError as refused:
        raise CopyNotReadable(str(refused.strerror)) from refused
    if not content.startswith(_HEAD):
        raise CopyNotReadable(path.name)
    streams = [Stream(path.name, StreamKind.PAGES, content)]
    with tempfile.TemporaryDirectory(prefix="tusoi-attack-") as folder:
        opened = Path(folder) / "copy.sqlite3"
        shutil.copyfile(path, opened)
        for ending in BESIDE:
            beside = path.with_name(path.name + ending)
            if beside.exists():
                shutil.copyfile(beside, opened.with_name(opened.name + ending))
                content = beside.read_bytes()
                streams.append(Stream(beside.name, StreamKind.LOG, content, is_own=True))
        try:
            with closing(sqlite3.connect(opened)) as connection:
                tables = {table.name: table for table in _tables(connection)}
        except sqlite3.DatabaseError as broken:
            raise CopyNotReadable(str(broken)) from broken
    return Copy(path.name, tables, streams)


def _tables(connection: sqlite3.Connection) -> Iterator[Table]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in found:
        quoted = '"' + name.replace('"', '""') + '"'
        kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({quoted})")}
        rows = connection.execute(f"SELECT rowid, * FROM {quoted}")  # noqa: S608 -- a quoted name
        yield Table(
            name,
            kinds,
            [Row((row[0],), None, dict(zip(kinds, row[1:], strict=True))) for row in rows],
        )
