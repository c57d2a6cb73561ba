"""Runs the web server in this process; the same on Linux, macOS and Windows."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.core.management import CommandError
from granian import Granian
from granian.constants import Interfaces


BOOTH_ORIGIN: Final = "TUSOI_BOOTH_ORIGIN"
_LEAVE_SECONDS: Final = 20.0


def serve(*, address: str, port: int, workers: int = 1, threads: int = 4) -> None:
    """Serve until interrupted.

    Raises:
        CommandError: another program already listens on the port.
    """
    refuse_taken_port(address, port)
    Granian(
        "tusoi.config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_enabled=True,
        websockets=False,
    ).serve()


@contextmanager
def booth_beside(*, address: str, port: int | None, threads: int = 4) -> Iterator[None]:
    """Run the booth in a process of its own for as long as the pages are served.

    The pages learn where it is from the environment, which their processes inherit.
    """
    if port is None:
        yield
        return
    words = ["booth", "--address", address, "--port", str(port), "--threads", str(threads)]
    booth = subprocess.Popen([sys.executable, "-m", "tusoi", *words])  # noqa: S603 -- ourselves
    try:
        yield
    finally:
        booth.terminate()
        booth.wait(timeout=_LEAVE_SECONDS)


def local_origin(address: str, port: int) -> str:
    """Return an origin of another host name than the pages have, where there is one.

    Browsers keep cookies by host name, whatever the port: on one machine the pages are
    127.0.0.1 and the booth is localhost.
    """
    return f"http://{'localhost' if address == '127.0.0.1' else address}:{port}"


def tell_booth_origin(origin: str) -> None:
    """Say where voters reach the booth, unless the operator has said so.

    Settings are read by now: a process that is forked from this one reads them no more.
    """
    os.environ.setdefault(BOOTH_ORIGIN, origin)
    settings.TUSOI_BOOTH_ORIGIN = settings.TUSOI_BOOTH_ORIGIN or origin


def refuse_taken_port(address: str, port: int) -> None:
    """Refuse a port that cannot be listened on.

    Raises:
        CommandError: another program has the port, or it is no port.
    """
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        # As the server itself does: a port in its closing wait is free again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"port {port} on {address} cannot be used "
                f"({getattr(error, 'strerror', None) or error}); "
                "choose another with --port."
            ) from None
