"""Run a command with a Chromium it can drive, named in TUSOI_CHROMIUM.

Takes the one on the machine; as root with apt at hand it installs the system's package; else it
says in one line what to install.
"""

import os
import shutil
import subprocess
import sys


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "The browser tests need Chromium: install it (Debian: apt install chromium; "
    "Fedora: dnf install chromium; macOS: brew install --cask chromium) "
    "or name one in TUSOI_CHROMIUM."
)


def runs(path: str) -> bool:
    # On Ubuntu the package is a stub that only points to a snap.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find() -> str | None:
    named = os.environ.get("TUSOI_CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in NAMES]
    return next((path for path in candidates if path and runs(path)), None)


def install() -> None:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("No Chromium on this machine: installing the system's package.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update"],
        ["install", "--yes", "--no-install-recommends", "chromium"],
    ):
        done = subprocess.run(
            ["apt-get", "--quiet", *arguments],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.stderr.write(done.stderr[-2000:])


def main(command: list[str]) -> int:
    if not command:
        print("usage: python tools/chromium.py COMMAND…", file=sys.stderr)
        return 2
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    return subprocess.run(
        command, env={**os.environ, "TUSOI_CHROMIUM": path}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
