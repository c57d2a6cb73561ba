"""Run every static check, two at a time, and say which failed and why.

`python tools/check.py ruff mypy` runs only those named.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = "src/tusoi/web/templates"
# What `check --deploy` judges: the settings as an operator would have them.
PRODUCTION = {
    "TUSOI_SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz",
    "TUSOI_HTTPS": "true",
    "TUSOI_ALLOWED_HOSTS": "tusoi.example",
    "TUSOI_DEBUG": "false",
}


@dataclass(frozen=True)
class Check:
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


def python(*words: str) -> tuple[str, ...]:
    return (sys.executable, *words)


def program(name: str, *words: str) -> tuple[str, ...]:
    beside = Path(sys.executable).parent / name
    return (str(beside) if beside.exists() else name, *words)


# The slowest first, so that the others fit beside it.
CHECKS: dict[str, Check] = {
    "mypy": Check(python("-m", "mypy")),
    "rooms": Check(program("lint-imports")),
    "ruff": Check(python("-m", "ruff", "check", "--quiet", ".")),
    "format": Check(python("-m", "ruff", "format", "--quiet", "--check", ".")),
    "template format": Check(program("djangofmt", "--check", TEMPLATES)),
    "template lint": Check(program("djlint", "--lint", "--quiet", TEMPLATES)),
    "migrations": Check(python("manage.py", "makemigrations", "--check", "--dry-run")),
    "settings": Check(
        python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        tuple(PRODUCTION.items()),
    ),
    "catalogue": Check(python("tools/messages.py", "--check")),
    "docs": Check(python("tools/docs.py", "--check")),
}


def run(name: str) -> tuple[str, bool, str, float]:
    check = CHECKS[name]
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tusoi.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
            **dict(check.environment),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, done.returncode == 0, done.stdout, time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help=", ".join(CHECKS), metavar="CHECK")
    chosen = parser.parse_args().names or list(CHECKS)
    if unknown := [name for name in chosen if name not in CHECKS]:
        parser.error(f"no check is called {unknown[0]!r}; there are: {', '.join(CHECKS)}")
    failed = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, passed, said, seconds in pool.map(run, chosen):
            print(f"{'ok' if passed else 'FAIL':4}  {name} ({seconds:.1f} s)", flush=True)
            if not passed:
                failed = True
                print(said, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
