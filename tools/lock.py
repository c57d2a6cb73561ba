"""Write requirements/*.txt: every package and its hashes, for each system and Python we support.

The files name packages only. Whoever installs decides where from; so no index address, no extra
index and no local folder may get in, whatever this machine has set.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
UV = Path(sys.executable).with_name("uv")
OLDEST_PYTHON = "3.11"
# Later files agree with earlier ones where they name the same package.
SOURCES: dict[str, list[str]] = {
    "runtime": ["pyproject.toml", "--extra", "postgres"],
    "build": ["requirements/build.in", "-c", "requirements/runtime.txt"],
    "dev": ["requirements/dev.in", "requirements/runtime.txt", "-c", "requirements/build.txt"],
    "node": ["requirements/node.in"],
    "lock": ["requirements/lock.in"],
}
FORBIDDEN = ("--index-url", "--extra-index-url", "--find-links", "://", " @ ")


def clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}


def compile_file(name: str, *, upgrade: bool) -> None:
    subprocess.run(
        [
            *(str(UV), "pip", "compile", "--no-config", "--quiet", "--universal"),
            *("--generate-hashes", "--python-version", OLDEST_PYTHON, "--no-emit-index-url"),
            # pip before 23.3 holds "name[extra]" to a pin only if the pin says the extra, too.
            "--no-strip-extras",
            *("--custom-compile-command", "make lock", *(["--upgrade"] if upgrade else [])),
            *("--output-file", f"requirements/{name}.txt", *SOURCES[name]),
        ],
        cwd=ROOT,
        env=clean_environment(),
        check=True,
    )


def leaks(name: str) -> list[str]:
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if any(word in line for word in FORBIDDEN)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = parser.parse_args().upgrade
    for name in SOURCES:
        compile_file(name, upgrade=upgrade)
        if found := leaks(name):
            print(f"requirements/{name}.txt names an address: {found[0].strip()}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
