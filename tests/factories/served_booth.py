"""The booth as voters reach it: a real server beside the tests, over the same database."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection


WAIT_SECONDS = 60


def database_address():
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(made['NAME']))}"
    user, password, name = (quote(str(made[one]), safe="") for one in ("USER", "PASSWORD", "NAME"))
    host, port = str(made["HOST"]), made["PORT"]
    if host.startswith("/"):
        return f"postgresql://{user}:{password}@:{port}/{name}?host={quote(host)}"
    return f"postgresql://{user}:{password}@{host}:{port}/{name}"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Booth:
    """A booth in processes of its own, and the file that holds all it said, at its loudest."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.said = folder / "booth.log"
        self._process = None

    def start(self):
        environment = {
            **os.environ,
            "TUSOI_DATABASE_URL": database_address(),
            "TUSOI_DATA_DIR": str(self.folder),
            "TUSOI_SECRET_KEY": settings.SECRET_KEY,
            "TUSOI_BOOTH_ORIGIN": self.origin,
            "TUSOI_LOG_LEVEL": "DEBUG",
            "TUSOI_DEBUG": "true",
            "TUSOI_HTTPS": "false",
        }
        with self.said.open("ab") as log:
            # A group of its own, so that one signal reaches whoever serves.
            self._process = subprocess.Popen(
                [sys.executable, "-c", _RUN, str(self.port)],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _wait_for(self._process, self.port, self.said)

    def kill(self):
        """Take its processes away in the middle of whatever they do, as a lost plug would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=20)


@contextmanager
def served(folder):
    """Give the address of a booth and the file that holds all it said, at its loudest."""
    booth = Booth(folder)
    booth.start()
    try:
        yield booth.origin, booth.said
    finally:
        booth.stop()


# As `tusoi booth`, but without asking for migrations: the tests' tables are made from the models.
_RUN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tusoi.config.booth"
from tusoi.jobs.serving import serve
if __name__ == "__main__":
    serve(address="127.0.0.1", port=int(sys.argv[1]))
"""


def _wait_for(process, port, said):
    ends = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(said.read_text("utf-8"))
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(said.read_text("utf-8"))
