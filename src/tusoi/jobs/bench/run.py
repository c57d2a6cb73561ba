"""The whole run: prepares databases in a folder of its own, measures, and tears down."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tusoi.jobs.bench.measure import Measure
from tusoi.jobs.bench.serving import Visitor, server, worker_memory
from tusoi.sample.blueprint import DISTRICT_MEMBER_COUNT


_SMALL: Final = 500
_P95_BAR, _STATEMENT_BAR, _SHARE_BAR, _MEMORY_BAR = 300, 30, 0.15, 200
Step = Callable[[str, int, int], None]


def run(progress: Step, *, postgres: str = "") -> list[Measure]:
    """Measure every bar; takes a few minutes and leaves nothing behind.

    Ballots are measured in the empty database at the address `postgres`, where there is one.
    """
    folder = Path(tempfile.mkdtemp(prefix="tusoi-bench-"))
    try:
        measures = _run(folder, progress)
        return measures + _voted(folder / "voting", postgres) if postgres else measures
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, progress: Step) -> list[Measure]:
    steps = 6
    progress("bench", 0, steps)
    _stage(folder / "empty", "prepare", "0")
    measures = [_measure(one) for one in _stage(folder / "empty", "rules")]
    measures.append(_measure(_stage(folder / "empty", "import")))
    progress("bench", 1, steps)
    _stage(folder / "district", "prepare", str(DISTRICT_MEMBER_COUNT))
    progress("bench", 2, steps)
    measures += [
        _measure(_stage(folder / "district", one)) for one in ("opening", "progress", "assessing")
    ]
    measures += [_measure(one) for one in _stage(folder / "district", "remedies")]
    progress("bench", 3, steps)
    _stage(folder / "small", "prepare", str(_SMALL))
    many = _stage(folder / "district", "statements")
    few = _stage(folder / "small", "statements")
    measures.append(_statements(many, few))
    progress("bench", 4, steps)
    measures += _served(folder / "district", many)
    progress("bench", steps, steps)
    return measures


def _voted(folder: Path, postgres: str) -> list[Measure]:
    return [_measure(one) for one in _stage(folder, "voting", database=postgres)]


def _environment(folder: Path, database: str = "") -> dict[str, str]:
    return {
        "TUSOI_DATA_DIR": str(folder),
        "TUSOI_DATABASE_URL": database,
        "TUSOI_CLOCK": "2022-11-30",
        "TUSOI_BENCH": "true",
    }


def _stage(folder: Path, *words: str, database: str = "") -> Any:
    """Run one stage in a process whose settings point at a database of its own."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(  # noqa: S603 -- this very program
        [sys.executable, "-m", "tusoi", "bench", "--stage", *words],
        env={**os.environ, **_environment(folder, database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"bench stage {words[0]} failed: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _measure(data: dict[str, Any]) -> Measure:
    return Measure(**data)


def _statements(many: list[dict[str, Any]], few: list[dict[str, Any]]) -> Measure:
    most = max(many, key=lambda page: page["statements"])
    before = {page["name"]: page["statements"] for page in few}
    grown = [page["name"] for page in many if page["statements"] != before[page["name"]]]
    broken = [page["name"] for page in many if page["status"] != 200]  # noqa: PLR2004 -- OK
    note = f"most: {most['name']}, over {len(many)} pages"
    if grown:
        note += f"; not the same at {_SMALL} members: {', '.join(grown)}"
    if broken:
        note += f"; not answered: {', '.join(broken)}"
    return Measure(
        what="SQL statements of a page",
        value=most["statements"],
        unit="",
        bar=f"at most {_STATEMENT_BAR}, the same at 500 and at 5,000 members",
        ok=most["statements"] <= _STATEMENT_BAR and not grown and not broken,
        note=note,
    )


def _served(folder: Path, pages: list[dict[str, Any]]) -> list[Measure]:
    with server(_environment(folder)) as (port, pid):
        visitor = Visitor(port, pages[0]["user"])
        floor = visitor.slowest_of_twenty("/bench/empty/")
        times = {page["name"]: visitor.slowest_of_twenty(page["path"]) for page in pages}
        slowest = max(times, key=lambda name: times[name])
        path = next(page["path"] for page in pages if page["name"] == "progress")
        rate, most = visitor.per_second(path), visitor.per_second("/bench/empty/")
        memory = worker_memory(pid)
    measures = [
        Measure(
            what="slowest page, p95",
            value=times[slowest],
            unit="ms",
            bar=f"under {_P95_BAR} ms",
            ok=times[slowest] < _P95_BAR,
            floor=floor,
            ratio=times[slowest] / floor,
            note=f"{slowest}; floor: an empty signed-in page behind the same server",
        ),
        Measure(
            what="requests per second, progress page",
            value=rate,
            unit="/s",
            bar="at least 15 % of the floor",
            ok=rate >= _SHARE_BAR * most,
            floor=most,
            ratio=rate / most,
            note="one process; floor: an empty signed-in view behind the same middleware",
        ),
    ]
    if memory is not None:
        measures.append(
            Measure(
                what="memory of one web process",
                value=memory,
                unit="MiB",
                bar=f"under {_MEMORY_BAR} MiB after the bench",
                ok=memory < _MEMORY_BAR,
            )
        )
    return measures
