"""Prove that `make demo` serves the sample: start it, sign in, read the figures, start it again.

The figures are those of the newspaper report on Bình Thủy: by 30 November 2022, 25 of 45
grassroots organisations and 172 of 172 cells under them had held their review.
"""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any


ROOT = Path(__file__).resolve().parent.parent
USERNAME, PASSWORD = "bantochuc", "tu-soi-tu-sua"
# Leads to the highest organisation that the account may look at, here the district.
DISTRICT_PAGE = "/reports/dashboard/"
AS_OF = "2022-11-30"
FIGURES = ("25/45", "172/172")
FIRST_START_SECONDS = 240
SECOND_START_SECONDS = 5


class NotProved(Exception):
    """One line that says what the demo did not do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Visitor:
    """A person at a browser: keeps cookies, follows redirects."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def open(self, path: str, fields: dict[str, str] | None = None) -> str:
        sent = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(  # noqa: S310 -- our own address
            self.origin + path, sent, {"Referer": self.origin + path}
        )
        with self.opener.open(request, timeout=30) as response:
            return str(response.read().decode("utf-8"))

    def sign_in(self) -> str:
        form = self.open("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        if not token:
            raise NotProved("The sign-in page has no form.")
        fields = {"login": USERNAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        page = self.open("/accounts/login/", fields)
        if 'name="password"' in page:
            raise NotProved(f"The sample account {USERNAME} could not sign in.")
        return page


def words(page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<script.*?</script>", " ", page))
    return re.sub(r"\s*/\s*", "/", re.sub(r"\s+", " ", unescape(text)))


def look_at_the_district(visitor: Visitor) -> None:
    visitor.sign_in()
    page = words(visitor.open(DISTRICT_PAGE))
    if missing := [figure for figure in FIGURES if figure not in page]:
        raise NotProved(f"{DISTRICT_PAGE} does not show {' and '.join(missing)}.")


def wait_for(process: subprocess.Popen[bytes], origin: str, log: Path, seconds: int) -> float:
    began = time.monotonic()
    while True:
        with suppress(OSError):
            Visitor(origin).open("/accounts/login/")
            return time.monotonic() - began
        late = time.monotonic() - began > seconds
        if late or process.poll() is not None:
            sys.stderr.write(log.read_text("utf-8", "replace")[-4000:])
            what = f"did not answer within {seconds} s" if late else "ended by itself"
            raise NotProved(f"`make demo` {what}.")
        time.sleep(0.1)


@contextmanager
def demo(port: int, data: Path, seconds: int) -> Iterator[float]:
    """Serve the demo, yield how long it took to answer, and stop it as Ctrl-C would."""
    log = data.parent / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "demo", f"PORT={port}", f"DATA={data}"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield wait_for(process, f"http://127.0.0.1:{port}", log, seconds)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return


def rows(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        if {"kind", "done", "expected"} <= answer.keys():
            yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for part in answer:
            yield from rows(part)


def printed_figures(data: Path) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tusoi", "progress", "--json", "--as-of", AS_OF],
        cwd=ROOT,
        env={**os.environ, "TUSOI_DATA_DIR": str(data)},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotProved(f"`tusoi progress --json` failed: {done.stderr.strip()[-300:]}")
    return {
        row["kind"]: f"{row['done']}/{row['expected']}" for row in rows(json.loads(done.stdout))
    }


def prove(folder: Path) -> None:
    port, data = free_port(), folder / "data"
    origin = f"http://127.0.0.1:{port}"
    with demo(port, data, FIRST_START_SECONDS) as seconds:
        print(f"`make demo` answered after {seconds:.1f} s.", flush=True)
        look_at_the_district(Visitor(origin))
        print(f"{DISTRICT_PAGE} shows {' and '.join(FIGURES)}.", flush=True)
    figures = printed_figures(data)
    if not set(FIGURES) <= set(figures.values()):
        raise NotProved(f"`tusoi progress --json` prints {figures}.")
    print(f"`tusoi progress --json` prints {figures}.", flush=True)
    with demo(port, data, FIRST_START_SECONDS) as seconds:
        if seconds > SECOND_START_SECONDS:
            raise NotProved(f"The second start took {seconds:.1f} s.")
        print(f"The second start took {seconds:.1f} s.", flush=True)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tusoi-demo-") as folder:
        try:
            prove(Path(folder))
        except urllib.error.HTTPError as error:
            print(f"{error.url} answered {error.code}.", file=sys.stderr)
            return 1
        except NotProved as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
