"""What is measured from outside: a real server, real sign-in, real connections."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tusoi.jobs.bench.measure import share_at
from tusoi.sample.accounts import DEMO_PASSWORD


_REQUESTS: Final = 30
_BURST_SECONDS: Final = 4.0
_START_SECONDS: Final = 30.0
_HEADERS: Final = {"Accept-Language": "vi"}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@contextmanager
def server(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve in a process of its own; give its port and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 -- this very program
        [sys.executable, "-m", "tusoi", "serve", "--port", str(port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(port: int) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


class Visitor:
    """One signed-in person on one kept-alive connection."""

    def __init__(self, port: int, username: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        page = self.get("/accounts/login/")
        found = _TOKEN.search(page)
        if found is None:
            raise RuntimeError("the sign-in page has no form")
        form = {
            "csrfmiddlewaretoken": found[1],
            "login": username,
            "password": DEMO_PASSWORD,
        }
        self._send("POST", "/accounts/login/", urlencode(form))

    def get(self, path: str) -> str:
        return self._send("GET", path)

    def _send(self, method: str, path: str, body: str = "") -> str:
        headers = {**_HEADERS, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body=body or None, headers=headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if response.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{path} answered {response.status}")
        return text

    def slowest_of_twenty(self, path: str) -> float:
        """Return the p95 in milliseconds over some requests, the first one not counted."""
        self.get(path)
        took = []
        for _ in range(_REQUESTS):
            start = time.perf_counter()
            self.get(path)
            took.append((time.perf_counter() - start) * 1000)
        return share_at(took, 0.95)

    def per_second(self, path: str) -> float:
        """Return how many requests one after the other fit into a second."""
        self.get(path)
        start, count = time.perf_counter(), 0
        while time.perf_counter() - start < _BURST_SECONDS:
            self.get(path)
            count += 1
        return count / (time.perf_counter() - start)


def worker_memory(pid: int) -> float | None:
    """Return the memory in MiB of the largest worker of a server, where /proc tells."""
    sizes = [
        _resident(status)
        for status in Path("/proc").glob("[0-9]*/status")
        if _parent(status) == pid
    ]
    return max(sizes, default=None)


def _field(status: Path, name: str) -> str:
    try:
        text = status.read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return found[1] if found else ""


def _parent(status: Path) -> int:
    return int(_field(status, "PPid") or 0)


def _resident(status: Path) -> float:
    return int(_field(status, "VmRSS") or 0) / 1024
