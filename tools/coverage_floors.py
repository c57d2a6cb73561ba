"""Hold the coverage of the last test run to its floors, branches included.

A floor is a place below which we stop, not an aim. One table, most particular first: a file counts
towards the first line whose pattern it matches.
"""

import contextlib
import fnmatch
import io
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from coverage import Coverage


FLOORS: tuple[tuple[str, float], ...] = (
    ("src/tusoi/engine/*", 100),
    ("src/tusoi/access/*", 100),
    ("src/tusoi/ballots/*", 100),
    ("src/tusoi/*/operations*", 100),
    ("src/tusoi/*", 96),
)


def measured() -> dict[str, dict[str, int]]:
    """Return what coverage counted, by path from the root."""
    root = Path(__file__).resolve().parent.parent
    coverage = Coverage(config_file=str(root / "pyproject.toml"))
    coverage.load()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text("utf-8"))["files"]
    return {
        (root / path).resolve().relative_to(root).as_posix(): file["summary"]
        for path, file in files.items()
    }


def pattern_of(path: str) -> str | None:
    return next((pattern for pattern, _ in FLOORS if fnmatch.fnmatch(path, pattern)), None)


def share(counts: list[dict[str, int]]) -> float:
    covered = sum(count["covered_lines"] + count["covered_branches"] for count in counts)
    of = sum(count["num_statements"] + count["num_branches"] for count in counts)
    return 100 * covered / of if of else 100.0


def main() -> int:
    groups: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for path, counts in measured().items():
        if pattern := pattern_of(path):
            groups[pattern][path] = counts
    failed = False
    for pattern, floor in FLOORS:
        if not groups[pattern]:
            continue
        reached = share(list(groups[pattern].values()))
        short = reached < floor
        failed |= short
        print(f"{'FAIL' if short else 'ok':4}  {reached:6.2f} % (floor {floor:g} %)  {pattern}")
        worst = sorted(groups[pattern].items(), key=lambda item: share([item[1]]))
        for path, counts in worst[:8] if short else []:
            if share([counts]) < floor:
                print(f"      {share([counts]):6.2f} %  {path}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
