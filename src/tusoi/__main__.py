"""The command `tusoi`."""

import io
import os
import sys


def main() -> None:
    _speak_utf8()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tusoi.config.settings")
    from tusoi.jobs.cli import run  # noqa: PLC0415 -- Django reads its settings on import

    sys.exit(run(sys.argv[1:]))


def _speak_utf8() -> None:
    """Write Vietnamese also where the system would not, as into a file on Windows."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
