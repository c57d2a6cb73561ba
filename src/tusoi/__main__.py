"""The command `tusoi`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tusoi.config.settings")
    from tusoi.jobs.cli import run  # noqa: PLC0415 -- Django reads its settings on import

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
