"""Runs the web server in this process; the same on Linux, macOS and Windows."""

import socket

from django.core.management import CommandError
from granian import Granian
from granian.constants import Interfaces


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
